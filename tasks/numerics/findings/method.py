"""How verdicts and tests are made, with their sources, in a paragraph."""

from typing import Any

from tasks.numerics.problems.overview import Overview


def method(overview: Overview[Any]) -> str:
    """What holds of a result: its tuning, its overlapping windows, its looks."""
    result = overview.result
    tuning = (
        "Every variant is trained at the same learning rates and clip norms; its best is chosen by the mean validation loss over all "
        "seeds, never by the test part, for every origin anew. "
        if result.tuned
        else ""
    )
    overlapping = (
        ", of losses averaged over the steps of a window; the p beside it, and all that is said of it, with a long-run variance by "
        "slow cosines (Lazarus, Lewis, Stock and Watson 2018; Coroneo and Iacone 2020), as intervals have it too: where a test part "
        "holds few horizons, the correction finds what is not there"
        if result.overlap > 1
        else ""
    )
    percent = 100 * result.look.interval_error
    looks = (
        f" Seeds were added until the verdicts were decided: intervals and p are those of this look ({percent:.2g} % each), so that all "
        "looks together keep 5 % (Lan and DeMets 1983; Jennison and Turnbull 1989)."
        if result.look.interval_error < 0.05
        else ""
    )
    over_time = (
        "The variance of a mean difference has three "
        "components: seeds, test periods (in blocks of a length chosen from the data, Politis and White 2004, or as an autoregression "
        "on the period or the season before, whichever says more), and both together"
    )
    tests = (
        "Accuracy over time: Diebold and Mariano (1995) as corrected by Harvey, Leybourne and Newbold (1997)"
        f"{overlapping}; model confidence set of Hansen, Lunde and Nason (2011). Directions: Clopper and Pearson's (1934) interval, "
        "exact binomial test, Pesaran and Timmermann (1992)."
    )
    if result.method:
        over_time, tests = result.method
    return (
        f"{tuning}Seed k of every variant has the same initial weights and batch order. {over_time}; the interval is Student's with "
        "Satterthwaite's (1946) degrees of freedom, each metric linearised by its influence function (Hampel 1974). **helps** and "
        "**hurts**: the interval lies beyond 0, p after Holm's (1979) adjustment over variants is below 0.05, and the interval is not "
        "all within the region of practical equivalence. **same**: it lies within the region. Else **undecided**. Share of seeds: "
        f"Wilson's (1927) interval. {tests} Why: the ratio of spreads by the jackknife (Miller 1968), told where p after Holm's "
        "adjustment is below 0.05; what is inside the networks by Wilcoxon's signed ranks and Spearman's rank correlation over seeds, "
        f"each a single test at 0.01.{looks}"
    )

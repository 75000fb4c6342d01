"""A panel series by series: what each says of the variants, and what they say together of other series, in words and cells."""

from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.forecasting.shown_series import listed_series
from tasks.numerics.problems.overview import SIGNS, Overview, p_value
from tasks.numerics.statistics.verdicts import Word
from tasks.numerics.wording import NOTHING

Rows = list[tuple[str, ...]]


def words_of(overview: Overview[ForecastResult], variant: str) -> list[Word]:
    """The verdict on a variant in the metric that comes first, of every series."""
    metric = overview.result.metric
    return [one.verdicts[variant, metric].word for one in overview.members]


def variant_rows(overview: Overview[ForecastResult]) -> Rows:
    """Name, mean rank, series in which its score is best, and in how many it helps, hurts, does the same, is undecided."""
    ranks, reference = overview.result.ranks, overview.result.comparison.reference
    if ranks is None:
        return []
    rows = []
    for at, name in enumerate(ranks.variants):
        first = int((ranks.by_series[:, at] == ranks.by_series.min(axis=1)).sum())
        words = [] if name == reference else words_of(overview, name)
        counts = [str(words.count(word)) if words else "" for word in SIGNS]
        rows.append((name, f"{ranks.mean[at]:.2f}", str(first), *counts))
    return rows


def rank_rows(overview: Overview[ForecastResult]) -> Rows:
    """The rows of `variant_rows`, with the exact p of the rank against the reference's, before and after Holm's adjustment."""
    ranks = overview.result.ranks
    tests = {test.variant: (p_value(test.p), p_value(test.p_adjusted)) for test in ranks.tests} if ranks else {}
    return [(*row, *tests.get(row[0], ("", ""))) for row in variant_rows(overview)]


def series_rows(overview: Overview[ForecastResult]) -> Rows:
    """Name and unit, test windows, RMSE of the reference, of the best variant and of the best baseline, every verdict; of many series of some."""
    reference, metric = overview.result.comparison.reference, overview.result.metric
    rows = []
    for one in (overview.members[at] for at in listed_series(overview)):
        means = one.leading.dropna()
        best, baseline = (None if means.empty else str(means.idxmin())), one.best_baseline
        rows.append(
            (
                one.result.series.name,
                one.unit,
                str(one.result.forecasts.sizes["time"]),
                one.number("rmse", one.means[reference, "rmse"]),
                f"{best} {one.number('rmse', means[best])}" if best else NOTHING,
                f"{baseline} {one.number('rmse', one.baseline_leading[baseline])}" if baseline else NOTHING,
                *(one.cell(verdict.variant, metric)[0] for verdict in one.primary),
            )
        )
    return rows

"""Tables of the report in words: what tuning did, what is seen inside the networks, which directions were right."""

import numpy as np

from tasks.numerics.findings.evidence import Evidence
from tasks.numerics.findings.overview import Overview, p_value
from tasks.numerics.findings.symptoms import SYMPTOMS, pooled
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.statistics.verdicts import ERROR
from tasks.numerics.wording import NOTHING

Rows = list[tuple[str, ...]]


def tuning_rows(overview: Overview) -> Rows:
    """Variant, what was chosen, mean RMSE tuned and untuned, verdict tuned and untuned; none without a grid."""
    if not overview.result.tuned:
        return []
    return [
        (row.variant, row.chosen, row.tuned, row.untuned, row.verdict, row.untuned_verdict)
        for row in Chosen(overview).rows
    ]


def diagnostic_rows(overview: Overview) -> Rows:
    """Variant, each of `SYMPTOMS` as median and 5 to 95 % over seeds, seeds with a dead layer, constant, diverged."""
    evidence = Evidence(overview)
    rows = []
    for name in evidence.variants:
        cells = []
        for symptom in SYMPTOMS:
            values = pooled(evidence.of(name, symptom))
            if not len(values):
                cells.append(NOTHING)
                continue
            low, middle, high = (evidence.shown(symptom, float(one)) for one in np.quantile(values, [0.05, 0.5, 0.95]))
            cells.append(middle if low == middle == high else f"{middle} [{low}, {high}]")
        counts = (str(int(evidence.of(name, what).sum())) for what in ("dead_layer", "constant", "diverged"))
        rows.append((name, *cells, *counts))
    return rows


def initial_weights(overview: Overview) -> dict[str, str]:
    """What initial weights are drawn from, and the variants of which that is so."""
    words = overview.result.tuning["initialisation"].to_series()
    found: dict[str, list[str]] = {}
    for name, said in words.items():
        found.setdefault(str(said), []).append(str(name))
    return {said: "all" if len(found) == 1 else ", ".join(names) for said, names in found.items()}


def direction_rows(overview: Overview) -> Rows:
    """Variant, share right with its interval, what it must beat, p, Pesaran and Timmermann's statistic and p."""
    return [
        (
            test.variant,
            overview.with_interval("mda", test.share, test.low, test.high),
            overview.number("mda", test.coin),
            p_value(test.p),
            overview.number("slope", test.pesaran_timmermann),
            p_value(test.pesaran_timmermann_p),
        )
        for test in overview.result.directions
    ]


def direction_sentence(overview: Overview) -> str:
    """Which variants know the direction better than what takes no skill; Holm's adjustment is left to the reader."""
    tests = [test for test in overview.result.directions if test.periods]
    if not tests:
        return "No variant has a forecast whose directions could be counted."
    skilled = [test.variant for test in tests if test.p < ERROR]
    coin = overview.number("mda", tests[0].coin)
    what = "a coin" if tests[0].coin == 0.5 else "always predicting the opposite of the last move"
    if not skilled:
        return f"No variant's directions are right more often than {what} would be ({coin}), beyond chance."
    return f"Right more often than {what} would be ({coin}), beyond chance: {', '.join(skilled)}."

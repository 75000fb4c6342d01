"""Tables of the report in words: what tuning did, what is seen inside the networks, which directions were right."""

from typing import Any

import numpy as np

from tasks.numerics.findings.evidence import Evidence
from tasks.numerics.findings.symptoms import SYMPTOMS, pooled
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.problems.overview import Overview
from tasks.numerics.statistics.verdicts import Verdict
from tasks.numerics.wording import NOTHING

Found = Overview[Any]

Rows = list[tuple[str, ...]]


def tuning_rows(overview: Found) -> Rows:
    """Variant, what was chosen, mean of the metric that leads tuned and untuned, verdict tuned and untuned; none without a grid."""
    if not overview.result.tuned:
        return []
    return [
        (row.variant, row.chosen, row.tuned, row.untuned, row.verdict, row.untuned_verdict)
        for row in Chosen(overview).rows
    ]


def diagnostic_rows(overview: Found) -> Rows:
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


def initial_weights(overview: Found) -> dict[str, str]:
    """What initial weights are drawn from, and the variants of which that is so."""
    words = overview.result.tuning["initialisation"].to_series()
    found: dict[str, list[str]] = {}
    for name, said in words.items():
        found.setdefault(str(said), []).append(str(name))
    return {said: "all" if len(found) == 1 else ", ".join(names) for said, names in found.items()}


def verdict_rows(overview: Found) -> Rows:
    """Variant, word and difference with its interval in every judged metric, share of seeds in which it is better."""
    rows: Rows = []
    for verdict in overview.primary:
        cells = ("\n".join(overview.cell(verdict.variant, metric)) for metric in overview.result.judged)
        share = [f"{100 * end:.0f} %" if np.isfinite(end) else NOTHING for end in ends_of(verdict)]
        rows.append((verdict.variant, *cells, share[0] if NOTHING in share else f"{share[0]} [{share[1]}, {share[2]}]"))
    return rows


def ends_of(verdict: Verdict) -> tuple[float, float, float]:
    """Share of seeds in which it is better, and its interval."""
    return verdict.improvement, verdict.improvement_low, verdict.improvement_high

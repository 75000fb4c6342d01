"""report.html: a comparison on one page that opens offline."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.findings.offline_pages import Background, flat_settings, render
from tasks.numerics.findings.overview import SHOWN, Overview, p_value
from tasks.numerics.findings.recommendation import overall
from tasks.numerics.findings.report_tables import (
    diagnostic_rows,
    direction_rows,
    direction_sentence,
    initial_weights,
    tuning_rows,
)
from tasks.numerics.findings.scores_by_series import panel_sentence, rank_rows, series_rows, series_sentences
from tasks.numerics.findings.scores_by_step import shown_steps, step_rows, windows_sentence
from tasks.numerics.findings.symptoms import SYMPTOMS
from tasks.numerics.findings.verdict_sentences import CLAIM
from tasks.numerics.problems.forecasting.results import Result
from tasks.numerics.series.validation import Validation
from tasks.numerics.settings import KERAS
from tasks.numerics.statistics.influence import JUDGED
from tasks.numerics.statistics.metrics import METRICS
from tasks.numerics.whole_files import write_whole

if TYPE_CHECKING:
    import plotly.graph_objects as go


def render_report(
    result: Result, figures: "Mapping[str, go.Figure]", validation: Validation, background: Background
) -> str:
    """The page as HTML; `figures` as `plot` makes them."""
    overview = Overview(result)
    return render(
        "report.html.jinja",
        figures,
        overview=overview,
        result=result,
        series=result.series,
        cell=KERAS[background.settings.get("network", {}).get("cell", "lstm")],
        conclusions=conclusions(overview),
        cautions=cautions(overview),
        metrics=METRICS,
        shown=SHOWN,
        **verdict_parts(overview),
        causes=[cause.sentence for cause in causes(overview)],
        tuning=tuning_rows(overview),
        diagnostics=diagnostic_rows(overview),
        symptoms=SYMPTOMS,
        initial_weights=initial_weights(overview),
        directions=direction_rows(overview),
        **step_parts(overview),
        **panel_parts(overview),
        direction_sentence=direction_sentence(overview),
        details=details(overview),
        baselines=baselines(overview),
        validation=validation,
        groups=figure_groups(figures),
        settings=flat_settings(background.settings),
        timings=background.timings,
        places=background.places,
    )


def write_report(html: str, path: Path) -> None:
    """The page as a file, whole or not at all."""
    write_whole(path, html)


def figure_groups(figures: "Mapping[str, go.Figure]") -> dict[str, list[str]]:
    """Figure names by what stands before the slash."""
    groups: dict[str, list[str]] = {}
    for name in figures:
        groups.setdefault(name.partition("/")[0], []).append(name)
    return groups


def verdict_parts(overview: Overview) -> dict[str, Any]:
    """What the section on verdicts shows."""
    result, primary = overview.result, overview.result.comparison.metric
    rows = []
    for verdict in overview.primary:
        cells = [
            (*overview.cell(verdict.variant, metric), overview.verdicts[verdict.variant, metric].word)
            for metric in JUDGED
        ]
        ends = (verdict.improvement, verdict.improvement_low, verdict.improvement_high)
        rows.append((verdict.variant, cells, overview.with_interval("mda", *ends)))
    return {
        "claim": CLAIM,
        "judged": JUDGED,
        "verdict_rows": rows,
        "region": overview.number(primary, overview.primary[0].region) if overview.primary else "",
        "accuracy": [
            (
                test.model,
                overview.number("rmse", float(np.sqrt(test.mean_loss))),
                overview.number("slope", test.statistic),
                p_value(test.p),
                *([p_value(test.harvey_p)] if result.horizon > 1 else []),
                "yes" if test.in_set else "no",
            )
            for test in result.accuracy
        ],
    }


def step_parts(overview: Overview) -> dict[str, Any]:
    """What the section on steps shows; no rows where there is one step."""
    steps = shown_steps(overview.result.horizon)
    variants, baselines = step_rows(overview, steps) if len(steps) > 1 else ([], [])
    return {
        "steps": steps,
        "step_variants": variants,
        "step_baselines": baselines,
        "windows": windows_sentence(overview),
    }


def panel_parts(overview: Overview) -> dict[str, Any]:
    """What the section on series shows; empty where there is one."""
    return {
        "panel": panel_sentence(overview),
        "series_rows": series_rows(overview),
        "rank_rows": rank_rows(overview),
        "rank_sentence": " ".join(series_sentences(overview)[1:]),
        "overall": [overall(one) for one in overview.members],
        "direction_sentences": [direction_sentence(one) for one in overview.members],
    }


def details(overview: Overview) -> dict[str, list[tuple[str, ...]]]:
    """A table a metric: name, mean, standard deviation, interquartile mean, 5 and 95 %, seeds, difference with its interval."""
    columns = ("mean", "standard_deviation", "interquartile_mean", "low", "high")
    tables = {}
    for metric in METRICS:
        rows = overview.summary.xs(metric, level="metric")
        tables[metric] = [
            (
                str(name),
                *(overview.number(metric, row[column]) for column in columns),
                f"{row['count']:.0f}",
                overview.difference(str(name), metric),
            )
            for name, row in rows.iterrows()
        ]
    return tables


def baselines(overview: Overview) -> list[tuple[str, ...]]:
    """A row a baseline: name, what it is (of several series: of each), every metric."""
    scores = overview.result.baseline_scores.to_dataframe()
    notes = overview.result.forecasts["baseline_note"]
    return [
        (
            str(name),
            "; ".join(dict.fromkeys(filter(None, np.atleast_1d(notes.sel(baseline=name).to_numpy()).tolist()))),
            *(overview.number(metric, row[metric]) for metric in METRICS),
        )
        for name, row in scores.iterrows()
    ]

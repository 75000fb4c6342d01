"""The page's sections of forecasters: forecasts, steps, series, baselines over time, directions, and the data."""

import numpy as np

from tasks.numerics.problems.drawings import Drawings
from tasks.numerics.problems.forecasting.directions import direction_section
from tasks.numerics.problems.forecasting.figure_groups import group, seeds_legend
from tasks.numerics.problems.forecasting.panel_sections import panel_data, series_section
from tasks.numerics.problems.forecasting.results import ForecastResult, label
from tasks.numerics.problems.forecasting.scores_by_step import shown_steps, step_rows
from tasks.numerics.problems.overview import Overview, p_value
from tasks.numerics.problems.sections import (
    Definitions,
    Figures,
    Paragraph,
    Sample,
    Section,
    Table,
)

Found = Overview[ForecastResult]


def sections(overview: Found, drawn: Drawings) -> tuple[Section, ...]:
    """Its own sections, in the order in which a reader asks."""
    found = []
    if overview.members:
        found.append(series_section(overview, drawn))
    else:
        found.append(forecast_section(overview, drawn))
    if overview.result.horizon > 1:
        found.append(step_section(overview, drawn))
    if overview.result.accuracy:
        found.append(accuracy_section(overview))
    if not overview.members:
        found.append(direction_section(overview))
    return tuple(found)


def forecast_section(overview: Found, drawn: Drawings) -> Section:
    """Every variant's forecasts."""
    horizon, unit = overview.result.horizon, overview.result.series.unit
    ahead = "one period ahead" if horizon == 1 else f"the first step, and the last, {horizon} periods ahead"
    words = f"Test part, {ahead}{f', in {unit}' if unit else ''}. All panels have the same scale; a double click shows what lies outside."
    figures = Figures(group(drawn, "forecast/"), seeds_legend(overview, ("solid", "actual")))
    return Section("forecasts", "Forecasts against actual values", (Paragraph(words), figures))


def step_section(overview: Found, drawn: Drawings) -> Section:
    """RMSE at every step."""
    horizon = overview.result.horizon
    steps, unit = shown_steps(horizon), f", in {overview.unit}" if overview.unit else ""
    words = (
        f"RMSE of every step alone{unit}: step 1 is the first period after what the network sees, step {horizon} the last that it "
        "forecasts. Means over seeds."
    )
    best: tuple[tuple[Sample, str], ...] = (("solid", overview.best_baseline),) if overview.best_baseline else ()
    table = Table("step-table", ("step", *map(str, steps)), step_rows(overview, steps))
    figures = Figures(group(drawn, "steps/"), seeds_legend(overview, *best))
    return Section("steps", "By step", (Paragraph(words), table, figures))


def accuracy_section(overview: Found) -> Section:
    """Mean forecasts over time against the baselines."""
    result = overview.result
    several = result.horizon > 1
    rows = [
        (
            test.model,
            overview.number("rmse", float(np.sqrt(test.mean_loss))),
            overview.number("slope", test.statistic),
            p_value(test.p),
            *([p_value(test.harvey_p)] if several else []),
            "yes" if test.in_set else "no",
        )
        for test in result.accuracy
    ]
    columns = ("forecast", "RMSE", "DM statistic", "p", *(["p by Harvey\net al."] if several else []))
    words = (
        f"Mean forecasts of all seeds, best first. Diebold and Mariano's test is against {overview.best_baseline}, below 0 is more "
        "accurate; the set holds the best forecast in 95 of 100 such test parts."
    )
    table = Table("accuracy", (*columns, "in the model\nconfidence set"), (rows,))
    return Section("accuracy", "Over time, and against the baselines", (Paragraph(words), table))


def data(overview: Found, drawn: Drawings) -> Section:
    """The series and its parts."""
    result = overview.result
    if result.members:
        return Section("data", "Data", panel_data(overview, drawn))
    series, values = result.series, result.series.values
    first, last = (label(values.index[at]) for at in (0, -1))
    parts = (result.rows_before_validation, result.test_start, len(values))
    terms = {
        "Series": series.name + (f": {series.description}" if series.description else ""),
        **({"Source": series.source} if series.source else {}),
        "Unit": series.unit or "not given",
        "Rows": f"{len(values)}, {first} to {last}",
        "Frequency": f"{series.frequency or 'not given'}; season of {series.season_length} period{'s' * (series.season_length != 1)}",
        "Parts": f"training {parts[0]} rows, validation {parts[1] - parts[0]}, test {parts[2] - parts[1]}",
        "Dropped": "; ".join(series.dropped) or "nothing",
        "SHA-256": f"`{series.digest}`",
    }
    return Section("data", "Data", (Definitions(terms), Figures(("series",), wide=True)))

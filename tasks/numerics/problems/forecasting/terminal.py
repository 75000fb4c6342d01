"""Tables of forecasters on a terminal: RMSE by step, and verdicts by series."""

from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.forecasting.scores_by_series import variant_rows
from tasks.numerics.problems.forecasting.scores_by_step import shown_steps, step_rows
from tasks.numerics.problems.overview import SIGNS, Overview
from tasks.numerics.problems.sections import Table

Found = Overview[ForecastResult]


def tables(overview: Found, width: int) -> tuple[Table, ...]:
    """Those of which there are several steps or series."""
    steps = (step_table(overview, width),) if overview.result.horizon > 1 else ()
    return (*steps, *((series_table(overview),) if overview.members else ()))


def step_table(overview: Found, width: int) -> Table:
    """RMSE of the variants and the best baseline at as many steps as `width` has room for."""
    variants, baselines = step_rows(overview, shown_steps(overview.result.horizon))
    rows = [*variants, *(row for row in baselines if row[0] == overview.best_baseline)]
    name, cell = max(len(row[0]) for row in rows), max(len(text) for row in rows for text in row[1:])
    steps = shown_steps(overview.result.horizon, max((width - name - 4) // (cell + 2), 2))
    variants, baselines = step_rows(overview, steps)
    best = [row for row in baselines if row[0] == overview.best_baseline]
    return Table("steps", ("", *map(str, steps)), (variants, best), caption="Mean RMSE by step")


def series_table(overview: Found) -> Table:
    """A row a variant: its mean rank over the series of a panel, and in how many of them which word was found."""
    label = overview.result.metrics[overview.result.metric].label
    columns = ("", "mean\nrank", "best\nin", *(f"{word}\nin" for word in SIGNS))
    caption = f"By series, on {label}: {len(overview.members)} series"
    return Table("series", columns, (variant_rows(overview),), caption=caption)

"""The table of scores: variants, then baselines."""

from typing import Any

from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.sections import Table


def score_table(overview: Overview[Any], name: str) -> Table:
    """Scores, differences to the reference and verdicts, as an element of this name."""
    result, rows = overview.result, (overview.variants, overview.baselines)
    unit = f"{overview.unit}\n" if overview.unit else ""
    columns = (
        "variant",
        f"{overview.leads.label}\n{unit}mean ± sd",
        f"difference to {result.comparison.reference}\n{unit}[95 % interval]",
        f"verdict\n{result.metrics[result.metric].label}",
    )
    means = (
        f"{result.metrics[key].label}\n{unit if result.metrics[key].in_series_unit else ''}mean" for key in result.shown
    )
    return Table(
        name,
        (*columns, *means, "diverged\nseeds"),
        tuple(
            [(row.name, row.leading, row.difference, row.verdict, *row.means, row.diverged) for row in one]
            for one in rows
        ),
        words=(3,),
        best=frozenset(row.name for one in rows for row in one if row.best),
    )

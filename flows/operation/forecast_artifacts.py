"""What Prefect shows of a forecast on its run's page, as its API takes artifacts."""

import json

from flows.comparison.markdown import markdown_table, plain_markdown
from flows.comparison.pictures import picture_artifact
from flows.operation.forecasting import Forecasted
from tasks.numerics.champions.pages import forecast_rows
from tasks.numerics.champions.words import coverage_in_words

LINKS = {"report": "Page in MLflow", "run": "Run in MLflow"}


def forecast_artifacts(made: Forecasted) -> list[dict[str, str]]:
    """Words with links and files, the table, and the picture."""
    columns, rows = forecast_rows(made.kept, made.table)
    table = [dict(zip(columns, row, strict=True)) for row in rows]
    links = " · ".join(f"[{LINKS[name]}]({address})" for name, address in made.seen.items())
    words = [
        f"# {plain_markdown(made.kept.name)}",
        f"By version {made.version} of the champion: {plain_markdown(made.kept.decision)}, {len(made.kept.seeds)} seeds.",
        coverage_in_words(made.kept),
        *map(plain_markdown, made.warnings),
        markdown_table(table),
        f"`forecast.csv`, `.parquet`, `.html` and `.png` lie in `{made.folder}`.",
        *([links] if links else ()),
    ]
    picture = (made.folder / "forecast.png").read_bytes()
    return [
        {"type": "markdown", "key": "forecast", "description": "What comes next", "data": "\n\n".join(words)},
        {"type": "table", "key": "forecast-table", "description": "With its intervals", "data": json.dumps(table)},
        picture_artifact("forecast-picture", "After what came last", picture),
    ]

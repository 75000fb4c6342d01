"""What a flow run shows on its page in Prefect."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Result


@dataclass(frozen=True)
class Page:
    """What a comparison says on the page of its run."""

    words: tuple[str, ...]
    """Paragraphs of Markdown."""
    table: list[dict[str, str]]
    """A row a variant and baseline. Every column has a name: the dashboard shows no table with an empty one."""


def publish(page: Page, seen: Mapping[str, str]) -> None:
    """The result in words, its table, and links to where it is `seen`: the report, the comparison and its run in MLflow."""
    links = (
        f"[Report]({seen['report']}) · [Comparison in MLflow]({seen['comparison']}) · [Run in MLflow]({seen['run']})"
    )
    words = "\n\n".join([*page.words, markdown_table(page.table), links])
    create_markdown_artifact(words, key="result", description="What the comparison found")
    create_table_artifact(page.table, key="scores", description="Test part, means over seeds")
    create_link_artifact(seen["report"], link_text="Report", key="report", description="Figures, table and settings")
    create_link_artifact(
        seen["comparison"], link_text="Comparison in MLflow", key="mlflow", description="Every variant and seed"
    )


def plain_markdown(text: str) -> str:
    """A text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_\[\]<>#|~$])", r"\\\1", text)


def markdown_table(rows: list[dict[str, str]]) -> str:
    """Rows by the names of their columns as a table in Markdown."""
    lines = [" | ".join(rows[0]), " | ".join("---" for _ in rows[0]), *(" | ".join(row.values()) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)


def page_of(result: Result) -> Page:
    """Conclusions, causes and cautions of a comparison, and its scores."""
    overview: Overview[Any] = Overview.of(result)
    found = [f"# {plain_markdown(result.series.name)}", *conclusions(overview)]
    if reasons := causes(overview):
        found += ["**Why**", *(f"- {cause.sentence}" for cause in reasons)]
    found += [f"- {caution}" for caution in cautions(overview)]
    rows = [
        {
            "network": row.name,
            "RMSE": row.rmse,
            "difference": row.difference,
            "verdict": row.verdict,
            **{result.metrics[key].label: mean for key, mean in zip(result.shown, row.means, strict=True)},
            "diverged": row.diverged,
        }
        for row in (*overview.variants, *overview.baselines)
    ]
    return Page(tuple(found), rows)

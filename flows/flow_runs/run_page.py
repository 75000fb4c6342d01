"""What a flow run shows on its page in Prefect."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flows.comparison.markdown import markdown_table, plain_markdown
from flows.comparison.pictures import picture_artifact
from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import cautions, conclusions
from tasks.numerics.findings.drawings import drawings_of, first_drawings
from tasks.numerics.problems.attempts import attempt
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Result

LINKS: Final = {
    "report": "Report",
    "variants": "Variants in MLflow",
    "comparison": "Comparison in MLflow",
    "run": "Run in MLflow",
    "beside": "Beside the comparison before it",
}
LINKED: Final = (
    ("report", "report", "Figures, table and settings"),
    ("comparison", "mlflow", "Every variant and seed"),
)
"""What has an artifact of its own: where it is seen, key, description."""


@dataclass(frozen=True)
class Page:
    """What a comparison says on the page of its run."""

    words: tuple[str, ...]
    """Paragraphs of Markdown."""
    table: list[dict[str, str]]
    """A row a variant and baseline. Every column has a name: the dashboard shows no table with an empty one."""


def artifacts_of(page: Page, seen: Mapping[str, str]) -> list[dict[str, str]]:
    """The result in words, its table, and links to where it is `seen`: the report, the comparison and its run in MLflow.

    As Prefect's API takes artifacts.
    """
    links = " · ".join(f"[{LINKS[name]}]({address})" for name, address in seen.items())
    words = "\n\n".join([*page.words, markdown_table(page.table), *([links] if links else ())])
    found = [
        {"type": "markdown", "key": "result", "description": "What the comparison found", "data": words},
        {
            "type": "table",
            "key": "scores",
            "description": "Test part, means over seeds",
            "data": json.dumps(page.table),
        },
    ]
    for name, key, description in LINKED:
        if name in seen:
            link = f"[{LINKS[name]}]({seen[name]})"
            found.append({"type": "markdown", "key": key, "description": description, "data": link})
    return found


def unchanged_artifacts(words: str, seen: Mapping[str, str]) -> list[dict[str, str]]:
    """What a run shows that found nothing new: why, and where the last result is seen."""
    links = " · ".join(f"[{LINKS[name]}]({address})" for name, address in seen.items() if name in LINKS)
    shown = "\n\n".join([plain_markdown(words), *([links] if links else ())])
    return [{"type": "markdown", "key": "result", "description": "Nothing has changed", "data": shown}]


def figures_of(result: Result) -> list[dict[str, str]]:
    """The figures of the report's first screen as one picture; for a run of the dashboard or a schedule, whose page is looked at."""
    if "PREFECT__FLOW_RUN_ID" not in os.environ:
        return []
    from tasks.plot.pictures import draw_picture

    overview: Overview[Any] = Overview.of(result)
    drawn = drawings_of(overview)
    content = attempt(lambda: draw_picture([drawn[name] for name in first_drawings(overview)]), lambda error: b"")
    return [picture_artifact("figures", "What is proven, and the forecast", content)] if content else []


def page_of(result: Result, champion: str = "") -> Page:
    """Conclusions, causes and cautions of a comparison, what became of its choice, and its scores."""
    overview: Overview[Any] = Overview.of(result)
    found = [f"# {plain_markdown(result.series.name)}", *conclusions(overview)]
    if reasons := causes(overview):
        found += ["**Why**", *(f"- {cause.sentence}" for cause in reasons)]
    found += [f"- {caution}" for caution in cautions(overview)]
    if champion:
        found.append(f"**Champion** {plain_markdown(champion)}")
    rows = [
        {
            "network": row.name,
            overview.leads.label: row.leading,
            "difference": row.difference,
            "verdict": row.verdict,
            **{result.metrics[key].label: mean for key, mean in zip(result.shown, row.means, strict=True)},
            "diverged": row.diverged,
        }
        for row in (*overview.variants, *overview.baselines)
    ]
    return Page(tuple(found), rows)

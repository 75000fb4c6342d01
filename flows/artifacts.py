"""What a flow run shows on its page in Prefect."""

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.addresses import mlflow_address
from tasks.numerics.causes import causes
from tasks.numerics.conclusions import cautions, conclusions
from tasks.numerics.overview import Overview
from tasks.numerics.results import Result
from tasks.track import Tracked


def publish(result: Result, tracked: Tracked, tracking: str) -> None:
    """The result in words, its table, and links to the report and the run in MLflow, at `tracking` where it is given."""
    overview = Overview(result)
    address = tracking if tracking.startswith("http") else mlflow_address()
    run = f"{address.rstrip('/')}/#/experiments/{tracked.ids['experiment']}/runs/{tracked.ids['run']}"
    # MLflow's own page shows the report: a browser opens no file from a page that came over http.
    report = f"{run}/artifacts/report.html"
    create_markdown_artifact(words(overview, run, report), key="result", description="What the comparison found")
    create_table_artifact(table(overview), key="scores", description="Test part, means over seeds")
    create_link_artifact(report, link_text="Report", key="report", description="Figures, table and settings")
    create_link_artifact(run, link_text="Run in MLflow", key="mlflow", description="Every variant and seed")


def words(overview: Overview, run: str, report: str) -> str:
    """The result in Markdown: conclusions, causes, cautions, table and links."""
    found = [f"# {overview.result.series.name}", *conclusions(overview)]
    if reasons := causes(overview):
        found += ["**Why**", *(f"- {cause.sentence}" for cause in reasons)]
    found += [f"- {caution}" for caution in cautions(overview)]
    rows = table(overview)
    lines = [" | ".join(rows[0]), " | ".join("---" for _ in rows[0]), *(" | ".join(row.values()) for row in rows)]
    return "\n\n".join(
        [*found, "\n".join(f"| {line} |" for line in lines), f"[Report]({report}) · [Run in MLflow]({run})"]
    )


def table(overview: Overview) -> list[dict[str, str]]:
    """A row a variant and baseline. Every column has a name: the dashboard shows no table with an empty one."""
    return [
        {
            "forecast": row.name,
            "RMSE": row.rmse,
            "difference": row.difference,
            "verdict": row.verdict,
            "diverged": row.diverged,
        }
        for row in (*overview.variants, *overview.baselines)
    ]

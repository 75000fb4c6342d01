"""What a flow run shows on its page in Prefect."""

from pathlib import Path
from urllib.parse import quote

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.servers import MLFLOW_PORT
from tasks.numerics.conclusions import cautions, conclusions
from tasks.numerics.overview import Overview
from tasks.numerics.results import Result
from tasks.track import Tracked


def publish(result: Result, folder: Path, tracked: Tracked) -> None:
    """The result in words, its table, and links to the report and to MLflow's run."""
    overview = Overview(result)
    run = f"http://127.0.0.1:{MLFLOW_PORT}/#/experiments/{tracked.ids['experiment']}/runs/{tracked.ids['run']}"
    report = (folder / "report.html").resolve()
    lines = [f"# {result.series.name}", *conclusions(overview), *(f"- {caution}" for caution in cautions(overview))]
    lines += [f"[MLflow run]({run}) · report: `{report}`"]
    create_markdown_artifact("\n\n".join(lines), key="result", description="What the comparison found")
    create_table_artifact(table(overview), key="scores", description="Test part, means over seeds")
    create_link_artifact(run, link_text="Run in MLflow", key="mlflow")
    create_link_artifact(f"file://{quote(str(report))}", link_text="report.html", key="report")


def table(overview: Overview) -> list[dict[str, str]]:
    """A row a variant and baseline."""
    return [
        {"": row.name, "RMSE": row.rmse, "difference to stock": row.difference, "diverged": row.diverged}
        for row in (*overview.variants, *overview.baselines)
    ]

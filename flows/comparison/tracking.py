"""Where a comparison is tracked, whatever its networks are for."""

from flows.comparison.prefect_tasks import step
from flows.environment import MLRUNS
from flows.servers.addresses import mlflow_address
from flows.servers.processes import store_address
from tasks.numerics.findings.tracked_view import view_address
from tasks.numerics.settings import OutputSpec
from tasks.track import Place, Tracked, track

# The store may be busy or away for a moment: tracking again does no harm.
track_runs = step(track, "track", "track in MLflow", retries=2)


def place(output: OutputSpec, name: str) -> Place:
    """Where MLflow keeps the runs: the address that the user gave, or the project's own store; `name` of the experiment unless given."""
    return Place(output.tracking or store_address(), MLRUNS, output.experiment or name)


def addresses(tracked: Tracked, tracking: str) -> dict[str, str]:
    """Where MLflow shows the `comparison` among others of its experiment, its `run`, and its `report`; at `tracking` where that is given."""
    tracker = (tracking if tracking.startswith("http") else mlflow_address()).rstrip("/")
    experiment = tracked.ids["experiment"]
    run = f"{tracker}/#/experiments/{experiment}/runs/{tracked.ids['run']}"
    # MLflow's own page shows the report: a browser opens no file from a page that came over http.
    return {"comparison": view_address(tracker, experiment), "run": run, "report": f"{run}/artifacts/report.html"}


def in_words(place: Place) -> dict[str, str]:
    """Place and experiment, as a report names them before anything is tracked."""
    return {"MLflow": f"experiment {place.experiment}, shown by: interlayer ui"}

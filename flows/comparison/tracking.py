"""Where a comparison is tracked, whatever its networks are for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from flows.comparison.checks import check_tracking
from flows.environment import MLRUNS
from flows.private_files import usual_files
from flows.servers.addresses import mlflow_address
from flows.servers.processes import store_address
from flows.team.stores import artifact_folder, artifact_root, tracking_database, tracking_server
from tasks.numerics.errors import InputError
from tasks.numerics.findings.tracked_view import side_by_side_address, view_address, view_of
from tasks.numerics.settings import OutputSpec
from tasks.track.places import Place, Tracked
from tasks.track.side_by_side import comparison_before


def track_if_it_can_be(
    verb: Callable[[], Tracked], where: Place, whole: str = "Result, report and summary"
) -> tuple[Tracked | None, str]:
    """The runs in MLflow, or why they could not be logged: a result does not depend on who keeps its history. `whole` is what there is all the same."""
    try:
        if not (where.own or where.database):
            check_tracking(where.address)
        return verb(), ""
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        known = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        return None, (
            f"Not logged to MLflow ({known}{reason}). {whole} are whole; the same command logs them "
            "at its next run, and trains nothing again."
        )


def place(output: OutputSpec, name: str) -> Place:
    """Where MLflow keeps the runs: the address that the user gave, what a team shares, or the project's own store; `name` of the experiment unless given."""
    experiment = output.experiment or name
    if server := output.tracking or tracking_server():
        return Place(server, MLRUNS, experiment)
    if database := tracking_database():
        return Place(database.address, MLRUNS, experiment, artifact_root(), database)
    return Place(store_address(), MLRUNS, experiment)


@contextmanager
def readable_artifacts(where: Place) -> Iterator[None]:
    """What is logged to a folder that a team shares may be read by whom the user lets read other files."""
    folder = artifact_folder() if where.database else None
    with usual_files(folder) if folder else nullcontext():
        yield


def addresses_of(tracked: Tracked, digest: str, where: Place, tracking: str) -> dict[str, str]:
    """Those of `addresses`, the comparison's variants alone, and `beside` which comparison it stands, where there was one before."""
    experiment = tracked.ids["experiment"]
    found = addresses(tracked, tracking) | {"variants": view_address(tracker(tracking), experiment, view_of(digest))}
    try:
        before = comparison_before(tracked, where)
    except Exception:  # it is tracked; a store that is gone since costs one address
        return found
    if not before:
        return found
    return found | {"beside": side_by_side_address(tracker(tracking), experiment, (tracked.ids["run"], before))}


def addresses(tracked: Tracked, tracking: str) -> dict[str, str]:
    """Where MLflow shows the `comparison` among others of its experiment, its `run`, and its `report`; at `tracking` where that is given."""
    run = run_address(tracked, tracking)
    # MLflow's own page shows the report: a browser opens no file from a page that came over http.
    view = view_address(tracker(tracking), tracked.ids["experiment"])
    return {"comparison": view, "run": run, "report": f"{run}/artifacts/report.html"}


def forecast_addresses(tracked: Tracked, tracking: str) -> dict[str, str]:
    """Where MLflow shows a forecast's `run`, and its page as `report`."""
    run = run_address(tracked, tracking)
    return {"report": f"{run}/artifacts/forecast.html", "run": run}


def run_address(tracked: Tracked, tracking: str) -> str:
    """Where MLflow shows a run."""
    return f"{tracker(tracking)}/#/experiments/{tracked.ids['experiment']}/runs/{tracked.ids['run']}"


def tracker(tracking: str) -> str:
    """The address of MLflow's UI: the server that was given, a team's, or the project's own."""
    given = tracking or tracking_server()
    return (given if given.startswith("http") else mlflow_address()).rstrip("/")


def in_words(place: Place) -> dict[str, str]:
    """Place and experiment, as a report names them before anything is tracked."""
    shown = place.address if place.address.startswith("http") else "interlayer ui"
    return {"MLflow": f"experiment {place.experiment}, shown by: {shown}"}

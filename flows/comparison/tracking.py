"""Where a comparison is tracked, whatever its networks are for."""

from flows.comparison.prefect_tasks import step
from flows.environment import MLRUNS
from flows.servers.processes import store_address
from tasks.numerics.settings import OutputSpec
from tasks.track import Place, track

# The store may be busy or away for a moment: tracking again does no harm.
track_runs = step(track, "track", "track in MLflow", retries=2)


def place(output: OutputSpec, name: str) -> Place:
    """Where MLflow keeps the runs: the address that the user gave, or the project's own store; `name` of the experiment unless given."""
    return Place(output.tracking or store_address(), MLRUNS, output.experiment or name)


def in_words(place: Place) -> dict[str, str]:
    """Place and experiment, as a report names them before anything is tracked."""
    return {"MLflow": f"experiment {place.experiment}, shown by: interlayer ui"}

"""Where the servers of `interlayer serve` and `interlayer ui` answer, noted for the other commands while they run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from flows.environment import MLRUNS

PREFECT_PORT, MLFLOW_PORT = 4200, 5000
NOTE = MLRUNS / "serving.json"


@contextmanager
def noted(**ports: int) -> Iterator[None]:
    """Notes the ports (`prefect`, `mlflow`) for as long as this lasts."""
    MLRUNS.mkdir(parents=True, exist_ok=True)
    NOTE.write_text(json.dumps(ports))
    try:
        yield
    finally:
        NOTE.unlink(missing_ok=True)


def prefect_api() -> str:
    """The API's address: of the server that was started last, else at the usual port."""
    return f"{local(_ports().get('prefect', PREFECT_PORT))}/api"


def mlflow_address() -> str:
    """The address of MLflow's UI: of the one that was started last, else at the usual port."""
    return local(_ports().get("mlflow", MLFLOW_PORT))


def local(port: int) -> str:
    """An address on loopback."""
    return f"http://127.0.0.1:{port}"


def _ports() -> dict[str, int]:
    """What is noted; a note that was left behind by a killed process names ports where nothing answers."""
    try:
        return {name: int(port) for name, port in json.loads(NOTE.read_text()).items()}
    except (OSError, ValueError):
        return {}

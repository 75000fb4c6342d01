"""The process of MLflow's server and UI on the project's own store, or a team's: `python -m flows.servers.mlflow_process PORT HOST`.

HOST is empty where it listens on loopback alone.
"""

import os
import sys

from flows.environment import MLRUNS, begin_own_process
from flows.servers.parent_process import end_with_parent, interrupt_oneself
from flows.servers.request_guard import RequestGuard
from flows.team.logins import mlflow_login
from flows.team.stores import artifact_root, tracking_database


def serve(port: int, host: str) -> None:
    """Serves MLflow, one process, until the parent is gone."""
    own = f"127.0.0.1:{port},localhost:{port}"
    # Beyond loopback the guard alone knows the addresses at which it is asked, and lets nothing else pass.
    os.environ["MLFLOW_SERVER_ALLOWED_HOSTS"] = "*" if host else own
    origins = "*" if host else ",".join(f"http://{name}" for name in own.split(","))
    os.environ["MLFLOW_SERVER_CORS_ALLOWED_ORIGINS"] = origins
    from mlflow.server import constants

    from flows.servers.processes import store_address

    database = tracking_database()
    store = database.address if database else store_address()
    # What `mlflow server` sets for the app that it starts.
    os.environ[constants.BACKEND_STORE_URI_ENV_VAR] = store
    os.environ[constants.REGISTRY_STORE_URI_ENV_VAR] = store
    os.environ[constants.ARTIFACTS_DESTINATION_ENV_VAR] = (
        artifact_root() if database else (MLRUNS / "artifacts").as_uri()
    )
    os.environ[constants.ARTIFACT_ROOT_ENV_VAR] = artifact_root() if database else "mlflow-artifacts:/"
    os.environ[constants.SERVE_ARTIFACTS_ENV_VAR] = "true"
    os.environ["_MLFLOW_SGI_NAME"] = "uvicorn"
    from mlflow.server.fastapi_app import app

    from flows.servers.guarded_server import serve_guarded

    # MLflow shows a report in a frame of its own page.
    serve_guarded(RequestGuard(app, port, own_frames=True, host=host, login=mlflow_login()), host)


if __name__ == "__main__":
    begin_own_process()
    end_with_parent(interrupt_oneself)
    serve(int(sys.argv[1]), sys.argv[2])

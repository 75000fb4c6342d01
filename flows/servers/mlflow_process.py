"""The process of MLflow's server and UI on the project's own store: `python -m flows.servers.mlflow_process PORT`."""

import os
import sys

from flows.environment import MLRUNS, set_environment
from flows.servers.parent_process import end_with_parent, interrupt_oneself


def serve(port: int) -> None:
    """Serves MLflow on loopback, one process, until the parent is gone."""
    own = f"127.0.0.1:{port},localhost:{port}"
    os.environ["MLFLOW_SERVER_ALLOWED_HOSTS"] = own
    os.environ["MLFLOW_SERVER_CORS_ALLOWED_ORIGINS"] = ",".join(f"http://{host}" for host in own.split(","))
    from mlflow.server import constants

    from flows.servers.processes import store_address

    # What `mlflow server` sets for the app that it starts.
    os.environ[constants.BACKEND_STORE_URI_ENV_VAR] = store_address()
    os.environ[constants.REGISTRY_STORE_URI_ENV_VAR] = store_address()
    os.environ[constants.ARTIFACTS_DESTINATION_ENV_VAR] = (MLRUNS / "artifacts").as_uri()
    os.environ[constants.ARTIFACT_ROOT_ENV_VAR] = "mlflow-artifacts:/"
    os.environ[constants.SERVE_ARTIFACTS_ENV_VAR] = "true"
    os.environ["_MLFLOW_SGI_NAME"] = "uvicorn"
    from mlflow.server.fastapi_app import app

    from flows.servers.loopback_server import serve_on_loopback

    # MLflow shows a report in a frame of its own page.
    serve_on_loopback(app, port, own_frames=True)


if __name__ == "__main__":
    set_environment()
    end_with_parent(interrupt_oneself)
    serve(int(sys.argv[1]))

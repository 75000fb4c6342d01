"""Users and passwords of both servers, by the tools' own environment variables: asked for by ours, shown to a team's."""

import base64
import os
import urllib.error
import urllib.request
from typing import Final

USER: Final = "MLFLOW_TRACKING_USERNAME"
PASSWORD: Final = "MLFLOW_TRACKING_PASSWORD"
OF_PREFECT: Final = "PREFECT_SERVER_API_AUTH_STRING"
TO_PREFECT: Final = "PREFECT_API_AUTH_STRING"
REFUSED: Final = 401
ASK_SECONDS: Final = 2


def mlflow_login() -> str:
    """`user:password` of MLflow's server; '' where it asks for none."""
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    return f"{user}:{password}" if user and password else ""


def authorization(login: str) -> str:
    """What a client sends that has this login, as basic authentication."""
    return f"Basic {base64.b64encode(login.encode()).decode()}"


def tracking_is_refused(address: str) -> bool:
    """Whether an MLflow server does not take what the environment gives it."""
    return _status(f"{address.rstrip('/')}/api/2.0/mlflow/experiments/search?max_results=1", mlflow_login()) == REFUSED


def history_is_refused(api: str) -> bool:
    """The same of a Prefect server's API."""
    return _status(f"{api.rstrip('/')}/admin/version", os.environ.get(TO_PREFECT, "")) == REFUSED


def _status(address: str, login: str) -> int:
    request = urllib.request.Request(address, headers={"Authorization": authorization(login)} if login else {})
    try:
        with urllib.request.urlopen(request, timeout=ASK_SECONDS) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return 0

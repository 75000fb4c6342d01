"""What is told of a team's stores, logins and addresses before anything is reached; the guard beyond loopback."""

import base64
import http.client
import os
import socket
import subprocess
import sys
import time

import pytest
from served import Served, environment_of

from flows.environment import set_environment
from flows.servers.processes import free_port
from flows.servers.request_guard import RequestGuard
from flows.team import listening, stores
from flows.team.listening import check_host, in_words, names, places
from tasks.numerics.errors import InputError
from tasks.numerics.postgresql_stores import Database, refuse_other_release

RUNS = "postgresql+psycopg://team:s3cr3t@db:5432/mlflow"
HISTORY = "postgresql+asyncpg://team:s3cr3t@db:5432/prefect"
PREFECT = "PREFECT_API_DATABASE_CONNECTION_URL"


@pytest.fixture
def given(monkeypatch, tmp_path):
    """Says what stands in the environment."""

    def give(**variables: str) -> None:
        for name in stores._given:
            monkeypatch.setitem(stores._given, name, variables.get(name, ""))

    give()
    return give


WRONG = {
    "a database without a place for files": ({"MLFLOW_TRACKING_URI": RUNS}, "expected MLFLOW_DEFAULT_ARTIFACT_ROOT, a folder"),
    "a folder that is not there": ({"MLFLOW_TRACKING_URI": RUNS, "MLFLOW_DEFAULT_ARTIFACT_ROOT": "/none/there"}, "/none/there: expected a folder that is there"),
    "a path that is not absolute": ({"MLFLOW_TRACKING_URI": RUNS, "MLFLOW_DEFAULT_ARTIFACT_ROOT": "artifacts"}, "artifacts: expected an absolute path"),
    "a store with its key": ({"MLFLOW_TRACKING_URI": RUNS, "MLFLOW_DEFAULT_ARTIFACT_ROOT": "s3://key:s3cr3t@bucket/a"}, "expected an address without a password"),
    "another database": ({"MLFLOW_TRACKING_URI": "mysql+pymysql://team:s3cr3t@db/mlflow"}, r"expected the address of an MLflow server \(http"),
    "a server's password in its address": ({"MLFLOW_TRACKING_URI": "http://team:s3cr3t@box:5000"}, "Set MLFLOW_TRACKING_USERNAME"),
    "another driver": ({PREFECT: "postgresql+psycopg://team:s3cr3t@db/prefect"}, r"begins with postgresql\+asyncpg://"),
    "one database for both": ({"MLFLOW_TRACKING_URI": RUNS, "MLFLOW_DEFAULT_ARTIFACT_ROOT": "s3://b/a", PREFECT: HISTORY.replace("/prefect", "/mlflow")}, "expected two databases"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_the_variables_cannot_mean_is_told_without_a_password(given, what):
    variables, told = WRONG[what]
    given(**variables)
    with pytest.raises(InputError, match=told) as error:
        stores.check_team_stores()
    assert "s3cr3t" not in str(error.value)


def test_what_they_mean(given, tmp_path):
    stores.check_team_stores()
    assert not (stores.tracking_database() or stores.tracking_server() or stores.history_database())
    given(MLFLOW_TRACKING_URI=RUNS, MLFLOW_DEFAULT_ARTIFACT_ROOT=str(tmp_path / "a b"), **{PREFECT: HISTORY})
    (tmp_path / "a b").mkdir()
    stores.check_team_stores()
    assert stores.artifact_root() == (tmp_path / "a b").as_uri() and stores.artifact_folder() == tmp_path / "a b"
    runs, history = stores.tracking_database(), stores.history_database()
    assert (runs.shown, runs.dsn) == ("postgresql+psycopg://team@db:5432/mlflow", "postgresql://team:s3cr3t@db:5432/mlflow")  # fmt: skip
    assert history.shown == "postgresql+asyncpg://team@db:5432/prefect"
    assert "s3cr3t" not in repr(runs)
    # MLflow writes the store of a home into this variable: that is no team's.
    given(MLFLOW_TRACKING_URI="sqlite:////home/mlruns/mlflow.db")
    stores.check_team_stores()
    assert not (stores.tracking_database() or stores.tracking_server())
    given(MLFLOW_TRACKING_URI="http://box:5000/")
    assert stores.tracking_server() == "http://box:5000"


def test_a_database_of_another_release_is_refused_and_told_how_to_go_on():
    database = Database("MLflow", "MLFLOW_TRACKING_URI", RUNS)
    refuse_other_release(database, "", ("new", "old"), "")
    refuse_other_release(database, "new", ("new", "old"), "")
    with pytest.raises(InputError, match=r"made by an older release .* run once: mlflow db upgrade"):
        refuse_other_release(database, "old", ("new", "old"), "mlflow db upgrade")
    with pytest.raises(InputError, match="made by a newer release"):
        refuse_other_release(database, "newest", ("new", "old"), "")


def test_a_mistake_is_told_within_seconds_and_without_its_password(tmp_path):
    environment = environment_of(tmp_path / "home") | {"MLFLOW_TRACKING_URI": RUNS}
    done = subprocess.run([sys.executable, "-P", "-m", "flows.main", "compare"], env=environment, capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 2 and "MLFLOW_DEFAULT_ARTIFACT_ROOT" in done.stderr
    assert "s3cr3t" not in done.stderr and "Traceback" not in done.stderr


def test_commands_show_the_login_that_their_own_server_asks_for(monkeypatch):
    monkeypatch.setattr(os, "environ", {**os.environ, "PREFECT_SERVER_API_AUTH_STRING": "team:s3cr3t"})
    os.environ.pop("PREFECT_API_AUTH_STRING", None)
    set_environment()
    assert os.environ["PREFECT_API_AUTH_STRING"] == "team:s3cr3t"


# Beyond loopback.


def answered(guard: RequestGuard, path: str, server: str, **headers: str) -> int:
    """The status of a GET; 200 where it passes."""
    sent = []

    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message) -> None:
        sent.append(message)

    guard.app = app
    named = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": named, "server": (server, 80)}
    with pytest.raises(StopIteration):
        guard(scope, None, send).send(None)
    return sent[0]["status"]


def test_beyond_loopback_it_is_asked_by_its_names_and_by_the_address_at_which_one_arrives():
    guard = RequestGuard(None, 80, host="0.0.0.0")
    assert answered(guard, "/", "10.1.2.3", Host="10.1.2.3:80") == 200
    assert answered(guard, "/", "10.1.2.3", Host="10.1.2.3:80", Origin="http://10.1.2.3:80") == 200
    assert answered(guard, "/", "10.1.2.3", Host=f"{socket.gethostname()}:80") == 200
    assert answered(guard, "/", "10.1.2.3", Host="10.9.9.9:80") == 403
    assert answered(guard, "/", "10.1.2.3", Host="evil.example:80") == 403
    assert answered(guard, "/", "10.1.2.3", Host="10.1.2.3:80", Origin="http://evil.example") == 403
    # On loopback alone, an address that it does not listen at is no name of it.
    assert answered(RequestGuard(None, 80), "/", "10.1.2.3", Host="10.1.2.3:80") == 403


def test_user_and_password_are_asked_for():
    guard = RequestGuard(None, 80, login="team:wörd")
    right, wrong = (f"Basic {base64.b64encode(one.encode()).decode()}" for one in ("team:wörd", "team:word"))
    assert answered(guard, "/", "127.0.0.1", Host="localhost:80", Authorization=right) == 200
    assert answered(guard, "/", "127.0.0.1", Host="localhost:80", Authorization=wrong) == 401
    assert answered(guard, "/", "127.0.0.1", Host="localhost:80") == 401
    assert answered(guard, "/health", "127.0.0.1", Host="localhost:80") == 200
    assert answered(guard, "/health", "127.0.0.1", Host="evil.example") == 403


def test_what_listening_beyond_loopback_means_is_told(monkeypatch):
    for name in ("PREFECT_SERVER_API_AUTH_STRING", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(listening, "places", lambda host: ["127.0.0.1", host])
    ports = {"prefect": 4200, "mlflow": 5000}
    assert in_words("", ports) == []
    said = "\n".join(in_words("10.1.2.3", ports))
    assert "http://10.1.2.3:4200 and http://10.1.2.3:5000" in said and "starts comparisons" in said
    assert "! Prefect and MLflow ask for no password" in said and "Nothing is encrypted" in said
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "team:s3cr3t")
    said = "\n".join(in_words("10.1.2.3", ports))
    assert "! MLflow asks for no password" in said and "s3cr3t" not in said
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "team")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "s3cr3t")
    assert "for no password" not in "\n".join(in_words("10.1.2.3", ports))


def test_an_address_that_this_machine_has_not_is_refused():
    check_host("")
    check_host("127.0.0.2")
    assert places("") == ["127.0.0.1"] and places("127.0.0.2") == ["127.0.0.1", "127.0.0.2"]
    assert places("0.0.0.0") == ["0.0.0.0"] and "0.0.0.0" not in names("0.0.0.0")
    begun = time.monotonic()
    with pytest.raises(InputError, match=r"--host 203\.0\.113\.7: nothing can listen there"):
        check_host("203.0.113.7")
    assert time.monotonic() - begun < 5


@pytest.mark.slow
def test_mlflow_s_ui_beyond_loopback_asks_for_the_login_and_says_what_it_means(tmp_path, monkeypatch):
    home, port = tmp_path / "home", free_port()
    login = {"MLFLOW_TRACKING_USERNAME": "team", "MLFLOW_TRACKING_PASSWORD": "s3cr3t"}
    monkeypatch.setattr("served.environment_of", lambda home: environment_of(home) | login)
    served = Served(home, "ui", "--port", str(port), "--host", "127.0.0.2")
    try:
        served.wait_until_it_answers()
        assert f"Beyond this machine: http://127.0.0.2:{port}. Who reaches that reads every result." in served.said
        assert "asks for no password" not in served.said and "Nothing is encrypted" in served.said
        right = {"Authorization": f"Basic {base64.b64encode(b'team:s3cr3t').decode()}"}
        for place in ("127.0.0.1", "127.0.0.2"):
            assert asked(place, port) == 401
            assert asked(place, port, **right) == 200
            assert asked(place, port, Host="evil.example", **right) == 403
            assert asked(place, port, Origin="http://evil.example", **right) == 403
        # Our own commands: told what is missing, and through with it.
        for given, told in (({}, "asks for a user and password"), (login, "nothing was kept under this name")):
            environment = environment_of(tmp_path / "other") | {"MLFLOW_TRACKING_URI": f"http://127.0.0.2:{port}"} | given  # fmt: skip
            done = subprocess.run(Served.command("history", "sales"), env=environment, capture_output=True, text=True)
            assert done.returncode == 2 and told in done.stderr, done.stderr
    finally:
        served.stop()


def asked(place: str, port: int, **headers: str) -> int:
    connection = http.client.HTTPConnection(place, port, timeout=60)
    connection.request("GET", "/", headers={"Host": f"{place}:{port}"} | headers)
    status = connection.getresponse().status
    connection.close()
    return status

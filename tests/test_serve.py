"""`interlayer serve` and `interlayer ui`, without a browser."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from urllib.parse import urlparse

import pytest
from served import Served, environment_of, get, said_by, serving, wait_for

from flows.servers.addresses import answers
from flows.servers.processes import free_port
from flows.team import listening
from tasks.numerics.errors import InputError

pytestmark = pytest.mark.slow

NEW_YEAR = "0 6 1 1 *"
STILL_SCHEDULED = "state_type = 'SCHEDULED' and auto_scheduled"
TINY = (
    "--series nile --lookback 3 --layers 3 --epochs 4 --seeds 2 --learning-rates 1 --activations relu --placements cell"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    home = tmp_path_factory.mktemp("serve") / "home"
    # Folders of the user's own, where they serve.
    for name in ("flows", "tasks"):
        (home.parent / name).mkdir()
        (home.parent / name / "__init__.py").write_text(f"raise ImportError('{name} of the user')")
    said_by(home, "schedule", "add", "new-year", "--cron", NEW_YEAR, "--timezone", "Europe/Berlin")
    with serving(home) as all_three:
        yield all_three


def post(address: str, **headers: str) -> int:
    """The status of a POST without a token."""
    request = urllib.request.Request(address, b"{}", {"Content-Type": "application/json"} | headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def start_run(api: str, home: Path, epochs: int) -> str:
    """Asks for a run of the deployment as Prefect's command line does; returns its id."""
    program = (
        "from prefect.deployments import run_deployment; "
        f"print(run_deployment('compare-activations/default', timeout=0, parameters={{'training': {{'epochs': {epochs}}}}}).id)"
    )
    environment = os.environ | {"PREFECT_API_URL": api, "PREFECT_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def ask(served: Served, question: str) -> list:
    """What Prefect's history answers."""
    with closing(sqlite3.connect(served.home / "prefect" / "prefect.db")) as history:
        return history.execute(question).fetchall()


def test_a_taken_port_is_named_with_its_flag_and_nothing_is_started(tmp_path, first_start):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        for command in (["serve", "--prefect-port", port], ["serve", "--mlflow-port", port], ["ui", "--port", port]):
            served = Served(tmp_path / "home", *command)
            assert served.process.wait(60) == 2
            assert f"{command[1]} {port}: the port is taken" in served.said
            assert not (tmp_path / "home").exists()


def test_two_servers_want_two_ports():
    port = free_port()
    with pytest.raises(InputError, match="expected two ports"):
        listening.check_ports({"--prefect-port": port, "--mlflow-port": port})


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(InputError, match="expected a port from 1 to 65535"):
        listening.check_ports({"--port": port})


def test_it_says_where_both_dashboards_and_the_form_answer(served):
    process, prefect, mlflow = served
    assert process.address("MLflow") == mlflow
    assert answers(f"{mlflow}/health")
    assert answers(f"{prefect}/api/health")
    deployment = get(f"{prefect}/api/deployments/name/compare-activations/default")
    assert process.address("Run a comparison") == f"{prefect}/v2/deployments/deployment/{deployment['id']}/run"
    assert set(deployment["parameter_openapi_schema"]["properties"]) == {
        "series",
        "horizon",
        "preset",
        "evidence",
        "data",
        "windows",
        "network",
        "training",
        "comparison",
        "output",
    }


def test_a_schedule_makes_runs_in_the_future(served):
    process, prefect, _ = served
    deployment = get(f"{prefect}/api/deployments/name/compare-activations/new-year")
    (schedule,) = deployment["schedules"]
    assert (schedule["schedule"]["cron"], schedule["active"], schedule["slug"]) == (NEW_YEAR, True, "new-year")
    assert schedule["schedule"]["timezone"] == "Europe/Berlin"
    assert re.search(r"^Schedules +next new-year, \w+ 01 Jan 06:00 \(Europe/Berlin\)$", process.said, re.MULTILINE)
    wait_for(lambda: set(states(process, deployment["id"])) == {"SCHEDULED"}, 60)


def test_a_schedule_that_is_added_fires_and_one_that_is_removed_does_not(served):
    process, prefect, _ = served
    said_by(process.home, "schedule", "add", "every-minute", "--cron", "* * * * *", *TINY.split())
    try:
        wait_for(lambda: deployed(process, "every-minute"), 30)
        (deployment,) = deployed(process, "every-minute")
        wait_for(lambda: {"RUNNING", "COMPLETED"} & set(states(process, deployment)), 120)
    finally:
        said_by(process.home, "schedule", "remove", "every-minute")
    # The run that has begun ends well; none of those that were scheduled is left.
    wait_for(lambda: set(states(process, deployment)) == {"COMPLETED"}, 120)
    assert get(f"{prefect}/api/deployments/{deployment}")["schedules"] == []
    # At its minute, or at once where a busy machine had missed that.
    of_schedule = f"select parameters from flow_run where deployment_id = '{deployment}'"
    assert next(json.loads(parameters) for (parameters,) in ask(process, of_schedule)) == {
        "series": "nile",
        "windows": {"lookback": 3},
        "network": {"layers": [3]},
        "training": {"epochs": 4, "learning_rates": 1},
        "comparison": {"activations": ["relu"], "placements": ["cell"], "seeds": 2},
        "output": {"champion": "every-minute"},
    }
    assert list(process.home.glob("reports/nile-*/report.html"))


def deployed(served: Served, name: str) -> list[str]:
    """The id of a deployment, where there is one."""
    return [identity for (identity,) in ask(served, f"select id from deployment where name = '{name}'")]


def states(served: Served, deployment: str) -> list[str]:
    """Of every run of a deployment."""
    return [state for (state,) in ask(served, f"select state_type from flow_run where deployment_id = '{deployment}'")]


def test_what_has_no_token_changes_nothing(served):
    _, prefect, mlflow = served
    assert post(f"{prefect}/api/flow_runs/filter") == 403
    assert post(f"{mlflow}/api/2.0/mlflow/experiments/search", Host="evil.example") == 403


def test_everything_listens_on_loopback_alone(served):
    _, *addresses = served
    for address in addresses:
        with pytest.raises(OSError), socket.create_connection((other_address(), urlparse(address).port), timeout=2):
            pass


def other_address() -> str:
    """An address of this machine that is not 127.0.0.1; all of 127.0.0.0/8 is on loopback."""
    return "127.0.0.2"


def test_a_second_one_is_refused_and_leaves_the_first_as_it_is(served):
    process, prefect, mlflow = served
    ports = ["--prefect-port", str(free_port()), "--mlflow-port", str(free_port())]
    second = Served(process.home, "serve", *ports, output=".second")
    assert second.process.wait(60) == 2
    said = second.said
    assert f"serves this home already ({process.home}): Process {process.process.pid}, since " in said
    assert f"at {prefect} and {mlflow}, does. End that one first" in said
    deployment = get(f"{prefect}/api/deployments/name/compare-activations/default")
    assert not deployment["paused"] and (process.home / "serving.json").exists()


def test_an_interrupt_leaves_no_process_behind_though_a_run_is_under_way(served):
    process, prefect, _ = served
    run = start_run(f"{prefect}/api", process.home.with_name("client"), epochs=100_000)
    wait_for(lambda: get(f"{prefect}/api/flow_runs/{run}")["state"]["type"] == "RUNNING", 120)
    under_way = process.processes()
    assert any("prefect.engine" in command for command in under_way.values()), under_way
    assert process.stop(signal.SIGINT) == 0
    assert process.said.endswith("Stopped; nothing runs any more.\n")
    assert process.processes() == {}
    assert "Traceback" not in process.said
    assert not (process.home / "serving.json").exists()
    ended = f"select id, state_type from flow_run where state_type = 'CANCELLED' or id = '{run}'"
    assert ask(process, ended) == [(run, "CANCELLED")]
    # Prefect's scheduler may have made more while its schedules were paused.
    assert set(ask(process, "select state_type from flow_run")) <= {("CANCELLED",), ("COMPLETED",), ("SCHEDULED",)}


def test_over_restarts_and_a_kill_schedules_stay_and_runs_of_a_time_that_is_past_do_not_all_begin(tmp_path):
    home = tmp_path / "home"
    said_by(home, "schedule", "add", "new-year", "--cron", NEW_YEAR, *TINY.split())
    with serving(home) as (served, prefect, _):
        schedule_forecasts(prefect, tmp_path)
        wait_for(lambda: len(deployments_with_runs(served)) == 2, 60)
    # A clean end pauses what was served.
    with serving(home) as (served, prefect, _):
        deployment = get(f"{prefect}/api/deployments/name/forecast-champion/forecast")
        (schedule,) = deployment["schedules"]
        assert (schedule["schedule"]["cron"], schedule["active"], schedule["parameters"]) == (NEW_YEAR, True, {"name": "sales"})  # fmt: skip
        assert deployment["paused"] is False
        wait_for(lambda: len(deployments_with_runs(served)) == 2, 60)
        assert len(served.processes()) == 4
        assert served.stop(signal.SIGKILL) == -signal.SIGKILL
        wait_for(lambda: served.processes() == {}, 15)  # some 2 s on a quiet machine
    past = set(ask(served, f"select id from flow_run where {STILL_SCHEDULED}"))
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as history, history:
        columns = ("next_scheduled_start_time", "expected_start_time")
        history.execute(
            f"update flow_run set {', '.join(f'{one} = ?' for one in columns)}", ["2020-01-01 06:00:00.000000"] * 2
        )
    assert past
    with serving(home) as (served, _, _):
        wait_for(lambda: ask(served, f"select id from flow_run where {STILL_SCHEDULED}"), 60)
        assert not past & set(ask(served, "select id from flow_run"))


def deployments_with_runs(served: Served) -> list[tuple[str, ...]]:
    """Deployments of which runs stand in the future."""
    return ask(served, f"select distinct deployment_id from flow_run where {STILL_SCHEDULED}")


def schedule_forecasts(prefect: str, folder: Path) -> None:
    """Gives the deployment of forecasts a schedule, as its page in the dashboard does."""
    program = (
        "from prefect.client.orchestration import get_client\n"
        "with get_client(sync_client=True) as c:\n"
        "    d = c.read_deployment_by_name('forecast-champion/forecast')\n"
        f"    one = {{'schedule': {{'cron': '{NEW_YEAR}', 'timezone': 'UTC'}}, 'active': True, 'parameters': {{'name': 'sales'}}}}\n"
        "    c._client.post(f'/deployments/{d.id}/schedules', json=[one]).raise_for_status()"
    )
    environment = os.environ | {"PREFECT_API_URL": f"{prefect}/api", "PREFECT_HOME": str(folder / "client")}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)


def test_ui_opens_a_new_store_and_says_when_its_server_dies(tmp_path):
    served = Served(tmp_path / "home", "ui", "--port", str(free_port()))
    try:
        served.wait_until_it_answers()
        assert answers(f"{served.address('MLflow')}/health")
        assert (tmp_path / "home" / "mlflow.db").exists()
        for pid, command in served.processes().items():
            if "mlflow" in command:
                os.kill(pid, signal.SIGKILL)
        assert served.process.wait(60) == 1
        assert "mlflow ended by itself (code -9)" in served.said
    finally:
        served.stop()
    assert served.processes() == {}


def test_ui_ends_well_when_it_is_terminated(tmp_path):
    served = Served(tmp_path / "home", "ui", "--port", str(free_port()))
    served.wait_until_it_answers()
    assert served.stop(signal.SIGTERM) == 0
    assert served.processes() == {}


def test_a_path_in_the_form_is_meant_from_where_serve_was_started(tmp_path):
    program = (
        "import os, flows.deployments.served_flow as served; "
        "print(os.getcwd(), served.compare_activations.name, served.forecast_champion.name)"
    )
    environment = environment_of(tmp_path / "home") | {"INTERLAYER_FOLDER": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(tmp_path), "compare-activations", "forecast-champion"]

"""Schedules as `interlayer serve` really runs them: missed, unchanged, grown, damaged, killed, edited, and what is told of it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from receiver import receiving
from served import Served, get, said_by, serving, wait_for
from test_serve import NEW_YEAR, TINY, ask

pytestmark = pytest.mark.slow

SETTINGS = TINY.replace("--series nile", "").split()
LONG = 240
"""Seconds that a run may take on a busy machine."""


def months(rows: int) -> str:
    """A monthly series with a season."""
    start = 2010 * 12
    dates = [f"{month // 12}-{month % 12 + 1:02}-01" for month in range(start, start + rows)]
    return "day,sold\n" + "".join(f"{day},{100 + row % 12 * 5 + row % 7}\n" for row, day in enumerate(dates))


class Shop:
    """`interlayer serve` with a schedule of a growing file, and who is told what goes wrong."""

    def __init__(self, served: Served, prefect: str, receiver) -> None:
        self.served, self.prefect, self.receiver = served, prefect, receiver
        self.home, self.file = served.home, served.home.with_name("shop.csv")

    @property
    def last(self) -> dict:
        """What is kept of its last run."""
        kept = self.home / "scheduled" / "shop.json"
        return json.loads(kept.read_text()) if kept.exists() else {"how": "", "run": ""}

    def deployment(self, name: str = "shop") -> dict:
        return get(f"{self.prefect}/api/deployments/name/compare-activations/{name}")

    def run(self, **parameters: object) -> str:
        """Starts a run of its deployment, with parameters of its own where there are any; gives its id."""
        if not parameters:
            return said_by(self.home, "schedule", "run", "shop").rpartition("/")[2].strip()
        return self.client(
            f"d = c.read_deployment_by_name('compare-activations/shop'); "
            f"print(c.create_flow_run_from_deployment(d.id, parameters={{**d.parameters, **{parameters!r}}}).id)"
        )

    def client(self, program: str) -> str:
        """What a program says that has a client of Prefect's server, `c`: a page of the dashboard asks the same API."""
        program = (
            f"from prefect.client.orchestration import get_client\nwith get_client(sync_client=True) as c: {program}"
        )
        environment = os.environ | {"PREFECT_API_URL": f"{self.prefect}/api", "PREFECT_HOME": str(self.home.with_name("client"))}  # fmt: skip
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def ended(self, run: str) -> dict:
        """A run, once it has ended."""
        address = f"{self.prefect}/api/flow_runs/{run}"
        wait_for(lambda: get(address)["state"]["type"] not in ("SCHEDULED", "PENDING", "RUNNING"), LONG)
        return get(address)

    def blocks(self) -> set[str]:
        return {path.name for path in (self.home / "trained").iterdir()}

    def runs(self, name: str) -> list[tuple[str, str, str]]:
        """Of a deployment, those that have begun: name of the state, tags, parameters."""
        return ask(
            self.served,
            "select state_name, tags, parameters from flow_run where state_type != 'SCHEDULED' and deployment_id = "
            f"(select id from deployment where name = '{name}') order by start_time",
        )


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    home = tmp_path_factory.mktemp("shop") / "home"
    file = home.with_name("shop.csv")
    file.write_text(months(90))
    for name in ("shop", "fresh"):
        said_by(home, "schedule", "add", name, "--cron", NEW_YEAR, "--series", str(file), *SETTINGS)
    added_long_ago(home, "shop")
    alerts = ["--alert-minutes", "0.1", "--alert-webhook"]
    with (
        receiving() as receiver,
        serving(home, "--heartbeat-url", receiver.address, *alerts, receiver.address) as (served, prefect, _),
    ):
        yield Shop(served, prefect, receiver)


def added_long_ago(home, name: str) -> None:
    kept = json.loads((home / "schedules.json").read_text())
    for one in kept:
        if one["name"] == name:
            one["since"] = (datetime.now(UTC) - timedelta(days=3000)).isoformat()
    (home / "schedules.json").write_text(json.dumps(kept))


def test_a_heartbeat_is_asked_for_while_it_is_served(shop):
    wait_for(lambda: shop.receiver.asked, 60)
    assert set(shop.receiver.asked) == {"/hook/its-secret"}
    assert [path for path in shop.home.rglob("*.log") if "its-secret" in path.read_text(errors="replace")] == []


def test_times_that_were_missed_are_made_up_for_at_once_by_one_run(shop):
    wait_for(lambda: [name for name, *_ in shop.runs("shop")] == ["Completed"], LONG)
    assert shop.last["how"] == "completed", shop.last
    ((name, tags, _),) = shop.runs("shop")
    assert (name, json.loads(tags)) == ("Completed", ["missed-time"])
    assert shop.runs("fresh") == []
    said = said_by(shop.home, "schedule", "list")
    assert "completed\n" in said and f"last result {shop.home}/reports/shop-" in said
    assert max(map(len, said.splitlines())) <= 80 or "/" in max(said.splitlines(), key=len)


def test_unchanged_data_train_nothing_and_link_the_last_result(shop):
    before, result = shop.blocks(), shop.last["result"]
    run = shop.ended(shop.run())
    assert (run["state"]["type"], run["state"]["name"]) == ("COMPLETED", "Unchanged")
    assert result["folder"] in run["state"]["message"]
    assert shop.blocks() == before and shop.last["result"] == result
    ((shown,),) = ask(shop.served, f"select data from artifact where flow_run_id = '{run['id']}'")
    assert result["seen"]["report"] in shown
    seconds = run["total_run_time"]
    print(f"unchanged: {seconds:.1f} s from its beginning to its end")
    assert seconds < 30  # 2 to 4 s on a machine that does nothing else


def test_new_rows_train_blocks_of_windows_that_changed_and_no_others(shop):
    before, result = shop.blocks(), shop.last["result"]
    shop.file.write_text(months(96))
    run = shop.ended(shop.run())
    assert run["state"]["name"] == "Completed"
    assert shop.last["result"]["digest"] != result["digest"]
    # The parts are shares of the windows: with new rows the training part is another, and all of it is trained anew.
    assert shop.blocks() > before and len(shop.blocks()) == 2 * len(before)
    again = shop.ended(shop.run(comparison={"activations": ["relu"], "placements": ["cell"], "seeds": 4}))
    assert again["state"]["name"] == "Completed"
    assert shop.last["usual"] is False and len(shop.blocks()) == 3 * len(before)  # the new seeds alone


def test_data_that_fail_their_validation_fail_the_run_and_change_nothing_else(shop):
    result = shop.last["result"]
    good = shop.file.read_text()
    shop.file.write_text(good.replace("100\n", "many\n", 1))
    try:
        run = shop.ended(shop.run())
    finally:
        shop.file.write_text(good)
    assert run["state"]["type"] == "FAILED"
    assert shop.last["how"] == "failed" and shop.last["result"] == result
    wait_for(lambda: shop.receiver.of("failed"), 30)
    (told,) = shop.receiver.of("failed")
    assert (told["schedule"], told["run"]) == ("shop", run["id"])
    assert "many" in told["message"] and told["link"] == f"{shop.prefect}/v2/runs/flow-run/{run['id']}"
    assert "last run" in (said := said_by(shop.home, "schedule", "list")) and "failed\n" in said


def test_a_time_at_which_nothing_begins_is_told_and_a_run_that_is_killed_too(shop):
    run = shop.run(training={"epochs": 1_000_000, "learning_rates": 1, "patience": 0})
    wait_for(lambda: get(f"{shop.prefect}/api/flow_runs/{run}")["state"]["type"] == "RUNNING", LONG)
    wait_for(lambda: shop.last["run"] == run, 60)
    said_by(shop.home, "schedule", "add", "minutely", "--cron", "* * * * *", "--series", str(shop.file), *SETTINGS)
    wait_for(lambda: shop.receiver.of("did not start"), 150)
    said_by(shop.home, "schedule", "remove", "minutely")
    # Its run that waits would begin in the place of the one that is killed.
    wait_for(lambda: shop.deployment("minutely")["schedules"] == [], 30)
    told = shop.receiver.of("did not start")[0]
    due = datetime.fromisoformat(told["due"])
    late = (datetime.fromisoformat(told["at"]) - due).total_seconds()
    print(f"did not start: told {late:.1f} s after its time")
    assert told["schedule"] == "minutely" and 6 <= late < 40
    for pid, command in shop.served.processes().items():
        if "prefect.engine" in command or "flow_run" in command:
            os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    wait_for(lambda: shop.receiver.of("crashed"), 60)
    print(f"crashed: told after {time.monotonic() - killed:.1f} s")
    (told,) = shop.receiver.of("crashed")
    assert (told["schedule"], told["run"]) == ("shop", run)
    wait_for(lambda: shop.last["how"] == "crashed", 30)


def test_what_is_edited_in_the_dashboard_is_kept(shop):
    update = "from prefect.client.schemas.actions import DeploymentUpdate as U; d = c.read_deployment_by_name('compare-activations/shop'); "
    shop.client(update + "c.update_deployment(d.id, U(parameters={**d.parameters, 'windows': {'lookback': 4}}))")
    shop.client(
        update + "from prefect.client.schemas.schedules import CronSchedule as S; s, = d.schedules; "
        "c._client.patch(f'/deployments/{d.id}/schedules/{s.id}', json={'schedule': "
        "S(cron='0 7 2 1 *', timezone='UTC').model_dump(mode='json')}).raise_for_status()"
    )
    wait_for(lambda: "0 7 2 1 *" in (shop.home / "schedules.json").read_text(), 30)
    kept = {one["name"]: one for one in json.loads((shop.home / "schedules.json").read_text())}
    assert kept["shop"]["settings"]["windows"] == {"lookback": 4}
    assert kept["fresh"]["settings"]["windows"] == {"lookback": 3}
    listed = said_by(shop.home, "schedule", "list")
    assert "--cron '0 7 2 1 *'" in listed and "--lookback 4" in listed
    # A file that the dashboard's runs may not read stays one.
    other = shop.home.with_name("other.csv")
    other.write_text(months(90))
    shop.client(update + f"c.update_deployment(d.id, U(parameters={{**d.parameters, 'series': {str(other)!r}}}))")
    wait_for(lambda: "the edit is not kept" in (shop.home / "logs" / "deployment.log").read_text(), 30)
    assert str(other) not in (shop.home / "schedules.json").read_text()
    shop.client(update + f"c.update_deployment(d.id, U(parameters={{**d.parameters, 'series': {str(shop.file)!r}}}))")


def test_a_paused_schedule_is_paused_in_the_dashboard_and_the_other_way_round(shop):
    said_by(shop.home, "schedule", "pause", "fresh")
    wait_for(lambda: [one["active"] for one in shop.deployment("fresh")["schedules"]] == [False], 30)
    shop.client(
        "d = c.read_deployment_by_name('compare-activations/fresh'); s, = d.schedules; "
        "c._client.patch(f'/deployments/{d.id}/schedules/{s.id}', json={'active': True}).raise_for_status()"
    )
    wait_for(lambda: "paused" not in said_by(shop.home, "schedule", "list"), 60)


def test_an_edit_that_nobody_saw_is_kept_over_a_kill_and_a_restart(shop):
    shop.served.stop(signal.SIGKILL)
    wait_for(lambda: shop.served.processes() == {}, 30)
    with closing(sqlite3.connect(shop.home / "prefect" / "prefect.db")) as history, history:
        ((parameters,),) = history.execute("select parameters from deployment where name = 'shop'").fetchall()
        edited = json.loads(parameters) | {"windows": {"lookback": 5}}
        history.execute("update deployment set parameters = ? where name = 'shop'", [json.dumps(edited)])
    runs = len(shop.runs("shop"))
    with serving(shop.home) as (served, prefect, _):
        again = Shop(served, prefect, shop.receiver)
        kept = {one["name"]: one for one in json.loads((shop.home / "schedules.json").read_text())}
        assert kept["shop"]["settings"]["windows"] == {"lookback": 5}
        assert again.deployment()["parameters"]["windows"] == {"lookback": 5}
        (schedule,) = again.deployment()["schedules"]
        assert (schedule["schedule"]["cron"], schedule["slug"]) == ("0 7 2 1 *", "shop")
        assert len(again.runs("shop")) == runs  # changed today: no time of it has passed since
        # Removed there, it is removed.
        again.client("c.delete_deployment(c.read_deployment_by_name('compare-activations/fresh').id)")
        wait_for(lambda: "fresh" not in (shop.home / "schedules.json").read_text(), 30)


def test_where_nothing_is_served_the_command_runs_it_itself(shop):
    said = said_by(shop.home, "schedule", "run", "shop")
    assert "shop" in said and shop.last["how"] == "completed"
    before = shop.blocks()
    begun = time.monotonic()
    assert said_by(shop.home, "schedule", "run", "shop").startswith("Unchanged. Data and settings are as they were")
    print(f"unchanged on the command line: {time.monotonic() - begun:.1f} s")
    assert shop.last["how"] == "unchanged" and shop.blocks() == before

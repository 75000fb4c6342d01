"""The rules that schedules keep to: missed times, one at a time, unchanged data, edits of the dashboard, alerts."""

import asyncio
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from receiver import receiving
from served import environment_of

from flows.comparison import pipeline
from flows.scheduling import alerts, dashboard_edits, following, heartbeat, last_runs
from flows.scheduling.alerts import Alert, check_webhook, send
from flows.scheduling.dashboard_edits import edited
from flows.scheduling.last_runs import LastResult, LastRun, keep_begun, keep_ended, last_run
from flows.scheduling.missed_times import missed_time
from flows.scheduling.scheduled_run import OF_SCHEDULE, UnchangedError, scheduled_run, where_it_goes
from flows.scheduling.watching import HOOK_SECONDS, alert_of, not_begun
from flows.servers import allowed_files
from flows.studies import schedules
from flows.studies.given_settings import study_from
from flows.studies.run_form import parameters_of
from flows.studies.schedules import Schedule, add_schedule, change_schedule, named
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.settings import OutputSpec

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
HERE = where_it_goes(OutputSpec())
HOURLY = Schedule("hourly", "0 * * * *", "UTC", Study(), since=NOW - timedelta(days=40))


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setattr(schedules, "KEPT", tmp_path / "schedules.json")
    monkeypatch.setattr(last_runs, "KEPT", tmp_path / "scheduled")
    monkeypatch.setattr(alerts, "SENT", tmp_path / "alerts")
    monkeypatch.delenv(alerts.WEBHOOK, raising=False)
    return tmp_path


def iso(**before: float) -> str:
    return (NOW - timedelta(**before)).isoformat()


def test_however_many_times_were_missed_the_latest_alone_is_made_up_for():
    due = NOW.replace(minute=0)
    assert missed_time(HOURLY, LastRun(), NOW) == due
    assert missed_time(HOURLY, LastRun(served=iso(days=30)), NOW) == due
    assert missed_time(HOURLY, LastRun(served=iso(minutes=29)), NOW) is None
    assert missed_time(HOURLY, LastRun(served=iso(minutes=31)), NOW) == due


def test_times_before_it_was_added_or_while_it_was_paused_do_not_count():
    assert missed_time(replace(HOURLY, since=NOW - timedelta(minutes=29)), LastRun(served=iso(days=3)), NOW) is None
    assert missed_time(replace(HOURLY, active=False), LastRun(), NOW) is None


def test_times_are_those_of_the_schedules_own_zone_over_a_change_of_the_clock():
    berlin = Schedule("b", "30 2 * * *", "Europe/Berlin", Study(), since=datetime(2026, 3, 28, tzinfo=UTC))
    # The night to 29 March has no 2:30 there; cron runs at the next moment that there is.
    missed = missed_time(berlin, LastRun(), datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert missed.astimezone(UTC) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize(("how", "serves"), [("completed", True), ("unchanged", True), ("failed", True), ("cancelled", True), ("crashed", False), ("stopped", False)])  # fmt: skip
def test_what_was_killed_has_served_no_time(how, serves):
    keep_begun("it", "1", usual=True)
    begun = last_run("it").begun
    assert last_run("it").under_way
    keep_ended("it", "1", how, "why")
    last = last_run("it")
    assert (last.how, last.message, last.under_way) == (how, "why", False)
    assert last.served == (begun if serves else "")


def test_the_end_of_another_run_says_nothing_of_this_one():
    keep_begun("it", "1", usual=True)
    keep_begun("it", "2", usual=True)
    keep_ended("it", "1", "failed", "")
    assert last_run("it").under_way
    keep_ended("it", "2", "completed", "")
    keep_ended("it", "2", "cancelled", "")
    assert last_run("it").how == "completed"


def test_a_run_with_settings_of_its_own_neither_serves_a_time_nor_gives_the_schedules_result():
    own, served = LastResult("a", "/one", {}, iso(), "", True), ""
    for run, usual, result in (("1", True, own), ("2", False, replace(own, folder="/two"))):
        keep_begun("it", run, usual)
        served = last_run("it").begun if usual else served
        keep_ended("it", run, "completed", "", result)
    assert last_run("it").result == own and last_run("it").served == served


def test_unchanged_data_end_a_schedules_run_and_no_other(own_home, monkeypatch):
    (own_home / "summary.json").write_text("{}")
    add_schedule(Schedule("it", "0 * * * *", "UTC", Study()))
    keep_begun("it", "0", usual=True)
    keep_ended("it", "0", "completed", "", LastResult("d", str(own_home), {}, iso(), HERE, True))
    with scheduled_run(Study(), "by hand") as run:
        run.check("d")
    monkeypatch.setenv(OF_SCHEDULE, "it")
    with scheduled_run(Study(), "1") as run:
        run.check("other data")
    told = rf"nothing is trained. It stands in {own_home}"
    with pytest.raises(UnchangedError, match=told), scheduled_run(Study(), "2") as run:
        run.check("d")
    assert last_run("it").how == "unchanged" and last_run("it").result.folder == str(own_home)


@pytest.mark.parametrize(
    ("output", "settled"),
    [({"champion": "other"}, True), ({"champion": "it", "champion_days": 5}, True), ({"champion": "it"}, False)],
    ids=["another champion", "another age", "MLflow was gone, or the champion moved meanwhile"],
)
def test_what_is_left_to_do_is_done_though_data_are_unchanged(own_home, monkeypatch, output, settled):
    (own_home / "summary.json").write_text("{}")
    kept = where_it_goes(OutputSpec(champion="it"))
    keep_begun("it", "0", usual=True)
    keep_ended("it", "0", "completed", "", LastResult("d", str(own_home), {}, iso(), kept, settled))
    monkeypatch.setenv(OF_SCHEDULE, "it")
    with scheduled_run(Study(output=OutputSpec(**output)), "1") as run:
        run.check("d")
    assert last_run("it").result.settled is settled


def test_a_result_that_is_gone_is_made_anew(own_home, monkeypatch):
    keep_begun("it", "0", usual=True)
    keep_ended("it", "0", "completed", "", LastResult("d", str(own_home / "gone"), {}, iso(), HERE, True))
    monkeypatch.setenv(OF_SCHEDULE, "it")
    with scheduled_run(Study(), "1") as run:
        run.check("d")


def test_a_failed_run_keeps_why_and_leaves_the_last_result(own_home, monkeypatch):
    result = LastResult("a", str(own_home), {}, iso(), "", True)
    keep_begun("it", "0", usual=True)
    keep_ended("it", "0", "completed", "", result)
    monkeypatch.setenv(OF_SCHEDULE, "it")
    with pytest.raises(InputError), scheduled_run(Study(), "1"):
        raise InputError("line 3\nholds no number")
    last = last_run("it")
    assert (last.how, last.message, last.result) == ("failed", "line 3 holds no number", result)


def test_whoever_makes_the_same_comparison_is_waited_for_and_named(monkeypatch):
    study, said = Study(), []
    name = f"comparison {study.digest('data')}"
    program = (
        "import sys; from flows.servers.process_lock import in_turn\n"
        "with in_turn(sys.argv[1], 'for the schedule monday', print): print('has it', flush=True); sys.stdin.readline()"
    )
    home = str(last_runs.MLRUNS)
    command = [sys.executable, "-P", "-c", program, name]
    other = subprocess.Popen(
        command, env={**environment_of(last_runs.MLRUNS), "INTERLAYER_HOME": home}, stdin=-1, stdout=-1, text=True
    )
    try:
        assert other.stdout.readline() == "has it\n"
        with pipeline.alone(study, "other data", SimpleNamespace(warn=lambda _: pytest.fail("it is free"))):
            pass

        def warn(sentence):
            said.append(sentence)
            other.stdin.write("\n")
            other.stdin.flush()

        with pipeline.alone(study, "data", SimpleNamespace(warn=warn)):
            assert other.wait(10) == 0
    finally:
        other.kill()
        other.communicate()
    (sentence,) = said
    assert sentence.startswith(
        f"Waiting for another process that makes the same comparison (process {other.pid}, since "
    )
    assert "for the schedule monday); then this one reads what that has trained" in sentence


def deployment_of(
    schedule: Schedule, cron: str = "", active: bool = True, slug: str = "", **parameters
) -> SimpleNamespace:
    from prefect.client.schemas.schedules import CronSchedule

    times = CronSchedule(cron=cron or schedule.cron, timezone=schedule.timezone)
    one = SimpleNamespace(slug=slug or schedule.name, schedule=times, active=active)
    return SimpleNamespace(parameters=parameters_of(schedule.study) | parameters, schedules=[one])


def test_what_was_edited_in_the_dashboard_is_read(monkeypatch):
    assert edited(HOURLY, deployment_of(HOURLY)) == HOURLY
    found = edited(HOURLY, deployment_of(HOURLY, "30 7 * * 2", False, training={"epochs": 5}))
    assert (found.cron, found.active, found.study.training.epochs) == ("30 7 * * 2", False, 5)
    without = deployment_of(HOURLY)
    without.schedules = []
    assert edited(HOURLY, without) == replace(HOURLY, active=False)


def test_an_edit_opens_no_file_that_the_dashboard_may_not_read(tmp_path, monkeypatch):
    secret = tmp_path / "secret.csv"
    secret.write_text("day,v\n2025-01-01,1\n")
    monkeypatch.setenv(allowed_files.FOLDERS, "")
    with pytest.raises(InputError, match="a run of the dashboard reads bundled series"):
        edited(HOURLY, deployment_of(HOURLY, series=str(secret)))


def test_a_group_that_the_form_gives_whole_and_a_preset_are_edits_too():
    whole = deployment_of(HOURLY, series="nile", preset="quick", training=asdict(Study().training))
    assert edited(HOURLY, whole).study == study_from({"preset": "quick", "series": "nile"})


@pytest.mark.parametrize(
    ("change", "words"),
    [({"cron": "0 6 L * *"}, "is no schedule"), ({"training": {"epochs": 0}}, "its parameters can't be")],
)
def test_an_edit_that_can_not_be_is_refused(change, words):
    with pytest.raises(InputError, match=words):
        edited(HOURLY, deployment_of(HOURLY, **change))


def test_an_interval_is_no_cron():
    from prefect.client.schemas.schedules import IntervalSchedule

    found = deployment_of(HOURLY)
    found.schedules[0].schedule = IntervalSchedule(interval=timedelta(hours=1))
    with pytest.raises(InputError, match="no cron expression"):
        edited(HOURLY, found)


def test_what_prefect_was_told_is_read_again_and_a_damaged_note_is_none(own_home, monkeypatch):
    monkeypatch.setattr(dashboard_edits, "REGISTERED", own_home / "served.json")
    dashboard_edits.keep_registered([HOURLY])
    assert dashboard_edits.read_registered() == {"hourly": HOURLY}
    dashboard_edits.REGISTERED.write_text("[{")
    assert dashboard_edits.read_registered() == {}


def test_a_change_counts_from_now_on_and_no_change_changes_nothing():
    add_schedule(HOURLY)
    assert change_schedule("hourly", lambda one: one).since == HOURLY.since
    changed = change_schedule("hourly", lambda one: replace(one, active=False))
    assert not named("hourly").active and changed.since > HOURLY.since


# Alerts.


def test_an_alert_is_posted_once_with_all_that_tells_what_happened(monkeypatch, capsys):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    alert = Alert("failed", "monday", "4711", "line 3 holds no number")
    with receiving() as receiver:
        monkeypatch.setenv(alerts.WEBHOOK, receiver.address)
        receiver.status = 500
        assert not send(alert)
        assert "its-secret" not in capsys.readouterr().out
        receiver.status = 200
        assert send(alert) and send(alert)
        (taken,) = receiver.taken
    assert taken["text"] == (
        "Interlayer: The schedule monday failed. line 3 holds no number http://127.0.0.1:4200/v2/runs/flow-run/4711"
    )
    assert {name: taken[name] for name in ("event", "schedule", "run")} == {"event": "failed", "schedule": "monday", "run": "4711"}  # fmt: skip
    assert datetime.fromisoformat(taken["at"]).tzinfo


def test_nothing_is_sent_where_nobody_is_to_be_told(own_home):
    assert send(Alert("failed", "monday", "1", ""))
    assert not (own_home / "alerts").exists()


@pytest.mark.parametrize("address", ["hooks.example/a", "ftp://a/b", "http://", "http://a b/", "http://a:99999/"])
def test_an_address_that_takes_no_post_is_refused(address):
    with pytest.raises(InputError, match="--alert-webhook: expected an address"):
        check_webhook(address, 10)


def test_minutes_are_above_nought():
    check_webhook("", 0.1)
    with pytest.raises(InputError, match="--alert-minutes 0: expected"):
        check_webhook("", 0)


def test_an_address_is_asked_each_minute_while_all_is_well(monkeypatch, capsys):
    with receiving() as receiver, receiving() as prefect:
        monkeypatch.setenv("PREFECT_API_URL", prefect.address)
        monkeypatch.setenv(heartbeat.HEARTBEAT, receiver.address)
        beating = heartbeat.Heartbeat()
        asyncio.run(beating.look())
        asyncio.run(beating.look())
        assert receiver.asked == ["/hook/its-secret"]  # once within its time
        beating._next = 0.0  # a minute later
        prefect.status = 503
        asyncio.run(beating.look())
        assert len(receiver.asked) == 1 and "Prefect's server does not answer" in capsys.readouterr().out
        beating._next = 0.0  # a minute later
        prefect.status = 200
        asyncio.run(beating.look())
        assert len(receiver.asked) == 2
        receiver.status = 500
        assert not heartbeat.beat(receiver.address)
        said = capsys.readouterr().out
        assert "was not taken by http://127.0.0.1:" in said and "its-secret" not in said
        monkeypatch.setenv(heartbeat.HEARTBEAT, "")
        asyncio.run(heartbeat.Heartbeat().look())
        assert len(receiver.asked) == 3


def test_an_address_that_cannot_be_asked_is_refused_and_not_shown():
    heartbeat.check_heartbeat("")
    with pytest.raises(InputError, match="--heartbeat-url: expected an address") as error:
        heartbeat.check_heartbeat("hc.example/its-secret")
    assert "its-secret" not in str(error.value)


def test_a_time_at_which_nothing_began_is_told_after_some_minutes():
    late = timedelta(minutes=10)
    (found,) = not_begun([HOURLY], HOURLY.since, NOW, late)
    assert (found.event, found.schedule, found.due) == ("did not start", "hourly", "2026-11-26T12:00:00+00:00")
    assert not_begun([HOURLY], NOW - timedelta(minutes=29), NOW, late) == []  # not served then
    assert not_begun([replace(HOURLY, active=False)], HOURLY.since, NOW, late) == []
    keep_begun("hourly", "1", usual=True)  # after all, and now
    assert not_begun([HOURLY], HOURLY.since, NOW, late) == []


def test_a_failed_run_has_time_to_tell_it_itself_and_a_killed_one_has_not():
    identity = uuid4()

    def run(state: str, seconds: float) -> SimpleNamespace:
        found = SimpleNamespace(
            type=SimpleNamespace(value=state), timestamp=NOW - timedelta(seconds=seconds), message="m"
        )
        return SimpleNamespace(state=found, deployment_id=identity, id="4711")

    assert alert_of(run("FAILED", 1), {}, NOW) is None
    assert alert_of(run("FAILED", HOOK_SECONDS + 1), {}, NOW) == Alert("failed", "", "4711", "m")
    assert alert_of(run("CRASHED", 1), {identity: HOURLY}, NOW) == Alert("crashed", "hourly", "4711", "m")


def test_a_step_that_gets_no_answer_stops_no_other(monkeypatch, capsys):
    monkeypatch.setattr(following, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(following, "STEP_SECONDS", 0.05)
    followed, seen = following.Schedules(None, None), []

    async def unanswered():
        await asyncio.Event().wait()

    async def answered():
        seen.append(len(seen))

    for name in ("take_up", "note_ends", "drop_surplus"):
        monkeypatch.setattr(followed, name, answered)
    monkeypatch.setattr(followed, "take_over_edits", unanswered)

    async def served():
        task = asyncio.create_task(followed.follow(answered))
        while len(seen) < 8:
            await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(asyncio.wait_for(served(), 20))
    assert "TimeoutError" in capsys.readouterr().err

"""`interlayer schedule`: what is kept, listed, refused; that a schedule fires is shown where serve is tested."""

import asyncio
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from served import environment_of

from flows.command_line.application import exit_code
from flows.command_line.schedules import add, described, list_schedules, remove, study_from_anywhere
from flows.studies import schedules
from flows.studies.given_settings import study_from
from flows.studies.schedules import Schedule, check_cron, local_timezone, read_schedules
from flows.studies.study import Study
from tasks.numerics.errors import InputError

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MONDAYS = "0 6 * * 1"
SALES = "day,sold\n" + "".join(f"2025-{month:02}-{day:02},{day}\n" for month in range(1, 13) for day in range(1, 29))


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setattr(schedules, "KEPT", tmp_path / "home" / "schedules.json")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_added_is_read_again_whole_and_in_order(own_home):
    (own_home / "sales.csv").write_text(SALES)
    add("monday", cron=MONDAYS, timezone="Europe/Berlin", series="sales.csv", seeds=7, preset="quick", transform="log")
    add("hourly", cron="0 * * * *")
    first, second = read_schedules()
    assert (first.name, first.cron, first.timezone) == ("monday", MONDAYS, "Europe/Berlin")
    wanted = {
        "series": str(own_home / "sales.csv"),
        "seeds": 7,
        "preset": "quick",
        "transform": "log",
        "champion": "monday",
    }
    assert first.study == study_from(wanted)
    assert second == Schedule("hourly", "0 * * * *", local_timezone(), study_from({"champion": "hourly"}))
    remove("monday")
    assert read_schedules() == (second,)


def test_paths_hold_from_another_directory(own_home, monkeypatch):
    given = study_from({"series": "a.csv, nile", "suite": "suite.json", "output": "results"})
    found = study_from_anywhere(given)
    assert found.data.series == f"{own_home / 'a.csv'},nile"
    assert found.data.suite == str(own_home / "suite.json")
    assert found.output.output == str(own_home / "results")
    assert study_from_anywhere(Study()) == Study()


def test_a_list_is_aligned_and_fits_80_columns(capsys):
    add("monday", cron=MONDAYS, timezone="America/New_York", preset="quick", learning_rate=0.02, experiment="a b")
    add("a-longer-name.of_it", cron="*/15 8-18 * * mon-fri", timezone="UTC")
    capsys.readouterr()
    list_schedules()
    said = capsys.readouterr().out.splitlines()
    assert max(map(len, said)) <= 80
    assert [said[row].split()[-1] for row in (1, 6)] == ["America/New_York", "UTC"]
    assert {said[row].rindex(said[row].split()[-1]) for row in (1, 6)} == {said[0].index("time zone")}
    assert said[2] == "  champion monday: interlayer forecast monday"
    assert " ".join(line.strip() for line in said[3:6]) == (
        f"--cron '{MONDAYS}' --series antidiabetic_drugs --origins 2 --layers 8 --epochs 100 --learning-rate 0.02 --learning-rates 1 "
        "--activations relu --placements cell --seeds 8 --experiment 'a b' --champion monday"
    )
    assert said[8] == "  --cron '*/15 8-18 * * mon-fri' --series antidiabetic_drugs"


def test_a_schedule_keeps_a_champion_of_its_own_name_unless_it_is_told_otherwise(capsys):
    add("own", cron=MONDAYS)
    add("other", cron=MONDAYS, champion="sales")
    add("none", cron=MONDAYS, no_champion=True)
    add("autoencoder", cron=MONDAYS, head="autoencoder")  # forecasts nothing
    assert [one.study.output.champion for one in read_schedules()] == ["own", "sales", "", ""]
    capsys.readouterr()
    list_schedules()
    said = capsys.readouterr().out
    assert re.findall(r"champion (\S+): interlayer forecast (\S+)", said) == [("own", "own"), ("sales", "sales")]
    assert said.count("--no-champion") == 1 and "--champion sales" in said


def test_the_next_run_is_told_in_the_schedules_own_time_zone():
    lines = described([Schedule("monday", MONDAYS, "Asia/Tokyo", Study())], NOW)
    assert lines[1].split() == ["monday", "Mon", "2026-11-30", "06:00", "Asia/Tokyo"]
    assert Schedule("monday", MONDAYS, "Asia/Tokyo", Study()).next_run(NOW).astimezone(UTC) == datetime(2026, 11, 29, 21, tzinfo=UTC)  # fmt: skip


def test_flags_of_a_schedule_give_its_study_again():
    from flows.command_line.flags import as_tokens, flags_of

    study = study_from({"series": "nile", "layers": (8, 4), "activations": ("relu",), "drop_partial": True})
    assert flags_of(study) == ["--series nile", "--drop-partial", "--layers 8,4", "--activations relu"]
    assert as_tokens(["--layers", "8,4"]) == ["--layers", "8", "--layers", "4"]


MISTAKES = {
    "doubled name": (
        ["known", "--cron", MONDAYS],
        "NAME known: there is a schedule of this name. Expected another name",
    ),
    "name of the form": (["default", "--cron", MONDAYS], "NAME 'default': expected up to 40 letters"),
    "odd name": (["a/b", "--cron", MONDAYS], "NAME 'a/b': expected up to 40 letters"),
    "four fields": (["new", "--cron", "0 6 * *"], "--cron '0 6 * *' is no schedule"),
    "hour 25": (["new", "--cron", "0 25 * * *"], "--cron '0 25 * * *' is no schedule: bad hour. Expected five fields"),
    "time zone": (["new", "--cron", MONDAYS, "--timezone", "Berlin"], "--timezone 'Berlin' is no time zone. Expected"),
    "two champions": (
        ["new", "--cron", MONDAYS, "--champion", "a", "--no-champion"],
        "--champion a beside --no-champion: expected one of them",
    ),
    "setting": (["new", "--cron", MONDAYS, "--seeds", "0"], "--seeds 0: it should be greater than or equal to 1"),
    "budget": (
        ["new", "--cron", MONDAYS, "--until-decided", "--max-seeds", "2"],
        "--max-seeds 2 is less than --seeds 12",
    ),
    "series": (
        ["new", "--cron", MONDAYS, "--series", "nill"],
        "--series 'nill' is neither a file nor a bundled series",
    ),
    "suite": (["new", "--cron", MONDAYS, "--suite", "no.json"], "--suite 'no.json' can't be read"),
    "activation": (
        ["new", "--cron", MONDAYS, "--activations", "rleu"],
        "--activations: 'rleu' is not a Keras activation",
    ),
}


@pytest.mark.parametrize(("arguments", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_in_a_sentence_and_changes_nothing(arguments, words, capsys):
    add("known", cron=MONDAYS)
    kept = read_schedules()
    assert exit_code(["schedule", "add", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"interlayer: {words}"), said
    assert len(said.splitlines()) == 1
    assert read_schedules() == kept


def test_a_name_that_is_not_there_is_told_with_the_nearest(capsys):
    add("monday", cron=MONDAYS)
    assert exit_code(["schedule", "remove", "mondya"]) == 2
    assert (
        "NAME mondya: no schedule has this name. Did you mean 'monday'? Expected one of: monday."
        in capsys.readouterr().err
    )


@pytest.mark.parametrize("content", ["[{", '[{"name": "x"}]', '[{"name": "x", "cron": "0 6 * * 1", "timezone": "UTC", "settings": {"data": {"serie": 1}}}]'])  # fmt: skip
def test_a_damaged_file_is_named(content, own_home):
    (own_home / "home").mkdir()
    schedules.KEPT.write_text(content)
    with pytest.raises(InputError, match=r"schedules.json .*Mend it, or delete it"):
        read_schedules()


@pytest.mark.parametrize(
    "cron",
    ["* * * * *", MONDAYS, "*/5 8-18 * * mon-fri", "0 0 1,15 jan-mar *", "30 4 29 2 *", "0 12 13 * 5", "5-59/10 * * * 7", "0 0 * DEC SUN"],
)  # fmt: skip
def test_prefect_takes_what_is_taken_and_runs_at_the_same_times(cron):
    from prefect.server.schemas.schedules import CronSchedule

    check_cron(cron, "Europe/Berlin")
    prefects = asyncio.run(CronSchedule(cron=cron, timezone="Europe/Berlin").get_dates(20, NOW + timedelta(seconds=1)))
    ours, now = Schedule("it", cron, "Europe/Berlin", Study()), NOW
    for theirs in prefects:
        now = ours.next_run(now)
        assert now.astimezone(UTC) == theirs.astimezone(UTC)


@pytest.mark.parametrize("cron", ["every monday", "", "0 6 * * 1 0", "@daily", "0 6 L * *", "0 6 * * 1#2", "0 6 30 2 *", "0 6 LW * *", "60 * * * *"])  # fmt: skip
def test_a_schedule_that_is_none_is_refused(cron):
    with pytest.raises(InputError, match="is no schedule"):
        check_cron(cron, "UTC")


def test_the_time_zone_of_the_machine_has_a_name(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert local_timezone() == "Europe/Berlin"
    monkeypatch.setenv("TZ", "nonsense/nowhere")
    assert local_timezone() == "UTC"


def test_a_schedule_is_added_without_anything_heavy(tmp_path):
    program = (
        "import sys; from flows.command_line.application import exit_code; "
        f"code = exit_code(['schedule', 'add', 'monday', '--cron', '{MONDAYS}', '--series', 'nile']); "
        "heavy = {'prefect', 'tensorflow', 'keras', 'mlflow', 'great_expectations', 'pandas'} & set(sys.modules); "
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, env=environment_of(tmp_path / "home"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

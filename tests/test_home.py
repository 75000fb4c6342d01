"""The folder of all state: its owner's alone, whatever its path; interrupts from the first moment on."""

import os
import random
import signal
import stat
import subprocess
import sys
import time

import pytest
from served import environment_of, said_by

from flows import private_files
from flows.environment import environment
from flows.servers import allowed_files
from flows.servers.allowed_files import FOLDERS, check_allowed
from flows.studies.study import Study
from flows.terminal.exit_codes import CANCELLED, INTERRUPTED
from tasks.numerics.errors import InputError
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import OutputSpec

YEARLY = ("schedule", "add", "new-year", "--cron", "0 6 1 1 *")


def modes(folder) -> set[str]:
    return {oct(stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}


@pytest.fixture
def usual_umask(first_start):
    given = os.umask(0o022)
    yield
    os.umask(given)


def test_what_a_command_writes_is_its_users_alone(tmp_path, usual_umask):
    said_by(tmp_path / "home", *YEARLY)
    assert modes(tmp_path / "home") == {"0o700", "0o600"}


def test_a_home_of_an_older_release_is_closed(tmp_path, usual_umask):
    (tmp_path / "home" / "logs").mkdir(parents=True)
    (tmp_path / "home" / "logs" / "a.log").write_text("said")
    said_by(tmp_path / "home", *YEARLY)
    assert modes(tmp_path / "home") == {"0o700", "0o600"}


def test_a_folder_of_the_users_own_is_written_as_the_user_writes(tmp_path, usual_umask, monkeypatch):
    # What the command sets in its process stays a matter of this test.
    monkeypatch.setattr(os, "environ", {name: it for name, it in os.environ.items() if name != "INTERLAYER_UMASK"})
    private_files.keep_private()
    (tmp_path / "private").write_text("x")
    with private_files.usual_files(tmp_path):
        (tmp_path / "usual").write_text("x")
    with private_files.usual_files(private_files.MLRUNS):
        (tmp_path / "within").write_text("x")
    assert [oct(stat.S_IMODE((tmp_path / name).stat().st_mode)) for name in ("private", "usual", "within")] == [
        "0o600",
        "0o644",
        "0o600",
    ]


def test_a_program_that_imports_us_keeps_its_own_ways(usual_umask):
    with private_files.private_files():
        pass
    assert os.umask(0o022) == 0o022


def test_a_home_whose_path_ends_an_address_is_refused(tmp_path):
    environment = environment_of(tmp_path / "what?")
    command = [sys.executable, "-P", "-m", "flows.main", "compare"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("interlayer: The folder of all state is ") and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "what?").exists()


def test_loopback_is_reached_past_a_proxy(tmp_path):
    program = (
        "import threading, http.server; from flows.environment import set_environment; set_environment(); "
        "server = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler); "
        "threading.Thread(target=server.serve_forever, daemon=True).start(); "
        "from flows.servers.addresses import answers; import httpx; "
        "address = f'http://127.0.0.1:{server.server_port}/'; print(answers(address), httpx.get(address).status_code)"
    )
    proxy = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "no_proxy": "example.org"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment_of(tmp_path) | proxy,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.stdout == "True 200\n", done.stderr


def test_flags_of_the_compiler_hold_a_path_with_blanks(monkeypatch):
    monkeypatch.setattr("flows.environment.COMPILED", '/a home/it\'s "b\\c"')
    assert '"/a home/it\'s \\"b\\\\c\\""' in environment()["TF_XLA_FLAGS"]


@pytest.mark.parametrize("seed", range(6))
def test_an_interrupt_in_the_first_moments_is_answered_in_a_sentence(tmp_path, seed):
    command = [sys.executable, "-P", "-m", "flows.main", "compare", "--series", "nile"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment_of(tmp_path / "home"), stdout=pipe, stderr=pipe, text=True, cwd=tmp_path
    ) as begun:
        time.sleep(random.Random(seed).uniform(0.15, 0.6))
        begun.send_signal(signal.SIGINT)
        _, said = begun.communicate(timeout=30)
    assert begun.returncode == INTERRUPTED, said
    assert CANCELLED in said
    assert "Traceback" not in said


def test_an_interrupt_is_answered_where_the_user_looks_while_libraries_are_kept_quiet(tmp_path):
    program = (
        "import os, signal; from flows.main import answer_interrupts; answer_interrupts(); "
        "from flows.command_line.commands import libraries_kept_quiet; "
        "quiet = libraries_kept_quiet(); quiet.__enter__(); os.kill(os.getpid(), signal.SIGINT)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment_of(tmp_path / "home"), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (INTERRUPTED, f"{CANCELLED}\n")


def test_an_interrupt_that_comes_up_in_a_finalizer_is_not_lost(tmp_path):
    program = (
        "import os, signal, time\n"
        "from flows.terminal.interrupts import end_within_seconds\n"
        "class Finalized:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        time.sleep(1)\n"
        "end_within_seconds(lambda: None)\n"
        "try:\n"
        "    Finalized()\n"
        "    time.sleep(2)\n"
        "    print('went on')\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment_of(tmp_path / "home"), capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")


@pytest.fixture
def served_folder(tmp_path, monkeypatch):
    """A folder that `serve` was given, and a file beside it."""
    (tmp_path / "allowed").mkdir()
    for place in (tmp_path, tmp_path / "allowed"):
        (place / "sales.csv").write_text("day,sold\n")
    (tmp_path / "allowed" / "link.csv").symlink_to(tmp_path / "sales.csv")
    monkeypatch.setenv(FOLDERS, str(tmp_path / "allowed"))
    monkeypatch.setattr(allowed_files, "read_schedules", lambda: ())
    return tmp_path


def test_the_dashboards_runs_read_what_is_allowed(served_folder, monkeypatch):
    check_allowed(Study())
    check_allowed(Study(data=SeriesSpec(series=f"nile,{served_folder / 'allowed/sales.csv'}")))
    monkeypatch.delenv(FOLDERS)
    check_allowed(Study(data=SeriesSpec(series="/etc/passwd")))


@pytest.mark.parametrize(
    "asked",
    [
        {"data": {"series": "/etc/passwd"}},
        {"data": {"series": "{0}/sales.csv"}},
        {"data": {"series": "{0}/allowed/../sales.csv"}},
        {"data": {"series": "{0}/allowed/link.csv"}},
        {"data": {"series": "nile,{0}/sales.csv"}},
        {"data": {"suite": "{0}/suite.json"}},
        {"output": {"output": "{0}"}},
    ],
)
def test_the_dashboards_runs_read_and_write_nothing_else(served_folder, asked):
    groups = {"data": SeriesSpec, "output": OutputSpec}
    study = Study(
        **{
            name: groups[name](**{key: text.format(served_folder) for key, text in fields.items()})
            for name, fields in asked.items()
        }
    )
    with pytest.raises(InputError, match=r"a run of the dashboard reads bundled series.*--series-folder"):
        check_allowed(study)


def test_what_a_schedule_names_is_allowed_to_it(served_folder, monkeypatch):
    from flows.studies.schedules import Schedule

    study = Study(data=SeriesSpec(series=str(served_folder / "sales.csv")))
    monkeypatch.setattr(allowed_files, "read_schedules", lambda: (Schedule("a", "0 6 * * *", "UTC", study),))
    check_allowed(study)

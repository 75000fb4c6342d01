"""Who keeps the history may not sink the result: MLflow or Prefect gone, what was found is there, and it is said."""

import http.server
import threading
import time

import pytest
from examples import example_result

from flows.comparison.tracking import track_if_it_can_be
from flows.servers import process_lock, unrecorded_runs
from flows.servers.process_lock import by_one_process, hold_run, is_running, left_behind, let_run_go
from flows.servers.processes import free_port
from flows.servers.unrecorded_runs import Unrecorded, forget_unrecorded, keep_unrecorded
from tasks.numerics.findings.tracked_runs import account_of
from tasks.track import Comparison, track
from tasks.track.artifacts import Page
from tasks.track.places import Place

pytestmark = pytest.mark.slow

MOST_SECONDS = 60.0
"""On a busy machine; alone some 10."""


@pytest.fixture
def comparison(tmp_path):
    (tmp_path / "report.html").write_text("<p>A report</p>")
    return Comparison("0123456789ab", {"training": {"epochs": 1}}, {}, Page(tmp_path / "report.html", {}))


@pytest.fixture
def dying():
    """A tracker that is well when it is asked, and closes every other connection without a word."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/health":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"OK")
            else:
                self.close_connection = True

        def do_POST(self):
            self.do_GET()

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("gone", ["before", "while it logs"])
def test_a_tracker_that_is_gone_is_told_within_seconds(gone, dying, comparison, tmp_path):
    port = free_port() if gone == "before" else dying
    account = account_of(example_result(("stock", "cell-gelu"), seeds=2))
    begun = time.monotonic()
    where = Place(f"http://127.0.0.1:{port}", tmp_path, "example")
    tracked, said = track_if_it_can_be(lambda: track(account, comparison, where), where)
    assert time.monotonic() - begun < MOST_SECONDS
    assert tracked is None
    assert said.startswith("Not logged to MLflow (") and str(port) in said
    assert "the same command logs them" in said


def test_a_store_that_fails_is_told(comparison, tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tasks.track.places.create_store", full)
    account = account_of(example_result(("stock", "cell-gelu"), seeds=2))
    where = Place(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path, "example")
    tracked, said = track_if_it_can_be(lambda: track(account, comparison, where), where)
    assert tracked is None and "(OSError: [Errno 28] No space left on device)" in said


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    monkeypatch.setattr(process_lock, "MLRUNS", tmp_path)
    monkeypatch.setattr(process_lock, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(process_lock, "_tasks", [])
    monkeypatch.setattr(unrecorded_runs, "UNRECORDED", tmp_path / "unrecorded")
    return tmp_path


def test_a_run_is_left_behind_when_its_process_is_gone_and_not_before(own_home):
    hold_run("mine")
    (own_home / "runs" / "killed").touch()
    assert (is_running("mine"), is_running("killed"), is_running("another's")) == (True, False, False)
    assert left_behind() == {"killed"}
    let_run_go("killed")
    let_run_go("mine")
    assert left_behind() == set() and not is_running("mine")


def test_what_could_not_be_recorded_is_kept_until_it_is(own_home):
    run = Unrecorded("1f", [{"type": "markdown", "key": "result", "description": "", "data": "found"}])
    keep_unrecorded(run)
    (own_home / "unrecorded" / "2f.json").write_text("{")
    assert unrecorded_runs.unrecorded_runs() == [run]
    forget_unrecorded("1f")
    assert unrecorded_runs.unrecorded_runs() == []


def test_one_process_at_a_time_does_what_is_called_alike(own_home):
    import subprocess
    import sys

    from served import environment_of

    program = (
        "import sys; from flows.servers.process_lock import by_one_process\n"
        "with by_one_process(sys.argv[1], lambda: None): print('has it', flush=True); sys.stdin.readline()"
    )
    command, pipe = [sys.executable, "-c", program, "a block"], subprocess.PIPE
    with subprocess.Popen(command, env=environment_of(own_home), stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout.readline() == "has it\n"
        with by_one_process("another block", lambda: pytest.fail("it is free")):
            pass
        waited = []

        def wait():
            if not waited:
                other.kill()  # without a word
            waited.append(True)

        with by_one_process("a block", wait):
            assert waited

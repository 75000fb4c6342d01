"""Every test runs in the project's own environment, with state in a place of its own."""

import gc
import os
import shutil
import tempfile
import zlib
from pathlib import Path

import pytest

STATE = tempfile.mkdtemp(prefix="interlayer-tests-")
os.environ["INTERLAYER_HOME"] = STATE
# The first process, which starts the others, makes the folder and removes it.
MAKES_SHARED = "TESTS_SHARE" not in os.environ
if MAKES_SHARED:
    os.environ["TESTS_SHARE"] = tempfile.mkdtemp(prefix="interlayer-tests-shared-")

from compilers import QUICK  # noqa: E402

from flows.environment import collect_garbage_seldom, environment, reach_loopback_directly  # noqa: E402

for name, value in environment().items():
    os.environ[name] = value
reach_loopback_directly()
collect_garbage_seldom()
os.environ["XLA_FLAGS"] += f" {QUICK}"
# Processes that tests start find the project's own modules compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Compiling afresh, so that no test passes on a program of an older engine.
del os.environ["TF_XLA_FLAGS"]


from tasks.numerics.problems import attempts  # noqa: E402

attempts.RAISES = True


SPREAD = ("test_programs.py", "test_chain_layers.py", "test_cross_entropies.py")
"""Files of many cases that know nothing of one another: one process alone would be at work on each when all others have ended."""


LONG = (
    "test_serve.py",
    "test_programs.py",
    "test_served_schedules.py",
    "test_dashboard.py",
    "test_chain_layers.py",
    "test_team_stores.py",
    "test_faults.py",
    "test_stores.py",
    "test_api.py",
    "test_workers.py",
    "test_atlas.py",
    "test_clean.py",
    "test_champions.py",
    "test_keras_networks.py",
    "test_cross_entropies.py",
    "test_command.py",
    "test_track.py",
    "test_wheel.py",
    "test_training_windows.py",
    "test_report_in_browser.py",
    "test_rerun.py",
    "test_sources.py",
    "test_compare.py",
    "test_track_atlas.py",
    "test_benchmarks.py",
    "test_work_pool.py",
)
"""Files that take longest, those that wait for servers beside those that compute: they begin first, so that none goes on alone at the end."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


def pytest_collection_finish():
    # What is imported by now stays: a collection that something asks for walks through it each time.
    gc.freeze()


def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        """Tests of a file stay in one process, so that the servers they need are started once, but for the files of `SPREAD`."""

        def _split_scope(self, nodeid):
            scope = super()._split_scope(nodeid)
            return f"{scope} {zlib.crc32(nodeid.encode()) % 4}" if scope.endswith(SPREAD) else scope

    return Scheduling(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_unconfigure():
    shutil.rmtree(STATE, ignore_errors=True)
    if MAKES_SHARED:
        shutil.rmtree(os.environ["TESTS_SHARE"], ignore_errors=True)


@pytest.fixture
def first_start(monkeypatch):
    """Homes of this test find nothing that others computed."""
    monkeypatch.delenv("TESTS_SHARE")


OF_PROJECT = ("INTERLAYER_", "PREFECT_", "MLFLOW_", "XLA_", "AWS_", "http", "HTTP", "no_proxy", "NO_PROXY")
"""Variables that decide what the project does; libraries set others when they are imported."""


@pytest.fixture(autouse=True)
def process_left_as_it_was():
    """A test leaves environment, current directory and file mask of the process as they were: others run in it after it."""
    before = process_state()
    yield
    after = process_state()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    assert not changed, f"changed in the process that runs the other tests, too: {', '.join(changed)}"


def process_state() -> dict[str, str]:
    mask = os.umask(0)
    os.umask(mask)
    own = {"current directory": str(Path.cwd()), "file mask": f"{mask:o}"}
    return own | {name: value for name, value in os.environ.items() if name.startswith(OF_PROJECT)}


@pytest.fixture(scope="session")
def prefect_server():
    """A Prefect server of the tests' own, in a process of its own."""
    from flows.servers.processes import FOR_ONE_COMMAND, free_port, start_prefect

    port = free_port()
    server = start_prefect(port, FOR_ONE_COMMAND)
    try:
        server.wait()
        from prefect.settings import PREFECT_API_URL, temporary_settings

        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}):
            yield
            from flows.servers.run_history import send_the_rest

            send_the_rest()
    finally:
        server.stop()

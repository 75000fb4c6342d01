"""The wheel, installed with what is locked into an empty environment, away from the repository."""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from clusters import Scheduler
from other_pythons import quick_twice
from served import Served, environment_of

from flows.blocks.sealed_arrays import read_arrays
from flows.servers.processes import free_port
from tasks.numerics.series.bundled import catalogue, samples_catalogue
from tasks.numerics.series_settings import SeriesSpec

PROJECT = Path(__file__).resolve().parent.parent
UV = PROJECT / ".uv" / "bin" / "uv"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where a user works: they have folders called `flows` and `tasks` of their own there."""
    folder = tmp_path_factory.mktemp("user")
    for name in ("flows", "tasks"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"raise ImportError('{name} of the user')")
    return folder


@pytest.fixture(scope="module")
def by_threads(command, folder):
    """Where the state of a comparison is that was made twice, and trained nothing the second time."""
    quick_twice([command], folder, bare())
    return folder / "mlruns"


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """`interlayer` of an environment that holds nothing but the wheel and what it needs."""
    uv = str(UV) if UV.exists() else shutil.which("uv")
    if uv is None:
        pytest.skip("There is no uv here: make test brings one")
    place = tmp_path_factory.mktemp("installed")
    called(uv, "build", "--quiet", "--wheel", "--out-dir", place, PROJECT)
    (wheel,) = place.glob("*.whl")
    wanted = ("--locked", "--no-dev", "--no-emit-project", "--no-hashes", "--output-file", place / "locked.txt")
    called(uv, "export", "--quiet", "--project", PROJECT, *wanted)
    called(uv, "venv", "--quiet", "--python", sys.executable, place / "environment")
    python = place / "environment" / "bin" / "python"
    install = (uv, "pip", "install", "--quiet", "--no-deps", "--python", python)
    called(*install, "--requirement", place / "locked.txt", wheel)
    called(uv, "pip", "check", "--python", python)
    yield str(python.with_name("interlayer"))
    shutil.rmtree(place)


def called(*words: object) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_bundled_series_are_listed(command, folder):
    listed = subprocess.run([command, "series"], env=bare(), cwd=folder, capture_output=True, text=True)
    assert listed.returncode == 0, listed.stderr
    assert [name for name in (*catalogue(), *samples_catalogue()) if name not in listed.stdout] == []


def test_the_python_interface_is_installed_too(command, folder):
    program = "import interlayer, sys; print(interlayer.__file__, 'tensorflow' in sys.modules)"
    python = Path(command).with_name("python")
    said = subprocess.run([python, "-P", "-c", program], env=bare(), cwd=folder, capture_output=True, text=True)
    assert said.stdout.split() == [str(next(Path(command).parents[1].rglob("interlayer.py"))), "False"], said.stderr


def test_a_comparison_runs_where_the_user_is_and_then_trains_nothing(command, by_threads):
    assert list((by_threads / "reports").glob(f"{SeriesSpec().series}-*/report.html"))
    installed = Path(command).parents[1]
    assert not list(installed.rglob("mlruns"))


def test_blocks_of_workers_in_other_folders_are_those_of_threads_to_the_last_bit(
    command, by_threads, tmp_path, monkeypatch, first_start
):
    monkeypatch.delenv("PYTHONPATH", raising=False)
    asking = tmp_path / "asking"
    asking.mkdir()
    with two_workers(command, tmp_path) as (address, homes):
        try:
            compare = [command, "compare", "--preset", "quick", "--workers", address]
            compared = subprocess.run(compare, env=bare(), cwd=asking, capture_output=True, text=True)
        finally:
            subprocess.run([command, "server", "stop"], env=bare(), cwd=asking, capture_output=True)
        assert compared.returncode == 0, compared.stdout + compared.stderr
        sources = sources_of_workers(address)
    installed = Path(command).parents[1]
    assert len(sources) == len(homes) == 2
    assert all(any(name.endswith("remote_training.py") for name in found) for found in sources.values()), sources
    assert [name for found in sources.values() for name in found if not Path(name).is_relative_to(installed)] == []
    assert all(any(home.glob("compiled/*/*")) for home in homes), "One of both trained nothing."
    assert not any((home / "trained").exists() for home in homes)
    assert contents(asking / "mlruns" / "trained") == contents(by_threads / "trained") != {}


@contextmanager
def two_workers(command, folder):
    """The address of their scheduler, and where each keeps its state."""
    port = free_port()
    scheduler = Scheduler(folder / "scheduler", port, python=str(Path(command).with_name("python")))
    workers = []
    try:
        scheduler.wait_until_it_listens()
        for name in ("one", "two"):
            (folder / name).mkdir()
            workers.append(Worker(command, folder / name / "mlruns", f"tcp://127.0.0.1:{port}"))
        for worker in workers:
            worker.wait_until_it_answers()
        yield f"tcp://127.0.0.1:{port}", [worker.home for worker in workers]
    finally:
        for worker in workers:
            worker.stop()
        scheduler.stop()


class Worker(Served):
    """`interlayer worker` of the installed wheel."""

    def __init__(self, program, home, address):
        self.program = program
        super().__init__(home, "worker", address)

    def command(self, *arguments):
        return [self.program, *arguments]


def sources_of_workers(address):
    """Where each worker has Interlayer's modules from."""

    def own_sources():
        import sys

        return [one.__file__ for name, one in [*sys.modules.items()] if name.split(".")[0] in ("flows", "tasks")]

    from distributed import Client

    with Client(address, set_as_default=False) as client:
        return client.run(own_sources)


def contents(folder):
    """Every array of every block, byte by byte: how long a block took is its own."""
    found = {}
    for path in folder.iterdir():
        _, arrays = read_arrays(path)
        found[path.name] = {name: (one.dtype.str, one.shape, one.tobytes()) for name, one in arrays.items()}
    return found


def bare() -> dict[str, str]:
    """An environment that knows nothing of the checkout and of the tests' own place for state, in which Python keeps what it compiles."""
    unwanted = {"INTERLAYER_HOME", "INTERLAYER_SERVER_SECONDS", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}
    return {name: value for name, value in environment_of(Path()).items() if name not in unwanted}

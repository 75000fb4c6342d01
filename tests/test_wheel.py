"""The wheel, installed with what is locked into an empty environment, away from the repository."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from other_pythons import quick_twice
from served import environment_of

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


def test_a_comparison_runs_where_the_user_is_and_then_trains_nothing(command, folder):
    quick_twice([command], folder, bare())
    assert list((folder / "mlruns" / "reports").glob(f"{SeriesSpec().series}-*/report.html"))
    installed = Path(command).parents[1]
    assert not list(installed.rglob("mlruns"))


def bare() -> dict[str, str]:
    """An environment that knows nothing of the tests' own place for state, in which Python keeps what it compiles."""
    unwanted = {"INTERLAYER_HOME", "INTERLAYER_SERVER_SECONDS", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in environment_of(Path()).items() if name not in unwanted}

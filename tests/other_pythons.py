"""The other Pythons that this project supports, where they are found: imports and unit tests, then `quick`, twice.

python tests/other_pythons.py UV
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13")
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
HEAVY = ("great_expectations", "keras", "mlflow", "prefect", "statsforecast", "tensorflow", "xarray")
# Compiled modules are kept where they were imported first, though the caller keeps none.
KEPT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def main(uv: str) -> int:
    """The exit code: 1 where one of the Pythons fails; one that is not found is told, and fails nothing."""
    failed = []
    for version in SUPPORTED:
        if version == HERE:
            continue
        interpreter = found(version)
        if not interpreter:
            print(f"Python {version}: no interpreter was found, so nothing was tried on it.", flush=True)
            continue
        begun = time.monotonic()
        try:
            tried(uv, version, interpreter)
        except (subprocess.CalledProcessError, AssertionError) as error:
            print(f"Python {version}: failed: {error}", flush=True)
            failed.append(version)
        else:
            print(f"Python {version}: all is well, after {time.monotonic() - begun:.0f} s.", flush=True)
    return int(bool(failed))


def found(version: str) -> str:
    """An interpreter of this version that runs, empty where there is none."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    for candidate in candidates(version):
        try:
            said = subprocess.run([candidate, "-c", program], capture_output=True, text=True, timeout=30)
        except (OSError, subprocess.TimeoutExpired):
            continue
        # One of pyenv's shims is found and does not run.
        if said.returncode == 0 and said.stdout.strip() == version:
            return candidate
    return ""


def candidates(version: str) -> Iterator[str]:
    """Where an interpreter may be: everywhere on the path, then where pyenv keeps its own."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield str(Path(folder) / f"python{version}")
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(root.glob(f"versions/{version}*/bin/python"), reverse=True))


def tried(uv: str, version: str, interpreter: str) -> None:
    """Installs what is locked, beside the project's own environment, and runs what is to be run; raises where it fails."""
    folder = PROJECT / ".pythons" / version
    print(f"Python {version}: {interpreter}", flush=True)
    own = KEPT | {"UV_PROJECT_ENVIRONMENT": str(folder)}
    subprocess.run([uv, "sync", "--quiet", "--locked", "--python", interpreter], cwd=PROJECT, env=own, check=True)
    python = str(folder / "bin" / "python")
    # Compiled here once, and not by each of the processes that test.
    subprocess.run([python, "-c", f"import {', '.join(HEAVY)}"], cwd=PROJECT, env=KEPT, check=True, capture_output=True)
    tests = [python, "-m", "pytest", "-m", "not slow and not full and not browser"]
    subprocess.run(tests, cwd=PROJECT, env=KEPT, check=True)
    with tempfile.TemporaryDirectory(prefix="interlayer-python-") as place:
        environment = KEPT | {"INTERLAYER_HOME": str(Path(place) / "mlruns")}
        quick_twice([str(folder / "bin" / "interlayer")], Path(place), environment)


def quick_twice(command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Runs the quick comparison in a folder, then again; raises AssertionError where the second one trains anything."""
    kept = []
    try:
        for _ in range(2):
            compared = subprocess.run(
                [*command, "compare", "--preset", "quick"], env=environment, cwd=folder, capture_output=True, text=True
            )
            assert compared.returncode == 0, compared.stdout + compared.stderr
            assert re.search(r"^\W*cell-relu ", compared.stdout, re.MULTILINE), compared.stdout
            trained = (folder / "mlruns" / "trained").iterdir()
            kept.append({path.name: path.stat().st_mtime_ns for path in trained})
    finally:
        subprocess.run([*command, "server", "stop"], env=environment, cwd=folder, capture_output=True)
    assert kept[0], "The first comparison kept nothing of what it trained."
    assert kept[0] == kept[1], f"The second comparison trained again: {kept}"


if __name__ == "__main__":
    sys.exit(main(shutil.which(sys.argv[1]) or sys.argv[1]))

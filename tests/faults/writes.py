"""Every write, fsync and rename of a comparison failed, by a full disk and by a broken one."""

import errno
from pathlib import Path

from tests.faults.trials import PROJECT, Bench, Home

INJECTED = Path(__file__).with_name("injected")
ERRORS = (errno.ENOSPC, errno.EIO)
Failing = tuple[str, int, str, int]
"""Operation, number, path and errno."""


def variables(**others: str) -> dict[str, str]:
    """With which the command's own process meets its fault."""
    return {"PYTHONPATH": f"{INJECTED}:{PROJECT}", **others}


def operations(bench: Bench) -> list[Failing]:
    """What an undisturbed comparison does, with every way to fail."""
    home = bench.home(used=True)
    log = home.home.parent / "operations"
    home.start(**variables(INTERLAYER_FAULT_LOG=str(log))).communicate(timeout=240)
    found = [line.split(" ", 2) for line in log.read_text().splitlines()]
    home.end()
    return [(operation, int(number), path, error) for operation, number, path in found for error in ERRORS]


def trial(bench: Bench, failing: Failing) -> tuple[str, list[str]]:
    """Which operation failed, and what is wrong after it and after the next command."""
    operation, number, path, error = failing
    described = f"{operation} {number} of {path}: {errno.errorcode[error]}"
    home = bench.home(used=True)
    try:
        process = home.start(**variables(INTERLAYER_FAULT=f"{operation} {number} {error}"))
        said, _ = process.communicate(timeout=240)
        faults = ["a traceback"] if "Traceback" in said else []
        if process.returncode not in (0, 2):
            faults.append(f"ended with {process.returncode}")
        if process.returncode == 2 and "Run the same command again" not in said:
            faults.append("not told what to do")
        faults += half_written(home)
        found = [*faults, *home.faults_after_the_next(bench.scores)]
        return described, [*found, said] if found else []
    finally:
        home.end()


def half_written(home: Home) -> list[str]:
    """What was left beside."""
    return [str(path) for path in home.home.rglob(".*") if path.is_file() and "/compiled/" not in str(path)]

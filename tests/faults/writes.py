"""Every write, fsync and rename of a comparison failed once, by a full disk or a broken one: `python -m tests.faults.writes`."""

import argparse
import errno
import sys
from collections import Counter
from pathlib import Path

from tests.faults.trials import PROJECT, Bench, Home

INJECTED = Path(__file__).with_name("injected")
ERRORS = {"write": errno.ENOSPC, "fsync": errno.EIO, "rename": errno.ENOSPC}


def variables(**others: str) -> dict[str, str]:
    """With which the command's own process meets its fault."""
    return {"PYTHONPATH": f"{INJECTED}:{PROJECT}", **others}


def operations(bench: Bench) -> list[tuple[str, int, str]]:
    """What an undisturbed comparison does: operation, number and path."""
    home = bench.home(used=True)
    log = home.home.parent / "operations"
    home.start(**variables(INTERLAYER_FAULT_LOG=str(log))).communicate(timeout=240)
    found = [line.split(" ", 2) for line in log.read_text().splitlines()]
    home.end()
    return [(operation, int(number), path) for operation, number, path in found]


def trial(bench: Bench, operation: str, number: int) -> list[str]:
    """What is wrong once an operation has failed, and after the next command."""
    home = bench.home(used=True)
    try:
        process = home.start(**variables(INTERLAYER_FAULT=f"{operation} {number} {ERRORS[operation]}"))
        said, _ = process.communicate(timeout=240)
        faults = ["a traceback"] if "Traceback" in said else []
        if process.returncode not in (0, 2):
            faults.append(f"ended with {process.returncode}")
        if process.returncode == 2 and "Run the same command again" not in said:
            faults.append("not told what to do")
        faults += half_written(home)
        before = home.blocks()
        code, said_then = home.run()
        if code:
            return [*faults, said, f"the next command ended with {code}: {said_then}"]
        found = [*faults, *home.faults(bench.scores, before), *home.orphans()]
        return [*found, said] if found else []
    finally:
        home.end()


def half_written(home: Home) -> list[str]:
    """What was left beside."""
    return [str(path) for path in home.home.rglob(".*") if path.is_file() and "/compiled/" not in str(path)]


def main() -> int:
    """Prints what each trial found, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    bench, counts = Bench(), Counter[str]()
    try:
        all_of_them = operations(bench)
        print(f"{len(all_of_them)} operations: {dict(Counter(operation for operation, *_ in all_of_them))}", flush=True)
        for operation, number, path in all_of_them[asked.first : asked.first + asked.count]:
            faults = trial(bench, operation, number)
            counts["with a fault" if faults else "without a fault"] += 1
            print(f"{operation} {number} of {Path(path).name}: {'; '.join(faults) or 'well'}", flush=True)
    finally:
        bench.end()
    print(f"failed operations: {dict(counts)}")
    return int(counts["with a fault"] > 0)


if __name__ == "__main__":
    sys.exit(main())

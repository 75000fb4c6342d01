"""Ctrl-C at seeded moments: `python -m tests.faults.interrupts --count N --first K`."""

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter

from tests.faults.trials import Bench

WITHIN_SECONDS = 5.0
RESUME = "the same command goes on"
EARLIEST = 0.06
"""Seconds: before that Python itself starts, and answers with a traceback of its own."""


def trial(bench: Bench, number: int) -> tuple[str, list[str]]:
    """When it was interrupted, and what is wrong of its end and after the next command."""
    chance = random.Random(number)
    moment = chance.uniform(EARLIEST, 0.5) if number % 2 else chance.uniform(0.5, 0.6 * bench.seconds)
    home = bench.home(used=True)
    process = home.start()
    time.sleep(moment)
    done_before = process.poll() is not None
    begun = time.monotonic()
    os.killpg(process.pid, signal.SIGINT) if not done_before else None
    said, _ = process.communicate(timeout=240)
    seconds = time.monotonic() - begun
    described = f"interrupted after {moment:.2f} s, ended {seconds:.1f} s later with {process.returncode}"
    try:
        faults = []
        if not done_before and process.returncode != 0:
            faults += [] if process.returncode == 130 else [f"code {process.returncode}: {said}"]
            faults += [] if seconds < WITHIN_SECONDS else [f"{seconds:.1f} s"]
            faults += [] if RESUME in said else [f"not told how to go on: {said}"]
        faults += [f"a traceback: {said}"] if "Traceback" in said else []
        before = home.blocks()
        code, said = home.run()
        if code:
            return described, [*faults, f"the next command ended with {code}: {said}"]
        return described, [*faults, *home.faults(bench.scores, before), *home.orphans()]
    finally:
        home.end()


def main() -> int:
    """Prints what each trial found, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    bench, counts = Bench(), Counter[str]()
    try:
        for number in range(asked.first, asked.first + asked.count):
            described, faults = trial(bench, number)
            counts["with a fault" if faults else "without a fault"] += 1
            print(f"{number}: {described}: {'; '.join(faults) or 'well'}", flush=True)
    finally:
        bench.end()
    print(f"{asked.count} interrupts: {dict(counts)}")
    return int(counts["with a fault"] > 0)


if __name__ == "__main__":
    sys.exit(main())

"""Ctrl-C at seeded moments."""

import os
import random
import signal
import time

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
        return described, [*faults, *home.faults_after_the_next(bench.scores)]
    finally:
        home.end()

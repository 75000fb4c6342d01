"""The campaign of faults: `python -m tests.faults [--minutes 60] [--only PART,PART] [--anew] [--counts FILE]`.

Each part goes through its trials in the order of their numbers, as far as its share of the time lets it; the next call goes on from there
until every part is whole. What is found wrong is printed, and at the end how many trials of each part there were in all calls. Exit code 1
where one did not go well.
"""

import argparse
import multiprocessing
import os
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults import at_once, interrupts, kills, mutated_inputs, writes
from tests.faults.counts import Counts
from tests.faults.trials import Bench

SHARES = {"kills": 0.38, "interrupts": 0.08, "writes": 0.18, "crowds": 0.11, "inputs": 0.25}
MOST = {"kills": 100, "interrupts": 20, "inputs": 100_000}
"""Trials of a part until it is whole; of the others there are only so many."""
KEPT = Path(__file__).resolve().parents[2] / "mlruns" / "faults.json"
Trial = tuple[str, list[str]]
"""What was done, and what is wrong after it."""


def main() -> int:
    """Prints every fault, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--only", default=",".join(SHARES))
    parser.add_argument("--anew", action="store_true", help="forget what was tried before")
    parser.add_argument("--counts", type=Path, default=KEPT, help="the file in which the counts are kept")
    asked = parser.parse_args()
    parts = asked.only.split(",")
    counts = Counts(asked.counts) if asked.anew else Counts.read(asked.counts)
    left = [part for part in parts if counts.of(part).trials < MOST.get(part, 10**6)]
    bench = Bench() if set(left) - {"inputs"} else None
    try:
        for place, part in enumerate(left):
            whole = sum(SHARES[one] for one in left[place:])
            begun = time.monotonic()
            minutes = asked.minutes * SHARES[part] / whole
            go_on(part, bench, counts, minutes)
            # What a part that has become whole leaves over is the others'.
            asked.minutes -= (time.monotonic() - begun) / 60
    finally:
        if bench:
            bench.end()
    print("\n".join(["", *(counts.of(part).line(part) for part in parts)]))
    return int(any(counts.of(part).faults for part in parts))


def go_on(part: str, bench: Bench | None, counts: Counts, minutes: float) -> None:
    """A part's next trials, as many as there is time for."""
    count, until = counts.of(part), time.monotonic() + 60 * minutes
    last = time.monotonic()
    for described, faults in trials(part, bench, count.trials):
        if faults:
            count.faults.append(f"{count.trials}: {described}: {'; '.join(faults)}")
            print(f"{part} {count.faults[-1]}", flush=True)
        count.trials += 1
        now = time.monotonic()
        count.minutes += (now - last) / 60
        last = now
        if part != "inputs" or faults or count.trials % 100 == 0:
            counts.write()
        if now > until:
            break
    counts.write()
    print(count.line(part), flush=True)


def trials(part: str, bench: Bench | None, first: int) -> Iterator[Trial]:
    """Trials of a part from the `first` on, one after the other."""
    if part == "inputs":
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
            for seed, said in enumerate(pool.imap(mutated_inputs.outcome, range(first, MOST[part]), 20), first):
                yield str(seed), [said] if said.startswith("FAULT") else []
        return
    assert bench is not None
    if part == "kills":
        yield from side_by_side(partial(kills.trial, bench), range(first, MOST[part]))
    elif part == "interrupts":
        # One by one: each has to end within seconds.
        for number in range(first, MOST[part]):
            yield interrupts.trial(bench, number)
    elif part == "writes":
        every = writes.operations(bench)
        # However short the time, they are of the whole comparison.
        random.Random(0).shuffle(every)
        yield from side_by_side(partial(writes.trial, bench), every[first:])
    else:
        for size, used, same in at_once.CROWDS[first:]:
            words = f"{size} at once, {'the same' if same else 'each its own'}, on a {'used' if used else 'fresh'} home"
            yield words, at_once.crowd(bench, size, used, same)


def side_by_side(trial: Callable[[Any], Trial], items: Iterable[Any]) -> Iterator[Trial]:
    """A trial of each item in their order, as many at a time as there are cores."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        ahead = deque[Future[Trial]]()
        for item in items:
            ahead.append(pool.submit(trial, item))
            if len(ahead) >= cores:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


if __name__ == "__main__":
    sys.exit(main())

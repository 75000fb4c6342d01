"""The whole campaign of faults: `python -m tests.faults [--minutes 60] [--first K] [--only PART,PART]`.

Each part has its share of the time and goes through its trials in the order of their numbers, from the first on; what is found is printed,
and at the end how many trials of each part went well. Exit code 1 where one did not.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

from tests.faults import at_once, interrupts, kills, mutated_inputs, writes
from tests.faults.trials import Bench

SHARES = {"kills": 0.38, "interrupts": 0.12, "writes": 0.25, "crowds": 0.15, "inputs": 0.1}
MOST = {"kills": 100, "interrupts": 20, "inputs": 110_000}
"""Trials of a part, where its time suffices; of the others there are only so many."""
Trial = tuple[str, list[str]]
"""What was done, and what is wrong after it."""


def main() -> int:
    """Prints every fault, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", default=",".join(SHARES))
    asked = parser.parse_args()
    parts = asked.only.split(",")
    whole = sum(SHARES[part] for part in parts)
    bench, wrong, lines = Bench() if set(parts) - {"inputs"} else None, 0, []
    try:
        for part in parts:
            until = time.monotonic() + 60 * asked.minutes * SHARES[part] / whole
            counts = Counter[bool]()
            for described, faults in trials(part, bench, asked.first):
                counts[not faults] += 1
                if faults:
                    print(f"{part}: {described}: {'; '.join(faults)}", flush=True)
                if time.monotonic() > until or counts.total() >= MOST.get(part, 10_000):
                    break
            wrong += counts[False]
            lines.append(f"{part:<10} {counts.total():>7,} trials, {counts[False]:,} with a fault")
            print(lines[-1], flush=True)
    finally:
        if bench:
            bench.end()
    print("\n".join(["", *lines]))
    return int(wrong > 0)


def trials(part: str, bench: Bench | None, first: int) -> Iterator[Trial]:
    """Trials of a part, one after the other."""
    if part == "inputs":
        for seed in range(first, first + MOST[part]):
            said = mutated_inputs.outcome(seed)
            yield str(seed), [said] if said.startswith("FAULT") else []
        return
    assert bench is not None
    if part in ("kills", "interrupts"):
        module = {"kills": kills, "interrupts": interrupts}[part]
        for number in range(first, first + MOST[part]):
            described, faults = module.trial(bench, number)
            yield f"{number}, {described}", faults
    elif part == "writes":
        every = writes.operations(bench)
        # However short the time, they are of the whole comparison.
        random.Random(first).shuffle(every)
        for operation, number, path in every:
            yield f"{operation} {number} of {path}", writes.trial(bench, operation, number)
    else:
        for size in (2, 4, 8):
            for used, same in ((False, False), (False, True), (True, False), (True, True)):
                words = (
                    f"{size} at once, {'the same' if same else 'each its own'}, on a {'used' if used else 'fresh'} home"
                )
                yield words, at_once.crowd(bench, size, used, same)


if __name__ == "__main__":
    sys.exit(main())

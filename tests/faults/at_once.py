"""Several comparisons started at once, on a fresh home and on a used one: `python -m tests.faults.at_once --sizes 2,4,8`."""

import argparse
import sys

from tests.faults.trials import BLOCKS, PATIENCE, RUNS, Bench

FRESH_SECONDS = 4 * PATIENCE


def crowd(bench: Bench, size: int, used: bool, same: bool) -> list[str]:
    """What is wrong once `size` comparisons, all the same or each of seeds of its own, were started at once."""
    home = bench.home(used)
    try:
        started = [home.start() if same or not k else home.start("--first-seed", str(10 * k)) for k in range(size)]
        ended = [(process.communicate(timeout=FRESH_SECONDS)[0], process.returncode) for process in started]
        faults = [f"ended with {code}: {said}" for said, code in ended if code or "Traceback" in said]
        comparisons = 1 if same else size
        if len(home.blocks()) != BLOCKS * comparisons:
            faults.append(f"{len(home.blocks())} blocks")
        held = dict(
            home.ask(
                "mlflow.db",
                "SELECT tags.value, COUNT(*) FROM runs JOIN tags USING (run_uuid) WHERE tags.key = 'level' "
                "AND runs.lifecycle_stage = 'active' AND runs.status = 'FINISHED' GROUP BY 1",
            )
        )
        if held != {level: count * comparisons for level, count in RUNS.items()}:
            faults.append(f"MLflow holds {held}")
        completed = home.ask("prefect/prefect.db", "SELECT COUNT(*) FROM flow_run WHERE state_type = 'COMPLETED'")
        if completed != [(size,)]:
            faults.append(f"{completed} completed flow runs")
        return [*faults, *home.history_faults(), *home.orphans()]
    finally:
        home.end()


def main() -> int:
    """Prints what each crowd found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="2,4,8")
    asked = parser.parse_args()
    bench, wrong = Bench(), 0
    try:
        for size in map(int, asked.sizes.split(",")):
            for used in (False, True):
                for same in (False, True):
                    faults = crowd(bench, size, used, same)
                    wrong += bool(faults)
                    words = f"{size} at once, {'the same' if same else 'each its own'}, on a {'used' if used else 'fresh'} home"
                    print(f"{words}: {'; '.join(faults) or 'well'}", flush=True)
    finally:
        bench.end()
    print(f"{wrong} crowds with a fault")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

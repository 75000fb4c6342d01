"""Several comparisons started at once, on a fresh home and on a used one."""

from tests.faults.trials import BLOCKS, PATIENCE, RUNS, Bench

FRESH_SECONDS = 4 * PATIENCE
CROWDS = [
    (size, used, same)
    for size in (2, 4, 8)
    for used, same in ((False, False), (False, True), (True, False), (True, True))
]
"""How many, whether on a used home, and whether all are the same comparison."""


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

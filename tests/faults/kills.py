"""SIGKILL of the command, its group, Prefect's server or that of MLflow at seeded moments."""

import os
import random
import signal
import time
from contextlib import suppress

from tests.faults.trials import Bench, Home, waited_for

SERVERS = {"Prefect's server": "prefect_process", "MLflow's server": "mlflow_process"}
"""Names of their modules."""
VICTIMS = ("command", "group", *SERVERS)
AIMS = {
    "Prefect's store is made": "prefect/.prefect.db.making",
    "MLflow's store is made": ".mlflow.db.making",
    "a block is written": "trained/.*",
    "the first block is there": "trained/[!.]*",
    "the report is there": "reports/*/report.html",
    "the summary is there": "reports/*/summary.json",
    "the files are logged": "artifacts/*/*/artifacts/report.html",
    "": "",
}
"""What is waited for, if anything, and the file that tells it."""
TOLD_AT_ONCE = "no MLflow server answers there"
"""A server that is gone before anything was read."""
ON_FRESH_HOMES = ("Prefect's store is made", "MLflow's store is made")


def trial(bench: Bench, number: int) -> tuple[str, list[str]]:
    """What was killed and when, and what is wrong after the next command."""
    chance = random.Random(number)
    victim, aim = chance.choice(VICTIMS), chance.choice([*AIMS])
    home = bench.home(used=aim not in ON_FRESH_HOMES)
    if victim == "MLflow's server":
        home.begin_mlflow()
    process = home.start()
    if aim:
        waited_for(lambda: list(home.home.glob(AIMS[aim])), process)
        moment = chance.uniform(0, 0.7)
    else:
        moment = chance.uniform(0, 0.7 * bench.seconds)
    time.sleep(moment)
    kill(home, process.pid, victim)
    described = f"{victim} killed {moment:.2f} s after {aim or 'the start'}"
    try:
        said, _ = process.communicate(timeout=240)
        faults = (
            [f"the command ended with {process.returncode}: {said}"]
            if victim in SERVERS and process.returncode and TOLD_AT_ONCE not in said
            else []
        )
        faults += ["a traceback"] if "Traceback" in said else []
        if victim == "MLflow's server":
            home.begin_mlflow()
        return described, [*faults, *home.faults_after_the_next(bench.scores)]
    finally:
        home.end()


def kill(home: Home, pid: int, victim: str) -> None:
    """Ends it at once."""
    with suppress(ProcessLookupError):
        if victim in SERVERS:
            for server in home.servers(SERVERS[victim]):
                os.kill(server, signal.SIGKILL)
        elif victim == "group":
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)

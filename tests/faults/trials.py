"""A tiny comparison in a home of its own, disturbed, and what has to be true of the home after the next command."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from flows.servers.addresses import answers
from flows.servers.processes import free_port
from tests.compilers import QUICK
from tests.served import all_processes

PROJECT = Path(__file__).resolve().parents[2]
TINY = "--series nile --lookback 3 --origins 1 --test 0.2 --layers 3 --epochs 3 --seeds 2 --learning-rates 1 --activations relu --placements cell"
BLOCKS, RUNS = 2, {"comparison": 1, "variant": 2, "seed": 4}
SERVER_SECONDS = 3
PATIENCE = 240.0
"""Seconds that a command may take on a busy machine."""
USED = {
    "mlflow.db": ("metrics", "latest_metrics", "params", "tags", "inputs", "runs", "logged_models"),
    "prefect/prefect.db": ("task_run", "flow_run"),
}
"""Tables that are emptied where a home is to be used, and nothing kept."""
UNFINISHED = "('RUNNING', 'PENDING', 'CANCELLING')"


class Home:
    """A home and the commands in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.mlflow: subprocess.Popen[bytes] | None = None
        left_out = ("PREFECT", "TF_", "XLA", "MLFLOW", "INTERLAYER")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        self.environment = kept | {
            "INTERLAYER_HOME": str(home),
            "INTERLAYER_SERVER_SECONDS": str(SERVER_SECONDS),
            "XLA_FLAGS": QUICK,
            "PYTHONPATH": str(PROJECT),
        }

    def start(self, *further: str, **variables: str) -> subprocess.Popen[str]:
        """The comparison, in a group of its own; it tracks to the server of `begin_mlflow`, where there is one."""
        tracking = ("--tracking", self.mlflow_address) if self.mlflow else ()
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.main", "compare", *TINY.split(), *tracking, *further],
            env=self.environment | variables,
            cwd=self.home.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *further: str) -> tuple[int, str]:
        """The comparison to its end: its code, and what it said."""
        process = self.start(*further)
        said, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, said

    @cached_property
    def mlflow_port(self) -> int:
        """Of the server of `begin_mlflow`."""
        return free_port()

    @property
    def mlflow_address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.mlflow_port}"

    def begin_mlflow(self) -> None:
        """Starts an MLflow server on this home's store, again at the same port where another was killed."""
        self.end_mlflow()
        self.mlflow = subprocess.Popen(
            [sys.executable, "-P", "-m", "flows.main", "ui", "--port", str(self.mlflow_port)],
            env=self.environment,
            cwd=self.home.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert waited_for(lambda: answers(f"{self.mlflow_address}/health"), self.mlflow)

    def end_mlflow(self) -> None:
        """Stops that server, if there is one."""
        if self.mlflow:
            if self.mlflow.poll() is None:
                self.mlflow.send_signal(signal.SIGINT)
            self.mlflow.wait(60)
            self.mlflow = None

    def processes(self) -> dict[int, str]:
        """Every process with this home, but this one."""
        return dict(all_processes(f"INTERLAYER_HOME={self.home}\0"))

    def servers(self, name: str) -> list[int]:
        """Servers of this home, by a part of their command."""
        return [pid for pid, command in self.processes().items() if name in command]

    def blocks(self) -> dict[str, tuple[int, int]]:
        """When each trained block was written, by its name."""
        found = (self.home / "trained").glob("[!.]*")
        return {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in found}

    def scores(self) -> Any:
        """Of every seed of every variant, as text: the same to the last digit or not the same."""
        (summary,) = self.home.glob("reports/*/summary.json")
        found = json.loads(summary.read_text())
        return json.dumps([found["variants"], found["differences"], found["verdicts"]])

    def ask(self, store: str, question: str) -> list[tuple[Any, ...]]:
        """What a database of this home answers."""
        with closing(sqlite3.connect(self.home / store, timeout=30)) as connection:
            return connection.execute(question).fetchall()

    def faults(self, expected: str, before: dict[str, tuple[int, int]]) -> list[str]:
        """What is wrong once a command has run to its end, `before` being the blocks that it found."""
        found = []
        if self.scores() != expected:
            found.append("other scores")
        blocks = self.blocks()
        if len(blocks) != BLOCKS or any(blocks[name] != written for name, written in before.items()):
            found.append(f"trained twice: {before} then {blocks}")
        litter = [str(path) for path in self.home.rglob("*") if ".making" in path.name]
        return [*found, *litter, *self.tracking_faults(), *self.history_faults(), *self.open_files()]

    def faults_after_the_next(self, expected: str) -> list[str]:
        """What is wrong once the same command has run again, and its servers have had their time."""
        before = self.blocks()
        code, said = self.run()
        if code:
            return [f"the next command ended with {code}: {said}"]
        return [*self.faults(expected, before), *self.orphans()]

    def tracking_faults(self) -> list[str]:
        """Half runs in MLflow."""
        rows = self.ask(
            "mlflow.db",
            "SELECT tags.value, runs.status, COUNT(*) FROM runs JOIN tags USING (run_uuid) "
            "WHERE tags.key = 'level' AND runs.lifecycle_stage = 'active' GROUP BY 1, 2",
        )
        wanted = sorted((level, "FINISHED", count) for level, count in RUNS.items())
        return [] if sorted(rows) == wanted else [f"MLflow holds {rows}"]

    def history_faults(self) -> list[str]:
        """Runs and tasks in Prefect that stand as running; what has ended may take seconds to be written down."""
        until, open_runs = time.monotonic() + 15, []
        while time.monotonic() < until:
            open_runs = [
                row
                for table in ("flow_run", "task_run")
                for row in self.ask(
                    "prefect/prefect.db",
                    f"SELECT '{table}', name, state_type FROM {table} WHERE state_type IN {UNFINISHED}",
                )
            ]
            if not open_runs:
                return []
            time.sleep(0.5)
        return [f"left as running: {open_runs}"]

    def open_files(self) -> list[str]:
        """Files and folders that others may read."""
        return [f"open to others: {path}" for path in self.home.rglob("*") if path.lstat().st_mode & 0o077]

    def orphans(self) -> list[str]:
        """Processes that outlive the commands by more than the server's own time."""
        self.end_mlflow()
        until = time.monotonic() + SERVER_SECONDS + 25
        while self.processes() and time.monotonic() < until:
            time.sleep(0.3)
        return [f"orphan: {command}" for command in self.processes().values()]

    def end(self) -> None:
        """Ends what still runs, and removes the home."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.home, ignore_errors=True)


class Bench:
    """An undisturbed run, its scores and time, and homes for trials: fresh ones, or used ones in which nothing is trained."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="interlayer-faults-"))
        undisturbed = Home(self.folder / "undisturbed")
        begun = time.monotonic()
        code, said = undisturbed.run()
        self.seconds = time.monotonic() - begun
        assert code == 0, said
        self.scores = undisturbed.scores()
        assert undisturbed.faults(self.scores, {}) == []
        assert undisturbed.orphans() == []
        self.pattern = undisturbed.home
        for name in ("reports", "trained", "artifacts", "last-result.txt", "baselines"):
            path = self.pattern / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        for store, tables in USED.items():
            with closing(sqlite3.connect(self.pattern / store)) as connection, connection:
                for table in tables:
                    connection.execute(f"DELETE FROM {table}")

    def home(self, used: bool) -> Home:
        """A home for a trial."""
        place = Path(tempfile.mkdtemp(dir=self.folder)) / "home"
        if used:
            shutil.copytree(self.pattern, place)
        return Home(place)

    def end(self) -> None:
        """Removes all."""
        shutil.rmtree(self.folder, ignore_errors=True)


def waited_for(condition: Callable[[], object], process: "subprocess.Popen[Any]", seconds: float = PATIENCE) -> bool:
    """Whether it came true while the process ran."""
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.003)
    return False

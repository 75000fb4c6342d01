"""The commands as processes of a test, with state in a folder of their own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.servers.processes import free_port
from tests.compilers import QUICK

START_SECONDS = 180
SHARED = "TESTS_SHARE"
"""The variable that names the folder which the homes of these tests share; there is none for benchmarks, which measure a first start."""


class Served:
    """A command that serves until it is stopped."""

    def __init__(self, home: Path, *arguments: str, output: str = ".out") -> None:
        self.home, self.output = home, home.with_suffix(output)
        share_what_is_computed(home)
        self.environment = environment_of(home)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self.command(*arguments),
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Code and state are found from any current directory.
                cwd=home.parent,
                start_new_session=True,
            )

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "flows.main", *arguments]

    @property
    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_until_it_answers(self) -> None:
        wait_for(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, START_SECONDS)
        assert "Ctrl-C" in self.said, self.said

    def address(self, name: str) -> str:
        """What it said behind a name."""
        found = re.search(rf"^{name} +(\S+)", self.said, re.MULTILINE)
        assert found, self.said
        return found[1]

    def stop(self, number: int = signal.SIGINT) -> int:
        """Ends it like Ctrl-C; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)

    def processes(self) -> dict[int, str]:
        """Every process with this state folder, itself among them: whoever started it, whatever its group."""
        return dict(all_processes(f"INTERLAYER_HOME={self.home}\0"))


def environment_of(home: Path) -> dict[str, str]:
    """A command's environment: PREFECT_... and XLA's settings of the tests' own process are not its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "TF_", "XLA"))}
    # Prefect's server of the commands is gone soon after them.
    own = {"INTERLAYER_HOME": str(home), "COLUMNS": "100", "INTERLAYER_SERVER_SECONDS": "2", "XLA_FLAGS": QUICK}
    # Prefect looks every minute else for what is to be scheduled, and tests would wait for it.
    return kept | own | {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "3"}


def share_what_is_computed(home: Path) -> None:
    """A new home finds the programs and baselines that other homes of these tests computed, and leaves them its own."""
    shared = os.environ.get(SHARED)
    if shared and not home.exists():
        home.mkdir(parents=True)
        for name in ("compiled", "baselines"):
            Path(shared, name).mkdir(exist_ok=True)
            (home / name).symlink_to(Path(shared, name))


def said_by(home: Path, *arguments: str) -> str:
    """What a command says that ends by itself, and well."""
    share_what_is_computed(home)
    done = subprocess.run(
        Served.command(*arguments), env=environment_of(home), cwd=home.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def all_processes(variable: str) -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if variable in (folder / "environ").read_text(errors="replace"):
                yield int(folder.name), (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[tuple[Served, str, str]]:
    """`interlayer serve` on free ports, and the addresses of both dashboards."""
    prefect, mlflow = free_port(), free_port()
    served = Served(home, "serve", "--prefect-port", str(prefect), "--mlflow-port", str(mlflow), *arguments)
    try:
        served.wait_until_it_answers()
        yield served, f"http://127.0.0.1:{prefect}", f"http://127.0.0.1:{mlflow}"
    finally:
        served.stop()


def wait_for(condition: Callable[[], object], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.2)


def get(address: str) -> object:
    """The JSON that stands there."""
    with urllib.request.urlopen(address, timeout=10) as response:
        return json.load(response)

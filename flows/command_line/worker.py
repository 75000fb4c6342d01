"""`interlayer worker`: a worker of a Dask cluster with this installation's engine, until Ctrl-C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from flows.environment import LOGS, MLRUNS
from flows.workers.addresses import check_address
from tasks.numerics.errors import InputError

LAST_LINES = 12


def run_worker(address: str, threads: int) -> int:
    """Starts it and waits; gives the exit code. Raises InputError where no scheduler listens."""
    check_address(address, "ADDRESS")
    if threads < 1:
        raise InputError(f"--threads {threads}: expected 1 or more blocks side by side.")
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"worker-{os.getpid()}.log"
    with log.open("wb") as out:
        worker = subprocess.Popen(command(address, threads), stdout=out, stderr=out, cwd=LOGS, start_new_session=True)
    print(
        f"A worker of {address} trains {threads} block{'s' * (threads > 1)} at a time. Its log: {log}\nCtrl-C ends it.",
        flush=True,
    )
    code = waited(worker)
    if code:
        print(f"interlayer: the worker ended by itself (code {code}); the end of its log {log}:", file=sys.stderr)
        print("\n".join(last_lines(log)), file=sys.stderr)
        return 1
    print("Stopped; what it trained is with who asked for it.")
    return 0


def command(address: str, threads: int) -> list[str]:
    """Dask's own worker, below a nanny that starts it anew; memory is TensorFlow's affair."""
    flags = {
        "--nthreads": str(threads),
        "--nworkers": "1",
        "--memory-limit": "0",
        "--local-directory": str(MLRUNS / "worker"),
        "--death-timeout": "60",
    }
    # -P: a folder of the user's called `flows` or `tasks` is not taken for ours.
    start = [sys.executable, "-P", "-m", "dask", "worker", address, "--no-dashboard"]
    return start + [part for flag in flags.items() for part in flag]


def waited(worker: "subprocess.Popen[bytes]") -> int:
    """Its exit code; 0 where it was this command that was asked for an end."""

    def end(*asked: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        return worker.wait()
    except KeyboardInterrupt:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        worker.send_signal(signal.SIGINT)
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
        return 0


def last_lines(log: Path) -> list[str]:
    """What it said last."""
    return log.read_text(errors="replace").splitlines()[-LAST_LINES:]

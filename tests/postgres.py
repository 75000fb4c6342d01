"""A PostgreSQL of a test's own, where its binaries are on the machine."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.servers.processes import free_port

PASSWORD = "s3cr3t/with@signs"
QUOTED = "s3cr3t%2Fwith%40signs"


def binaries() -> str:
    """The folder of PostgreSQL's programs; '' where there is none."""
    found = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")))
    where = found[-1] if found else shutil.which("initdb")
    return str(Path(where).resolve().parent) if where else ""


def other_user() -> dict:
    """PostgreSQL refuses to run as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a database `shop` on loopback, without user and password: those are `reader` and `PASSWORD`."""
    programs, user, port = binaries(), other_user(), free_port()
    data, words = folder / "data", folder / "password"
    for parent in folder.parents:  # another user goes through
        if user and parent.stat().st_mode & 0o005 == 0 and parent.stat().st_uid == os.geteuid():
            parent.chmod(parent.stat().st_mode | 0o055)
    folder.mkdir()
    words.write_text(PASSWORD)
    if user:
        for path in (folder, words):
            shutil.chown(path, "nobody", "nogroup")
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C"}
    quietly = {"env": environment, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **user}
    subprocess.run([f"{programs}/initdb", "-D", data, "-U", "reader", "-A", "scram-sha-256", "-E", "SQL_ASCII", f"--pwfile={words}", "-N"], check=True, **quietly)  # fmt: skip
    server = subprocess.Popen([f"{programs}/postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"], **quietly)  # fmt: skip
    try:
        import psycopg

        until = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(host="127.0.0.1", port=port, user="reader", password=PASSWORD, dbname="postgres", autocommit=True) as one:  # fmt: skip
                    one.execute("create database shop")
                break
            except psycopg.OperationalError:
                assert time.monotonic() < until
                time.sleep(0.2)
        yield f"127.0.0.1:{port}/shop"
    finally:
        server.send_signal(signal.SIGINT)  # connections that are still open are ended
        server.wait(30)

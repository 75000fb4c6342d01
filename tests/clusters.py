"""Dask's own scheduler as a process of a test, of whichever environment."""

import socket
import sys
from pathlib import Path

from served import Served, wait_for


class Scheduler(Served):
    """On loopback, at a port."""

    def __init__(self, home: Path, port: int, *flags: str, python: str = sys.executable) -> None:
        self.port, self.flags, self.python = port, flags, python
        home.mkdir()
        super().__init__(home)

    def command(self, *arguments: str) -> list[str]:
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"]
        return [self.python, "-P", "-m", "dask", "scheduler", *place, *self.flags]

    def wait_until_it_listens(self) -> None:
        wait_for(lambda: listens(self.port), 120)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0

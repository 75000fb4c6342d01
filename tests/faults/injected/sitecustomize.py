"""Fails one write, fsync or rename below the home in the command itself, or notes all of them.

INTERLAYER_FAULT is `OPERATION NUMBER ERRNO`, with the operations counted from 0; INTERLAYER_FAULT_LOG gets a line an operation.
"""

import io
import os
import sys
import threading
from pathlib import Path
from typing import Any

HOME = os.environ.get("INTERLAYER_HOME", "/nowhere")
LOG = os.environ.get("INTERLAYER_FAULT_LOG", "")
WANTED = os.environ.get("INTERLAYER_FAULT", "none 0 0").split()
COUNTS: dict[str, int] = {}
LOCK = threading.Lock()
replace, fsync, open_file = os.replace, os.fsync, io.open


def met(operation: str, path: str) -> None:
    """An operation on a path: noted, or failed where it is the wanted one."""
    if not path.startswith(HOME) or "/prefect/" in path or "/logs/" in path:
        return
    with LOCK:
        number = COUNTS.get(operation, 0)
        COUNTS[operation] = number + 1
    if LOG:
        with open_file(LOG, "a") as log:
            log.write(f"{operation} {number} {path}\n")
    if WANTED[:2] == [operation, str(number)]:
        raise OSError(int(WANTED[2]), os.strerror(int(WANTED[2])), path)


def failing_replace(source: Any, target: Any, **named: Any) -> None:
    met("rename", os.fspath(target))
    replace(source, target, **named)


def failing_fsync(file: Any) -> None:
    number = file if isinstance(file, int) else file.fileno()
    met("fsync", str(Path(f"/proc/self/fd/{number}").readlink()))
    fsync(file)


def failing_open(path: Path, mode: str = "r", *others: Any, **named: Any) -> Any:
    """Half of what is written is, then the disk is full."""
    file = open_file(path, mode, *others, **named)
    if "w" not in mode:
        return file
    write = file.write

    class Writer:
        def __enter__(self) -> "Writer":
            return self

        def __exit__(self, *error: object) -> None:
            file.close()

        def write(self, content: Any) -> int:
            try:
                met("write", str(path))
            except OSError:
                write(content[: len(content) // 2])
                raise
            return write(content)

        def __getattr__(self, name: str) -> Any:
            return getattr(file, name)

    return Writer()


if "flows.main" in sys.orig_argv:
    os.replace, os.fsync = failing_replace, failing_fsync
    Path.open = failing_open

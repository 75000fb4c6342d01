"""What libraries write to standard error goes to a log: a user's terminal shows what the project says."""

import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from flows.environment import LOGS

PREFECT_LEVEL = "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"
"""The variable of what Prefect's runs say on the terminal."""


@contextmanager
def libraries_kept_quiet() -> Iterator[None]:
    """Sends what libraries write to standard error to mlruns/logs/libraries.log; Python's own standard error stays."""
    LOGS.mkdir(parents=True, exist_ok=True)
    level = os.environ.get(PREFECT_LEVEL)
    os.environ[PREFECT_LEVEL] = "CRITICAL"  # the runs' own pages keep every line
    kept, shown = os.dup(2), sys.stderr
    log = os.open(LOGS / "libraries.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    if stands_for(shown, 2):
        sys.stderr = io.TextIOWrapper(
            os.fdopen(os.dup(kept), "wb", 0), encoding=shown.encoding, errors=shown.errors, write_through=True
        )
    os.dup2(log, 2)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.environ.pop(PREFECT_LEVEL, None)
        if level is not None:
            os.environ[PREFECT_LEVEL] = level
        os.dup2(kept, 2)
        os.close(kept)
        os.close(log)
        sys.stderr = shown


def stands_for(stream: TextIO, descriptor: int) -> bool:
    """Whether a stream writes to a file descriptor: a notebook's goes elsewhere."""
    try:
        return stream.fileno() == descriptor
    except (OSError, ValueError):
        return False

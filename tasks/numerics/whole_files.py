"""Files that are there whole or not at all."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

BESIDE: Final = re.compile(r"\.(?P<name>.+)\.(?P<process>\d+)")
"""What `write_whole` calls a file until it is whole."""


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes beside, then renames: a reader never meets half a file, and a failure leaves what was there.

    It is on the disk before it has its name, so that a machine that fails leaves no empty file either.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        keep_name(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def writer_of(path: Path) -> int | None:
    """The number of the process that writes, or wrote, this file beside the one that it is to become; None of any other file."""
    name = BESIDE.fullmatch(path.name)
    return int(name["process"]) if name else None


def keep_name(folder: Path) -> None:
    """A name is on the disk when its folder is; systems that cannot say so keep it by themselves."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

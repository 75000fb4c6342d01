"""Nobody else on the machine reads what the project keeps: stores, blocks, logs and secrets are their owner's alone."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.environment import MLRUNS
from tasks.numerics.errors import InputError

PRIVATE = 0o077
"""What a group and others may not do with new files: anything."""
USUAL = "INTERLAYER_UMASK"
"""The variable by which a child knows what its user has for other files, in octal digits."""


def keep_private() -> None:
    """From here on what this process and its children make is its user's alone, and what stands in the home too."""
    given = os.umask(PRIVATE)
    os.environ.setdefault(USUAL, f"{given:o}")
    close_home()


@contextmanager
def private_files() -> Iterator[None]:
    """The same for as long as it lasts: a program that imports us keeps its own ways."""
    given = os.umask(PRIVATE)
    try:
        close_home()
        yield
    finally:
        os.umask(given)


@contextmanager
def usual_files(folder: Path) -> Iterator[None]:
    """What is written to a folder of the user's own may be read by whom the user lets read other files."""
    if folder.resolve().is_relative_to(MLRUNS):
        yield
        return
    given = os.umask(int(os.environ.get(USUAL, f"{PRIVATE:o}"), 8))
    try:
        yield
    finally:
        os.umask(given)


def close_home() -> None:
    """Takes from all others what an older release left open to them; once, for the home itself is closed last."""
    if not MLRUNS.is_dir() or not _open_to_others(MLRUNS):
        return
    for folder, folders, files in os.walk(MLRUNS):
        for name in (*folders, *files):
            _close(Path(folder) / name)
    _close(MLRUNS)


def check_home() -> None:
    """Raises InputError where neither Prefect nor MLflow could have a store below the home, whose address a '?' would end."""
    if "?" in str(MLRUNS):
        raise InputError(
            f"The folder of all state is {MLRUNS}, and a path with a '?' can't be the address of a database. "
            "Expected one without: set INTERLAYER_HOME to another folder."
        )


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & PRIVATE)


def _close(path: Path) -> None:
    with suppress(OSError):  # gone meanwhile, or another user's
        if not path.is_symlink() and _open_to_others(path):
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~PRIVATE)

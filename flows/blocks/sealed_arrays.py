"""Files of arrays that are there as they were written, or not at all.

A file is a line, then NumPy's own archive. The line holds the digest of the file's name and of the archive: what was changed, cut short or
renamed by whatever cause is not read. Nothing in such a file can run.
"""

import hashlib
import io
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from tasks.numerics.whole_files import write_whole

FORMAT = b"Interlayer's arrays 1"
ABOUT = "about"
Arrays = Mapping[str, np.ndarray]


def write_arrays(file: Path, about: Mapping[str, Any], arrays: Arrays) -> None:
    """Writes arrays by their names, and JSON values that say what they are."""
    told = np.frombuffer(json.dumps(about).encode(), np.uint8)
    kept = io.BytesIO()
    np.savez(kept, allow_pickle=False, **{ABOUT: told, **arrays})
    archive = kept.getvalue()
    write_whole(file, b"%b %b\n%b" % (_beginning(file), _digest(file, archive), archive))


def read_arrays(file: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]] | None:
    """What was written; None where the file is not there, or is not as it was written. Its time of access says from here on that it was used."""
    archive = _archive(file)
    if archive is None:
        return None
    with suppress(OSError):  # another user's
        os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns))
    with np.load(io.BytesIO(archive), allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    return json.loads(found.pop(ABOUT).tobytes()), found


def is_whole(file: Path) -> bool:
    """Whether a file stands there as it was written; its arrays are not made, and it does not count as used."""
    with suppress(OSError):
        before = file.stat()
        whole = _archive(file) is not None
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        return whole
    return _archive(file) is not None


def begins_as_arrays(file: Path) -> bool:
    """Whether it looks like such a file of this name, its first line alone read."""
    try:
        with file.open("rb") as opened:
            return opened.readline(256).startswith(_beginning(file))
    except OSError:
        return False


def _archive(file: Path) -> bytes | None:
    """NumPy's own archive; None where the file is not there, or is not as it was written."""
    try:
        line, _, archive = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    return archive if line == b"%b %b" % (_beginning(file), _digest(file, archive)) else None


def _beginning(file: Path) -> bytes:
    return b"%b %b" % (FORMAT, file.name.encode())


def _digest(file: Path, archive: bytes) -> bytes:
    return hashlib.sha256(file.name.encode() + b"\n" + archive).hexdigest().encode()

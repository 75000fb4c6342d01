"""Terminals that can't show every character get the nearest one that they can, and never an error instead of a result."""

import codecs
import io
import sys
import unicodedata

NEAREST = str.maketrans("▲▼±·—–→√×≈≤≥µ²³“”‘’…", "^v~.-->vx~<>u23\"\"''.")  # noqa: RUF001 - what is replaced
"""One for one, so that columns stay aligned."""
ERRORS = "interlayer.nearest"


def show_nearest_characters() -> None:
    """Lets standard output and standard error write whatever text there is, in the encoding that they have."""
    codecs.register_error(ERRORS, nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ERRORS)


def nearest(error: UnicodeError) -> tuple[str, int]:
    """What stands for the characters that could not be written; raises an error that is of another kind."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_nearest_to, error.object[error.start : error.end])), error.end


def _nearest_to(character: str) -> str:
    plain = character.translate(NEAREST)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()[:1]
    return plain or "?"

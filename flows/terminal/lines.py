"""Lines on standard error."""

import sys


def write_line(sentence: str) -> None:
    """Writes a line at once and whole: an interrupt, which Python takes between two calls, comes before it or after it."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()

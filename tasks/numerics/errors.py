"""What a user meets when what they passed can't be used."""

from typing import Final

MOST_LINES: Final = 10
"""Lines of a message: more is a log, not a message."""
LONGEST_LINE: Final = 900
"""Characters of one of its lines."""
LAST_LINES: Final = 4
"""Of a message that is too long, its last lines, which stay: what to do stands there."""


class InputError(ValueError):
    """What was passed can't be used; the message says what was passed, what was expected and how to mend it."""

    def __str__(self) -> str:
        """The message, in ten lines at most, whatever it was made of."""
        return within_limits(super().__str__())


def within_limits(message: str) -> str:
    """A message in ten lines at most, of 900 characters each at most: what is left out is left out of the middle, and said."""
    lines = [_line_within(line) for line in message.splitlines()]
    if len(lines) <= MOST_LINES:
        return "\n".join(lines)
    first = MOST_LINES - LAST_LINES - 1
    left_out = len(lines) - first - LAST_LINES
    return "\n".join([*lines[:first], f"... ({left_out} lines left out)", *lines[-LAST_LINES:]])


def _line_within(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    half = (LONGEST_LINE - len(" ... ")) // 2
    return f"{line[:half]} ... {line[-half:]}"

"""Series of a panel that are too short for the parts: refused by name, or left out where that is asked for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tasks.numerics.errors import InputError
from tasks.numerics.series.validation import RowsNeeded
from tasks.numerics.wording import few

if TYPE_CHECKING:
    from tasks.numerics.series.records import Records

NAMED: Final = 10
"""Series that a message lists."""


def long_enough(members: tuple["Records", ...], needs: RowsNeeded) -> tuple[tuple["Records", ...], tuple[str, ...]]:
    """The members of a panel with a row for a window of each part, and what the others are called, with their rows.

    One series alone stays as it is. Raises InputError where some are too short and are not to be left out, or all are.
    """
    fewest = needs.fewest
    short = {one.name: len(one.periods) for one in members if len(one.periods) < fewest.rows}
    if len(members) < 2 or not short:
        return members, ()
    if not needs.drop_short or len(short) == len(members):
        refuse_short(short, len(members), fewest)
    return tuple(one for one in members if one.name not in short), labels(short)


def refuse_short(short: Mapping[str, int], members: int, needs: RowsNeeded) -> None:
    """Raises InputError that names the series that are too short, with their rows, and how to leave them out."""
    raise InputError(
        f"{len(short):,} of {members:,} series are too short: {few(labels(short), NAMED)}. It is expected that {needs.asks} of "
        f"each. {mend(len(short) < members)}"
    )


def mend(some: bool) -> str:
    """What to do about series that are too short: where only some are, they can be left out."""
    leave = "Leave them out by --drop-short, or ask" if some else "Pass longer series, or ask"
    return f"{leave} for less: --lookback, --horizon, --validation, --test, --origins."


def labels(rows: Mapping[str, int]) -> tuple[str, ...]:
    """Series with their numbers of rows, for people."""
    return tuple(f"{name} ({count} row{'s' * (count != 1)})" for name, count in rows.items())

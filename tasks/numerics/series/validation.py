"""What was expected of a series, what was found, and what a person is told of it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tasks.numerics.errors import MOST_LINES, InputError, within_limits
from tasks.numerics.settings import WindowSpec
from tasks.numerics.wording import cut, few

SHOWN: Final = 10
"""Failing rows that a page lists."""
MOST_DETAILS: Final = 1000
"""Failing rows that are told of one by one; of further ones, how many they are."""


@dataclass(frozen=True)
class RowsNeeded:
    """What a comparison asks of the length of a series."""

    lookback: int
    horizon: int
    validation: float
    """Windows, or where below 1 their share of those before the test part."""
    test: float
    """Windows, or where below 1 their share of all."""
    differenced: int = 0
    """Rows that a transform takes off the beginning."""
    drop_short: bool = False
    """Whether series of a panel that are too short are left out."""
    origins: int = 1
    """Training ends, each of which takes a test window at least."""

    @classmethod
    def of(cls, spec: WindowSpec) -> "RowsNeeded":
        """What windows that are cut so ask of the length of a series."""
        return cls(
            spec.lookback, spec.horizon, spec.validation, spec.test, spec.lost_rows, spec.drop_short, spec.origins
        )

    @property
    def rows(self) -> int:
        """The fewest rows that leave one window at least to each of training, validation and every origin's test part.

        A horizon H > 1 takes H - 1 rows after the last window, and H - 1 windows before each of validation and test.
        """
        windows = 3
        while self._lacking(windows) > 0 and windows < MOST_WINDOWS:
            # By one as long as they are few, so that they are the fewest.
            windows += max(1, self._lacking(windows), windows // 1000)
        return self.lookback + 3 * (self.horizon - 1) + windows + self.differenced

    def _lacking(self, windows: int) -> int:
        """Windows that the part which lacks most of them lacks; 0 or below where none does."""
        train, validation, test = self._split(windows)
        # Of a count that is less than there are origins no series is long enough: that is told where windows are cut.
        tested = self.origins if self.test < 1 else 1
        return max(1 - train, 1 - validation, tested - test)

    def _split(self, windows: int) -> tuple[int, int, int]:
        test = _count(self.test, windows)
        validation = _count(self.validation, windows - test)
        return windows - test - validation, validation, test

    @property
    def fewest(self) -> "RowsNeeded":
        """What is asked of a series of a panel, whose parts are of all its series together: one window of each part."""
        return replace(self, validation=1, test=1, origins=1)

    @property
    def asks(self) -> str:
        """What is asked, in words."""
        return f"at least {self.rows} rows are there ({self.why})"

    @property
    def why(self) -> str:
        """What the rows are needed for, for people."""
        parts = f"lookback {self.lookback}, horizon {self.horizon}, validation {self.validation:g}, test {self.test:g}"
        parts += f", origins {self.origins}" if self.origins > 1 else ""
        return parts + (f", {self.differenced} lost to the transform" if self.differenced else "")


def _count(part: float, windows: int) -> int:
    return int(part) if part >= 1 else round(part * windows)


@dataclass(frozen=True)
class Expectation:
    """One expectation and what was found."""

    name: str
    """Its Great Expectations type."""
    suite: str
    """'records' as read, 'series' as trained on, or the user's own."""
    column: str
    """'' where it is about the whole table; of a panel, the series' name stands before it."""
    success: bool
    severity: str
    """'critical' stops a comparison; 'warning' and 'info' do not."""
    asks: str
    """What is expected, in words."""
    observed: str
    """What was found, in words."""
    details: tuple[str, ...]
    """Every failing row, run of rows or period, with dates and values, of the first thousand rows."""
    remedy: str
    """What a person can do about it."""
    further: int = 0
    """Failing rows beyond those."""

    @property
    def about(self) -> str:
        """The column and what was asked of it."""
        return f"{self.column}: {self.asks}" if self.column else self.asks

    @property
    def shown(self) -> tuple[str, ...]:
        """The first failing rows, and how many more there are."""
        return self.first(SHOWN)

    def first(self, count: int) -> tuple[str, ...]:
        """So many failing rows at most, and how many more there are."""
        more = len(self.details) - count + self.further
        return (*self.details[:count], f"and {more:,} more") if more > 0 else self.details

    def lines(self, most: int) -> list[str]:
        """What was asked, what was found where, what to do, in so many lines, two at least."""
        head = f"{self.about} ({self.name}): {self.observed}"
        rows = self.first(most - 3) if len(self.details) + bool(self.further) > most - 2 else self.details
        if not rows or most > 3 or len(rows) <= most - 2:
            return [head, *(f"    {row}" for row in rows), f"  {self.remedy}"]
        return [f"{head}: {'; '.join(self.first(2))}", f"  {self.remedy}"]

    @property
    def sentence(self) -> str:
        """The same in one sentence."""
        rows = f": {'; '.join(self.shown)}" if self.shown else ""
        return f"{self.about}: {self.observed}{rows}. {self.remedy}"


@dataclass(frozen=True)
class Validation:
    """Every expectation of a series, and where their Data Docs are."""

    series: str
    source: str
    expectations: tuple[Expectation, ...]
    docs: Path
    """The first page of the Data Docs."""

    @property
    def failed(self) -> tuple[Expectation, ...]:
        """Those that stop a comparison."""
        return tuple(one for one in self.expectations if not one.success and one.severity == "critical")

    @property
    def warned(self) -> tuple[Expectation, ...]:
        """Those that were not met and do not stop a comparison."""
        return tuple(one for one in self.expectations if not one.success and one.severity != "critical")

    @property
    def listed(self) -> tuple[Expectation, ...]:
        """As many as a page has room for: of more, those that were not met, what stops first."""
        if len(self.expectations) <= MOST_LISTED:
            return self.expectations
        return (*self.failed, *self.warned)[:MOST_LISTED]


MOST_LISTED: Final = 300
"""Expectations that a page lists."""
MOST_WINDOWS: Final = 10**12
"""More than any series has."""
TOLD: Final = 3
"""Failed expectations that a message tells of; the pages tell of all."""
TOO_SHORT: Final = "Pass a longer series, or ask for less: --lookback, --validation, --test, --origins."
"""What a person can do about a series that is too short."""


class InvalidSeriesError(InputError):
    """A series that fails a critical expectation; the message lists each of them."""

    def __init__(self, validation: Validation) -> None:
        """Keep the whole validation, for the report."""
        super().__init__(validation)
        self.validation = validation

    def __str__(self) -> str:
        """The failed expectations with their rows and what to do, then the warnings, as far as ten lines have room."""
        found = self.validation
        room = MOST_LINES - 2
        told, left_out = found.failed[:TOLD], len(found.failed) - TOLD
        lines = [
            f"Series {found.series!r} ({cut(found.source, 300)}) can't be used: {len(found.failed)} of {len(found.expectations)} "
            "expectations failed."
        ]
        for number, one in enumerate(told, start=1):
            first, *rest = one.lines((room - max(0, left_out > 0)) // len(told))
            lines += [f"{number}. {first}", *rest]
        if left_out > 0:
            columns = dict.fromkeys(one.about for one in found.failed[TOLD:])
            lines.append(f"and {left_out} more: {few(list(columns), 3)}")
        warned = [f"Warning: {cut(one.sentence, 300)}" for one in found.warned]
        return within_limits("\n".join([*lines, *warned[: MOST_LINES - 1 - len(lines)], f"All of it: {found.docs}"]))

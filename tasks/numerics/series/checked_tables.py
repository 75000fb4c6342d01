"""An expectation with the words around it, and the table it is asked of, in Great Expectations' terms but without it."""

from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

WRITTEN: Final = " as written"
"""Ends the name of the column that holds another one's texts."""
LARGEST: Final = 1e70
LEAST_SPREAD: Final = 1e-70
"""Of values, and of their standard deviation: variances of squared errors, which are fourth powers, are still numbers of double precision."""
NUMBERS: Final = "Write plain numbers with a decimal point, without units or notes; thousands separators are read where all numbers of a column are written alike."


@dataclass(frozen=True)
class Check:
    """One expectation: its type and arguments, and the words around it."""

    type: str
    kwargs: dict[str, Any]
    kind: str
    """How failing rows are worded; '' where rows are not what fails."""
    asks: str
    remedy: str
    severity: str = "critical"
    of: str = "value"
    """The rows' column that failing values are in."""

    @property
    def config(self) -> dict[str, Any]:
        """Great Expectations' configuration of it."""
        return {"type": self.type, "kwargs": self.kwargs, "severity": self.severity, "notes": self.asks}


@dataclass(frozen=True)
class Held:
    """A table (N,) of named columns, and what it is held to."""

    name: str
    """'records' as read, or 'series' as trained on."""
    rows: pd.DataFrame
    """(N,) with `place`, in the project's own names."""
    place: str
    """What a row is called."""
    checks: tuple[Check, ...]
    names: dict[str, str] = field(default_factory=dict)
    """The user's names of the rows' columns."""

    @property
    def table(self) -> pd.DataFrame:
        """The rows under the user's names of columns."""
        return self.rows.rename(columns=self.names)


def filled(name: str, asks: str, kind: str, remedies: tuple[str, str], of: str = "value") -> list[Check]:
    """Nothing is missing in column `name`, and everything in it can be read; `of`, the rows' own name of it."""
    written = {"column": {"name": name + WRITTEN}, "is_null": False, "type": "nullity"}
    not_null = "expect_column_values_to_not_be_null"
    return [
        Check(not_null, {"column": name + WRITTEN}, "missing", "nothing is missing", remedies[0], of=of),
        Check(not_null, {"column": name, "row_condition": written}, kind, asks, remedies[1], of=of),
    ]


def numbers(name: str, missing: str, of: str = "value") -> list[Check]:
    """Every value of column `name` is there, a number, finite and no larger than can be reckoned with; `missing`, what to do where one is not there."""
    finite = {"column": name, "min_value": -LARGEST, "max_value": LARGEST}
    between = "expect_column_values_to_be_between"
    asks = f"every value is finite, {-LARGEST:g} to {LARGEST:g}"
    remedy = "Write finite numbers; rescale larger ones: divide all of the column by its largest."
    return [
        *filled(name, "every value is a number", "value", (missing, NUMBERS), of),
        Check(between, finite, "value", asks, remedy, of=of),
    ]


def varied(name: str, asks: str, remedy: str, of: str = "value") -> Check:
    """Column `name` holds two different values at least."""
    several = {"column": name, "min_value": 2}
    return Check("expect_column_unique_value_count_to_be_between", several, "constant", asks, remedy, of=of)


def spread(name: str) -> Check:
    """Values of column `name` differ by more than can be lost where they are squared."""
    least = {"column": name, "min_value": LEAST_SPREAD}
    asks = f"the standard deviation is {LEAST_SPREAD:g} at least"
    remedy = "Rescale the values: divide all of the column by its largest."
    return Check("expect_column_stdev_to_be_between", least, "", asks, remedy)

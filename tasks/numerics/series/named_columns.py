"""Columns that the user names: each must be there, and none in two parts; nothing heavy is imported."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tasks.numerics.errors import InputError
from tasks.numerics.series.number_shapes import number_in
from tasks.numerics.series.wide_tables import refuse_wide
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.wording import few


@dataclass(frozen=True)
class NamedColumns:
    """What flags say of columns, as far as they say it."""

    coverage: str
    """'' where no column says how much of its period a row covers."""
    whole: float
    """What `coverage` says of a whole period."""
    covariates: tuple[str, ...]
    """`--features`, then `--known-future`."""


def named_columns(names: Sequence[str], spec: SeriesSpec, path: str) -> NamedColumns:
    """What `spec` names of the columns of a file; raises `InputError` where it is not there or is named twice."""
    if not spec.value:
        refuse_wide(names, path)
    for flag, name in (("date", spec.date), ("value", spec.value), ("id", spec.id)):
        if name:
            _known(names, name, f"--{flag} {name!r}", path)
    coverage, whole = _coverage(names, spec, path)
    covariates = _covariates(names, spec, path)
    if spec.date and spec.date == spec.value:
        raise InputError(f"--date and --value both name column {spec.date!r}. Pass one column for each.")
    return NamedColumns(coverage, whole, covariates)


def _covariates(names: Sequence[str], spec: SeriesSpec, path: str) -> tuple[str, ...]:
    given = (*spec.features, *spec.known_future)
    for flag, ones in (("--features", spec.features), ("--known-future", spec.known_future)):
        for name in ones:
            _known(names, name, f"{flag} {name!r}", path)
    for name in given:
        if given.count(name) > 1:
            raise InputError(
                f"Column {name!r} is named twice by --features and --known-future. Pass it once: what is known ahead is also "
                "known afterwards."
            )
    return given


def _known(names: Sequence[str], name: str, passed: str, path: str) -> None:
    if name not in names:
        near = get_close_matches(name.lower(), [column.lower() for column in names], n=1, cutoff=0.5)
        meant = [column for column in names if near and column.lower() == near[0]]
        hint = f" Did you mean {meant[0]!r}?" if meant else ""
        raise InputError(f"{passed} is no column of {path}.{hint} Its columns: {few(list(names))}.")


def _coverage(names: Sequence[str], spec: SeriesSpec, path: str) -> tuple[str, float]:
    if not spec.coverage:
        return "", 0.0
    name, sign, whole = spec.coverage.rpartition("=")
    number = number_in(whole)
    if not sign or not name or number is None or not 0 < number < float("inf"):
        raise InputError(
            f"--coverage {spec.coverage!r} is not understood. Expected COLUMN=WHOLE, the column that says how much of its "
            "period a row covers and what a whole one has: days=7."
        )
    _known(names, name, f"--coverage {spec.coverage!r}: {name!r}", path)
    if name in (spec.date, spec.value):
        raise InputError(f"--coverage {spec.coverage!r} names the same column as --date or --value. Pass another one.")
    return name, number

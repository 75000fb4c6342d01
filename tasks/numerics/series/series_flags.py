"""Flags about a series that contradict each other; nothing heavy is imported."""

from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import catalogue, is_there
from tasks.numerics.series.date_shapes import check_date_format
from tasks.numerics.series.number_shapes import check_decimal
from tasks.numerics.series.sources import is_address
from tasks.numerics.series_settings import INDEX, SeriesSpec
from tasks.numerics.wording import did_you_mean

CALENDAR_NAMES: Final = ("minute", "hour", "weekday", "day", "day_of_year", "week", "month", "quarter")
"""Cycles of the calendar that `--calendar` knows."""


def names_of(spec: SeriesSpec) -> list[str]:
    """The names or paths of `--series`, several with commas between them; raises InputError where they can't be a panel."""
    one = "," not in spec.series or spec.series in catalogue() or is_there(spec.series) or is_address(spec.series)
    names = [] if one else [name.strip() for name in spec.series.split(",") if name.strip()]
    if len(names) < 2:
        return names or [spec.series]
    if spec.id:
        raise InputError(
            f"--id {spec.id} tells the series of one file apart, and --series names {len(names)}. Pass one file, or leave out --id."
        )
    doubled = [name for name in names if names.count(name) > 1]
    if doubled:
        raise InputError(f"--series names {doubled[0]!r} twice. Pass each series once.")
    return names


def refuse_contradictions(spec: SeriesSpec) -> None:
    """Raises InputError where flags exclude each other, or one needs another that is not there."""
    if spec.bounds and (len(spec.bounds) != 2 or not spec.bounds[0] < spec.bounds[1]):
        raise InputError(
            f"--bounds {spec.bounds} are no bounds. Expected two numbers, the least and the greatest value allowed."
        )
    check_date_format(spec.date_format)
    check_decimal(spec.decimal)
    _check_calendar(spec.calendar, spec.frequency)
    if spec.aggregate != "none" and spec.frequency in ("", INDEX):
        raise InputError(
            f"--aggregate {spec.aggregate} needs the --frequency to aggregate to, "
            f"and {spec.frequency!r} names none. Pass one such as --frequency W-SAT or MS, or leave out --aggregate."
        )
    if spec.aggregate != "none" and spec.coverage:
        raise InputError(
            f"--coverage {spec.coverage} and --aggregate {spec.aggregate} exclude each other: what aggregated records "
            "cover is counted. Leave out --coverage."
        )
    if spec.drop_partial and spec.aggregate == "none" and not spec.coverage:
        raise InputError(
            "--drop-partial has nothing that says which periods are partial. Pass --coverage COLUMN=WHOLE, such as "
            "days=7, or --aggregate with a --frequency coarser than the records."
        )


def _check_calendar(names: tuple[str, ...], frequency: str) -> None:
    for name in names:
        if name not in CALENDAR_NAMES:
            hint = did_you_mean(name.lower(), CALENDAR_NAMES, 0.5)
            raise InputError(
                f"--calendar {name!r} is none of the calendar's cycles.{hint} Expected: {', '.join(CALENDAR_NAMES)}."
            )
        if names.count(name) > 1:
            raise InputError(f"--calendar names {name!r} twice. Pass each name once.")
    if names and frequency == INDEX:
        raise InputError(
            f"--calendar {','.join(names)} needs dates, and --frequency index takes the rows as a sequence without any. "
            "Leave out --calendar, or pass the frequency of the dates."
        )

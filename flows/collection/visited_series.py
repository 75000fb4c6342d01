"""The series that the Atlas visits: the bundled ones, and those of files in long form, held to what every comparison asks of a series."""

from collections.abc import Callable, Iterator
from pathlib import Path

from flows.collection.checks import files_of, matches
from tasks.load import read_members, read_series
from tasks.numerics.atlas.order import BUNDLED, Visited
from tasks.numerics.atlas.settings import NETWORKS, SIZES, AtlasSpec
from tasks.numerics.errors import InputError
from tasks.numerics.series.bundled import catalogue
from tasks.numerics.series.held_checks import asked_before
from tasks.numerics.series.records import Records, to_series
from tasks.numerics.series.validation import InvalidSeriesError, RowsNeeded, Validation
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.wording import cut, few


def visited_series(spec: AtlasSpec, tell: Callable[[str], None]) -> list[Visited]:
    """Every series that is asked for and long enough; `tell` hears which are not. Raises InputError on files that can't be used, or where none is left."""
    found = [one for one in [*_bundled(spec), *_of_files(spec)] if matches(one.series.name, spec.only)]
    short = [one.series.name for one in found if not one.size]
    if short:
        tell(f"{len(short)} series have fewer than {SIZES[0]} values and are left out: {few(short)}.")
    kept = [one for one in found if one.size]
    names = [one.series.name for one in kept]
    if len({*names}) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError(f"Several series are called {few(twice)}. Expected a name each: rename their ids.")
    if not kept:
        only = f"--only {cut(spec.only)!r}" if spec.only else "--series"
        raise InputError(
            f"{only}: none of {len(found) or 'the'} series is left to be visited. Expected a pattern such as 'm3_*', and "
            f"series of {SIZES[0]} values or more; 'interlayer series' lists the bundled ones."
        )
    return kept


def _bundled(spec: AtlasSpec) -> Iterator[Visited]:
    for name in catalogue():
        if matches(name, spec.only):
            asked = SeriesSpec(series=name)
            yield Visited(to_series(held(read_series(asked), asked), asked, ()), BUNDLED)


def _of_files(spec: AtlasSpec) -> Iterator[Visited]:
    for path in files_of(spec):
        asked = SeriesSpec(series=str(path), id="id", date="date", value="value")
        for records in read_members(asked):
            if matches(records.name, spec.only):
                yield Visited(to_series(held(records, asked), asked, ()), path.stem)


def held(records: Records, spec: SeriesSpec) -> Records:
    """The records, where no critical expectation fails; raises InvalidSeriesError where one does."""
    needs = RowsNeeded.of(NETWORKS["default"].windows).fewest
    validation = Validation(records.name, records.path, tuple(asked_before(records, spec, needs)), Path())
    if validation.failed:
        raise InvalidSeriesError(validation)
    return records

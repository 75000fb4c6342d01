"""A series from wherever it is, as a local file: read anew for each comparison, and once for all of its steps."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flows.environment import MLRUNS
from flows.sources.passwords import whole
from tasks.fetch import check_fetching, fetch
from tasks.numerics.errors import InputError
from tasks.numerics.series.sources import check_query, file_of_database, is_address, kind_of, masked
from tasks.numerics.series_settings import SeriesSpec
from tasks.query import query

if TYPE_CHECKING:
    from tasks.numerics.series.records import Records

SOURCES: Final = MLRUNS / "sources"
"""What was brought last, a folder a source."""
SECONDS: Final = "INTERLAYER_SOURCE_SECONDS"
"""The variable that says for how long nothing may come."""
USUAL_SECONDS: Final = 60.0
_brought: dict[tuple[str, str], Path] = {}


def bring_anew() -> None:
    """Another comparison begins: what was brought for the last one is old."""
    _brought.clear()


def brought(spec: SeriesSpec, run: Callable[..., Any]) -> SeriesSpec:
    """The same with a local file in the place of an address; `run` calls a verb with its arguments. Raises InputError where it can't be had."""
    check_source(spec)
    if not is_address(spec.series):
        return spec
    key = (spec.series, spec.query)
    if key not in _brought:
        folder = SOURCES / hashlib.sha256("\0".join(key).encode()).hexdigest()[:16]
        if kind_of(spec.series) == "database":
            _brought[key] = run(query_source, spec.series, spec.query, folder)
        else:
            _brought[key] = run(fetch_source, spec.series, folder)
    return replace(spec, series=str(_brought[key]), query="")


def fetch_source(address: str, folder: Path) -> Path:
    """`fetch` of an address without its passwords: so it stands in every history."""
    return fetch(whole(address), folder, seconds())


def query_source(address: str, asked: str, folder: Path) -> Path:
    """`query` of an address without its passwords."""
    return query(whole(address), asked, folder, seconds())


def read_from_source(spec: SeriesSpec, run: Callable[..., Any]) -> tuple[SeriesSpec, tuple["Records", ...]]:
    """How a series' local file is read, and the records of its series, whose place is where they came from; `run` calls a verb with its arguments.

    Raises InputError where they can't be had or read.
    """
    from tasks.load import read_members

    local = brought(spec, run)
    return local, named_by_source(run(read_members, local), spec)


def named_by_source(records: tuple["Records", ...], spec: SeriesSpec) -> tuple["Records", ...]:
    """Records whose place is the address that they came from."""
    if not is_address(spec.series):
        return records
    return tuple(replace(one, path=spec.series, source=spec.series) for one in records)


def check_source(spec: SeriesSpec) -> None:
    """Raises InputError on a source that can't be, as far as that is known without asking it."""
    if spec.samples:
        return
    check_query(spec.series, spec.query)
    if not is_address(spec.series):
        return
    kind = kind_of(spec.series)
    if masked(spec.series) != spec.series:
        raise InputError(
            f"--series {masked(spec.series)}: the address holds a password, and a form keeps what is written in it. Change that "
            "password, and add a schedule on the command line: there it is kept apart, and shown nowhere."
        )
    if kind == "address":
        check_fetching(spec.series)
    elif (path := file_of_database(spec.series)) and not Path(path).is_file():
        raise InputError(
            f"--series {spec.series}: there is no such file. Expected an SQLite database, such as sqlite:////data/sales.db."
        )


def seconds() -> float:
    """For how long nothing may come; raises InputError where that is no number."""
    given = os.environ.get(SECONDS, "")
    try:
        return float(given) if given else USUAL_SECONDS
    except ValueError:
        raise InputError(f"{SECONDS}={given}: expected a number of seconds, such as {USUAL_SECONDS:g}.") from None

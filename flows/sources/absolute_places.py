"""Where data are, told so that they are found from any folder, and months later."""

from dataclasses import replace
from pathlib import Path

from tasks.load_samples import locate_samples
from tasks.numerics.series.bundled import catalogue
from tasks.numerics.series.series_flags import names_of
from tasks.numerics.series.sources import file_of_database, is_address
from tasks.numerics.series_settings import SeriesSpec


def from_anywhere(data: SeriesSpec) -> SeriesSpec:
    """How the same data are read, with every path absolute; bundled names and addresses stay."""
    if data.samples:
        samples = absolute(data.samples) if locate_samples(data) else data.samples
        data = replace(data, samples=samples, series=samples)
    else:
        data = replace(data, series=",".join(map(_source_from_anywhere, names_of(data))))
    return replace(data, suite=absolute(data.suite))


def absolute(path: str) -> str:
    """A path, absolute; empty where it is empty."""
    return str(Path(path).expanduser().resolve()) if path else ""


def _source_from_anywhere(name: str) -> str:
    if name in catalogue():
        return name
    if not is_address(name):
        return absolute(name)
    path = file_of_database(name)
    return name.replace(path, absolute(path), 1) if path else name

"""The series and labelled windows that come with the project, and where a series that is asked for stands; nothing heavy is imported."""

import csv
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.wording import cut, did_you_mean

_TASKS = Path(__file__).resolve().parents[2]
_INSTALLED = _TASKS / "data" / "series"
BUNDLED: Final = _INSTALLED if _INSTALLED.is_dir() else _TASKS.parent / "data" / "series"
"""The folder of their files: beside the package in an installed wheel, in the project's own otherwise."""


BUNDLED_SAMPLES: Final = BUNDLED.parent / "samples"
"""The folder of labelled windows, beside it."""


@dataclass(frozen=True)
class CatalogueEntry:
    """What is known of a series that comes with the project."""

    name: str
    frequency: str
    season_length: int
    length: int
    unit: str
    description: str
    source: str


@cache
def catalogue() -> dict[str, CatalogueEntry]:
    """The bundled series by name."""
    with (BUNDLED / "catalog.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    entries = (CatalogueEntry(row[0], row[1], int(row[2]), int(row[3]), *row[4:]) for row in rows)
    return {entry.name: entry for entry in entries}


@dataclass(frozen=True)
class SamplesEntry:
    """What is known of labelled windows that come with the project, or with a package that it needs."""

    name: str
    samples: int
    steps: str
    """Time steps of a window, such as `7 to 29`."""
    features: int
    classes: int
    description: str
    source: str

    @property
    def file(self) -> Path:
        """Where they stand, unless a package has them."""
        return BUNDLED_SAMPLES / f"{self.name}.npz"


@cache
def samples_catalogue() -> dict[str, SamplesEntry]:
    """The labelled windows by name."""
    with (BUNDLED_SAMPLES / "catalog.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    entries = (SamplesEntry(row[0], int(row[1]), row[2], int(row[3]), int(row[4]), *row[5:]) for row in rows)
    return {entry.name: entry for entry in entries}


def is_there(path: str) -> bool:
    """Whether a path leads to something; what can be no path does not."""
    return os.path.exists(os.path.expanduser(path))  # noqa: PTH110, PTH111  # unlike pathlib's, these never raise


def locate(series: str) -> tuple[Path, CatalogueEntry | None]:
    """The file of a series, and what is known of it where it is bundled; raises InputError where there is none."""
    entry = catalogue().get(series)
    if entry:
        return BUNDLED / f"{entry.name}.csv", entry
    if is_there(series):
        return Path(os.path.expanduser(series)), None  # noqa: PTH111
    hint = did_you_mean(Path(series).stem.lower(), catalogue())
    raise InputError(
        f"--series {cut(series, 300)!r} is neither a file nor a bundled series.{hint} "
        "Pass the path of a CSV or Parquet file, or a name that `interlayer series` lists."
    )

"""Labelled windows: what is known of each, and of all together."""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.series import Series
from tasks.numerics.series_settings import INDEX
from tasks.numerics.wording import few

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = get_args(Part)
FEWEST_OF_A_CLASS = 3
"""One a part."""


@dataclass(frozen=True)
class ReadSamples:
    """What a file holds of n samples: read, and of numbers alone, but not yet known to be enough."""

    name: str
    source: str
    windows: tuple[NDArray[np.float64], ...]
    """(T, F) each."""
    labels: tuple[str, ...]
    """The class of each."""
    features: tuple[str, ...]
    ids: tuple[str, ...]
    """What each is called in the file."""
    groups: tuple[str, ...] = ()
    """What each belongs to; empty where nothing is said of it."""
    parts: tuple[str, ...] = ()
    """Which part each stands in; empty where the file does not say."""
    description: str = ""
    notes: tuple[str, ...] = ()
    """How the file was read where it is not plain, a sentence each."""

    @property
    def steps(self) -> int:
        """Time steps of the longest window."""
        return max(map(len, self.windows))

    @property
    def classes(self) -> int:
        """How many there are."""
        return len(set(self.labels))

    @property
    def table(self) -> pd.DataFrame:
        """A row a sample (n,): `place` (from 1), `sample`, `label`, `steps`."""
        return pd.DataFrame(
            {
                "place": np.arange(1, len(self.labels) + 1),
                "sample": self.ids,
                "label": self.labels,
                "steps": [len(window) for window in self.windows],
            }
        )


@dataclass(frozen=True, kw_only=True)
class Samples(Series):
    """Labelled windows (n), in the order of the file; as a series, the number of each one's class."""

    windows: tuple[NDArray[np.float64], ...]
    """(T, F) each, in their own units."""
    classes: tuple[str, ...]
    """Names of the K classes, sorted; numbers where all of them are."""
    features: tuple[str, ...]
    groups: NDArray[np.int64]
    """What each sample belongs to (n,), by its number; each to itself where nothing is said of it."""
    grouped: bool
    """Whether something was said of it."""
    parts: tuple[str, ...]
    """Which part each stands in; empty where that is to be chosen."""

    @property
    def labels(self) -> NDArray[np.int64]:
        """The number of each sample's class (n,)."""
        return self.array.astype(np.int64)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Time steps of each (n,)."""
        return np.array([len(window) for window in self.windows])


def samples_of(read: ReadSamples, warnings: tuple[str, ...] = ()) -> Samples:
    """Samples with their classes counted; raises InputError where there is one class, or too few of one."""
    classes = sorted_names(read.labels)
    codes = np.array([classes.index(label) for label in read.labels], np.float64)
    check_classes(read, classes, codes)
    names = sorted_names(read.groups) if read.groups else ()
    groups = np.array([names.index(group) for group in read.groups]) if names else np.arange(len(codes))
    return Samples(
        name=read.name,
        values=pd.Series(codes, name="class"),
        frequency=INDEX,
        season_length=1,
        unit="",
        description=read.description,
        source=read.source,
        digest=digest_of(read),
        dropped=(),
        warnings=(*read.notes, *warnings),
        windows=read.windows,
        classes=classes,
        features=read.features,
        groups=groups,
        grouped=bool(names),
        parts=read.parts,
    )


def check_classes(read: ReadSamples, classes: tuple[str, ...], codes: NDArray[np.float64]) -> None:
    """Raises InputError where there is one class alone, or one has fewer samples than there are parts."""
    if len(classes) < 2:
        raise InputError(
            f"--samples {read.source}: all {len(codes)} samples are of the class {classes[0]!r}. Expected two classes or more: "
            "check the labels."
        )
    counts = np.bincount(codes.astype(int))
    rare = [f"{name!r} ({count})" for name, count in zip(classes, counts, strict=True) if count < FEWEST_OF_A_CLASS]
    if rare:
        hint = ""
        if len(rare) == len(classes) and len(classes) > len(codes) / 2:
            hint = " Nearly every sample has a class of its own: are the labels numbers that are measured?"
        raise InputError(
            f"--samples {read.source}: too few samples of {few(rare)}. Expected {FEWEST_OF_A_CLASS} of each class or more, one to "
            f"train, one to validate and one to test: leave such classes out, or join them with others.{hint}"
        )


def sorted_names(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Each label once, as numbers where all are, else as texts."""
    found = set(labels)
    try:
        return tuple(sorted(found, key=float))
    except ValueError:
        return tuple(sorted(found))


def digest_of(read: ReadSamples) -> str:
    """SHA-256 in hex of windows, labels, groups and parts."""
    digest = hashlib.sha256()
    for window in read.windows:
        digest.update(str(window.shape).encode() + np.ascontiguousarray(window).tobytes())
    said: Any
    for said in (read.labels, read.groups, read.parts, read.features):
        digest.update("\0".join(said).encode() + b"\1")
    return digest.hexdigest()

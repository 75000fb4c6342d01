"""Which samples train, are watched and are tested: as the file says, drawn by class or in whole groups, or the last ones."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.networks.randomness import generator
from tasks.numerics.series.samples import PARTS, Samples
from tasks.numerics.series.windows import count_of, parts_of
from tasks.numerics.settings import WindowSpec
from tasks.numerics.split import Split
from tasks.numerics.wording import few

Numbers = NDArray[np.int64]
DRAWN = 0
"""The seed of the split: the same samples are tested whenever the same file is compared."""


def parts_of_samples(samples: Samples, spec: WindowSpec) -> tuple[Numbers, Split]:
    """The samples by their numbers (n,), training ones first, then validation, then test; and how many each part has.

    Raises InputError where a part would be empty, or a class is in no training sample.
    """
    way = spec.sample_split
    if way == "auto":
        way = "given" if samples.parts else "random"
    match way:
        case "given":
            parts = given_parts(samples, spec)
        case "time":
            parts = last_ones(samples, spec)
        case _:
            parts = drawn_groups(samples, spec) if samples.grouped else drawn_by_class(samples, spec)
    check_parts(samples, parts)
    return np.concatenate(parts), Split(*map(len, parts))


def given_parts(samples: Samples, spec: WindowSpec) -> list[Numbers]:
    """As the file says; where it names no validation part, that is drawn from the training samples."""
    if not samples.parts:
        raise InputError(
            f"--sample-split given: {samples.source} does not say which samples are tested. Expected X_train, y_train, X_test and y_test "
            "or an array split in an .npz file, or a column split; or another --sample-split."
        )
    found = [np.flatnonzero([part == one for part in samples.parts]) for one in PARTS]
    if not len(found[1]):
        train = found[0]
        wanted = count_of(spec.validation, len(train), "--validation")
        found[0], found[1] = (
            whole_groups(samples, train, wanted) if samples.grouped else by_class(samples, train, wanted)
        )
    return found


def last_ones(samples: Samples, spec: WindowSpec) -> list[Numbers]:
    """The file's order is that of time: the last samples are tested, those before them watched."""
    split = parts_of(spec, len(samples.labels))
    ends = [split.train, split.train + split.validation]
    return [np.asarray(part) for part in np.split(np.arange(len(samples.labels)), ends)]


def drawn_by_class(samples: Samples, spec: WindowSpec) -> list[Numbers]:
    """Drawn at random, of each class as large a share in each part as it gets."""
    everything, split = np.arange(len(samples.labels)), parts_of(spec, len(samples.labels))
    rest, test = by_class(samples, everything, split.test)
    train, validation = by_class(samples, rest, split.validation)
    return [train, validation, test]


def by_class(samples: Samples, among: Numbers, wanted: int) -> tuple[Numbers, Numbers]:
    """So many of some samples, drawn class by class; those that are left come first."""
    labels, random = samples.labels[among], generator(DRAWN, f"samples {wanted}")
    order = random.permutation(len(among))
    # A sample's place among its class, as a share: the first ones of every class are as even over the classes as it goes.
    place = np.empty(len(among))
    for label in np.unique(labels):
        own = order[labels[order] == label]
        place[own] = (np.arange(len(own)) + random.random()) / len(own)
    ranked = np.argsort(place, kind="stable")
    return np.sort(among[ranked[wanted:]]), np.sort(among[ranked[:wanted]])


def drawn_groups(samples: Samples, spec: WindowSpec) -> list[Numbers]:
    """Whole groups, drawn at random until a part has its share."""
    split = parts_of(spec, len(samples.labels))
    rest, test = whole_groups(samples, np.arange(len(samples.labels)), split.test)
    train, validation = whole_groups(samples, rest, split.validation)
    return [train, validation, test]


def whole_groups(samples: Samples, among: Numbers, wanted: int) -> tuple[Numbers, Numbers]:
    """Groups of some samples, drawn until they are about so many; the other samples come first."""
    groups, counts = np.unique(samples.groups[among], return_counts=True)
    order = generator(DRAWN, f"groups {wanted}").permutation(len(groups))
    reached = np.cumsum(counts[order])
    number = int(np.abs(reached - wanted).argmin()) + 1 if wanted else 0
    drawn = np.isin(samples.groups[among], groups[order[:number]])
    return among[~drawn], among[drawn]


def check_parts(samples: Samples, parts: list[Numbers]) -> None:
    """Raises InputError where a part is empty, or training knows not every class."""
    sizes = ", ".join(
        f"{len(part)} {word}" for part, word in zip(parts, ("to train", "to validate", "to test"), strict=True)
    )
    if min(map(len, parts)) < 1:
        groups = f" in {len(np.unique(samples.groups))} groups" if samples.grouped else ""
        raise InputError(
            f"{len(samples.labels)} samples{groups} make {sizes}. Expected at least one of each: pass other --validation and --test, or more samples."
        )
    missing: list[Any] = [name for code, name in enumerate(samples.classes) if code not in samples.labels[parts[0]]]
    if missing:
        raise InputError(
            f"No training sample is of {few([*map(repr, missing)])} ({sizes}). Expected every class among them: pass another --sample-split, "
            "smaller --validation and --test, or leave the class out."
        )

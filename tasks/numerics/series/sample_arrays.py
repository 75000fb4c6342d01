"""Labelled windows in an `.npz` file: X and y, or those of each part, with groups, lengths and names where there are any."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.checked_tables import LARGEST
from tasks.numerics.series.sample_objects import read_objects, stacked
from tasks.numerics.series.samples import PARTS, ReadSamples
from tasks.numerics.wording import few

Arrays = Mapping[str, NDArray[Any]]
OF_PARTS = {"train": ("train",), "validation": ("validation", "val", "valid"), "test": ("test",)}
"""How parts are called in the names of arrays, as in X_val."""
EXPECTED = (
    "Expected X (n, T, F), windows of T time steps and F features, and y (n,), their classes: np.savez(file, X=X, y=y)."
)


def read_npz(path: Path) -> ReadSamples:
    """The samples of an `.npz` file; raises InputError where they are none. Nothing in it is run."""
    flag = f"--samples {path}"
    arrays, parts = joined(loaded(path, flag), flag)
    lengths = arrays.get("lengths")
    if arrays["X"].dtype == object:
        whole, own = stacked(arrays["X"], flag)
        arrays, lengths = {**arrays, "X": whole}, lengths if lengths is not None else own
    windows = windows_of(arrays["X"], flag)
    count = len(windows)
    for name in ("y", "groups", "lengths", "split"):
        if name in arrays and arrays[name].squeeze().shape not in ((count,), () if count == 1 else (count,)):
            raise InputError(
                f"{flag}: {name} has the shape {arrays[name].shape}. Expected ({count},), one for each of X."
            )
    features = tuple(map(str, arrays["features"])) if "features" in arrays else ()
    if features and len(features) != windows.shape[2]:
        raise InputError(
            f"{flag}: features names {len(features)}, and X has {windows.shape[2]} of them. Expected as many."
        )
    features = features or tuple(f"feature {number}" for number in range(1, windows.shape[2] + 1))
    each = cut(windows, lengths, flag)
    ids = tuple(f"X[{number}]" for number in range(count))
    each, notes = (each, ()) if lengths is not None else without_padding(each, ids, flag)
    check_numbers(each, ids, features, flag)
    return ReadSamples(
        path.stem,
        str(path),
        each,
        texts(arrays["y"], "y", flag),
        features,
        ids,
        texts(arrays["groups"], "groups", flag) if "groups" in arrays else (),
        parts or (part_names(texts(arrays["split"], "split", flag), flag) if "split" in arrays else ()),
        notes=notes,
    )


def loaded(path: Path, flag: str) -> Arrays:
    """The arrays of an `.npz` file by their names; raises InputError where it is none."""
    if not zipfile.is_zipfile(path):
        raise InputError(f"{flag}: it is no .npz file. {EXPECTED}")
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: one_array(archive, name, flag) for name in archive.files}
    except (OSError, zipfile.BadZipFile, ValueError, EOFError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{flag}: it is no .npz file ({error}). {EXPECTED}") from None


def one_array(archive: Any, name: str, flag: str) -> NDArray[Any]:
    """One array of an open `.npz` file, of numbers and texts also where they stand in Python objects."""
    try:
        found: NDArray[Any] = archive[name]
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        with archive.zip.open(f"{name}.npy") as file:
            return read_objects(file, name, flag)
    return found


def joined(arrays: Arrays, flag: str) -> tuple[Arrays, tuple[str, ...]]:
    """X and y with all else, and the part of each sample where they are told apart by it; raises InputError without X and y."""
    if {"X", "y"} <= arrays.keys():
        return arrays, ()
    found = {
        part: name for part, names in OF_PARTS.items() for name in names if {f"X_{name}", f"y_{name}"} <= arrays.keys()
    }
    if not {"train", "test"} <= found.keys():
        missing = " It has no labels." if any(name == "X" or name.startswith("X_") for name in arrays) else ""
        raise InputError(
            f"{flag}: it holds {few(sorted(arrays)) or 'nothing'}.{missing} {EXPECTED} Or X_train, y_train, X_test and y_test."
        )
    given = {part: arrays[f"X_{name}"] for part, name in found.items()}
    if len({(one.ndim, one.shape[2:]) for one in given.values()}) > 1:
        said = ", ".join(f"X_{found[part]} (n, {', '.join(map(str, one.shape[1:]))})" for part, one in given.items())
        raise InputError(f"{flag}: parts of several shapes, {said}. Expected the same features in all.")
    whole = {name: value for name, value in arrays.items() if name == "features"}
    for key in ("X", "y", "groups", "lengths"):
        own = [arrays[f"{key}_{name}"] for name in found.values() if f"{key}_{name}" in arrays]
        if len(own) == len(found):
            whole[key] = np.concatenate(as_long(own) if key == "X" else own)
    return whole, tuple(part for part, name in found.items() for _ in arrays[f"X_{name}"])


def as_long(parts: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """Parts (n, T, ...) as long as the longest, NaN after the end of the shorter ones."""
    if any(part.ndim < 2 or part.dtype.kind not in "fiub" for part in parts):
        return parts
    steps = max(part.shape[1] for part in parts)
    if all(part.shape[1] == steps for part in parts):
        return parts
    return [
        np.pad(
            part.astype(np.float64),
            [(0, 0), (0, steps - part.shape[1])] + [(0, 0)] * (part.ndim - 2),
            constant_values=np.nan,
        )
        for part in parts
    ]


def without_padding(
    windows: tuple[NDArray[np.float64], ...], ids: tuple[str, ...], flag: str
) -> tuple[tuple[NDArray[np.float64], ...], tuple[str, ...]]:
    """Windows without the time steps at their end that are NaN in every feature, and a sentence where there are any.

    Raises InputError where nothing is left of one.
    """
    there = [np.flatnonzero(~np.isnan(window).all(axis=1)) for window in windows]
    if empty := [number for number, steps in enumerate(there) if not len(steps)]:
        raise InputError(
            f"{flag}: sample {ids[empty[0]]} is NaN in every time step (as {len(empty)} of {len(windows)} are), and NaN at the end is padding: "
            "nothing is left of it. Expected a time step or more in each: leave such samples out."
        )
    found = tuple(window[: steps[-1] + 1] for window, steps in zip(windows, there, strict=True))
    shorter = sum(len(one) < len(window) for one, window in zip(found, windows, strict=True))
    if not shorter:
        return windows, ()
    return found, (f"{shorter} of {len(windows)} windows end in time steps of NaN alone, which are taken as padding",)


def windows_of(given: NDArray[Any], flag: str) -> NDArray[np.float64]:
    """X as (n, T, F); raises InputError where it holds no numbers, or has another number of axes."""
    if given.dtype.kind not in "fiub":
        raise InputError(f"{flag}: X holds {given.dtype}. Expected numbers. {EXPECTED}")
    if given.ndim not in (2, 3) or 0 in given.shape:
        raise InputError(f"{flag}: X has the shape {given.shape}. {EXPECTED}")
    values: NDArray[np.float64] = given.astype(np.float64)
    return values[:, :, None] if values.ndim == 2 else values


def cut(windows: NDArray[np.float64], lengths: NDArray[Any] | None, flag: str) -> tuple[NDArray[np.float64], ...]:
    """Each window as long as it is; raises InputError for a length that there can't be."""
    if lengths is None:
        return tuple(windows)
    steps = lengths.reshape(-1).astype(int)
    if wrong := [number for number, length in enumerate(steps) if not 1 <= length <= windows.shape[1]]:
        raise InputError(
            f"{flag}: lengths[{wrong[0]}] is {steps[wrong[0]]}. Expected 1 to {windows.shape[1]}, the time steps of X."
        )
    return tuple(window[:length] for window, length in zip(windows, steps, strict=True))


def texts(values: NDArray[Any], name: str, flag: str) -> tuple[str, ...]:
    """Labels as texts: whole numbers without a point; raises InputError where one is missing."""
    flat = values.reshape(-1)
    missing = [number for number, value in enumerate(flat.tolist()) if value is None or value != value or value == ""]
    if missing:
        raise InputError(
            f"{flag}: {name}[{missing[0]}] is missing (as {len(missing)} of {len(flat)} are). Expected a number or a text for each of X: fill it "
            "in, or leave such samples out."
        )
    if flat.dtype.kind == "f" and bool((flat == np.round(flat)).all()):
        flat = flat.astype(np.int64)
    return tuple(map(str, flat))


def part_names(given: tuple[str, ...], flag: str) -> tuple[str, ...]:
    """Parts by their names here; raises InputError for others."""
    known = {name: part for part, names in OF_PARTS.items() for name in names}
    found = tuple(known.get(name.strip().lower(), "") for name in given)
    if "" in found:
        wrong = given[found.index("")]
        raise InputError(f"{flag}: split says {wrong!r}. Expected {', '.join(PARTS)}.")
    return found


def check_numbers(
    windows: tuple[NDArray[np.float64], ...], ids: tuple[str, ...], features: tuple[str, ...], flag: str
) -> None:
    """Raises InputError where a number is missing, infinite or too large to be reckoned with, with its place."""
    wrong = [number for number, window in enumerate(windows) if not (np.abs(window) <= LARGEST).all()]
    if not wrong:
        return
    window = windows[wrong[0]]
    step, feature = (int(place) for place in np.argwhere(~(np.abs(window) <= LARGEST))[0])
    more = f" (and in {len(wrong) - 1:,} other samples)" if len(wrong) > 1 else ""
    raise InputError(
        f"{flag}: sample {ids[wrong[0]]}, time step {step + 1}, {features[feature]}: {window[step, feature]}{more}. Expected finite "
        f"numbers, {-LARGEST:g} to {LARGEST:g}: rescale them, fill them in, or leave such samples out; windows of several lengths are padded at their end, with NaN in every feature."
    )

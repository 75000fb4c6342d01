"""Labelled windows in an `.npz` file: X and y, or those of each part, with groups, lengths and names where there are any."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
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
    arrays: Arrays
    if not zipfile.is_zipfile(path):
        raise InputError(f"{flag}: it is no .npz file. {EXPECTED}")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, zipfile.BadZipFile, ValueError, EOFError) as error:
        if "allow_pickle" in str(error):
            raise InputError(
                f"{flag}: it holds Python objects, which are not read. {EXPECTED} Windows of several lengths: pad them, and say their "
                "lengths (n,); classes as texts: y.astype(str)."
            ) from None
        raise InputError(f"{flag}: it is no .npz file ({error}). {EXPECTED}") from None
    arrays, parts = joined(arrays, flag)
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
    each = cut(windows, arrays.get("lengths"), flag)
    ids = tuple(f"X[{number}]" for number in range(count))
    check_numbers(each, ids, features, flag)
    return ReadSamples(
        path.stem,
        str(path),
        each,
        texts(arrays["y"]),
        features,
        ids,
        texts(arrays["groups"]) if "groups" in arrays else (),
        parts or (part_names(texts(arrays["split"]), flag) if "split" in arrays else ()),
    )


def joined(arrays: Arrays, flag: str) -> tuple[Arrays, tuple[str, ...]]:
    """X and y with all else, and the part of each sample where they are told apart by it; raises InputError without X and y."""
    if {"X", "y"} <= arrays.keys():
        return arrays, ()
    found = {
        part: name for part, names in OF_PARTS.items() for name in names if {f"X_{name}", f"y_{name}"} <= arrays.keys()
    }
    if not {"train", "test"} <= found.keys():
        raise InputError(
            f"{flag}: it holds {few(sorted(arrays)) or 'nothing'}. {EXPECTED} Or X_train, y_train, X_test and y_test."
        )
    shapes = {part: arrays[f"X_{name}"].shape[1:] for part, name in found.items()}
    if len(set(shapes.values())) > 1:
        said = ", ".join(f"X_{found[part]} (n, {', '.join(map(str, shape))})" for part, shape in shapes.items())
        raise InputError(f"{flag}: parts of several shapes, {said}. Expected the same time steps and features in all.")
    whole = {name: value for name, value in arrays.items() if name == "features"}
    for key in ("X", "y", "groups", "lengths"):
        own = [arrays[f"{key}_{name}"] for name in found.values() if f"{key}_{name}" in arrays]
        if len(own) == len(found):
            whole[key] = np.concatenate(own)
    return whole, tuple(part for part, name in found.items() for _ in arrays[f"X_{name}"])


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


def texts(values: NDArray[Any]) -> tuple[str, ...]:
    """Labels as texts: whole numbers without a point."""
    flat = values.reshape(-1)
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
    """Raises InputError where a number is missing or infinite, with its place."""
    wrong = [number for number, window in enumerate(windows) if not np.isfinite(window).all()]
    if not wrong:
        return
    window = windows[wrong[0]]
    step, feature = (int(place) for place in np.argwhere(~np.isfinite(window))[0])
    more = f" (and in {len(wrong) - 1:,} other samples)" if len(wrong) > 1 else ""
    raise InputError(
        f"{flag}: sample {ids[wrong[0]]}, time step {step + 1}, {features[feature]}: {window[step, feature]}{more}. Expected finite "
        "numbers: fill them in, or leave such samples out; of windows of several lengths say the lengths instead of padding with NaN."
    )

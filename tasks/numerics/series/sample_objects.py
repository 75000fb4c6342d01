"""Arrays of Python objects in an `.npz` file: windows of several lengths, or labels; only numbers and texts are made of them, nothing is run."""

import io
import pickle
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError

MAKERS: Final = {
    ("_reconstruct", "numpy._core.multiarray"),
    ("_reconstruct", "numpy.core.multiarray"),
    ("scalar", "numpy._core.multiarray"),
    ("scalar", "numpy.core.multiarray"),
    ("_frombuffer", "numpy._core.numeric"),
    ("_frombuffer", "numpy.core.numeric"),
    ("ndarray", "numpy"),
    ("dtype", "numpy"),
    ("encode", "_codecs"),
}
"""What NumPy calls when it makes arrays of what it has written, and in which module: all that may be called."""


class ArraysAlone(pickle.Unpickler):
    """Makes lists, texts, numbers and arrays of them; refuses everything else."""

    def find_class(self, module: str, name: str) -> Any:
        """What NumPy makes arrays with; raises UnpicklingError on any other function or class."""
        if (name, module) not in MAKERS:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def read_objects(file: IO[bytes], name: str, flag: str) -> NDArray[Any]:
    """An array of objects (n,) of a `.npy` file in an archive; raises InputError where it holds other ones than arrays, lists, texts and numbers."""
    content = io.BytesIO(file.read())
    version = np.lib.format.read_magic(content)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    read(content)
    try:
        found = ArraysAlone(content).load()
    except Exception as error:  # whatever a damaged or a foreign file raises
        raise InputError(
            f"{flag}: {name} holds Python objects that are not read ({type(error).__name__}: {str(error)[:200]}). Expected arrays, lists, texts "
            "and numbers alone: windows of several lengths as arrays (T, F) of numbers, classes as texts, y.astype(str)."
        ) from None
    return np.asarray(found, dtype=object)


def stacked(windows: NDArray[Any], flag: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Windows of several lengths (n,) of objects as one array (n, T, F), NaN after the end of each, and their lengths (n,).

    Raises InputError where one is no array (T, F) of numbers, or has no time step, or another number of features.
    """
    each = [_window(window, number, flag) for number, window in enumerate(windows.reshape(-1))]
    lengths = np.array([len(window) for window in each])
    features = each[0].shape[1]
    found = np.full((len(each), lengths.max(), features), np.nan)
    for number, window in enumerate(each):
        if window.shape[1] != features:
            raise InputError(
                f"{flag}: X[{number}] has {window.shape[1]} features, and X[0] {features}. Expected windows (T, F) with as many in all."
            )
        found[number, : len(window)] = window
    return found, lengths


def _window(given: Any, number: int, flag: str) -> NDArray[np.float64]:
    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{flag}: X[{number}] is no array of numbers ({error}). Expected a window (T, F).") from None
    if found.ndim not in (1, 2) or 0 in found.shape:
        raise InputError(
            f"{flag}: X[{number}] has the shape {found.shape}. Expected a window (T, F) of one time step or more: leave empty ones out."
        )
    return found[:, None] if found.ndim == 1 else found

"""What gives windows back without a network: principal components of the same code size, and each window's mean."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import numpy as np
import xarray as xr

from tasks.numerics.problems.attempts import Attempts
from tasks.numerics.problems.reconstruction.results import stacked
from tasks.numerics.problems.reconstruction.windows import ReconstructionWindows


def baselines_key(windows: ReconstructionWindows, code: int) -> str:
    """What decides the baselines, in a few characters: windows, size of the code, and what computes them."""
    source = Path(__file__).read_bytes() + version("scikit-learn").encode()
    asked = hashlib.sha256(windows.inputs.tobytes() + source)
    asked.update(repr((windows.inputs.shape, windows.split, code)).encode())
    return f"baselines-{asked.hexdigest()[:16]}"


def baseline_reconstructions(windows: ReconstructionWindows, code: int) -> xr.DataArray:
    """Test windows and their planted copies given back (baseline, copy, window, step, feature); fitted on the training windows alone.

    What fails is NaN, and the coordinate `note` (baseline) says why.
    """
    attempt, tested = Attempts(), windows.tested
    made = {
        "PCA": attempt("PCA", np.full(tested.shape, np.nan), principal_components, windows, code),
        "window mean": np.broadcast_to(tested.mean(axis=2, keepdims=True), tested.shape),
    }
    found = stacked(made, "baseline", "copy", "window", "step", "feature")
    return found.assign_coords(note=("baseline", ["".join(attempt.failures), ""]))


def principal_components(windows: ReconstructionWindows, code: int) -> np.ndarray:
    """Test windows and their planted copies (copy, window, step, feature) given back from `code` components."""
    from sklearn.decomposition import PCA

    training = windows.inputs[: windows.split.train].astype(np.float64)
    flat = training.reshape(len(training), -1)
    components = PCA(min(code, *flat.shape)).fit(flat)
    rows = windows.tested.reshape(-1, flat.shape[1])
    given_back: np.ndarray = components.inverse_transform(components.transform(rows))
    return given_back.reshape(windows.tested.shape)

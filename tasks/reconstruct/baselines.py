"""What gives windows back without a network: principal components of the same code size, and each window's mean."""

import numpy as np

from tasks.numerics.problems.reconstruction.windows import ReconstructionWindows
from tasks.numerics.statistics.scored_points import Array


def baseline_reconstructions(windows: ReconstructionWindows, code: int) -> dict[str, Array]:
    """Test windows and their planted copies given back (1 + K, N, T, F), by name; fitted on the training windows alone."""
    from sklearn.decomposition import PCA

    training = windows.inputs[: windows.split.train].astype(np.float64)
    tested = windows.tested
    flat = training.reshape(len(training), -1)
    components = PCA(min(code, *flat.shape)).fit(flat)
    rows = tested.reshape(-1, flat.shape[1])
    return {
        "PCA": components.inverse_transform(components.transform(rows)).reshape(tested.shape),
        "window mean": np.broadcast_to(tested.mean(axis=2, keepdims=True), tested.shape).copy(),
    }

"""A classifier with its scaling inside: windows in their own units in, probabilities out."""

from typing import Any

import numpy as np

from tasks.numerics.problems.classification.windows import ClassWindows


def in_units(model: Any, windows: ClassWindows) -> Any:
    """A `keras.Model` that takes windows (B, T, F) as they stand in the file, NaN after the end of shorter ones, and gives what the head gives (B, O)."""
    import keras

    given = keras.layers.Input(windows.inputs.shape[1:], name="window")
    shift, scale = (
        np.array([getattr(one, name) for one in windows.scalers], np.float32) for name in ("shift", "scale")
    )
    scaled = (given - shift) / scale
    if windows.is_padded:
        missing = keras.ops.all(keras.ops.isnan(given), axis=-1, keepdims=True)
        scaled = keras.ops.where(missing, np.float32(windows.mask_value), scaled)
    return keras.Model(given, model(scaled), name="in_units")

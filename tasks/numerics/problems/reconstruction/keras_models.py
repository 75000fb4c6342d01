"""An autoencoder with its scaling inside: values in their own units in, and out."""

from typing import Any

import numpy as np

from tasks.numerics.errors import InputError
from tasks.numerics.problems.reconstruction.windows import ReconstructionWindows
from tasks.numerics.settings import WindowSpec


def in_units(model: Any, windows: ReconstructionWindows, spec: WindowSpec) -> Any:
    """A `keras.Model` that takes windows (B, T, F) as they stand in the file and gives them back.

    Raises InputError where the series was transformed: what an autoencoder gives back has no value before it to start from.
    """
    import keras

    if spec.transform != "none":
        raise InputError(
            f"transform={spec.transform!r}: an autoencoder gives transformed windows back, and there is no way from them to the series' "
            "own values. Compare with transform='none', or take the network from MLflow."
        )
    given = keras.layers.Input(windows.inputs.shape[1:], name="window")
    shift, scale = (
        np.array([getattr(one, name) for one in windows.scalers], np.float32) for name in ("shift", "scale")
    )
    return keras.Model(given, model((given - shift) / scale) * scale + shift, name="in_units")

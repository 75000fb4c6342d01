"""A forecaster with its transform and scaling inside: values in the series' own unit in, and out."""

from typing import Any

import numpy as np

from tasks.numerics.series.windows import Windows
from tasks.numerics.settings import WindowSpec


def in_units(model: Any, windows: Windows, spec: WindowSpec, member: int) -> Any:
    """A `keras.Model` that takes the last rows (B, L, F) as they stand in the file and gives forecasts (B, H).

    L is the lookback, one more row where differences are formed. F: the value, the columns of `--features` of that row, then
    what is known ahead, H rows later, in the order of a time step. `member` is the number of a panel's series.
    """
    import keras

    scalers = (windows.scalers[member], *windows.column_scalers[member])
    lost = windows.transformed[member].lost
    given = keras.layers.Input((spec.lookback + lost, len(scalers)), name="rows")
    value, beside = given[:, :, :1], given[:, :, 1:]
    moved = keras.ops.log(value) if spec.transform in ("log", "log_difference") else value
    if lost:
        moved = moved[:, 1:] - moved[:, :-1]
        beside = beside[:, 1:]
    rows = keras.ops.concatenate([moved, beside], axis=-1) if len(scalers) > 1 else moved
    shift, scale = (np.array([getattr(one, name) for one in scalers], np.float32) for name in ("shift", "scale"))
    scaled = (rows - shift) / scale
    if spec.layout == "features":
        scaled = keras.layers.Reshape((1, spec.lookback * len(scalers)))(scaled)
    own = windows.scalers[member]
    found = model(scaled) * np.float32(own.scale) + np.float32(own.shift)
    match spec.transform:
        case "log":
            found = keras.ops.exp(found)
        case "difference":
            found = value[:, -1] + keras.ops.cumsum(found, axis=-1)
        case "log_difference":
            found = value[:, -1] * keras.ops.exp(keras.ops.cumsum(found, axis=-1))
    return keras.Model(given, found, name="in_units")

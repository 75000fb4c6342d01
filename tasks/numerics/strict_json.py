"""Values that JSON holds: it knows no infinity and no missing number."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def without_infinity(value: Any) -> Any:
    """The same JSON value, null where a number is not finite."""
    if isinstance(value, Mapping):
        return {key: without_infinity(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_infinity(one) for one in value]
    if isinstance(value, np.generic):
        return without_infinity(value.item())
    return None if isinstance(value, float) and not math.isfinite(value) else value

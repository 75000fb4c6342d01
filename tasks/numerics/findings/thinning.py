"""Long histories as few points."""

import numpy as np


def thinned(length: int, most: int = 24) -> np.ndarray:
    """Positions of at most `most` points of a history, evenly spread, first and last among them."""
    return np.unique(np.linspace(0, length - 1, min(most, length)).round().astype(int))

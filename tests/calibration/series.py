"""The series on which `stock` is held against itself: bundled ones of several frequencies and lengths, and simulated ones."""

from dataclasses import dataclass

import numpy as np

from tasks.load import read_series
from tasks.numerics.series.windows import Windows, make_windows
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import WindowSpec

BUNDLED = ("nile", "uk_gas", "air_passengers", "bank_calls_daily", "sunspots", "victoria_electricity_daily")
SIMULATED = {"seasonal AR": (4, {1: 0.3, 4: 0.6}), "near random walk": (1, {1: 0.98})}
"""Season and coefficients by lag of two simulated autoregressions."""
SIMULATED_PERIODS = 160
WINDOWS = WindowSpec(lookback=6, test=0.2, origins=1)


@dataclass(frozen=True)
class Case:
    """A series, cut into windows."""

    name: str
    frequency: str
    season_length: int
    values: np.ndarray
    windows: Windows


def bundled(name):
    """A bundled series."""
    records = read_series(SeriesSpec(name))
    values = records.periods["value"].to_numpy(np.float64)
    return Case(name, records.frequency, records.season_length, values, make_windows(values, WINDOWS)[0])


def simulated(name):
    """A simulated series; its generator's seed is its place among the simulated ones."""
    season, coefficients = SIMULATED[name]
    random = np.random.default_rng(list(SIMULATED).index(name))
    values = random.standard_normal(2 * SIMULATED_PERIODS)
    for period in range(max(coefficients), len(values)):
        values[period] += sum(weight * values[period - lag] for lag, weight in coefficients.items())
    values = values[SIMULATED_PERIODS:]
    return Case(name, "simulated", season, values, make_windows(values, WINDOWS)[0])

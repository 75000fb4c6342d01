"""Baselines that need no network: rolled one step at a time over the test part, with statsforecast."""

import warnings
from collections.abc import Callable
from typing import Protocol

import numpy as np
import xarray as xr

from tasks.numerics.series import Series

LONGEST_SEASON = 24
"""AutoETS and AutoARIMA model no longer season: their time and memory grow with its square."""
HISTORY = 600
"""Rows before the test part that AutoETS and AutoARIMA are fitted on, so that long series stay quick."""
TINY_ROWS = 150
"""Up to here AutoARIMA compares orders by exact likelihood, above by its approximation, as R's auto.arima does."""


def forecast_baselines(series: Series, test_rows: int) -> xr.Dataset:
    """One-step forecasts of the last `test_rows` rows: `baseline_forecast` (baseline, time), `baseline_note` (baseline).

    Parameters are fitted once, on everything before the test part; each forecast sees all actual values before its period.
    A baseline that fails is NaN, its note says why.
    """
    values = series.array
    baselines: dict[str, Callable[[], tuple[np.ndarray, str]]] = {
        "last value": lambda: (values[-test_rows - 1 : -1], "repeats the period before"),
        "seasonal last value": lambda: seasonal_last_value(values, test_rows, series.season_length),
        "mean": lambda: mean(values, test_rows),
        "AutoETS": lambda: auto_ets(values, test_rows, series.season_length),
        "AutoARIMA": lambda: auto_arima(values, test_rows, series.season_length),
    }
    if series.season_length <= 1:
        del baselines["seasonal last value"]
    forecasts, notes = zip(*(attempt(baseline, test_rows) for baseline in baselines.values()), strict=True)
    return xr.Dataset(
        {"baseline_forecast": (("baseline", "time"), np.stack(forecasts)), "baseline_note": ("baseline", list(notes))},
        coords={"baseline": list(baselines), "time": ("time", series.values.index[-test_rows:])},
    )


def attempt(baseline: Callable[[], tuple[np.ndarray, str]], test_rows: int) -> tuple[np.ndarray, str]:
    """Forecasts (time,) and note of a baseline, or NaN and the reason why it failed."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return baseline()
    except Exception as error:  # what a foreign model raises is not known, and no baseline may stop the networks
        return np.full(test_rows, np.nan), f"failed: {error or type(error).__name__}"


def seasonal_last_value(values: np.ndarray, test_rows: int, season_length: int) -> tuple[np.ndarray, str]:
    """The value one season before, (time,)."""
    start = len(values) - test_rows - season_length
    if start < 0:
        raise ValueError(f"fewer than {season_length} rows, one season, before the test part")
    return values[start : start + test_rows], f"repeats the value {season_length} periods before"


def mean(values: np.ndarray, test_rows: int) -> tuple[np.ndarray, str]:
    """The mean of everything before the test part, (time,)."""
    return np.full(test_rows, values[:-test_rows].mean()), "of everything before the test part"


def auto_ets(values: np.ndarray, test_rows: int, season_length: int) -> tuple[np.ndarray, str]:
    """Exponential smoothing, chosen by AICc (Hyndman et al. 2002), (time,)."""
    from statsforecast.models import AutoETS

    season, note = modelled_season(season_length)
    before = len(values) - test_rows
    start = max(0, before - HISTORY)
    model = AutoETS(season_length=season).fit(values[start:before])
    forecasts = [step(model, values[start:end]) for end in range(before, len(values))]
    return np.array(forecasts), f"{model.model_['method']}{history(start, before)}{note}"


def auto_arima(values: np.ndarray, test_rows: int, season_length: int) -> tuple[np.ndarray, str]:
    """ARIMA, chosen by AICc (Hyndman and Khandakar 2008), (time,)."""
    from statsforecast.models import AutoARIMA

    season, note = modelled_season(season_length)
    before = len(values) - test_rows
    start = max(0, before - HISTORY)
    approximation = before - start > TINY_ROWS or season > 12
    model = AutoARIMA(season_length=season, approximation=approximation).fit(values[start:before])
    # Not the model's fitted values: those are actual minus standardised residual, and so lean on the value they forecast.
    # An ARIMA's memory fades: more than HISTORY rows would change nothing but the time taken.
    forecasts = [step(model, values[max(0, end - HISTORY) : end]) for end in range(before, len(values))]
    p, q, P, Q, period, d, D = model.model_["arma"]
    order = f"ARIMA({p},{d},{q})" + (f"({P},{D},{Q})[{period}]" if period > 1 else "")
    return np.array(forecasts), f"{order}{history(start, before)}{note}"


class Fitted(Protocol):
    """A model of statsforecast after `fit`."""

    def forward(self, y: np.ndarray, h: int) -> dict[str, np.ndarray]:
        """Forecasts of the `h` periods after `y` (rows,) under `mean`, the fitted parameters kept."""


def step(model: Fitted, past: np.ndarray) -> float:
    """Forecast of the period after `past` (rows,)."""
    return float(model.forward(y=past, h=1)["mean"][0])


def modelled_season(season_length: int) -> tuple[int, str]:
    """The season that AutoETS and AutoARIMA are given, and a note where it is not the series' own."""
    if season_length <= LONGEST_SEASON:
        return season_length, ""
    return 1, f"; the season of {season_length} is too long for it and not modelled"


def history(start: int, before: int) -> str:
    """A note where not all rows before the test part were used."""
    return f"; fitted on the last {before - start} of {before} rows" if start else ""

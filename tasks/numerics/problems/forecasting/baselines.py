"""Baselines that need no network: rolled over the test part period by period, with statsforecast."""

import hashlib
import os
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.import_lock import one_import_at_a_time
from tasks.numerics.problems.forecasting.worker_processes import in_processes
from tasks.numerics.series.series import Series

LONGEST_SEASON = 24
"""AutoETS and AutoARIMA model no longer season: their time and memory grow with its square."""
HISTORY = 600
"""Rows before the test part that AutoETS and AutoARIMA are fitted on, so that long series stay quick."""
NAMES = ("last value", "seasonal last value", "mean", "AutoETS", "AutoARIMA")
MOST_SERIES = {"AutoETS": 500, "AutoARIMA": 100}
"""Series of a panel up to which a baseline is fitted to each: some 0.2 s and 1.5 s of a processor a monthly series."""
FEW = 8
"""Series up to which no further processes are worth their start."""
TINY_ROWS = 150
"""Up to here AutoARIMA compares orders by exact likelihood, above by its approximation, as R's auto.arima does."""


def baselines_key(series: Series, windows: tuple[int, ...], horizon: int = 1) -> str:
    """What decides the baselines of a series, in a few characters: data, test part, horizon, and what computes them."""
    source = Path(__file__).read_bytes() + version("statsforecast").encode()
    asked = [(one.digest, one.season_length, one.name) for one in series.members or (series,)]
    return f"baselines-{hashlib.sha256(repr((asked, windows, horizon)).encode() + source).hexdigest()[:16]}"


def forecast_baselines(
    series: Series, windows: tuple[int, ...], horizon: int = 1, tell: Callable[[int], None] = lambda done: None
) -> xr.Dataset:
    """Forecasts of the last windows, so many of each series: `baseline_forecast` (baseline, time, step), `baseline_note` (baseline).

    Parameters are fitted once, on everything before the test part; each window's forecast of `horizon` periods sees all
    actual values before its first one. A baseline that fails is NaN, its note says why. Of a panel the note is (baseline,
    series), empty where a series has no such baseline; of more series than `MOST_SERIES` of a baseline, it is left out. `tell`
    hears of how many series they are known.
    """
    members = series.lone
    left_out = tuple(name for name, most in MOST_SERIES.items() if len(members) > most)
    jobs = [(one, number, horizon, left_out) for one, number in zip(members, windows, strict=True)]
    if len(members) > FEW and left_out != tuple(MOST_SERIES):
        found = in_processes(of_one_series, jobs, os.cpu_count() or 1, tell)
    else:
        found = [of_one_series(*job) for job in jobs]
    if not series.members:
        return found[0]
    names = [name for name in NAMES if any(name in one["baseline"] for one in found)]
    whole = [one.reindex(baseline=names, fill_value={"baseline_note": ""}) for one in found]
    labels = pd.Index([one.name for one in series.members], name="series")
    first = whole[0]
    return xr.Dataset(
        {
            "baseline_forecast": (
                ("baseline", "time", "step"),
                np.concatenate([one["baseline_forecast"].to_numpy() for one in whole], axis=1),
            ),
            "baseline_note": (
                ("baseline", "series"),
                np.stack([one["baseline_note"].to_numpy() for one in whole], axis=1),
            ),
        },
        coords={
            "baseline": names,
            "series": labels,
            "time": ("time", whole_index([one["time"].to_index() for one in whole])),
            "step": first["step"].to_numpy(),
        },
    )


def whole_index(parts: list[pd.Index]) -> pd.Index:
    """The periods of all series, one series after another."""
    return parts[0].append(parts[1:])


def of_one_series(series: Series, windows: int, horizon: int, left_out: tuple[str, ...] = ()) -> xr.Dataset:
    """The same of one series, without some baselines."""
    values, season = series.array, series.season_length
    firsts = np.arange(windows) + len(values) - windows - horizon + 1
    baselines: dict[str, Callable[[], tuple[np.ndarray, str]]] = {
        "last value": lambda: last_value(values, firsts, horizon),
        "seasonal last value": lambda: seasonal_last_value(values, firsts, horizon, season),
        "mean": lambda: mean(values, firsts, horizon),
        "AutoETS": lambda: auto_ets(values, firsts, horizon, season),
        "AutoARIMA": lambda: auto_arima(values, firsts, horizon, season),
    }
    for name in (*left_out, *(["seasonal last value"] if season <= 1 else [])):
        del baselines[name]
    found = [attempt(baseline, (windows, horizon)) for baseline in baselines.values()]
    forecasts, notes = zip(*found, strict=True)
    return xr.Dataset(
        {
            "baseline_forecast": (("baseline", "time", "step"), np.stack(forecasts)),
            "baseline_note": ("baseline", list(notes)),
        },
        coords={
            "baseline": list(baselines),
            "time": ("time", series.values.index[firsts[0] : firsts[0] + windows]),
            "step": np.arange(horizon) + 1,
        },
    )


def attempt(baseline: Callable[[], tuple[np.ndarray, str]], shape: tuple[int, int]) -> tuple[np.ndarray, str]:
    """Forecasts (N, H) and note of a baseline, or NaN and the reason why it failed."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return baseline()
    except Exception as error:  # what a foreign model raises is not known, and no baseline may stop the networks
        return np.full(shape, np.nan), f"failed: {error or type(error).__name__}"


def last_value(values: np.ndarray, firsts: np.ndarray, horizon: int) -> tuple[np.ndarray, str]:
    """The value of the period before the first rows (N,), at every step (N, H)."""
    return np.repeat(values[firsts - 1][:, None], horizon, axis=1), "repeats the period before"


def seasonal_last_value(
    values: np.ndarray, firsts: np.ndarray, horizon: int, season_length: int
) -> tuple[np.ndarray, str]:
    """The value one season before, or as many as it takes for it to be known, (N, H)."""
    if firsts[0] < season_length:
        raise ValueError(f"fewer than {season_length} rows, one season, before the test part")
    within_season = np.arange(horizon) % season_length
    return values[firsts[:, None] - season_length + within_season], f"repeats the value {season_length} periods before"


def mean(values: np.ndarray, firsts: np.ndarray, horizon: int) -> tuple[np.ndarray, str]:
    """The mean of everything before the test part, (N, H)."""
    return np.full((len(firsts), horizon), values[: firsts[0]].mean()), "of everything before the test part"


def auto_ets(values: np.ndarray, firsts: np.ndarray, horizon: int, season_length: int) -> tuple[np.ndarray, str]:
    """Exponential smoothing, chosen by AICc (Hyndman et al. 2002), (N, H)."""
    with one_import_at_a_time():
        from statsforecast.models import AutoETS

    season, note = modelled_season(season_length)
    before = int(firsts[0])
    start = max(0, before - HISTORY)
    model = AutoETS(season_length=season).fit(values[start:before])
    forecasts = [steps(model, values[start:end], horizon) for end in firsts]
    return np.array(forecasts), f"{model.model_['method']}{history(start, before)}{note}"


def auto_arima(values: np.ndarray, firsts: np.ndarray, horizon: int, season_length: int) -> tuple[np.ndarray, str]:
    """ARIMA, chosen by AICc (Hyndman and Khandakar 2008), (N, H)."""
    with one_import_at_a_time():
        from statsforecast.models import AutoARIMA

    season, note = modelled_season(season_length)
    before = int(firsts[0])
    start = max(0, before - HISTORY)
    approximation = before - start > TINY_ROWS or season > 12
    model = AutoARIMA(season_length=season, approximation=approximation).fit(values[start:before])
    # Not the model's fitted values: those are actual minus standardised residual, and so lean on the value they forecast.
    # An ARIMA's memory fades: more than HISTORY rows would change nothing but the time taken.
    forecasts = [steps(model, values[max(0, end - HISTORY) : end], horizon) for end in firsts]
    p, q, P, Q, period, d, D = model.model_["arma"]
    order = f"ARIMA({p},{d},{q})" + (f"({P},{D},{Q})[{period}]" if period > 1 else "")
    return np.array(forecasts), f"{order}{history(start, before)}{note}"


class Fitted(Protocol):
    """A model of statsforecast after `fit`."""

    def forward(self, y: np.ndarray, h: int) -> dict[str, np.ndarray]:
        """Forecasts of the `h` periods after `y` (rows,) under `mean`, the fitted parameters kept."""


def steps(model: Fitted, past: np.ndarray, horizon: int) -> np.ndarray:
    """Forecast (H,) of the periods after `past` (rows,)."""
    return np.asarray(model.forward(y=past, h=horizon)["mean"], np.float64)


def modelled_season(season_length: int) -> tuple[int, str]:
    """The season that AutoETS and AutoARIMA are given, and a note where it is not the series' own."""
    if season_length <= LONGEST_SEASON:
        return season_length, ""
    return 1, f"; the season of {season_length} is too long for it and not modelled"


def history(start: int, before: int) -> str:
    """A note where not all rows before the test part were used."""
    return f"; fitted on the last {before - start} of {before} rows" if start else ""

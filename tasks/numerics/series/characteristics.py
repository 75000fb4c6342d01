"""What a series is like, in numbers that do not depend on its unit.

Strength of trend and season by STL (Wang, Smith and Hyndman 2006, Data Mining and Knowledge Discovery 13, 335-364; Cleveland
et al. 1990, Journal of Official Statistics 6, 3-73), spectral entropy (Goerg 2013, ICML 28, 649-657), autocorrelations, share of
zeros, and p of a unit root (Dickey and Fuller 1979, JASA 74, 427-431) and of stationarity (Kwiatkowski et al. 1992, Journal of
Econometrics 54, 159-178).
"""

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy import signal  # type: ignore[import-untyped]

Array = NDArray[np.float64]
SEASONS = 2
"""Below so many whole seasons none is told from a trend."""
SPAN = 2 / 3
"""Of the smooth that is the trend where there is no season: lowess' own (Cleveland 1979, JASA 74, 829-836)."""


def characteristics(values: Array, season: int) -> dict[str, float]:
    """Of values (N,) that vary, with so many periods a season; NaN where one is undefined."""
    trend, seasonal, rest = decomposed(values, season)
    changes = np.diff(values)
    seasonal_lag = season if season > 1 and len(values) >= SEASONS * season else 0
    unit_root, stationary = stationarity(values)
    return {
        "trend_strength": strength(trend, rest),
        "season_strength": strength(seasonal, rest) if seasonal_lag else 0.0,
        "spectral_entropy": spectral_entropy(values),
        "autocorrelation": autocorrelation(values, 1),
        "autocorrelation_of_changes": autocorrelation(changes, 1),
        "autocorrelation_at_season": autocorrelation(values, seasonal_lag) if seasonal_lag else np.nan,
        "zeros": float(np.mean(values == 0)),
        "unit_root_p": unit_root,
        "stationary_p": stationary,
    }


def decomposed(values: Array, season: int) -> tuple[Array, Array, Array]:
    """Trend, season and rest (N,) each, which sum to the values."""
    from statsmodels.nonparametric.smoothers_lowess import lowess
    from statsmodels.tsa.seasonal import STL

    if season > 1 and len(values) >= SEASONS * season:
        found = STL(values, period=season).fit()
        return np.asarray(found.trend), np.asarray(found.seasonal), np.asarray(found.resid)
    trend = np.asarray(lowess(values, np.arange(len(values)), frac=SPAN, return_sorted=False))
    return trend, np.zeros_like(values), values - trend


def strength(part: Array, rest: Array) -> float:
    """How far a part stands out of the rest: 1 less the share of the rest in the variance of both, at least 0."""
    return max(0.0, 1 - float(rest.var() / (part + rest).var()))


def spectral_entropy(values: Array) -> float:
    """Entropy of the periodogram of values (N,) about their line, as a share of white noise's: 0 a single wave, 1 noise."""
    power = signal.periodogram(values, detrend="linear")[1][1:]
    shares = power[power > 0] / power.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(len(power)))


def autocorrelation(values: Array, lag: int) -> float:
    """Of values (N,) at a lag."""
    moved = values - values.mean()
    return float((moved[lag:] * moved[:-lag]).sum() / (moved**2).sum())


def stationarity(values: Array) -> tuple[float, float]:
    """p of a unit root (ADF) and of stationarity about a level (KPSS), each of its own null hypothesis; NaN where there is none."""
    from arch.unitroot import ADF, KPSS

    found = []
    for test in (ADF, KPSS):
        try:
            # That a p lies beyond the tables, or a short series has few lags, is no news here.
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                found.append(float(test(values).pvalue))
        except (ValueError, RuntimeError, np.linalg.LinAlgError):  # too short, or constant
            found.append(float("nan"))
    return found[0], found[1]

"""Characteristics of series whose trend, season and noise are known, and against statsmodels."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import acf

from tasks.numerics.series.characteristics import autocorrelation, characteristics, spectral_entropy, stationarity

TIME = np.arange(120)
NOISE = np.random.default_rng(2).normal(size=120)
WAVE = np.sin(2 * np.pi * TIME / 12)


def test_a_season_and_a_line_stand_out_of_little_noise_and_noise_does_not():
    clear = characteristics(5 * WAVE + 0.2 * TIME + 0.1 * NOISE, 12)
    assert clear["season_strength"] > 0.98 and clear["trend_strength"] > 0.98
    assert clear["autocorrelation_at_season"] > 0.5 and clear["stationary_p"] < 0.05 < clear["unit_root_p"]
    plain = characteristics(NOISE, 1)
    assert plain["season_strength"] == 0 and plain["trend_strength"] < 0.3
    assert plain["unit_root_p"] < 0.05 < plain["stationary_p"] and np.isnan(plain["autocorrelation_at_season"])


def test_entropy_is_near_0_for_a_wave_and_near_1_for_noise():
    assert spectral_entropy(WAVE) < 0.2 < 0.8 < spectral_entropy(NOISE) <= 1
    assert spectral_entropy(NOISE + 5 * TIME) == pytest.approx(spectral_entropy(NOISE), abs=0.02)


@pytest.mark.parametrize("lag", [1, 12])
def test_autocorrelations_are_statsmodels(lag):
    assert autocorrelation(WAVE + NOISE, lag) == pytest.approx(acf(WAVE + NOISE, nlags=12)[lag])


def test_nothing_depends_on_the_unit():
    first, second = characteristics(WAVE + NOISE, 12), characteristics(1e6 * (WAVE + NOISE), 12)
    assert first == pytest.approx(second, nan_ok=True)


def test_zeros_are_counted_and_a_series_too_short_for_a_test_has_no_p_of_it():
    assert characteristics(np.where(TIME % 4 == 0, 0.0, 1 + NOISE**2), 1)["zeros"] == 0.25
    assert np.isnan(stationarity(np.array([1.0, 2.0, 1.0]))[0])

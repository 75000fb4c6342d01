"""The calibrations run, and fail where intervals are wrong."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.numerics.statistics.odds import Expected
from tasks.numerics.statistics.variance_components import Components
from tests.calibration import odds, simulated, trained, windows
from tests.calibration.series import bundled
from tests.calibration.series import simulated as simulated_series

pytestmark = pytest.mark.slow

QUICK = replace(trained.TRAINING, epochs=2)


@pytest.fixture
def narrow(monkeypatch):
    """Intervals three times too narrow, and p with them."""
    margin, p = Components.margin, Components.p
    monkeypatch.setattr(Components, "margin", lambda parts, level: margin(parts, level) / 3)
    monkeypatch.setattr(Components, "p", lambda parts, difference: p(parts, 3 * difference))


@pytest.fixture
def made(monkeypatch):
    """Forecasts of no network: the actual values and noise, new at every seed and period."""

    def forecasts(case, seeds, training):
        noise = np.random.default_rng(seeds[0]).standard_normal((len(seeds), case.windows.split.test))
        return case.values[case.windows.test_rows] + case.values.std() * noise

    monkeypatch.setattr(trained, "train_side", forecasts)


def test_networks_are_trained_and_judged(capsys):
    assert trained.main(4, QUICK, [simulated_series("seasonal AR"), simulated_series("near random walk")]) == 0
    shown = capsys.readouterr().out
    assert "FAILS" not in shown
    assert "240 networks, 0 diverged" in shown


def test_verdicts_hold_their_bounds_on_made_forecasts(made):
    assert trained.main(16, cases=[bundled("nile")]) == 0


def test_intervals_too_narrow_fail(made, narrow, capsys):
    assert trained.main(16, cases=[bundled("nile")]) == 1
    assert "FAILS: `helps` or `hurts`" in capsys.readouterr().out


@pytest.fixture
def few_windows(monkeypatch):
    """One case of overlapping windows, and one of a panel."""
    few = {
        "HORIZONS": (2,),
        "LENGTHS": (16,),
        "SERIES": (2,),
        "ALIKE": (0.8,),
        "WINDOWS": (30,),
        "PANEL_HORIZONS": (1,),
    }
    for name, values in few.items():
        monkeypatch.setattr(windows, name, values)


def test_overlapping_windows_and_panels_hold_their_bounds(few_windows, capsys):
    assert windows.main(40) == 0
    assert capsys.readouterr().out.count("holds") == 4


def test_intervals_too_narrow_fail_there_too(few_windows, narrow, capsys):
    assert windows.main(40) == 1
    assert capsys.readouterr().out.count("FAILS") == 4


def test_networks_that_are_all_the_same_fail():
    nile = bundled("nile")
    forecasts = np.ones((30, nile.windows.split.test))
    held = dict(trained.bounds({"nile": 200 * [trained.judge(nile, forecasts, forecasts)]}))
    assert [words.split(" holds")[0] for words, good in held.items() if not good] == ["the interval over retraining"]


def test_every_network_is_in_one_comparison():
    first = [trained.first_seed(place, number) for place in range(3) for number in range(4)]
    used = [seed for begin in first for seed in range(begin, begin + 60)]
    assert len(used) == len(set(used))


def test_simulated_intervals_cover():
    held, alone, same = simulated.cell(30, 60, 0.3, 0.8, 200)
    assert alone < held
    assert 0.9 <= held <= 0.99
    assert max(same[precision, True] for precision in simulated.PRECISIONS) <= 0.1


def test_simulated_intervals_too_narrow_do_not_cover(narrow):
    assert simulated.cell(30, 60, 0.3, 0.8, 200)[0] < 0.7


def test_odds_come_true():
    said, best, _ = odds.many_runs(30, 60, 0.3, 120)
    assert odds.furthest(said) < 0.03 and odds.furthest(best) < 0.03


def test_odds_of_spreads_too_small_do_not(monkeypatch):
    spread = Expected.spread.fget
    monkeypatch.setattr(Expected, "spread", property(lambda known: spread(known) / 3))
    assert odds.furthest(odds.many_runs(30, 60, 0.3, 120)[0]) > 0

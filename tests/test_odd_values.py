"""Values that no machine can hold or no series has: each is told at once, before anything is computed."""

import math
import time
from dataclasses import fields, replace
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd
import pytest
from made_series import rows, write

from flows.comparison.checks import check_budget, check_tracking
from flows.comparison.first_checks import check_study
from flows.studies.given_settings import study_from
from flows.studies.study import Study
from tasks.load import read_members
from tasks.numerics.errors import InputError
from tasks.numerics.networks.costs import cost_of
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.series.records import to_series
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec
from tasks.window import window

FREE = {"bounds"}
"""Numbers of the series' own."""


def numbers() -> list[tuple[str, type]]:
    """Every setting that is a number, or a list of some."""
    found = []
    for field in Study.model_fields.values():
        hints = get_type_hints(type(field.default))
        for setting in fields(type(field.default)):
            kind = hints[setting.name]
            of = get_args(kind)[0] if get_origin(kind) is tuple else kind
            if of in (int, float) and setting.name not in FREE:
                found.append((setting.name, of, get_origin(kind) is tuple))
    return found


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 1e300, 2**63, 10**12])
@pytest.mark.parametrize(("name", "kind", "several"), numbers(), ids=lambda one: str(one))
def test_no_number_is_without_bounds(name, kind, several, value):
    if (name == "clip_norm" and value in (1e300, 2**63, 10**12)) or (
        name == "clip_norms" and value in (1e300, 2**63, 10**12)
    ):
        pytest.skip("clipping at a norm that no gradient has is not clipping")
    given: Any = (value,) if several else value
    begun = time.process_time()
    with pytest.raises(InputError, match=f"--{name.replace('_', '-')} "):
        check_budget(study_from({name: given}))
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "training",
    [
        TrainingSpec(learning_rate=1e9, learning_rates=99, learning_rate_factor=1e6),
        TrainingSpec(learning_rate=1e-300, learning_rates=9),
    ],
)
def test_learning_rates_beyond_numbers_are_refused(training):
    with pytest.raises(InputError, match="--learning-rate"):
        candidates(training)


@pytest.mark.parametrize(
    "settings",
    [
        {"seeds": 100_000, "epochs": 100_000},
        {"layers": (10_000, 10_000, 10_000)},
        {"activations": ("all",), "seeds": 100_000, "epochs": 10_000},
    ],
)
def test_what_no_machine_can_hold_is_told_with_time_and_memory(settings, tmp_path):
    begun = time.process_time()
    with pytest.raises(InputError, match=r"GB of memory") as caught:
        check_study(study_from({"series": str(write(tmp_path / "own.csv", rows(400))), **settings}))
    assert "expected" in str(caught.value).lower() and time.process_time() - begun < 1


def test_a_long_comparison_is_told_before_it_begins(tmp_path, capsys):
    path = str(write(tmp_path / "own.csv", rows(400)))
    check_study(study_from({"series": path, "output": str(tmp_path)}))
    assert "About" not in capsys.readouterr().err
    check_study(study_from({"series": path, "output": str(tmp_path), "seeds": 1000, "epochs": 1000}))
    said = capsys.readouterr().err
    assert "About" in said and "networks" in said and ("hours" in said or "days" in said) and "GB" in said


@pytest.mark.parametrize(
    ("layers", "steps", "batch", "measured"),
    [((4,), 1, 1, 0.15e-6), ((16, 8), 11, 16, 60e-6), ((100, 50), 20, 32, 4106e-6)],
)
def test_the_estimate_is_of_the_right_size(layers, steps, batch, measured):
    windows = WindowSpec(lookback=steps)
    cost = cost_of(
        NetworkSpec(layers=layers), TrainingSpec(epochs=1, batch_size=batch), windows, replicas=1, rows=batch + steps
    )
    assert measured / 3 < cost.seconds < 3 * measured


@pytest.mark.parametrize(
    "frequency", ["bh", "cbh", "ns", "100000000000000000000D", "CBMS", "FY5253", "9999999999YS", "ms"]
)
def test_frequencies_that_are_none_of_a_series_are_told_at_once(frequency, tmp_path):
    begun = time.process_time()
    with pytest.raises(InputError):
        read_members(
            SeriesSpec(
                series=str(write(tmp_path / "own.csv", rows(60, "h", style="%Y-%m-%d %H:%M"))), frequency=frequency
            )
        )
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("year", ["0000", "0001", "9999", "99999", "-100", "1677", "2263"])
@pytest.mark.parametrize("frequency", ["", "MS", "D"])
def test_dates_of_any_year_are_told_or_read(year, frequency, tmp_path):
    lines = rows()
    lines[0][0] = f"{year}-01-01"
    begun = time.process_time()
    try:
        read_members(SeriesSpec(series=str(write(tmp_path / "own.csv", lines)), frequency=frequency))
    except InputError as error:
        assert len(str(error)) < 900
    assert time.process_time() - begun < 1.5


@pytest.mark.parametrize(
    "address",
    [
        "http://a b",
        "http://",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://\x00",
        "http://127.0.0.1 /x",
        "http://[::1",
        "https://a\nb",
        "http://é\udce9",
    ],
)
def test_an_address_that_is_none_is_told(address):
    begun = time.process_time()
    with pytest.raises(InputError, match="--tracking"):
        check_tracking(address)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("name", ["series", "output", "suite", "value", "experiment", "tracking", "frequency"])
def test_a_nul_in_a_text_is_told(name):
    with pytest.raises(InputError, match=f"--{name}"):
        study_from({name: "a\0b"})


def series_of(path, **settings):
    spec = SeriesSpec(series=str(path), **settings)
    (records,) = read_members(spec)
    return to_series(records, spec, ())


@pytest.mark.parametrize("head", ["forecast", "autoencoder"])
def test_a_test_part_in_which_nothing_moves_is_warned_of(head, tmp_path):
    lines = rows(200)
    moving = window(
        series_of(write(tmp_path / "own.csv", lines)), WindowSpec(test=0.2, origins=1), NetworkSpec(head=head)
    )
    assert not any("moves" in warning for warning in moving.warnings)
    for line in lines[150:]:
        line[1] = "20"
    stuck = window(
        series_of(write(tmp_path / "own.csv", lines)), WindowSpec(test=0.2, origins=1), NetworkSpec(head=head)
    )
    (warning,) = [warning for warning in stuck.warnings if "moves" in warning]
    assert "20" in warning and "--test" in warning


def test_a_stuck_sensor_of_the_cases_is_warned_of():
    from pathlib import Path

    found = window(
        series_of(Path(__file__).parent / "cases/tail/sensor.csv"), WindowSpec(test=0.2, origins=1), NetworkSpec()
    )
    assert any("Nothing moves" in warning for warning in found.warnings)


def test_a_stuck_series_of_a_panel_is_named(tmp_path):
    lines = [
        [date, shop, "20" if shop == "south" and n >= 150 else value]
        for shop in ("north", "south")
        for n, (date, value) in enumerate(rows(200))
    ]
    spec = SeriesSpec(series=str(write(tmp_path / "own.csv", lines, "date,shop,sold")), id="shop")
    from tasks.numerics.series.series import Series

    members = tuple(to_series(one, spec, ()) for one in read_members(spec))
    found = window(Series.panel("own", members), WindowSpec(test=0.2, origins=1), NetworkSpec())
    (warning,) = [warning for warning in found.warnings if "moves" in warning]
    assert "south" in warning and "north" not in warning
    assert np.isfinite(found.windows[0].inputs).all() and isinstance(members[0].values.index, pd.DatetimeIndex)
    assert replace(found, warnings=()).warnings == ()

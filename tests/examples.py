"""Made-up results that look like real ones, for tests of what is shown."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.problems.forecasting.evaluation import evaluate
from tasks.numerics.problems.forecasting.results import ForecastOutcome, ForecastResult
from tasks.numerics.series.series import Series

LAYERS = json.dumps([["LSTM(16)", "(11, 16)", 1152], ["LSTM(8)", "(8,)", 800], ["Dense(1)", "(1,)", 9]])
VARIANTS = ("stock", "cell-relu", "cell-elu", "cell-gelu", "between-relu", "between-elu", "between-gelu")
SUMMARY_KEYS = [
    *("study", "data", "decision", "variants", "baselines", "differences", "timings", "mlflow", "champion", "verdicts"),
    *(
        "tuning",
        "diagnostics",
        "odds",
        "conclusions",
        "causes",
        "not_computed",
        "accuracy",
        "directions",
        "steps",
        "series",
        "ranks",
    ),
]
"""What summary.json holds, in this order."""
BASELINES = {
    "last value": "repeats the period before",
    "mean": "of everything before the test part",
    "AutoETS": "ETS(A,N,N)",
    "AutoARIMA": "ARIMA(3,0,0)",
}


def sunspots() -> Series:
    frame = pd.read_csv(Path(__file__).parents[1] / "data/series/sunspots.csv", parse_dates=["date"])
    values = pd.Series(frame["value"].to_numpy(np.float64), index=pd.DatetimeIndex(frame["date"], freq="YS"))
    return Series(
        name="sunspots",
        values=values,
        frequency="YS",
        season_length=1,
        unit="relative number",
        description="Yearly mean sunspot number, 1700-1988",
        source="R package datasets, sunspot.year",
        digest="5f0c" * 16,
        dropped=(),
        warnings=(),
    )


def example_forecasts(series: Series, variants=VARIANTS, seeds=30, test_rows=56, horizon=1) -> xr.Dataset:
    """Variants differ in noise and flattening; some seeds are constant, some diverged; later steps miss by more."""
    random = np.random.default_rng(0)
    values, windows = series.array, test_rows - horizon + 1
    cut = partial(np.lib.stride_tricks.sliding_window_view, window_shape=horizon, axis=-1)
    actual, previous = cut(values[-test_rows:]), values[-test_rows - 1 : -horizon]
    centre = values[:-test_rows].mean()
    steps = np.arange(horizon)
    forecast = np.empty((len(variants), seeds, windows, horizon))
    noise = cut(random.normal(size=(seeds, test_rows)))
    for k, name in enumerate(variants):
        skill = (0.75 + 0.1 * random.random() - 0.25 * ("relu" in name)) * 0.95**steps
        own = cut(random.normal(0, 0.25, size=(seeds, test_rows))) * values.std() * random.uniform(0.5, 1.5)
        level = random.normal(0, 0.05, size=(seeds, 1, 1)) * values.std()
        forecast[k] = centre + skill * (actual - centre) + level + (own + 0.15 * values.std() * noise) * 1.1**steps
        if "relu" in name and seeds > 4:
            forecast[k, :: 4 + k] = centre + level[:: 4 + k] + steps
        if name.startswith("cell-g") and seeds > 2:
            forecast[k, 2] = np.nan
    last = np.repeat(previous[:, None], horizon, axis=1)
    baselines = [last, np.full(last.shape, centre), last, 0.4 * centre + 0.6 * last]
    return xr.Dataset(
        {
            "forecast": (("variant", "seed", "time", "step"), forecast),
            "diverged": (("variant", "seed"), ~np.isfinite(forecast).all((-1, -2))),
            "actual": (("time", "step"), actual),
            "origin": ("time", np.zeros(windows, int)),
            "previous": ("time", previous),
            "baseline_forecast": (("baseline", "time", "step"), np.stack(baselines)),
            "baseline_note": ("baseline", list(BASELINES.values())),
        },
        coords={
            "variant": list(variants),
            "seed": np.arange(seeds),
            "time": ("time", series.values.index[-test_rows:][:windows]),
            "step": steps + 1,
            "baseline": list(BASELINES),
        },
    )


def example_histories(forecasts: xr.Dataset, epochs=100) -> xr.Dataset:
    """Losses that fall with the epochs and level off."""
    random = np.random.default_rng(1)
    shape = (forecasts.sizes["variant"], forecasts.sizes["seed"])
    epoch = np.arange(1, epochs + 1)
    floor, rate = random.uniform(0.15, 0.3, size=(*shape, 1)), random.uniform(8, 25, size=(*shape, 1))
    loss = floor + np.exp(-epoch / rate) * random.uniform(0.97, 1.03, size=(*shape, epochs))
    diverged = forecasts["diverged"].to_numpy()
    loss[diverged, epochs // 2 :] = np.nan
    return xr.Dataset(
        {
            "loss": (("variant", "seed", "epoch"), loss),
            "validation_loss": (("variant", "seed", "epoch"), loss * 1.3),
        },
        coords={"variant": forecasts["variant"], "seed": forecasts["seed"], "epoch": epoch},
    )


def example_tuning(forecasts: xr.Dataset, rates=(0.0003, 0.001, 0.003)) -> xr.Dataset:
    """A grid whose highest rate is best for the variants with relu, the middle one for the others."""
    random = np.random.default_rng(2)
    relu = np.array(["relu" in str(name) for name in forecasts["variant"].to_numpy()])
    chosen = np.where(relu, len(rates) - 1, len(rates) // 2)[:, None]
    worse = 1 + 0.15 * np.abs(np.arange(len(rates)) - chosen)
    loss = 0.2 * worse[:, :, None, None] * random.uniform(0.9, 1.1, size=(*worse.shape, 1, forecasts.sizes["seed"]))
    centre = forecasts["actual"].mean()
    tables = [centre + (forecasts["forecast"] - centre) / xr.DataArray(one, dims="variant") for one in worse.T]
    return xr.Dataset(
        {
            "validation_loss": (("variant", "candidate", "origin", "seed"), loss),
            "forecast": xr.concat(tables, "candidate").transpose("variant", "candidate", "seed", "time", "step"),
            "chosen": (("variant", "origin"), chosen),
            "tried": (("candidate", "origin"), np.ones((len(rates), 1), bool)),
            "initialisation": ("variant", ["Keras' default"] * len(relu)),
            "on_cudnn": (
                "variant",
                [str(name).startswith(("stock", "between")) for name in forecasts["variant"].values],
            ),
        },
        coords={"learning_rate": ("candidate", list(rates)), "clip_norm": ("candidate", [0.0] * len(rates))},
        attrs={"given": len(rates) // 2, "loss": "mean squared error", "quantile": np.nan, "layers": LAYERS},
    )


def example_diagnostics(forecasts: xr.Dataset, epochs=100) -> xr.Dataset:
    """Where a forecast is constant, every unit of the last layer is dead; relu's cell states are wide."""
    random = np.random.default_rng(3)
    constant = (forecasts["forecast"].std("time").max("step") < 1e-9).transpose("variant", "seed").to_numpy()[:, None]
    relu = np.array(["relu" in str(name) for name in forecasts["variant"].to_numpy()])[:, None, None]
    noise = random.uniform(0.8, 1.2, size=constant.shape)
    dims = ("variant", "origin", "seed")
    dead = np.stack([np.where(relu, 0.2, 0) * noise, np.where(constant, 1.0, np.where(relu, 0.3, 0) * noise)], axis=-1)
    norms = np.where(relu, 0.4, 0.1)[..., None] * noise[..., None] * [0.3, 1, 3, 9]
    return xr.Dataset(
        {
            "dead_units": ((*dims, "layer"), dead),
            "saturated_gates": (dims, 0.1 * noise),
            "saturated_cells": (dims, np.where(relu, 0.5, 0.08) * noise),
            "cell_low": (dims, np.where(relu, 0, -1.2) * noise),
            "cell_high": (dims, np.where(relu, 7, 1.3) * noise),
            "gradient_norm": ((*dims, "quantile"), norms),
            "best_epoch": (dims, random.integers(epochs // 2, epochs + 1, size=constant.shape)),
        },
        coords={"variant": forecasts["variant"], "seed": forecasts["seed"], "quantile": [0.05, 0.5, 0.95, 1.0]},
    )


def example_outcome(forecasts: xr.Dataset) -> ForecastOutcome:
    return ForecastOutcome(
        forecasts=forecasts,
        histories=example_histories(forecasts),
        tuning=example_tuning(forecasts),
        diagnostics=example_diagnostics(forecasts),
    )


def example_result(
    variants=VARIANTS, seeds=30, series: Series | None = None, test_rows=56, horizon=1
) -> ForecastResult:
    series = series or sunspots()
    forecasts = example_forecasts(series, variants, seeds, test_rows, horizon)
    training_rows = int((len(series.values) - test_rows) * 0.8)
    return evaluate(series, (training_rows,), example_outcome(forecasts))


def example_panel(seeds=6, horizon=1, factors=(1.0, 1000.0, 0.01)) -> tuple[Series, tuple[int, ...], ForecastOutcome]:
    """A panel of the sunspots in several units, each with a test part of its own length: series, training rows and outcome."""
    whole, rows = sunspots(), tuple(max(56 - 10 * number, 16) for number in range(len(factors)))
    members = tuple(
        replace(
            whole, name=f"times {factor:g}", values=whole.values * factor, unit=f"1/{factor:g}", digest=str(factor) * 8
        )
        for factor in factors
    )
    panel = Series.panel("panel", members)
    parts = [
        example_forecasts(one, VARIANTS[:3], seeds, tested, horizon).assign(
            member=("time", np.full(tested - horizon + 1, number)),
            moment=("time", np.arange(len(whole.values) - tested, len(whole.values) - horizon + 1)),
        )
        for number, (one, tested) in enumerate(zip(members, rows, strict=True))
    ]
    notes = xr.concat([part["baseline_note"] for part in parts], pd.Index([one.name for one in members], name="series"))
    forecasts = xr.concat([part.drop_vars(["baseline_note", "diverged"]) for part in parts], "time")
    forecasts = forecasts.assign(baseline_note=notes.transpose("baseline", "series"), diverged=parts[0]["diverged"])
    forecasts = forecasts.assign(origin=("time", np.zeros(forecasts.sizes["time"], int)))
    training = tuple(int((len(whole.values) - max(rows)) * 0.8) for _ in members)
    return panel, training, example_outcome(forecasts)

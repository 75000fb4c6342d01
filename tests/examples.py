"""Made-up results that look like real ones, for tests of what is shown."""

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from tasks.evaluate import evaluate
from tasks.numerics.results import Result
from tasks.numerics.series import Series

VARIANTS = ("stock", "cell-relu", "cell-elu", "cell-gelu", "between-relu", "between-elu", "between-gelu")
SUMMARY_KEYS = ["study", "data", "variants", "baselines", "differences", "timings", "mlflow", "verdicts", "accuracy"]
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


def example_forecasts(series: Series, variants=VARIANTS, seeds=30, test_rows=56) -> xr.Dataset:
    """Variants differ in noise and flattening; some seeds are constant, some diverged."""
    random = np.random.default_rng(0)
    values = series.array
    actual, previous = values[-test_rows:], values[-test_rows - 1 : -1]
    centre = values[:-test_rows].mean()
    forecast = np.empty((len(variants), seeds, test_rows))
    noise = random.normal(size=(seeds, test_rows))
    for k, name in enumerate(variants):
        skill = 0.75 + 0.1 * random.random() - 0.25 * ("relu" in name)
        own = random.normal(0, 0.25, size=(seeds, test_rows)) * values.std() * random.uniform(0.5, 1.5)
        level = random.normal(0, 0.05, size=(seeds, 1)) * values.std()
        forecast[k] = centre + skill * (actual - centre) + level + own + 0.15 * values.std() * noise
        if "relu" in name and seeds > 4:
            forecast[k, :: 4 + k] = centre + level[:: 4 + k]
        if name.startswith("cell-g") and seeds > 2:
            forecast[k, 2] = np.nan
    baselines = [previous, np.full(test_rows, centre), previous, 0.4 * centre + 0.6 * previous]
    return xr.Dataset(
        {
            "forecast": (("variant", "seed", "time"), forecast),
            "diverged": (("variant", "seed"), ~np.isfinite(forecast).all(-1)),
            "actual": ("time", actual),
            "previous": ("time", previous),
            "baseline_forecast": (("baseline", "time"), np.stack(baselines)),
            "baseline_note": ("baseline", list(BASELINES.values())),
        },
        coords={
            "variant": list(variants),
            "seed": np.arange(seeds),
            "time": ("time", series.values.index[-test_rows:]),
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
            "best_epoch": (("variant", "seed"), np.full(shape, epochs)),
        },
        coords={"variant": forecasts["variant"], "seed": forecasts["seed"], "epoch": epoch},
    )


def example_result(variants=VARIANTS, seeds=30, series: Series | None = None, test_rows=56) -> Result:
    series = series or sunspots()
    forecasts = example_forecasts(series, variants, seeds, test_rows)
    training_rows = int((len(series.values) - test_rows) * 0.8)
    return evaluate(series, training_rows, forecasts, example_histories(forecasts))

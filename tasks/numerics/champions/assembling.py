"""From what a comparison found to a champion that could be: the chosen variant's networks with all that they take to forecast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from tasks.numerics.champions.ensembles import finite_seeds, weights_of_seeds
from tasks.numerics.champions.intervals import Errors, bounds, coverage
from tasks.numerics.champions.kept import Kept, Member, Scores, moment_text
from tasks.numerics.champions.pairs import OWN, error_metric, pair, scales_of, value_of
from tasks.numerics.champions.served import ChampionModel
from tasks.numerics.errors import InputError
from tasks.numerics.networks.seed_blocks import TrainedBlock
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.networks.variants import Variant
from tasks.numerics.series.series import Series
from tasks.numerics.series.windows import Windows
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import NetworkSpec, WindowSpec

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """What a comparison of forecasters found, as far as a champion is made of it."""

    series: Series
    origin: Windows
    """Of the last training end, whose networks know most."""
    origins: int
    training_rows: tuple[int, ...]
    """Rows of each series before the first validation part."""
    forecasts: xr.Dataset
    """As `ForecastOutcome.forecasts` has them."""
    blocks: Mapping[Variant, list[TrainedBlock]]
    candidate: Candidate
    """Chosen for the variant at the last training end."""
    decision: str
    metric: str


@dataclass(frozen=True)
class Settings:
    """What was asked, and what was said of it."""

    name: str
    days: int
    data: SeriesSpec
    windows: WindowSpec
    network: NetworkSpec
    digest: str
    run: str
    verdict: str
    odds: str
    made: str


def assemble(found: Found, asked: Settings) -> ChampionModel:
    """The ensemble of the variant's seeds that did not diverge, with its intervals; raises InputError where all did."""
    variant = next(one for one in found.blocks if one.name == found.decision)
    seeds = [int(seed) for seed in found.forecasts["seed"].to_numpy()]
    weights = weights_of_seeds(found.blocks[variant], found.origins - 1, found.candidate, seeds)
    diverged = found.forecasts["diverged"].sel(variant=found.decision).to_numpy()
    whole = finite_seeds(weights) & ~diverged
    if not whole.any():
        raise InputError(f"every seed of {found.decision} diverged")
    mean = mean_forecast(found.forecasts, found.decision)
    relative = asked.windows.transform in ("log", "log_difference")
    scales = scales_of(found.series, found.training_rows)
    errors = errors_of(found.forecasts, mean, relative, [1.0 if relative else one.absolute for one in scales])
    steps, features = found.origin.inputs.shape[1:]
    kept = Kept(
        name=asked.name,
        digest=asked.digest,
        run=asked.run,
        decision=found.decision,
        placement=variant.placement,
        activation=variant.activation,
        learning_rate=found.candidate.learning_rate,
        seeds=tuple(seed for seed, good in zip(seeds, whole, strict=True) if good),
        data=asked.data,
        windows=asked.windows,
        network=asked.network,
        features=int(features),
        steps=int(steps),
        frequency=found.series.frequency,
        season_length=found.series.season_length,
        unit=found.series.unit,
        date_column=date_column(found.series, asked.data.date),
        value_column=str(found.series.lone[0].values.name or "value"),
        members=tuple(
            member_of(found, number, scales[number].absolute, bounds(errors, number))
            for number in range(len(found.series.lone))
        ),
        relative=relative,
        scores=scores_of(found, mean),
        coverage=coverage(errors),
        verdict=asked.verdict,
        odds=asked.odds,
        made=asked.made,
        days=asked.days,
    )
    return ChampionModel(kept, [weight[whole] for weight in weights])


def date_column(series: Series, named: str) -> str:
    """What the date column of rows is called, as it was `named` or plainly; empty of a sequence."""
    return (named or "date") if isinstance(series.lone[0].values.index, pd.DatetimeIndex) else ""


def member_of(found: Found, number: int, naive_error: float, own_bounds: Any) -> Member:
    """One series, by its number."""
    one, windows = found.series.lone[number], found.origin
    index, begin = one.values.index, found.series.first_rows[number]
    own = windows.first_rows[: windows.own][windows.members[: windows.own] == number] - begin
    unseen = index[int(own.min())] if len(own) else after(index)
    return Member(
        name=one.name,
        scaler=windows.scalers[number],
        column_scalers=windows.column_scalers[number],
        first=moment_text(index[0]),
        last=moment_text(index[-1]),
        unseen=moment_text(unseen),
        naive_error=naive_error,
        bounds=own_bounds,
    )


def after(index: pd.Index) -> Any:
    """The period after the last."""
    if isinstance(index, pd.DatetimeIndex):
        return pd.date_range(index[-1], periods=2, freq=index.freq)[1]
    return int(index[-1]) + 1


def mean_forecast(forecasts: xr.Dataset, variant: str) -> Array:
    """Mean over the seeds (W, H) of a variant that did not diverge, as a comparison tests it over time."""
    own = forecasts.sel(variant=variant)
    with np.errstate(all="ignore"):
        found = own["forecast"].where(~own["diverged"]).mean("seed", skipna=True)
    return found.transpose("time", "step").to_numpy().astype(np.float64)


def naive_forecasts(forecasts: xr.Dataset) -> dict[str, Array]:
    """What repeats the last value, or that of a season before where it is known of every window (W, H), by name."""
    found = {}
    for name in ("last value", "seasonal last value"):
        if name in forecasts["baseline"].to_numpy():
            table = forecasts["baseline_forecast"].sel(baseline=name).transpose("time", "step").to_numpy()
            if np.isfinite(table).all():
                found[name] = table.astype(np.float64)
    if found:
        return found
    previous = forecasts["previous"].to_numpy().astype(np.float64)
    return {"last value": np.repeat(previous[:, None], forecasts.sizes["step"], axis=1)}


def scores_of(found: Found, mean: Array) -> Scores:
    """Of a mean forecast (W, H) and of the better naive one on the same windows."""
    metric, naive = error_metric(found.metric), naive_forecasts(found.forecasts)
    paired = pair(found.forecasts, {OWN: mean, **naive}, scales_of(found.series, found.training_rows))
    values = {name: value_of(paired, name, metric) for name in naive}
    best = min(values, key=lambda name: values[name])
    return Scores(metric, value_of(paired, OWN, metric), values[best], best, len(mean))


def errors_of(forecasts: xr.Dataset, mean: Array, relative: bool, scales: Sequence[float]) -> list[Errors]:
    """What a mean forecast (W, H) missed, series by series."""
    actual = forecasts["actual"].transpose("time", "step").to_numpy()
    with np.errstate(all="ignore"):
        missed = np.log(actual / mean) if relative else actual - mean
    member = forecasts["member"].to_numpy() if "member" in forecasts else np.zeros(len(mean), np.int64)
    moments = forecasts["moment"].to_numpy() if "moment" in forecasts else np.arange(len(mean))
    return [Errors(missed[member == number], moments[member == number], scale) for number, scale in enumerate(scales)]

"""A champion as it forecasts: dated rows in raw units in, forecasts with intervals out. MLflow loads it by `_load_pyfunc`.

A folder holds it: `champion.json`, what it is, and `weights.npz`, plain arrays. Nothing in it can run.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.champions.ensembles import Ensemble
from tasks.numerics.champions.inputs import Periods, next_periods, periods_of_frame, window_of
from tasks.numerics.champions.kept import LEVELS, Kept, Member, from_json, to_json
from tasks.numerics.errors import InputError
from tasks.numerics.networks.architectures import Architecture
from tasks.numerics.networks.initialisation import Weights
from tasks.numerics.networks.variants import Variant
from tasks.numerics.series.scaling import transform
from tasks.numerics.whole_files import write_whole

Array = NDArray[np.float64]
ABOUT: Final = "champion.json"
WEIGHTS: Final = "weights.npz"


@dataclass(frozen=True)
class ChampionModel:
    """What was kept, and the networks."""

    kept: Kept
    weights: Weights
    """(S, ...) each."""

    @cached_property
    def ensemble(self) -> Ensemble:
        """Its networks."""
        kept = self.kept
        variant = Variant(kept.placement, kept.activation)  # type: ignore[arg-type]
        return Ensemble(Architecture(kept.network, variant, kept.features, kept.horizon, kept.steps), self.weights)

    def predict(self, model_input: pd.DataFrame, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Forecasts of the periods after the last row that has a value, a row a series and step.

        Columns: `series`, `step`, `date` (`row` of a sequence), `forecast`, and the ends of the 80 and 95 % intervals. Rows come in long form, as
        a comparison takes them; those after the last value are plans (`--known-future`). Raises InputError on what can't be used.
        """
        return self.forecast(periods_of_frame(self.kept, model_input))

    def forecast(self, periods: Sequence[Periods]) -> pd.DataFrame:
        """The same from periods of each series, whose last ones networks see."""
        members = [self.kept.member(one.name) for one in periods]
        windows = np.stack([window_of(self.kept, *both) for both in zip(members, periods, strict=True)])
        scaled = self.ensemble.one_by_one(windows)
        parts = [
            self._rows(member, one, in_units(self.kept, member, scaled[:, number], one.values).mean(axis=0))
            for number, (member, one) in enumerate(zip(members, periods, strict=True))
        ]
        return pd.concat(parts, ignore_index=True)

    def at_rows(self, member: Member, periods: Periods, rows: Sequence[int]) -> Array:
        """Mean forecasts (W, H) as they would have been made before each of some rows (W,) of a series."""
        known = [periods.until(row) for row in rows]
        windows = np.stack([window_of(self.kept, member, one) for one in known])
        scaled = self.ensemble.together(windows)
        made = [in_units(self.kept, member, scaled[:, at], one.values).mean(axis=0) for at, one in enumerate(known)]
        return np.stack(made)

    def _rows(self, member: Member, given: Periods, forecast: Array) -> pd.DataFrame:
        ahead = next_periods(self.kept, given.index)
        found = {
            "series": member.name if self.kept.is_panel else given.name,
            "step": np.arange(1, self.kept.horizon + 1),
            "date" if self.kept.is_dated else "row": ahead,
            "forecast": forecast,
        }
        for level in LEVELS:
            pairs = np.array(member.bounds[level], np.float64)  # None is NaN
            for name, added in zip(("lower", "upper"), pairs.T, strict=True):
                found[f"{name}_{level}"] = forecast * np.exp(added) if self.kept.relative else forecast + added
        return pd.DataFrame(found)


def in_units(kept: Kept, member: Member, scaled: NDArray[np.float32], values: Array) -> Array:
    """Scaled forecasts (S, H) made after the last of some values (n,), in the series' unit."""
    transformed = transform(values[-1 - kept.windows.lost_rows :], kept.windows.transform)
    undone = transformed.undo(
        member.scaler.undo(scaled.astype(np.float64)[:, None]), np.array([len(transformed.original)])
    )
    return undone[:, 0]


def columns_in(kept: Kept) -> dict[str, str]:
    """Columns of the rows that a champion takes, and their types as MLflow names them."""
    found = {kept.id_column: "string"} if kept.is_panel else {}
    found |= {kept.date_column: "datetime"} if kept.is_dated else {}
    return found | dict.fromkeys((kept.value_column, *kept.data.features, *kept.data.known_future), "double")


def columns_out(kept: Kept) -> dict[str, str]:
    """Columns of its forecasts, and their types as MLflow names them."""
    ends = [f"{end}_{level}" for level in LEVELS for end in ("lower", "upper")]
    when = {"date": "datetime"} if kept.is_dated else {"row": "long"}
    return {"series": "string", "step": "long", **when, **dict.fromkeys(("forecast", *ends), "double")}


def write_model(folder: Path, model: ChampionModel) -> None:
    """Leaves a champion in a folder."""
    arrays = io.BytesIO()
    np.savez(arrays, allow_pickle=False, **{f"{number:04}": weight for number, weight in enumerate(model.weights)})
    write_whole(folder / WEIGHTS, arrays.getvalue())
    write_whole(folder / ABOUT, to_json(model.kept))


def read_model(folder: Path) -> ChampionModel:
    """What stands in a folder; raises InputError where it is not whole, or is of another release."""
    try:
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            weights = [arrays[name] for name in sorted(arrays.files)]
        about = (folder / ABOUT).read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder} holds no whole champion ({error}). Run the comparison again with --champion: it trains nothing anew."
        ) from error
    return ChampionModel(from_json(about, str(folder / ABOUT)), weights)


def _load_pyfunc(path: str) -> ChampionModel:
    """As MLflow's `pyfunc` asks for it."""
    return read_model(Path(path))

"""A champion's history: what the registry and the ledger of forecasts say, held against the newest values."""

import numpy as np
import pandas as pd

from flows.comparison.data_checks import at_once
from flows.operation.forecasting import past_forecasts, registry
from flows.operation.latest_data import of_champion, source
from flows.sources.bringing import bring_anew, read_from_source
from flows.studies.champion_names import check_name, known_in_words
from tasks.numerics.champions.history import Compared, History, history
from tasks.numerics.champions.inputs import Periods
from tasks.numerics.champions.kept import Kept
from tasks.numerics.champions.past_forecasts import actual_values
from tasks.numerics.errors import InputError
from tasks.track.places import Place
from tasks.track.registry import Version, champion, champion_names, load_champion, versions


def history_of(name: str, series: str = "", tracking: str = "") -> tuple[History, tuple[str, ...], Version | None]:
    """The history of a name, what to beware of, and the champion; raises InputError where nothing was kept under it.

    Values that came are read from where the champion's comparison read them, or from another source.
    """
    check_name(name)
    where = registry(tracking)
    compared = [Compared.of(one.number, one.tags) for one in versions(where, name)]
    made, damaged = past_forecasts(name)
    if not compared and not made:
        names = champion_names(where)
        raise InputError(f"NAME {name}: nothing was kept under this name.{known_in_words(name, names)}")
    now = champion(where, name)
    said = [f"{damaged} files of the ledger of forecasts can't be read, and are left out."] if damaged else []
    actual: dict[str, dict[str, float]] = {}
    if made and now:
        try:
            actual = actual_values(newest(where, name, now, series))
        except InputError as error:
            said.append(f"The newest rows can't be read, and no forecast is held against them: {error}")
    return history(name, compared, made, actual, now.number if now else None), tuple(said), now


def newest(where: Place, name: str, now: Version, series: str) -> tuple[Periods, ...]:
    """The newest values of the champion's series, as they stand: what is wrong with some is no matter for the others."""
    kept: Kept = load_champion(where, name, now).kept
    bring_anew()
    _, given = read_from_source(source(kept, series), at_once)
    found = []
    for one in given:
        periods = one.periods[one.periods["value"].notna()].reset_index(drop=True)
        if "date" in periods and kept.is_dated:
            periods = periods[periods["date"].notna()].drop_duplicates("date", keep="last").reset_index(drop=True)
        found.append(_as_they_stand(one.name, periods, kept))
    return of_champion(kept, tuple(found))


def _as_they_stand(name: str, periods: pd.DataFrame, kept: Kept) -> Periods:
    index: pd.Index = pd.DatetimeIndex(periods["date"]).as_unit("us") if kept.is_dated else pd.RangeIndex(len(periods))
    empty = np.empty((len(periods), 0))
    return Periods(name, index, periods["value"].to_numpy(np.float64), empty, empty)

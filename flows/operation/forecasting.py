"""A champion's forecast of the periods after the newest rows: made, kept to be scored later, written, and tracked."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import pandas as pd

from flows.comparison.tracking import forecast_addresses, place, readable_artifacts
from flows.environment import MLRUNS
from flows.operation.ages import old_in_words
from flows.operation.latest_data import latest_periods
from flows.operation.times import now_in_text
from flows.private_files import usual_files
from flows.studies.champion_names import check_name, known_in_words
from tasks.champion.files import FORECAST, write_forecast
from tasks.champion.page import render_page
from tasks.numerics.champions.inputs import Periods
from tasks.numerics.champions.kept import Kept
from tasks.numerics.champions.pages import forecast_page
from tasks.numerics.champions.past_forecasts import PastForecast, from_json, past_forecast, to_json
from tasks.numerics.champions.served import ChampionModel
from tasks.numerics.champions.words import missing_in_words
from tasks.numerics.errors import InputError
from tasks.numerics.safe_names import safe_name
from tasks.numerics.settings import OutputSpec
from tasks.numerics.whole_files import write_whole
from tasks.plot import draw_or_say
from tasks.plot.pictures import draw_picture
from tasks.track.forecasts import track_forecast
from tasks.track.places import Place
from tasks.track.registry import Version, champion, champion_names, load_champion

FORECASTS: Final = MLRUNS / "forecasts"
"""Every forecast that was made, a folder a champion and below it one a forecast: what `interlayer history` scores."""


@dataclass(frozen=True)
class Forecasted:
    """A forecast, and where it is to be seen."""

    kept: Kept
    version: int
    table: pd.DataFrame
    """As `ChampionModel.predict` gives it."""
    made: PastForecast
    folder: Path
    """Where its files are."""
    warnings: tuple[str, ...]
    run: str
    """In MLflow; empty where it could not be reached."""
    seen: dict[str, str] = field(default_factory=dict)
    """Where MLflow shows its run and its page."""


def registry(tracking: str) -> Place:
    """Where champions are kept: the project's own store, or an MLflow server."""
    return place(OutputSpec(tracking=tracking), "champions")


def champion_of(name: str, where: Place) -> Version:
    """The version that forecasts; raises InputError where there is none of this name."""
    check_name(name)
    found = champion(where, name)
    if found:
        return found
    names = champion_names(where)
    refused = f" Its comparisons were refused: interlayer history {name} says why." if name in names else ""
    raise InputError(f"NAME {name}: there is no champion of this name.{refused or known_in_words(name, names)}")


def forecast(
    name: str, series: str = "", output: str = "", tracking: str = "", now: datetime | None = None
) -> Forecasted:
    """Forecasts with the champion of a name; raises InputError where there is none, or the newest rows can't be used."""
    where = registry(tracking)
    version = champion_of(name, where)
    return made_by(load_champion(where, name, version), version, (series, output), where, now)


def made_by(
    model: ChampionModel, version: Version, asked: tuple[str, str], where: Place, now: datetime | None = None
) -> Forecasted:
    """A forecast of a champion, from a source and into a folder where these are named."""
    series, output = asked
    kept = model.kept
    found, periods = latest_periods(kept, series)
    table = model.forecast(periods)
    made = past_forecast(kept, version.number, table, periods, found.digest, now_in_text(now))
    folder, made = keep(made)
    old = old_in_words(kept.name, version, int(version.tags.get("days", kept.days)), now)
    missing = missing_in_words(kept, [one.name for one in periods])
    warnings = tuple(filter(None, (old, missing, *found.warnings)))
    write_all(kept, made, (table, periods), warnings, folder)
    with readable_artifacts(where):
        tracked, lost = track_forecast(kept, made, folder, replace(where, experiment=f"{kept.name} forecasts"))
    seen = forecast_addresses(tracked, "" if where.own else where.address) if tracked else {}
    run = tracked.ids["run"] if tracked else ""
    result = Forecasted(kept, version.number, table, made, folder, (*warnings, *([lost] if lost else [])), run, seen)
    if not output:
        return result
    target = Path(output).expanduser()
    with usual_files(target):
        for file in sorted(folder.iterdir()):
            if file.name != FORECAST and not file.name.startswith("."):
                write_whole(target / file.name, file.read_bytes())
    return replace(result, folder=target)


def write_all(
    kept: Kept,
    made: PastForecast,
    forecasted: tuple[pd.DataFrame, tuple[Periods, ...]],
    warnings: tuple[str, ...],
    folder: Path,
) -> None:
    """Table, page and picture of a forecast."""
    table, periods = forecasted
    page = forecast_page(kept, made, table, periods, warnings)
    write_forecast(folder, table)
    figures = {name: draw_or_say(drawing) for name, drawing in page.drawings.items()}
    write_whole(folder / "forecast.html", render_page(page, figures))
    write_whole(folder / "forecast.png", draw_picture([*page.drawings.values()]))


def keep(made: PastForecast) -> tuple[Path, PastForecast]:
    """The folder of a forecast and what stands in its ledger: the first one that was made of a version on the same rows."""
    moment = made.last.replace(":", "").removesuffix("T000000")
    folder = FORECASTS / safe_name(made.name) / f"{moment}-v{made.version}-{made.digest[:8]}"
    file = folder / FORECAST
    known = from_json(file.read_text("utf-8")) if file.is_file() else None
    if known is None:
        write_whole(file, to_json(made))
    return folder, known or made


def past_forecasts(name: str) -> tuple[list[PastForecast], int]:
    """Every forecast of a name, the first one first, and how many files hold none that can be read."""
    files = sorted((FORECASTS / safe_name(name)).glob(f"*/{FORECAST}"))
    found = [from_json(file.read_text("utf-8", errors="replace")) for file in files]
    known = [one for one in found if one]
    return sorted(known, key=lambda one: (one.made, one.last)), len(found) - len(known)

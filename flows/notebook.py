"""Comparisons from Python: the same settings by the same names, without a server unless tracking is asked for."""

import dataclasses
import hashlib
import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from flows.command_line.flags import read_study
from flows.compared import Compared
from flows.comparison.first_checks import check_study
from flows.comparison.pipeline import find
from flows.environment import MLRUNS
from flows.private_files import check_home, private_files
from flows.sources.bringing import bring_anew
from flows.studies.given_settings import FIRST_NAMES, setting_descriptions
from flows.studies.study import Study
from flows.terminal.progress import on_terminal
from flows.training.runners import Alone
from tasks.numerics.errors import InputError
from tasks.numerics.safe_names import safe_name
from tasks.numerics.wording import did_you_mean, few

Given = str | Path | Sequence[str] | pd.Series | pd.DataFrame


def compare(series: Given, track: bool, settings: Mapping[str, Any]) -> Compared:
    """A comparison; Ctrl-C leaves what is trained until then."""
    check_home()
    check_names(settings)
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    study = read_study(source(series, given) | given)
    check_study(study)
    if study.output.champion and not track:
        raise InputError(
            f"compare(champion={study.output.champion!r}): a champion is kept in MLflow's registry. Pass track=True beside it, or leave it out."
        )
    bring_anew()
    with private_files():
        return tracked(study) if track else untracked(study)


def untracked(study: Study) -> Compared:
    """What was found, by this process alone."""
    from flows.terminal.quiet_libraries import libraries_kept_quiet

    with libraries_kept_quiet(), on_terminal():
        return Compared(find(study, Alone()))


def tracked(study: Study) -> Compared:
    """The same as the command does it: a run in Prefect and one in MLflow, then what was found, read again from what is kept."""
    from time import perf_counter

    from flows.command_line.commands import compare_with_prefect
    from flows.comparison.data_checks import check_data
    from flows.servers.shared_prefect import prefect_for_one_command
    from flows.terminal.quiet_libraries import libraries_kept_quiet

    begun = perf_counter()
    with libraries_kept_quiet(), on_terminal():
        origins = check_data(study)
        finished, _ = compare_with_prefect(study, origins, prefect_for_one_command(), begun)
        return Compared(find(study, Alone()), finished.tracked.ids["run"] if finished and finished.tracked else "")


def check_names(settings: Mapping[str, Any]) -> None:
    """Raises InputError on a setting that there is not, with the nearest name."""
    known = [*(row[1] for row in setting_descriptions()), *FIRST_NAMES, "preset"]
    for name in settings:
        if name not in known:
            hint = did_you_mean(name, known)
            raise InputError(f"compare({name}=...): there is no such setting.{hint} interlayer.settings() lists them.")


def source(series: Given, given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that say which series; values that are in memory alone are written beside the project's other state."""
    if isinstance(series, pd.Series):
        if series.empty:
            raise InputError(
                "compare(series): the pandas Series is empty. Expected one value a period, a few dozen at least."
            )
        dated = isinstance(series.index, pd.DatetimeIndex | pd.PeriodIndex)
        frame = pd.DataFrame({"value": series.to_numpy()})
        if dated:
            index = series.index.to_timestamp() if isinstance(series.index, pd.PeriodIndex) else series.index
            frame.insert(0, "date", index)
        own = {} if dated or "frequency" in given else {"frequency": "index"}
        return {"series": written(frame, str(series.name or "series")), "value": "value", **own}
    if isinstance(series, pd.DataFrame):
        return {"series": written(series.reset_index(drop=True), str(given.get("value") or "frame"))}
    if isinstance(series, str | Path):
        return {"series": str(series)}
    return {"series": ",".join(map(str, series))}


def written(frame: pd.DataFrame, name: str) -> str:
    """The path of a frame's Parquet file, which has the frame's digest in its folder's name; exact to the last digit."""
    from tasks.numerics.whole_files import write_whole

    try:
        content = frame.rename(columns=str).to_parquet(index=False)
    except (ValueError, TypeError, OverflowError) as error:  # Arrow's own are among them
        raise InputError(
            f"compare(frame): a column of {few(list(frame.columns))} holds values of several kinds, or of one that no table keeps "
            f"({' '.join(str(error).split())}). Expected dates, numbers or texts: convert it with astype."
        ) from None
    folder = MLRUNS / "frames" / hashlib.sha256(content).hexdigest()[:16]
    path = folder / f"{safe_name('_'.join(name.split(' ')))}.parquet"
    if not path.exists():
        write_whole(path, content)
    return str(path)


def signature() -> inspect.Signature:
    """Of `interlayer.compare`."""
    kind = inspect.Parameter.KEYWORD_ONLY
    first = inspect.Parameter("series", inspect.Parameter.POSITIONAL_OR_KEYWORD, default="antidiabetic_drugs")
    own = [
        inspect.Parameter("track", kind, default=False, annotation=bool),
        inspect.Parameter("preset", kind, default="default", annotation=str),
    ]
    further = [inspect.Parameter(row[1], kind, default=row[2]) for row in setting_descriptions() if row[1] != "series"]
    return inspect.Signature([first, *own, *further])


def described() -> pd.DataFrame:
    """Every setting: group, name, default, what it is."""
    return pd.DataFrame(setting_descriptions(), columns=["group", "name", "default", "description"])


def bundled() -> pd.DataFrame:
    """The bundled series."""
    from tasks.numerics.series.bundled import catalogue

    return pd.DataFrame([dataclasses.asdict(one) for one in catalogue().values()])

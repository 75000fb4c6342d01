"""Track: a forecast of a champion in MLflow, as a run with its numbers and files."""

import time
from pathlib import Path
from typing import Any

from tasks.numerics.champions.kept import Kept
from tasks.numerics.champions.past_forecasts import PastForecast
from tasks.numerics.champions.registered_names import model_name
from tasks.numerics.wording import trackable
from tasks.track.places import Place, Tracked, connect, experiment_id

DIGEST = "interlayer.forecast"
"""The tag by which a forecast is found again."""
MOST_SERIES = 20
"""Whose forecasts are metrics; all stand in the files."""


def track_forecast(kept: Kept, made: PastForecast, folder: Path, place: Place) -> tuple[Tracked | None, str]:
    """Its run, new or known, or why there is none: a forecast does not depend on who keeps its history."""
    try:
        return _track(kept, made, folder, place), ""
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        return (
            None,
            f"Not logged to MLflow ({type(error).__name__}: {reason}). The forecast is whole; the same command logs it.",
        )


def _track(kept: Kept, made: PastForecast, folder: Path, place: Place) -> Tracked:
    client = connect(place)
    experiment = experiment_id(client, place)
    identity = folder.name
    found = client.search_runs([experiment], f"tags.`{DIGEST}` = '{identity}' and status = 'FINISHED'", max_results=1)
    if found:
        return Tracked({"experiment": experiment, "run": str(found[0].info.run_id)}, new=False)
    return Tracked({"experiment": experiment, "run": _log(client, experiment, (kept, made), folder)}, new=True)


def _log(client: Any, experiment: str, forecast: tuple[Kept, PastForecast], folder: Path) -> str:
    from mlflow.entities import Metric, Param

    kept, made = forecast
    tags = {
        "level": "forecast",
        DIGEST: folder.name,
        "champion": made.name,
        "model": f"models:/{model_name(made.name)}/{made.version}",
        "comparison": kept.run,
        "decision": made.decision,
        "made": made.made,
    }
    run = str(client.create_run(experiment, run_name=f"{made.name} {made.last}", tags=tags).info.run_id)
    parameters = {"version": str(made.version), "last": made.last, "digest": made.digest, **made.kind}
    series = list(dict.fromkeys(row.series for row in made.rows))
    named = dict(zip(series[:MOST_SERIES], trackable(series[:MOST_SERIES]), strict=True))
    now = int(time.time() * 1000)
    points = [
        Metric(f"{what}/{named[row.series]}", value, now, row.step)
        for row in made.rows
        if row.series in named
        for what, value in _values(row.forecast, row.bounds).items()
    ]
    for start in range(0, max(1, len(points)), 1000):
        chunk = [Param(name, value[:5000]) for name, value in parameters.items()] if start == 0 else []
        client.log_batch(run, metrics=points[start : start + 1000], params=chunk)
    client.log_artifacts(run, str(folder))
    client.set_terminated(run, "FINISHED")
    return run


def _values(forecast: float, bounds: dict[str, tuple[float | None, float | None]]) -> dict[str, float]:
    found = {"forecast": forecast}
    for level, pair in bounds.items():
        found |= {
            f"{end}_{level}": value for end, value in zip(("lower", "upper"), pair, strict=True) if value is not None
        }
    return found

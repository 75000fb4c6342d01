"""The Atlas from its settings to its table: every series visited, what is kept laid together."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows.collection.visited_series import visited_series
from flows.collection.visiting import Clock, Tools, found_of, make_visit
from flows.comparison.checks import check_folder
from flows.private_files import usual_files
from flows.terminal.progress import TrainingProgress, stage
from flows.training.runners import Runner
from flows.training.training import check_programs, import_engine
from tasks.numerics.atlas.measured import windows_of
from tasks.numerics.atlas.order import Visit, visits
from tasks.numerics.atlas.rows import effect_rows, series_row
from tasks.numerics.atlas.settings import NETWORKS, AtlasSpec, variants_called
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.errors import InputError
from tasks.numerics.networks.seed_blocks import engine_version
from tasks.numerics.networks.tuning import candidates
from tasks.numerics.wording import few

LIBRARIES = ("tensorflow", "keras", "numpy", "scipy", "statsmodels")


@dataclass(frozen=True)
class Collected:
    """An Atlas, where it is, and how it came about."""

    atlas: Atlas
    folder: Path
    trained: int
    """Networks that this call trained."""
    left: int
    """Series and networks that the clock left unfinished."""
    timings: dict[str, float]
    digest: str
    """Of what was asked: the same however much of it is there."""


def collect(spec: AtlasSpec, folder: Path, runner: Runner) -> Collected:
    """Trains what is not known yet of every series and writes the table; raises InputError on what a user can mend."""
    timings: dict[str, float] = {}
    check_folder(folder)
    earlier = Atlas.read(folder) if spec.add else None
    with stage(timings, "validate"):
        planned = usable(visits(visited_series(spec, runner.warn), spec.networks, spec.seeds), runner.warn)
        if not planned:
            raise InputError(
                f"--networks {','.join(spec.networks)}: nothing is left to be visited. Expected default among them for series of files: "
                "the other networks are trained on the bundled ones alone."
            )
    if earlier:
        check_same_series(planned, earlier)
    with stage(timings, "train"):
        trained = train(planned, spec, runner)
    with stage(timings, "evaluate"):
        atlas, left = laid_together(planned, spec)
        atlas = atlas.beside(earlier) if earlier else atlas
    with stage(timings, "report"), usual_files(folder):
        atlas.write(folder)
    return Collected(atlas, folder, trained, left, timings, digest_of(planned, spec, earlier))


def check_same_series(planned: list[Visit], earlier: Atlas) -> None:
    """Raises InputError where a series has other values than that of the same name in a table that is added to."""
    known = dict(zip(earlier.series["series"], earlier.series["digest"], strict=True))
    found = {visit.visited.series.name: visit.visited.series.digest for visit in planned}
    if others := sorted(name for name, digest in found.items() if known.get(name, digest) != digest):
        raise InputError(
            f"--add: {few(others)} in the table has other values than the series of that name now. Expected the same series: give --output another folder."
        )


def digest_of(planned: list[Visit], spec: AtlasSpec, earlier: Atlas | None) -> str:
    """Twelve digits of the settings, and of the series and networks that are asked for, or were there."""
    series = sorted({(*visit.place, visit.visited.series.digest) for visit in planned})
    networks = (earlier.about["networks"] if earlier else {}) | about(spec)["networks"]
    return hashlib.sha256(json.dumps([networks, series], sort_keys=True).encode()).hexdigest()[:12]


def usable(planned: list[Visit], warn: Callable[[str], None]) -> list[Visit]:
    """The visits whose series can be cut and scaled; `warn` hears of the others."""
    kept = []
    for visit in planned:
        try:
            windows_of(visit)
        except InputError as error:
            warn(f"{visit.name} is left out: {error}")
            continue
        kept.append(visit)
    return kept


def train(planned: list[Visit], spec: AtlasSpec, runner: Runner) -> int:
    """Makes every visit, as many side by side as there are cores; gives how many networks were trained."""
    import_engine()
    check_programs(runner.warn)
    variants, clock = len(variants_called(spec.variants)), Clock(spec.minutes)
    trainings = [variants * len(visit.seeds) * len(candidates(NETWORKS[visit.network].training)) for visit in planned]
    epochs = [NETWORKS[visit.network].training.epochs for visit in planned]
    progress = TrainingProgress(sum(number * each for number, each in zip(trainings, epochs, strict=True)))
    calls = {
        visit.name: partial(make_visit, visit, bool(number % 2), spec, clock, Tools(progress, runner.warn))
        for number, visit in enumerate(planned)
    }
    series = len({visit.visited.series.name for visit in planned})
    words = f"Training {sum(trainings):,} networks on {series} series"
    found = runner.train(calls, {visit.name: visit.name for visit in planned}, progress, words)
    runner.tell(f"Trained {sum(found.values()):,} networks; the others were known before or are left for later.")
    return sum(found.values())


def laid_together(planned: list[Visit], spec: AtlasSpec) -> tuple[Atlas, int]:
    """The table of what is kept, and on how many series and networks something is left; raises InputError where nothing is."""
    effects, series, left = [], {}, 0
    places: dict[tuple[str, str], list[Visit]] = {}
    for visit in planned:
        places.setdefault(visit.place, []).append(visit)
    for (name, _), (visit, *others) in places.items():
        found, missing = found_of((visit, *others), spec)
        left += missing > 0
        if not found:
            continue
        effects += effect_rows(visit, found)
        if name not in series:
            series[name] = series_row(visit.visited, windows_of(visit).rows_before_validation)
    if not effects:
        raise InputError(
            f"--minutes {spec.minutes:g}: no series was finished in that time. Expected two or three at least: programs are "
            "compiled first. What was trained is kept; run the same command again."
        )
    return Atlas.of(effects, list(series.values()), about(spec)), left


def about(spec: AtlasSpec) -> dict[str, Any]:
    """Settings and versions of what made the table, by network; nothing that differs between two calls that train the same."""
    return {
        "networks": {
            name: {
                "words": one.words,
                "layers": list(one.network.layers),
                "learning_rates": [tried.learning_rate for tried in candidates(one.training)],
                "epochs": one.training.epochs,
                "patience": one.training.patience,
                "batch_size": one.training.batch_size,
                "lookback": one.windows.lookback,
                "layout": one.windows.layout,
                "scaling": one.windows.scaling,
                "transform": one.windows.transform,
                "test": one.windows.test,
                "seeds": min(spec.seeds, one.most_seeds),
                "variants": [one.name for one in variants_called(spec.variants)],
                "engine": engine_version(),
                "versions": {name: version(name) for name in LIBRARIES},
            }
            for name, one in NETWORKS.items()
            if name in spec.networks
        }
    }

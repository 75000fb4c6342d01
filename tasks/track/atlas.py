"""Track: an Atlas in MLflow, as one run that grows with it.

An Atlas is known by what was asked: series, networks, variants, seeds, engine and versions. The same command again updates its run: metrics
get a further point at the step of how many networks were trained by then, table and page are replaced; where the table is the same, nothing is
logged. Another command makes a run of its own.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.numerics.atlas.advice import advice
from tasks.numerics.atlas.distributions import VariantEffects
from tasks.numerics.atlas.network_findings import NetworkFindings
from tasks.numerics.atlas.tables import Atlas, digest_of
from tasks.numerics.findings.tracked_names import LONGEST, plain_name
from tasks.numerics.findings.tracked_runs import Run
from tasks.numerics.wording import cut
from tasks.track.artifacts import are_listed
from tasks.track.places import Place, Tracked, connect, experiment_id

DIGEST = "interlayer.atlas"
"""The tag by which an Atlas is found again."""
TABLE = "interlayer.table"
"""The tag that says which table was logged last."""
CHUNK = 1000
"""Metrics that a call logs at most."""


@dataclass(frozen=True)
class AtlasFiles:
    """What is tracked of an Atlas beside what it says."""

    digest: str
    """Of what was asked."""
    left: int
    """Series and networks that are left."""
    tables: Sequence[Path]
    page: Path

    @property
    def content(self) -> str:
        """A digest of the tables."""
        return digest_of(self.tables)


def track_atlas(atlas: Atlas, found: Mapping[str, NetworkFindings], files: AtlasFiles, place: Place) -> Tracked:
    """Logs an Atlas, or what is new of it; raises InputError where the address does not answer."""
    from mlflow.entities import Metric, Param, RunTag

    client = connect(place)
    experiment = experiment_id(client, place)
    whole = atlas_run(atlas, found, files)
    known = client.search_runs([experiment], f"tags.`{DIGEST}` = '{files.digest}'", max_results=1)
    if known:
        run, tags = known[0].info.run_id, known[0].data.tags
        if tags.get(TABLE) == files.content and are_listed(
            client, run, {path.name for path in (*files.tables, files.page)}
        ):
            return Tracked({"experiment": experiment, "run": run}, new=False)
    else:
        run = str(client.create_run(experiment, run_name=whole.name, tags={DIGEST: files.digest}).info.run_id)
    now, step = int(time.time() * 1000), atlas.trainings
    points = [Metric(name, value, now, step) for name, value, _ in whole.points()]
    parameters = [Param(name, value) for name, value in whole.parameters.items()]
    for start in range(0, len(points), CHUNK):
        client.log_batch(run, metrics=points[start : start + CHUNK], params=parameters if start == 0 else [])
    for path in (*files.tables, files.page):
        client.log_artifact(run, str(path))
    # Last: a run without it is logged anew.
    client.log_batch(run, tags=[RunTag(name, value) for name, value in (whole.tags | {TABLE: files.content}).items()])
    client.set_terminated(run, "FINISHED")
    return Tracked({"experiment": experiment, "run": run}, new=True)


def atlas_run(atlas: Atlas, found: Mapping[str, NetworkFindings], files: AtlasFiles) -> Run:
    """What a tracker is told: settings as parameters, and of every variant metrics such as `mean/default.cell-relu`."""
    metrics: dict[str, float] = {"trainings": float(atlas.trainings), "left": float(files.left)}
    notes, tags = [], {"level": "atlas", "sources": ",".join(sorted(set(map(str, atlas.series["source"]))))}
    for network, own in found.items():
        metrics[f"series/{network}"] = float(max(one.number for one in own.effects))
        for one in own.effects:
            metrics |= {f"{what}/{network}.{plain_name(one.variant)}": value for what, value in of_variant(one).items()}
        notes.append(f"**{network}**: {' '.join(advice(own.choice))}")
        tags |= {f"decision.{network}": own.choice.choice} if own.choice else {}
    tags["mlflow.note.content"] = cut("\n\n".join(notes), LONGEST)
    return Run(f"Atlas {files.digest}", tags, parameters(atlas.about), metrics)


def of_variant(one: VariantEffects) -> dict[str, float]:
    """Log ratios of RMSE to stock's: their mean, spread and prediction interval; shares of series and of seeds."""
    (mean, low, high), pooled = one.plain, one.pooled
    return {
        "mean": mean,
        "mean_low": low,
        "mean_high": high,
        "spread": pooled.tau,
        "next_low": pooled.predicted_low,
        "next_high": pooled.predicted_high,
        **one.shares,
        "diverged": one.diverged,
        "dead_units": one.dead_units,
    }


def parameters(about: Mapping[str, Any]) -> dict[str, str]:
    """Settings by plain names: those of a network as `default.seeds`, versions as `default.version.keras`."""
    networks: Mapping[str, Mapping[str, Any]] = about["networks"]
    told: dict[str, Any] = {"networks": list(networks)}
    for network, own in networks.items():
        told |= {f"{network}.{name}": value for name, value in own.items() if name != "versions"}
        told |= {f"{network}.version.{name}": number for name, number in own["versions"].items()}
    return {
        name: cut(",".join(map(str, value)) if isinstance(value, list) else str(value), LONGEST)
        for name, value in told.items()
    }

"""What a tracked run says of a comparison, a variant and a seed: name, tags, parameters and metrics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tasks.numerics.conclusions import conclusions
from tasks.numerics.overview import Overview
from tasks.numerics.results import Result
from tasks.numerics.statistics import summary
from tasks.numerics.thinning import thinned

Settings = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Run:
    """A run before any tracker knows it."""

    name: str
    tags: dict[str, str]
    parameters: dict[str, str]
    metrics: dict[str, float]
    histories: dict[str, np.ndarray] = field(default_factory=dict)
    """One value an epoch (E,)."""
    by_step: dict[str, np.ndarray] = field(default_factory=dict)
    """One value a step of the forecast (H,)."""

    def points(self) -> Iterator[tuple[str, float, int]]:
        """Metric, value and step: 0 for scores, the epoch from 1 for thinned histories, the forecast's step from 1.

        What is not finite is left out.
        """
        yield from ((name, float(value), 0) for name, value in self.metrics.items() if np.isfinite(value))
        for name, values in self.histories.items():
            for epoch in thinned(len(values)):
                if np.isfinite(values[epoch]):
                    yield name, float(values[epoch]), int(epoch) + 1
        for name, values in self.by_step.items():
            yield from ((name, float(value), at) for at, value in enumerate(values, 1) if np.isfinite(value))


def comparison_run(result: Result, settings: Settings, digest: str) -> Run:
    """The run of a comparison: means of every variant and scores of every baseline, as `rmse.stock`."""
    means = summary(result.scores)["mean"].to_xarray()
    metrics = {
        f"{metric}.{variant}": float(means.sel(variant=variant, metric=metric))
        for metric in means["metric"].to_numpy()
        for variant in means["variant"].to_numpy()
    }
    for metric, values in result.baseline_scores.items():
        metrics |= {f"{metric}.{name}": float(values.sel(baseline=name)) for name in values["baseline"].to_numpy()}
    note = "\n\n".join(conclusions(Overview(result)))
    tags = {"level": "comparison", "series": result.series.name, "mlflow.note.content": note}
    return Run(f"{result.series.name} {digest}", tags, flat(settings), metrics)


def variant_run(result: Result, settings: Settings, name: str) -> Run:
    """The run of a variant: statistics of its seeds, as `rmse.mean`, so that charts of `rmse` show seeds alone."""
    own = identity(name)
    of_variant = pd.DataFrame(summary(result.scores).xs(name, level="variant"))
    metrics = {
        f"{metric}.{statistic}": float(value)
        for statistic in of_variant
        for metric, value in of_variant[statistic].items()
    }
    metrics["diverged.count"] = float(result.diverged[name])
    words = {f"verdict.{verdict.metric}": verdict.word for verdict in result.verdicts if verdict.variant == name}
    tags = own | {"level": "variant", "series": result.series.name} | words
    return Run(name, tags, flat(settings) | own | tuned(result, name), metrics, by_step=step_means(result, name))


def step_means(result: Result, name: str) -> dict[str, np.ndarray]:
    """Mean RMSE and MAE of a variant at each step, as `rmse.by_step`; none where there is one step."""
    if result.horizon == 1:
        return {}
    means = result.step_scores.sel(variant=name).mean("seed")
    return {f"{metric}.by_step": means[metric].to_numpy() for metric in ("rmse", "mae")}


def tuned(result: Result, name: str) -> dict[str, str]:
    """The candidate that was chosen for a variant, at each origin."""
    at = result.tuning["chosen"].sel(variant=name).to_numpy()
    return {
        f"chosen_{what}": ",".join(f"{result.tuning[what].to_numpy()[one]:g}" for one in at)
        for what in ("learning_rate", "clip_norm")
    }


def inside(result: Result) -> dict[str, np.ndarray]:
    """Diagnostics (seed, variant) by name, of several layers or origins their mean."""
    found = result.diagnostics.mean(["origin", "layer"])
    norms = {"median": 0.5, "largest": 1.0}
    tables = {name: found[name] for name in found.data_vars if name != "gradient_norm"}
    tables |= {f"gradient_norm.{word}": found["gradient_norm"].sel(quantile=share) for word, share in norms.items()}
    return {str(name): table.transpose("seed", "variant").to_numpy() for name, table in tables.items()}


def seed_runs(result: Result, settings: Settings) -> Iterator[tuple[str, Run]]:
    """The run of every seed, with its variant's name: scores by their plain names, that no other run has, and histories.

    Seed by seed, not variant by variant: a page that shows some of them shows some of every variant.
    """
    order = ("seed", "variant", ...)
    scores = {str(metric): values.transpose(*order).to_numpy() for metric, values in result.scores.items()}
    scores["diverged"] = result.forecasts["diverged"].transpose(*order).to_numpy()
    scores |= inside(result)
    losses = {loss: result.histories[loss].transpose(*order).to_numpy() for loss in ("loss", "validation_loss")}
    shared = flat(settings)
    names = [str(name) for name in result.forecasts["variant"].to_numpy()]
    chosen = {name: tuned(result, name) for name in names}
    for row, seed in enumerate(result.forecasts["seed"].to_numpy()):
        for column, name in enumerate(names):
            own = identity(name)
            run = Run(
                f"{name} seed {seed}",
                own | {"level": "seed", "series": result.series.name},
                shared | own | chosen[name] | {"seed": str(seed)},
                {metric: float(values[row, column]) for metric, values in scores.items()},
                {loss: values[row, column] for loss, values in losses.items()},
            )
            yield name, run


def identity(variant: str) -> dict[str, str]:
    """What tells a variant from the others; it stands on its seeds too, so that they can be grouped and filtered by it."""
    placement, _, activation = variant.partition("-")
    return {"variant": variant, "placement": placement, "activation": activation or "tanh, sigmoid"}


def flat(settings: Settings) -> dict[str, str]:
    """Settings by their own names; every name stands once over all groups."""
    return {
        name: ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for group in settings.values()
        for name, value in group.items()
    }

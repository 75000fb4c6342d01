"""What a tracked run says of a comparison, a variant and a seed: name, tags, parameters and metrics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from tasks.numerics.findings.conclusions import conclusions
from tasks.numerics.findings.decision import decision
from tasks.numerics.findings.decision_tables import tracked_odds
from tasks.numerics.findings.thinning import thinned
from tasks.numerics.findings.tracked_names import Settings, flat, identity, plain_name
from tasks.numerics.findings.tracked_origin import GROUP
from tasks.numerics.findings.tracked_verdicts import all_verdicts, verdicts_on
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.networks.tuning import Candidate
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Result
from tasks.numerics.series.series import Series
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.statistics.seed_statistics import summary
from tasks.numerics.statistics.verdicts import Verdict

OPENED = {"mlflow.runType": "evaluation"}
"""The tag of a run whose parent MLflow opens in its list, so that its children are seen."""


@dataclass(frozen=True)
class Account:
    """What a tracker is told of a comparison, whatever its networks are for."""

    series: Series
    scores: xr.Dataset
    """One variable (variant, seed) a score; NaN where a seed diverged."""
    inside: xr.Dataset
    """What stands on seeds alone: diagnostics, one variable (variant, seed) each."""
    diverged: xr.DataArray
    """(variant, seed) bool."""
    baseline_scores: xr.Dataset
    """One variable (baseline,) a score."""
    by_step: xr.Dataset
    """Scores of each step of a forecast (variant, seed, step); empty where there is one step."""
    histories: xr.Dataset
    """`loss` and `validation_loss` (variant, seed, epoch)."""
    kept_loss: xr.DataArray
    """Validation loss (variant, seed) of the weights that were kept, at the last origin, whose networks know most."""
    chosen: Mapping[str, tuple[Candidate, ...]]
    """Of every variant, one an origin."""
    decision: str
    """The variant to choose."""
    odds: Mapping[str, Mapping[str, float]]
    """Of every variant in the score that decides, by names such as `odds/better`; empty where there are none."""
    metric: str
    """The score that decides."""
    judged: tuple[str, ...]
    """Scores that have a verdict."""
    verdicts: tuple[Verdict, ...]
    conclusions: tuple[str, ...]
    datasets: Mapping[str, xr.Dataset]
    """What is kept whole, by the name of its file: nothing is averaged away."""
    window_shape: tuple[int, int] | None = None
    """Time steps and features of a window; None where the settings say them."""
    trained: tuple[NetworkSpec, int] | None = None
    """The network that was trained, and the numbers that it gives; None where the settings say them."""

    @property
    def variants(self) -> list[str]:
        """Their names, in order."""
        return [str(name) for name in self.scores["variant"].to_numpy()]


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


def account_of(result: Result) -> Account:
    """Scores, diagnostics, curves and datasets of a result, for a tracker."""
    overview, own = Overview.of(result), PROBLEMS[result.head].tracked(result)
    names = ["scores", "histories", "baseline_scores", "tuning", "untuned_scores", "diagnostics"]
    diverged = result.diverged_seeds
    return Account(
        series=result.series,
        scores=result.scores.merge(own.scores),
        inside=of_seeds(result.diagnostics).merge(own.seed_scores),
        diverged=diverged,
        baseline_scores=result.baseline_scores.merge(own.baseline_scores),
        by_step=own.by_step,
        histories=result.histories,
        kept_loss=result.chosen_loss.isel(origin=-1).where(~diverged),
        chosen=Chosen(overview).by_variant,
        decision=decision(overview).choice,
        odds=tracked_odds(overview),
        metric=result.metric,
        judged=result.judged,
        verdicts=result.verdicts,
        conclusions=conclusions(overview),
        datasets={**own.datasets, **{name: getattr(result, name) for name in names}},
        window_shape=result.window_shape,
        trained=result.trained,
    )


def comparison_run(account: Account, settings: Settings, digest: str) -> Run:
    """The run of a comparison: means of the chosen variant by the scores' plain names, and of all, as `means/rmse.stock`.

    Baselines' scores stand among these. MLflow's list and charts show a comparison whose variants are folded away by its plain names.
    """
    means = summary(account.scores)["mean"].to_xarray()
    best = means.sel(variant=account.decision)
    metrics = {str(metric): float(best.sel(metric=metric)) for metric in best["metric"].to_numpy()}
    metrics[f"decision/{account.metric}"] = metrics[account.metric]
    metrics |= {
        f"means/{metric}.{plain_name(str(variant))}": float(means.sel(variant=variant, metric=metric))
        for metric in means["metric"].to_numpy()
        for variant in means["variant"].to_numpy()
    }
    for metric, values in account.baseline_scores.items():
        metrics |= {
            f"means/{metric}.{plain_name(str(name))}": float(values.sel(baseline=name))
            for name in values["baseline"].to_numpy()
        }
    note = {"mlflow.note.content": "\n\n".join(account.conclusions)}
    tags = {"level": "comparison", **kind(account, settings), **all_verdicts(account.verdicts), **note}
    return Run(f"{account.series.name} {digest}", tags, flat(settings), metrics)


def variant_run(account: Account, settings: Settings, name: str) -> Run:
    """The run of a variant: means over its seeds by the scores' plain names, what was decided, and statistics, as `statistics/rmse.low`.

    Its name stands among the tags and not among the parameters: a box plot by `variant` takes parameters, and so seeds alone.
    """
    of_variant = pd.DataFrame(summary(account.scores).xs(name, level="variant"))
    metrics = {str(metric): float(value) for metric, value in of_variant["mean"].items()}
    metrics |= against_reference(account, name, metrics[account.metric]) | dict(account.odds.get(name, {}))
    metrics |= {
        f"statistics/{metric}.{statistic}": float(value)
        for statistic in of_variant
        for metric, value in of_variant[statistic].items()
    }
    metrics["statistics/diverged.count"] = float(account.diverged.sel(variant=name).sum())
    tags = (
        identity(name) | {"level": "variant"} | kind(account, settings) | verdicts_on(account.verdicts, name) | OPENED
    )
    steps = {
        f"steps/{score}": values.sel(variant=name).mean("seed").to_numpy() for score, values in account.by_step.items()
    }
    return Run(name, tags, flat(settings) | tuned(account, name), metrics, by_step=steps)


def against_reference(account: Account, name: str, mean: float) -> dict[str, float]:
    """The mean of the score that decides and, but for the reference, its difference to the reference's with its interval.

    MLflow sorts charts by the names of their sections: this one's comes before all others.
    """
    what = f"decision/{account.metric}"
    found = {what: mean}
    for verdict in account.verdicts:
        if (verdict.variant, verdict.metric) == (name, account.metric):
            found |= {
                f"{what}.difference": verdict.difference,
                f"{what}.difference_low": verdict.low,
                f"{what}.difference_high": verdict.high,
            }
    return found


def tuned(account: Account, name: str) -> dict[str, str]:
    """The candidate that was chosen for a variant, at each origin."""
    return {
        f"chosen_{what}": ",".join(f"{getattr(one, what):g}" for one in account.chosen[name])
        for what in ("learning_rate", "clip_norm")
    }


def seed_runs(account: Account, settings: Settings) -> Iterator[tuple[str, Run]]:
    """The run of every seed, with its variant's name: scores by their plain names, and histories.

    Seed by seed, not variant by variant: a page that shows some of them shows some of every variant.
    """
    order = ("seed", "variant", ...)
    tables = {**account.scores, "training/diverged": account.diverged, **account.inside}
    scores = {str(metric): values.transpose(*order).to_numpy() for metric, values in tables.items()}
    losses = {f"training/{loss}": values.transpose(*order).to_numpy() for loss, values in account.histories.items()}
    shared, of_kind, names = flat(settings), kind(account, settings), account.variants
    words = {name: verdicts_on(account.verdicts, name) for name in names}
    chosen = {name: tuned(account, name) for name in names}
    for row, seed in enumerate(account.scores["seed"].to_numpy()):
        for column, name in enumerate(names):
            own = identity(name)
            run = Run(
                f"{name} seed {seed}",
                own | {"level": "seed"} | of_kind | words[name],
                shared | own | chosen[name] | {"seed": str(seed)},
                {metric: float(values[row, column]) for metric, values in scores.items()},
                {loss: values[row, column] for loss, values in losses.items()},
            )
            yield name, run


def kind(account: Account, settings: Settings) -> dict[str, str]:
    """Series, decision, where it comes from, cell and head: what tells comparisons of one experiment apart at a glance."""
    network, origin = settings.get("network", {}), settings.get(GROUP, {})
    of_network = {what: str(network[what]) for what in ("cell", "head") if what in network}
    return {"series": account.series.name, "decision": account.decision, **origin, **of_network}


def of_seeds(diagnostics: xr.Dataset) -> xr.Dataset:
    """Diagnostics (variant, seed), as `inside/dead_units`; of several layers or origins their mean."""
    found = diagnostics.mean(["origin", "layer"])
    norms = {"median": 0.5, "largest": 1.0}
    tables = {f"inside/{name}": found[name] for name in found.data_vars if name != "gradient_norm"}
    tables |= {
        f"inside/gradient_norm.{word}": found["gradient_norm"].sel(quantile=share, drop=True)
        for word, share in norms.items()
    }
    return xr.Dataset(tables)

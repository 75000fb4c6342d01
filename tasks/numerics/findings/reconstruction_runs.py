"""What a tracker is told of a comparison of autoencoders."""

import numpy as np
import xarray as xr

from tasks.numerics.findings.reconstruction_words import conclusions
from tasks.numerics.findings.tracked_runs import Account, of_seeds, trackable
from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.results import ReconstructionResult


def reconstruction_account(result: ReconstructionResult) -> Account:
    """Scores, also by kind of anomaly and by feature, diagnostics, curves and datasets of a result, for a tracker."""
    return Account(
        series=result.series,
        scores=result.scores.merge(apart(result.kinds, "kind")).merge(apart(result.features, "feature", "feature.")),
        inside=of_seeds(result.diagnostics),
        diverged=result.scores["rmse"].isnull(),
        baseline_scores=result.baseline_scores.merge(apart(result.baseline_kinds, "kind")),
        by_step=xr.Dataset(),
        histories=result.histories,
        kept_loss=result.chosen_loss,
        chosen={name: (result.candidates[own],) for name, own in result.chosen.items()},
        recommended=result.recommended,
        verdicts=result.verdicts,
        conclusions=conclusions(result),
        datasets=datasets(result),
    )


def apart(table: xr.Dataset, dimension: str, prefix: str = "") -> xr.Dataset:
    """Each label of a dimension as variables of its own, such as `auroc.spike`."""
    names = trackable([str(label) for label in table[dimension].to_numpy()])
    return xr.Dataset(
        {
            f"{score}.{prefix}{name}": values.isel({dimension: place}, drop=True)
            for score, values in table.items()
            for place, name in enumerate(names)
        }
    )


def datasets(result: ReconstructionResult) -> dict[str, xr.Dataset]:
    """Windows and what each network and baseline made of them, scores whole, by feature and by kind of anomaly, and tuning."""
    tried = result.candidates
    tuning = xr.Dataset(
        {"validation_loss": result.validation_loss, "chosen": ("variant", list(result.chosen.values()))},
        coords={
            "learning_rate": ("candidate", [one.learning_rate for one in tried]),
            "clip_norm": ("candidate", [one.clip_norm for one in tried]),
        },
    )
    return {
        "reconstructions": reconstructions(result),
        "scores": result.scores,
        "feature_scores": result.features,
        "anomaly_scores": result.kinds,
        "histories": result.histories,
        "baseline_scores": result.baseline_scores,
        "baseline_anomaly_scores": result.baseline_kinds,
        "tuning": tuning,
        "untuned_scores": result.untuned_scores,
        "diagnostics": result.diagnostics,
    }


def reconstructions(result: ReconstructionResult) -> xr.Dataset:
    """`window` (copy, window, step, feature), `reconstruction` and `baseline_reconstruction` of it, float32 as they were made.

    Scaled: a value in its feature's own unit, transformed as the series is, is `value * scale + shift`.
    """
    windows, place = result.windows, ("copy", "window", "step", "feature")
    tables = {
        "window": xr.DataArray(windows.tested, dims=place),
        "reconstruction": result.given_back,
        "baseline_reconstruction": result.baseline_given_back,
    }
    return xr.Dataset(
        {name: values.astype(np.float32) for name, values in tables.items()},
        coords={
            "copy": ["clean", *KINDS],
            "begins": ("window", result.series.values.index[windows.first_rows]),
            "step": np.arange(1, windows.tested.shape[2] + 1),
            "feature": list(windows.names),
            "scale": ("feature", windows.scales),
            "shift": ("feature", [scaler.shift for scaler in windows.scalers]),
        },
    )

"""summary.json of compared autoencoders: the keys of a comparison of forecasters, where they make sense."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from tasks.numerics.reconstruction_results import ReconstructionResult
from tasks.numerics.reconstruction_words import conclusions
from tasks.numerics.strict_json import without_infinity

VERDICT = (
    *("variant", "metric", "word", "difference", "low", "high", "p", "p_adjusted"),
    *("improvement", "improvement_low", "improvement_high", "region", "needed"),
)


def summarize_reconstructions(
    result: ReconstructionResult, study: Mapping[str, Any], timings: Mapping[str, float], mlflow: Mapping[str, str]
) -> dict[str, Any]:
    """`study`, `data`, `variants` (scores: metric -> a value a seed; features; anomalies), `baselines`, `verdicts`, `tuning`."""
    series = result.series
    summary = {
        "study": dict(study),
        "data": {
            "name": series.name,
            "digest": series.digest,
            "rows": len(series.values),
            "dropped": list(series.dropped),
            "features": list(result.windows.names),
        },
        "variants": [
            {
                "name": str(name),
                "placement": str(name).partition("-")[0],
                "activation": str(name).partition("-")[2],
                "diverged": result.diverged[str(name)],
                "scores": lists(result.scores.sel(variant=name)),
                "features": lists(result.features.sel(variant=name)),
                "anomalies": lists(result.kinds.sel(variant=name)),
                "chosen": vars(result.candidates[result.chosen[str(name)]]),
                "untuned": lists(result.untuned_scores.sel(variant=name)),
            }
            for name in result.scores["variant"].to_numpy()
        ],
        "baselines": [
            {"name": str(name), "scores": lists(result.baseline_scores.sel(baseline=name))}
            for name in result.baseline_scores["baseline"].to_numpy()
        ],
        "kinds": [str(kind) for kind in result.kinds["kind"].to_numpy()],
        "verdicts": [{key: getattr(one, key) for key in VERDICT} for one in result.verdicts],
        "conclusions": list(conclusions(result)),
        "timings": dict(timings),
        "mlflow": dict(mlflow),
    }
    strict: dict[str, Any] = without_infinity(summary)
    return strict


def lists(table: xr.Dataset) -> dict[str, Any]:
    """Each variable as a number or lists of numbers."""
    return {str(name): values.to_numpy().tolist() for name, values in table.items()}

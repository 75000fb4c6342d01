"""summary.json of compared autoencoders: the keys of a comparison of forecasters, where they make sense."""

from collections.abc import Mapping
from typing import Any

from tasks.numerics.findings.reconstruction_words import conclusions
from tasks.numerics.findings.summary_parts import data_summary, lists, variant_summary, verdict_summary
from tasks.numerics.problems.reconstruction.results import ReconstructionResult
from tasks.numerics.strict_json import without_infinity


def summarize_reconstructions(
    result: ReconstructionResult, study: Mapping[str, Any], timings: Mapping[str, float], mlflow: Mapping[str, str]
) -> dict[str, Any]:
    """`study`, `data`, `variants` (scores: metric -> a value a seed; features; anomalies), `baselines`, `verdicts`, `tuning`."""
    summary = {
        "study": dict(study),
        "data": data_summary(result.series) | {"features": list(result.windows.names)},
        "variants": [
            variant_summary(str(name), result.diverged[str(name)], result.scores.sel(variant=name))
            | {
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
        "verdicts": [verdict_summary(one) for one in result.verdicts],
        "conclusions": list(conclusions(result)),
        "timings": dict(timings),
        "mlflow": dict(mlflow),
    }
    strict: dict[str, Any] = without_infinity(summary)
    return strict

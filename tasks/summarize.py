"""summary.json: the scores of every seed, for programs.

Its keys are stable. Values that are not finite are null.

- `study`: the settings.
- `data`: `name`, `digest` (SHA-256), `rows`, `dropped` (labels of the partial periods left out).
- `variants`, a list: `name`, `placement`, `activation`, `diverged` (seeds), `scores`: metric -> one value a seed.
- `baselines`, a list: `name`, `scores`: metric -> value.
- `differences`, a list: `variant`, `metric`, `difference` (mean over seeds of variant minus stock), `low`, `high` (95 %).
  The interval is over seeds alone; that of `verdicts` over other seeds and other test periods.
- `timings`: seconds a stage.
- `mlflow`: ids.
- `verdicts`, a list: `variant`, `metric`, `word` (helps, hurts, same, undecided), `difference` in badness (below 0 the
  variant is better), `low`, `high` (95 %), `p`, `p_adjusted` (Holm's), `improvement` (share of seeds in which it is better),
  `improvement_low`, `improvement_high`, `region` (of practical equivalence, plus or minus), `needed` (what would decide it).
- `accuracy`, a list, best first: `model`, `mean_loss` (squared), `statistic` and `p` (Diebold and Mariano's against the best
  baseline), `set_p` and `in_set` (the model confidence set's), `harvey_p` (as Harvey, Leybourne and Newbold correct it, also for
  several steps, where it is too small; `p` is not).
- `tuning`: `candidates`, a list: `learning_rate`, `clip_norm` (0: not clipped); `given`, the number (from 0) of the one that
  was asked for; `variants`, a list: `name`, `chosen` (a candidate's number an origin), `validation_loss` (candidate x origin,
  mean over the seeds that have one), `initialisation`, `untuned` (metric -> mean over seeds with the given candidate).
- `diagnostics`, a list: `name` (of the variant) and, of the chosen candidate, a list an origin of a value a seed: `dead_units`
  (share, a list a seed: one a layer), `saturated_gates`, `saturated_cells`, `cell_low`, `cell_high`, `best_epoch`,
  `gradient_norm` (a list a seed: quantiles 0.05, 0.5, 0.95 and 1 over the epochs).
- `directions`, a list: `variant`, `hits`, `periods`, `low`, `high` (95 %, of the share of hits), `coin` (what takes no skill), `p`,
  `pesaran_timmermann`, `pesaran_timmermann_p`.
- `steps`: the same scores of every step of a forecast alone, from the first: `variants`, a list: `name`, `scores`: metric -> a
  list a step of one value a seed; `baselines`, a list: `name`, `scores`: metric -> one value a step.
- `series`, a list, empty unless there are several: `data` (as above), `unit`, `naive_error` (what scores in that unit were divided by
  before their mean over series, as which they stand above), and, in the series' own unit, `variants`, `baselines`, `verdicts`,
  `accuracy` and `directions` as above.
- `ranks`, null unless there are several series: `metric`, `p` (Friedman's), `critical` (least difference in mean ranks to the
  reference beyond chance, null where there is none), `variants`, a list: `name`, `mean`, `by_series` (a rank a series), `p` (exact) and
  `p_adjusted` (Holm's) against the reference, null for itself.
- `conclusions`, a list: the sentences of the report; `causes`, a list: `variants`, `sentence`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import conclusions
from tasks.numerics.findings.overview import Overview
from tasks.numerics.findings.summary_parts import data_summary, lists, variant_summary, verdict_summary
from tasks.numerics.problems.forecasting.results import Result
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.strict_json import without_infinity
from tasks.numerics.whole_files import write_whole


def summarize(
    result: Result, study: Mapping[str, Any], timings: Mapping[str, float], mlflow: Mapping[str, str]
) -> dict[str, Any]:
    """The summary of a comparison; `study` are its settings as JSON types."""
    series, overview = result.series, Overview(result)
    summary = {
        "study": dict(study),
        "data": data_summary(series),
        **scored(result),
        "differences": result.differences.to_dict("records"),
        "timings": dict(timings),
        "mlflow": dict(mlflow),
        **tested(result),
        "tuning": tuning_summary(result),
        "diagnostics": [
            {"name": str(name)} | lists(of_seeds(result).sel(variant=name))
            for name in result.forecasts["variant"].to_numpy()
        ],
        "conclusions": list(conclusions(overview)),
        "causes": [{"variants": list(one.variants), "sentence": one.sentence} for one in causes(overview)],
        "steps": {
            "variants": by_step(result.step_scores.transpose("variant", "step", "seed"), "variant"),
            "baselines": by_step(result.baseline_step_scores, "baseline"),
        },
        "series": [
            {
                "data": data_summary(one.series),
                "unit": one.unit,
                "naive_error": error,
                **scored(one),
                **tested(one),
            }
            for one, error in zip(result.members, result.naive_errors, strict=True)
        ],
        "ranks": rank_summary(result.ranks) if result.ranks else None,
    }
    strict: dict[str, Any] = without_infinity(summary)
    return strict


def scored(result: Result) -> dict[str, Any]:
    """Variants and baselines with their scores."""
    return {
        "variants": [
            variant_summary(str(name), int(result.diverged[name]), result.scores.sel(variant=name))
            for name in result.forecasts["variant"].to_numpy()
        ],
        "baselines": [
            {"name": name, "scores": scores}
            for name, scores in result.baseline_scores.to_dataframe().to_dict("index").items()
        ],
    }


def tested(result: Result) -> dict[str, Any]:
    """Verdicts and tests."""
    return {
        "verdicts": [verdict_summary(verdict) for verdict in result.verdicts],
        "accuracy": [asdict(test) for test in result.accuracy],
        "directions": [asdict(test) for test in result.directions],
    }


def rank_summary(ranks: Ranks) -> dict[str, Any]:
    """The variants' ranks over series."""
    p = {test.variant: {"p": test.p, "p_adjusted": test.p_adjusted} for test in ranks.tests}
    return {
        "metric": ranks.metric,
        "p": ranks.p,
        "critical": ranks.critical,
        "variants": [
            {
                "name": name,
                "mean": float(mean),
                "by_series": own.tolist(),
                **p.get(name, {"p": None, "p_adjusted": None}),
            }
            for name, mean, own in zip(ranks.variants, ranks.mean, ranks.by_series.T, strict=True)
        ],
    }


def by_step(scores: xr.Dataset, dimension: str) -> list[dict[str, Any]]:
    """Name and scores of every step, of each variant or baseline."""
    return [
        {
            "name": str(name),
            "scores": lists(scores.sel({dimension: name})),
        }
        for name in scores[dimension].to_numpy()
    ]


def of_seeds(result: Result) -> xr.Dataset:
    """Diagnostics (variant, origin, seed, ...)."""
    return result.diagnostics.transpose("variant", "origin", "seed", ...)


def tuning_summary(result: Result) -> dict[str, Any]:
    """The grid, and what was chosen of it."""
    table = result.tuning
    with np.errstate(all="ignore"):
        losses = table["validation_loss"].mean("seed").transpose("variant", "candidate", "origin")
        untuned = result.untuned_scores.mean("seed")
    return {
        "candidates": [
            {"learning_rate": rate, "clip_norm": norm}
            for rate, norm in zip(table["learning_rate"].to_numpy(), table["clip_norm"].to_numpy(), strict=True)
        ],
        "given": int(table.attrs["given"]),
        "variants": [
            {
                "name": str(name),
                "chosen": table["chosen"].sel(variant=name).to_numpy().tolist(),
                "validation_loss": losses.sel(variant=name).to_numpy().tolist(),
                "initialisation": str(table["initialisation"].sel(variant=name).item()),
                "untuned": {str(key): float(values.sel(variant=name)) for key, values in untuned.items()},
            }
            for name in table["variant"].to_numpy()
        ],
    }


def write_summary(summary: Mapping[str, Any], path: Path) -> None:
    """The summary as a file, whole or not at all."""
    write_whole(path, json.dumps(summary, indent=1, allow_nan=False, ensure_ascii=False) + "\n")

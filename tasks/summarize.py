"""summary.json: the scores of every seed, for programs.

Its keys are stable, and the same for every problem but where one is named. Values that are not finite are null.

- `study`: the settings.
- `data`: `name`, `digest` (SHA-256), `rows`, `dropped` (labels of the partial periods left out), `left_out` (series of a panel that were
  too short, with their rows).
- `decision`: what to choose: `metric`, `choice`, `proven` (whether the verdicts say the same), `assumed` (whether a wide assumption stands in for
  test periods that are too few), `region`, `evidence` (`seeds`, `periods`: how many in all might change it, 0: none would; null without odds), and
  `prior` (which other series were asked, in words; empty: none), `atlas`, null where none were: `digest` (of its tables; MLflow has it in the tag
  `interlayer.table`), `engine` (version that trained its networks), `network`, `series` (how many), `unlike` (flags in which this comparison is
  another one, so that it was held wider); `options`, a list, the reference first: `name`, `difference` (expected, as a share of the reference's score, or in points of a share; below 0 is
  better), `better`, `same`, `worse`, `better_at_all` (probabilities over new seeds and new periods; null for the reference), `best` (of all),
  `regret` (expected loss against the best of all), `mistake` (probability that another one is better by more than the region), `cost` (expected loss then),
  `alone` (the same four probabilities from this series alone; null for the reference), `weight` (of this series' evidence against the Atlas', 0 to 1: its
  share of the precision, were both normal distributions; null where it was not asked), and `further_training`, null where nothing is known
  of it: `variant`, `seeds` (as many again), `seconds` (measured, of training them; null: unknown), by which share the interval would be
  narrower with them (`narrower`), with however many seeds (`at_most`), with as many test periods again (`periods`), and the `sentence`.
- `variants`, a list: `name`, `placement`, `activation`, `diverged` (seeds), `scores`: metric -> one value a seed.
- `baselines`, a list: `name`, `scores`: metric -> value.
- `differences`, a list: `variant`, `metric`, `difference` (mean over seeds of variant minus stock), `low`, `high` (95 %).
  The interval is over seeds alone; that of `verdicts` over other seeds and other test periods.
- `timings`: seconds a stage.
- `mlflow`: ids.
- `champion`, null unless one was asked for and MLflow could be reached: `name`, `promoted`, `version` (this comparison's; null where none was
  registered), `replaced` (the version that was the champion before; null), `champion` (the version that forecasts from now on; null), `sentence`,
  `refused` (why it was not promoted; empty where it was), and `warning` (that the champion is old; else empty).
- `verdicts`, a list: `variant`, `metric`, `word` (helps, hurts, same, undecided), `difference` in badness (below 0 the
  variant is better), `low`, `high` (95 %), `p`, `p_adjusted` (Holm's), `improvement` (share of seeds in which it is better),
  `improvement_low`, `improvement_high`, `region` (of practical equivalence, plus or minus), `needed` (what would decide it).
- `accuracy` (forecasting), a list, best first: `model`, `mean_loss` (squared), `statistic` and `p` (Diebold and Mariano's against the best
  baseline), `set_p` and `in_set` (the model confidence set's), `harvey_p` (as Harvey, Leybourne and Newbold correct it, also for
  several steps, where it is too small; `p` is not).
- `tuning`: `candidates`, a list: `learning_rate`, `clip_norm` (0: not clipped); `given`, the number (from 0) of the one that
  was asked for; `variants`, a list: `name`, `chosen` (a candidate's number an origin), `validation_loss` (candidate x origin,
  mean over the seeds that have one), `initialisation`, `untuned` (metric -> mean over seeds with the given candidate).
- `diagnostics`, a list: `name` (of the variant) and, of the chosen candidate, a list an origin of a value a seed: `dead_units`
  (share, a list a seed: one a layer), `saturated_gates`, `saturated_cells`, `cell_low`, `cell_high`, `best_epoch`,
  `gradient_norm` (a list a seed: quantiles 0.05, 0.5, 0.95 and 1 over the epochs).
- `directions` (forecasting), a list: `variant`, `hits`, `periods`, `low`, `high` (95 %, of the share of hits), `coin` (what takes no skill), `p`,
  `pesaran_timmermann`, `pesaran_timmermann_p`.
- `steps` (forecasting): the same scores of every step of a forecast alone, from the first: `variants`, a list: `name`, `scores`: metric -> a
  list a step of one value a seed; `baselines`, a list: `name`, `scores`: metric -> one value a step.
- `series` (forecasting), a list, empty unless there are several: `data` (as above), `unit`, `naive_error` (what scores in that unit were divided by
  before their mean over series, as which they stand above), and, in the series' own unit, `variants`, `baselines`, `verdicts`,
  `accuracy` and `directions` as above.
- `ranks` (forecasting), null unless there are several series: `metric`, `p` (Friedman's), `critical` (least difference in mean ranks to the
  reference beyond chance, null where there is none), `variants`, a list: `name`, `mean`, `by_series` (a rank a series), `p` (exact) and
  `p_adjusted` (Holm's) against the reference, null for itself.
- `kinds`, `features` (autoencoders): the kinds of planted anomaly, and what is given back; a variant has `features` (score -> a list a seed, one a feature) and
  `anomalies` (score -> a list a seed, one a kind) too.
- `odds`, a list: `variant`, `metric`, `better`, `same`, `worse`, `better_at_all` in every judged metric in which there are odds.
- `conclusions`, a list: the sentences of the report; `causes`, a list: `variants`, `sentence`; `not_computed`, a list: what failed,
  and why, in sentences.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import conclusions
from tasks.numerics.findings.decision_tables import decision_summary, odds_rows
from tasks.numerics.findings.further_training import further_training_summary
from tasks.numerics.problems import PROBLEMS
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.results import Result
from tasks.numerics.problems.summary_parts import (
    baseline_summaries,
    data_summary,
    lists,
    variant_summary,
    verdict_summary,
)
from tasks.numerics.strict_json import without_infinity
from tasks.numerics.whole_files import write_whole


def summarize(
    result: Result,
    study: Mapping[str, Any],
    timings: Mapping[str, float],
    mlflow: Mapping[str, str],
    champion: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The summary of a comparison; `study` are its settings as JSON types."""
    overview: Overview[Any] = Overview.of(result)
    problem = PROBLEMS[result.head]
    summary = {
        "study": dict(study),
        "data": data_summary(result.series),
        "decision": decision_summary(overview) | {"further_training": further_training_summary(overview)},
        "variants": [variant_summary(result, name) | problem.variant_summary(result, name) for name in result.variants],
        "baselines": baseline_summaries(result),
        "differences": result.differences.to_dict("records"),
        "timings": dict(timings),
        "mlflow": dict(mlflow),
        "champion": dict(champion) if champion else None,
        "verdicts": [verdict_summary(verdict) for verdict in result.verdicts],
        "tuning": tuning_summary(result),
        "diagnostics": [{"name": name} | lists(of_seeds(result).sel(variant=name)) for name in result.variants],
        "odds": odds_rows(overview),
        "conclusions": list(conclusions(overview)),
        "causes": [{"variants": list(one.variants), "sentence": one.sentence} for one in causes(overview)],
        "not_computed": list(result.not_computed),
        **problem.summary(overview),
    }
    strict: dict[str, Any] = without_infinity(summary)
    return strict


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
        "given": result.given,
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

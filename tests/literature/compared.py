"""One comparison of the product, by its Python interface, and the few numbers of it that a study tells."""

import numpy as np

import interlayer
from tasks.numerics.findings.conclusions import better_over_time
from tasks.numerics.statistics.accuracy_tests import diebold_mariano
from tasks.numerics.statistics.verdicts import ERROR, holm

LAST_VALUE = "last value"


def compare(series: str = "", **settings) -> dict:
    """Scores, verdicts and what is seen inside, of every variant in the metric that comes first."""
    given = {"samples": series, "head": "classification"} if series == "digits" else {"series": series}
    return told(interlayer.compare(**given, **settings))


def told(compared) -> dict:
    """A comparison as JSON values."""
    result = compared.result
    metric, diagnostics = result.metric, result.diagnostics
    verdicts = {one.variant: one for one in result.verdicts if one.metric == metric}
    variants = {}
    for name in map(str, result.scores["variant"].to_numpy()):
        scores = result.scores[metric].sel(variant=name).to_numpy()
        own, one = diagnostics.sel(variant=name), verdicts.get(name)
        widest = np.maximum(np.abs(own["cell_low"]), np.abs(own["cell_high"])) if "cell_low" in own else None
        variants[name] = {
            "scores": scores.tolist(),
            "diverged": int(result.diverged_seeds.sel(variant=name).sum()),
            "cell_range": None if widest is None else float(widest.median()),
            "verdict": one.word if one else "",
            # Of the metric itself, and not of its badness.
            "difference": one.found.signed if one else 0.0,
            "half": (one.high - one.low) / 2 if one else 0.0,
        }
    baselines = result.baseline_scores[metric]
    scores = dict(zip(map(str, baselines["baseline"].to_numpy()), map(float, baselines.to_numpy()), strict=True))
    return {"variants": variants, "baselines": scores, **claims(compared)}


def claims(compared) -> dict:
    """Variants that the product says beat the best baseline beyond chance, and those that would be said to beat the last value."""
    over_time = better_over_time(compared.overview) or {}
    found = {"beat_the_best_baseline": [name for name, p in over_time.items() if p < ERROR], "beat_the_last_value": []}
    result = compared.result
    if result.head != "forecast":
        return found
    actual = result.forecasts["actual"].to_numpy()[:, 0]
    last = result.forecasts["baseline_forecast"].sel(baseline=LAST_VALUE).to_numpy()[:, 0]
    means = result.forecasts["forecast"].mean("seed").isel(step=0)
    names = [str(name) for name in means["variant"].to_numpy()]
    tests = [diebold_mariano((means.sel(variant=n).to_numpy() - actual) ** 2, (last - actual) ** 2, 1) for n in names]
    adjusted = holm(np.array([p for _, p in tests]))
    found["beat_the_last_value"] = [
        name for name, (statistic, _), p in zip(names, tests, adjusted, strict=True) if statistic < 0 and p < ERROR
    ]
    return found


def word_and_difference(found: dict, variant: str) -> str:
    """A variant's verdict with its difference to `stock`, of RMSE in percent of it, of accuracy in points; and who diverged."""
    one, stock = found["variants"][variant], found["variants"]["stock"]
    is_error = "last value" in found["baselines"]
    unit, sign = (np.nanmean(stock["scores"]), " %") if is_error else (1.0, " points")
    told = f"{100 * one['difference'] / unit:+.2g} ± {100 * one['half'] / unit:.2g}{sign}, {one['verdict']}"
    return told + (f" ({one['diverged']} diverged)" if one["diverged"] else "")

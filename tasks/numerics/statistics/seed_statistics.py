"""What many seeds say together: their spread, and paired differences to a reference."""

from functools import lru_cache

import numpy as np
import pandas as pd
import xarray as xr

CONFIDENCE = 0.95
RESAMPLES = 10_000


def by_seed(scores: xr.Dataset) -> pd.DataFrame:
    """Scores (variant, seed) as a frame: a row a (variant, metric), a column a seed."""
    table = scores.to_array("metric").transpose("variant", "metric", "seed")
    rows = pd.MultiIndex.from_product([table["variant"].to_numpy(), table["metric"].to_numpy()])
    values = table.to_numpy().reshape(len(rows), -1)
    return pd.DataFrame(values, index=rows.set_names(["variant", "metric"]), columns=table["seed"].to_numpy())


def summary(scores: xr.Dataset) -> pd.DataFrame:
    """A row a (variant, metric): `mean, standard_deviation, interquartile_mean, low, high` (5 and 95 % quantiles), `count`.

    Over the `count` seeds with a value; NaN where there is none, and for the standard deviation of a single one.
    """
    frame = by_seed(scores)
    cut = frame.count(axis=1) // 4
    ranks = frame.rank(axis=1, method="first")
    middle = ranks.gt(cut, axis=0) & ranks.le(frame.count(axis=1) - cut, axis=0)
    return pd.DataFrame(
        {
            "mean": frame.mean(axis=1),
            "standard_deviation": frame.std(axis=1),
            "interquartile_mean": frame.where(middle).mean(axis=1),
            "low": frame.quantile(0.05, axis=1),
            "high": frame.quantile(0.95, axis=1),
            "count": frame.count(axis=1),
        }
    )


def differences(scores: xr.Dataset, reference: str = "stock") -> pd.DataFrame:
    """Mean over seeds of variant minus reference: `variant, metric, difference, low, high`, a row a variant and metric.

    Pairs are seeds with a value on both sides. The interval is the percentile bootstrap's over pairs (Efron 1979), NaN
    for fewer than two; it covers the seeds, not the choice of test periods. Signed: the plain difference of each metric.
    """
    table = scores.drop_sel(variant=reference).to_array("metric").transpose("seed", "variant", "metric")
    other = scores.sel(variant=reference).to_array("metric").transpose("seed", "metric").to_numpy()
    pairs = table.to_numpy() - other[:, None, :]
    low, high = bootstrap_interval(pairs.reshape(len(pairs), -1))
    count = np.isfinite(pairs).sum(axis=0)
    total = np.where(np.isfinite(pairs), pairs, 0).sum(axis=0)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    rows = pd.MultiIndex.from_product(
        [table["variant"].to_numpy(), table["metric"].to_numpy()], names=["variant", "metric"]
    )
    columns = {"difference": mean.ravel(), "low": low, "high": high}
    return pd.DataFrame(columns, index=rows).reset_index()


@lru_cache(maxsize=2)
def resamples(number: int, seed: int) -> np.ndarray:
    """How often each of so many pairs is drawn in each resample (RESAMPLES, number); every series of a panel asks for the same."""
    return np.random.default_rng(seed).multinomial(number, np.full(number, 1 / number), size=RESAMPLES)


def bootstrap_interval(pairs: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Ends (K,) of the 95 % interval of the mean of differences (pairs, K), NaN where fewer than two are finite.

    Every column sees the same resamples of pairs, so that columns stay paired too.
    """
    number = len(pairs)
    finite = np.isfinite(pairs)
    # How often each pair is drawn in each resample: means become one matrix product, with no (resamples, pairs, K) array.
    drawn = resamples(number, seed)
    total = drawn @ np.where(finite, pairs, 0)
    count = drawn @ finite.astype(np.float64)
    # A resample without any finite pair says nothing: it takes the mean of all.
    centre = np.where(finite, pairs, 0).sum(axis=0) / np.maximum(finite.sum(axis=0), 1)
    means = np.divide(total, count, out=np.broadcast_to(centre, total.shape).copy(), where=count > 0)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    enough = finite.sum(axis=0) >= 2
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)

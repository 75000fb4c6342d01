"""The variance of a mean over seeds and test periods, by where it comes from.

A difference d[s, t] of seed s at test period t, the first one of a window, is taken as mean + seed[s] + period[t] + interaction[s, t], crossed random
effects: seeds independent of each other, periods dependent in time. Adding the variance over seeds to that over periods
counts the interaction twice, and so does the two-way bootstrap (Owen 2007, Annals of Applied Statistics 1, 386-411); here it
is taken off once (Cameron, Gelbach and Miller 2011, Journal of Business & Economic Statistics 29, 238-249).

The part of the periods is the largest of its estimates, as each alone is too small somewhere: blocks in time (the variance
of the moving-block bootstrap in closed form: Kuensch 1989, Annals of Statistics 17, 1217-1241) of a length chosen from the
data (Politis and White 2004, with Patton, Politis and White 2009; `arch`), at least 2.5 cube roots of N as that choice falls
to 1 where noise hides a slow movement; and an AR(1) fitted with its small-sample bias taken off (Kendall 1954, Biometrika
41, 403-404), as short series hold few blocks; and where the series has a season, the same fit at that lag, which blocks
shorter than two seasons do not see. Forecasts of several periods at once overlap with their neighbours, and slow cosines take
the place of the AR(1) (`overlaps`). The t quantile has Satterthwaite's (1946) degrees of freedom.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped]

from tasks.numerics.statistics.arch_bootstrap import optimal_block_length
from tasks.numerics.statistics.influence import centred
from tasks.numerics.statistics.overlapping_forecasts import fewest_windows, variance_of_mean
from tasks.numerics.statistics.scored_points import WHOLE, Array, Draws

SHORTEST_BLOCK = 2.5
"""In cube roots of N."""
FEWEST_SEASONS = 2
"""In the test part, below which dependence at the lag of a season cannot be told."""
STRONGEST = 0.9
"""The largest autocorrelation that a fit may end at: beyond it the variance of a mean is not estimable."""


@dataclass(frozen=True)
class Components:
    """Variances (...) of a mean over S seeds and N periods; NaN where there is one seed, or fewer than 8 periods."""

    seeds: Array
    """Of retraining on this very test part: seeds and their interaction with its periods."""
    periods: Array
    """Of new test periods, beyond the interaction; at least 0."""
    interaction: Array
    """What of `seeds` is their interaction with the periods."""
    period_freedom: Array
    """Degrees of freedom of the estimate of `periods`."""
    number_of_seeds: int
    number_of_periods: int
    horizon: int = 1
    """Periods that each forecast is of: from 2 on, neighbours overlap."""
    called: str = ""
    """What the periods are where they are none, such as `test samples`."""

    @property
    def enough(self) -> bool:
        """Whether there is something to be said about new periods."""
        return self.number_of_seeds > 1 and self.number_of_periods >= fewest_windows(self.horizon)

    @property
    def total(self) -> Array:
        """Variance (...) of the mean over new seeds and new periods together."""
        return self.seeds + self.periods

    @property
    def freedom(self) -> Array:
        """Satterthwaite's degrees of freedom (...) of `total`."""
        spread = self.seeds**2 / max(self.number_of_seeds - 1, 1) + self.raw_periods**2 / self.period_freedom
        with np.errstate(all="ignore"):
            return np.where(spread > 0, np.maximum(self.total**2 / spread, 1), self.number_of_seeds - 1.0)

    @property
    def raw_periods(self) -> Array:
        """Variance (...) of the mean over periods with these seeds kept, the interaction in it."""
        return np.where(self.periods > 0, self.periods + self.interaction, 0 * self.periods)

    def margin(self, level: float) -> Array:
        """Half the width (...) of the interval over new seeds and new periods."""
        return critical(level, self.freedom) * np.sqrt(self.total)

    def retraining_margin(self, level: float) -> Array:
        """Half the width (...) of the interval over new seeds on this very test part."""
        return critical(level, self.number_of_seeds - 1) * np.sqrt(self.seeds)

    def p(self, difference: Array | float) -> Array:
        """Two-sided p (...) of a mean of 0 over new seeds and new periods."""
        with np.errstate(all="ignore"):
            statistic = np.abs(difference) / np.sqrt(self.total)
        # Nothing varies: a difference of 0 is no evidence, any other is certain.
        statistic = np.where((self.total == 0) & (np.asarray(difference) == 0), 0.0, statistic)
        return np.asarray(2 * special.stdtr(self.freedom, -statistic))

    def at(self, seeds: int, periods: int) -> "Components":
        """What these variances would be with other numbers of seeds and periods."""
        more_seeds, more_periods = self.number_of_seeds / seeds, self.number_of_periods / periods
        interaction = self.interaction * more_seeds * more_periods
        own = np.maximum(self.seeds - self.interaction, 0) * more_seeds
        freedom = self.period_freedom / more_periods
        return Components(
            own + interaction,
            self.periods * more_periods,
            interaction,
            freedom,
            seeds,
            periods,
            self.horizon,
            self.called,
        )


def components(differences: Array, season: int = 1, horizon: int = 1, draws: Draws = WHOLE) -> Components:
    """Where the variance of the mean of differences (..., S, N) over S and N comes from, each (...).

    `season` is the series' own, in periods, 1 where it has none; `horizon` the periods that each forecast is of. `draws`
    say how far the periods count alike and belong together.
    """
    seeds, periods = differences.shape[-2], round(differences.shape[-1] * draws.evenness)
    if draws.too_short(horizon):
        periods = min(periods, fewest_windows(horizon) - 1)
    unknown = np.full(differences.shape[:-2], np.nan)
    counts = (seeds, periods, horizon, draws.called)
    if seeds < 2:
        return Components(unknown, unknown, unknown, unknown, *counts)
    of_seed = differences.mean(axis=-1)
    by_seed = of_seed.var(axis=-1, ddof=1) / seeds
    if periods < fewest_windows(horizon):
        return Components(by_seed, unknown, unknown, unknown, *counts)
    within = differences - of_seed[..., None]
    course = within.mean(axis=-2)
    by_period, freedom = variance_over_time(course, season, horizon, draws)
    freedom = np.maximum(freedom * draws.evenness, 1)
    if draws.independent:
        N = differences.shape[-1]
        apart = ((within - course[..., None, :]) ** 2).sum(axis=(-2, -1)) / ((seeds - 1) * (N - 1) * N)
    elif horizon > 1:
        apart = variance_of_mean(within - course[..., None, :], horizon, draws.run)[0].sum(axis=-1) / (seeds - 1)
    else:
        apart = neighbourly(within, course, draws.run)
    interaction = np.minimum(apart / seeds, by_seed)
    return Components(by_seed, np.maximum(by_period - interaction, 0), interaction, freedom, *counts)


def neighbourly(within: Array, course: Array, run: int = 0) -> Array:
    """Variance (...) of the mean over periods of the interaction of one seed, an AR(1) that all seeds share.

    From differences less their seed's mean (..., S, N), and their mean over seeds (..., N).
    """
    seeds, periods = within.shape[-2:]
    # Sums of squares and of neighbours' products of the interaction, without forming it.
    squares = np.einsum("...st,...st->...", within, within) - seeds * (course**2).sum(axis=-1)
    neighbours = np.einsum("...st,...st->...", within[..., 1:], within[..., :-1])
    neighbours = neighbours - seeds * (course[..., 1:] * course[..., :-1]).sum(axis=-1)
    variance = np.maximum(squares, 0) / ((seeds - 1) * periods)
    return autoregressive(variance, ratio(neighbours, squares), periods, run=run)[0]


def variance_over_time(course: Array, season: int = 1, horizon: int = 1, draws: Draws = WHOLE) -> tuple[Array, Array]:
    """Variance (...) of the mean of a dependent course (..., N), and the degrees of freedom (...) of its estimate."""
    moved, periods = centred(course), course.shape[-1]
    variance = (moved**2).mean(axis=-1)
    if draws.independent:
        return variance / (periods - 1), np.full(variance.shape, periods - 1.0)
    if horizon > 1:
        fitted, waves = variance_of_mean(moved, horizon, draws.run)
        freedom = np.full(fitted.shape, float(waves))
    else:
        fitted, freedom = autoregressive(variance, correlation_at(1, moved, variance), periods, run=draws.run)
    if season > 1 and periods >= FEWEST_SEASONS * season:
        correlation = correlation_at(season, moved, variance)
        seasonal, seasonal_freedom = autoregressive(variance, correlation, periods, season, draws.run)
        # Below its standard error in white noise it would only widen intervals.
        larger = (seasonal > fitted) & (correlation > periods**-0.5)
        freedom = np.where(larger, np.minimum(seasonal_freedom, freedom), freedom)
        fitted = np.where(larger, seasonal, fitted)
    return np.maximum(fitted, blocked(moved, horizon)), freedom


def correlation_at(lag: int, moved: Array, variance: Array) -> Array:
    """Raw autocorrelation (...) at a lag of a centred course (..., N) of this variance (...)."""
    apart = (moved[..., lag:] * moved[..., :-lag]).mean(axis=-1)
    return ratio(apart * (1 - 1 / moved.shape[-1]), variance)


def autoregressive(
    variance: Array, correlation: Array, periods: int, lag: int = 1, run: int = 0
) -> tuple[Array, Array]:
    """Variance (...) of the mean of an autoregression on one lag and the degrees of freedom (...) of its estimate.

    From its variance (...) about its own mean and its raw autocorrelation (...) at that lag, both of `periods` values; of pieces
    of `run` values each about a mean of its own, their bias is taken off.
    """
    known = run or periods
    rho = np.clip((known * correlation + 1) / max(known - 3, 1), -STRONGEST, STRONGEST)
    lags = np.arange(lag, periods, lag)
    # Of the mean of N values, in variances / N: 1 + 2 sum over k of (1 - k / N) rho^k, k in steps of the lag.
    inflation = 1 + 2 * ((1 - lags / periods) * rho[..., None] ** (lags // lag)).sum(axis=-1)
    # Values about their own mean vary less than about the true one.
    full = variance / np.maximum(1 - inflation / periods, 0.3)
    # Squared relative errors by the delta method: of rho, and of the variance.
    error = 4 / ((1 - rho**2) * periods) + 2 * (1 + rho**2) / ((1 - rho**2) * periods)
    return full * inflation / periods, np.maximum(2 / error, 1)


def blocked(moved: Array, horizon: int = 1) -> Array:
    """Variance (...) of the mean of a centred course (..., N) from blocks of a length chosen from the data."""
    periods = moved.shape[-1]
    rows = moved.reshape(-1, periods)
    length = block_length(rows, horizon)
    lags = np.arange(int(length.max()))
    products = np.stack([(rows[:, lag:] * rows[:, : periods - lag]).sum(axis=1) for lag in lags], axis=1) / periods
    weights = np.clip(1 - lags / length[:, None], 0, None) * np.where(lags > 0, 2, 1)
    variance: Array = (weights * products).sum(axis=1) / periods / (1 - length / periods)
    return variance.reshape(moved.shape[:-1])


def block_length(rows: Array, horizon: int = 1) -> Array:
    """Length (K,), in periods, of the blocks that serve courses (K, N): a horizon or longer where there is room."""
    periods = rows.shape[1]
    # In short or constant courses arch divides by nothing, at lags that it leaves out or with a length that is none.
    with np.errstate(all="ignore"):
        chosen = optimal_block_length(rows.T)["circular"].to_numpy()
    shortest = max(np.ceil(SHORTEST_BLOCK * periods ** (1 / 3)), horizon)
    length: Array = np.minimum(np.maximum(np.ceil(np.nan_to_num(chosen)), shortest), periods // 3)
    return length


def ratio(upper: Array, lower: Array) -> Array:
    """Of two arrays (...), 0 where the lower is not above 0."""
    quotient: Array = np.divide(upper, lower, out=np.zeros(np.shape(lower)), where=np.asarray(lower) > 0)
    return quotient


def critical(level: float, freedom: Array | float) -> Array:
    """The two-sided t quantile (...) of a confidence level."""
    return np.asarray(special.stdtrit(freedom, (1 + level) / 2))

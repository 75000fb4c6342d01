"""How likely it is that a variant is better, as good or worse than its reference, and what it costs to choose wrongly.

Nothing being known beforehand, the expected difference over new seeds and new periods has Student's t distribution about the
difference found, with the variance and the degrees of freedom of its interval (Box and Tiao 1973, Bayesian Inference in
Statistical Analysis, 2.4): odds and intervals say the same. Differences of several variants to one reference hang together, over
seeds and over periods: they are drawn together, so that it can be said which is the best of all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special  # type: ignore[import-untyped]

from tasks.numerics.statistics.intervals import Difference
from tasks.numerics.statistics.scored_points import Array
from tasks.numerics.statistics.variance_components import STRONGEST, Components, autoregressive

DRAWS = 20_000
WIDEST = 10.0
"""Standard deviations from its mean at which a draw ends: the tails of few degrees of freedom have no mean of their own."""
FEWEST = 3
"""Test periods, below which a difference itself says nothing of how periods differ."""
UNKNOWN, LEAST = 0.3, 0.1
"""The standard deviation over periods that is assumed there, and the least that is assumed at all, as shares of the reference's score.

By the Atlas, where single periods differ in effect by 0.25 (median of its rows), 0.54 (three quarters) and 0.96 (nine tenths): `UNKNOWN`
is the scale of the assumed distribution that has the upper half of these, and `LEAST` about what the middle row has over a few periods
(`python -m tests.calibration.assumed_periods`).
"""
ASSUMED_FREEDOM = 2.0
"""Degrees of freedom of a variance that is assumed."""
Rule = Callable[[Array], Array]
"""Which option is chosen (...) from expected differences (..., V)."""


@dataclass(frozen=True)
class Odds:
    """Probabilities of a difference over new seeds and new periods; `better`, `same` and `worse` sum to 1."""

    better: float
    """By more than the region of practical equivalence."""
    same: float
    worse: float
    better_at_all: float
    """By however little."""


@dataclass(frozen=True)
class Expected:
    """What is known of V differences to one reference in one metric, in badness: below 0 a variant is better."""

    mean: Array
    """(V,)"""
    components: tuple[Components, ...]
    """(V,) where each one's variance comes from."""
    correlation: Array
    """(V, V), over seeds and periods together."""
    assumed: bool
    """Whether the variance over periods is assumed, as there are too few of them."""

    @property
    def spread(self) -> Array:
        """Standard deviation (V,)."""
        return np.sqrt([float(one.total) for one in self.components])

    @property
    def freedom(self) -> Array:
        """Degrees of freedom (V,)."""
        return np.array([float(one.freedom) for one in self.components])


def says_something(found: Difference) -> bool:
    """Whether a difference says something of other seeds: two pairs or more, and nothing of it beyond double precision."""
    parts = found.components
    variance = parts.total if found.enough else parts.seeds
    return found.pairs >= 2 and bool(np.isfinite([found.difference, float(variance), *found.course]).all())


def expected(differences: Sequence[Difference], level: float) -> Expected | None:
    """What is known of differences in one metric whose reference scores `level`; None where any says nothing of other seeds."""
    if not differences or not np.isfinite(level) or not all(map(says_something, differences)):
        return None
    assumed = any(not one.enough for one in differences)
    parts = tuple(with_assumed_periods(one, level) if assumed else one.components for one in differences)
    return Expected(
        np.array([one.difference for one in differences]), parts, correlation_of(differences, parts), assumed
    )


def with_assumed_periods(found: Difference, level: float) -> Components:
    """The components of a difference with a wide variance over periods, where there are too few to estimate one.

    Neighbouring periods are taken to be as alike as can be told at all: with that autocorrelation the mean varies most. Of fewer
    than `FEWEST` periods the standard deviation is a share of the reference's score.
    """
    parts, periods = found.components, len(found.course)
    least, variance = (LEAST * level) ** 2, (UNKNOWN * level) ** 2
    if periods >= FEWEST:
        own = np.asarray((found.course**2).mean())
        variance = max(float(autoregressive(own, np.asarray(STRONGEST), periods)[0]), least)
    return Components(
        parts.seeds,
        np.asarray(variance),
        np.asarray(0.0),
        np.asarray(ASSUMED_FREEDOM),
        parts.number_of_seeds,
        parts.number_of_periods,
        parts.horizon,
        parts.called,
    )


def correlation_of(differences: Sequence[Difference], parts: Sequence[Components]) -> Array:
    """How the estimates of V differences hang together (V, V), weighing seeds and periods as their variances do."""
    shared = np.logical_and.reduce([one.kept for one in differences])
    by_seed = np.stack([np.where(one.kept, spread_out(one), 0)[shared] for one in differences])
    course = np.stack([one.course for one in differences])
    spreads = [
        np.sqrt([float(part) for part in which]) for which in zip(*((p.seeds, p.periods) for p in parts), strict=True)
    ]
    together = sum(
        correlations(values) * np.outer(spread, spread)
        for values, spread in zip((by_seed, course), spreads, strict=True)
    )
    total = np.sqrt(np.diag(together))
    scale = np.outer(total, total)
    found: Array = np.divide(together, scale, out=np.eye(len(total)), where=scale > 0)
    return found


def spread_out(found: Difference) -> Array:
    """Differences of the pairs at their own seeds (S,), 0 at the others."""
    values = np.zeros(len(found.kept))
    values[found.kept] = found.by_seed
    return values


def correlations(values: Array) -> Array:
    """Between rows (V, K); 0 between those that do not vary."""
    moved = values - values.mean(axis=1, keepdims=True) if values.shape[1] else values
    sizes = np.sqrt((moved**2).sum(axis=1))
    scale = np.outer(sizes, sizes)
    found: Array = np.divide(moved @ moved.T, scale, out=np.eye(len(values)), where=scale > 0)
    np.fill_diagonal(found, 1.0)
    return found


def odds(known: Expected, region: float) -> tuple[Odds, ...]:
    """Of each of V differences, with a region of plus or minus `region`."""
    found = []
    for mean, spread, freedom in zip(known.mean, known.spread, known.freedom, strict=True):
        below, none, above = (
            float(special.stdtr(freedom, (end - mean) / spread)) if spread > 0 else float(mean < end)
            for end in (-region, 0.0, region)
        )
        found.append(Odds(below, above - below, 1 - above, none))
    return tuple(found)


def draws(known: Expected, count: int = DRAWS, seed: int = 0) -> Array:
    """Differences drawn together (K, V), each with Student's t distribution of its own degrees of freedom."""
    random = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(known.correlation)
    root = vectors * np.sqrt(np.maximum(values, 0))
    normal = random.standard_normal((count, len(known.mean))) @ root.T
    # One quantile for all: a variance that is larger than it seems is so for every difference to the same reference.
    quantile = random.uniform(size=(count, 1))
    scaled = normal / np.sqrt(2 * special.gammaincinv(known.freedom / 2, quantile) / known.freedom)
    found: Array = known.mean + known.spread * np.clip(scaled, -WIDEST, WIDEST)
    return found


@dataclass(frozen=True)
class Choice:
    """What choosing one of the reference and the V variants, in this order, comes to; losses in badness."""

    best: Array
    """(V + 1,) probability that it is the best of all."""
    regret: Array
    """(V + 1,) expected loss against the best of all."""
    mistake: Array
    """(V + 1,) probability that another one is better by more than the region."""
    cost: Array
    """(V + 1,) expected loss where it is a mistake; 0 where it never is."""


def choices(drawn: Array, region: float) -> Choice:
    """What each choice comes to, by joint draws (K, V)."""
    options = np.concatenate([np.zeros((len(drawn), 1)), drawn], axis=1)
    loss = options - options.min(axis=1, keepdims=True)
    wrong = loss > region
    times = wrong.sum(axis=0)
    best = loss == 0
    return Choice(
        best=(best / best.sum(axis=1, keepdims=True)).mean(axis=0),
        regret=loss.mean(axis=0),
        mistake=wrong.mean(axis=0),
        cost=np.where(wrong, loss, 0).sum(axis=0) / np.maximum(times, 1),
    )


def chosen(means: Array, region: float, allowed: Array) -> Array:
    """Which of the reference (0) and V variants (1 ...) to choose (...), from expected differences (..., V).

    The one that is expected to be best among the `allowed` (V,); the reference where none is better by more than the region.
    """
    held = np.where(allowed, means, np.inf)
    best = held.argmin(axis=-1)
    gain = np.take_along_axis(held, best[..., None], axis=-1)[..., 0]
    return np.where(gain < -region, best + 1, 0)


def change(known: Expected, drawn: Array, rule: Rule, seeds: int, periods: int) -> float:
    """Probability that with so many seeds and periods in all another choice would be made than now, by joint draws (K, V).

    What is found then is expected to lie about what is found now, with the variance that the new evidence takes away.
    """
    after = np.array([float(one.at(seeds, periods).total) for one in known.components])
    moved = np.sqrt(np.maximum(known.spread**2 - after, 0))
    with np.errstate(all="ignore"):
        shares = np.where(known.spread > 0, moved / known.spread, 0.0)
    means = known.mean + (drawn - known.mean) * shares
    return float((rule(means) != rule(known.mean)).mean())

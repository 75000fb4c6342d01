"""By how much a variant is better or worse than its reference, with an interval that covers seeds and test periods.

What is claimed: were the networks retrained with other seeds and tested on another period like this one (as long, from the
same process), the 95 % interval would hold the expected difference 95 times in 100. The interval over retraining claims
less: other seeds, this very test part.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.statistics.influence import JUDGED, Paired, Scored, badness
from tasks.numerics.statistics.scored_points import WHOLE, Array, Draws
from tasks.numerics.statistics.variance_components import Components, components

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """A variant less its reference in one metric, mean over pairs of seeds; NaN where there is too little to say it."""

    variant: str
    metric: str
    difference: float
    """Of the badness: below 0 the variant is better."""
    signed: float
    """Of the metric itself."""
    low: float
    """Lower end of the interval of `difference`, over new seeds and new periods; NaN for one pair or too few periods."""
    high: float
    retraining_low: float
    """Lower end of the interval of `difference` over new seeds on this very test part; NaN for one pair."""
    retraining_high: float
    p: float
    """Two-sided, of no difference over new seeds and new periods: the test whose level is the interval's."""
    pairs: int
    """Seeds whose metric is defined on both sides."""
    left_out: int
    """Seeds that diverged, or whose metric is undefined, on either side."""
    by_seed: Array
    """(pairs,) differences of the badness."""
    course: Array
    """(N,) what each test period adds to `difference`, in the mean over pairs: mean 0 over N."""
    kept: NDArray[np.bool_]
    """(S,) whether a seed is one of the pairs."""
    components: Components
    """Where the variance of `difference` comes from."""

    @property
    def enough(self) -> bool:
        """Whether there is an interval over new seeds and new periods."""
        return self.components.enough


def paired_differences(paired: Paired, level: float = CONFIDENCE) -> tuple[Difference, ...]:
    """The difference to the reference of every other variant in every metric of `JUDGED`, variant by variant.

    Intervals are of the confidence `level`.
    """
    reference = paired.scored(paired.reference)
    found = []
    for variant in paired.others:
        own = paired.scored(variant)
        found += [
            difference((variant, metric), own[metric], reference[metric], level, paired.memory, paired.draws)
            for metric in JUDGED
        ]
    return tuple(found)


def difference(
    names: tuple[str, str],
    own: Scored,
    reference: Scored,
    level: float = CONFIDENCE,
    memory: tuple[int, int] = (1, 1),
    draws: Draws = WHOLE,
) -> Difference:
    """Own less reference scores (S,) of a (variant, metric), with intervals of the confidence `level`."""
    paired = np.isfinite(own.value) & np.isfinite(reference.value)
    left_out = int((~paired).sum())
    own, reference = (Scored(side.value[paired], side.influence[paired]) for side in (own, reference))
    signed = own.value - reference.value
    gap = gap_of(names[1], own, reference)
    by_seed = gap.mean(axis=-1)
    parts = components(gap, *memory, draws)
    if not len(by_seed):
        nothing = (np.nan,) * 7
        return Difference(*names, *nothing, 0, left_out, by_seed, np.zeros(gap.shape[-1]), paired, parts)
    mean = float(by_seed.mean())
    both, retraining = float(parts.margin(level)), float(parts.retraining_margin(level))
    return Difference(
        *names,
        difference=mean,
        signed=float(signed.mean()),
        low=mean - both,
        high=mean + both,
        retraining_low=mean - retraining,
        retraining_high=mean + retraining,
        p=float(parts.p(mean)),
        pairs=len(by_seed),
        left_out=left_out,
        by_seed=by_seed,
        course=gap.mean(axis=0) - mean,
        kept=paired,
        components=parts,
    )


def gap_of(metric: str, own: Scored, reference: Scored) -> Array:
    """Difference of the badness by seed and period (..., S, N): its mean over N is that of the seed."""
    ours, theirs = badness(metric, own), badness(metric, reference)
    influence: Array = ours.influence - theirs.influence
    influence += (ours.value - theirs.value)[..., None]
    return influence

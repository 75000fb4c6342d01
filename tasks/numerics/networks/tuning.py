"""Equal tuning for every variant: the same grid of candidates, and the best of each by validation loss alone.

A candidate is what varies in training beside the seed: a learning rate and a clip norm. It is chosen for every variant, and
for every origin anew, as the validation part of a later origin is the test part of an earlier one. Where the best of a variant
lies at an edge of the grid, the grid moves on, for all variants alike: a better one may lie beyond.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.numerics.errors import InputError
from tasks.numerics.training_settings import TrainingSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST, MOST = 1e-30, 1e30
"""Learning rates that single precision holds."""
WORTH = 0.04
"""Share of the validation loss that a wider grid must promise: of a squared error 2 % in RMSE, what counts as equal."""


@dataclass(frozen=True)
class Candidate:
    """One place of the grid."""

    learning_rate: float
    clip_norm: float
    """0: gradients are not clipped."""

    @property
    def name(self) -> str:
        """Such as `0.001`, or `0.001, clip norm 1`."""
        return f"{self.learning_rate:.3g}" + (f", clip norm {self.clip_norm:g}" if self.clip_norm else "")


def candidates(training: TrainingSpec) -> tuple[Candidate, ...]:
    """The grid, learning rates rising within each clip norm, the given clip norm first.

    Raises InputError where the given learning rate would not stand in the middle.
    """
    if training.learning_rates % 2 == 0:
        raise InputError(
            f"--learning-rates {training.learning_rates}: expected an odd number, such as 3, so that as many stand below "
            "--learning-rate as above it; 1 trains with the given one alone."
        )
    middle = training.learning_rates // 2
    rates = [training.learning_rate * training.learning_rate_factor ** (k - middle) for k in range(2 * middle + 1)]
    if not LEAST <= min(rates) <= max(rates) <= MOST:
        raise InputError(
            f"--learning-rates {training.learning_rates} with --learning-rate {training.learning_rate:g} and --learning-rate-factor "
            f"{training.learning_rate_factor:g} run from {min(rates):g} to {max(rates):g}. Expected rates that single precision holds: "
            "pass fewer, or a smaller factor."
        )
    norms = dict.fromkeys((training.clip_norm, *training.clip_norms))
    return tuple(Candidate(float(f"{rate:.6g}"), norm) for norm in norms for rate in rates)


def given(training: TrainingSpec) -> Candidate:
    """The one of the `candidates` that was asked for by itself: the untuned one."""
    return candidates(training)[training.learning_rates // 2]


def in_order(training: TrainingSpec, tried: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates of a grid that has moved, each once, as the `candidates` of one that has not: by clip norm, learning rates rising."""
    norms = list(dict.fromkeys(one.clip_norm for one in candidates(training)))
    return tuple(sorted({*tried}, key=lambda one: (norms.index(one.clip_norm), one.learning_rate)))


def beyond(
    training: TrainingSpec, tried: Sequence[Candidate], validation_loss: "NDArray[np.floating[Any]]"
) -> tuple[Candidate, ...]:
    """The next learning rate, at every clip norm, beyond the edge of the grid at which more of the best candidates lie, by validation losses (..., candidate, seed).

    Beyond the upper edge where as many do; none where no best one lies at an edge, or where single precision does not hold it.
    """
    sides = edges(tried, validation_loss)
    low, high = int((sides < 0).sum()), int((sides > 0).sum())
    if not low and not high:
        return ()
    rates, factor = [one.learning_rate for one in tried], training.learning_rate_factor
    rate = max(rates) * factor if high >= low else min(rates) / factor
    if not LEAST <= rate <= MOST:
        return ()
    return tuple(Candidate(float(f"{rate:.6g}"), norm) for norm in dict.fromkeys(one.clip_norm for one in tried))


def edges(tried: Sequence[Candidate], validation_loss: "NDArray[np.floating[Any]]") -> "NDArray[np.intp]":
    """Where the best candidate (...) lies by validation losses (..., candidate, seed): -1 at the lower edge of the learning rates, 1 at the upper, else 0.

    Within it lies too what is better than the next rate by less than `WORTH`: the loss bends as it nears its lowest, so that one
    rate further gains less than the last one did. A single rate and a pair have no edge.
    """
    import numpy as np

    rates = sorted({one.learning_rate for one in tried})
    losses = mean_losses(validation_loss)
    found = np.zeros(losses.shape[:-1], np.intp)
    if len(rates) < 3:
        return found
    best = losses.argmin(axis=-1)
    for side, edge, inner in ((-1, rates[0], rates[1]), (1, rates[-1], rates[-2])):
        for place, one in enumerate(tried):
            if one.learning_rate == edge:
                own, next_to_it = losses[..., place], losses[..., tried.index(Candidate(inner, one.clip_norm))]
                found[(best == place) & ~(own > (1 - WORTH) * next_to_it)] = side
    return found


def chosen(validation_loss: "NDArray[np.floating[Any]]") -> "NDArray[np.intp]":
    """The best candidate (...) by validation losses (..., candidate, seed) of the weights that were kept.

    The one of fewest diverged seeds, and of these the one of lowest mean over the others; the first where all diverged.
    """
    found: NDArray[np.intp] = mean_losses(validation_loss).argmin(axis=-1)
    return found


def mean_losses(validation_loss: "NDArray[np.floating[Any]]") -> "NDArray[np.float64]":
    """Mean (..., candidate) of validation losses (..., candidate, seed) over seeds that did not diverge; infinite where more did than at another candidate."""
    import numpy as np  # the grid is wanted before anything heavy is imported

    finite = np.isfinite(validation_loss)
    count = finite.sum(axis=-1)
    total = np.where(finite, validation_loss, 0).sum(axis=-1, dtype=np.float64)
    mean = np.divide(total, count, out=np.full(count.shape, np.inf), where=count > 0)
    most = count.max(axis=-1, keepdims=True)
    return np.asarray(np.where(count == most, mean, np.inf))

"""Equal tuning for every variant: the same grid of candidates, and the best of each by validation loss alone.

A candidate is what varies in training beside the seed: a learning rate and a clip norm. It is chosen for every variant, and
for every origin anew, as the validation part of a later origin is the test part of an earlier one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.numerics.errors import InputError
from tasks.numerics.training_settings import TrainingSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    if not 1e-30 <= min(rates) <= max(rates) <= 1e30:
        raise InputError(
            f"--learning-rates {training.learning_rates} with --learning-rate {training.learning_rate:g} and --learning-rate-factor "
            f"{training.learning_rate_factor:g} run from {min(rates):g} to {max(rates):g}. Expected rates that single precision holds: "
            "pass fewer, or a smaller factor."
        )
    norms = dict.fromkeys((training.clip_norm, *training.clip_norms))
    return tuple(Candidate(float(f"{rate:.6g}"), norm) for norm in norms for rate in rates)


def given(training: TrainingSpec) -> int:
    """Which of the `candidates` was asked for by itself: the untuned one."""
    return training.learning_rates // 2


def chosen(validation_loss: "NDArray[np.floating[Any]]") -> "NDArray[np.intp]":
    """The best candidate (...) by validation losses (..., candidate, seed) of the weights that were kept.

    The one of fewest diverged seeds, and of these the one of lowest mean over the others; the first where all diverged.
    """
    import numpy as np  # the grid is wanted before anything heavy is imported

    finite = np.isfinite(validation_loss)
    count = finite.sum(axis=-1)
    total = np.where(finite, validation_loss, 0).sum(axis=-1, dtype=np.float64)
    mean = np.divide(total, count, out=np.full(count.shape, np.inf), where=count > 0)
    most = count.max(axis=-1, keepdims=True)
    return np.asarray(np.where(count == most, mean, np.inf).argmin(axis=-1))

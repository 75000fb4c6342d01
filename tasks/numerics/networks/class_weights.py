"""What the windows of each class count in training: Keras' `class_weight`, by numbers or balanced."""

from typing import TYPE_CHECKING, Any, Final

from tasks.numerics.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BALANCED: Final = "balanced"


def class_weights(text: str) -> tuple[float, ...]:
    """The numbers of `--class-weight`, none where it is `balanced`; raises InputError where it is neither."""
    if text in ("", BALANCED):
        return ()
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or not all(0 <= weight < float("inf") for weight in found) or not any(found):
        raise InputError(
            f"--class-weight {text!r}: expected 'balanced', or a number from 0 a class, in the order of the classes, such as 1,5."
        )
    return found


def window_weights(text: str, targets: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """What each window counts (N,), from the classes that its targets say: one-hot (N, K), or (N, 1) of 0 and 1.

    Balanced is N / (K n) of a class of n windows, as scikit-learn has it. Raises InputError where the numbers are not one a class.
    """
    import numpy as np  # the text is read before anything heavy is imported

    classes: NDArray[np.integer[Any]] = targets.argmax(axis=1) if targets.shape[1] > 1 else targets[:, 0].astype(int)
    number = max(targets.shape[1], 2)
    given = class_weights(text)
    if given and len(given) != number:
        raise InputError(f"--class-weight {text}: {len(given)} numbers. Expected {number}, one a class in their order.")
    counts = np.bincount(classes, minlength=number)
    weights = np.array(given) if given else len(classes) / (number * np.maximum(counts, 1))
    found: NDArray[np.float32] = weights[classes].astype(np.float32)
    return found

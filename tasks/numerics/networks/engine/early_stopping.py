"""Early stopping: the weights of the best epoch are kept, and who has waited too long stops."""

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tasks.numerics.networks.engine.layouts import Layout

Tensor = Any


def ended(course: NDArray[np.float32], best_epoch: NDArray[np.int32], patience: int) -> NDArray[np.float32]:
    """Courses (..., R, E) without the epochs that no replica needed, NaN after the epoch in which a replica stopped.

    A replica runs on in its lane until another one takes it: what it does there is no part of its training. `best_epoch` (R,) counts from 0.
    """
    last = best_epoch + patience
    own = course[..., : int(last.max()) + 1]
    return np.where(np.arange(own.shape[-1]) <= last[:, None], own, np.float32(np.nan))


def watch(layout: Layout, patience: int, state: Any, loss: Tensor, epochs: Tensor) -> Any:
    """Keeps the weights of the best epoch so far, and stops who has waited too long, as Keras' `EarlyStopping` does; `loss` (R,).

    Every replica has epochs of its own, and stops at the last of so many.
    """
    epoch = state["epoch"]
    better = (loss < state["best_loss"]) & ~state["stopped"]
    best_epoch = tf.where(better, epoch, state["best_epoch"])
    return state | {
        "best_weights": [
            tf.where(layout.for_each_replica(better, new), new, best)
            for new, best in zip(state["weights"], state["best_weights"], strict=True)
        ],
        "best_loss": tf.where(better, loss, state["best_loss"]),
        "best_epoch": best_epoch,
        "stopped": state["stopped"] | (epoch - best_epoch >= patience) | (epoch + 1 >= epochs),
        "epoch": epoch + 1,
    }

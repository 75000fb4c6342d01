"""Early stopping: the weights of the best epoch are kept, and who has waited too long stops."""

from typing import Any

import tensorflow as tf

from tasks.numerics.networks.engine.layouts import Layout

Tensor = Any


def watch(layout: Layout, patience: int, state: Any, loss: Tensor, epoch: Tensor) -> Any:
    """Keeps the weights of the best epoch so far, and stops who has waited too long, as Keras' `EarlyStopping` does; `loss` (R,)."""
    better = (loss < state["best_loss"]) & ~state["stopped"]
    best_epoch = tf.where(better, epoch, state["best_epoch"])
    return state | {
        "best_weights": [
            tf.where(layout.for_each_replica(better, new), new, best)
            for new, best in zip(state["weights"], state["best_weights"], strict=True)
        ],
        "best_loss": tf.where(better, loss, state["best_loss"]),
        "best_epoch": best_epoch,
        "stopped": state["stopped"] | (epoch - best_epoch >= patience),
    }

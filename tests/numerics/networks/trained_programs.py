"""Programs trained in tests: replica 1 is judged, and the others learn and are clipped otherwise, so that nothing of theirs may be seen in it."""

import numpy as np
import tensorflow as tf

from tasks.numerics.networks.engine.programs import Rates, initial_state, segment_program
from tasks.numerics.networks.engine.rooms import room
from tasks.numerics.networks.randomness import BatchOrder

SEEDS = [11, 12, 13]


def run_program(spec, weights, data, epochs, learning_rate, clip_norm=0.0):
    """State and course after so many epochs."""
    places = room(len(data.windows))
    order = BatchOrder(SEEDS, len(data.windows), spec.batch, places=places).draw(epochs, epochs)
    rates = Rates(
        learning_rate * tf.constant([2.0, 1.0, 0.5]),
        clip_norm * tf.constant([0.5, 1.0, 0.0]),
        tf.constant(SEEDS, tf.uint32),
    )
    begun = initial_state(spec, weights)
    return segment_program(spec)(
        begun, data.arguments(spec.batch), tf.constant(order), rates, tf.constant(0), tf.constant(epochs)
    )


def batches_of(spec, epochs, windows, targets):
    """Inputs and targets of replica 1, step after step of each epoch, the last batch as small as it is."""
    order = BatchOrder(SEEDS, len(windows), spec.batch).draw(epochs, epochs)[:, :, 1]
    sizes = [min(spec.batch, len(windows) - start) for start in range(0, len(windows), spec.batch)]
    chosen = [[order[e, s, :size] for s, size in enumerate(sizes)] for e in range(epochs)]
    return [[(windows[places], targets[places]) for places in epoch] for epoch in chosen]


def epoch_losses(losses, batches):
    """Each epoch's loss out of those of all its batches: a mean over windows."""
    sizes = [len(inputs) for inputs, _ in batches[0]]
    return np.average(np.reshape(losses, (len(batches), -1)), axis=1, weights=sizes)

"""Networks of a user's own, as Python files have them, and work for processes that lasts."""

import os
import time
from pathlib import Path

ATTENTION = """
import keras
from keras import layers

def build(input_shape=(4, 1)):
    window = layers.Input(input_shape)
    left = layers.LSTM(4, return_sequences=True)(window)
    left = layers.GlobalAveragePooling1D()(layers.MultiHeadAttention(1, 2)(left, left))
    right = layers.GRU(3, activation="relu", dropout=0.2)(window)
    both = layers.Dense(4, activation="relu")(layers.Concatenate()([left, right]))
    return keras.Model(window, layers.Dense(1)(both))
"""
OWN_LAYER = """
import keras
from keras import layers, ops

class Weighted(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense(1)

    def call(self, sequence):
        return ops.sum(ops.softmax(self.score(sequence), axis=1) * sequence, axis=1)

def build(input_shape=(4, 1)):
    window = layers.Input(input_shape)
    return keras.Model(window, layers.Dense(1)(Weighted()(layers.LSTM(3, return_sequences=True)(window))))
"""
UNUSED = """
import keras
from keras import layers

def build(input_shape=(4, 1)):
    window = layers.Input(input_shape)
    unused = layers.Lambda(lambda sequence: 0 * sequence)(layers.LSTM(3)(window))
    return keras.Model(window, layers.Dense(1)(layers.Concatenate()([unused, layers.Flatten()(window)])))
"""
STATEFUL = """
import keras
from keras import layers

def build():
    window = layers.Input(batch_shape=(8, 4, 1))
    model = keras.Model(window, layers.Dense(1)(layers.LSTM(3, stateful=True)(window)))
    rate = keras.optimizers.schedules.ExponentialDecay(0.05, 10, 0.5)
    model.compile(keras.optimizers.Adamax(rate), "cosine_similarity")
    return model
"""


def written(folder, text):
    """A file with a build(), in a folder."""
    path = Path(folder) / "network.py"
    path.write_text(text)
    return path


def long_work(file, tell):
    """Writes its process down and goes on for minutes."""
    Path(file).write_text(str(os.getpid()))
    time.sleep(300)


def told_work(steps, tell):
    """Tells of every step."""
    for number in range(steps):
        tell(number + 1, steps)
        time.sleep(0.4)
    print("what a library prints is no answer")
    os.write(1, b"nor is this")
    return "done"


def ended_work(tell):
    """Ends its process."""
    os._exit(7)

"""Networks in the shapes that public scripts have, and how many of them the fused engine trains: `python -m tests.public_networks`.

As many of each kind as there are among public scripts that forecast with Keras: a Dropout layer in half of them, hidden Dense layers
in a quarter, and so on. The code is our own; sizes are smaller than those of the scripts, so that all of them can be tried.
"""

import sys
from collections.abc import Callable
from typing import Any

import keras
from keras import layers, optimizers, regularizers

STEPS, FEATURES = 12, 1
Model = Any


def stack(*own: Any, compiled: Any = "adam", loss: Any = "mse") -> Model:
    """A Sequential model of windows, compiled."""
    model = keras.Sequential([layers.Input((STEPS, FEATURES)), *own])
    model.compile(optimizer=compiled, loss=loss)
    return model


def lstm(units: int, **settings: Any) -> Any:
    """Shorter where several stand on one another."""
    return layers.LSTM(units, **settings)


def over(units: int, **settings: Any) -> Any:
    """One that gives a sequence."""
    return layers.LSTM(units, return_sequences=True, **settings)


def encoder_decoder() -> Model:
    """One that repeats what it has read."""
    return stack(lstm(8), layers.RepeatVector(3), over(8), layers.TimeDistributed(layers.Dense(1)), layers.Flatten())


def functional() -> Model:
    """A straight functional model."""
    given = layers.Input((STEPS, FEATURES))
    read = layers.Dropout(0.2)(layers.LSTM(8, return_sequences=True)(given))
    model = keras.Model(given, layers.Dense(1)(layers.LSTM(8)(read)))
    model.compile(optimizer="adam", loss="mse")
    return model


def two_branches() -> Model:
    """Two layers that read the same windows."""
    given = layers.Input((STEPS, FEATURES))
    both = layers.Concatenate()([layers.LSTM(6)(given), layers.GRU(6)(given)])
    model = keras.Model(given, layers.Dense(1)(both))
    model.compile(optimizer="adam", loss="mse")
    return model


def attention() -> Model:
    """A layer that attends to another's sequence."""
    given = layers.Input((STEPS, FEATURES))
    read = layers.LSTM(6, return_sequences=True)(given)
    attended = layers.MultiHeadAttention(2, 4)(read, read)
    model = keras.Model(given, layers.Dense(1)(layers.GlobalAveragePooling1D()(attended)))
    model.compile(optimizer="adam", loss="mse")
    return model


def residual() -> Model:
    """A sum of what stands before and behind a layer."""
    given = layers.Input((STEPS, FEATURES))
    first = layers.LSTM(6, return_sequences=True)(given)
    second = layers.Add()([first, layers.LSTM(6, return_sequences=True)(first)])
    model = keras.Model(given, layers.Dense(1)(layers.Flatten()(second)))
    model.compile(optimizer="adam", loss="mse")
    return model


def mean_of_squares(true: Any, found: Any) -> Any:
    """A loss of one's own."""
    return keras.ops.mean(keras.ops.square(true - found), axis=-1)


DROP, DENSE = layers.Dropout, layers.Dense
NETWORKS: dict[str, Callable[[], Model]] = {
    # Recurrent layers and one Dense.
    "lstm 50": lambda: stack(lstm(50), DENSE(1)),
    "lstm 4": lambda: stack(lstm(4), DENSE(1)),
    "two lstm": lambda: stack(over(32), lstm(16), DENSE(1)),
    "two lstm, relu": lambda: stack(over(16, activation="relu"), lstm(16, activation="relu"), DENSE(1)),
    "relu": lambda: stack(lstm(50, activation="relu"), DENSE(1)),
    "three lstm": lambda: stack(over(16), over(16), lstm(8), DENSE(1)),
    "gru": lambda: stack(layers.GRU(32), DENSE(1)),
    "two gru": lambda: stack(layers.GRU(16, return_sequences=True), layers.GRU(8), DENSE(1)),
    "simple rnn": lambda: stack(layers.SimpleRNN(16), DENSE(1)),
    "several steps": lambda: stack(lstm(20), DENSE(6)),
    "no bias, other gates": lambda: stack(lstm(8, use_bias=False, recurrent_activation="hard_sigmoid"), DENSE(1)),
    "sequence at the end": lambda: stack(over(8), layers.Flatten(), DENSE(1)),
    # With Dropout.
    "dropout": lambda: stack(lstm(50), DROP(0.2), DENSE(1)),
    "dropout between": lambda: stack(over(20), DROP(0.2), lstm(20), DROP(0.2), DENSE(1)),
    "dropout four times": lambda: stack(
        over(12), DROP(0.2), over(12), DROP(0.2), over(12), DROP(0.2), lstm(12), DROP(0.2), DENSE(1)
    ),
    "dropout, relu": lambda: stack(
        over(16, activation="relu"), DROP(0.3), lstm(16, activation="relu"), DROP(0.3), DENSE(1)
    ),
    "dropout, relu by layers": lambda: stack(over(10), layers.Activation("relu"), DROP(0.2), lstm(10), DENSE(1)),
    "dropout, gru": lambda: stack(
        layers.GRU(16, return_sequences=True), DROP(0.2), layers.GRU(16), DROP(0.2), DENSE(1)
    ),
    "dropout, simple rnn": lambda: stack(
        layers.SimpleRNN(12, return_sequences=True), DROP(0.2), layers.SimpleRNN(8), DENSE(1)
    ),
    "dropout half": lambda: stack(lstm(64), DROP(0.5), DENSE(1)),
    "dropout, several steps": lambda: stack(over(16), DROP(0.1), lstm(8), DROP(0.1), DENSE(4)),
    "dropout before": lambda: stack(DROP(0.1), lstm(16), DENSE(1)),
    "spatial dropout": lambda: stack(layers.SpatialDropout1D(0.2), lstm(16), DENSE(1)),
    "dropout, functional": functional,
    "dropout, encoder and decoder": lambda: stack(
        lstm(8),
        DROP(0.2),
        layers.RepeatVector(3),
        over(8),
        DROP(0.2),
        layers.TimeDistributed(DENSE(1)),
        layers.Flatten(),
    ),
    "dropout, linear at the end": lambda: stack(over(12), DROP(0.2), lstm(12), DENSE(1), layers.Activation("linear")),
    # With hidden Dense layers.
    "dense": lambda: stack(lstm(32), DENSE(16, "relu"), DENSE(1)),
    "the tutorial's": lambda: stack(over(50), DROP(0.2), lstm(50), DROP(0.2), DENSE(25, "relu"), DENSE(1)),
    "dense without activation": lambda: stack(over(50), lstm(50), DENSE(25), DENSE(1)),
    "dense twice": lambda: stack(lstm(16), DENSE(16, "relu"), DENSE(8, "relu"), DENSE(1)),
    "dense, dropout": lambda: stack(lstm(16), DENSE(16, "relu"), DROP(0.2), DENSE(1)),
    "dense, tanh": lambda: stack(lstm(16), DROP(0.2), DENSE(8, "tanh"), DENSE(1)),
    "dense, leaky": lambda: stack(lstm(16), DENSE(8), layers.LeakyReLU(), DENSE(1)),
    "dense, selu": lambda: stack(over(16), lstm(8), DENSE(8, "selu", kernel_initializer="lecun_normal"), DENSE(1)),
    "dense before": lambda: stack(layers.TimeDistributed(DENSE(4, "relu")), lstm(16), DENSE(1)),
    "dense, gru": lambda: stack(layers.GRU(24), DENSE(12, "relu"), DENSE(1)),
    # Other optimizers and losses.
    "rmsprop": lambda: stack(lstm(16), DROP(0.2), DENSE(1), compiled="rmsprop"),
    "rmsprop, clipped": lambda: stack(lstm(16), DENSE(1), compiled=optimizers.RMSprop(0.002, clipvalue=0.5)),
    "sgd": lambda: stack(over(8), lstm(8), DENSE(1), compiled=optimizers.SGD(0.01, momentum=0.9, nesterov=True)),
    "nadam": lambda: stack(lstm(16), DENSE(1), compiled=optimizers.Nadam(0.001)),
    "falling rate": lambda: stack(
        lstm(16), DENSE(1), compiled=optimizers.Adam(optimizers.schedules.ExponentialDecay(0.01, 1000, 0.9))
    ),
    "adam, clipped": lambda: stack(lstm(16, activation="relu"), DENSE(1), compiled=optimizers.Adam(clipnorm=1.0)),
    "mae": lambda: stack(lstm(16), DROP(0.2), DENSE(1), loss="mae"),
    "mae, dense": lambda: stack(over(16), DROP(0.2), lstm(16), DENSE(8, "relu"), DENSE(1), loss="mean_absolute_error"),
    "huber": lambda: stack(lstm(16), DENSE(1), loss=keras.losses.Huber()),
    "log cosh": lambda: stack(lstm(16), DROP(0.2), DENSE(1), loss="log_cosh"),
    "mape": lambda: stack(lstm(16), DENSE(1), loss="mape"),
    # Dropout inside the cell, both directions, output activations, penalties, convolution, normalisation.
    "dropout in the cell": lambda: stack(over(12, dropout=0.2, recurrent_dropout=0.2), lstm(12, dropout=0.2), DENSE(1)),
    "dropout in the cell, relu": lambda: stack(lstm(12, activation="relu", dropout=0.1), DENSE(1)),
    "recurrent dropout": lambda: stack(lstm(12, recurrent_dropout=0.1), DROP(0.2), DENSE(1)),
    "bidirectional": lambda: stack(layers.Bidirectional(lstm(16)), DENSE(1)),
    "bidirectional, relu": lambda: stack(layers.Bidirectional(lstm(16, activation="relu")), DENSE(1)),
    "bidirectional twice, dropout": lambda: stack(
        layers.Bidirectional(over(8)), DROP(0.2), layers.Bidirectional(lstm(8)), DROP(0.2), DENSE(8, "relu"), DENSE(1)
    ),
    "sigmoid at the end": lambda: stack(lstm(16), DROP(0.2), DENSE(1, "sigmoid")),
    "relu at the end": lambda: stack(over(12), lstm(12), DENSE(1, "relu")),
    "penalty": lambda: stack(lstm(12, kernel_regularizer=regularizers.l2(0.001)), DROP(0.2), DENSE(1)),
    "penalties": lambda: stack(
        lstm(12, recurrent_regularizer=regularizers.L1L2(0.001, 0.01)),
        DENSE(8, "relu", kernel_regularizer="l2"),
        DENSE(1),
    ),
    "convolution": lambda: stack(
        layers.Conv1D(8, 3, activation="relu"), layers.MaxPooling1D(2), lstm(12), DROP(0.2), DENSE(1)
    ),
    "convolution, causal": lambda: stack(
        layers.Conv1D(8, 3, padding="causal", activation="relu"), over(8), lstm(8), DENSE(8, "relu"), DENSE(1)
    ),
    "batch normalisation": lambda: stack(over(12), DROP(0.2), layers.BatchNormalization(), lstm(12), DENSE(1)),
    "layer normalisation": lambda: stack(over(12), layers.LayerNormalization(), lstm(12), DENSE(1)),
    "masked": lambda: stack(layers.Masking(0.0), over(8), lstm(8), DENSE(1)),
    "pooled": lambda: stack(over(12), layers.GlobalMaxPooling1D(), DENSE(8, "relu"), DENSE(1)),
    "encoder and decoder": encoder_decoder,
    # What Keras alone has.
    "several branches": two_branches,
    "attention": attention,
    "residual": residual,
    "noise": lambda: stack(layers.GaussianNoise(0.1), lstm(12), DENSE(1)),
    "stateful": lambda: _stateful(),
    "own loss": lambda: stack(lstm(12), DENSE(1), loss=mean_of_squares),
}
"""By what is particular about each."""


def _stateful() -> Model:
    given = layers.Input(batch_shape=(8, STEPS, FEATURES))
    model = keras.Model(given, DENSE(1)(layers.LSTM(12, stateful=True)(given)))
    model.compile(optimizer="adam", loss="mse")
    return model


def lacking() -> dict[str, str]:
    """What the fused engine lacks of each network, by name; empty where it has everything."""
    from tasks.build_network import compiled_of, config_of
    from tasks.numerics.networks.chain.handed_over import understood

    models = {name: build() for name, build in NETWORKS.items()}
    return {name: understood(config_of(model) or {}, compiled_of(model)).lacks for name, model in models.items()}


def main() -> int:
    """A line a network that Keras trains, and the share that the fused engine does."""
    found = lacking()
    for name, lacks in found.items():
        if lacks:
            print(f"{name}: Keras trains it, as the fused engine lacks {lacks}")
    fused = sum(not lacks for lacks in found.values())
    print(f"{fused} of {len(found)} networks are trained by the fused engine ({fused / len(found):.0%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())

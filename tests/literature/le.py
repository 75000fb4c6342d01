"""Le, Jaitly and Hinton (2015): a SimpleRNN with relu that starts as the identity learns what lies far apart, one with tanh doesn't."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import stats

from tasks.numerics.statistics.verdicts import EQUIVALENT, ERROR, word_for
from tests.literature.findings import Finding, outcome, share
from tests.literature.kept import kept

NETWORKS = {
    "SimpleRNN, tanh": ("simple_rnn", "tanh", "orthogonal"),
    "SimpleRNN, relu": ("simple_rnn", "relu", "orthogonal"),
    "SimpleRNN, relu, from the identity": ("simple_rnn", "relu", "identity"),
}
"""Cell, activation and how the recurrent weights begin."""
TANH, RELU, IDENTITY = NETWORKS
STEPS = (50, 100)
SOLVED = 0.05
"""Mean squared error below which the problem counts as solved."""
BASE = 1 / 6
"""That of whoever always says 1, the mean of the sum of two uniform numbers."""
DRAWN = 0.001
"""Standard deviation of the weights of the inputs that start with the identity, as in the paper."""
WINDOWS = {"train": 4000, "validation": 500, "test": 1000}
TRAINING = {
    "epochs": 20,
    "batch_size": 32,
    "learning_rate": 0.003,
    "learning_rates": 3,
    "clip_norm": 1.0,
    "patience": 0,
}
UNITS, SEEDS = 32, 8


def study(quick: bool = False) -> Finding:
    """The adding problem, by each network at each length."""
    lengths, seeds, found = measured(quick)
    solved = {name: [solving(one["errors"]) for one in all_lengths] for name, all_lengths in found.items()}
    words = {
        name: [word(one["errors"], tanh["errors"]) for one, tanh in zip(all_lengths, found[TANH], strict=True)]
        for name, all_lengths in found.items()
    }
    helped = [one == "helps" for one in words[IDENTITY]]
    return Finding(
        title="Can ReLU carry something far without gates?",
        source="Le, Jaitly and Hinton (2015), *A Simple Way to Initialize Recurrent Networks of Rectified Linear Units*.",
        claim=(
            "The paper says that a recurrent layer without gates learns to add two numbers that lie far apart, if it has ReLU and starts "
            "by handing on what it holds (recurrent weights from the identity), where one with tanh does not."
        ),
        outcome=outcome(all(helped) and solved[IDENTITY][-1] > seeds / 2, any(helped)),
        because=" ".join(
            f"Over {steps} time steps {share(solved[IDENTITY][at], seeds)} such networks solve it, {share(solved[TANH][at], seeds)} with tanh, and "
            f"{share(solved[RELU][at], seeds)} with ReLU that start as Keras has it."
            for at, steps in enumerate(lengths)
        ),
        columns=("network", "time steps", "solved", "median error", "verdict"),
        rows=[
            (name, str(steps), *cells(one["errors"], said))
            for name in found
            for steps, one, said in zip(lengths, found[name], words[name], strict=True)
        ],
        notes=(
            f"Solved: a mean squared error below {SOLVED} on sums that were not trained on. Always saying 1 has {BASE:.3f}. "
            "The verdict is on the error, against tanh, over paired seeds.",
        ),
        how=(
            f"{UNITS} units, {WINDOWS['train']:,} sequences of a number from 0 to 1 and a mark, two of them marked; {SEEDS} seeds, Adam, gradients clipped at norm 1, "
            f"{TRAINING['learning_rates']} learning rates, the best on validation loss, {TRAINING['epochs']} epochs."
        ),
    )


def measured(quick: bool) -> tuple[tuple[int, ...], int, dict[str, list[dict]]]:
    """The lengths, the number of seeds, and of each network what it was measured to miss at every length."""
    lengths, seeds, training = (STEPS, SEEDS, TRAINING)
    if quick:
        lengths, seeds, training = (4,), 2, TRAINING | {"epochs": 1, "learning_rates": 1}
    shared = {"training": training, "seeds": seeds, "windows": WINDOWS, "units": UNITS}
    found = {
        name: [kept(add, kind=list(kind), steps=steps, **shared) for steps in lengths]
        for name, kind in NETWORKS.items()
    }
    return lengths, seeds, found


def solving(errors: list[float]) -> int:
    """How many seeds solve it."""
    return int((np.array(errors) < SOLVED).sum())


def cells(errors: list[float], said: str) -> tuple[str, str, str]:
    """How many of the seeds solve it, their median error, and the verdict with how many diverged."""
    finite = np.isfinite(errors)
    middle = f"{np.median(np.array(errors)[finite]):.3g}" if finite.any() else "—"
    return (
        share(solving(errors), len(errors)),
        middle,
        said + ("" if finite.all() else f" ({(~finite).sum()} diverged)"),
    )


def word(errors: list[float], reference: list[float]) -> str:
    """The verdict on errors (S,) against a reference's, paired by seed, over retraining; none of the reference itself."""
    pairs = np.subtract(errors, reference)
    pairs = pairs[np.isfinite(pairs)]
    if errors is reference or len(pairs) < 2:
        return ""
    margin = stats.t.ppf(1 - ERROR / 2, len(pairs) - 1) * stats.sem(pairs)
    region = EQUIVALENT * float(np.nanmean(reference))
    return word_for(pairs.mean() - margin, pairs.mean() + margin, float(stats.ttest_1samp(pairs, 0).pvalue), region)


def adding(number: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Sequences (N, T, 2) of values and marks, one mark in either half, and the sums (N, 1) of the marked values."""
    random = np.random.default_rng(steps)
    values, marks = random.uniform(size=(number, steps)), np.zeros((number, steps))
    half = steps // 2
    places = np.stack([random.integers(0, half, number), random.integers(half, steps, number)], axis=1)
    np.put_along_axis(marks, places, 1.0, axis=1)
    sums = np.take_along_axis(values, places, axis=1).sum(axis=1, keepdims=True)
    return np.stack([values, marks], axis=2).astype(np.float32), sums.astype(np.float32)


def add(kind: list[str], steps: int, training: dict, seeds: int, windows: dict, units: int) -> dict:
    """Mean squared errors on the test sequences, one a seed, at the learning rate that is best on the validation sequences."""
    from flows.environment import COMPILED
    from tasks.numerics.networks.engine.training import TrainingData, train
    from tasks.numerics.networks.tuning import chosen
    from tasks.numerics.training_settings import TrainingSpec

    inputs, sums = adding(sum(windows.values()), steps)
    seen, watched = windows["train"], windows["train"] + windows["validation"]
    data = TrainingData(inputs[:seen], sums[:seen], inputs[seen:watched], sums[seen:watched], inputs[watched:])
    architecture, spec = network(*kind, steps=steps, units=units), TrainingSpec(**training)
    cores = os.cpu_count() or 1
    shares = [tuple(map(int, part)) for part in np.array_split(np.arange(seeds), cores) if len(part)]
    with ThreadPoolExecutor(cores) as pool:
        blocks = list(pool.map(lambda share: train(architecture, spec, data, share, programs=COMPILED), shares))
    # (C, S): of a block every seed at the first candidate, then every seed at the next.
    loss = np.concatenate([one.validation_loss[:, -1].reshape(-1, len(one.seeds)) for one in blocks], axis=1)
    forecasts = [one.forecasts.reshape(len(one.candidates), len(one.seeds), -1) for one in blocks]
    best = int(chosen(loss))
    errors = np.mean((np.concatenate(forecasts, axis=1)[best] - sums[watched:, 0]) ** 2, axis=1, dtype=np.float64)
    return {"errors": np.where(np.isfinite(errors), errors, np.nan).tolist(), "rate": blocks[0].candidates[best].name}


def network(cell: str, activation: str, recurrent: str, steps: int, units: int):
    """The architecture: Keras' own layer, or one that is handed over where its recurrent weights start as the identity."""
    from tasks.numerics.networks.architectures import Architecture
    from tasks.numerics.networks.variants import STOCK, YOURS, Variant
    from tasks.numerics.settings import NetworkSpec

    if recurrent != "identity":
        variant = STOCK if activation == "tanh" else Variant("cell", activation)
        return Architecture(NetworkSpec((units,), cell=cell), variant, 2, steps=steps)
    import keras

    from tasks.numerics.networks.chain.handed_over import understood

    layer = keras.layers.SimpleRNN(
        units,
        activation,
        recurrent_initializer="identity",
        kernel_initializer=keras.initializers.RandomNormal(0.0, DRAWN),
    )
    model = keras.Sequential([keras.layers.Input((steps, 2)), layer, keras.layers.Dense(1)])
    handed_over = understood(json.loads(model.to_json())).network
    return Architecture(NetworkSpec((units,), network=handed_over), YOURS, 2, steps=steps)

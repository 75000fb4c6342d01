"""Labelled windows as networks are trained and tested on them: scaled, padded where lengths differ, with one-hot targets."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.layers import Activation, Dense
from tasks.numerics.networks.chain.stacks import Chain, chain_of, shapes
from tasks.numerics.problems.classification.limits import LOSS_OF
from tasks.numerics.problems.classification.splits import parts_of_samples
from tasks.numerics.series.samples import Samples
from tasks.numerics.series.scaling import Scaler
from tasks.numerics.series.series import Series
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.split import Split

MASK: Final = -1e3
"""What stands in time steps that a window has not: no scaled value comes near it."""


@dataclass(frozen=True)
class ClassWindows:
    """Windows (N, T, F), scaled, float32: training, validation and test."""

    inputs: NDArray[np.float32]
    targets: NDArray[np.float32]
    """One-hot (N, K), or (N, 1), 1 for the second class, of a network with a single output."""
    split: Split
    classes: tuple[str, ...]
    features: tuple[str, ...]
    scalers: tuple[Scaler, ...]
    samples: NDArray[np.int64]
    """The number of each window's sample in the file (N,)."""
    groups: NDArray[np.int64]
    """What each window belongs to (N,), by its number."""
    grouped: bool
    in_time: bool
    """Whether the test samples follow one another in time, so that neighbours may be alike."""

    @property
    def outputs(self) -> int:
        """Numbers that the head gives (O): one a class, or a single one of two classes."""
        return int(self.targets.shape[1])

    @property
    def first_rows(self) -> NDArray[np.int64]:
        """Rows of a series at which test windows begin: samples are cut from none."""
        return np.empty(0, np.int64)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The class of each window (N,)."""
        if self.outputs == 1:
            return self.targets[:, 0].astype(np.int64)
        return np.asarray(self.targets.argmax(axis=1), np.int64)

    @property
    def tested(self) -> slice:
        """Which windows are tested."""
        return slice(self.split.train + self.split.validation, None)

    def to_units(self, forecasts: NDArray[np.float32]) -> NDArray[np.float64]:
        """What networks give of the test windows (R, N_test, O): probabilities have no other unit."""
        return forecasts.astype(np.float64)

    def identity(self) -> tuple[Any, ...]:
        """Everything that decides what training gives, beside the network and its training."""
        return (self.inputs, self.targets)


def make_class_windows(series: Series, spec: WindowSpec, network: NetworkSpec) -> ClassWindows:
    """Samples in their parts, scaled by the training part alone.

    Raises InputError where they are of several lengths and no layer masks what is padded, where a part would be empty, or where the
    network has not an output a class.
    """
    if not isinstance(series, Samples):
        raise InputError("--problem classification without --samples: expected labelled windows. Pass --samples FILE.")
    steps, K = int(series.lengths.max()), len(series.classes)
    chain = chain_of(network, one_output(network, K), steps)
    check_lengths(series, chain)
    outputs = outputs_of(chain, (steps, len(series.features)), K)
    order, split = parts_of_samples(series, spec)
    training = np.concatenate([series.windows[number] for number in order[: split.train]])
    scalers = tuple(
        Scaler.fit(column, spec.scaling, name) for name, column in zip(series.features, training.T, strict=True)
    )
    shift, scale = (np.array([getattr(one, name) for one in scalers]) for name in ("shift", "scale"))
    scaled = padded(tuple((series.windows[number] - shift) / scale for number in order), steps)
    labels = series.labels[order]
    targets = labels[:, None] if outputs == 1 else np.eye(K)[labels]
    return ClassWindows(
        scaled,
        targets.astype(np.float32),
        split,
        series.classes,
        series.features,
        scalers,
        order,
        series.groups[order],
        series.grouped,
        spec.sample_split == "time",
    )


def padded(windows: tuple[NDArray[np.float64], ...], steps: int) -> NDArray[np.float32]:
    """Windows of so many time steps (N, T, F): what is missing stands at the end, and is `MASK`, as Keras' `pad_sequences` with `post` has it."""
    found = np.full((len(windows), steps, windows[0].shape[1]), MASK, np.float32)
    for place, window in zip(found, windows, strict=True):
        place[: len(window)] = window
    return found


def check_lengths(samples: Samples, chain: Chain) -> None:
    """Raises InputError where windows are of several lengths and the network does not begin with a layer that masks."""
    lengths = samples.lengths
    if lengths.min() == lengths.max() or chain[0].keras_name == "Masking":
        return
    short = int(lengths.argmin())
    raise InputError(
        f"--samples {samples.source}: windows of different lengths, {lengths.min()} (sample number {short + 1}) to {lengths.max()} time steps, "
        "and no layer of the network masks what would be padded. Expected windows of one length: cut or resample them, or leave short ones out."
    )


def one_output(network: NetworkSpec, classes: int) -> int:
    """How many numbers the head gives: of two classes behind a sigmoid a single one."""
    return 1 if classes == 2 and network.output_activation == "sigmoid" else classes


def outputs_of(chain: Chain, window: tuple[int, int], classes: int) -> int:
    """Numbers that the network gives; raises InputError where these are no probabilities of the classes."""
    last, shape = chain[-1], shapes(chain, *window)[-1]
    activation = last.activation if isinstance(last, Dense | Activation) else ""
    if activation not in LOSS_OF or shape.steps is not None:
        raise InputError(
            f"--network ends with {last.shown()}{' at every time step' if shape.steps is not None else ''}: expected probabilities of the "
            f"classes, a Dense({classes}, softmax) after the last time step."
        )
    if shape.units != classes and not (shape.units == 1 and classes == 2 and activation == "sigmoid"):
        single = ", or Dense(1, sigmoid)" if classes == 2 else ""
        raise InputError(
            f"--network gives {shape.units} numbers, and there are {classes} classes. Expected Dense({classes}, softmax){single}."
        )
    return shape.units

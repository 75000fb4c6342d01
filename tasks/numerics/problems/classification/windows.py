"""Labelled windows as networks are trained and tested on them: scaled, padded where lengths differ, with one-hot targets."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.masked_networks import MaskedNetwork
from tasks.numerics.networks.forms import form_of
from tasks.numerics.problems.classification.outputs import one_output, outputs_of
from tasks.numerics.problems.classification.padding import free_value, masked_steps, own_mask, padded
from tasks.numerics.problems.classification.splits import parts_of_samples
from tasks.numerics.series.samples import Samples
from tasks.numerics.series.scaling import Scaler, in_single_precision
from tasks.numerics.series.series import Series
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.numerics.split import Split


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
    lengths: NDArray[np.int64]
    """True time steps of each window (N,); what stands after them is padding."""
    network: NetworkSpec
    """What is trained: the network that was asked for, behind a Masking layer where windows are padded and it has none in front."""
    mask_value: float
    """What is padded with, of windows of several lengths."""
    warnings: tuple[str, ...] = ()

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
    def is_padded(self) -> bool:
        """Whether windows are of several lengths."""
        return bool(self.lengths.min() < self.inputs.shape[1])

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
    """Samples in their parts, scaled by the true time steps of the training part alone, padded at their end where lengths differ.

    Raises InputError where a part would be empty, or where the network has not an output a class.
    """
    if not isinstance(series, Samples):
        raise InputError("--problem classification without --samples: expected labelled windows. Pass --samples FILE.")
    steps, K = int(series.lengths.max()), len(series.classes)
    form = form_of(network, one_output(network, K), steps)
    outputs = outputs_of(form, (steps, len(series.features)), K)
    order, split = parts_of_samples(series, spec)
    training = np.concatenate([series.windows[number] for number in order[: split.train]])
    scalers = tuple(
        Scaler.fit(column, spec.scaling, name) for name, column in zip(series.features, training.T, strict=True)
    )
    shift, scale = (np.array([getattr(one, name) for one in scalers]) for name in ("shift", "scale"))
    every = np.concatenate([series.windows[number] for number in order])
    scaled = tuple(np.split(in_single_precision((every - shift) / scale), np.cumsum(series.lengths[order])[:-1]))
    own, differ, warnings = own_mask(form), series.lengths.min() < steps, tuple[str, ...]()
    value = free_value(scaled) if own is None else own
    if differ and own is None:
        network = MaskedNetwork.of(network, value)
    elif own is not None and (hidden := masked_steps(scaled, own)):
        warnings = (
            f"The network's own Masking layer takes {hidden} true time steps for padding: once scaled they are {own:g} in every feature",
        )
    labels = series.labels[order]
    targets = labels[:, None] if outputs == 1 else np.eye(K)[labels]
    return ClassWindows(
        inputs=padded(scaled, steps, value),
        targets=targets.astype(np.float32),
        split=split,
        classes=series.classes,
        features=series.features,
        scalers=scalers,
        samples=order,
        groups=series.groups[order],
        grouped=series.grouped,
        in_time=spec.sample_split == "time",
        lengths=series.lengths[order],
        network=network,
        mask_value=value,
        warnings=warnings,
    )

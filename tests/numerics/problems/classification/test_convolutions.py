"""Random convolutions: each response is that of the slow loop, and what flattened windows hide is told by them."""

from dataclasses import replace

import numpy as np
import pytest
from test_class_windows import NETWORK

from tasks.numerics.problems.classification.baselines import convolutions, logistic
from tasks.numerics.problems.classification.convolutions import convolved, drawn_kernels, response
from tasks.numerics.problems.classification.windows import make_class_windows
from tasks.numerics.series.samples import ReadSamples, samples_of
from tasks.numerics.settings import WindowSpec


def slowly(window, kernel):
    """The convolution of one window (T, F), place by place."""
    reach = (len(kernel.weights) - 1) * kernel.dilation
    if kernel.padded:
        nothing = np.zeros((reach, window.shape[1]))
        window = np.concatenate([nothing[: reach // 2], window, nothing[reach // 2 :]])
    return [
        kernel.bias + sum((window[p + tap * kernel.dilation] * row).sum() for tap, row in enumerate(kernel.weights))
        for p in range(len(window) - reach)
    ]


@pytest.mark.parametrize("steps", [1, 5, 40])
def test_a_response_is_that_of_the_slow_loop(steps):
    windows = np.random.default_rng(1).normal(size=(3, steps, 4))
    kernels = drawn_kernels(steps, 4, 60)
    assert {kernel.padded for kernel in kernels} == ({True, False} if steps == 40 else {True})
    assert steps < 40 or {kernel.dilation for kernel in kernels} >= {1, 2}
    for kernel in kernels:
        np.testing.assert_allclose(response(windows, kernel), [slowly(one, kernel) for one in windows], atol=1e-9)
        np.testing.assert_allclose(kernel.weights.sum(axis=0), 0, atol=1e-9)


def test_features_are_always_the_same_and_what_is_known_alone_standardises_them():
    windows = np.random.default_rng(2).normal(size=(30, 12, 2))
    found = convolved(windows, slice(20))
    np.testing.assert_array_equal(found, convolved(windows, slice(20)))
    assert found.shape == (30, 1000)
    np.testing.assert_allclose(found[:20].mean(axis=0), 0, atol=1e-9)
    other = windows.copy()
    other[25] = 100
    np.testing.assert_array_equal(convolved(other, slice(20))[:25], found[:25])


def bumps(count=160):
    """A bump, or its mirror image in time, wherever it stands: each time step alone says nothing."""
    random = np.random.default_rng(3)
    labels = random.permutation(np.repeat(["falls", "rises"], count // 2))
    windows = 0.2 * random.normal(size=(count, 40, 1))
    for window, label in zip(windows, labels, strict=True):
        place, bump = random.integers(30), np.linspace(0, 3, 9)
        window[place : place + 9, 0] += bump if label == "rises" else bump[::-1]
    ids = tuple(map(str, range(count)))
    return ReadSamples("bumps", "bumps.npz", tuple(windows), tuple(labels), ("x",), ids)


@pytest.mark.slow
def test_what_moves_in_time_is_told_by_convolutions_alone():
    windows = make_class_windows(samples_of(bumps()), WindowSpec(test=0.2), NETWORK)
    right = {
        one.__name__: float((one(windows).argmax(axis=1) == windows.labels[windows.tested]).mean())
        for one in (convolutions, logistic)
    }
    assert right["convolutions"] > 0.9 > right["logistic"] + 0.1
    np.testing.assert_allclose(convolutions(windows).sum(axis=1), 1, atol=1e-6)
    # What stands in the padding is no matter.
    cut = replace(bumps(), windows=tuple(one[: 30 + number % 11] for number, one in enumerate(bumps().windows)))
    short = make_class_windows(samples_of(cut), WindowSpec(test=0.2), NETWORK)
    further = replace(short, inputs=np.where(short.inputs == short.mask_value, np.float32(7e4), short.inputs))
    np.testing.assert_array_equal(convolutions(short), convolutions(further))

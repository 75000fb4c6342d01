"""What can't be classified, told before anything heavy is imported."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.class_weights import class_weights
from tasks.numerics.networks.training_words import HEADS
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

if TYPE_CHECKING:
    from tasks.numerics.networks.chain.handed_over import HandedOver
    from tasks.numerics.series.samples import ReadSamples


TAKES_SAMPLES: Final = True
"""Labelled windows, and no series."""
LOSS_OF: Final = {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}
"""The loss of a head, unless another is named."""


def usual(given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of this problem that go before the general ones, where they are not given."""
    found: dict[str, Any] = {"metric": "accuracy"}
    if not given.get("network"):
        found["output_activation"] = "softmax"
    head = str(given.get("output_activation", "softmax"))
    return found | {"loss": LOSS_OF.get(head, LOSS_OF["softmax"])}


def check(series: int, network: NetworkSpec) -> None:
    """Raises InputError where the head gives no probabilities."""
    if not network.network and network.output_activation not in LOSS_OF:
        raise InputError(
            f"--output-activation {network.output_activation} with --problem classification: a network that tells classes gives "
            "probabilities. Expected softmax, or sigmoid."
        )


def check_settings(
    windows: WindowSpec, network: NetworkSpec, training: TrainingSpec, comparison: ComparisonSpec
) -> None:
    """Raises InputError on settings that only a forecaster has, and on a loss that is none of classes."""
    check(1, network)
    wrong = {
        f"--layout {windows.layout}": windows.layout != "steps",
        f"--horizon {windows.horizon}": windows.horizon > 1 and not network.network,
        f"--origins {windows.origins}": windows.origins > 1,
        f"--transform {windows.transform}": windows.transform != "none",
        "--placements output": "output" in comparison.placements,
    }
    if found := [flag for flag, given in wrong.items() if given]:
        raise InputError(
            f"{' and '.join(found)} with --problem classification: windows are taken whole, as the file has them, and what the head "
            "gives are probabilities. Leave it out."
        )
    if training.loss not in HEADS:
        raise InputError(
            f"--loss {training.loss} with --problem classification: expected one of {', '.join(HEADS)}; "
            "binary_crossentropy with --output-activation sigmoid."
        )
    if not network.network and HEADS[training.loss] != network.output_activation:
        raise InputError(
            f"--loss {training.loss} with --output-activation {network.output_activation}: it is the loss of {HEADS[training.loss]}. "
            f"Expected --loss {LOSS_OF[network.output_activation]}, or --output-activation {HEADS[training.loss]}."
        )
    class_weights(training.class_weight)


def fitting(given: Mapping[str, Any], found: "HandedOver", samples: "ReadSamples | None") -> "HandedOver":
    """The network without settings of windows, which the samples say, and with the loss that is made for its last layer where it has none.

    Raises InputError where it reads or gives what the samples are not.
    """
    assert samples, "a classifier has samples"
    K, shape = samples.classes, (samples.steps, len(samples.features))
    read = (found.windows.get("lookback"), found.features)
    if any(own not in (None, there) for own, there in zip(read, shape, strict=True)):
        raise InputError(
            f"--network: the network reads windows of shape {read}, and those of the samples are {shape}: time steps and features. Expected a "
            "build() that takes input_shape, or an Input of that shape."
        )
    outputs, single = found.windows.get("horizon"), K == 2 and found.activation in ("sigmoid", "")
    if outputs != K and not (outputs == 1 and single):
        what = f"{outputs} number{'s' * (outputs != 1)}" if outputs else "an output at every time step"
        raise InputError(
            f"--network: the network gives {what}, and there are {K} classes. Expected Dense({K}, softmax) at its end"
            f"{', or Dense(1, sigmoid)' * (K == 2)}: a build() with the parameter classes is called with {K}."
        )
    usual = (
        LOSS_OF["sigmoid" if outputs == 1 else found.activation or "softmax"]
        if found.activation in ("", *LOSS_OF)
        else ""
    )
    training = {**({"loss": usual} if usual else {}), **found.training}
    loss = given.get("loss", training.get("loss"))
    if outputs == 1 and loss in HEADS and HEADS[loss] != "sigmoid":
        raise InputError(
            f"--network: the network gives a single number of two classes, and its loss is {loss}, which takes one a class. Expected "
            "binary_crossentropy, or Dense(2, softmax) at its end."
        )
    return replace(found, training=training, windows={})

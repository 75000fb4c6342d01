"""What can't be classified, told before anything heavy is imported."""

from collections.abc import Mapping
from typing import Any, Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.class_weights import class_weights
from tasks.numerics.networks.training_words import HEADS
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

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

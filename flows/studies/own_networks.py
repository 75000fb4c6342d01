"""A network that is handed over beside other settings: what it was compiled with, and its shapes, are settings too; flags go before them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.configs import parsed
from tasks.numerics.networks.outlines import outline_of, with_outline
from tasks.numerics.problems import fitting_network
from tasks.numerics.settings import Head, WindowSpec
from tasks.numerics.training_settings import TrainingSpec

if TYPE_CHECKING:
    from tasks.numerics.networks.chain.handed_over import HandedOver
    from tasks.numerics.series.samples import ReadSamples

OF_LAYERS = (
    "layers",
    "cell",
    "head",
    "initialisation",
    "bidirectional",
    "dropout",
    "input_dropout",
    "recurrent_dropout",
    "dense",
    "dense_activation",
    "output_activation",
    "l1",
    "l2",
)
"""Settings that say what a network is, which a network that is handed over says itself."""


def with_own_network(
    given: dict[str, Any], head: Head, samples: "ReadSamples | None" = None
) -> tuple[dict[str, Any], list[str]]:
    """Settings by name with the network read, and sentences on what was taken from it and what goes before it.

    A classifier is held against its `samples`. Raises InputError where it can't be read, or contradicts a setting.
    """
    if not given.get("network"):
        return given, []
    if beside := [name for name in OF_LAYERS if name in given]:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in beside)
        raise InputError(
            f"--network beside {flags}: a network that is handed over says its layers itself. Leave {flags} out, or --network."
        )
    from tasks.build_network import of_model, read_network
    from tasks.numerics.networks.python_files import Wanted

    usual = WindowSpec()
    if samples is None:
        steps = given.get("lookback", usual.lookback) if given.get("layout", usual.layout) == "steps" else 1
        asked = given.keys() & {"lookback", "horizon"}
        wanted = Wanted.of(steps, 1, given.get("horizon", usual.horizon), asked)
    else:
        wanted = Wanted.of(samples.steps, len(samples.features), samples.classes, ("lookback", "horizon"))
    in_memory = hasattr(given["network"], "to_json")
    found = of_model(given["network"], wanted) if in_memory else read_network(str(given["network"]), wanted)
    return merged(given, fitting_network(head, given, found, samples))


def with_given_training(network: str, given: Mapping[str, Any]) -> tuple[str, list[str]]:
    """A network's JSON without what of its own optimizer and loss flags go before, and what is to be said of the rest."""
    source = parsed(network)
    outline = outline_of(source)
    if outline is None:
        return network, []
    if "loss" in given:
        outline = replace(outline, own_loss="")
    if "learning_rate" in given or "optimizer" in given:
        outline = replace(outline, own_schedule="")
    if "optimizer" in given:
        outline = replace(outline, own_optimizer="")
    kept = [own for own in (outline.own_optimizer, outline.own_loss) if own]
    said = [f"As in the network's own compile(): {' and '.join(kept)}."] if kept else []
    if outline.own_schedule:
        said.append(f"Learning rates are multiples of the network's own schedule, {outline.own_schedule}.")
    return with_outline(source, outline), said


def merged(given: dict[str, Any], found: "HandedOver") -> tuple[dict[str, Any], list[str]]:
    """The given settings with those of the network below them, and what is to be said of it."""
    said, training, windows = list[str](), found.training, found.windows
    for name, value in windows.items():
        if name in given and given[name] != value and (name != "lookback" or given.get("layout", "steps") == "steps"):
            what = "reads windows of" if name == "lookback" else "forecasts"
            raise InputError(
                f"--{name} {given[name]}: the network that is handed over {what} {value} periods. Leave --{name} out, or hand over a network of "
                f"that size: a build() with the parameter {'input_shape' if name == 'lookback' else 'outputs'} is called with it."
            )
    usual = TrainingSpec()
    for name, value in training.items():
        if name in given and given[name] != value:
            said.append(f"--{name.replace('_', '-')} {given[name]} goes before the network's own {value}.")
    taken = {name: value for name, value in {**windows, **training}.items() if name not in given}
    told = [f"{name.replace('_', ' ')} {value}" for name, value in taken.items() if value != getattr(usual, name, None)]
    if told:
        said.append(f"Taken from the network: {', '.join(told)}.")
    network = found.network
    if found.lacks:
        network, of_compiling = with_given_training(network, given)
        said += of_compiling
        if "placements" not in given:
            taken["placements"] = ("cell",)
            said.append(
                f"Compared in the cell alone: the fused engine does not have {found.lacks}, and Keras, that trains the network, puts no layer between its own."
            )
    return {**taken, **given, "network": network}, said

"""Build: a user's own Keras network, from a Python file, a saved model or a model in memory."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.compiled import LOGITS, settings_and_own
from tasks.numerics.networks.chain.configs import parsed
from tasks.numerics.networks.chain.handed_over import HandedOver, read_config_file, understood
from tasks.numerics.networks.outlines import OUTLINE, with_outline
from tasks.numerics.networks.python_files import Wanted, called, digest_of, function_of
from tasks.numerics.networks.training_words import HEADS

BUILD = "build"
"""The function of a Python file that is called unless another is named."""


def read_network(address: str, wanted: Wanted) -> HandedOver:
    """The network at an address: FILE.py, FILE.py:NAME, a `.keras` file, one of `to_json()`, or such JSON itself.

    Raises InputError on what is none.
    """
    if address.lstrip().startswith("{"):
        config = parsed(address)
        if "python" in config:
            return _built(Path(config["python"]), str(config["function"]), wanted)
        return _of_config(config, wanted)
    file, name = split_address(address)
    if file.suffix != ".py":
        return _of_config(read_config_file(file), wanted)
    return _built(file, name, wanted)


def split_address(address: str) -> tuple[Path, str]:
    """File and function of FILE.py:NAME."""
    file, colon, name = address.rpartition(":")
    if colon and file.endswith(".py"):
        return Path(file).expanduser(), name
    return Path(address).expanduser(), BUILD


def file_of(address: str) -> Path | None:
    """The file that is read, and run where it is one of Python, for a network; None where it is JSON alone."""
    if not address.lstrip().startswith("{"):
        return split_address(address)[0]
    python = parsed(address).get("python")
    return Path(str(python)) if python else None


def of_model(model: Any, wanted: Wanted) -> HandedOver:
    """What a `keras.Model` in memory is."""
    config = config_of(model)
    if config is None:
        raise InputError(
            f"network={type(model).__name__}: Keras can't write it as a config. Expected layers with get_config(), or the path of a Python "
            "file with build()."
        )
    return _of_config({**config, "compile_config": compiled_of(model)}, wanted)


def _of_config(config: Mapping[str, Any], wanted: Wanted) -> HandedOver:
    """What a config says; where the fused engine lacks something of it, Keras builds it, to see whether it can be."""
    config = {name: value for name, value in config.items() if name != OUTLINE}
    if not (found := understood(config)).lacks:
        return found
    from tasks.numerics.networks.keras_engine.own_models import model_of_config, renumbered

    config = renumbered(config)
    lacks = understood(config).lacks
    return _by_keras(config, model_of_config(config), config.get("compile_config"), wanted, lacks)


def _by_keras(
    source: Mapping[str, Any], model: Any, compiled: Mapping[str, Any] | None, wanted: Wanted, lacks: str
) -> HandedOver:
    """What a built network is that Keras itself has to train."""
    from tasks.numerics.networks.keras_engine.own_models import outline_of_model, windows_of

    training, own = settings_and_own(compiled)
    windows = windows_of(model, *wanted.values["input_shape"])
    outline = outline_of_model(model, lacks, own, windows["horizon"])
    if training.pop(LOGITS, False) and outline.dense and outline.layers[-1].activation == "linear":
        outline = replace(outline, logits=HEADS[training["loss"]])
    last = outline.logits or outline.layers[-1].activation
    features = (*(getattr(model, "input_shape", None) or ()), None, None, None)[2]
    return HandedOver(with_outline(source, outline), training, windows, features, None, last, lacks)


def _built(file: Path, name: str, wanted: Wanted) -> HandedOver:
    from tasks.numerics.networks.keras_engine.own_models import renumbered

    function = function_of(file, name)
    model, again = (called(file, function, name, wanted) for _ in range(2))
    config, other = config_of(model), config_of(again)
    if _shapes(model) != _shapes(again) or _without_names(config) != _without_names(other):
        raise InputError(
            f"--network {file}: {name}() returned another network when it was called again ({_shapes(model)} and then {_shapes(again)}). "
            "Expected the same one every time: only initial weights may be drawn at random."
        )
    lacks = f"the class {type(model).__name__}, which Keras can't write as a config"
    if config is not None:
        found = understood(config, compiled_of(model))
        if not found.lacks:
            return found
        lacks = understood(renumbered(config), compiled_of(model)).lacks
    source = {"python": str(file.resolve()), "function": name, "sha256": digest_of(file)}
    return _by_keras(source, model, compiled_of(model), wanted, lacks)


def config_of(model: Any) -> dict[str, Any] | None:
    """A model's config as JSON has it; None where a layer of its own has none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a lambda among the losses: nothing of it is run
            found: dict[str, Any] = json.loads(model.to_json())
    except (OSError, TypeError, ValueError, NotImplementedError):
        return None
    return found


def compiled_of(model: Any) -> Mapping[str, Any] | None:
    """What a model was compiled with, the numbers of its loss too, which Keras does not write; None where it was not compiled."""
    if not model.compiled:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found: dict[str, Any] = dict(model.get_compile_config())
    except (
        OSError,
        TypeError,
        ValueError,
        NotImplementedError,
    ):  # a function without a source, such as one typed at a prompt
        name = getattr(model.loss, "__name__", type(model.loss).__name__)
        return {"loss": {"class_name": "function", "config": name}}
    numbers = getattr(model.loss, "_fn_kwargs", {})
    if numbers and isinstance(found.get("loss"), Mapping):
        found["loss"] = {**found["loss"], "config": {**found["loss"]["config"], **numbers}}
    return found


def _shapes(model: Any) -> str:
    inputs, outputs = getattr(model, "input_shape", None), getattr(model, "output_shape", None)
    return f"{inputs} to {outputs}"


def _without_names(config: Any) -> Any:
    """A config without what Keras numbers anew each time."""
    if isinstance(config, Mapping):
        left_out = ("name", "keras_history", "seed", "input_layers", "output_layers", "compile_config")
        return {key: _without_names(value) for key, value in config.items() if key not in left_out}
    return [_without_names(value) for value in config] if isinstance(config, list) else config

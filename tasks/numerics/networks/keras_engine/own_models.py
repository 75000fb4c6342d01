"""A user's network as a `keras.Model`: built anew from its JSON, walked, and its activations exchanged."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.configs import parsed
from tasks.numerics.networks.engine.activations import activation_function
from tasks.numerics.networks.outlines import OUTLINE, Outline, OutlinedLayer
from tasks.numerics.networks.python_files import Wanted, build_again

CODE = ("Lambda", "__lambda__")
"""Classes of saved configs that hold code."""
HAND_OVER = "Hand over a Python file with build() instead: --network FILE.py."


def own_model(network: str, steps: int, features: int, outputs: int) -> Any:
    """A new `keras.Model` of a network's JSON, for windows (T, F) and so many outputs, its weights drawn by Keras.

    Raises InputError where it can't be built.
    """
    source = parsed(network)
    if "python" in source:
        return build_again(source, Wanted.of(steps, features, outputs, ("lookback", "horizon")))
    return model_of_config(source)


def model_of_config(config: Mapping[str, Any]) -> Any:
    """The model that a saved config says, compiled where it says so; no code of it is run.

    Raises InputError where there is code in it, or classes that are not Keras' own.
    """
    import keras

    # Keras empties what it is given.
    config = copy.deepcopy({name: value for name, value in config.items() if name != OUTLINE and value is not None})
    for found in _objects(config):
        if found.get("class_name") in CODE:
            raise InputError(
                f"--network: the saved network has a {found['class_name'].strip('_').capitalize()} layer or function, which is code: code in "
                f"a saved file is never run. {HAND_OVER}"
            )
        module = found.get("module")
        own = module is not None and not (str(module) == "builtins" or str(module).split(".")[0] == "keras")
        if own or ">" in str(found.get("registered_name") or ""):
            raise InputError(
                f"--network: {found.get('class_name')} ({module or found.get('registered_name')}) is a class or function of your own, whose "
                f"code is not in the network's config. {HAND_OVER}"
            )
    try:
        with keras.utils.CustomObjectScope({}):
            return keras.saving.deserialize_keras_object(config, safe_mode=True)
    except Exception as error:  # whatever a config's layers raise
        words = " ".join(str(error).split())[:300]
        raise InputError(
            f"--network: Keras can't build the network of this config ({type(error).__name__}: {words}). {HAND_OVER}"
        ) from error


def _objects(config: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in a config, the outermost first."""
    if isinstance(config, Mapping):
        if "class_name" in config:
            yield config
        for value in config.values():
            yield from _objects(value)
    elif isinstance(config, list):
        for value in config:
            yield from _objects(value)


def outline_of_model(model: Any, lacks: str, own: Mapping[str, str], outputs: int, logits: str = "") -> Outline:
    """The outline of a built model of so many outputs; `own` are its optimizer, its schedule and its loss where no settings are like them."""
    found = walked(model)
    first, built = found[0] if found else (None, None)
    mask_value = float(built.mask_value) if first and built and first.kind == "Masking" else None
    return Outline(
        tuple(layer for layer, _ in found),
        lacks,
        own.get("optimizer", ""),
        own.get("schedule", ""),
        own.get("loss", ""),
        outputs,
        mask_value,
        logits,
    )


def walked(model: Any) -> list[tuple[OutlinedLayer, Any]]:
    """Each layer in outline and itself, in Keras' order; of a recurrent layer its cell. Names are counted, so that they stay the same."""
    steps = next((one for one in _shape(model)[1:2] if one), 1)
    found, seen, counted = list[tuple[OutlinedLayer, Any]](), set[int](), dict[str, int]()
    for kind, layer in _leaves(model):
        if id(layer) in seen:
            continue
        seen.add(id(layer))
        counted[kind] = counted.get(kind, 0) + 1
        gated = getattr(layer, "recurrent_activation", None) if _cell(layer) else None
        outlined = OutlinedLayer(
            kind,
            f"{kind} {counted[kind]}",
            int(layer.units) if _cell(layer) or kind == "Dense" else 0,
            steps if _cell(layer) else 1,
            int(layer.count_params()) if layer.built else 0,
            activation_name(layer.activation) if _cell(layer) or kind == "Dense" else "",
            activation_name(gated) if gated else "",
        )
        found.append((outlined, layer))
    return found


def _leaves(layer: Any) -> Iterator[tuple[str, Any]]:
    """Recurrent cells, Dense layers and whatever holds none of them, with their kinds."""
    import keras

    for inner in layer._flatten_layers(include_self=False, recursive=False):
        if isinstance(inner, keras.layers.InputLayer):
            continue
        below = list(_leaves(inner))
        if kind := _cell(inner) or ("Dense" if isinstance(inner, keras.layers.Dense) else ""):
            yield kind, inner
        elif any(_cell(one) or kind == "Dense" for kind, one in below):
            yield from below
        else:
            yield type(inner).__name__, inner


def _cell(layer: Any) -> str:
    """The Keras layer whose cell it is; empty where it is none."""
    import keras

    kinds = {"LSTM": keras.layers.LSTMCell, "GRU": keras.layers.GRUCell, "SimpleRNN": keras.layers.SimpleRNNCell}
    return next((name for name, kind in kinds.items() if isinstance(layer, kind)), "")


def activation_name(function: Any) -> str:
    """Keras' name of an activation; of one that is not Keras' own function its class and module."""
    import keras

    name = getattr(function, "__name__", "")
    if function is None:
        return "linear"
    if name and getattr(keras.activations, name, None) is function:
        return str(name)
    return f"{name or type(function).__name__} of {getattr(function, '__module__', '')}"


def put_activations(model: Any, outline: Outline, variant: Outline) -> None:
    """Exchanges the activations in which a variant's outline differs from that of the network; nothing may have been traced."""
    import keras

    for layer in model._flatten_layers():
        if hasattr(layer, "use_cudnn"):
            # Keras' fused kernel takes only tanh and sigmoid: variants are compared, not kernels.
            layer.use_cudnn = False
    for before, after, (_, layer) in zip(outline.layers, variant.layers, walked(model), strict=True):
        for name in ("activation", "recurrent_activation"):
            if (wanted := getattr(after, name)) != getattr(before, name):
                plain = getattr(keras.activations, wanted, None)
                setattr(layer, name, plain or activation_function(wanted))


def windows_of(model: Any, steps: int, features: int) -> dict[str, int]:
    """Settings of windows that a model's shapes say; raises InputError where what it reads or gives is no forecaster's."""
    if len(getattr(model, "inputs", None) or [None]) > 1:
        raise InputError(
            f"--network: the network has {len(model.inputs)} inputs, and a forecaster reads one window (time steps, features). Expected one "
            "Input, from which its branches part."
        )
    _, *shape = (*_shape(model), *(None,) * 3)[:3]
    given = first_call(model, shape[0] or steps, shape[1] or features)
    if isinstance(given, Mapping | list | tuple) or len(given.shape) != 2:
        what = "several outputs" if isinstance(given, Mapping | list | tuple) else f"an output of shape {given.shape}"
        raise InputError(
            f"--network: the network has {what}. Expected one of shape (windows, periods ahead), of a classifier (windows, classes), as a last "
            "Dense layer gives."
        )
    return {**({"lookback": int(shape[0])} if shape[0] else {}), "horizon": int(given.shape[1])}


def first_call(model: Any, steps: int, features: int) -> Any:
    """What a model gives of windows (B, T, F) of zeros: layers are built by then that are built when they are called.

    Raises InputError where it fails.
    """
    batch = (*_shape(model), None)[0] or 2
    try:
        given = model(np.zeros((batch, steps, features), np.float32), training=False)
    except Exception as error:  # whatever a user's layers raise
        raise InputError(
            f"--network: called with {batch} windows of {steps} time steps and {features} features the network fails "
            f"({type(error).__name__}: {' '.join(str(error).split())[:300]})."
        ) from error
    reset_states(model)
    return given


def reset_states(model: Any) -> None:
    """States of layers that keep theirs from batch to batch begin at zero."""
    for layer in model._flatten_layers():
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_state"):
            layer.reset_state()


def _shape(model: Any) -> tuple[int | None, ...]:
    """What a model says it reads (B, T, F); empty where it says nothing."""
    shape = getattr(model, "input_shape", None)
    return tuple(shape) if isinstance(shape, tuple) else ()


def renumbered(config: Mapping[str, Any]) -> dict[str, Any]:
    """A config whose layers' names, that Keras counts on and on, begin anew: the same network is the same text."""
    names = dict[str, str]()
    for found in _objects(config):
        of_layer = str(found.get("module")).startswith("keras.layers") or found["class_name"] in (
            "Functional",
            "Sequential",
        )
        name = str((found.get("config") or {}).get("name") or "") if of_layer or "inbound_nodes" in found else ""
        if not name or name in names:
            continue
        head, _, number = name.rpartition("_")
        plain, count = head if number.isdigit() else name, 0
        while (new := f"{plain}_{count}" if count else plain) in names.values():
            count += 1
        names[name] = new
    renamed: dict[str, Any] = json.loads(json.dumps(config), object_hook=lambda inner: _renamed(inner, names))
    return renamed


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """With every name of a layer exchanged where configs have one."""
    if not isinstance(value, dict):
        return value
    found = {**value, "name": names[value["name"]]} if value.get("name") in names else dict(value)
    for key in ("keras_history", "input_layers", "output_layers"):
        if key in found:
            found[key] = _in_lists(found[key], names)
    return found


def _in_lists(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_in_lists(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value

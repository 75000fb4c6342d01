"""One layer's Keras config as a layer of a chain, and back: what is not known, or not of a chain, is said by its name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import partial
from typing import Any, Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.activation_names import activation_call
from tasks.numerics.networks.chain.layers import (
    FREE,
    Activation,
    AveragePooling1D,
    BatchNormalization,
    Conv1D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    Layer,
    LayerNormalization,
    MaxPooling1D,
    Penalty,
    PReLU,
    RepeatVector,
    SpatialDropout1D,
)
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.initializers import known_initializer
from tasks.numerics.settings import KERAS

Config = Mapping[str, Any]
PLAIN: Final[dict[str, type[Layer]]] = {
    kind.keras_name: kind
    for kind in (
        Dense,
        Dropout,
        SpatialDropout1D,
        PReLU,
        BatchNormalization,
        LayerNormalization,
        RepeatVector,
        Flatten,
        GlobalAveragePooling1D,
        GlobalMaxPooling1D,
        Conv1D,
        MaxPooling1D,
        AveragePooling1D,
    )
}
"""Kinds whose fields are the settings of their Keras class."""
CELLS: Final = {name: cell for cell, name in KERAS.items()}
IGNORED: Final = {
    "batch_input_shape",
    "batch_shape",
    "build_config",
    "dtype",
    "implementation",
    "input_dim",
    "input_length",
    "name",
    "seed",
    "synchronized",
    "time_major",
    "unroll",
    "use_cudnn",
    "zero_output_for_mask",
}
"""Settings that change nothing of what a network of a chain gives."""
USUAL: Final = {
    "activity_regularizer": (None,),
    "axis": (-1, 2, [2], [-1], (-1,)),
    "beta_constraint": (None,),
    "beta_initializer": ("zeros",),
    "bias_constraint": (None,),
    "data_format": (None, "channels_last"),
    "alpha_constraint": (None,),
    "gamma_constraint": (None,),
    "gamma_initializer": ("ones",),
    "groups": (1,),
    "keepdims": (False,),
    "kernel_constraint": (None,),
    "lora_alpha": (None,),
    "lora_rank": (None,),
    "moving_mean_initializer": ("zeros",),
    "moving_variance_initializer": ("ones",),
    "noise_shape": (None,),
    "quantization_config": (None,),
    "recurrent_constraint": (None,),
    "renorm": (False,),
    "reset_after": (True,),
    "return_state": (False,),
    "rms_scaling": (False,),
    "stateful": (False,),
    "trainable": (True,),
    "virtual_batch_size": (None,),
}
"""Settings that the fused engine has at these values alone."""


class NotFusedError(Exception):
    """The fused engine has no such layer, or no such setting of it; says which."""


def read_layer(given: Config) -> list[Layer]:
    """The layers that a config stands for: none of what changes nothing, several of a nested model.

    Raises NotFusedError where the fused engine has no such thing, InputError where the config can't be one.
    """
    kind, config = given.get("class_name"), given.get("config")
    if not isinstance(kind, str) or not isinstance(config, Mapping):
        raise InputError(
            f"A layer of the network is {str(given)[:120]!r}. Expected a config of Keras: class_name and config."
        )
    called = f"{kind} '{config['name']}'" if config.get("name") else kind
    policy = config.get("dtype")
    dtype = policy.get("config", {}).get("name") if isinstance(policy, Mapping) else policy
    if dtype not in (None, "float32"):
        raise NotFusedError(f"the layer {called} in {dtype}")
    match kind:
        case "InputLayer":
            return []
        case "LSTM" | "GRU" | "SimpleRNN":
            return [_recurrent(kind, config, called)]
        case "Bidirectional":
            return [_bidirectional(config, called)]
        case "TimeDistributed":
            inner = next(iter(read_layer(config["layer"])), None)
            if isinstance(inner, Dense | Dropout | Activation) and not isinstance(inner, SpatialDropout1D):
                return [inner]
            raise NotFusedError(f"the layer {called} around {config['layer'].get('class_name')}")
        case _:
            return [_other(kind, config, called)]


def _other(kind: str, config: Config, called: str) -> Layer:
    match kind:
        case "Activation":
            return Activation(activation_of(config["activation"], called))
        case "LeakyReLU":
            slope = config.get("negative_slope", config.get("alpha", 0.3))
            return Activation(str(activation_call(f"leaky_relu({slope})", called)))
        case "ELU":
            return Activation(str(activation_call(f"elu({config.get('alpha', 1.0)})", called)))
        case "ReLU":
            return Activation(_relu(config, called))
        case "Softmax":
            _check(config, {"axis"}, called)
            return Activation("softmax")
        case _ if kind in PLAIN:
            return PLAIN[kind](**settings_of(PLAIN[kind], config, called))
    raise NotFusedError(f"the layer {called}")


def _relu(config: Config, called: str) -> str:
    """Keras' layer, by the numbers of its function."""
    most = config.get("max_value")
    numbers = {
        "negative_slope": config.get("negative_slope", 0.0),
        **({} if most is None else {"max_value": most}),
        "threshold": config.get("threshold", 0.0),
    }
    return str(activation_call(f"relu({','.join(f'{name}={value}' for name, value in numbers.items())})", called))


def _recurrent(kind: str, config: Config, called: str) -> Recurrent:
    return Recurrent(CELLS[kind], **settings_of(Recurrent, config, called))


def _bidirectional(config: Config, called: str) -> Bidirectional:
    inner = read_layer(config["layer"])[0]
    backward = config.get("backward_layer")
    if not isinstance(inner, Recurrent) or config.get("merge_mode", "concat") not in ("concat", "sum", "ave", "mul"):
        raise NotFusedError(f"the layer {called} as it is set")
    found = Bidirectional(inner, config.get("merge_mode", "concat"))
    if backward and read_layer(backward)[0] != found.twins[1]:
        raise NotFusedError(f"the layer {called}, whose two directions differ")
    return found


def settings_of(kind: type[Layer], config: Config, called: str) -> dict[str, Any]:
    """What a layer's class is called with; raises NotFusedError on settings that are not known, InputError where one is missing."""
    own = {field.name for field in fields(kind)} - {"cell", "input_activation", "squash_activation"}
    _check(config, own, called)
    found = {name: _setting(name, value, called) for name, value in config.items() if name in own}
    needed = {field.name for field in fields(kind) if field.default is MISSING} - {"cell"}
    if missing := needed - found.keys():
        raise InputError(
            f"The layer {called} of the network has no {', '.join(sorted(missing))}. Expected a config of Keras."
        )
    if kind in (MaxPooling1D, AveragePooling1D) and found.get("strides") is None:
        found["strides"] = found.get("pool_size", 2)
    return found


def _check(config: Config, own: set[str], called: str) -> None:
    for name, value in config.items():
        if name in own or name in IGNORED:
            continue
        usual = USUAL.get(name, ())
        known = initializer_of(value, called) if name.endswith("_initializer") else value
        if known not in usual:
            raise NotFusedError(f"{name}={_shortly(value)} of the layer {called}")


def _setting(name: str, value: Any, called: str) -> Any:
    """A setting as chains have it."""
    ways: dict[str, Callable[[], Any]] = {
        "activation": partial(activation_of, value, called),
        "initializer": partial(initializer_of, value, called),
        "regularizer": partial(penalty_of, value, called),
    }
    way = ways.get(name.rpartition("_")[2])
    if way:
        return way()
    if name == "shared_axes":
        return tuple(value) if value else None
    if isinstance(value, list | tuple) and len(value) == 1:  # as Keras has the sizes of one-dimensional kernels
        return value[0]
    return value


def activation_of(value: Any, called: str) -> str:
    """An activation by its name, from a name, nothing, or the config of a function or of a layer."""
    if value is None:
        return "linear"
    if isinstance(value, Mapping):
        kind, config = value.get("class_name"), value.get("config")
        if kind == "function" and isinstance(config, str):
            value = config
        elif kind in ("LeakyReLU", "ELU", "ReLU") and isinstance(config, Mapping):
            found = _other(kind, config, called)
            return found.activation if isinstance(found, Activation) else ""
        else:
            raise NotFusedError(f"the activation {kind} of the layer {called}")
    try:
        return str(activation_call(str(value), f"layer {called}"))
    except InputError as error:
        raise NotFusedError(f"the activation {value} of the layer {called}") from error


def initializer_of(value: Any, called: str) -> str:
    """An initialiser by its name, with its numbers, as `initializers.draw` takes it."""
    if not isinstance(value, Mapping):
        name, numbers = str(value), {}
    else:
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(value.get("class_name"))).lower()
        numbers = {key: one for key, one in (value.get("config") or {}).items() if key != "seed" and one is not None}
    name = {"orthogonal_initializer": "orthogonal", "identity_initializer": "identity"}.get(name, name)
    written = ",".join(f"{key}={one}" for key, one in numbers.items())
    call = known_initializer(f"{name}({written})" if written else name)
    if call is None:
        raise NotFusedError(f"the initialiser {name} of the layer {called}")
    return str(call)


def penalty_of(value: Any, called: str) -> Penalty:
    """A regulariser's two numbers."""
    if value is None:
        return FREE
    if isinstance(value, str) and value in ("l1", "l2", "l1_l2"):
        return Penalty(0.01 * ("l1" in value), 0.01 * ("l2" in value))
    if isinstance(value, Mapping) and value.get("class_name") in ("L1", "L2", "L1L2"):
        numbers = value.get("config") or {}
        return Penalty(float(numbers.get("l1") or 0.0), float(numbers.get("l2") or 0.0))
    raise NotFusedError(f"the regulariser {_shortly(value)} of the layer {called}")


def _shortly(value: Any) -> str:
    return str(value.get("class_name") if isinstance(value, Mapping) else value)[:60]


def written(layer: Layer) -> dict[str, Any]:
    """A layer as a config, without what is as Keras has it anyway."""
    if isinstance(layer, Bidirectional):
        return {
            "class_name": "Bidirectional",
            "config": {"layer": written(layer.layer), "merge_mode": layer.merge_mode},
        }
    name = KERAS[layer.cell] if isinstance(layer, Recurrent) else layer.keras_name
    usual = {field.name: field.default for field in fields(layer)}
    unlike = {key: value for key, value in layer.settings().items() if getattr(layer, key) != usual[key]}
    return {"class_name": name, "config": unlike}

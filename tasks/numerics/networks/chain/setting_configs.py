"""One setting of a Keras config as chains have it: activations, initialisers and regularisers by their names, with their numbers."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.activation_names import activation_call
from tasks.numerics.networks.chain.layers import FREE, Penalty
from tasks.numerics.networks.initializers import known_initializer

Config = Mapping[str, Any]


class NotFusedError(Exception):
    """The fused engine has no such layer, or no such setting of it; says which."""


def activation_of(value: Any, called: str) -> str:
    """An activation by its name, from a name, nothing, or the config of a function or of a layer."""
    if value is None:
        return "linear"
    if isinstance(value, Mapping):
        kind, config = value.get("class_name"), value.get("config")
        if kind == "function" and isinstance(config, str):
            value = config
        elif kind in OF_LAYERS and isinstance(config, Mapping):
            return OF_LAYERS[kind](config, called)
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
    raise NotFusedError(f"the regulariser {shortly(value)} of the layer {called}")


def shortly(value: Any) -> str:
    """A setting in a few characters."""
    return str(value.get("class_name") if isinstance(value, Mapping) else value)[:60]


def _relu(config: Config, called: str) -> str:
    """Keras' layer, by the numbers of its function."""
    most = config.get("max_value")
    numbers = {
        "negative_slope": config.get("negative_slope", 0.0),
        **({} if most is None else {"max_value": most}),
        "threshold": config.get("threshold", 0.0),
    }
    return str(activation_call(f"relu({','.join(f'{name}={value}' for name, value in numbers.items())})", called))


def _leaky_relu(config: Config, called: str) -> str:
    slope = config.get("negative_slope", config.get("alpha", 0.3))
    return str(activation_call(f"leaky_relu({slope})", called))


def _elu(config: Config, called: str) -> str:
    return str(activation_call(f"elu({config.get('alpha', 1.0)})", called))


OF_LAYERS: Final[dict[str, Callable[[Config, str], str]]] = {"LeakyReLU": _leaky_relu, "ELU": _elu, "ReLU": _relu}
"""Activations that Keras has as layers with numbers, by the layers' names."""

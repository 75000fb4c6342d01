"""One layer's Keras config as a layer of a chain, and back: what is not known, or not of a chain, is said by its name."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import partial
from typing import Any, Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.convolution import (
    AveragePooling1D,
    Conv1D,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    MaxPooling1D,
)
from tasks.numerics.networks.chain.layers import (
    Activation,
    Dense,
    Dropout,
    Flatten,
    Layer,
    Masking,
    RepeatVector,
    SpatialDropout1D,
)
from tasks.numerics.networks.chain.normalisation import BatchNormalization, LayerNormalization, PReLU
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.chain.setting_configs import (
    OF_LAYERS,
    Config,
    NotFusedError,
    activation_of,
    initializer_of,
    penalty_of,
    shortly,
)
from tasks.numerics.settings import KERAS

PLAIN: Final[dict[str, type[Layer]]] = {
    kind.keras_name: kind
    for kind in (
        Dense,
        Dropout,
        SpatialDropout1D,
        PReLU,
        BatchNormalization,
        LayerNormalization,
        Masking,
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
    "renorm": (False, None),
    "renorm_clipping": (None,),
    "renorm_momentum": (0.99,),
    "reset_after": (True,),
    "return_state": (False,),
    "rms_scaling": (False,),
    "stateful": (False,),
    "trainable": (True,),
    "virtual_batch_size": (None,),
}
"""Settings that the fused engine has at these values alone."""


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
        case _ if kind in OF_LAYERS:
            return Activation(OF_LAYERS[kind](config, called))
        case "Softmax":
            _check(config, {"axis"}, called)
            return Activation("softmax")
        case _ if kind in PLAIN:
            return PLAIN[kind](**settings_of(PLAIN[kind], config, called))
    raise NotFusedError(f"the layer {called}")


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
            raise NotFusedError(f"{name}={shortly(value)} of the layer {called}")


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


def written(layer: Layer) -> dict[str, Any]:
    """A layer as a config, without what is as Keras has it anyway."""
    if isinstance(layer, Bidirectional):
        return {
            "class_name": "Bidirectional",
            "config": {"layer": written(layer.layer), "merge_mode": layer.merge_mode},
        }
    name = KERAS[layer.cell] if isinstance(layer, Recurrent) else layer.keras_name
    usual = {field.name: field.default for field in fields(layer)}
    if isinstance(layer, MaxPooling1D):  # an average's, too: Keras moves on by what it pools
        usual["strides"] = layer.pool_size
    unlike = {key: value for key, value in layer.settings().items() if getattr(layer, key) != usual[key]}
    return {"class_name": name, "config": unlike}

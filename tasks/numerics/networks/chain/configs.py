"""Whole networks as JSON, in the words of Keras' own configs: read as a chain, or said why they are none."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.layer_configs import read_layer, written
from tasks.numerics.networks.chain.layers import Activation, Dense, Dropout, Layer, Masking
from tasks.numerics.networks.chain.recurrent import Bidirectional, Recurrent
from tasks.numerics.networks.chain.setting_configs import Config, NotFusedError

Chain = tuple[Layer, ...]


@cache
def read_chain(text: str) -> Chain:
    """The chain of a network's JSON; raises NotFusedError where the fused engine lacks something of it, InputError where it is none."""
    return chain_of_config(parsed(text))


def parsed(text: str) -> Config:
    """A network's JSON, or that which names a Python file and its function; raises InputError where it is none."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InputError(f"--network: the text is no JSON ({error}). Expected the config of a Keras model.") from error
    if isinstance(found, Mapping) and isinstance(found.get("python"), str) and isinstance(found.get("function"), str):
        return found
    if not isinstance(found, Mapping) or not isinstance(found.get("config"), Mapping | list):
        raise InputError(
            "--network: the JSON is no Keras model. Expected class_name and config, as Keras' to_json() writes them."
        )
    return found


def as_json(chain: Chain) -> str:
    """A chain as the config of a `keras.Sequential`, without what is as Keras has it anyway."""
    layers = [written(layer) for layer in chain]
    return json.dumps({"class_name": "Sequential", "config": {"layers": layers}}, separators=(",", ":"))


def chain_of_config(config: Config) -> Chain:
    """The layers of a model's config, activations that stand alone after a Dense layer in it."""
    found: list[Layer] = []
    for layer in (layer for given in flat_layers(config) for layer in read_layer(given)):
        before = found[-1] if found else None
        if isinstance(layer, Activation) and isinstance(before, Dense) and before.activation == "linear":
            found[-1] = Dense(**(vars(before) | {"activation": layer.activation}))
        elif layer != Activation("linear"):
            found.append(layer)
    check_masks(found)
    return tuple(found)


def check_masks(chain: Sequence[Layer]) -> None:
    """Raises NotFusedError where masked time steps reach a layer that would have to know of them and is no recurrent one."""
    masked = False
    for layer in chain:
        inner = layer.layer if isinstance(layer, Bidirectional) else layer
        if isinstance(inner, Recurrent):
            masked = masked and inner.return_sequences
        elif masked and not isinstance(layer, Dropout | Activation | Masking):
            raise NotFusedError(f"masked time steps in the layer {layer.shown()}")
        masked = masked or isinstance(layer, Masking)


def flat_layers(config: Config) -> Iterator[Config]:
    """Every layer of a Sequential or of a straight functional model, in order, those of models within it too."""
    kind, inner = config.get("class_name"), config.get("config")
    layers = inner if isinstance(inner, list) else (inner or {}).get("layers")
    if kind not in ("Sequential", "Functional", "Model") or not isinstance(layers, list):
        raise NotFusedError(f"a model of the class {kind}" if kind else "a model without a class")
    for layer in layers if kind == "Sequential" else in_line(layers, inner or {}):
        if layer.get("class_name") in ("Sequential", "Functional", "Model"):
            yield from flat_layers(layer)
        else:
            yield layer


def in_line(layers: list[Config], config: Config) -> list[Config]:
    """The layers of a functional model from input to output; raises NotFusedError where it branches."""
    after: dict[str, Config] = {}
    first = None
    for layer in layers:
        sources = list(_sources(layer.get("inbound_nodes") or []))
        if not sources:
            if first is not None:
                raise NotFusedError("several inputs")
            first = layer
        elif len(sources) > 1:
            raise NotFusedError(f"several branches, which meet in the layer '{layer.get('name')}'")
        elif sources[0] in after:
            raise NotFusedError(f"several branches, which part after the layer '{sources[0]}'")
        else:
            after[sources[0]] = layer
    found = [first] if first is not None else []
    while found and (following := after.pop(str(found[-1].get("name") or found[-1]["config"].get("name")), None)):
        found.append(following)
    if after or not found:
        raise NotFusedError("several branches")
    outputs = config.get("output_layers")
    names = [outputs[0]] if outputs and isinstance(outputs[0], str) else [one[0] for one in outputs or []]
    if len(names) > 1 or (names and names[0] != found[-1].get("name")):
        raise NotFusedError("several outputs")
    return found


def _sources(nodes: Any) -> Iterator[str]:
    """Names of the layers whose outputs a layer reads, as Keras 3 or Keras 2 writes them."""
    if isinstance(nodes, Mapping):
        if nodes.get("class_name") == "__keras_tensor__":
            yield str(nodes["config"]["keras_history"][0])
            return
        for value in nodes.values():
            yield from _sources(value)
    elif isinstance(nodes, list):
        if len(nodes) >= 3 and isinstance(nodes[0], str) and isinstance(nodes[1], int):
            yield nodes[0]
            return
        for value in nodes:
            yield from _sources(value)


def input_shape(config: Config) -> tuple[int | None, int | None]:
    """Time steps and features that a model's config says it reads; None where it says nothing."""
    for shape in _input_shapes(config):
        if isinstance(shape, list | tuple) and len(shape) == 3:
            return shape[1], shape[2]
    return None, None


def _input_shapes(config: Config) -> Iterator[Any]:
    inner = config.get("config")
    layers = inner if isinstance(inner, list) else (inner or {}).get("layers", [])
    for layer in layers:
        own = layer.get("config") or {}
        yield own.get("batch_shape") or own.get("batch_input_shape")
        if "layer" in own:
            yield (own["layer"].get("config") or {}).get("batch_input_shape")
    yield isinstance(inner, Mapping) and inner.get("build_input_shape")
    yield (config.get("build_config") or {}).get("input_shape")

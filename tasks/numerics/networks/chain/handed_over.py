"""A network that a user hands over: its layers, what it was compiled with, and the windows that it reads."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.compiled import LOGITS, training_of
from tasks.numerics.networks.chain.configs import as_json, chain_of_config, input_shape, parsed
from tasks.numerics.networks.chain.layers import Activation, Dense, Shape
from tasks.numerics.networks.chain.setting_configs import Config, NotFusedError
from tasks.numerics.networks.chain.stacks import Chain, recurrent_layers, shapes
from tasks.numerics.networks.training_words import HEADS
from tasks.numerics.training_settings import LossName

MOST_BYTES = 20_000_000
"""Of a config: networks of a thousand layers have less."""


@dataclass(frozen=True)
class HandedOver:
    """What was read of a network."""

    network: str
    """As JSON: a chain in few words, or Keras' own config where it is none."""
    training: Mapping[str, Any] = field(default_factory=dict)
    """Settings that it was compiled with, by their names."""
    windows: Mapping[str, int] = field(default_factory=dict)
    """Settings of windows that its shapes say, by their names."""
    features: int | None = None
    """Numbers a time step that it says it reads; None where it says nothing."""
    output_steps: int | None = None
    """Time steps of what it gives; None where that has none."""
    activation: str = ""
    """Of its last layer, where that is known; of a network that gives logits the one that makes probabilities of them."""
    lacks: str = ""
    """What of it the fused engine does not have; empty where it has everything."""


def read_config_file(path: Path) -> Config:
    """A model's config from a `.keras` file or one of `to_json()`; nothing in it is run. Raises InputError where it is none."""
    if not path.is_file():
        raise InputError(
            f"--network {path}: there is no such file. Expected a Python file with build(), a .keras file or one of to_json()."
        )
    if path.stat().st_size > 1000 * MOST_BYTES:
        raise InputError(f"--network {path}: {path.stat().st_size:,} bytes. Expected a saved network.")
    if path.suffix == ".json":
        return parsed(_text(path.read_bytes(), path))
    if path.suffix in (".h5", ".hdf5"):
        raise InputError(
            f"--network {path}: Keras' old HDF5 format is not read. Save it with model.save('{path.stem}.keras') instead."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo("config.json")
            if entry.file_size > MOST_BYTES:
                raise InputError(
                    f"--network {path}: its config.json has {entry.file_size:,} bytes. Expected a saved network."
                )
            return parsed(_text(archive.read(entry), path))
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError) as error:
        raise InputError(
            f"--network {path}: it is no .keras file ({error or type(error).__name__}). Expected one that model.save('name.keras') wrote, "
            "a JSON file of model.to_json(), or a Python file with build()."
        ) from error


def _text(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"--network {path}: it is no text of UTF-8. Expected the JSON of a Keras model.") from error


def understood(config: Config, compiled: Mapping[str, Any] | None = None) -> HandedOver:
    """What a model's config says; `compiled` goes before the config's own."""
    try:
        steps, features = input_shape(config)
        windows = {} if steps is None else {"lookback": steps}
        training = training_of(compiled or config.get("compile_config"))
        logits = bool(training.pop(LOGITS, False))
        chain = chain_of_config(config)
        chain = with_probabilities(chain, training["loss"]) if logits else chain
        last = _last(chain, steps or 1, features or 1)
    except NotFusedError as lacking:
        return HandedOver(json.dumps(config, separators=(",", ":")), windows=windows, lacks=str(lacking))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError(
            f"--network: the config is not as Keras writes it ({type(error).__name__}: {error}). Expected a model that this Keras saved: "
            "save it again with model.save('name.keras'), or hand over a Python file with build()."
        ) from error
    activation = chain[-1].activation if isinstance(chain[-1], Dense | Activation) else ""
    windows |= {"horizon": last.units} if last.steps is None else {}
    return HandedOver(as_json(chain), training, windows, features, last.steps, activation)


def with_probabilities(chain: Chain, loss: LossName) -> Chain:
    """A chain that gives logits, with the activation at its end that its loss takes for granted; one that has it already as it is."""
    last = chain[-1]
    if not isinstance(last, Dense) or last.activation != "linear" or loss not in HEADS:
        return chain
    return (*chain[:-1], replace(last, activation=HEADS[loss]))


def _last(chain: Chain, steps: int, features: int) -> Shape:
    """What the last layer gives; raises InputError where a network can't be asked about."""
    if not recurrent_layers(chain):
        raise InputError(
            "--network: the network has no LSTM, GRU or SimpleRNN layer, whose activations are what is compared. Expected at least one."
        )
    return shapes(chain, steps, features)[-1]

"""Build: a user's own Keras network, from a Python file, a saved model or a model in memory."""

import contextlib
import hashlib
import importlib.util
import inspect
import json
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.configs import parsed
from tasks.numerics.networks.chain.handed_over import HandedOver, read_config_file, understood

BUILD = "build"
"""The function of a Python file that is called unless another is named."""
MOST_LINES = 12
"""Of a user's traceback."""


@dataclass(frozen=True)
class Wanted:
    """What a user's function may ask for by the names of its parameters."""

    values: Mapping[str, Any]
    asked: frozenset[str] = frozenset()
    """Those that it is called with though it has defaults for them, as they were given beside the network."""

    @classmethod
    def of(cls, steps: int, features: int, outputs: int, asked: Iterable[str] = ()) -> "Wanted":
        """For windows of so many time steps and features, and so many outputs; `asked` are settings that were given."""
        values = {
            "input_shape": (steps, features),
            "steps": steps,
            "timesteps": steps,
            "lookback": steps,
            "features": features,
            "outputs": outputs,
            "horizon": outputs,
            "activation": "tanh",
        }
        of_setting = {"lookback": ("input_shape", "steps", "timesteps", "lookback"), "horizon": ("outputs", "horizon")}
        return cls(values, frozenset(name for setting in asked for name in of_setting.get(setting, ())))


def read_network(address: str, wanted: Wanted) -> HandedOver:
    """The network at an address: FILE.py, FILE.py:NAME, a `.keras` file, one of `to_json()`, or such JSON itself.

    Raises InputError on what is none.
    """
    if address.lstrip().startswith("{"):
        config = parsed(address)
        if "python" in config:
            return _built(Path(config["python"]), str(config["function"]), wanted)
        return understood(config)
    file, name = split_address(address)
    if file.suffix != ".py":
        return understood(read_config_file(file))
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


def of_model(model: Any) -> HandedOver:
    """What a `keras.Model` in memory is."""
    config = _config(model)
    if config is None:
        raise InputError(
            f"network={type(model).__name__}: Keras can't write it as a config. Expected layers with get_config(), or the path of a Python "
            "file with build()."
        )
    return understood(config, _compiled(model))


def build_again(source: Mapping[str, Any], wanted: Wanted) -> Any:
    """A new `keras.Model` of a Python file that is still as it was read; raises InputError where it is not."""
    file = Path(source["python"])
    if _digest(file) != source["sha256"]:
        raise InputError(f"--network {file}: the file has changed since it was read. Start the comparison again.")
    return _called(file, _function(file, source["function"]), source["function"], wanted)


def _built(file: Path, name: str, wanted: Wanted) -> HandedOver:
    function = _function(file, name)
    model, again = (_called(file, function, name, wanted) for _ in range(2))
    config, other = _config(model), _config(again)
    if _shapes(model) != _shapes(again) or _without_names(config) != _without_names(other):
        raise InputError(
            f"--network {file}: {name}() returned another network when it was called again ({_shapes(model)} and then {_shapes(again)}). "
            "Expected the same one every time: only initial weights may be drawn at random."
        )
    source = json.dumps({"python": str(file.resolve()), "function": name, "sha256": _digest(file)})
    if config is None:
        return HandedOver(source, lacks=f"a layer that Keras can't write as a config (of {type(model).__name__})")
    found = understood(config, _compiled(model))
    return HandedOver(source, windows=found.windows, lacks=found.lacks) if found.lacks else found


def _function(file: Path, name: str) -> Callable[..., Any]:
    if not file.is_file():
        raise InputError(f"--network {file}: there is no such file. Expected a Python file with {name}().")
    module = _module(file)
    function: Any = getattr(module, name, None)
    if not callable(function):
        known = [
            key
            for key, value in vars(module).items()
            if inspect.isfunction(value) and value.__module__ == module.__name__
        ]
        raise InputError(
            f"--network {file}: it has no function {name}(). Expected one that returns a keras.Model; it has {', '.join(known) or 'none'}: "
            f"name another as {file.name}:{known[0] if known else 'make'}."
        )
    found: Callable[..., Any] = function
    return found


def _module(file: Path) -> ModuleType:
    """The user's file, run once, with its own folder as the first in which it looks for modules."""
    spec = importlib.util.spec_from_file_location(f"network_{_digest(file)[:8]}", file)
    assert spec and spec.loader, "a file that ends in .py has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with _as_users_own(file, "the file"):
        spec.loader.exec_module(module)
    return module


def _called(file: Path, function: Callable[..., Any], name: str, wanted: Wanted) -> Any:
    """The model that a function returns, called with what it asks for by name."""
    import keras

    own = inspect.signature(function).parameters.values()
    needed = [
        one.name for one in own if one.default is one.empty and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
    ]
    if unknown := [one for one in needed if one not in wanted.values]:
        raise InputError(
            f"--network {file}: {name}() asks for {', '.join(unknown)}. Expected parameters among {', '.join(wanted.values)}, or defaults for all."
        )
    with _as_users_own(file, f"{name}()"):
        model = function(
            **{one.name: wanted.values[one.name] for one in own if one.name in needed or one.name in wanted.asked}
        )
    if not isinstance(model, keras.Model):
        raise InputError(f"--network {file}: {name}() returned {type(model).__name__}. Expected a keras.Model.")
    if not model.built:
        with _as_users_own(file, f"{name}()"):
            model.build((None, *wanted.values["input_shape"]))
    return model


@contextlib.contextmanager
def _as_users_own(file: Path, what: str) -> Iterator[None]:
    """Runs a user's code: what it prints goes to standard error, what fails in it is told from its file on."""
    sys.path.insert(0, str(file.parent.resolve()))
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except (KeyboardInterrupt, InputError):
        raise
    except BaseException as error:  # whatever a user's code raises, SystemExit too
        frames = traceback.TracebackException.from_exception(error)
        own = [number for number, frame in enumerate(frames.stack) if Path(frame.filename) == file]
        frames.stack[:] = frames.stack[own[0] :] if own else []
        lines = "".join(frames.format(chain=False)).rstrip().splitlines()
        cut = lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 3], "  ...", *lines[-2:]]
        hint = ""
        if isinstance(error, ModuleNotFoundError):
            hint = f"\nInstall {error.name} into the environment that interlayer runs in."
        raise InputError(f"--network {file}: {what} failed.\n" + "\n".join(cut) + hint) from None
    finally:
        sys.path.remove(str(file.parent.resolve()))


def _config(model: Any) -> dict[str, Any] | None:
    """A model's config as JSON has it; None where a layer of its own has none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a lambda among the losses: nothing of it is run
            found: dict[str, Any] = json.loads(model.to_json())
    except (OSError, TypeError, ValueError, NotImplementedError):
        return None
    return found


def _compiled(model: Any) -> Mapping[str, Any] | None:
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
        return {
            "loss": {"class_name": "function", "config": getattr(model.loss, "__name__", type(model.loss).__name__)}
        }
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


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()

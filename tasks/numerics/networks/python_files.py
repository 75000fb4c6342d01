"""A user's Python file that makes a network: run, and its function called; what goes wrong in it is told from its file on."""

import contextlib
import hashlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from tasks.numerics.errors import InputError

CLASSES = ("classes", "num_classes", "n_classes")
"""How many numbers a classifier gives, as people call it."""
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
            **dict.fromkeys(CLASSES, outputs),
            "activation": "tanh",
        }
        of_setting = {
            "lookback": ("input_shape", "steps", "timesteps", "lookback"),
            "horizon": ("outputs", "horizon", *CLASSES),
        }
        return cls(values, frozenset(name for setting in asked for name in of_setting.get(setting, ())))


def build_again(source: Mapping[str, Any], wanted: Wanted) -> Any:
    """A new `keras.Model` of a Python file that is still as it was read; raises InputError where it is not."""
    file = Path(source["python"])
    if digest_of(file) != source["sha256"]:
        raise InputError(f"--network {file}: the file has changed since it was read. Start the comparison again.")
    return called(file, function_of(file, source["function"]), source["function"], wanted)


def function_of(file: Path, name: str) -> Callable[..., Any]:
    """The function of a file by its name; raises InputError where there is none."""
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
    spec = importlib.util.spec_from_file_location(f"network_{digest_of(file)[:8]}", file)
    assert spec and spec.loader, "a file that ends in .py has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with _as_users_own(file, "the file"):
        spec.loader.exec_module(module)
    return module


def called(file: Path, function: Callable[..., Any], name: str, wanted: Wanted) -> Any:
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


def digest_of(file: Path) -> str:
    """Of what stands in it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()

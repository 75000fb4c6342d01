"""Compiled programs that outlive the process: traced once, and named so that XLA's persistent cache knows them again.

TensorFlow numbers its functions in the order in which a process happens to make them, and XLA's cache takes these
names into its keys; with parallel threads hardly any program would be found again. So a program's functions are named
after what they are, and kept: the next process neither traces nor compiles them.

Beside each kept file stands its digest: a program that is not as it was written is not run but made anew.
"""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.core.framework import function_pb2
from tensorflow.python.eager import context, execute  # no public name runs a function from its definition

from tasks.numerics.networks.seed_blocks import engine_version
from tasks.numerics.whole_files import write_whole

Program = Callable[..., Any]
KEPT, SEAL = (".functions", ".pb"), ".sha256"
_loaded: dict[str, list[Any]] = {}
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def kept_program(function: Any, spec: object, arguments: tuple[Any, ...], results: Any, folder: Path | None) -> Program:
    """`function` for arguments of these shapes, its results nested as in `results`.

    `spec` says all that is compiled in. Definitions are read from and written to `folder`; without one it is traced anew.
    """
    if folder is None:
        program: Program = function.get_concrete_function(*arguments)
        return program
    name = program_name(spec, arguments)
    with _locks[name]:
        if name not in _loaded:
            _loaded[name] = _definitions(function, arguments, name, folder)
            for definition in reversed(_loaded[name]):
                context.context().add_function_def(definition)
    return lambda *given: _run(name, given, results)


def seal_programs(folder: Path | None) -> None:
    """Writes the digest of every kept file that has none, XLA's own among them, beside it; where there is a folder."""
    for path in _kept(folder) if folder else ():
        if not _seal(path).exists():
            with suppress(FileNotFoundError):  # another process found it without a digest, and made it anew
                write_whole(_seal(path), _digest(path))


def drop_damaged_programs(folder: Path) -> list[Path]:
    """Deletes kept files that are not as they were written, and gives them; those that were never finished go, too."""
    damaged = []
    for path in _kept(folder):
        with suppress(FileNotFoundError):
            sealed = _seal(path).read_text("ascii", "replace") if _seal(path).exists() else ""
            if sealed != _digest(path):
                damaged += [path] if sealed else []
                path.unlink()
                _seal(path).unlink(missing_ok=True)
    return damaged


def _kept(folder: Path) -> list[Path]:
    """Not what a process is still writing, under a name of its own."""
    return [path for path in folder.glob("*") if path.suffix in KEPT and not path.name.startswith(".")]


def _seal(path: Path) -> Path:
    return path.with_name(path.name + SEAL)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def program_name(spec: object, arguments: tuple[Any, ...]) -> str:
    """Changes with the engine, with what is compiled in and with the arguments' shapes."""
    shapes = [
        (tensor.dtype.name, tuple(tensor.shape)) for tensor in map(tf.convert_to_tensor, tf.nest.flatten(arguments))
    ]
    digest = hashlib.sha256(repr((engine_version(), spec, shapes)).encode())
    return f"program_{digest.hexdigest()[:16]}"


def _run(name: str, given: tuple[Any, ...], results: Any) -> Any:
    flat = [tf.convert_to_tensor(value) for value in tf.nest.flatten(given)]
    outputs = len(_loaded[name][0].signature.output_arg)
    plain = ("executor_type", "", "config_proto", b"")
    flat_results = execute.execute(_loaded[name][0].signature.name, outputs, flat, plain, context.context())
    return tf.nest.pack_sequence_as(results, flat_results)


def _definitions(function: Any, arguments: tuple[Any, ...], name: str, folder: Path) -> list[Any]:
    path = folder / f"{name}.functions"
    if path.exists():
        return list(function_pb2.FunctionDefLibrary.FromString(path.read_bytes()).function)
    definitions = renamed(function.get_concrete_function(*arguments), name)
    library = function_pb2.FunctionDefLibrary(function=definitions)
    write_whole(path, library.SerializeToString(deterministic=True))
    return definitions


def renamed(concrete: Any, name: str) -> list[Any]:
    """Definitions of a traced function and of all that it calls, numbered in the order in which they are met."""
    known = {definition.signature.name: definition for definition in concrete.graph.as_graph_def().library.function}
    names, met = {concrete.function_def.signature.name: f"{name}_0"}, [concrete.function_def]
    definitions = []
    for original in met:  # grows while it is walked
        definition = function_pb2.FunctionDef()
        definition.CopyFrom(original)
        definition.signature.name = names[original.signature.name]
        for called in _calls(definition):
            if called.name not in names:
                names[called.name] = f"{name}_{len(names)}"
                met.append(known[called.name])
            called.name = names[called.name]
        definitions.append(definition)
    return definitions


def _calls(definition: Any) -> Iterator[Any]:
    for node in definition.node_def:
        for key in sorted(node.attr):
            value = node.attr[key]
            if value.HasField("func"):
                yield value.func
            yield from value.list.func

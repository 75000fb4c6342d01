"""Tests that notice: one small change of the code at a time, and whether a test fails for it.

`python -m tests.mutants [--count N] [--first K] [--only WING]` tries so many changes of each wing, drawn at random by their number. What
was tried is kept, and not tried again until the code or the tests change. Exit code 1 where fewer than 90 % are noticed.
"""

import argparse
import ast
import copy
import hashlib
import json
import multiprocessing
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[1]
COPIED = ("flows", "tasks", "tests", "data", "pyproject.toml", "interlayer.py", "README.md", "HANDBOOK.md")
KEPT = PROJECT / "mlruns" / "mutants.json"
LEAST = 0.9
SECONDS = 900
NUMERICS = "tasks/numerics"
FORKS = multiprocessing.get_context("forkserver")
"""Each change is tried in a process of its own that has the libraries already: to import them takes longer than most tests."""
LIBRARIES = ("keras", "pandas", "plotly.graph_objects", "scipy.stats", "tensorflow", "xarray")


@dataclass(frozen=True)
class Wing:
    """Sources, and the tests that should notice a change of them."""

    patterns: tuple[str, ...]
    """Of the sources."""
    tests: tuple[str, ...]

    @property
    def sources(self) -> list[str]:
        """Of the project's folder; raises FileNotFoundError where a pattern fits none."""
        found = {pattern: sorted(PROJECT.glob(pattern)) for pattern in self.patterns}
        if lost := [pattern for pattern, paths in found.items() if not paths]:
            raise FileNotFoundError(f"No source is called {', '.join(lost)}.")
        return [str(path.relative_to(PROJECT)) for paths in found.values() for path in paths]


WINGS = {
    "ledger": Wing(
        (
            "flows/blocks/sealed_arrays.py",
            "flows/blocks/trained_blocks.py",
            f"{NUMERICS}/networks/seed_blocks.py",
            f"{NUMERICS}/networks/replica_tables.py",
        ),
        (
            *("tests/test_trained_blocks.py", "tests/test_collect.py"),
            *(f"tests/numerics/networks/test_{name}.py" for name in ("seed_blocks", "replica_tables")),
        ),
    ),
    "windows": Wing(
        tuple(f"{NUMERICS}/series/{name}.py" for name in ("windows", "panel_windows", "panel_parts", "scaling")),
        ("tests/numerics/series",),
    ),
    "statistics": Wing(
        (f"{NUMERICS}/statistics/*.py",),
        ("tests/numerics/statistics", "tests/numerics/findings"),
    ),
    "atlas": Wing(
        (
            f"{NUMERICS}/atlas/*.py",
            "flows/collection/*.py",
            f"{NUMERICS}/series/characteristics.py",
        ),
        ("tests/numerics/atlas", "tests/numerics/series/test_characteristics.py", "tests/test_atlas.py"),
    ),
    "engine": Wing(
        (
            f"{NUMERICS}/networks/engine/*.py",
            *(f"{NUMERICS}/networks/{name}.py" for name in ("initialisation", "initializers", "randomness", "tuning")),
        ),
        ("tests/numerics/networks",),
    ),
    "chain": Wing(
        (f"{NUMERICS}/networks/chain/*.py",),
        (
            "tests/numerics/networks/test_chain_layers.py",
            "tests/numerics/networks/test_handed_over.py",
            "tests/test_public_networks.py",
        ),
    ),
}
SWAPPED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
NAMES = {
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "argmin": "argmax",
    "argmax": "argmin",
    "floor": "ceil",
    "ceil": "floor",
    "any": "all",
    "all": "any",
    "sum": "mean",
    "mean": "sum",
    "idxmin": "idxmax",
    "idxmax": "idxmin",
}
HARMLESS: dict[str, str] = {
    "flows/blocks/sealed_arrays.py: return opened.readline((257)).startswith(_beginning(file))": (
        "how much of a file is read to find the end of its first line"
    ),
    f"{NUMERICS}/networks/replica_tables.py: index = choice.reshape(len(choice), 1, -(2), *[1] * (table.ndim - 3))": (
        "NumPy takes every negative length for the one that it finds itself"
    ),
    f"{NUMERICS}/networks/seed_blocks.py: @dataclass(frozen=(False), order=True)": (
        "nothing sets a field of a block, and mypy tells of what would"
    ),
    f"{NUMERICS}/networks/seed_blocks.py: @dataclass(frozen=(False))": (
        "nothing sets a field of a block, and mypy tells of what would"
    ),
    f"{NUMERICS}/statistics/group_sequential.py: FURTHEST = (13.0)": (
        "where an integral over a normal density ends: beyond 12 standard deviations lies less than 1e-32"
    ),
    f"{NUMERICS}/networks/seed_blocks.py: origin: int = (1)": "who puts blocks together says the origin of each",
    f'{NUMERICS}/networks/seed_blocks.py: return hashlib.sha256(b"\\0".join([*sources, *versions])).hexdigest()[:(13)]': (
        "how many digits of the engine's digest go into the digest that is the key"
    ),
}
"""Changes that no test can notice, by `Mutant.key`, with the reason."""


@dataclass(frozen=True)
class Mutant:
    """One change."""

    source: str
    line: int
    before: str
    after: str
    text: str
    """The whole changed source."""

    @property
    def key(self) -> str:
        """As `HARMLESS` and a person know it: the line as it is changed."""
        return f"{self.source}: {self.text.splitlines()[self.line - 1].strip()}"


def main() -> int:
    """Prints each change that nobody notices, and the shares."""
    FORKS.set_forkserver_preload(list(LIBRARIES))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", default=",".join(WINGS))
    asked = parser.parse_args()
    shares = []
    with tempfile.TemporaryDirectory(prefix="interlayer-mutants-") as folder:
        place = copied(Path(folder) / "project")
        for name in asked.only.split(","):
            wing = WINGS[name]
            assert noticed(place, wing) == "", f"the tests of {name} fail without any change"
            drawn = sample(wing, asked.first, asked.count)
            counts = Counter[str]()
            for mutant in drawn:
                found = tried(place, wing, mutant)
                counts[found] += 1
                if found == "survived":
                    print(
                        f"  survived, {mutant.before} -> {mutant.after}, line {mutant.line} of {mutant.key}", flush=True
                    )
            shares.append(1 - counts["survived"] / max(len(drawn), 1))
            print(f"{name}: {len(drawn)} changes, {dict(counts)}, {shares[-1]:.0%} noticed or harmless", flush=True)
    return int(min(shares) < LEAST)


def copied(place: Path) -> Path:
    """The project elsewhere, to be changed there."""
    place.mkdir()
    for name in COPIED:
        path = PROJECT / name
        if path.is_dir():
            shutil.copytree(path, place / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, place / name)
    return place


def sample(wing: Wing, first: int, count: int) -> list[Mutant]:
    """Changes of a wing in an order that chance has, from the `first` on."""
    every = [mutant for source in wing.sources for mutant in mutants_of(source)]
    random.Random(0).shuffle(every)
    return every[first : first + count]


def tried(place: Path, wing: Wing, mutant: Mutant) -> str:
    """`noticed`, `survived` or `harmless`; kept for the next time."""
    if mutant.key in HARMLESS:
        return "harmless"
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    digest = hashlib.sha256(mutant.text.encode() + state_of(wing)).hexdigest()[:24]
    if digest not in kept:
        original = (place / mutant.source).read_text()
        (place / mutant.source).write_text(mutant.text)
        try:
            kept[digest] = "noticed" if noticed(place, wing, mutant.source) else "survived"
        finally:
            (place / mutant.source).write_text(original)
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(kept))
    return str(kept[digest])


def state_of(wing: Wing) -> bytes:
    """Digest of the tests and of every source."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in files_of(PROJECT, wing, "*.py"))).digest()


def files_of(place: Path, wing: Wing, name: str) -> list[Path]:
    """The files of its tests, those of folders by their name."""
    tests = [place / test for test in wing.tests]
    return sorted(path for test in tests for path in ([test] if test.suffix else test.rglob(name)))


def noticed(place: Path, wing: Wing, source: str = "") -> str:
    """What the tests say where one of them fails, those of the changed source first; empty where all pass."""
    own = re.sub(r"^(tasks|flows/comparison)/(.*?)(\w+)\.py$", r"tests/\2test_\3.py", source)
    # Of a file and a folder that holds it, pytest would take the folder alone.
    files = sorted(files_of(place, wing, "test_*.py"), key=lambda path: path != place / own)
    said = place.parent / "said"
    process = FORKS.Process(target=run_tests, args=(place, files, said))
    process.start()
    process.join(SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
        return "it did not end"
    return said.read_text()[-2000:] or "failed" if process.exitcode else ""


def run_tests(place: Path, files: list[Path], said: Path) -> None:
    """Runs tests of a copied project in this process, which ends with pytest's exit code, and writes what pytest says."""
    with said.open("w") as opened:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(opened.fileno(), stream.fileno())
    for name in [name for name in sys.modules if name.partition(".")[0] in ("flows", "tasks", "tests")]:
        del sys.modules[name]
    sys.path[:] = [str(place), *(path for path in sys.path if path not in ("", str(PROJECT)))]
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    os.chdir(place)
    options = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not full")
    sys.exit(pytest.main([*options, *map(str, files)]))


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every change of a source."""
    text = (PROJECT / source).read_text()
    tree = ast.parse(text)
    # Python does not tell where in the file the parts of an f-string stand.
    told = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        for changed in changes_of(node) if id(node) not in told else ():
            before = ast.get_source_segment(text, node) or ""
            after = ast.unparse(changed)
            lines = text.splitlines(keepends=True)
            start = sum(len(line.encode()) for line in lines[: node.lineno - 1]) + node.col_offset
            end = sum(len(line.encode()) for line in lines[: node.end_lineno - 1]) + node.end_col_offset
            whole = text.encode()
            new = whole[:start] + f"({after})".encode() + whole[end:]
            if isinstance(node, ast.stmt):
                new = whole[:start] + after.encode() + whole[end:]
            yield Mutant(source, node.lineno, " ".join(before.split()), " ".join(after.split()), new.decode())


def changes_of(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare(ops=[operator, *_]) if type(operator) in SWAPPED:
            yield replaced(node, "ops", [SWAPPED[type(operator)](), *node.ops[1:]])
        case ast.BinOp(op=operator) | ast.BoolOp(op=operator) if type(operator) in SWAPPED:
            yield replaced(node, "op", SWAPPED[type(operator)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield ast.Constant(node.value + 1)
        case ast.Call(func=ast.Attribute(attr=name)) if name in NAMES:
            yield replaced(node, "func", replaced(node.func, "attr", NAMES[name]))
        case ast.Call(func=ast.Name(id=name)) if name in NAMES:
            yield replaced(node, "func", ast.Name(NAMES[name]))
        case ast.IfExp():
            yield from (node.body, node.orelse)
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()


def replaced(node: Any, name: str, value: object) -> Any:
    """A copy of a node with another part."""
    changed = copy.copy(node)
    setattr(changed, name, value)
    return changed


if __name__ == "__main__":
    sys.exit(main())

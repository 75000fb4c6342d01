"""Every module can be imported, on whichever Python, without a warning that is not known."""

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import flows
import tasks

TESTS = Path(__file__).resolve().parent
APART = sorted(
    [*TESTS.glob("benchmarks/*.py"), *TESTS.glob("calibration/*.py"), *TESTS.glob("faults/*.py"), *TESTS.glob("*.py")]
)
"""What nothing but a long command may import."""


def test_every_module_is_imported():
    modules = [
        module.name
        for package in (flows, tasks)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    assert len(modules) > 100
    for module in modules:
        importlib.import_module(module)


@pytest.mark.parametrize("path", APART, ids=lambda path: str(path.relative_to(TESTS)))
def test_what_commands_beside_the_tests_import_of_the_project_is_there(path):
    wanted = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    for node in wanted:
        if (node.module or "").partition(".")[0] in ("flows", "tasks"):
            module = importlib.import_module(node.module)
            for name in node.names:
                if not hasattr(module, name.name):
                    importlib.import_module(f"{node.module}.{name.name}")

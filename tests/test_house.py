"""The house: imports run flows → tasks → tasks.numerics, and numbers know no orchestrator."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(PROJECT / "flows").rglob("*.py"), *(PROJECT / "tasks").rglob("*.py")])
OUTSIDE_TOOLS = {"prefect", "mlflow", "great_expectations"}


def imports(source: str) -> set[str]:
    """Every module that a source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def forbidden(path: str, imported: set[str]) -> set[str]:
    """What a file of this path may not import of what it does."""
    if path.startswith("flows/"):
        return set()
    wrong = {name for name in imported if name.split(".")[0] == "flows"}
    if path.startswith("tasks/numerics/"):
        wrong |= {name for name in imported if name.split(".")[0] in OUTSIDE_TOOLS}
        wrong |= {name for name in imported if name.startswith("tasks.") and not name.startswith("tasks.numerics")}
    else:
        # A verb may have rooms of its own: tasks/plot/training.py is imported by tasks/plot alone.
        own = ("tasks.numerics", f"tasks.{path.split('/')[1]}.")
        wrong |= {name for name in imported if name.startswith("tasks.") and not name.startswith(own)}
        wrong |= {name for name in imported if name.split(".")[0] == "prefect"}
    return wrong


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_arrows_run_one_way(path):
    assert forbidden(str(path.relative_to(PROJECT)), imports(path.read_text())) == set()


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("tasks/load.py", "from tasks.validate import validate"),
        ("tasks/load.py", "def f():\n    import flows.study"),
        ("tasks/report.py", "from tasks.plot.canvas import canvas"),
        ("tasks/plot/canvas.py", "from tasks.report import render_report"),
        ("tasks/numerics/series.py", "from tasks import load\nimport tasks.load"),
        ("tasks/numerics/series.py", "def f():\n    from mlflow import MlflowClient"),
    ],
)
def test_a_wrong_import_is_seen(path, source):
    assert forbidden(path, imports(source))


def test_rooms_are_not_crowded():
    crowded = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        longest = max(
            (n.end_lineno - n.lineno + 1 for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)), default=0
        )
        lines = len(path.read_text().splitlines())
        if lines > 280 or longest > 60:
            crowded[str(path.relative_to(PROJECT))] = (lines, longest)
    assert crowded == {}


def test_no_room_is_a_junk_room():
    names = {part for path in SOURCES for part in path.relative_to(PROJECT).with_suffix("").parts}
    assert not names & {"utils", "util", "common", "helpers", "base", "misc"}

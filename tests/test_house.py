"""The house: imports run flows → tasks → tasks.numerics, between wings and rooms too, in no circle, and numbers know no orchestrator."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*(PROJECT / "flows").rglob("*.py"), *(PROJECT / "tasks").rglob("*.py")])
OUTSIDE_TOOLS = {"prefect", "mlflow", "great_expectations"}
GROUND = {"series", "networks", "statistics"}
BELOW = {
    **{wing: set() for wing in GROUND},
    "problems": GROUND,
    "findings": GROUND | {"problems"},
    "audit": GROUND | {"problems"},
    "atlas": GROUND,
    "champions": GROUND | {"problems"},
}
"""The wings, and those that each may import from."""
ROOMS = (
    "environment",
    "private_files",
    "terminal",
    "sources",
    "team",
    "studies",
    "servers",
    "blocks",
    "workers",
    "training",
    "comparison",
    "operation",
    "flow_runs",
    "collection",
    "scheduling",
    "compare",
    "compared",
    "forecast",
    "audit",
    "atlas",
    "deployments",
    "serve",
    "upkeep",
    "command_line",
    "notebook",
    "main",
)
"""Files and folders of `flows`, from the ground up: each may import from those before it."""
PROBLEMS = {path.name for path in (PROJECT / "tasks/numerics/problems").iterdir() if path.is_dir()} - {"__pycache__"}


def imports(source: str) -> set[str]:
    """Every module that a source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def wing_of(name: str) -> tuple[str, ...]:
    """The wing of a module of the numbers, a problem's folder after it; empty for what stands beside the wings."""
    parts = tuple(name.split(".")[2:])
    if not parts or parts[0] not in BELOW:
        return ()
    return parts[:2] if parts[0] == "problems" and parts[1:2] and parts[1] in PROBLEMS else parts[:1]


def is_below(wing: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether modules of a wing may import those of another."""
    if not other or other == wing:
        return True
    if wing[:1] == other[:1] == ("problems",):
        # A problem uses what all problems share; the list of problems alone names them.
        return len(wing) > len(other)
    return bool(wing) and other[0] in BELOW[wing[0]]


def wrong_wings(path: str, imported: set[str]) -> set[str]:
    """What a module of the numbers may not import of what it does, by its wing."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    if module == "tasks.numerics.problems":
        return {name for name in imported if wing_of(name)[:1] in (("findings",), ("audit",))}
    own = wing_of(module)
    return {name for name in imported if name.startswith("tasks.numerics.") and not is_below(own, wing_of(name))}


def room_of(place: str) -> str:
    """The room of `flows` that a module, or a file, is in."""
    return place.replace("/", ".").split(".")[1]


def stands_below(room: str, other: str) -> bool:
    """Whether a room may be imported from another one of `flows`."""
    return room == other or ROOMS.index(room) < ROOMS.index(other)


def forbidden(path: str, imported: set[str]) -> set[str]:
    """What a file of this path may not import of what it does."""
    if path.startswith("flows/"):
        return {
            name for name in imported if name.startswith("flows.") and not stands_below(room_of(name), room_of(path))
        }
    wrong = {name for name in imported if name.split(".")[0] == "flows"}
    if path.startswith("tasks/numerics/"):
        wrong |= {name for name in imported if name.split(".")[0] in OUTSIDE_TOOLS}
        wrong |= {name for name in imported if name.startswith("tasks.") and not name.startswith("tasks.numerics")}
        wrong |= wrong_wings(path, imported)
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
        ("flows/servers/addresses.py", "def f():\n    from flows.command_line.flags import flags_of"),
        ("flows/environment.py", "from flows.main import main"),
        ("flows/comparison/pipeline.py", "from flows.operation import promotion"),
        ("tasks/load.py", "from tasks.validate import validate"),
        ("tasks/load.py", "def f():\n    import flows.studies.study"),
        ("tasks/report.py", "from tasks.plot.canvas import canvas"),
        ("tasks/plot/canvas.py", "from tasks.report import render_report"),
        ("tasks/numerics/series/series.py", "from tasks import load\nimport tasks.load"),
        ("tasks/numerics/series/series.py", "def f():\n    from mlflow import MlflowClient"),
        ("tasks/numerics/series/series.py", "from tasks.numerics.networks.variants import Variant"),
        ("tasks/numerics/settings.py", "from tasks.numerics.networks.variants import Variant"),
        ("tasks/numerics/statistics/metrics.py", "from tasks.numerics.problems import problem"),
        ("tasks/numerics/problems/forecasting/results.py", "from tasks.numerics.problems.reconstruction import scores"),
        ("tasks/numerics/problems/forecasting/results.py", "from tasks.numerics.findings.causes import causes"),
        ("tasks/numerics/findings/overview.py", "from tasks.numerics.audit.audits import Audit"),
        ("tasks/numerics/atlas/rows.py", "from tasks.numerics.findings.causes import causes"),
        ("tasks/numerics/statistics/ranks.py", "from tasks.numerics.atlas.tables import Atlas"),
        ("tasks/numerics/champions/kept.py", "from tasks.numerics.findings.causes import causes"),
    ],
)
def test_a_wrong_import_is_seen(path, source):
    assert forbidden(path, imports(source))


def test_every_room_has_its_floor():
    rooms = {
        path.relative_to(PROJECT / "flows").parts[0].removesuffix(".py") for path in (PROJECT / "flows").rglob("*.py")
    }
    assert rooms - {"__init__"} == set(ROOMS) and len(ROOMS) == len(set(ROOMS))


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Modules that import one another in a circle, the last one the first; empty where there is none."""
    clear: set[str] = set()

    def from_here(module: str, way: tuple[str, ...]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module not in clear:
            for other in sorted(arrows.get(module, ())):
                if found := from_here(other, (*way, module)):
                    return found
            clear.add(module)
        return []

    return next((found for module in sorted(arrows) if (found := from_here(module, ()))), [])


def test_a_circle_is_seen():
    assert circle({"a": {"b"}, "b": {"c", "d"}, "c": set(), "d": {"b"}}) == ["b", "d", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}}) == []


def test_no_files_import_one_another_in_a_circle():
    """Wherever in a file it is imported: late, or for a type alone, it is known all the same."""
    modules = {
        ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCES
    }
    arrows = {module: imports(path.read_text()) & modules.keys() - {module} for module, path in modules.items()}
    # A package that only hands names on is imported with any of its modules, and that is no arrow.
    own = {module: {other for other in found if not module.startswith(f"{other}.")} for module, found in arrows.items()}
    assert circle(own) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_nobody_knows_a_problem_by_its_name_but_the_list_of_problems(path):
    """A further problem is a folder and a line: nothing else has to learn of it."""
    within = path.relative_to(PROJECT).as_posix()
    if within.startswith("tasks/numerics/problems/"):
        return
    named = {name for name in imports(path.read_text()) for problem in PROBLEMS if f"problems.{problem}" in name}
    assert named == set()


def test_rooms_are_not_crowded():
    crowded = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        longest = max(
            (n.end_lineno - n.lineno + 1 for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)), default=0
        )
        lines = len(path.read_text().splitlines())
        if lines > 250 or longest > 60:
            crowded[str(path.relative_to(PROJECT))] = (lines, longest)
    assert crowded == {}


def test_no_room_is_a_junk_room():
    names = {part for path in SOURCES for part in path.relative_to(PROJECT).with_suffix("").parts}
    assert not names & {"utils", "util", "common", "helpers", "base", "misc"}


def constants(source: str) -> set[str]:
    """Names of environment variables that a module's constants hold."""
    tops = [node for node in ast.parse(source).body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value]
    texts = {part.value for node in tops for part in ast.walk(node.value) if isinstance(part, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z]+(?:_[A-Z0-9]+)+", text)}


def test_the_name_of_a_variable_is_declared_once():
    found = Counter(name for path in SOURCES for name in constants(path.read_text()))
    assert found["MLFLOW_TRACKING_URI"] and [name for name, count in found.items() if count > 1] == []

"""Writes the parts of HANDBOOK.md that are told by the code itself: settings, presets, metrics and the tree of files.

`python -m tests.handbook` renews them.
"""

import ast
from pathlib import Path

from flows.studies.given_settings import setting_descriptions
from flows.studies.presets import PRESETS
from tasks.numerics.problems.classification.results import ClassResult
from tasks.numerics.problems.forecasting.results import ForecastResult
from tasks.numerics.problems.reconstruction.results import ReconstructionResult

PROJECT = Path(__file__).resolve().parents[1]
HANDBOOK = PROJECT / "HANDBOOK.md"
OTHERS = {
    ".jinja": "a template of pages",
    ".css": "a style of pages",
    ".js": "a script of pages",
    ".sql": "a new store, as its tool's migrations make it",
}


def settings() -> str:
    """A table a group of settings: flag, default, what it is."""
    groups: dict[str, list[str]] = {}
    for group, name, default, description in setting_descriptions():
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else str(default)
        row = f"| `--{name.replace('_', '-')}` | {f'`{shown}`' if shown else ''} | {description} |"
        groups.setdefault(group, []).append(row)
    head = "| flag | default | what it is |\n|---|---|---|"
    return "\n\n".join(f"**{group}**\n\n{head}\n" + "\n".join(rows) for group, rows in groups.items())


def presets() -> str:
    """A row a preset."""
    rows = [f"| `{name}` | {one.words} | {one.seconds} s |" for name, one in PRESETS.items()]
    return "\n".join(["| preset | what | first time, about |", "|---|---|---:|", *rows])


def metrics() -> str:
    """A row a metric of forecasters, of autoencoders and of classifiers."""
    found = []
    kinds = {"Forecasters": ForecastResult, "Autoencoders": ReconstructionResult, "Classifiers": ClassResult}
    for title, result in kinds.items():
        rows = [f"| `{key}` | {one.name} | {one.better} | {one.meaning} |" for key, one in result.metrics.items()]
        found.append(
            "\n".join([f"**{title}**", "", "| key | name | better | what it says |", "|---|---|---|---|", *rows])
        )
    return "\n\n".join(found)


def tree() -> str:
    """Every file with the first sentence of its docstring."""
    lines = ["interlayer.py", f"  {sentence(PROJECT / 'interlayer.py')}"]
    for top in ("flows", "tasks", "tests"):
        for folder in sorted({path.parent for path in (PROJECT / top).rglob("*.py")}):
            if "__pycache__" in folder.parts:
                continue
            lines.append(f"{folder.relative_to(PROJECT)}/")
            for path in sorted(one for one in folder.iterdir() if one.suffix == ".py" or one.suffix in OTHERS):
                words = sentence(path) if path.suffix == ".py" else OTHERS[path.suffix]
                if path.name != "__init__.py" or words:
                    lines.append(f"  {path.name:<26} {words}".rstrip())
    return "```\n" + "\n".join(lines) + "\n```"


def sentence(path: Path) -> str:
    """The first sentence of a module's docstring."""
    words = ast.get_docstring(ast.parse(path.read_text())) or ""
    return words.splitlines()[0].removesuffix(".") if words else ""


PARTS = {"settings": settings, "presets": presets, "metrics": metrics, "tree": tree}


def renewed(text: str) -> str:
    """The handbook with its parts as the code tells them now."""
    for name, part in PARTS.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}{part()}\n{end}{after}"
    return text


if __name__ == "__main__":
    HANDBOOK.write_text(renewed(HANDBOOK.read_text()))

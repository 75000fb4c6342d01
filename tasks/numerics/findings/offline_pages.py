"""Pages that open offline: templates filled, with their figures and Plotly itself inside."""

import base64
import gzip
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from tasks.numerics.problems.overview import SIGNS

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from jinja2 import Environment

SHARED = Path(__file__).with_name("pages")
"""Style, scripts and parts that every page has."""
LIBRARIES = (
    "tensorflow",
    "keras",
    "numpy",
    "pandas",
    "xarray",
    "statsforecast",
    "prefect",
    "mlflow",
    "great-expectations",
)


@dataclass(frozen=True)
class Background:
    """How a result came about."""

    settings: Mapping[str, Any]
    """The study, nested, as JSON types."""
    places: Mapping[str, str]
    """Where more of it is, such as MLflow -> address and run."""
    timings: Mapping[str, float]
    """Seconds a stage."""


def render(template: Path, figures: "Mapping[str, go.Figure]", **parts: Any) -> str:
    """A page as HTML, from a template, its figures by name and whatever else it shows."""
    pages = environment(template.parent)
    return pages.get_template(template.name).render(
        **parts,
        embedded=embed(figures),
        heights={name: figure.layout.height for name, figure in figures.items()},
        versions=versions(),
        plotly=packed_plotly(),
    )


def environment(folder: Path) -> "Environment":
    """Templates of a folder, and what all pages share."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"words": marked, "heading": heading, "cell": cell, "look": look}
    return pages


@cache
def packed_plotly() -> str:
    """Plotly's script, compressed, as text: a page unpacks it itself."""
    from plotly.offline import get_plotlyjs

    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), compresslevel=6, mtime=0)).decode()


def marked(text: str) -> Markup:
    """A text with its `code` and **bold**."""
    found = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", found))  # escaped above


def heading(text: str) -> Markup:
    """A column's name; what stands on further lines is small."""
    first, *rest = text.split("\n")
    return escape(first) + Markup("<small>{}</small>").format(Markup("<br>").join(rest)) if rest else escape(first)


def cell(text: str) -> Markup:
    """A cell; an interval, and what stands on further lines, is small and below."""
    first, *rest = text.split("\n")
    start, opening, ends = first.partition(" [")
    found = escape(start)
    if opening:
        found += Markup(" <br><small>[{}</small>").format(ends)
    for line in rest:
        found += Markup("<br><small>{}</small>").format(line)
    return found


def look(text: str, words: bool) -> Markup:
    """The class of a cell: of text, and by its verdict."""
    word = text.partition("\n")[0][2:] if text[:1] in SIGNS.values() else ""
    names = [*(["words"] if words else []), *(["word", word] if word in SIGNS else [])]
    return Markup(' class="{}"').format(" ".join(names)) if names else Markup("")


def embed(figures: "Mapping[str, go.Figure]") -> str:
    """The figures as JSON for a script element, what repeats (dates, actual values, the style) written once.

    `{"shared": [value, ...], "figures": {name: {data, layout}}}`; a trace's x and y and a layout's template are
    `{"shared": index}`.
    """
    shared: dict[str, int] = {}
    found = {}
    for name, figure in figures.items():
        spec = json.loads(figure.to_json())
        for part, keys in [*((trace, {"x", "y"}) for trace in spec["data"]), (spec["layout"], {"template"})]:
            for key in sorted(keys & part.keys()):
                part[key] = {"shared": shared.setdefault(json.dumps(part[key]), len(shared))}
        found[name] = {"data": spec["data"], "layout": spec["layout"]}
    text = json.dumps({"shared": [json.loads(text) for text in shared], "figures": found}, allow_nan=False)
    # A name such as </script> must not end the element.
    return text.replace("<", "\\u003c")


def versions() -> dict[str, str]:
    """Versions of what computed the result."""
    return {"Python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def flat_settings(settings: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Nested settings as rows of group, name and value."""
    rows = []
    for group, values in settings.items():
        for name, value in values.items() if isinstance(values, Mapping) else [("", values)]:
            text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            rows.append((group, name, text))
    return rows

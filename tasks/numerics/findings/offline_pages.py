"""Pages that open offline: templates filled, with their figures and Plotly itself inside."""

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

TEMPLATES = Path(__file__).parents[2]
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


def render(template: str, figures: "Mapping[str, go.Figure]", **parts: Any) -> str:
    """A page as HTML, from a template of `tasks/`, its figures by name and whatever else it shows."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from plotly.offline import get_plotlyjs

    pages = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template(template).render(
        **parts,
        embedded=embed(figures),
        heights={name: figure.layout.height for name, figure in figures.items()},
        versions=versions(),
        plotly=get_plotlyjs(),
    )


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

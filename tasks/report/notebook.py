"""A comparison's face in a notebook: the answer, its intervals and the table, without any script."""

from pathlib import Path
from typing import Any

import numpy as np

from tasks.numerics.findings.answer import answer
from tasks.numerics.findings.conclusions import cautions
from tasks.numerics.findings.drawing_tables import plain
from tasks.numerics.findings.drawings import verdicts_of
from tasks.numerics.findings.offline_pages import environment
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.score_tables import score_table

TEMPLATE = Path(__file__).with_name("face.html.jinja")
WIDTH, LABELS, ROW = 640, 220, 22
"""Of the drawing, of its labels, and the height of a row, in pixels."""
MOST_ROWS = 12
"""Variants that are drawn; the table has all."""


def render_face(overview: Overview[Any]) -> str:
    """HTML that is safe in the dark and offline."""
    return str(
        environment(TEMPLATE.parent)
        .get_template(TEMPLATE.name)
        .render(
            answer=answer(overview),
            table=score_table(overview, "scores"),
            cautions=cautions(overview),
            **intervals(overview),
        )
    )


def intervals(overview: Overview[Any]) -> dict[str, Any]:
    """The intervals of the verdicts as places of a drawing (pixels); nothing where there is no variant."""
    if not overview.primary:
        return {"intervals": [], "region": None, "zero": 0, "width": 0, "height": 0, "title": ""}
    drawing = verdicts_of(overview)
    shown = slice(0, MOST_ROWS)
    centre, reach = np.nan_to_num(drawing.centre[shown]), np.nan_to_num(drawing.reach[shown])
    width = float(drawing.region[0]) if np.isfinite(drawing.region[0]) else 0.0
    low, high = min([*(centre - reach), -width]), max([*(centre + reach), width])
    scale = (WIDTH - LABELS - 10) / ((high - low) or 1.0)

    def place(value: float) -> float:
        return round(float(LABELS + (value - low) * scale), 1)

    rows = [
        {
            "name": name,
            "y": 32 + ROW * at,
            "low": place(middle - half),
            "high": place(middle + half),
            "centre": place(middle),
        }
        for at, (name, middle, half) in enumerate(zip(drawing.rows[shown], centre, reach, strict=True))
    ]
    return {
        "intervals": rows,
        "region": (place(-width), round(2 * width * scale, 1)) if width else None,
        "zero": place(0.0),
        "width": WIDTH,
        "height": 44 + ROW * len(rows),
        "title": f"{plain(drawing.title)}, {plain(drawing.x_title)}",
    }

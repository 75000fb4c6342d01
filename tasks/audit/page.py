"""audit.html: an audit on one page that opens offline."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.numerics.audit.audits import Audit
from tasks.numerics.audit.claims import Recipe
from tasks.numerics.audit.recipes import PROPERLY
from tasks.numerics.audit.sentences import as_published, capital, cautions, conclusions, number, shown
from tasks.numerics.audit.tables import direction_rows, pair_rows, standing_rows
from tasks.numerics.findings.offline_pages import render
from tasks.numerics.statistics.metrics import METRICS

if TYPE_CHECKING:
    import plotly.graph_objects as go

CHOICES = {
    "rows": "first rows taken",
    "part": "share windowed for training",
    "scaling": "0 to 1 over",
    "test_scaling": "test windows scaled",
    "inversion": "forecasts inverted",
    "drops_last_window": "last window lost",
}
SAID = {
    "training_part": "the part for training",
    "training_rows": "all first rows",
    "whole_series": "the whole series",
    "as_training": "as in training",
    "test_windows": "each lag over the test windows",
    True: "yes",
    False: "no",
}


def render_page(audit: Audit, figures: "Mapping[str, go.Figure]", digest: str) -> str:
    """The page as HTML; `figures` as `plot_claims` makes them."""
    return render(
        Path(__file__).with_name("audit.html.jinja"),
        figures,
        audit=audit,
        claim=audit.claim,
        conclusions=conclusions(audit),
        cautions=cautions(audit),
        published=published_rows(audit),
        standings=groups(standing_rows(audit)),
        pairs=groups(pair_rows(audit)),
        directions=groups(direction_rows(audit)) if audit.claim.directions == "pandas_aligned" else [],
        baselines=[(name, number(value)) for name, value in audit.baselines.items()],
        verdicts=verdict_rows(audit),
        choices=choice_rows(audit),
        metrics=METRICS,
        digest=digest,
    )


def groups(rows: list[tuple[str, ...]]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Rows (group, cells) by their group, in order."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for group, *cells in rows:
        found.setdefault(capital(group), []).append(tuple(cells))
    return list(found.items())


def published_rows(audit: Audit) -> list[tuple[str, ...]]:
    """Variant and what was published for it: RMSE, MFE, MDA."""
    return [
        (one.variant.name, *(as_published(metric, one.published(metric)) for metric in ("rmse", "mfe", "mda")))
        for one in audit.claim.variants
    ]


def verdict_rows(audit: Audit) -> list[tuple[str, ...]]:
    """Metric, word, difference with its interval, p, share of seeds in which the other variant is better, what would decide it."""
    return [
        (
            METRICS[metric].label,
            one.word,
            f"{shown(metric, one.difference, sign=True)} [{shown(metric, one.low, sign=True)}, {shown(metric, one.high, sign=True)}]",
            f"{one.p:.2g}",
            f"{100 * one.improvement:.0f} %",
            one.needed,
        )
        for metric, one in audit.verdicts.items()
    ]


def choice_rows(audit: Audit) -> list[tuple[str, ...]]:
    """A choice of preparation, and what every recipe made of it, the proper one last."""
    last = {
        "rows": str(len(audit.values) - audit.claim.test),
        "part": f"{100 * (1 - audit.claim.validation):g} %, the rest validates",
        "scaling": "the rows for training alone",
        "test_scaling": SAID["as_training"],
        "inversion": SAID["as_training"],
        "drops_last_window": SAID[False],
    }
    head = ("", *(capital(one.name) for one in audit.claim.recipes), capital(PROPERLY))
    names = [field.name for field in fields(Recipe) if field.name != "name"]
    return [head, *((CHOICES[name], *(said(one, name) for one in audit.claim.recipes), last[name]) for name in names)]


def said(recipe: Recipe, name: str) -> str:
    """A choice in words."""
    value = getattr(recipe, name)
    if name == "part":
        return f"{100 * value:g} %"
    return str(value) if name == "rows" else SAID[value]

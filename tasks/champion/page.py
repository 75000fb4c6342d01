"""Pages of a champion that open offline."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.numerics.champions.pages import Page
from tasks.numerics.findings.offline_pages import render

if TYPE_CHECKING:
    import plotly.graph_objects as go

TEMPLATE = Path(__file__).with_name("champion.html.jinja")


def render_page(page: Page, figures: "Mapping[str, go.Figure]") -> str:
    """A page as HTML, with its figures as `plot` draws them."""
    return render(TEMPLATE, figures, page=page, titles={name: one.title for name, one in page.drawings.items()})

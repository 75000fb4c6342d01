"""atlas.html: what many series say, on one page that opens offline."""

from pathlib import Path
from typing import TYPE_CHECKING

from tasks.numerics.atlas.distributions import VariantEffects
from tasks.numerics.atlas.report_tables import EFFECTS, RANKS, effect_table, frequency_table, rank_table
from tasks.numerics.atlas.sentences import cautions, headline, introduction, sentences
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.findings.offline_pages import render
from tasks.numerics.statistics.ranks import Ranks
from tasks.numerics.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go


def render_atlas(
    atlas: Atlas,
    found: "Mapping[str, tuple[VariantEffects, ...]]",
    ranked: "Mapping[str, Ranks | None]",
    figures: "Mapping[str, go.Figure]",
) -> str:
    """The page as HTML, the variants' effects and ranks by network; `figures` as `plot_atlas` makes them."""
    sections = []
    for network, own in found.items():
        columns, rows = frequency_table(atlas, own)
        ranks = ranked[network]
        sections.append(
            {
                "network": network,
                "headline": headline(own),
                "introduction": introduction(atlas, network),
                "sentences": sentences(own),
                "cautions": cautions(atlas, own),
                "effects": effect_table(own),
                "frequency_columns": columns,
                "frequencies": rows,
                "ranks": rank_table(ranks) if ranks else [],
                "ranked": len(ranks.by_series) if ranks else 0,
            }
        )
    return render(
        Path(__file__).with_name("atlas.html.jinja"),
        figures,
        atlas=atlas,
        networks=sections,
        effect_columns=EFFECTS,
        rank_columns=RANKS,
    )


def write_page(html: str, path: Path) -> None:
    """The page as a file, whole or not at all."""
    write_whole(path, html)

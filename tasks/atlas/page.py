"""atlas.html: what many series say, on one page that opens offline."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.numerics.atlas.advice import COSTS, advice, cost_table, own_choice
from tasks.numerics.atlas.association_words import (
    ASSOCIATIONS,
    PREDICTIONS,
    association_sentences,
    association_table,
    prediction_table,
    unsaid,
)
from tasks.numerics.atlas.network_findings import NetworkFindings
from tasks.numerics.atlas.report_tables import EFFECTS, RANKS, effect_table, group_table, rank_sentence, rank_table
from tasks.numerics.atlas.sentences import cautions, introduction, sentences
from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.findings.offline_pages import render
from tasks.numerics.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go


def render_atlas(atlas: Atlas, found: "Mapping[str, NetworkFindings]", figures: "Mapping[str, go.Figure]") -> str:
    """The page as HTML; `figures` as `plot_atlas` makes them."""
    return render(
        Path(__file__).with_name("atlas.html.jinja"),
        figures,
        atlas=atlas,
        libraries=sorted({name for one in atlas.about["networks"].values() for name in one["versions"]}),
        networks=[section(atlas, network, own) for network, own in found.items()],
        effect_columns=EFFECTS,
        rank_columns=RANKS,
        cost_columns=COSTS,
        association_columns=ASSOCIATIONS,
        prediction_columns=PREDICTIONS,
    )


def section(atlas: Atlas, network: str, own: NetworkFindings) -> dict[str, Any]:
    """The words and tables of a network."""
    effects, found = own.effects, own.associations
    frequency_columns, frequencies = group_table(atlas, effects, "frequency")
    source_columns, sources = group_table(atlas, effects, "source")
    return {
        "network": network,
        "advice": advice(own.choice),
        "own_choice": own_choice(own.choice),
        "costs": cost_table(own.choice) if own.choice else [],
        "introduction": introduction(atlas, network),
        "sentences": sentences(effects),
        "cautions": cautions(atlas, effects),
        "effects": effect_table(effects),
        "frequency_columns": frequency_columns,
        "frequencies": frequencies,
        "source_columns": source_columns,
        "sources": sources,
        "associated": association_sentences(found),
        "unsaid": unsaid(found) if found.rows else (),
        "shown": association_table(found.shown),
        "associations": association_table(found.rows),
        "predictions": prediction_table(found),
        "ranks": rank_table(own.ranks) if own.ranks else [],
        "critical": rank_sentence(own.ranks) if own.ranks else "",
        "ranked": len(own.ranks.by_series) if own.ranks else 0,
    }


def write_page(html: str, path: Path) -> None:
    """The page as a file, whole or not at all."""
    write_whole(path, html)

"""The page's section on the decision: what every choice comes to, and what is beyond doubt."""

from typing import Any

from tasks.numerics.findings.decision import decision
from tasks.numerics.findings.decision_tables import certain_rows, odds_explained, option_columns, option_rows
from tasks.numerics.findings.decision_words import decision_in_words
from tasks.numerics.findings.further_training import further_training_in_words
from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.sections import Block, Paragraph, Points, Section, Table

Found = Overview[Any]


def decision_section(overview: Found) -> list[Section]:
    """What every choice comes to; none where there is nothing to choose from."""
    rows = option_rows(overview)
    if not rows:
        return []
    columns = option_columns(overview)
    certain = certain_rows(overview)
    found: tuple[Block, ...] = (
        Paragraph(" ".join(filter(None, (*decision_in_words(overview), further_training_in_words(overview))))),
        Table("decision-table", columns, (rows,), best=frozenset({decision(overview).choice})),
    )
    if certain:
        found += (Paragraph("What is beyond doubt on this very test part, over other seeds:"), Points(certain))
    return [
        Section("decision", "Decision", (*found, Paragraph(f"* the choice. {odds_explained(overview)}", soft=True)))
    ]

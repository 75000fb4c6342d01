"""Writes the part of ANSWER.md that the bundled Atlas tells.

`python -m tests.answer` renews it.
"""

from pathlib import Path

from tasks.numerics.atlas.advice import advice, own_choice
from tasks.numerics.atlas.association_words import association_sentences
from tasks.numerics.atlas.network_findings import NetworkFindings, findings_of
from tasks.numerics.atlas.priors import the_atlas
from tasks.numerics.atlas.report_tables import SHORT, group_table, short_table
from tasks.numerics.atlas.sentences import cautions, introduction
from tasks.numerics.atlas.tables import Atlas

ANSWER = Path(__file__).resolve().parents[1] / "ANSWER.md"
START, END = "<!-- atlas -->\n", "<!-- end of atlas -->"
WIDEST = 6
"""Columns of a table that a page of text has room for."""


def atlas_part() -> str:
    """Every network of the bundled Atlas: what to do, what every variant does, and what it hangs on."""
    atlas = the_atlas()
    if atlas is None:
        raise SystemExit("There is no Atlas in data/atlas: collect it with 'interlayer atlas --output data/atlas'.")
    return "\n\n".join(section(atlas, name, own) for name, own in findings_of(atlas).items())


def section(atlas: Atlas, name: str, own: NetworkFindings) -> str:
    """One network."""
    first, *others = advice(own.choice)
    parts = [f"### {atlas.about['networks'][name]['words']}", f"**{first}**", *others, *own_choice(own.choice)]
    parts.append(table(SHORT, short_table(own.effects)))
    columns, rows = group_table(atlas, own.effects, "source")
    if 2 < len(columns) <= WIDEST:
        parts += ["By source of the series (mean, and share of series that are hurt):", table(columns, rows)]
    parts += [*association_sentences(own.associations), introduction(atlas, name)]
    parts += [f"- {one}" for one in cautions(atlas, own.effects)]
    return "\n\n".join(parts).replace("\n\n- ", "\n- ").replace("\n- ", "\n\n- ", 1)


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """In Markdown, numbers to the right."""
    lines = [columns, ("---", *["---:"] * (len(columns) - 1)), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def renewed(text: str) -> str:
    """The answer with what the Atlas says now."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    return f"{before}{start}{atlas_part()}\n{end}{after}"


if __name__ == "__main__":
    ANSWER.write_text(renewed(ANSWER.read_text()))

"""What a page shows, as data: sections of paragraphs, tables, figures and definitions, in the order in which they are read.

Texts may hold `code` and **bold**; cells may hold a line break, what stands below it is small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Rows = list[tuple[str, ...]]
Sample = Literal["solid", "dash", "dot", "band", "grey", "box", "point", "diamond", "interval", "tick"]
"""How a line, area or mark looks in a legend."""


@dataclass(frozen=True)
class Paragraph:
    """A few sentences."""

    text: str
    soft: bool = False
    """Whether it is an aside."""


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Definitions:
    """Terms and what they mean."""

    terms: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table, in groups of rows that belong together; the first cell of a row names it."""

    name: str
    """Of the element on the page, for links."""
    columns: tuple[str, ...]
    groups: tuple[Rows, ...]
    words: tuple[int, ...] = ()
    """Columns of text, from 0, beside the first."""
    best: frozenset[str] = frozenset()
    """Names of rows that are the best of their kind."""
    caption: str = ""


@dataclass(frozen=True)
class Figures:
    """Figures by name, side by side, with what their marks mean."""

    names: tuple[str, ...]
    legend: tuple[tuple[Sample, str], ...] = ()
    wide: bool = False


@dataclass(frozen=True)
class Details:
    """What is shown when it is asked for."""

    summary: str
    blocks: "tuple[Block, ...]"
    name: str = ""
    opened: bool = False


Block = Paragraph | Heading | Points | Definitions | Table | Figures | Details


@dataclass(frozen=True)
class Section:
    """A section of the page."""

    name: str
    title: str
    blocks: tuple[Block, ...]

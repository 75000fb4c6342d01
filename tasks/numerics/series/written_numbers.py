"""Numbers as they are written in a table of texts, made plain where a column has one reading; where it has two, both are shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from tasks.numerics.errors import InputError
from tasks.numerics.series.number_shapes import EVERY, GROUPS, PLAIN, Marks, is_number, number_in
from tasks.numerics.series.tables import Read, as_numbers, is_text, some, unreadable
from tasks.numerics.wording import cell, few


@dataclass(frozen=True)
class Readings:
    """The ways in which most numbers of a column may be written, that give different values; none where it holds no number."""

    marks: tuple[Marks, ...]
    decimals: frozenset[str]
    """Of all ways that fit, of those of the same values too."""


def are_numbers(column: pd.Series) -> pd.Series:
    """Whether a cell (N,) holds a number, in whatever way it is written."""
    plain = as_numbers(column).notna()
    if plain.all() or not _is_written(column):
        return plain
    rest = (~plain & column.notna()).to_numpy()
    plain[rest] = np.array([is_number(text.strip()) for text in column[rest]], bool)
    return plain


def decimals_of(read: Read, beside: Collection[str]) -> frozenset[str]:
    """The decimal marks of columns that can be read with one alone; `beside`, columns that hold no numbers whatever they look like."""
    names = [str(name) for name in read.table if name not in beside and _holds_numbers(read.table[name])]
    found = [readings_of(read.table[name]).decimals for name in names]
    return frozenset().union(*(one for one in found if len(one) == 1))


def plain_numbers(
    read: Read, used: Sequence[str], beside: Collection[str], decimal: str, told: frozenset[str] = frozenset()
) -> Read:
    """The same with plain numbers in the place of those that are written otherwise, and a note of it.

    `decimal` is what `--decimal` says; `told` are decimal marks that other tables of the same kind can be read with alone.
    Raises InputError where a column that is `used` has two readings, or is written in two ways.
    """
    columns = {
        str(name): column
        for name, column in read.table.items()
        if (name in used and _is_written(column)) or (name not in beside and _holds_numbers(column))
    }
    if read.commas and not decimal and not told and not any(unreadable(column).any() for column in columns.values()):
        return read  # plain throughout, as most files are: a million rows are looked at once
    found = {name: readings_of(column, decimal) for name, column in columns.items()}
    certain = told.union(*(one.decimals for one in found.values() if len(one.decimals) == 1))
    plain: dict[str, pd.Series] = {}
    written: dict[Marks, list[str]] = {}
    for name, readings in found.items():
        marks = _one_of(readings.marks, certain, read.commas) if readings.marks else Marks(decimal or ".")
        if marks is None and name in used:
            raise _two_readings(name, readings.marks, read)
        if marks in (None, PLAIN):
            continue
        made = _made_plain(read.table[name], marks)
        mixed = _first_in_two_ways(read.table[name], made, marks)
        if mixed is not None and name in used:
            raise _two_ways(name, marks, mixed, read, decimal)
        if mixed is None and not made.equals(read.table[name]):
            plain[name] = made
            written.setdefault(marks, []).append(name)
    notes = tuple(
        _note([name for name in names if name in used], marks, read, plain)
        for marks, names in written.items()
        if set(names) & set(used)
    )
    return replace(read, table=read.table.assign(**plain), notes=(*read.notes, *notes)) if plain else read


def readings_of(column: pd.Series, decimal: str = "") -> Readings:
    """How the numbers of a column of texts may be written, the plain way first; with this decimal mark alone where one is given."""
    texts = _different(column)
    marks = [
        one
        for one in EVERY
        if decimal in ("", one.decimal) and (not one.thousands or _any(texts, GROUPS[one.thousands]))
    ]
    fitting = {one: int(compute.sum(_fits(texts, one)).as_py() or 0) for one in marks}
    most = max(fitting.values())
    best = [one for one in marks if fitting[one] == most and most > 0]
    values: dict[Marks, np.ndarray] = {}
    for one in best if len(best) > 1 else ():
        own = _values(texts, one)
        if not any(np.array_equal(own, other, equal_nan=True) for other in values.values()):
            values[one] = own
    return Readings(tuple(values or best), frozenset(one.decimal for one in best))


def _is_written(column: pd.Series) -> bool:
    """Whether a column holds texts and nothing else: decimals and dates of a Parquet file are none."""
    if pd.api.types.is_object_dtype(column):
        return pd.api.types.infer_dtype(column, skipna=True) == "string"
    return is_text(column)


def _holds_numbers(column: pd.Series) -> bool:
    """Whether half of the cells that hold something, or more, are numbers in texts."""
    if not _is_written(column):
        return False
    cells = some(column).dropna()
    return len(cells) > 0 and bool(are_numbers(cells).mean() >= 0.5)


def _one_of(marks: tuple[Marks, ...], certain: frozenset[str], commas: bool) -> Marks | None:
    """The one reading, if there is one: that of the other columns where these have one decimal mark, or the plain one where commas separate."""
    if len(marks) > 1 and len(certain) == 1:
        marks = tuple(one for one in marks if one.decimal in certain)
    if len(marks) > 1 and commas and PLAIN in marks:
        return PLAIN
    return marks[0] if len(marks) == 1 else None


def _different(column: pd.Series) -> pa.Array:
    """Texts (M,), each once."""
    whole = pa.array(column.astype("str").where(column.notna()), pa.string(), from_pandas=True)
    return compute.drop_null(compute.unique(compute.utf8_trim_whitespace(whole)))


def _any(texts: pa.Array, pattern: str) -> bool:
    return bool(compute.any(compute.match_substring_regex(texts, pattern)).as_py())


def _fits(texts: pa.Array, marks: Marks) -> pa.Array:
    return compute.match_substring_regex(texts, f"^(?:{marks.pattern})$")


def _bare(texts: pa.Array, marks: Marks) -> pa.Array:
    """Numbers that are written so, with a decimal point and nothing between thousands."""
    if marks.thousands:
        texts = compute.replace_substring_regex(texts, GROUPS[marks.thousands], "")
    return compute.replace_substring(texts, marks.decimal, ".")


def _values(texts: pa.Array, marks: Marks) -> np.ndarray:
    """Floats (M,), NaN where a text is not written so."""
    bare = compute.if_else(_fits(texts, marks), _bare(texts, marks), pa.scalar(None, pa.string()))
    values: np.ndarray = compute.cast(bare, pa.float64()).to_numpy(zero_copy_only=False)
    return values


def _made_plain(column: pd.Series, marks: Marks) -> pd.Series:
    """The column (N,) with plain numbers where it is written so, and all else as it stands."""
    whole = pa.array(column.astype("str").where(column.notna()), pa.string(), from_pandas=True)
    texts = compute.utf8_trim_whitespace(whole)
    made = compute.if_else(_fits(texts, marks), _bare(texts, marks), whole)
    return pd.Series(made.to_pandas().to_numpy(), index=column.index, name=column.name, dtype=column.dtype)


def _first_in_two_ways(column: pd.Series, made: pd.Series, marks: Marks) -> int | None:
    """Position of the first number that is plain and not written so, which would be read as something else than the rest."""
    if marks.decimal == ".":
        return None
    texts = column.astype("str").str.strip()
    same = (made == column) & column.notna() & texts.str.contains(".", regex=False, na=False)
    wrong = [at for at in np.flatnonzero(same.to_numpy()) if number_in(texts.iloc[at]) is not None]
    return int(wrong[0]) if wrong else None


def _shown(read: Read, at: int) -> str:
    return f"{read.places.name} {read.places.iloc[at]}"


def _note(names: list[str], marks: Marks, read: Read, plain: dict[str, pd.Series]) -> str:
    written, made = read.table[names[0]], plain[names[0]]
    at = int(np.argmax((written.notna() & (written != made)).to_numpy()))
    return f"Numbers in {few(names)} are read with {marks.words}: {cell(written.iloc[at])} ({_shown(read, at)}) is {made.iloc[at]}."


def _two_readings(name: str, marks: tuple[Marks, ...], read: Read) -> InputError:
    column = read.table[name]
    ways = [_made_plain(column, one) for one in marks]
    at = int(np.argmax((ways[0] != ways[1]).to_numpy() & column.notna().to_numpy()))
    readings = " and ".join(f"{way.iloc[at]} by --decimal {one.decimal}" for one, way in zip(marks, ways, strict=True))
    return InputError(
        f"The numbers in column {name!r} can be read with a decimal point and with a decimal comma: {cell(column.iloc[at])} ({_shown(read, at)}) is "
        f"{readings}. Pass the one that is right, or write numbers without anything between thousands."
    )


def _two_ways(name: str, marks: Marks, at: int, read: Read, decimal: str) -> InputError:
    asked = f" as --decimal {decimal} says" if decimal else ""
    return InputError(
        f"Column {name!r} is read with {marks.words}{asked}, and {_shown(read, at)} says {cell(read.table[name].iloc[at])}: its point is none "
        f"between thousands. Expected numbers that are all written alike{', or another --decimal' if decimal else ''}."
    )

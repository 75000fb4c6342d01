"""What the columns of a Parquet file are called, as pandas wrote them too; nothing heavy is imported."""

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tasks.numerics.errors import InputError
from tasks.numerics.wording import few

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET: Final = (".parquet", ".pq")


def no_parquet(path: Path, error: Exception) -> InputError:
    """What is said of a file with Parquet's ending that is none."""
    said = (str(error).splitlines() or [type(error).__name__])[0]
    return InputError(
        f"{path} is no Parquet file: {said.rstrip('.')}. Expected one, or a CSV file with the ending .csv."
    )


def parquet_outline(path: Path) -> tuple[list[str], int]:
    """The names of the columns, and how many rows there are; raises `InputError` where a file is none, or a name stands twice."""
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            names, rows = _names_in(file.schema_arrow), int(file.metadata.num_rows)
    except (ValueError, OSError) as error:
        raise no_parquet(path, error) from None
    refuse_doubled(names, path)
    return names, rows


def refuse_doubled(names: list[str], path: Path) -> None:
    """Raises `InputError` where several columns have one name."""
    doubled = dict.fromkeys(name for name in names if names.count(name) > 1)
    if doubled:
        raise InputError(f"{path} has several columns named {few([*map(repr, doubled)])}. Give each a name of its own.")


def column_name(name: object) -> str:
    """What a column is called: one name, or those of all levels of a header, each once."""
    return " ".join(dict.fromkeys(filter(None, map(str, name)))) if isinstance(name, tuple) else str(name)


def _names_in(schema: "pa.Schema") -> list[str]:
    """Of columns and of the levels of an index, as `reset_index` calls them."""
    written = schema.pandas_metadata or {}
    several = len(written.get("column_indexes", [])) > 1
    levels = [one for one in written.get("index_columns", []) if isinstance(one, str)]
    own = {one["field_name"]: one["name"] for one in written.get("columns", []) if one["field_name"] in levels}
    unnamed = {field: "index" if len(levels) == 1 else f"level_{at}" for at, field in enumerate(levels)}
    return [
        (own.get(name) or unnamed[name]) if name in levels else column_name(_levels(name) if several else name)
        for name in schema.names
    ]


def _levels(name: str) -> object:
    """The levels of a name that pandas wrote as a tuple."""
    try:
        return ast.literal_eval(name)
    except (ValueError, SyntaxError):
        return name

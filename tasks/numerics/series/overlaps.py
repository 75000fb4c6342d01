"""Files one below the other: how they are read as one table, and which row counts where several files have the same date."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.series.folders import check_same_columns, files_in
from tasks.numerics.series.parquet_files import PARQUET
from tasks.numerics.series.tables import Read, read_table
from tasks.numerics.wording import few


@dataclass(frozen=True)
class ReadFolder:
    """The files of a folder, as one table."""

    read: Read
    """Its places say the file, too: 'line 5 of march.csv'."""
    origins: NDArray[np.int64]
    """Of which file each row is (N,), by its number."""
    files: list[Path]


def read_folder(folder: Path) -> ReadFolder:
    """All files, one below the other in the order of their names; raises InputError where one can't be read, or has other columns."""
    files = files_in(folder)
    reads = [read_table(path) for path in files]
    names = [str(name) for name in reads[0].table.columns]
    for path, one in zip(files, reads, strict=True):
        check_same_columns(files[0], names, path, [str(name) for name in one.table.columns])
    kinds = {path.suffix.lower() in PARQUET for path in files}
    # Beside texts, typed columns are written as texts have them.
    tables = [one.table[names] if len(kinds) == 1 else _as_texts(one.table[names]) for one in reads]
    places = [f"{place} of {path.name}" for path, one in zip(files, reads, strict=True) for place in one.places]
    notes = tuple(f"{path.name}: {note}" for path, one in zip(files, reads, strict=True) for note in one.notes)
    notes = (f"{len(files)} files of {folder.name} are put one below the other, {files[0].name} first.", *notes)
    table = pd.concat(tables, ignore_index=True)
    origins = np.repeat(np.arange(len(files)), [len(one) for one in tables])
    commas = all(one.commas for one in reads)
    return ReadFolder(Read(table, pd.Series(places, name=reads[0].places.name), notes, commas), origins, files)


def later_files_count(
    found: ReadFolder, dates: pd.Series, ids: pd.Series | None
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Positions of the rows that count, where several files have rows of one date (and one of `ids`), and a note of it.

    Rows (N,) of the same date in one file stay: that is a fault of the file, and told as such.
    """
    keys = {"date": dates, "origin": found.origins} | ({} if ids is None else {"id": ids.astype(str)})
    table = pd.DataFrame(keys)
    same = [name for name in table if name != "origin"]
    newest = table.groupby(same, dropna=False)["origin"].transform("max")
    counts = (table["origin"] == newest) | table["date"].isna()
    lost = table.loc[~counts, "origin"].unique()
    if not len(lost):
        return np.arange(len(table)), ()
    named = few([found.files[number].name for number in lost], 3)
    rows = int((~counts).sum())
    note = f"{rows} row{'s' * (rows != 1)} of {named} {'have' if rows != 1 else 'has'} dates that later files have too: the later file counts."
    return np.flatnonzero(counts), (note,)


def _as_texts(table: pd.DataFrame) -> pd.DataFrame:
    found = {}
    for name, column in table.items():
        if isinstance(column.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(column.dtype):
            filled = column.dropna()
            days = bool((filled == filled.dt.normalize()).all())
            texts = (
                column.dt.strftime("%Y-%m-%d") if days else column.map(lambda at: at.isoformat(), na_action="ignore")
            )
        else:
            texts = column.astype("str").where(column.notna())
        found[str(name)] = texts.astype("str")
    return pd.DataFrame(found)

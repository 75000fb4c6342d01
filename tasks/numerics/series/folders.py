"""A folder of dated files, as one table: all CSV and Parquet files in it, one below the other in the order of their names."""

from pathlib import Path
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.series.parquet_files import PARQUET
from tasks.numerics.series.text_files import outline
from tasks.numerics.wording import few

ENDINGS: Final = (".csv", *PARQUET)


def files_in(folder: Path) -> list[Path]:
    """Its files, by name; raises InputError where there is none, or it can't be looked into."""
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and not path.name.startswith(".")]
    except OSError as error:
        raise InputError(
            f"{folder} can't be looked into: {error.strerror}. Expected a folder of CSV or Parquet files."
        ) from None
    files = sorted((path for path in found if path.is_file()), key=lambda path: path.name)
    if not files:
        raise InputError(
            f"{folder} is a folder without a CSV or Parquet file. Expected a file, or a folder of files that belong one below the other."
        )
    return files


def outline_of_folder(folder: Path) -> tuple[list[str], int]:
    """The names of the columns, and how many rows all files hold at most; raises InputError where they do not fit together."""
    files = files_in(folder)
    outlines = [outline(path) for path in files]
    names, _ = outlines[0]
    for path, (own, _) in zip(files, outlines, strict=True):
        check_same_columns(files[0], names, path, own)
    return names, sum(rows for _, rows in outlines)


def check_same_columns(first: Path, names: list[str], path: Path, own: list[str]) -> None:
    """Raises InputError where a file of a folder has other columns than its first."""
    if set(own) != set(names):
        missing = [f"no {name!r}" for name in names if name not in own]
        further = [f"{name!r} besides" for name in own if name not in names]
        raise InputError(
            f"{path} has other columns than {first.name}: {few([*missing, *further])}. Expected the same in all files of a folder: "
            "they are put one below the other."
        )

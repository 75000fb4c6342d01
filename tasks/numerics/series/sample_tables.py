"""Labelled windows in tables: one in long form, or a folder of CSV files in folders by class."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.checked_tables import LARGEST
from tasks.numerics.series.dates import parse_dates
from tasks.numerics.series.sample_arrays import part_names
from tasks.numerics.series.samples import ReadSamples
from tasks.numerics.series.tables import Read, as_numbers, is_missing, read_table
from tasks.numerics.series.written_numbers import are_numbers, decimals_of, plain_numbers
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.wording import cell, few

SPLIT = "split"
"""The column that says in which part a sample stands, where there is one."""
FILES = (".csv", ".parquet", ".pq")


def read_long_form(path: Path, spec: SeriesSpec) -> ReadSamples:
    """The samples of a table: a row a time step, told apart by `--id`, of the class `--label`; raises InputError where they are none."""
    flag = f"--samples {path}"
    if not spec.id or not spec.label:
        missing = " and ".join(name for name, value in (("--id", spec.id), ("--label", spec.label)) if not value)
        raise InputError(
            f"{flag}: in long form, a row a time step, {missing} must be named: --id, the column that tells samples apart, and "
            "--label, that of their class."
        )
    read = read_table(path)
    split = SPLIT if SPLIT in read.table and SPLIT not in spec.features else ""
    named = [name for name in (spec.id, spec.label, spec.group, spec.date, split) if name]
    features = features_of(read, spec, named, flag)
    read = plain_numbers(read, features, named, spec.decimal)
    ids = texts_of(read, spec.id, flag)
    rows = ids.groupby(ids).indices
    positions = {str(name): np.asarray(rows[name], np.int64) for name in dict.fromkeys(ids.tolist())}
    order = in_order(read, spec, positions)
    values = values_of(read, features, flag)
    about = {name: one_each(read, name, positions, flag) for name in (spec.label, spec.group, split) if name}
    return ReadSamples(
        path.stem,
        str(path),
        tuple(values[rows] for rows in order.values()),
        about[spec.label],
        features,
        tuple(positions),
        about.get(spec.group, ()) if spec.group else (),
        part_names(about[split], flag) if split else (),
        notes=read.notes,
    )


def read_folders(folder: Path, spec: SeriesSpec) -> ReadSamples:
    """A sample a file, of the class that its folder is called; raises InputError where there are none."""
    flag = f"--samples {folder}"
    classes = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    files = [path for one in classes for path in sorted(one.iterdir()) if path.suffix.lower() in FILES]
    if not files:
        raise InputError(
            f"{flag}: there are no files in folders of it. Expected a folder a class, and in it a CSV or Parquet file a sample, a row "
            "a time step."
        )
    features: tuple[str, ...] = ()
    windows: list[NDArray[np.float64]] = []
    named = [spec.date] if spec.date else []
    reads = {path: read_table(path) for path in files}
    # A short file alone may have two readings where all files together have one.
    told = frozenset[str]().union(*(decimals_of(read, named) for read in reads.values()))
    notes: tuple[str, ...] = ()
    for path, given in reads.items():
        own = features_of(given, spec, named, f"--samples {path}")
        if features and set(own) != set(features):
            raise InputError(
                f"--samples {path}: its columns are {few(own)}, and those of {files[0]} {few(features)}. Expected the same in every "
                "file: name those that all have with --features."
            )
        features = features or own
        read = plain_numbers(given, features, named, spec.decimal, told)
        notes = notes or tuple(f"{path.name}: {note}" for note in read.notes[len(given.notes) :])
        everything = np.zeros(len(read.table), int)
        order = in_order(read, spec, {path.stem: np.flatnonzero(everything == 0)})
        windows.append(values_of(read, features, f"--samples {path}")[order[path.stem]])
    labels = tuple(path.parent.name for path in files)
    ids = tuple(f"{path.parent.name}/{path.name}" for path in files)
    return ReadSamples(folder.name, str(folder), tuple(windows), labels, features, ids, notes=notes)


def features_of(read: Read, spec: SeriesSpec, named: list[str], flag: str) -> tuple[str, ...]:
    """The columns that are seen: `--features`, or every other one that holds numbers alone; raises InputError without any."""
    columns = [str(name) for name in read.table.columns]
    if unknown := [name for name in (*named, *spec.features) if name not in columns]:
        raise InputError(f"{flag}: there is no column {unknown[0]!r}. Expected one of: {few(columns)}.")
    if spec.features:
        return spec.features
    others = [name for name in columns if name not in named]
    found = tuple(name for name in others if are_numbers(read.table[name]).any())
    if not found:
        raise InputError(
            f"{flag}: no column holds numbers beside {few(named) or 'none'}; there are {few(columns)}. Expected a column a feature: name them with --features."
        )
    return found


def values_of(read: Read, features: tuple[str, ...], flag: str) -> NDArray[np.float64]:
    """The features of every row (N, F); raises InputError at the first that is no finite number, or too large."""
    columns = [as_numbers(read.table[name]).to_numpy(np.float64) for name in features]
    values = np.stack(columns, axis=1)
    wrong = np.argwhere(~(np.abs(values) <= LARGEST))
    if len(wrong):
        row, feature = wrong[0]
        stands = cell(read.table[features[feature]].iloc[row])
        more = f" (and {len(wrong) - 1:,} more)" if len(wrong) > 1 else ""
        raise InputError(
            f"{flag}: {read.places.name} {read.places.iloc[row]}, column {features[feature]!r}: {stands}{more}. Expected finite numbers, "
            f"{-LARGEST:g} to {LARGEST:g}: rescale them, fill them in, or name the columns that hold them with --features."
        )
    return values


def texts_of(read: Read, name: str, flag: str) -> pd.Series:
    """A column as texts (N,); raises InputError where nothing stands in it."""
    column = read.table[name]
    empty = np.flatnonzero(column.isna() | is_missing(column) & (column.astype("str").str.strip() == ""))
    if len(empty):
        raise InputError(
            f"{flag}: {read.places.name} {read.places.iloc[empty[0]]}, column {name!r}: nothing stands there (in {len(empty)} rows). "
            "Expected a text or a number in every row."
        )
    return column.astype("str").str.strip().reset_index(drop=True)


def one_each(read: Read, name: str, positions: dict[str, NDArray[np.int64]], flag: str) -> tuple[str, ...]:
    """What a column says of each sample; raises InputError where it says two things of one."""
    column, found = texts_of(read, name, flag).to_numpy(object), []
    for sample, rows in positions.items():
        own = column[rows]
        other = np.flatnonzero(own != own[0])
        if len(other):
            place = read.places.iloc[rows[other[0]]]
            raise InputError(
                f"{flag}: sample {sample!r} has {name!r} {own[0]!r}, and in {read.places.name} {place} {own[other[0]]!r}. Expected one "
                f"for all rows of a sample: is {name!r} the right column, and do ids of one {name} come again in another?"
            )
        found.append(str(own[0]))
    return tuple(found)


def in_order(read: Read, spec: SeriesSpec, positions: dict[str, NDArray[np.int64]]) -> dict[str, NDArray[np.int64]]:
    """Rows of each sample in the order of `--date`, or as they stand; raises InputError where two have one time."""
    if not spec.date:
        return positions
    texts = read.table[spec.date]
    numbers = as_numbers(texts)
    plain = numbers.notna().all() and not spec.date_format
    times = numbers if plain else parse_dates(texts, spec.date, read.places, spec.date_format).date
    found = {}
    for sample, rows in positions.items():
        own = pd.Series(times.to_numpy()[rows])
        if own.isna().any() or own.duplicated().any():
            at = int(np.flatnonzero(own.isna() | own.duplicated())[0])
            raise InputError(
                f"--samples: {read.places.name} {read.places.iloc[rows[at]]}, column {spec.date!r}: {cell(texts.iloc[rows[at]])} is no time, or "
                f"stands twice in sample {sample!r}. Expected each time once in a sample."
            )
        found[sample] = rows[np.argsort(own.to_numpy(), kind="stable")]
    return found

"""The Atlas as two files: `effects.parquet`, a row a series, network and variant; `series.parquet`, a row a series.

The same rows give the same bytes: numbers are rounded to `DIGITS`, rows sorted, and nothing in them tells when they were made.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from tasks.numerics.errors import InputError
from tasks.numerics.whole_files import write_whole

DIGITS = 6
"""Of every number: far fewer are known."""
EFFECTS, SERIES = "effects.parquet", "series.parquet"
ABOUT = b"interlayer"
KEYS = ["series", "network", "variant"]
NEEDED = {
    EFFECTS: {*KEYS, "effect", "pairs", "seeds_variance", "periods_variance", "periods_freedom"},
    SERIES: {"series", "source", "frequency", "digest"},
}
"""Columns without which a file is no part of an Atlas."""


@dataclass(frozen=True)
class Atlas:
    """What was found on many series."""

    effects: pd.DataFrame
    """A row a series, network and variant, as `rows.effect_rows` gives them."""
    series: pd.DataFrame
    """A row a series, as `rows.series_row` gives them."""
    about: Mapping[str, Any]
    """`networks`, of each its settings, variants, engine and versions, as JSON types."""
    digest: str = ""
    """Of the files that it was read from; empty where it was made anew."""

    @classmethod
    def of(cls, effects: Sequence[dict[str, Any]], series: Sequence[dict[str, Any]], about: Mapping[str, Any]) -> Self:
        """From rows in any order."""
        return cls(_ordered(pd.DataFrame(list(effects)), KEYS), _ordered(pd.DataFrame(list(series)), ["series"]), about)

    @property
    def trainings(self) -> int:
        """Networks that were trained for it, those of learning rates that were not chosen too."""
        rates = {name: len(one["learning_rates"]) for name, one in self.about["networks"].items()}
        return int((self.effects["seeds"] * self.effects["network"].map(rates)).sum())

    def write(self, folder: Path) -> None:
        """Both files, each whole or not at all."""
        for name, table in ((SERIES, self.series), (EFFECTS, self.effects)):
            write_whole(folder / name, _bytes(table, self.about))

    def beside(self, other: "Atlas") -> "Atlas":
        """This table with what another one says of networks that are not in this one, and with its rows of their series."""
        own = self.about["networks"]
        networks = {name: one for name, one in other.about["networks"].items() if name not in own}
        kept = other.effects[other.effects["network"].isin(list(networks))]
        if kept.empty:
            return self
        known = other.series[other.series["series"].isin(kept["series"])]
        new = self.series[~self.series["series"].isin(known["series"])]
        return Atlas(
            _ordered(pd.concat([kept, self.effects]), KEYS),
            _ordered(pd.concat([known, new]), ["series"]),
            {"networks": networks | own},
        )

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What was written; raises InputError where it is not there or is no Atlas."""
        (effects, about), (series, _) = _read(folder / EFFECTS), _read(folder / SERIES)
        return cls(effects, series, about, digest_of([folder / EFFECTS, folder / SERIES]))


def digest_of(tables: Sequence[Path]) -> str:
    """Tells an Atlas' files from others."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in tables)).hexdigest()[:16]


def _ordered(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    found = table.sort_values(keys, kind="stable").reset_index(drop=True)
    for name in found.columns[found.dtypes == np.float64]:
        found[name] = _rounded(found[name])
    return found


def _rounded(column: pd.Series) -> pd.Series:
    return column.map(lambda value: float(f"{value:.{DIGITS}g}")).astype(np.float32)


def _bytes(table: pd.DataFrame, about: Mapping[str, Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    told = {ABOUT: json.dumps(about, sort_keys=True).encode()}
    written = io.BytesIO()
    pq.write_table(
        pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(told), written, compression="zstd"
    )
    return written.getvalue()


def _read(path: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.read_table(path)
        about = json.loads((found.schema.metadata or {})[ABOUT])
    except FileNotFoundError as error:
        raise InputError(
            f"There is no Atlas in {path.parent}: {path.name} is missing. Expected the folder that 'interlayer atlas' "
            "wrote: run it first, or name another with --output."
        ) from error
    except (pa.ArrowInvalid, KeyError, ValueError) as error:
        raise InputError(
            f"{path} is no table of an Atlas, or is not whole. Expected what 'interlayer atlas' wrote: run it again, what was "
            "trained is kept; or name another folder with --output."
        ) from error
    missing = sorted(NEEDED[path.name] - {*found.column_names})
    if missing:
        raise InputError(
            f"{path} lacks {', '.join(missing)}. Expected the columns that this version's 'interlayer atlas' writes: run it again."
        )
    return found.to_pandas(), about

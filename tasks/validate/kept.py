"""A validation that was passed is kept beside its Data Docs: the same rows are not held to the same expectations twice."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pandas as pd
from pandas.util import hash_pandas_object

from tasks.numerics.series import validation
from tasks.numerics.series.records import Records
from tasks.numerics.series.user_suites import read_suite
from tasks.numerics.series.validation import Expectation, RowsNeeded
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.whole_files import write_whole

NAME: Final = "validation.json"
FIRST_PAGE: Final = "index.html"


def digest_of(members: Sequence[Records], spec: SeriesSpec, needs: RowsNeeded) -> str:
    """Hex digits of all that decides what a validation finds: rows, settings, the user's suite, and who holds them to it."""
    suite = read_suite(spec.suite) if spec.suite else {}
    digest = hashlib.sha256(json.dumps([_sources(), asdict(spec), asdict(needs), suite]).encode())
    for one in members:
        digest.update(json.dumps([one.name, one.path, one.frequency]).encode())
        # What stands in the rows as text stands in the table too.
        numbers = one.rows[[name for name in one.rows if not str(name).endswith(("_text", "_written"))]]
        for table in (one.table, numbers):
            digest.update(json.dumps([*map(str, table.columns), len(table)]).encode())
            for name in table:
                digest.update(_hashes(table[name]))
    return digest.hexdigest()


def _hashes(column: pd.Series) -> bytes:
    """A hash a cell; of lists and the like, that have none, one of how they are written."""
    try:
        return hash_pandas_object(column, index=False).to_numpy().tobytes()
    except TypeError:
        return hash_pandas_object(column.astype("str"), index=False).to_numpy().tobytes()


def kept_outcomes(docs: Path, digest: str) -> list[list[Expectation]]:
    """What each member was held to when a validation of this digest was passed; empty where none was, or its pages are gone."""
    try:
        kept = json.loads((docs / NAME).read_text("utf-8"))
        if kept["seal"] != _seal(kept["digest"], kept["found"]):
            return []
        found = [[Expectation(**one | {"details": tuple(one["details"])}) for one in own] for own in kept["found"]]
    except (OSError, ValueError, KeyError, TypeError):  # not there, not whole, or of another version
        return []
    return found if kept["digest"] == digest and (docs / FIRST_PAGE).exists() else []


def forget_outcomes(docs: Path) -> None:
    """Before the pages are written anew: they would no longer be those of what is kept."""
    (docs / NAME).unlink(missing_ok=True)


def keep_outcomes(docs: Path, digest: str, found: Sequence[Sequence[Expectation]]) -> None:
    """Keeps what members were held to, once all of it was passed."""
    # As JSON has it, so that what is read has the same seal.
    told = json.loads(json.dumps([[asdict(one) for one in own] for own in found]))
    write_whole(docs / NAME, json.dumps({"digest": digest, "found": told, "seal": _seal(digest, told)}).encode())


def _seal(digest: str, found: list[Any]) -> str:
    """Changes with everything that is kept: a word that a disk changed would be shown as if it had been found."""
    return hashlib.sha256(json.dumps([digest, found]).encode()).hexdigest()


@cache
def _sources() -> str:
    """Changes with the code that holds rows to expectations, and with Great Expectations."""
    folders = (Path(__file__).parent, Path(validation.__file__).parent)
    sources = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.py"))]
    return hashlib.sha256(b"\0".join([*sources, version("great-expectations").encode()])).hexdigest()

"""Several series in one file, one below the other, that a column of ids tells apart; and what several series share."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tasks.numerics.errors import InputError
from tasks.numerics.series.frequencies import infer_frequency
from tasks.numerics.wording import few

NAMED = 5
"""Series that a message lists."""


def rows_by_id(ids: pd.Series, places: pd.Series) -> dict[str, NDArray[np.int64]]:
    """Positions of each id's rows, in the order in which ids appear; `places` (N,) says where a row stands, for the message.

    Raises InputError where a row has no id.
    """
    texts = ids.astype("str").str.strip().where(ids.notna(), "")
    missing = places[texts == ""]
    if len(missing):
        said = few([f"{places.name} {place}" for place in missing.head(NAMED)], NAMED)
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        raise InputError(
            f"--id {ids.name!r}: {said}{more} name no series. Expected an id in every row: write it, or "
            "take the rows out."
        )
    codes, names = pd.factorize(texts)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))
    return {str(name): part for name, part in zip(names, np.split(order, ends[:-1]), strict=True)}


def common_frequency(dates: Mapping[str, pd.DatetimeIndex], column: str) -> str:
    """The frequency of all series by the dates (sorted, unique) of each; one whose dates follow none is taken along.

    Raises InputError where they have several frequencies, or none.
    """
    found = {name: infer_frequency(own) for name, own in dates.items()}
    known = Counter(frequency for frequency in found.values() if frequency)
    if not known:
        most = max(map(len, dates.values()))
        raise InputError(
            f"--id {column!r}: the column tells {len(dates)} series apart, of at most {most} dates each, and none of them follows a "
            "frequency. Expected a column that names series, such as a shop or a product; or pass --frequency."
        )
    if len(known) > 1:
        refuse_mixed({name: frequency for name, frequency in found.items() if frequency})
    return known.most_common(1)[0][0]


def refuse_mixed(frequencies: Mapping[str, str]) -> None:
    """Raises InputError where series have different frequencies, naming them."""
    by_frequency: dict[str, list[str]] = {}
    for name, frequency in frequencies.items():
        by_frequency.setdefault(frequency, []).append(name)
    if len(by_frequency) < 2:
        return
    listed = "; ".join(f"{frequency}: {few(names, NAMED)}" for frequency, names in by_frequency.items())
    raise InputError(
        f"The series of a panel have different frequencies ({listed}). Expected one for all: leave some out, or make them "
        "coarser together by --frequency with --aggregate sum, mean or last."
    )

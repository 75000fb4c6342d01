"""What is tracked of where a result comes from, on a comparison, its variants and its seeds alike: trackers filter and compare by it."""

from typing import Final

from tasks.numerics.series.periods import moment
from tasks.numerics.series.series import Series

GROUP: Final = "origin"
"""The group of settings in which a tracker is told it."""


def origin_of(series: Series, digest: str, preset: str) -> dict[str, str]:
    """Digests of comparison and data, rows, first and last period, and the preset whose settings these are."""
    indexes = [one.values.index for one in series.lone]
    return {
        "digest": digest,
        "data_digest": series.digest[:16],
        "rows": str(len(series.values)),
        "first": moment(min(index[0] for index in indexes)),
        "last": moment(max(index[-1] for index in indexes)),
        **({"preset": preset} if preset else {}),
    }

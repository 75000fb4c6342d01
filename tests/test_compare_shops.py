"""Shops that open and close, from a frame to the answer."""

import numpy as np
import pandas as pd
import pytest

import interlayer as il
from tasks.numerics.errors import InputError

pytestmark = pytest.mark.slow

SHORT = {"seeds": 2, "epochs": 2, "preset": "quick"}


def shops():
    random = np.random.default_rng(0)
    parts = [
        ("closed", "1990-01-01", 60),
        ("open", "2005-01-01", 70),
        ("new", "2012-01-01", 40),
        ("tiny", "2014-01-01", 7),
    ]
    return pd.concat(
        pd.DataFrame(
            {
                "shop": name,
                "date": pd.date_range(begin, periods=rows, freq="MS"),
                "sold": 50 + random.normal(size=rows).cumsum(),
            }
        )
        for name, begin, rows in parts
    )


def test_shops_are_compared_on_parts_of_their_own_and_short_ones_left_out_where_asked_for():
    with pytest.raises(InputError, match=r"^1 of 4 series are too short: tiny \(7 rows\).*--drop-short"):
        il.compare(shops(), id="shop", **SHORT)
    answer = il.compare(shops(), id="shop", drop_short=True, **SHORT)
    result = answer.result
    assert [one.series.name for one in result.members] == ["closed", "open", "new"]
    assert result.series.left_out == ("tiny (7 rows)",) and not result.split_by_date
    said = " ".join(result.series.warnings)
    assert "The last windows of each series are its test part, as no one date fits all" in said
    assert "--drop-short left out 1 series, too short for the parts: tiny (7 rows)." in said
    for one in result.members:
        assert one.series.values.index[-1] == one.forecasts["time"].to_index()[-1]


def test_a_date_for_all_is_refused_where_it_fits_not_all():
    with pytest.raises(InputError, match=r"closed has no window to validate or to test"):
        il.compare(shops()[lambda frame: frame["shop"] != "tiny"], id="shop", panel_split="date", **SHORT)

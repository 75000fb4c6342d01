"""The Atlas' files: the same rows give the same bytes, and what is no Atlas is told so."""

import numpy as np
import pandas as pd
import pytest

from tasks.numerics.atlas.tables import Atlas
from tasks.numerics.errors import InputError

ABOUT = {"networks": {"default": {"learning_rates": [0.01, 0.03, 0.1]}}, "engine": "abc"}


def rows():
    random = np.random.default_rng(0)
    names = ("effect", "seeds_variance", "periods_variance", "interaction_variance", "periods_freedom")
    effects = [
        {"series": one, "network": "default", "variant": variant, "seeds": 4, "pairs": 4, **dict.fromkeys(names, 0.0)}
        | {"effect": random.normal()}
        for one in ("b", "a")
        for variant in ("stock", "cell-relu")
    ]
    series = [
        {"series": one, "source": "bundled", "frequency": "MS", "digest": one * 8, "trend": 1 / 3} for one in ("b", "a")
    ]
    return effects, series


def test_rows_in_any_order_give_the_same_bytes_and_come_back(tmp_path):
    effects, series = rows()
    Atlas.of(effects, series, ABOUT).write(tmp_path / "one")
    Atlas.of(effects[::-1], series[::-1], ABOUT).write(tmp_path / "two")
    for name in ("effects.parquet", "series.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    found = Atlas.read(tmp_path / "one")
    assert found.about == ABOUT and found.trainings == 4 * 4 * 3
    assert list(found.effects["variant"]) == ["cell-relu", "stock"] * 2 and list(found.series["series"]) == ["a", "b"]
    wanted = pd.DataFrame(effects).sort_values(["series", "variant"])["effect"]
    np.testing.assert_allclose(found.effects["effect"], wanted, rtol=1e-5)


def test_beside_another_table_what_it_says_of_other_networks_stays():
    effects, series = rows()
    small = [{**row, "network": "small", "effect": 7.0} for row in effects if row["series"] == "a"]
    older = Atlas.of(effects + small, series, {"networks": {"default": {"engine": "old"}, "small": {"engine": "old"}}})
    newer = [{**row, "network": "small", "effect": 1.0} for row in effects if row["series"] == "b"]
    newer += [{**row, "series": "c"} for row in newer]
    own = [{**series[0], "trend": 0.9}, {**series[0], "series": "c"}]
    found = Atlas.of(newer, own, {"networks": {"small": {"engine": "new"}}}).beside(older)
    # Nothing is left of what the older one said of the network that is in both.
    small = found.effects.query("network == 'small'")
    assert list(small["series"]) == ["b", "b", "c", "c"] and (small["effect"] == 1.0).all()
    default = found.effects.drop(small.index).reset_index(drop=True)
    pd.testing.assert_frame_equal(default, older.effects.query("network == 'default'").reset_index(drop=True))
    assert list(found.series["series"]) == ["a", "b", "c"] and found.series["trend"].max() < 0.4
    assert {name: one["engine"] for name, one in found.about["networks"].items()} == {"default": "old", "small": "new"}
    # The other way round.
    assert found.beside(older).effects.equals(found.effects) and not older.beside(found).effects.equals(found.effects)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda path: path.unlink(), "There is no Atlas in"),
        (lambda path: path.write_bytes(path.read_bytes()[:-200]), "is not whole"),
        (lambda path: path.write_text("series,effect\n"), "is not whole"),
        (lambda path: pd.DataFrame({"series": ["a"]}).to_parquet(path), "is no table of an Atlas"),
    ],
)
def test_what_is_no_atlas_is_told_so(tmp_path, broken, words):
    Atlas.of(*rows(), ABOUT).write(tmp_path)
    broken(tmp_path / "effects.parquet")
    with pytest.raises(InputError, match=words):
        Atlas.read(tmp_path)


def test_a_table_of_another_version_is_told_what_it_lacks(tmp_path):
    effects, series = rows()
    Atlas.of([{k: v for k, v in row.items() if k != "periods_freedom"} for row in effects], series, ABOUT).write(
        tmp_path
    )
    with pytest.raises(InputError, match=r"effects\.parquet lacks periods_freedom"):
        Atlas.read(tmp_path)

"""Baselines are fitted once, and read as they were written or not at all."""

import numpy as np
import pytest
import xarray as xr

from flows.comparison import kept_baselines
from flows.comparison.kept_baselines import are_damaged, baselines_once, from_arrays, to_arrays
from tasks.numerics.settings import NetworkSpec, WindowSpec
from tasks.window import window
from tests.examples import sunspots


@pytest.mark.parametrize("head", ["forecast", "autoencoder"])
def test_baselines_are_fitted_once_until_their_file_is_changed(tmp_path, monkeypatch, head):
    monkeypatch.setattr(kept_baselines, "BASELINES", tmp_path)
    fitted, fit = [], kept_baselines.run_baselines

    def counted(*given):
        fitted.append(given)
        return fit(*given)

    monkeypatch.setattr(kept_baselines, "run_baselines", counted)
    spec = (
        WindowSpec(lookback=6, test=0.2, origins=1)
        if head == "autoencoder"
        else WindowSpec(lookback=6, test=5, origins=1)
    )
    given = (
        sunspots(),
        window(sunspots(), spec, NetworkSpec(head=head)),
        NetworkSpec((4,), head=head),
        lambda done: None,
    )
    first, again = baselines_once(*given), baselines_once(*given)
    assert len(fitted) == 1
    xr.testing.assert_identical(first, again)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    content[-30] ^= 1
    assert not are_damaged(*given[:3])
    file.write_bytes(content)
    assert are_damaged(*given[:3])
    xr.testing.assert_identical(first, baselines_once(*given))
    assert len(fitted) == 2 and not are_damaged(*given[:3])
    file.unlink()
    assert not are_damaged(*given[:3])


def test_texts_moments_and_nan_come_back_as_they_were():
    labelled = xr.Dataset(
        {"a": (("x", "t"), [[1.0, np.nan]]), "note": ("x", np.array(["repeats ±"], object))},
        {"x": ["last value"], "t": np.array(["2001-01-01", "2001-01-02"], "datetime64[ns]"), "member": ("t", [0, 1])},
    )
    found = from_arrays(*to_arrays(labelled))
    xr.testing.assert_identical(found, labelled)
    assert found["t"].dtype == labelled["t"].dtype

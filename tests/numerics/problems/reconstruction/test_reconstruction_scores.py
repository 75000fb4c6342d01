"""Windows of autoencoders, and their scores, against slow and obvious versions."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import explained_variance_score, roc_auc_score

from tasks.numerics.errors import InputError
from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.scores import (
    RECONSTRUCTION_METRICS,
    by_feature,
    by_kind,
    scored_reconstructions,
)
from tasks.numerics.problems.reconstruction.windows import make_reconstruction_windows
from tasks.numerics.series.covariates import Covariates
from tasks.numerics.series.series import Series
from tasks.numerics.settings import WindowSpec

RANDOM = np.random.default_rng(8)
SPEC = WindowSpec(lookback=5, test=12, validation=7, origins=1)


def series(values=None, beside=True):
    values = RANDOM.normal(size=80).cumsum() if values is None else values
    rows = len(values)
    covariates = Covariates.none(rows)
    if beside:
        covariates = replace(covariates, names=("pressure",), past=np.sin(np.arange(rows))[:, None] * 100)
    index = pd.RangeIndex(rows)
    return Series("plant", pd.Series(values, index), "index", 1, "", "", "", "digest", (), (), covariates)


def test_no_period_is_in_windows_of_two_parts_and_every_row_is_where_it_belongs():
    made = series(np.arange(80.0))
    windows = make_reconstruction_windows(made, replace(SPEC, scaling="none"))
    split, copies = windows.split, len(KINDS) + 1
    assert (split.validation, split.test) == (7, 12 * copies)
    assert split.train == 80 - 4 - 2 * 4 - 7 - 12
    parts = np.split(windows.inputs[: split.train + 7 + 12], [split.train, split.train + 7])
    rows = [set(part[:, :, 0].ravel().astype(int)) for part in parts]
    assert not rows[0] & rows[1]
    assert not rows[1] & rows[2]
    assert max(rows[2]) == 79
    np.testing.assert_array_equal(windows.first_rows, parts[2][:, 0, 0])
    np.testing.assert_allclose(parts[2][:, :, 1], 100 * np.sin(parts[2][:, :, 0]), rtol=1e-4)
    assert windows.names == ("plant", "pressure")


def test_the_future_changes_nothing_before_it():
    values = RANDOM.normal(size=80).cumsum()
    changed = values.copy()
    changed[-16:] += 1000  # the test windows' periods
    first, other = (make_reconstruction_windows(series(one), SPEC) for one in (values, changed))
    seen = first.split.train + first.split.validation
    assert np.array_equal(first.inputs[:seen], other.inputs[:seen])
    assert not np.array_equal(first.inputs[seen:], other.inputs[seen:])
    assert first.scalers == other.scalers


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"layout": "features"}, "--layout features"),
        ({"horizon": 2}, "--horizon 2"),
        ({"origins": 3}, "--origins 3"),
        ({"lookback": 1}, "--lookback 1"),
        ({"lookback": 27}, "80 rows with --lookback 27"),
    ],
)
def test_what_only_a_forecaster_has_is_refused(change, words):
    with pytest.raises(InputError, match=words):
        make_reconstruction_windows(series(), replace(SPEC, **change))


def tried(seeds=4, features=2):
    windows = RANDOM.normal(size=(1 + len(KINDS), 10, 5, features))
    given_back = windows[None] * 0.7 + 0.2 * RANDOM.normal(size=(seeds, *windows.shape)) + 0.1
    given_back[:, 1:] = given_back[:, :1] + 0.3 * RANDOM.normal(size=given_back[:, 1:].shape)
    return given_back, windows


def obvious(given_back, windows):
    """Each metric of one seed, feature by feature and kind by kind."""
    error = given_back[0] - windows[0]
    flat = [(given_back[0, :, :, f].ravel(), windows[0, :, :, f].ravel()) for f in range(windows.shape[-1])]
    clean = (error**2).mean(axis=(1, 2))
    rocs = [
        roc_auc_score(np.repeat([0, 1], len(clean)), np.append(clean, ((given_back[k] - windows[k]) ** 2).mean((1, 2))))
        for k in range(1, len(windows))
    ]
    return {
        "rmse": np.sqrt((error**2).mean()),
        "mae": np.abs(error).mean(),
        "explained_variance": np.mean([explained_variance_score(true, made) for made, true in flat]),
        "alpha": np.mean([made.std() / true.std() for made, true in flat]),
        "auroc": np.mean(rocs),
    }


def test_scores_and_influences_are_those_of_the_textbook_and_of_leaving_windows_out():
    given_back, windows = tried()
    scored = scored_reconstructions(given_back, windows)
    assert scored.keys() == RECONSTRUCTION_METRICS.keys()
    for seed in range(4):
        whole = obvious(given_back[seed], windows)
        for name, value in whole.items():
            assert scored[name].value[seed] == pytest.approx(value)
            left = [
                obvious(np.delete(given_back[seed], window, 1), np.delete(windows, window, 1))[name]
                for window in range(10)
            ]
            influence = 9 * (value - np.array(left))
            np.testing.assert_allclose(scored[name].influence[seed], influence - influence.mean(), atol=1e-9)


def test_a_diverged_seed_has_no_score_and_the_others_keep_theirs():
    given_back, windows = tried()
    whole = scored_reconstructions(given_back, windows)
    given_back[2, 3, 0, 0, 0] = np.nan
    found = scored_reconstructions(given_back, windows)
    for name in RECONSTRUCTION_METRICS:
        assert np.isnan(found[name].value[2])
        np.testing.assert_array_equal(np.delete(found[name].value, 2), np.delete(whole[name].value, 2))


def test_features_are_in_their_own_units_and_kinds_make_the_mean():
    given_back, windows = tried()
    found = by_feature(given_back[:, 0], windows[0], np.array([1.0, 10.0]))
    error = given_back[:, 0] - windows[0]
    np.testing.assert_allclose(found["rmse"], np.sqrt((error**2).mean(axis=(1, 2))) * [1, 10])
    np.testing.assert_allclose(found["mae"], np.abs(error).mean(axis=(1, 2)) * [1, 10])
    scored = scored_reconstructions(given_back, windows)
    for name, table in by_kind(given_back, windows).items():
        np.testing.assert_allclose(table.mean(axis=1), scored[name].value)

"""Planted anomalies, and whether errors tell them, against scikit-learn and brute force."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from tasks.numerics.problems.reconstruction.anomalies import KINDS, SIZES, auroc, average_precision, plant, without_each

RANDOM = np.random.default_rng(3)


def errors(ties=False):
    clean, planted = RANDOM.gamma(2, size=12), RANDOM.gamma(3, size=12)
    return (np.round(clean), np.round(planted)) if ties else (clean, planted)


def by_scikit_learn(clean, planted):
    labels, scores = np.repeat([0, 1], [len(clean), len(planted)]), np.concatenate([clean, planted])
    return roc_auc_score(labels, scores), average_precision_score(labels, scores)


@pytest.mark.parametrize("ties", [False, True])
def test_they_are_those_of_scikit_learn_whole_and_without_each_window(ties):
    clean, planted = errors(ties)
    assert (auroc(clean, planted), average_precision(clean, planted)) == pytest.approx(by_scikit_learn(clean, planted))
    left = without_each(clean, planted)
    for window in range(12):
        kept = np.arange(12) != window
        found = tuple(one[window] for one in left)
        assert found == pytest.approx(by_scikit_learn(clean[kept], planted[kept]))


def test_each_kind_changes_what_it_says_and_nothing_else():
    windows = RANDOM.normal(size=(40, 9, 3)).astype(np.float32)
    spread = np.array([1.0, 2.0, 5.0], np.float32)
    planted = dict(zip(KINDS, plant(windows, spread), strict=True))
    features = set()
    for number in range(40):
        changed = {kind: np.argwhere(one[number] != windows[number]) for kind, one in planted.items()}
        for kind, places in changed.items():
            assert len({feature for _, feature in places}) <= 1, "one feature"
            assert (places[:, 0] >= 1).all(), "the first step stays"
            features |= {int(feature) for _, feature in places}
            if kind != "spike" and len(places):
                assert places[-1, 0] == 8, "to the end"
        ((step, feature),) = changed["spike"]
        jump = planted["spike"][number, step, feature] - windows[number, step, feature]
        assert abs(jump) == pytest.approx(SIZES["spike"] * spread[feature], rel=1e-4)
        shift = (planted["level shift"][number] - windows[number])[tuple(changed["level shift"].T)]
        assert np.ptp(shift) < 1e-4
        stuck = planted["dropout"][number][changed["dropout"][0, 0] - 1 :, changed["dropout"][0, 1]]
        assert np.ptp(stuck) == 0
    assert features == {0, 1, 2}
    assert np.array_equal(plant(windows, spread), plant(windows, spread)), "the same for every variant"

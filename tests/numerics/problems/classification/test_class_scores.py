"""Scores of classes are scikit-learn's; what a sample adds to each is what counting it twice changes."""

import numpy as np
import pytest
from sklearn import metrics

from tasks.numerics.problems.classification.scores import BINS, CLASS_METRICS, METRICS_OF, scored_classes
from tasks.numerics.problems.classification.votes import mcnemar, votes_of
from tasks.numerics.statistics.influence import badness

N, K = 300, 4


def example(seed=1, seeds=3):
    """Probabilities (S, N, K) that lean to the true class, and the classes (N,)."""
    random = np.random.default_rng(seed)
    labels = random.choice(K, p=[0.5, 0.3, 0.15, 0.05], size=N)
    logits = random.normal(size=(seeds, N, K)) + 1.2 * np.eye(K)[labels]
    probabilities = np.exp(logits)
    # Two digits alone, so that ties are there.
    probabilities = np.round(probabilities / probabilities.sum(axis=2, keepdims=True), 2) + 1e-3
    return probabilities / probabilities.sum(axis=2, keepdims=True), labels


def calibration(probabilities, labels):
    """Bin by bin."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return sum(
        abs(sure[bins == number].mean() - right[bins == number].mean()) * (bins == number).mean()
        for number in range(BINS)
        if (bins == number).any()
    )


JUDGES = {
    "accuracy": lambda p, y: metrics.accuracy_score(y, p.argmax(axis=1)),
    "balanced_accuracy": lambda p, y: metrics.balanced_accuracy_score(y, p.argmax(axis=1)),
    "macro_f1": lambda p, y: metrics.f1_score(y, p.argmax(axis=1), average="macro"),
    "log_loss": lambda p, y: metrics.log_loss(y, p, labels=range(K)),
    "brier": lambda p, y: np.mean(np.sum((p - np.eye(K)[y]) ** 2, axis=1)),
    "auroc": lambda p, y: metrics.roc_auc_score(y, p, multi_class="ovr"),
    "calibration_error": calibration,
}


def test_every_metric_has_a_judge():
    assert JUDGES.keys() == METRICS_OF.keys() == CLASS_METRICS.keys()


@pytest.mark.parametrize("metric", JUDGES)
def test_values_are_the_judges(metric):
    probabilities, labels = example()
    found = scored_classes(probabilities, labels, np.arange(N))[metric].value
    np.testing.assert_allclose(found, [JUDGES[metric](one, labels) for one in probabilities], rtol=1e-10)


@pytest.mark.parametrize("metric", JUDGES)
def test_influence_is_what_counting_a_sample_twice_changes(metric):
    probabilities, labels = example(seed=2)
    found = scored_classes(probabilities, labels, np.arange(N))[metric]
    np.testing.assert_allclose(found.influence.mean(axis=1), 0, atol=1e-12)
    for sample in range(0, N, 23):
        twice = np.append(np.arange(N), sample)
        changed = scored_classes(probabilities[:, twice], labels[twice], np.arange(N + 1))[metric].value
        # To first order in 1 / N.
        np.testing.assert_allclose((N + 1) * (changed - found.value), found.influence[:, sample], rtol=0.1, atol=0.06)


def test_a_group_counts_as_its_samples_together():
    probabilities, labels = example()
    groups = np.arange(N) // 7
    alone, together = (scored_classes(probabilities, labels, one)["brier"] for one in (np.arange(N), groups))
    np.testing.assert_allclose(alone.value, together.value)
    number = len(np.unique(groups))
    expected = [alone.influence[:, groups == group].sum(axis=1) * number / N for group in range(number)]
    np.testing.assert_allclose(together.influence, np.transpose(expected))
    np.testing.assert_allclose(together.influence.mean(axis=1), 0, atol=1e-12)


def test_a_diverged_seed_has_no_score_and_touches_no_other():
    probabilities, labels = example()
    whole = scored_classes(probabilities, labels, np.arange(N))
    probabilities[1, 5] = np.nan
    for metric, found in scored_classes(probabilities, labels, np.arange(N)).items():
        assert np.isnan(found.value).tolist() == [False, True, False]
        np.testing.assert_array_equal(found.value[[0, 2]], whole[metric].value[[0, 2]])


def test_a_class_that_is_not_tested_is_in_no_mean():
    probabilities, labels = example()
    labels = labels % 3
    found = scored_classes(probabilities, labels, np.arange(N))
    np.testing.assert_allclose(
        found["balanced_accuracy"].value,
        [np.mean([(one.argmax(axis=1) == k)[labels == k].mean() for k in range(3)]) for one in probabilities],
    )


def test_what_is_better_is_less_bad():
    good, labels = example()
    worse = np.roll(good, 1, axis=2)
    for metric in set(METRICS_OF) - {"calibration_error"}:
        best, other = (badness(metric, scored_classes(one, labels, np.arange(N))[metric]) for one in (good, worse))
        assert (best.value < other.value).all(), metric
        assert (CLASS_METRICS[metric].better == "higher") == (best.value < 0).all(), metric


def test_votes_are_of_the_mean_over_seeds_and_mcnemar_counts_who_alone_is_right():
    labels = np.array([0, 0, 1, 1, 1, 0])
    always = np.tile([0.9, 0.1], (2, 6, 1))
    # One seed is surer of the other class: the mean votes for it.
    other = np.stack([np.tile([0.6, 0.4], (6, 1)), np.tile([0.1, 0.9], (6, 1))])
    lost = np.full((2, 6, 2), np.nan)
    table = mcnemar({"stock": always, "cell-relu": other, "cell-elu": lost}, labels, "stock").set_index("variant")
    assert votes_of(other).tolist() == [1] * 6
    assert table.loc["cell-relu", ["only_variant", "only_reference"]].tolist() == [3, 3]
    assert table.loc["cell-relu", "p"] == 1 and np.isnan(table.loc["stock", "p"])
    assert table.loc["cell-elu", ["accuracy", "only_reference"]].tolist() == [0, 3]
    # Of three samples that one alone is right in: 2 / 2^3, and after Holm twice that.
    assert table.loc["cell-elu", "p"] == pytest.approx(0.25)
    assert table.loc["cell-elu", "p_adjusted"] == pytest.approx(0.5)

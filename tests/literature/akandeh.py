"""Akandeh and Salem (2017): with ReLU an LSTM's accuracy falls after a number of epochs where the learning rate is large."""

import numpy as np
from scipy import stats

from tests.literature.compared import compare
from tests.literature.findings import Finding, outcome
from tests.literature.kept import kept

RELU = "cell-relu"
EPOCHS = (5, 20, 80)
RATES = (0.001, 0.01, 0.03, 0.1)
TRAINING = {
    "layers": [32],
    "placements": ["cell"],
    "activations": ["relu"],
    "batch_size": 32,
    "learning_rates": 1,
    "patience": 0,
    "seeds": 10,
}
CONFIDENCE = 0.95


def study(quick: bool = False) -> Finding:
    """Digits as eight rows of pixels, at several numbers of epochs and learning rates."""
    epochs, rates, fewer = ((1, 2), RATES[:1], {"seeds": 2}) if quick else (EPOCHS, RATES, {})
    found = {
        rate: [
            kept(compare, series="digits", epochs=number, learning_rate=rate, **TRAINING | fewer) for number in epochs
        ]
        for rate in rates
    }
    falling = {name: [rate for rate in rates if falls(of(found[rate], name))] for name in ("stock", RELU)}
    worse = [rate for rate in rates if found[rate][-1]["variants"][RELU]["verdict"] == "hurts"]
    only = [rate for rate in falling[RELU] if rate not in falling["stock"]]
    diverged = {name: sum(one[-1]["variants"][name]["diverged"] for one in found.values()) for name in ("stock", RELU)}
    return Finding(
        title="Does accuracy with ReLU fall when training goes on?",
        source="Akandeh and Salem (2017), *Simplified Long Short-term Memory Recurrent Neural Networks*, parts I and II (on MNIST).",
        claim=(
            "The papers say that the accuracy of an LSTM with ReLU falls after a number of epochs, where the learning rate is large."
        ),
        outcome=outcome(bool(only), bool(falling[RELU])),
        because=(
            f"up to {epochs[-1]} epochs accuracy with ReLU falls beyond chance at {listed(falling[RELU])} of {len(rates)} learning rates, with tanh at "
            f"{listed(falling['stock'])}. But where the learning rate is large, ReLU is worse than tanh: it hurts at {listed(worse)}. "
            f"Diverged: {diverged[RELU]} networks with ReLU, {diverged['stock']} with tanh."
        ),
        columns=("learning rate", "activation", *(f"{number} epochs" for number in epochs), "diverged", "verdict"),
        rows=[row(found[rate], rate, name) for rate in rates for name in ("stock", RELU)],
        notes=(
            f"Mean accuracy on digits that were not trained on, in percent; diverged and the verdict are those after {epochs[-1]} epochs. Seeds are the same at "
            "every number of epochs, so that one column goes on where the one before ended.",
        ),
        how=f"scikit-learn's digits as eight rows of eight pixels, LSTM({TRAINING['layers'][0]}), {TRAINING['seeds']} paired seeds.",
    )


def of(comparisons: list[dict], name: str) -> np.ndarray:
    """Accuracies (E, S) at each number of epochs; NaN of a seed that diverged."""
    return np.array([one["variants"][name]["scores"] for one in comparisons])


def falls(accuracy: np.ndarray) -> bool:
    """Whether accuracies (E, S) are lower at the end than at their best before, paired by seed, or seeds have diverged meanwhile."""
    *before, last = accuracy
    if np.isnan(last).sum() > min(np.isnan(row).sum() for row in before):
        return True
    best = max(before, key=lambda row: row[np.isfinite(row)].mean() if np.isfinite(row).any() else 0.0)
    lost = (best - last)[np.isfinite(best) & np.isfinite(last)]
    if len(lost) < 2 or not lost.any():
        return False
    margin = stats.t.ppf((1 + CONFIDENCE) / 2, len(lost) - 1) * stats.sem(lost)
    return bool(lost.mean() > margin)


def row(comparisons: list[dict], rate: float, name: str) -> tuple[str, ...]:
    """A learning rate and an activation."""
    last = comparisons[-1]["variants"][name]
    means = [
        f"{100 * np.nanmean(scores):.1f}" if np.isfinite(scores).any() else "—" for scores in of(comparisons, name)
    ]
    return (f"{rate:g}", "relu" if name == RELU else "tanh", *means, str(last["diverged"]), last["verdict"])


def listed(rates: list[float]) -> str:
    """Learning rates in words."""
    return " and ".join(f"{rate:g}" for rate in rates) or "none"

"""A comparison of autoencoders in sentences, beside those that every problem has."""

from tasks.numerics.problems.overview import Overview
from tasks.numerics.problems.reconstruction.results import ReconstructionResult

Found = Overview[ReconstructionResult]
FEWEST_SEEDS = 30
FEWEST_APART = 8
"""Fewer test windows that do not overlap say little of other times."""
NOTES = (
    "Windows are scaled as in training, so that features of several units count alike: 1 is the range of the training part with "
    "`--scaling minmax`, its standard deviation with `standard`.",
    "AUROC and precision: mean over kinds of anomaly.",
)


def question(result: ReconstructionResult) -> str:
    """What was asked."""
    return f"Does an activation function in or between the layers of an autoencoder help to give {result.series.name} back?"


def introduction(overview: Found) -> str:
    """What was compared."""
    return (
        f"{len(overview.leading)} variants of one autoencoder, each trained from {overview.seeds} random start"
        f"{'s' * (overview.seeds > 1)} (seeds). The encoder's last output is the code: it is repeated at every time step, and a "
        "mirrored decoder with a Dense layer at every time step makes the window of it. Variants act in encoder and decoder alike; "
        "all else is equal, seed by seed. No period of a test window was in a training or validation window."
    )


def cautions(overview: Found) -> tuple[str, ...]:
    """Windows that overlap, codes that compress nothing, few seeds."""
    result, found = overview.result, []
    tested, steps = result.windows.tested.shape[1:3]
    if result.windows_apart < FEWEST_APART:
        found.append(
            f"The {tested} test windows overlap: their stretch of the series holds {result.windows_apart} of {steps} time steps side by "
            "side, so intervals know little of other times. A longer series, or a larger --test, tells more."
        )
    if result.code >= result.window_size:
        found.append(
            f"The code of {result.code} is not smaller than a window of {result.window_size} numbers: nothing need be compressed, "
            "and PCA gives every window back exactly. A longer --lookback or a smaller last layer makes it a test."
        )
    if overview.seeds < FEWEST_SEEDS:
        found.append(f"{overview.seeds} seeds are few: a verdict takes {FEWEST_SEEDS} or more.")
    return tuple(found)

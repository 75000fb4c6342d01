"""Figures of autoencoders: windows with what came back."""

import numpy as np

from tasks.numerics.problems.attempts import attempt_drawings
from tasks.numerics.problems.drawings import Band, Drawings, Line, Lines, Look, literal
from tasks.numerics.problems.reconstruction.anomalies import KINDS
from tasks.numerics.problems.reconstruction.results import ReconstructionResult


def drawings(result: ReconstructionResult) -> Drawings:
    """`windows/clean` and `windows/KIND`: the middle test window, and what every variant makes of it."""
    return attempt_drawings(
        "windows/clean",
        lambda: {f"windows/{name}": window(result, number, name) for number, name in enumerate(("clean", *KINDS))},
    )


def window(result: ReconstructionResult, copy: int, name: str) -> Lines:
    """The middle test window's first feature, and the medians over seeds; the band is of the first variant beside the reference."""
    middle = len(result.windows.first_rows) // 2
    values = result.windows.tested[copy, middle, :, 0]
    steps = np.arange(1, len(values) + 1)
    drawn, bands = [], []
    others = 0
    for variant in result.variants:
        made = result.given_back.isel(copy=copy, window=middle, feature=0).sel(variant=variant).to_numpy()
        made = made[np.isfinite(made).all(axis=-1)]
        look: Look = "reference" if variant == result.comparison.reference else ("other" if others else "own")
        others += look != "reference"
        if not len(made):
            continue
        drawn.append(Line(steps, np.median(made, axis=0), variant, look))
        if look == "own":
            low, high = np.quantile(made, [0.05, 0.95], axis=0)
            bands.append(Band(steps, low, high, f"{variant}, seeds"))
    return Lines(
        f"<b>{name}</b>",
        [*drawn, Line(steps, values, "window", "actual")],
        bands,
        x_title="time step of the window",
        y_title=f"{literal(result.windows.names[0])} (scaled)",
        height=310,
        legend=True,
    )

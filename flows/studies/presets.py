"""Comparisons that have a name: `--preset stacked`. Flags that are given beside it go before it."""

from dataclasses import dataclass
from typing import Any, Literal

from tasks.numerics.evidence_levels import DEFAULT, LEVELS

PresetName = Literal["default", "quick", "answer", "stacked", "autoencoder", "digits", "gestures"]


@dataclass(frozen=True)
class Preset:
    """Settings by the names of their flags, and what they are for."""

    words: str
    seconds: int
    """Of the first comparison of a bundled series on two cores, about."""
    settings: dict[str, Any]


TO_THE_END: dict[str, Any] = {"patience": 0, "learning_rate_moves": 0}
"""As tutorials train: so many epochs, whatever the validation loss does, at the rates that they name."""
ONE_END: dict[str, Any] = {"seeds": 30, "origins": 1, "test": 0.2}
"""As the question is asked everywhere: one training end, and the last fifth tested."""
CLASSIFIER: dict[str, Any] = {
    **TO_THE_END,
    "head": "classification",
    "layers": (64, 128, 64),
    "dense": (64, 32),
    "learning_rate": 0.003,
    "learning_rates": 1,
    "clip_norm": 1.0,
    "activations": ("relu",),
    "placements": ("cell",),
}
"""The network of the tutorials that tell gestures by their key points."""
PRESETS: dict[PresetName, Preset] = {
    "default": Preset("LSTM(16) on LSTM(8), relu and elu, in the cell and between", DEFAULT.seconds, {}),
    "quick": Preset(
        "LSTM(8), relu in the cell, little evidence, one rate",
        15,
        {
            "layers": (8,),
            "activations": ("relu",),
            "placements": ("cell",),
            **LEVELS["quick"].settings("forecast"),
            "epochs": 100,
            "learning_rates": 1,
        },
    ),
    "answer": Preset(
        "LSTM(4), 5 lags as features, batch 1: a well-known answer",
        26,
        {
            **TO_THE_END,
            "learning_rate": 0.001,
            "lookback": 5,
            "layout": "features",
            "layers": (4,),
            "epochs": 500,
            "batch_size": 1,
            "validation": 0.2,
            **ONE_END,
            "activations": ("relu",),
            "placements": ("cell",),
        },
    ),
    "stacked": Preset(
        "LSTM(100) on LSTM(50), relu in the cell",
        150,
        {
            **TO_THE_END,
            "learning_rate": 0.001,
            "layers": (100, 50),
            **ONE_END,
            "epochs": 50,
            "batch_size": 32,
            "activations": ("relu",),
            "placements": ("cell",),
        },
    ),
    "autoencoder": Preset(
        "LSTM(100) on LSTM(50) and back, relu in the cell",
        540,
        {
            **TO_THE_END,
            "series": "england_wales_electricity_halfhourly",
            "head": "autoencoder",
            "layers": (100, 50),
            "lookback": 60,
            "epochs": 3,
            "batch_size": 16,
            "learning_rate": 0.003,
            "learning_rates": 1,
            "clip_norm": 1.0,
            "activations": ("relu",),
            "placements": ("cell",),
        },
    ),
    "digits": Preset(
        "LSTM(64)-(128)-(64)-Dense(64)-(32)-softmax, relu, digits",
        240,
        {**CLASSIFIER, "samples": "digits", "epochs": 20, "batch_size": 32, "seeds": 10},
    ),
    "gestures": Preset(
        "LSTM(64)-(128)-(64)-Dense(64)-(32)-softmax, relu, gestures",
        430,
        {**CLASSIFIER, "samples": "hand_movements", "epochs": 60, "batch_size": 16, "seeds": 6},
    ),
}
DESCRIPTION = "Settings that go together; flags that are given beside it go before it."


def listed() -> str:
    """A line a preset: its name, how long it takes and what it is."""
    lines = (f"  {name:<11} {one.seconds:>4} s  {one.words}" for name, one in PRESETS.items())
    return "\n".join(("Presets, and about how long each takes the first time on two cores:", *lines))

"""What the variants of a comparison are, in words; nothing heavy is imported."""

from collections.abc import Sequence
from typing import Final

from tasks.numerics.settings import KERAS, Placement
from tasks.numerics.wording import joined

CHANGES: Final[dict[Placement, str]] = {
    "cell": "replace its `activation`",
    "gate": "replace its `recurrent_activation`",
    "between": "apply an activation to what every {layer} layer puts out",
    "input": "replace the `activation` of the candidate alone, the half that lets a step into the cell",
    "squash": "replace the `activation` of the cell state alone, the half through which it goes out",
    "dense": "replace the `activation` of the hidden Dense layers",
    "output": "replace the `activation` of the last Dense layer",
}


def recurrent_names(layers: Sequence[str]) -> str:
    """Keras' names of the recurrent layers among layers in words, such as `LSTM`, or `LSTM and GRU`."""
    found = [name for name in KERAS.values() if any(f"{name}(" in layer for layer in layers)]
    return joined(found) if found else "LSTM"


def variants_in_words(names: Sequence[str], layer: str) -> str:
    """What each kind of variant is, a clause each; `layer` is the recurrent layers' name in Keras."""
    own = "yours" in names
    plain = f"your network with Keras' own activations in its {layer} layers" if own else f"the plain Keras {layer}"
    found = [f"**stock** is {plain}", *(["**yours** is your network as it was handed over"] if own else [])]
    kinds = {name.partition("-")[0] for name in names}
    found += [f"**{kind}** variants {words.format(layer=layer)}" for kind, words in CHANGES.items() if kind in kinds]
    return f"{'; '.join(found)}."

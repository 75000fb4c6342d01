"""Names of Keras' activations: what may be asked for is known without importing Keras. A test holds them against Keras' own."""

from difflib import get_close_matches
from typing import Final

from tasks.numerics.errors import InputError

ELEMENTWISE: Final = (
    "celu",
    "elu",
    "exponential",
    "gelu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "squareplus",
    "tanh",
    "tanh_shrink",
)
"""Those that can stand in an LSTM's place: each output depends on the input at its own place alone."""
ALIASES: Final = {"hard_swish": "hard_silu", "swish": "silu"}
"""Second names, and the name under which Keras defines each."""
MIXING: Final = ("glu", "log_softmax", "softmax", "sparsemax")
"""Those whose outputs depend on several inputs."""


def canonical_name(name: str) -> str:
    """The name under which Keras defines `name`; raises InputError where it is none or not element-wise."""
    known = (*ELEMENTWISE, *ALIASES, *MIXING)
    if name not in known:
        nearest = get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.5)
        hint = f" Did you mean '{nearest[0]}'?" if nearest else ""
        raise InputError(
            f"--activations: '{name}' is not a Keras activation.{hint} Expected one of: {', '.join(ELEMENTWISE)}."
        )
    if name in MIXING:
        raise InputError(
            f"--activations: '{name}' mixes elements (it is not element-wise), so it can't stand in an LSTM's place. "
            f"Expected one of: {', '.join(ELEMENTWISE)}."
        )
    return ALIASES.get(name, name)

"""Names of Keras' activations: what may be asked for is known without importing Keras. A test holds them against Keras' own."""

from math import inf
from typing import Final

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.calls import Call, read_call
from tasks.numerics.wording import did_you_mean

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


PARAMETERS: Final = {
    "elu": (("alpha", 1.0),),
    "leaky_relu": (("negative_slope", 0.2),),
    "relu": (("negative_slope", 0.0), ("max_value", inf), ("threshold", 0.0)),
}
"""Those that take numbers, as in `leaky_relu(0.1)`, with Keras' names and defaults."""


def canonical_name(name: str, where: str = "--activations") -> str:
    """The name under which Keras defines `name`, with its numbers if any; raises InputError where it is none or not element-wise."""
    call = activation_call(name, where)
    if call.name in MIXING:
        raise InputError(
            f"{where}: '{name}' mixes elements (it is not element-wise), so it can't stand in an LSTM's place. "
            f"Expected one of: {', '.join(ELEMENTWISE)}."
        )
    return str(call)


def activation_call(name: str, where: str) -> Call:
    """An activation of Keras and its numbers, those that mix elements too; raises InputError where it is none."""
    known = (*ELEMENTWISE, *ALIASES, *MIXING)
    call, plain = read_call(name, PARAMETERS), name.partition("(")[0].strip()
    if plain not in known:
        hint = did_you_mean(plain.lower(), sorted(known), 0.5)
        raise InputError(
            f"{where}: '{name}' is not a Keras activation.{hint} Expected one of: {', '.join(ELEMENTWISE)}."
        )
    if call is None:
        raise InputError(f"{where}: '{name}' has numbers that Keras' {plain} does not take. {_taken(plain)}")
    return call._replace(name=ALIASES.get(call.name, call.name))


def _taken(name: str) -> str:
    """What numbers an activation takes, in a sentence."""
    if name not in PARAMETERS:
        return f"Expected '{name}' alone; numbers are taken by {', '.join(PARAMETERS)}."
    return f"Expected numbers for {', '.join(parameter for parameter, _ in PARAMETERS[name])}, such as {name}(0.1)."

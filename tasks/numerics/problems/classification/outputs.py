"""Whether what a network gives are probabilities of the classes."""

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.layers import Activation, Dense
from tasks.numerics.networks.chain.stacks import shapes
from tasks.numerics.networks.forms import ChainForm, Form
from tasks.numerics.networks.outlines import Outline
from tasks.numerics.problems.classification.limits import LOSS_OF
from tasks.numerics.settings import NetworkSpec


def one_output(network: NetworkSpec, classes: int) -> int:
    """How many numbers the head gives: of two classes behind a sigmoid a single one."""
    return 1 if classes == 2 and network.output_activation == "sigmoid" else classes


def outputs_of(form: Form, window: tuple[int, int], classes: int) -> int:
    """Numbers that a network gives of a window (T, F); raises InputError where these are no probabilities of the classes."""
    if isinstance(form, Outline):
        last = form.dense[-1] if form.dense else None
        activation = form.logits or (last.activation if last else "")
        units, shown, steps = form.outputs, f"Dense({last.units}, {activation})" if last else form.words(), None
        # What follows the last Dense layer is Keras' own affair, such as a Softmax layer.
        sure = bool(last and form.layers[-1] == last)
    else:
        assert isinstance(form, ChainForm), "a network is a chain, or an outline"
        end, (steps, units) = form.chain[-1], shapes(form.chain, *window)[-1]
        activation = end.activation if isinstance(end, Dense | Activation) else ""
        shown, sure = end.shown(), True
    if (sure and activation not in LOSS_OF) or steps is not None:
        raise InputError(
            f"--network ends with {shown}{' at every time step' if steps is not None else ''}: expected probabilities of the "
            f"classes, a Dense({classes}, softmax) after the last time step, or Dense({classes}) compiled with a loss from_logits=True."
        )
    if units != classes and not (units == 1 and classes == 2 and activation in ("sigmoid", "")):
        single = ", or Dense(1, sigmoid)" if classes == 2 else ""
        raise InputError(
            f"--network gives {units} number{'s' * (units != 1)}, and there are {classes} classes. Expected Dense({classes}, softmax){single}."
        )
    return units

"""A user's own model with what a comparison puts around it: a layer in front that masks, an activation after it that makes probabilities."""

from typing import Any

from tasks.numerics.errors import InputError
from tasks.numerics.networks.chain.masked_networks import MaskedNetwork
from tasks.numerics.networks.outlines import Outline
from tasks.numerics.settings import NetworkSpec


def wrapped(model: Any, network: NetworkSpec, outline: Outline, window: tuple[int, int]) -> Any:
    """A `keras.Model` of windows (T, F) around another, compiled as that is; the model itself where nothing is put around it.

    Raises InputError where it trains itself in a way of its own, which would not be called.
    """
    import keras

    masked = isinstance(network, MaskedNetwork)
    if not masked and not outline.logits:
        return model
    if type(model).train_step is not keras.Model.train_step:
        what = "windows are of several lengths" if masked else "it gives logits"
        raise InputError(
            f"--network: {type(model).__name__} has a train_step of its own, and {what}: a layer around it would keep it from being called. "
            f"Expected {'a Masking layer in front' if masked else 'a softmax at the end'} of your own."
        )
    batch = (*(getattr(model, "input_shape", None) or ()), None)[0]
    given = keras.layers.Input(window, batch_size=batch, name="window")
    inner = keras.layers.Masking(network.mask_value)(given) if isinstance(network, MaskedNetwork) else given
    output = _of(model, inner)
    output = keras.layers.Activation(outline.logits)(output) if outline.logits else output
    found = keras.Model(given, output)
    if model.compiled:
        found.compile(model.optimizer, model.loss)
    return found


def _of(model: Any, given: Any) -> Any:
    """What a model makes of a symbolic tensor with a mask: layer by layer where it can be, as Keras says of a model as a whole that masks end there."""
    import keras

    if isinstance(model, keras.Sequential) or type(model).__name__ == "Functional":
        return model.call(given)
    return model(given)

"""A variant's network as a `keras.Model`: before its training, or with the weights that were kept."""

from typing import Any

from tasks.numerics.errors import InputError
from tasks.numerics.networks.architectures import Architecture, initial_weights, to_keras
from tasks.numerics.networks.chain.configs import parsed
from tasks.numerics.networks.forms import Form, form_of
from tasks.numerics.networks.initialisation import Weights
from tasks.numerics.networks.outlines import Outline, outline_of


def built(architecture: Architecture, seed: int) -> Any:
    """The `keras.Model` of a variant with the initial weights of a seed, the same for every variant; nothing of it is traced."""
    import keras

    keras.utils.set_random_seed(seed % 2**32)
    outline = outline_of(parsed(architecture.network.network)) if architecture.network.network else None
    if outline is None:
        return to_keras(architecture, initial_weights(architecture, [seed]), 0)
    from tasks.numerics.networks.keras_engine.own_models import first_call, own_model, put_activations
    from tasks.numerics.networks.keras_engine.wrapped_models import wrapped

    T, F = architecture.steps, architecture.features
    # Of two classes behind a single sigmoid a build() was told of both.
    outputs = max(architecture.outputs, 2) if architecture.network.head == "classification" else architecture.outputs
    model = own_model(architecture.network.network, T, F, outputs)
    shape = getattr(model, "input_shape", None)
    if isinstance(shape, tuple) and any(size not in (None, own) for size, own in zip(shape[1:], (T, F), strict=False)):
        raise InputError(
            f"--network: the network reads windows of shape {shape[1:]}, and those of the series are {(T, F)}: time steps and features. "
            "Expected a build() that takes input_shape, or an Input of that shape."
        )
    first_call(model, T, F)
    variant = outline.at(architecture.variant.placement, architecture.variant.activation)
    put_activations(model, outline, variant)
    return wrapped(model, architecture.network, outline, (T, F))


def outline_of_network(architecture: Architecture) -> Outline | None:
    """The outline of a network that is no chain; None of one that is."""
    form: Form = form_of(architecture.network, architecture.outputs, architecture.steps)
    return form if isinstance(form, Outline) else None


def trained_model(architecture: Architecture, weights: Weights, replica: int) -> Any:
    """The `keras.Model` of one replica (R, ...) after its training."""
    if outline_of_network(architecture) is None:
        return to_keras(architecture, weights, replica)
    model = built(architecture, seed=0)
    model.set_weights([weight[replica] for weight in weights])
    # What it was compiled with may be code, which Keras can't keep.
    model.compiled = False
    return model


def why_not_kept(model: Any) -> str:
    """Why Keras can't write a model into a file; empty where it can."""
    try:
        model.to_json()
    except (TypeError, ValueError, NotImplementedError) as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return ""

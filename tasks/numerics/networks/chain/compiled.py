"""What a Keras model was compiled with, as settings of training."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tasks.numerics.networks.chain.calls import read_call
from tasks.numerics.networks.chain.setting_configs import NotFusedError
from tasks.numerics.networks.schedules import PARAMETERS
from tasks.numerics.training_settings import LossName, OptimizerName

OPTIMIZERS: Final[dict[str, OptimizerName]] = {
    "adam": "adam",
    "adamw": "adamw",
    "nadam": "nadam",
    "rmsprop": "rmsprop",
    "sgd": "sgd",
    "adagrad": "adagrad",
}
LOSSES: Final[dict[str, LossName]] = {
    "mse": "mse",
    "meansquarederror": "mse",
    "mae": "mae",
    "meanabsoluteerror": "mae",
    "huber": "huber",
    "logcosh": "log_cosh",
    "mape": "mape",
    "meanabsolutepercentageerror": "mape",
    "binarycrossentropy": "binary_crossentropy",
    "categoricalcrossentropy": "categorical_crossentropy",
    "sparsecategoricalcrossentropy": "sparse_categorical_crossentropy",
}
"""By Keras' names and those of its classes, in small letters without underscores."""
USUAL: Final[Mapping[str, Any]] = {
    "amsgrad": False,
    "beta_1": 0.9,
    "beta_2": 0.999,
    "centered": False,
    "epsilon": 1e-7,
    "gradient_accumulation_steps": None,
    "initial_accumulator_value": 0.1,
    "loss_scale_factor": None,
    "rho": 0.9,
    "use_ema": False,
}
"""Settings of optimizers that the fused engine has at these values alone."""
LOGITS: Final = "from_logits"
"""Says of a cross-entropy that the network ends before its softmax or its sigmoid."""
USUAL_OF_LOSSES: Final = {
    "axis": (-1,),
    "delta": (1.0,),
    "ignore_class": (None,),
    "reduction": (None, "auto", "mean", "sum_over_batch_size"),
}
"""Settings of losses that the fused engine has at these values alone."""
OF_CLASSES: Final = ("label_smoothing", LOGITS)
"""What a cross-entropy is called with."""
IGNORED: Final = {
    "name",
    "is_legacy_optimizer",
    "jit_compile",
    "ema_momentum",
    "ema_overwrite_frequency",
    "decay",
    "dtype",
}
CLIPPING: Final = {"global_clipnorm": "clip_norm", "clipvalue": "clip_value", "clipnorm": "clip_weight_norm"}


def training_of(compiled: Mapping[str, Any] | None) -> dict[str, Any]:
    """Settings by their names, of a model's compile config, and `from_logits` where it is so; none where it was not compiled.

    Raises NotFusedError on an optimizer or a loss that the fused engine does not have.
    """
    if not compiled:
        return {}
    if compiled.get("loss_weights") not in (None, [1.0], 1.0):
        raise NotFusedError(f"loss_weights={compiled['loss_weights']}")
    return {**_optimizer(compiled.get("optimizer")), **_loss(compiled.get("loss"))}


def settings_and_own(compiled: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Settings by their names with `from_logits` where it is so, and by `optimizer`, `schedule` and `loss` what no settings are like, in words."""
    found, own = dict[str, Any](), dict[str, str]()
    for name, read in (("optimizer", _optimizer), ("loss", _loss)):
        given = (compiled or {}).get(name)
        try:
            found |= read(given)
        except NotFusedError as lacking:
            own[name] = str(lacking)
            config = given.get("config") if isinstance(given, Mapping) else None
            rate = config.get("learning_rate") if isinstance(config, Mapping) else None
            if isinstance(rate, Mapping):
                # A schedule of its own: rates are multiples of it.
                own["schedule"], found["learning_rate"] = str(rate.get("class_name")), 1.0
            elif isinstance(rate, float) and rate > 0:
                found["learning_rate"] = float(f"{rate:.7g}")
    return found, own


def _optimizer(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    kind = given if isinstance(given, str) else str(given.get("class_name"))
    config = {} if isinstance(given, str) else given.get("config") or {}
    name = OPTIMIZERS.get(kind.lower())
    if name is None:
        raise NotFusedError(f"the optimizer {kind}")
    found: dict[str, Any] = {"optimizer": name}
    for key, value in config.items():
        if key in ("learning_rate", "lr"):
            found |= _rate(value, kind)
        elif key in ("momentum", "nesterov", "weight_decay"):
            found |= {key: value} if value else {}
        elif key in CLIPPING:
            found |= {CLIPPING[key]: float(value)} if value else {}
        elif key not in IGNORED and value != USUAL.get(key):
            raise NotFusedError(f"{key}={value} of the optimizer {kind}")
    return found


def _rate(given: Any, kind: str) -> dict[str, Any]:
    """A learning rate, or the first one of a schedule and the schedule."""
    if isinstance(given, int | float):
        return {"learning_rate": float(f"{given:.7g}")}  # Keras keeps it in single precision
    name, config = (
        (given.get("class_name"), dict(given.get("config") or {})) if isinstance(given, Mapping) else (given, {})
    )
    schedule = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(name)).lower()
    first = config.pop("initial_learning_rate", None)
    if schedule == "polynomial_decay" and first:
        config["end_share"] = config.pop("end_learning_rate", 1e-4) / first
    for unused in ("name", "warmup_target", "warmup_steps", "cycle"):
        if config.get(unused) in (None, False, 0, "") or unused == "name":
            config.pop(unused, None)
    numbers = ",".join(f"{key}={float(value)}" for key, value in config.items() if isinstance(value, int | float))
    call = read_call(f"{schedule}({numbers})", PARAMETERS)
    if call is None or call.name not in PARAMETERS or not first or len(config) != numbers.count("="):
        raise NotFusedError(f"the learning rate's schedule {name} of the optimizer {kind}")
    return {"learning_rate": float(f"{first:.7g}"), "schedule": str(call)}


def _loss(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    config = given.get("config") if isinstance(given, Mapping) else None
    kind = str(
        (config if isinstance(config, str) else given.get("class_name")) if isinstance(given, Mapping) else given
    )
    kind = kind.strip("_")
    name = LOSSES.get(kind.replace("_", "").lower())
    if name is None:
        raise NotFusedError(f"the loss {kind}")
    found: dict[str, Any] = {"loss": name}
    for key, value in config.items() if isinstance(config, Mapping) else ():
        if key in OF_CLASSES:
            found |= {key: value} if value else {}
        elif key not in IGNORED and value not in USUAL_OF_LOSSES.get(key, ()):
            raise NotFusedError(f"{key}={value} of the loss {kind}")
    return found

"""Claims from TOML files: whatever is missing, unknown or impossible is said with its key and how to mend it.

name = "LSTM with ELU on our sales"       # source, unit and series_rows may follow
[network]
layers = [16, 8]                          # units, first to last
lookback = 12
layout = "steps"                          # or "features"
[training]
epochs = 100
batch_size = 16
learning_rate = 0.001                     # Adam's
validation = 0.2                          # share of the training windows, the last ones
[test]
rows = 24                                 # the last ones
directions = "actual_before"              # or "pandas_aligned"
[[recipe]]                                # one or more readings of how it was done
name = "as published"
rows = 100                                # the first ones; see `Recipe` for the rest
part = 1.0
scaling = "whole_series"                  # or "training_rows", "training_part"
test_scaling = "as_training"              # or "test_windows"
inversion = "as_training"                 # or "whole_series"
drops_last_window = false
[[variant]]                               # two; the first is the reference
name = "stock"
rmse = 10.5                               # one or more of rmse, mfe, mda (a share)
[[variant]]
name = "cell-elu"
rmse = 9.8
"""

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from tasks.numerics.audit.claims import Claim, ClaimedVariant, Recipe
from tasks.numerics.errors import InputError
from tasks.numerics.networks.activation_names import canonical_name
from tasks.numerics.networks.variants import STOCK, Variant
from tasks.numerics.settings import Layout, Placement
from tasks.numerics.wording import did_you_mean


@dataclass(frozen=True)
class Key:
    """What a key of a claim file may hold."""

    expected: str
    fits: Callable[[Any], bool]
    optional: bool = False


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _one_of(kind: Any) -> Key:
    names = get_args(kind)
    return Key(f"one of {', '.join(map(repr, names))}", lambda value: value in names)


WHOLE = Key("a whole number from 1", _whole)
TEXT = Key("a text that is not empty", lambda value: isinstance(value, str) and bool(value.strip()))
HINTS = get_type_hints(Recipe) | get_type_hints(Claim)
KEYS: dict[str, dict[str, Key]] = {
    "": {
        "name": TEXT,
        "source": Key(TEXT.expected, TEXT.fits, optional=True),
        "unit": Key(TEXT.expected, TEXT.fits, optional=True),
        "series_rows": Key(WHOLE.expected, WHOLE.fits, optional=True),
    },
    "network": {
        "layers": Key(
            "a list of whole numbers from 1, such as [16, 8]",
            lambda value: isinstance(value, list) and bool(value) and all(map(_whole, value)),
        ),
        "lookback": WHOLE,
        "layout": _one_of(Layout),
    },
    "training": {
        "epochs": WHOLE,
        "batch_size": WHOLE,
        "learning_rate": Key("a number above 0", lambda value: _number(value) and value > 0),
        "validation": Key("a share above 0 and below 1", lambda value: _number(value) and 0 < value < 1),
    },
    "test": {
        "rows": Key("a whole number from 3", lambda value: _whole(value) and value >= 3),
        "directions": _one_of(HINTS["directions"]),
    },
    "[recipe]": {
        "name": TEXT,
        "rows": WHOLE,
        "part": Key("a share above 0, up to 1", lambda value: _number(value) and 0 < value <= 1),
        **{name: _one_of(HINTS[name]) for name in ("scaling", "test_scaling", "inversion")},
        "drops_last_window": Key("true or false", lambda value: isinstance(value, bool)),
    },
    "[variant]": {
        "name": TEXT,
        "rmse": Key("a number from 0", lambda value: _number(value) and value >= 0, optional=True),
        "mfe": Key("a number", _number, optional=True),
        "mda": Key("a share, 0 to 1", lambda value: _number(value) and 0 <= value <= 1, optional=True),
    },
}
"""Keys of every section; one in brackets stands for a list of tables."""


def read_claim(path: Path) -> Claim:
    """The claim of a TOML file; raises InputError with the key that is missing, unknown or impossible."""
    try:
        with path.open("rb") as file:
            given = tomllib.load(file)
    except OSError as error:
        raise InputError(f"--claim {path} can't be read: {error.strerror}. Expected a TOML file.") from None
    except UnicodeDecodeError:
        raise InputError(f"--claim {path} is not UTF-8. Expected a TOML file: save it as UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"--claim {path} is not TOML: {error}. Texts stand in quotes, lists in brackets.") from None
    return claim_from(given, str(path))


def claim_from(given: Mapping[str, Any], path: str) -> Claim:
    """The claim of a parsed file; raises InputError with the key that is missing, unknown or impossible."""
    sections = [name.strip("[]") for name in KEYS if name]
    for name in given:
        if name not in sections and name not in KEYS[""]:
            raise InputError(_unknown(name, [*KEYS[""], *sections], f"{path}: "))
    top = _checked(given, "", path, ignored=sections)
    network, training, test = (
        _checked(_section(given, name, dict, path), name, path) for name in ("network", "training", "test")
    )
    variants = [_checked(one, "[variant]", path) for one in _section(given, "variant", list, path)]
    recipes = [_checked(one, "[recipe]", path) for one in _section(given, "recipe", list, path)]
    if len(variants) != 2:
        raise InputError(f"{path} has {len(variants)} [[variant]]: expected two, the reference first.")
    if len({one["name"] for one in recipes}) < len(recipes):
        raise InputError(f"{path} has two [[recipe]] of the same name: give each a name of its own.")
    claim = Claim(
        **top,
        **(network | {"layers": tuple(network["layers"])}),
        **training,
        test=test["rows"],
        directions=test["directions"],
        variants=(_variant(variants[0], path), _variant(variants[1], path)),
        recipes=tuple(Recipe(**one) for one in recipes),
    )
    if claim.names[0] == claim.names[1]:
        raise InputError(f"{path} claims {claim.names[0]!r} twice: expected two variants that differ.")
    if not claim.metrics:
        keys = ", ".join(one.name for one in fields(ClaimedVariant)[1:])
        raise InputError(
            f"{path} has no metric for both variants: expected at least one of {keys} in each [[variant]]."
        )
    return claim


def _section(given: Mapping[str, Any], name: str, kind: type[Any], path: str) -> Any:
    written = f"[[{name}]]" if kind is list else f"[{name}]"
    if not given.get(name):
        inside = ", ".join(KEYS.get(name) or KEYS[f"[{name}]"])
        raise InputError(f"{path} has no section {written}: expected it, with {inside}.")
    value = given[name]
    if not isinstance(value, kind) or not all(isinstance(one, dict) for one in value if kind is list):
        raise InputError(f"{path}: {name} is {value!r}. Expected a section that begins with the line {written}.")
    return value


def _checked(given: Mapping[str, Any], section: str, path: str, ignored: list[str] | None = None) -> dict[str, Any]:
    """The keys of a section (a name of `KEYS`), each as it may be."""
    keys, where = KEYS[section], f"{path}: [{section}] " if section else f"{path}: "
    found = {name: value for name, value in given.items() if name not in (ignored or [])}
    for name in found:
        if name not in keys:
            raise InputError(_unknown(name, list(keys), where))
    for name, key in keys.items():
        if name not in found and not key.optional:
            raise InputError(f"{where}{name} is missing: expected {key.expected}.")
        if name in found and not key.fits(found[name]):
            raise InputError(f"{where}{name} is {found[name]!r}: expected {key.expected}.")
    return found


def _unknown(name: str, keys: list[str], where: str) -> str:
    hint = did_you_mean(name, keys)
    return f"{where}{name!r} is no key of a claim.{hint} Expected here: {', '.join(keys)}."


def _variant(given: dict[str, Any], path: str) -> ClaimedVariant:
    numbers = {name: float(value) for name, value in given.items() if name != "name"}
    name = given["name"]
    if name == STOCK.name:
        return ClaimedVariant(STOCK, **numbers)
    placement, _, activation = name.partition("-")
    if placement not in get_args(Placement) or not activation:
        raise InputError(
            f"{path}: [[variant]] name is {name!r}. Expected 'stock', or a placement (cell, gate, between) and a Keras "
            "activation with a dash between, such as 'cell-relu'."
        )
    try:
        return ClaimedVariant(Variant(placement, canonical_name(activation)), **numbers)
    except InputError as error:
        raise InputError(f"{path}: [[variant]] name is {name!r}. {error}") from None

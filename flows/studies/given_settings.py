"""The study that settings by name ask for, from flags, a notebook, a file or the dashboard's form; and what settings there are."""

import dataclasses
from typing import Any, get_args, get_type_hints

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from flows.sources.passwords import hidden
from flows.studies.own_networks import OF_LAYERS
from flows.studies.presets import PRESETS, PresetName
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.evidence_levels import GROUPS as OF_EVIDENCE
from tasks.numerics.problems import usual_settings
from tasks.numerics.series_settings import SeriesSpec

FIRST_NAMES = {"problem": "head"}
"""Settings by second names of theirs, which are flags too."""


def study_from(given: dict[str, Any]) -> Study:
    """The study of flags by name, a preset's below them; raises InputError with the flag, what was passed and expected."""
    given = first_names(given)
    preset: PresetName = given.get("preset", "default")
    presets = PRESETS[preset].settings
    if given.get("network"):
        # What the preset is for stays: a network says its layers, and not what they are to do.
        presets = {name: value for name, value in presets.items() if name not in OF_LAYERS or name == "head"}
    if given.get("evidence"):
        presets = {name: value for name, value in presets.items() if name not in OF_EVIDENCE}
    given = presets | given
    given = with_samples(usual_settings(given) | given)
    if "series" in given:
        given["series"] = hidden(str(given["series"]))
    groups = {
        group: {name: given[name] for name in fields if name in given} for group, fields in fields_of_groups().items()
    }
    try:
        return Study.model_validate(groups)
    except ValidationError as error:
        found = error.errors()
        own = [one for one in found if not any(_follows(one["loc"], other["loc"]) for other in found)]
        raise InputError("\n".join(dict.fromkeys(map(_reworded, own)))) from error


def first_names(given: dict[str, Any]) -> dict[str, Any]:
    """Settings by their first names."""
    return {FIRST_NAMES.get(name, name): value for name, value in given.items()}


def with_samples(given: dict[str, Any]) -> dict[str, Any]:
    """Settings in which labelled windows, where they are given, stand in the place of the series; raises InputError beside one."""
    samples, series = str(given.get("samples") or ""), str(given.get("series") or "")
    if not samples:
        return given
    if series not in ("", samples, SeriesSpec().series):
        raise InputError(
            f"--series {series} beside --samples {samples}: a comparison is of one of them. Leave one out."
        )
    return {**given, "samples": samples, "series": samples}


def setting_descriptions() -> list[tuple[str, str, Any, str]]:
    """Every setting: its group, its name, its default and what it is."""
    return [
        (group, setting.name, setting.default, description_of(hints[setting.name]))
        for group, hints in fields_of_groups().items()
        for setting in dataclasses.fields(type(Study.model_fields[group].default))
    ]


def fields_of_groups() -> dict[str, dict[str, Any]]:
    """Types of the settings by group and name, with what they say of themselves."""
    return {
        group: get_type_hints(type(field.default), include_extras=True) for group, field in Study.model_fields.items()
    }


def flag_of(name: str) -> str:
    """A setting's flag."""
    return "--" + name.replace("_", "-")


def description_of(kind: Any) -> str:
    """What a setting's type says of it."""
    return next((str(one.description) for one in get_args(kind)[1:] if isinstance(one, FieldInfo)), "")


def _follows(place: tuple[int | str, ...], other: tuple[int | str, ...]) -> bool:
    """Whether what is wrong in a place only comes of what is wrong within it."""
    return len(place) < len(other) and other[: len(place)] == place


def _reworded(found: Any) -> str:
    """One of Pydantic's errors as what was passed, what was expected."""
    if not found["loc"]:
        return str(found["msg"]).removeprefix("Value error, ")
    name = str(found["loc"][1] if len(found["loc"]) > 1 else found["loc"][0])
    expected = found["msg"].replace("Input should", "it should").replace("Tuple should", "it should")
    return f"{flag_of(name)} {found['input']}: {expected[0].lower()}{expected[1:]}."

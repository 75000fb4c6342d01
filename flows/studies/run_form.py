"""What the dashboard's form asks first, before all other settings: series, horizon, preset and evidence; and the study that is meant."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple

from pydantic import Field

from flows.studies.given_settings import study_from
from flows.studies.presets import PRESETS
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.evidence_levels import DEFAULT, GROUPS, described, value_in, with_value
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import WindowSpec


class First(NamedTuple):
    """A setting that stands before its group."""

    group: str
    usual: Any


FIRST: Final = {
    "series": First("data", SeriesSpec().series),
    "horizon": First("windows", WindowSpec().horizon),
    "evidence": First("comparison", "default"),
}
"""Settings that stand before the groups; the form's groups don't show them."""
PRESET: Final = "preset"
ASKED: Final = {
    "series": "What is compared on: a bundled series by its name (such as sunspots, nile, hotel_bookings), or a CSV or Parquet file, folder or address that was allowed when 'interlayer serve' was started.",
    "horizon": "Periods that are forecast at once.",
    "preset": "Settings that go together; what you change below goes before it. "
    + "; ".join(f"{name}: {one.words} (about {one.seconds} s)" for name, one in PRESETS.items())
    + ".",
    "evidence": described(),
}
Series = Annotated[str, Field(min_length=1)]
Horizon = Annotated[int, Field(ge=1, le=100_000)]


def study_asked_for(given: Mapping[str, Any]) -> Study:
    """The study of a run's parameters; raises InputError where a setting is given twice, and differs.

    A group is whole where the form gives it: what stands at its default counts as not given, and a preset goes before it.
    """
    groups = {name: value for name, value in given.items() if name not in (*FIRST, PRESET)}
    found = {name: _given_once(name, given, groups) for name in FIRST}
    preset, evidence = given.get(PRESET, "default"), found.pop("evidence")
    for name, value in found.items():
        group = FIRST[name].group
        groups[group] = with_value(groups.get(group, {}), name, value)
    if evidence != "default":
        groups |= {name: _without_usual_numbers(groups[name]) for name in set(GROUPS.values()) & set(groups)}
    if preset == "default":
        groups["comparison"] = with_value(groups.get("comparison", {}), "evidence", evidence)
        return Study.model_validate(groups)
    groups["comparison"] = with_value(groups.get("comparison", {}), "evidence", "default")
    flat = {name: value for group in Study.model_validate(groups).changed().values() for name, value in group.items()}
    named = {} if evidence == "default" else {"evidence": evidence}
    return study_from({**flat, **named, PRESET: preset})


def _given_once(name: str, given: Mapping[str, Any], groups: Mapping[str, Any]) -> Any:
    group, usual = FIRST[name]
    first, own = given.get(name, usual), value_in(groups.get(group), name, usual)
    if usual not in (first, own) and first != own:
        raise InputError(f"{name} {first!r} beside {group}.{name} {own!r}: expected one of them. Leave one out.")
    return own if first == usual else first


def preset_of(study: Study) -> str:
    """The preset whose settings these are, whatever the series and the horizon; `own` where they are none's."""
    own = _beside_the_series(study)
    return next((name for name in PRESETS if _beside_the_series(study_from({PRESET: name})) == own), "own")


def _beside_the_series(study: Study) -> dict[str, Any]:
    found = study.changed()
    found.get("windows", {}).pop("horizon", None)
    return {name: group for name, group in found.items() if group and name not in ("data", "output")}


def _without_usual_numbers(group: Any) -> Any:
    """A group in which numbers that a level of evidence sets, and that stand at their default, are not given."""
    usual = DEFAULT.settings("forecast")
    if not isinstance(group, Mapping):
        return group
    return {name: value for name, value in group.items() if usual.get(name) != value}


def parameters_of(study: Study) -> dict[str, Any]:
    """A study's settings that differ from the default, as a run's parameters: those that the form asks first stand before the groups."""
    groups = study.changed("json")
    first = {name: groups[group].pop(name) for name, (group, _) in FIRST.items() if name in groups.get(group, {})}
    return first | {name: group for name, group in groups.items() if group}


def lay_out(schema: Any) -> None:
    """Describes what the form asks first, and takes out of its groups what stands before them already."""
    for name, words in ASKED.items():
        schema.properties[name]["description"] = words
    capitalise(schema)
    for name, (group, _) in FIRST.items():
        reference = str(schema.properties[group].get("$ref") or schema.properties[group]["allOf"][0]["$ref"])
        schema.definitions[reference.rpartition("/")[2]]["properties"].pop(name)
        if isinstance(schema.properties[group].get("default"), dict):
            schema.properties[group]["default"].pop(name, None)


def capitalise(schema: Any) -> None:
    """Names parameters as Prefect's form names the settings within groups."""
    for name, shown in schema.properties.items():
        shown["title"] = name.replace("_", " ").capitalize()


def series_of(given: Mapping[str, Any]) -> str:
    """How a run is called: its series."""
    try:
        return study_asked_for(given).data.series[:80]
    except ValueError:  # told when it runs
        return str(given.get("series", "")) or "comparison"

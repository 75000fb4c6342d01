"""What the dashboard's form asks first, and which study its fields mean; how the form looks is shown in a browser."""

from dataclasses import asdict

import pytest
from prefect.utilities.callables import parameter_schema

from flows.flow_runs.failed_runs import why
from flows.studies.given_settings import study_from
from flows.studies.presets import PRESETS
from flows.studies.run_form import ASKED, FIRST, lay_out, parameters_of, preset_of, series_of, study_asked_for
from flows.studies.study import Study
from tasks.numerics.errors import InputError


def whole(**changed):
    """Every group as the form sends it, with some settings of others than their defaults."""
    groups = {name: asdict(getattr(Study(), name)) for name in Study.model_fields}
    for name, settings in changed.items():
        groups[name] |= settings
    for name, first in FIRST.items():
        groups[first.group].pop(name)
    return {**{name: first.usual for name, first in FIRST.items()}, "preset": "default", **groups}


def test_the_form_asks_series_horizon_preset_and_evidence_first_and_once():
    from flows.compare import compare_activations

    schema = parameter_schema(compare_activations)
    lay_out(schema)
    placed = sorted(schema.properties, key=lambda name: schema.properties[name]["position"])
    assert placed == ["series", "horizon", "preset", "evidence", *Study.model_fields]
    assert {name: schema.properties[name]["description"] for name in ASKED} == ASKED
    assert schema.properties["series"]["title"] == "Series"
    assert schema.properties["preset"]["enum"] == list(PRESETS)  # a list to choose from
    assert "required" not in schema.model_fields_set or not schema.required
    for name, first in FIRST.items():
        group = schema.properties[first.group]["$ref"].rpartition("/")[2]
        assert name not in schema.definitions[group]["properties"]


def test_a_form_that_is_submitted_as_it_stands_is_the_default_comparison():
    assert study_asked_for(whole()) == study_asked_for({}) == Study()


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ({"series": "nile", "horizon": 3}, {"series": "nile", "horizon": 3}),
        ({"evidence": "thorough"}, {"evidence": "thorough"}),
        ({"preset": "quick"}, {"preset": "quick"}),
        ({"preset": "quick", "evidence": "thorough"}, {"preset": "quick", "evidence": "thorough"}),
        ({"preset": "stacked", "series": "nile"}, {"preset": "stacked", "series": "nile"}),
        ({"preset": "autoencoder"}, {"preset": "autoencoder"}),
        ({"preset": "digits"}, {"preset": "digits"}),
        (
            {"preset": "quick", "training": {"epochs": 7}, "comparison": {"seeds": 3}},
            {"preset": "quick", "epochs": 7, "seeds": 3},
        ),
    ],
)
def test_it_means_what_the_same_flags_mean_whether_groups_are_whole_or_not(given, flags):
    groups = {name: value for name, value in given.items() if name in Study.model_fields}
    first = {name: value for name, value in given.items() if name not in groups}
    assert study_asked_for(given) == study_from(flags)
    assert study_asked_for(whole(**groups) | first) == study_from(flags)
    assert study_asked_for(parameters_of(study_from(flags))) == study_from(flags)
    assert series_of(given) == study_from(flags).data.series


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_known_by_its_settings_whatever_the_series_and_the_horizon(name):
    assert preset_of(study_from({"preset": name})) == name
    if name not in ("autoencoder", "digits", "gestures"):
        assert preset_of(study_from({"preset": name, "series": "nile", "horizon": 2, "champion": "it"})) == name
    assert preset_of(study_from({"preset": name, "epochs": 77})) == "own"


def test_groups_as_the_command_line_gives_them_stay_as_they_are():
    study = study_from({"preset": "autoencoder", "seeds": 12, "series": "nile"})
    assert study_asked_for({name: getattr(study, name) for name in Study.model_fields}) == study


def test_what_is_given_twice_and_differs_is_refused():
    with pytest.raises(InputError, match=r"series 'nile' beside data.series 'sunspots': expected one of them"):
        study_asked_for({"series": "nile", "data": {"series": "sunspots"}})
    assert study_asked_for({"series": "nile", "data": {"series": "nile"}}).data.series == "nile"


def test_a_failed_run_says_what_to_do():
    mistake = why("Flow run encountered an exception: InputError: --series 'nill' is no file. Did you mean 'nile'?")
    assert mistake.splitlines()[0] == "# What to do" and "encountered" not in mistake
    assert "Did you mean 'nile'?" in mistake and "nothing of it is trained twice" in mistake
    fault = why("Flow run encountered an exception: OSError: [Errno 28] No space left on device")
    assert "No space left" in fault and "interlayer doctor" in fault

"""A level of evidence sets seeds, origins and test share together; each that is given goes before it."""

import dataclasses

import pytest

import interlayer as il
from flows.command_line.application import exit_code
from flows.command_line.flags import flags_of
from flows.comparison.checks import check_budget
from flows.comparison.first_checks import check_study
from flows.studies.given_settings import study_from
from flows.studies.presets import PRESETS
from flows.studies.study import Study
from tasks.numerics.errors import InputError
from tasks.numerics.evidence_levels import DEFAULT, LEVELS, with_evidence
from tasks.numerics.settings import ComparisonSpec, NetworkSpec, WindowSpec


def numbers(study):
    """Seeds, origins and test share."""
    return study.comparison.seeds, study.windows.origins, study.windows.test


def of_level(name):
    """What a level sets for forecasts."""
    return LEVELS[name].seeds, LEVELS[name].origins, LEVELS[name].test


@pytest.mark.parametrize("name", LEVELS)
def test_a_level_sets_the_three_together(name):
    assert numbers(study_from({"evidence": name})) == of_level(name)
    assert study_from({"evidence": name}).comparison.evidence == "default"  # the numbers are held in its place


def test_the_default_is_what_is_compared_without_it():
    assert numbers(Study()) == of_level("default")
    assert study_from({"evidence": "default"}) == study_from({}) == Study()


@pytest.mark.parametrize("flag", ["seeds", "origins", "test"])
def test_a_flag_goes_before_the_level_also_where_it_is_the_defaults_number(flag):
    usual = DEFAULT.settings("forecast")[flag]
    found = dict(
        zip(("seeds", "origins", "test"), numbers(study_from({"evidence": "thorough", flag: usual})), strict=True)
    )
    assert found == LEVELS["thorough"].settings("forecast") | {flag: usual}


def test_a_level_goes_before_a_presets_numbers_and_no_other_setting():
    assert "seeds" in PRESETS["quick"].settings
    study = study_from({"preset": "quick", "evidence": "thorough"})
    assert numbers(study) == of_level("thorough")
    assert study.network.layers == PRESETS["quick"].settings["layers"]


def test_the_dashboards_form_counts_the_defaults_numbers_as_not_given():
    form = Study(comparison=ComparisonSpec(evidence="thorough"), windows=WindowSpec(test=0.3))
    assert numbers(form) == (LEVELS["thorough"].seeds, LEVELS["thorough"].origins, 0.3)


@pytest.mark.parametrize("head", ["forecast", "autoencoder", "classification"])
@pytest.mark.parametrize("given", [{}, {"evidence": "quick"}, {"evidence": "thorough", **DEFAULT.settings("forecast")}])
def test_a_study_is_the_same_wherever_it_is_passed_on(head, given):
    study = study_from({"head": head, "samples": "digits" if head == "classification" else "", **given, "origins": 1})
    assert Study(**{name: getattr(study, name) for name in Study.model_fields}) == study
    assert Study.model_validate(study.model_dump()) == study
    assert Study.model_validate(study.changed("json")) == study


def test_where_there_is_one_training_end_it_sets_the_seeds_alone():
    for name, level in LEVELS.items():
        assert numbers(study_from({"head": "autoencoder", "evidence": name})) == (level.seeds_alone, 1, 0.2)
    assert Study(network=NetworkSpec(head="autoencoder")).windows.origins == 1


def test_nothing_is_changed_in_what_is_passed_in():
    given = {"comparison": {"evidence": "quick", "seeds": 3}}
    assert with_evidence(given)["comparison"]["seeds"] == 3
    assert given == {"comparison": {"evidence": "quick", "seeds": 3}}


def test_the_name_of_a_level_decides_no_result():
    quick = study_from({"evidence": "quick"})
    level = LEVELS["quick"]
    flags = study_from({"seeds": level.seeds, "origins": level.origins, "test": level.test})
    assert quick.digest("") == flags.digest("") != Study().digest("")
    assert "evidence" not in quick.settings()["comparison"]
    assert not any(flag.startswith("--evidence") for flag in flags_of(quick))


def test_the_help_says_what_each_sets_and_how_long_it_takes(capsys):
    assert exit_code(["compare", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "--evidence" in shown
    described = il.settings().set_index("name").loc["evidence", "description"]
    for name, level in LEVELS.items():
        assert f"{name}: {level.seeds} seeds, {level.origins} origin" in described
        assert f"test {level.test:g} (about {level.seconds} s)" in described
    assert LEVELS["quick"].seconds < DEFAULT.seconds < LEVELS["thorough"].seconds


def test_a_mistyped_level_is_told(capsys):
    assert exit_code(["compare", "--evidence", "much"]) == 2
    said = capsys.readouterr()
    assert "thorough" in said.out + said.err


def test_more_origins_than_test_windows_are_told_with_the_flag_that_helps():
    with pytest.raises(InputError, match="Pass --origins 3 or fewer"):
        check_budget(study_from({"evidence": "quick", "origins": 4, "test": 3}))
    check_budget(study_from({"evidence": "quick", "origins": 3, "test": 3}))


def test_a_series_too_short_for_a_level_is_told_what_to_ask_less_of(tmp_path):
    (tmp_path / "short.csv").write_text("date,sold\n" + "".join(f"{2000 + year}-01-01,{year}\n" for year in range(22)))
    asked = {"series": str(tmp_path / "short.csv"), "output": str(tmp_path / "out"), "lookback": 8}
    with pytest.raises(InputError, match=r"origins 8.* --test, --origins"):
        check_study(study_from({**asked, "evidence": "thorough"}))
    check_study(study_from({**asked, "evidence": "thorough", "origins": 2}))
    check_study(study_from({**asked, "evidence": "quick"}))


def test_python_has_it_too(monkeypatch):
    from flows import notebook

    found = []
    monkeypatch.setattr(notebook, "check_study", found.append)
    monkeypatch.setattr(notebook, "untracked", lambda study: study)
    assert numbers(il.compare("nile", evidence="quick")) == of_level("quick")
    assert numbers(found[0]) == of_level("quick")


def test_levels_are_of_rising_cost():
    costs = [level.seconds for level in LEVELS.values()]
    assert costs == sorted(costs)
    assert {field.name for field in dataclasses.fields(DEFAULT)} >= {"seeds", "origins", "test"}

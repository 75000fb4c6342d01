"""Compared classifiers: from a file to verdicts, page, terminal and summary."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

import interlayer as il
from flows.command_line.flags import flags_of, read_study
from flows.command_line.schedules import study_from_anywhere
from flows.comparison.data_checks import check_data
from flows.comparison.first_checks import check_study
from flows.servers.allowed_files import files_of
from flows.studies.given_settings import study_from
from tasks.numerics.errors import InputError
from tasks.numerics.findings.decision_words import decision_in_words
from tasks.numerics.findings.page_sections import sections
from tasks.numerics.findings.tracked_runs import account_of, comparison_run, variant_run
from tasks.numerics.problems import FOLDERS, takes_samples
from tasks.numerics.problems.classification.evaluation import as_probabilities, draws_of
from tasks.numerics.problems.overview import Overview
from tasks.numerics.settings import NetworkSpec
from tasks.numerics.statistics.scored_points import Draws
from tasks.numerics.statistics.variance_components import components
from tasks.show import show

SETTINGS = {
    "problem": "classification",
    "layers": [6],
    "activations": ["relu"],
    "placements": ["cell"],
    "seeds": 3,
    "epochs": 12,
    "batch_size": 8,
    "learning_rates": 1,
    "learning_rate": 0.02,
}


def trends(path, classes=("down", "up"), people=10):
    """Windows that fall or rise, with noise: each network can learn to tell them."""
    random = np.random.default_rng(3)
    labels = random.integers(len(classes), size=120)
    slopes = np.linspace(-1, 1, len(classes))[labels]
    X = slopes[:, None, None] * np.arange(6)[:, None] + random.normal(scale=0.7, size=(120, 6, 2))
    np.savez(path, X=X, y=np.array(classes)[labels], groups=random.integers(people, size=120))
    return str(path)


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    return il.compare(samples=trends(tmp_path_factory.mktemp("samples") / "trends.npz"), **SETTINGS)


@pytest.mark.slow
def test_networks_learn_to_tell_the_classes(compared):
    scores = compared.scores.set_index(["name", "metric"])["mean"]
    for name in ("stock", "cell-relu", "logistic"):
        assert scores[name, "accuracy"] > 0.9 and scores[name, "auroc"] > 0.95 and scores[name, "log_loss"] < 0.4
    assert scores["most frequent", "auroc"] == 0.5
    assert set(compared.verdicts["metric"]) == set(compared.result.metrics)
    assert compared.result.metric == "accuracy" and compared.result.series.warnings == ()


@pytest.mark.slow
def test_every_probability_stands_at_its_sample(compared):
    table = compared.forecasts
    assert len(table) == 2 * len(compared.result.labels) * 2
    sums = table.groupby(["variant", "sample"])[["mean", "actual"]].sum()
    np.testing.assert_allclose(sums, 1, atol=1e-6)
    # The model in its own units says of the file's windows what was tested.
    with np.load(compared.result.series.source) as file:
        X = file["X"].astype(np.float32)
    model, account = compared.best_model(), account_of(compared.result)
    tested = compared.result.windows.samples[compared.result.windows.tested]
    seed = int(account.kept_loss.sel(variant=account.decision).argmin("seed"))
    own = compared.result.probabilities.sel(variant=account.decision).isel(seed=seed)
    np.testing.assert_allclose(model(X[tested]), own, atol=1e-4)


@pytest.mark.slow
def test_page_terminal_and_summary_lead_with_accuracy(compared, tmp_path):
    page = compared.report(tmp_path / "report.html").read_text()
    assert "help to tell the classes of trends" in page and "taken for" in page and "McNemar" in page
    for said in ("RMSE", "test periods", "other periods", "Diebold"):
        assert (
            said not in page.partition("<h2>Settings")[0].partition("Settings and versions</summary>")[0]
            or said == "RMSE"
        )
    named = [
        one.name
        for one in sections(compared.overview, {name: compared._drawings[name] for name in compared.plots}, set())
    ]
    assert {"confusion", "votes", "calibration"} <= set(named)
    console = Console(record=True, file=io.StringIO(), width=110)
    show(compared.result, {}, {}, console, explain=True)
    text = console.export_text()
    assert "accuracy" in text and "Highest mean accuracy" in text and "RMSE" not in text
    summary = json.loads(json.dumps(compared.summary, allow_nan=False))
    assert summary["classes"] == ["down", "up"] and summary["votes"][0]["variant"] == "stock"
    for variant in summary["variants"]:
        np.testing.assert_allclose(np.sum(variant["confusion"], axis=1), 1)
    for name in compared.plots:
        assert compared.plot(name).to_json()


@pytest.mark.slow
def test_trackers_are_told_by_the_metric_that_leads(compared):
    account = account_of(compared.result)
    settings = compared.found.study.settings()
    run, variant = comparison_run(account, settings, "abc"), variant_run(account, settings, "cell-relu")
    assert run.metrics["decision/accuracy"] == run.metrics["accuracy"]
    assert {"verdict.accuracy", "verdict.log_loss"} <= variant.tags.keys()
    assert account.window_shape == (6, 2) and "probabilities" in account.datasets


@pytest.mark.slow
def test_groups_are_one_when_it_is_told_how_sure_a_verdict_is(compared):
    windows = compared.result.windows
    assert windows.grouped and compared.result.tested == "groups of samples"
    draws = draws_of(windows)
    assert draws.independent and draws.called == "test groups" and 0 < draws.evenness <= 1
    (verdict,) = [one for one in compared.result.verdicts if one.metric == "brier"]
    groups = len(np.unique(windows.groups[windows.tested]))
    assert verdict.found.components.number_of_periods == round(groups * draws.evenness)


@pytest.mark.slow
def test_two_classes_behind_a_sigmoid_have_one_output_and_binary_cross_entropy(tmp_path):
    found = il.compare(
        samples=trends(tmp_path / "two.npz"),
        output_activation="sigmoid",
        class_weight="balanced",
        label_smoothing=0.05,
        metric="log_loss",
        **SETTINGS,
    )
    assert found.found.study.training.loss == "binary_crossentropy" and found.result.windows.outputs == 1
    assert found.result.loss == "binary cross-entropy" and found.result.metric == "log_loss"
    assert float(found.result.scores["accuracy"].mean()) > 0.9
    np.testing.assert_allclose(found.result.probabilities.sum("class"), 1)


def test_what_heads_give_are_made_probabilities():
    np.testing.assert_allclose(as_probabilities(np.array([[0.2], [1.0]])), [[0.8, 0.2], [0, 1]])
    np.testing.assert_allclose(as_probabilities(np.array([[0.2, 0.6], [0.0, 0.0]])), [[0.25, 0.75], [0.5, 0.5]])
    assert np.isnan(as_probabilities(np.array([[np.nan, 0.5, 0.5]]))).all()


def test_independent_samples_have_the_variance_of_their_mean_alone():
    random = np.random.default_rng(5)
    # A drift along the file is no dependence: samples stand in no order.
    gap = np.linspace(-1, 1, 200) + 0.01 * random.normal(size=(4, 200))
    found = components(gap, draws=Draws(independent=True, called="test samples"))
    course = gap.mean(axis=0)
    assert float(found.raw_periods) == pytest.approx(course.var(ddof=1) / 200, rel=1e-6)
    assert float(found.period_freedom) == 199 and found.called == "test samples"
    shuffled = components(gap[:, random.permutation(200)], draws=Draws(independent=True))
    assert float(shuffled.total) == pytest.approx(float(found.total))
    assert float(components(gap).total) > 3 * float(found.total)


def test_intervals_over_samples_and_seeds_hold_what_they_say():
    random = np.random.default_rng(6)
    held = []
    for _ in range(400):
        gap = random.normal(size=(5, 1)) * 0.2 + random.normal(size=40) + 0.5 * random.normal(size=(5, 40))
        found = components(gap, draws=Draws(independent=True))
        held.append(abs(gap.mean()) < float(found.margin(0.95)))
    assert 0.92 < np.mean(held) < 0.985


def test_the_problem_may_be_called_by_its_flag_or_the_head_and_has_settings_of_its_own():
    study = study_from({"problem": "classification", "samples": "digits"})
    assert study == study_from({"head": "classification", "samples": "digits"})
    assert (study.network.output_activation, study.training.loss) == ("softmax", "categorical_crossentropy")
    assert study.comparison.metric == "accuracy" and study.data.series == "digits"
    assert takes_samples("classification") and [head for head in FOLDERS if takes_samples(head)] == ["classification"]
    usual = study_from({})
    assert (usual.network.output_activation, usual.training.loss, usual.comparison.metric) == ("linear", "mse", "rmse")


def test_a_preset_stays_what_it_is_for_beside_a_network_of_ones_own():
    """The network says its layers alone."""
    study = study_from({"preset": "digits", "network": "own.py"})
    assert (study.network.head, study.data.samples) == ("classification", "digits")
    assert study.network.layers == NetworkSpec().layers


@pytest.mark.parametrize(("preset", "samples"), [("digits", "digits"), ("gestures", "hand_movements")])
def test_the_presets_are_the_tutorials_network_on_bundled_samples(preset, samples):
    study = read_study({"preset": preset})
    check_study(study)
    assert study.network.layers == (64, 128, 64) and study.network.dense == (64, 32)
    assert f"--samples {samples}" in flags_of(study) and list(files_of(study)) == []
    assert study_from_anywhere(study).data.samples == samples


def test_samples_of_the_dashboard_are_files_that_must_be_allowed(tmp_path):
    path = trends(tmp_path / "own.npz")
    study = study_from({"problem": "classification", "samples": path})
    assert [(flag, str(file)) for flag, file in files_of(study)] == [("--samples", path)]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"problem": "classification"}, "without --samples"),
        ({"samples": "digits"}, "a series has no classes"),
        ({"loss": "categorical_crossentropy"}, "a series has no classes"),
        ({"metric": "accuracy"}, "a series has no classes"),
        ({"class_weight": "balanced"}, "a series has no classes"),
        ({"label_smoothing": 0.1}, "a series has no classes"),
        ({"problem": "classification", "samples": "digits", "series": "nile"}, "--series nile beside --samples digits"),
        ({"problem": "classification", "samples": "digits", "output_activation": "relu"}, "gives probabilities"),
        ({"problem": "classification", "samples": "digits", "loss": "mse"}, "--loss mse"),
        (
            {"problem": "classification", "samples": "digits", "loss": "binary_crossentropy"},
            "it is the loss of sigmoid",
        ),
        ({"problem": "classification", "samples": "digits", "horizon": 3}, "--horizon 3"),
        ({"problem": "classification", "samples": "digits", "placements": ("output",)}, "--placements output"),
        ({"problem": "classification", "samples": "digits", "class_weight": "much"}, "'much'"),
        ({"problem": "classification", "samples": "no.npz"}, "neither a file nor a folder"),
    ],
)
def test_settings_that_do_not_go_together_are_told_at_once(settings, said):
    with pytest.raises(InputError, match=said):
        check_study(study_from(settings))


def test_what_no_machine_holds_is_told_once_the_windows_are_known():
    asked = {"problem": "classification", "samples": "digits", "layers": (1000, 1000), "epochs": 1000000, "seeds": 100}
    study = study_from(asked)
    check_study(study)
    with pytest.raises(InputError, match="This comparison takes about"):
        check_data(study)


@pytest.mark.slow
def test_a_baseline_that_does_as_well_is_not_called_better(compared):
    result = compared.result
    tied = replace(
        result,
        scores=result.scores.assign(accuracy=result.scores["accuracy"] * 0 + 1),
        baseline_scores=result.baseline_scores.assign(accuracy=result.baseline_scores["accuracy"] * 0 + 1),
    )
    said = " ".join(decision_in_words(Overview(tied)))
    assert "does as well and needs no network" in said and "better still" not in said


def test_a_verdict_of_time_ordered_samples_takes_neighbours_as_dependent(compared):
    windows = replace(compared.result.windows, grouped=False)
    assert draws_of(windows).independent and not draws_of(replace(windows, in_time=True)).independent

"""The benchmark runs: a smoke test, so that it cannot rot. What its share of the ceiling counts is counted by hand."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
BENCHMARK = PROJECT / "tests" / "benchmarks" / "run.py"


def run(*arguments):
    command = [sys.executable, str(BENCHMARK), *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)


def test_one_case_runs_and_every_contender_trains_to_the_same_loss(tmp_path):
    written = tmp_path / "table.md"
    ended = run("--quick", "--only", "a,diagnostics,dropout", "--markdown", str(written))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    table = written.read_text()
    for contender in ("engine", "fit", "fit, steps_per_execution"):
        assert f"| {contender}" in table
    assert table.count("| (a) LSTM(4), T=1, batch 1 |") == 2, "what the diagnostics cost, and what dropout does"
    assert "thousand million operations a second" in table
    assert "No rival is faster" in table or "FASTER THAN THE ENGINE" in table
    assert [path.name for path in tmp_path.iterdir()] == ["table.md"]


def test_an_unknown_part_is_named():
    ended = run("--only", "a,z")
    assert ended.returncode == 2
    assert "No part z" in ended.stderr


@pytest.fixture
def ceiling(monkeypatch):
    """The module, and the cases by name; neither stays where a test could meet it instead of its own."""
    monkeypatch.syspath_prepend(str(BENCHMARK.parent))
    before = set(sys.modules)
    import ceiling
    from cases import CASES

    yield ceiling, {case.name: case for case in CASES}
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").parent == BENCHMARK.parent:
            del sys.modules[name]


def test_operations_of_one_time_step_are_those_of_the_kernels(ceiling):
    module, cases = ceiling
    kernel, head = 2 * 5 * 4 * 4, 2 * 4
    one_window = kernel + head + (kernel + head) + head  # forward, by the weights, by what goes into the head
    validated = (kernel + head) * cases["a"].validation_windows / 73
    assert module.step_operations(cases["a"]) == pytest.approx(one_window + validated)


def test_operations_of_two_layers_and_several_steps(ceiling):
    module, cases = ceiling
    case = replace(cases["b"], layers=(3, 2), steps=4, features=2, batch=5, windows=20)
    first, second = 4 * 2 * 2 * 4 * 3, 4 * 2 * 3 * 4 * 2
    states = 3 * 2 * 3 * 4 * 3 + 3 * 2 * 2 * 4 * 2
    forward = first + second + states + 2 * 2
    training, validated = 5 * (3 * forward - first), 5 * forward / 4
    assert module.step_operations(case) == training + validated


def test_both_directions_count(ceiling):
    module, cases = ceiling
    alone = replace(cases["e"], dense=(), bidirectional=False)
    twice = replace(alone, bidirectional=True)
    one, both = module.window_operations(alone), module.window_operations(twice)
    assert both[1] == 2 * one[1]
    assert both[0] == 2 * one[0], "the head reads both"


def test_the_machine_multiplies(ceiling):
    module, _ = ceiling
    assert module.sgemm_peak(64) > 0


def test_the_network_of_gestures_is_that_of_the_scripts(ceiling):
    _, cases = ceiling
    assert cases["f"].title.startswith("(f) LSTM(64) → LSTM(128) → LSTM(64) → Dense(64, relu) → Dense(32, relu), T=30")

"""The benchmark runs: a smoke test, so that it cannot rot."""

import subprocess
import sys
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
    ended = run("--quick", "--only", "a,diagnostics", "--markdown", str(written))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    table = written.read_text()
    for contender in ("engine", "fit", "fit, steps_per_execution"):
        assert f"| {contender}" in table
    assert "| (a) LSTM(4), T=1, batch 1 |" in table, "what the diagnostics cost"
    assert [path.name for path in tmp_path.iterdir()] == ["table.md"]


def test_an_unknown_part_is_named():
    ended = run("--only", "a,z")
    assert ended.returncode == 2
    assert "No part z" in ended.stderr

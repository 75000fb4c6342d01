"""A small part of the campaign of faults, seeded; `make faults` is all of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import __main__ as campaign
from tests.faults import interrupts, kills
from tests.faults.counts import Counts
from tests.faults.mutated_inputs import outcome
from tests.faults.trials import Bench
from tests.mutants import WINGS

PROJECT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_whatever_a_file_and_settings_are_a_message_comes_of_it(first):
    found = {seed: outcome(seed) for seed in range(first, first + 50)}
    assert {seed: said for seed, said in found.items() if said.startswith("FAULT")} == {}
    assert {"refused", "read", "cut into windows"} >= set(found.values())


@pytest.mark.parametrize("seed", [229, 388, 11203])
def test_what_was_a_fault_once_is_none_again(seed):
    assert not outcome(seed).startswith("FAULT")


@pytest.fixture(scope="module")
def bench():
    made = Bench()
    yield made
    made.end()


@pytest.mark.slow
@pytest.mark.parametrize("number", [1])
def test_what_was_killed_is_taken_up_again(bench, number):
    described, faults = kills.trial(bench, number)
    assert faults == [], described


@pytest.mark.slow
@pytest.mark.parametrize("number", [2])
def test_what_was_interrupted_says_how_to_go_on_and_does(bench, number):
    described, faults = interrupts.trial(bench, number)
    assert faults == [], described


def test_a_campaign_goes_on_where_the_last_call_ended(tmp_path, monkeypatch, capsys):
    tried = []

    def trials(part, bench, first):
        for number in range(first, 5):
            tried.append((part, number))
            yield "a thing", ["is wrong"] if number == 3 else []

    monkeypatch.setattr(campaign, "trials", trials)
    for minutes in (0, 0, 1, 1):
        counts = Counts.read(tmp_path / "counts.json")
        campaign.go_on("writes", None, counts, minutes)
    assert tried == [("writes", number) for number in range(5)]
    assert Counts.read(tmp_path / "counts.json").of("writes").faults == ["3: a thing: is wrong"]
    assert "5 trials, 1 with a fault" in capsys.readouterr().out


@pytest.mark.parametrize("tool", ["tests.faults", "tests.mutants"])
def test_the_campaigns_begin_from_a_shell(tool):
    """There nothing but the project's own folder is where modules are looked for."""
    done = subprocess.run(
        [sys.executable, "-m", tool, "--help"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout


@pytest.mark.parametrize("wing", WINGS)
def test_every_wing_of_the_mutants_has_its_sources_and_tests(wing):
    assert WINGS[wing].sources
    assert [name for name in WINGS[wing].tests if not (PROJECT / name).exists()] == []

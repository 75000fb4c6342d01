"""A small part of the fault campaign, seeded; `python -m tests.faults.kills` and its neighbours do more."""

import pytest

from tests.faults import interrupts, kills
from tests.faults.trials import Bench

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench():
    made = Bench()
    yield made
    made.end()


@pytest.mark.parametrize("number", [1])
def test_what_was_killed_is_taken_up_again(bench, number):
    described, faults = kills.trial(bench, number)
    assert faults == [], described


@pytest.mark.parametrize("number", [2])
def test_what_was_interrupted_says_how_to_go_on_and_does(bench, number):
    described, faults = interrupts.trial(bench, number)
    assert faults == [], described

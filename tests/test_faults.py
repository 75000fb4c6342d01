"""A small part of the campaign of faults; `python -m tests.faults.mutated_inputs --count 5000` is a large one."""

import pytest

from tests.faults.mutated_inputs import outcome


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_whatever_a_file_and_settings_are_a_message_comes_of_it(first):
    found = {seed: outcome(seed) for seed in range(first, first + 50)}
    assert {seed: said for seed, said in found.items() if said.startswith("FAULT")} == {}
    assert {"refused", "read", "cut into windows"} >= set(found.values())


@pytest.mark.parametrize("seed", [229, 388, 11203])
def test_what_was_a_fault_once_is_none_again(seed):
    assert not outcome(seed).startswith("FAULT")

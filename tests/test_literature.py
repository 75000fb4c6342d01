"""The studies of the literature run, are found again, fail where the product claims what cannot be, and stand in ANSWER.md."""

import json

import numpy as np
import pytest

from tests.literature import __main__ as command
from tests.literature import akandeh, khaldi, le
from tests.literature.behaviours import BEHAVIOURS, LENGTH, made
from tests.literature.findings import Finding
from tests.literature.kept import FOLDER, kept

FINDING = Finding("Title", "Source.", "Claim.", "confirmed", "it is so.", ("a", "b"), [("1", "2")], "How.")


@pytest.mark.slow
def test_every_study_runs_and_is_found_again(capsys):
    assert command.main(["--quick"]) == 0
    first, files = capsys.readouterr().out, sorted(FOLDER.iterdir())
    assert all(f"{name}: " in first for name in command.STUDIES)
    assert command.main(["--quick"]) == 0
    assert sorted(FOLDER.iterdir()) == files
    untimed = [
        [line for line in text.splitlines() if not line.endswith(" s")] for text in (first, capsys.readouterr().out)
    ]
    assert untimed[0] == untimed[1]


def counted(**settings):
    """A measurement that says how often it was made."""
    counts.append(settings)
    return {"value": len(counts)}


counts: list[dict] = []


def test_what_was_measured_is_kept_by_its_settings():
    counts.clear()
    assert [kept(counted, a=1), kept(counted, a=2), kept(counted, a=1)] == [{"value": 1}, {"value": 2}, {"value": 1}]


def test_an_unknown_study_is_named(capsys):
    with pytest.raises(SystemExit):
        command.main(["--only", "greff,freud"])
    assert "No study freud" in capsys.readouterr().err


def test_a_claim_on_a_random_walk_is_a_fault(monkeypatch, capsys):
    claimed = {"beat_the_last_value": ["cell-relu"], "beat_the_best_baseline": []}
    faults = khaldi.claims_on_walks([{"lstm": claimed}])
    assert faults == ["Random walk 0: LSTM, cell-relu is claimed to beat the last value beyond chance."]
    monkeypatch.setattr(command, "told", lambda name, quick: Finding(**vars(FINDING) | {"faults": tuple(faults)}))
    assert command.main(["--only", "khaldi"]) == 1
    assert "FAILS: Random walk 0" in capsys.readouterr().err


def test_the_answer_has_a_place_for_them():
    text = command.ANSWER.read_text()
    assert text.count(command.START) == text.count(command.END) == 1
    new = command.renewed(text, [FINDING])
    assert "### Title\n\nClaim. **Confirmed.** It is so.\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\nHow. Source." in new
    assert command.renewed(new, [FINDING]) == new
    assert new.partition(command.START)[0] == text.partition(command.START)[0]


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_made_series_are_their_own_and_the_same_again(behaviour):
    first, second = made(behaviour, 0), made(behaviour, 1)
    assert first.shape == (LENGTH,)
    assert np.isfinite(first).all()
    assert (first == made(behaviour, 0)).all()
    assert not (first == second).any()
    json.dumps(first.tolist(), allow_nan=False)


def test_long_memory_is_long():
    correlations = [np.corrcoef(one[:-10], one[10:])[0, 1] for one in (made("long memory", k) for k in range(20))]
    assert np.mean(correlations) > 0.2


def test_sums_are_of_the_marked_values():
    inputs, sums = le.adding(50, 6)
    assert (inputs[:, :, 1].sum(axis=1) == 2).all()
    assert (inputs[:, :3, 1].sum(axis=1) == 1).all()
    np.testing.assert_allclose((inputs[:, :, 0] * inputs[:, :, 1]).sum(axis=1), sums[:, 0], rtol=1e-6)


def test_the_identity_is_where_it_starts():
    from tasks.numerics.networks.architectures import initial_weights

    kernel, recurrent, *_ = initial_weights(le.network("simple_rnn", "relu", "identity", steps=4, units=3), [0])
    assert (recurrent[0] == np.eye(3)).all()
    assert np.abs(kernel).max() < 10 * le.DRAWN


def test_accuracy_falls_where_it_does():
    rising = np.linspace(0.5, 0.9, 3)[:, None] + np.zeros((3, 5)) + 0.01 * np.random.default_rng(0).normal(size=(3, 5))
    assert not akandeh.falls(rising)
    assert akandeh.falls(rising[::-1])
    lost = rising.copy()
    lost[-1, 0] = np.nan
    assert akandeh.falls(lost), "a seed that diverged later"


def test_the_verdict_on_errors_is_paired():
    reference = [0.1, 0.2, 0.3, 0.4]
    assert le.word([0.05, 0.15, 0.25, 0.36], reference) == "helps"
    assert le.word([0.15, 0.25, 0.35, 0.44], reference) == "hurts"
    assert le.word([0.4, 0.3, 0.2, 0.1], reference) == "undecided"
    assert le.word(reference, reference) == ""
    assert le.word([0.15, float("nan"), 0.35, 0.44], reference) == "hurts"

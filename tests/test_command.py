"""`interlayer compare` as a process: interrupted, and beside another one; and the list of series."""

import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest
from served import Served, wait_for

from flows.command_line.commands import show_series
from flows.studies.presets import PRESETS
from flows.studies.study import Study
from flows.terminal.exit_codes import CANCELLED
from tasks.numerics.series.bundled import catalogue, samples_catalogue

pytestmark = pytest.mark.slow

SHORT = [
    "--series",
    "nile",
    "--lookback",
    "3",
    "--layers",
    "3",
    "--epochs",
    "4",
    "--seeds",
    "2",
    "--activations",
    "relu",
    "--placements",
    "cell",
]


def states(served: Served) -> list[str]:
    """Of every flow run, the first one first."""
    with closing(sqlite3.connect(served.home / "prefect" / "prefect.db")) as history:
        return [name for (name,) in history.execute("select state_name from flow_run order by start_time")]


def comparing(home, *arguments: str) -> Served:
    """A comparison that has come to its training."""
    served = Served(home, "compare", *arguments)
    wait_for(lambda: "Training ..." in served.said or served.process.poll() is not None, 180)
    return served


def test_an_interrupt_ends_a_comparison_within_seconds_though_it_compiles(tmp_path, first_start):
    served = comparing(tmp_path / "home", "--seeds", "2")
    begun = time.monotonic()
    assert served.stop(signal.SIGINT) == 130
    assert time.monotonic() - begun < 20  # some 3 s on a quiet machine
    assert served.said.endswith(f"Training ...\n{CANCELLED}\n")
    wait_for(lambda: served.processes() == {}, 30)
    assert states(served) == ["Cancelled"]


def test_a_second_comparison_leaves_the_first_one_running(tmp_path):
    first = comparing(tmp_path / "home", "--seeds", "2", "--epochs", "100000")
    try:
        # Paused it is as much at work, and leaves the processor to the second one.
        first.process.send_signal(signal.SIGSTOP)
        second = subprocess.run(
            first.command("compare", *SHORT), env=first.environment, cwd=tmp_path, capture_output=True, text=True
        )
        first.process.send_signal(signal.SIGCONT)
        assert second.returncode == 0, second.stderr
        assert first.process.poll() is None, first.said
        assert states(first) == ["Running", "Completed"]
    finally:
        first.process.send_signal(signal.SIGCONT)
        first.stop()


def test_every_bundled_series_is_listed_with_nothing_cut_off(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    show_series()
    said = capsys.readouterr().out
    assert "…" not in said
    assert [name for name in (*catalogue(), *samples_catalogue()) if name not in said] == []
    assert len(catalogue()) == 25
    assert max(map(len, said.splitlines())) <= 80


def test_a_preset_stands_below_the_flags_that_are_given():
    from flows.studies.given_settings import study_from

    study = study_from({"preset": "answer", "seeds": 5, "layers": (7,)})
    assert (study.network.layers, study.windows.lookback, study.training.batch_size) == ((7,), 5, 1)
    assert study.comparison.seeds == 5
    assert study_from({}) == study_from({"preset": "default"}) == Study()


def test_every_preset_is_possible_and_has_its_line_in_the_help(capsys):
    from flows.command_line.application import exit_code
    from flows.studies.given_settings import study_from

    assert exit_code(["compare", "--help"]) == 0
    shown = capsys.readouterr().out
    for name, preset in PRESETS.items():
        study_from({"preset": name})
        assert any(
            name in line and f"{preset.seconds} s" in line and preset.words in line for line in shown.splitlines()
        )

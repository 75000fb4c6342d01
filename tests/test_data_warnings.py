"""What the data warn of is told before anything is trained."""

from pathlib import Path

import pytest
from made_series import rows, write

from flows.comparison.data_checks import check_data
from flows.studies.study import Study
from tasks.numerics.series_settings import SeriesSpec

pytestmark = pytest.mark.slow


def test_warnings_of_reading_and_of_the_test_part_come_before_training(tmp_path, monkeypatch):
    lines = [[date, "20" if n >= 40 else value] for n, (date, value) in enumerate(rows(60))]
    path = write(tmp_path / "own.csv", lines[::-1])
    warnings = " ".join(check_data(Study(data=SeriesSpec(series=str(path)))).warnings)
    assert "newest first" in warnings and "Nothing moves in the test part" in warnings


def test_the_command_says_them(tmp_path, monkeypatch, capsys):
    from flows.command_line import commands

    class StoppedError(Exception):
        pass

    def stop() -> None:
        raise StoppedError

    monkeypatch.setattr(commands, "prefect_for_one_command", stop)
    with pytest.raises(StoppedError):
        commands.run_compare(Study(data=SeriesSpec(series=str(Path(__file__).parent / "cases/tail/sensor.csv"))))
    assert "! Nothing moves in the test part" in capsys.readouterr().err

"""A year in steps of four weeks, its clock injected: a file that grows, goes bad twice, and changes its level once.

Champions move only when they should, and every forecast is scored once its periods have come.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from flows.operation import forecasting, history, times
from flows.operation.ages import old_in_words
from flows.operation.forecasting import made_by
from flows.operation.history import history_of
from tasks.numerics.champions.history_page import history_page
from tasks.numerics.errors import InputError
from tasks.track.places import Place
from tasks.track.registry import champion, load_champion, versions
from tests.champions import compared, settled, waves

pytestmark = pytest.mark.slow

BEGIN, STEPS, ROWS = 80, 14, 4
"""Rows at first, how often the file grows, and by how many weekly rows."""
SHIFT = BEGIN + 3 * ROWS
"""The row from which on the level is another one."""
BAD = (2, 9)
"""Steps at which the file is damaged."""
EVERY = 4
"""Steps from one comparison to the next."""
PARTS = {"test": 12, "validation": 8}


def year() -> pd.DataFrame:
    frame = waves(BEGIN + ROWS * STEPS + 2, seed=5)
    frame.loc[frame.index >= SHIFT, "sold"] += 60
    return frame


class Weeks:
    """What goes on, week by week."""

    def __init__(self, folder, clock):
        self.file, self.clock, self.frame = folder / "sales.csv", clock, year()
        self.where = Place(f"sqlite:///{folder / 'mlflow.db'}", folder, "champions")
        self.moved, self.refused, self.failed, self.forecasts = [], [], [], []

    def write(self, week):
        rows = self.frame.head(BEGIN + ROWS * week)
        if week in BAD:
            rows = rows.drop(index=rows.index[-3])  # a gap
        rows.to_csv(self.file, index=False)

    def compare(self, week):
        try:
            found = settled(compared(self.file, **PARTS), self.where)
        except InputError:
            self.failed.append(("comparison", week))
            return
        if found.promoted:
            self.moved.append(week)
        else:
            self.refused.append((week, found.refused))

    def forecast(self, week):
        version = champion(self.where, "sales")
        if version is None:
            return
        try:
            made = made_by(load_champion(self.where, "sales", version), version, ("", ""), self.where)
            self.forecasts.append((week, made))
        except InputError:
            self.failed.append(("forecast", week))


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weeks")
    clock = {"now": datetime(2026, 1, 5, 6, tzinfo=UTC)}
    patch = pytest.MonkeyPatch()
    patch.setattr(times, "now", lambda: clock["now"])
    patch.setattr(forecasting, "FORECASTS", folder / "forecasts")
    # Pages and pictures are tested where they are made.
    patch.setattr(forecasting, "write_all", lambda *_: None)
    patch.setattr(forecasting, "track_forecast", lambda *_: ("", ""))
    gone = Weeks(folder, clock)
    patch.setattr(history, "registry", lambda tracking: gone.where)
    try:
        for step in range(STEPS):
            gone.write(step)
            if step % EVERY == 0 or step in BAD:
                gone.compare(step)
            gone.forecast(step)
            clock["now"] += timedelta(weeks=ROWS)
        gone.write(STEPS)
        yield gone
    finally:
        patch.undo()


def test_what_is_damaged_fails_and_leaves_the_champion(weeks):
    assert weeks.failed == [(what, week) for week in BAD for what in ("comparison", "forecast")]
    assert [week for week, _ in weeks.forecasts] == [week for week in range(STEPS) if week not in BAD]


def test_the_champion_moves_only_when_it_should(weeks):
    # At 4 and 8 no network has been trained on the new level yet, and the last value is the better forecast; at 12 one has.
    assert weeks.moved == [0, 12]
    assert [week for week, _ in weeks.refused] == [4, 8]
    assert all(why.startswith("it does not beat the naive forecast (last value)") for _, why in weeks.refused)
    now = champion(weeks.where, "sales")
    assert now.number == len(versions(weeks.where, "sales")) and now.tags["replaced"] == "1"
    assert now.tags["promoted_at"] == (datetime(2026, 1, 5, 6, tzinfo=UTC) + timedelta(weeks=12 * ROWS)).isoformat()
    assert {made.version for week, made in weeks.forecasts if week < 12} == {1}


def test_every_forecast_is_scored_once_its_periods_have_come(weeks):
    found, said, _ = history_of("sales")
    assert said == () and found.left_out == ()
    assert len(found.forecasts) == len(weeks.forecasts)
    assert all(one.outcome.came == one.outcome.wanted == 1 for one in found.forecasts)
    values = weeks.frame.set_index("date")["sold"]
    for (week, made), one in zip(weeks.forecasts, found.forecasts, strict=True):
        actual = values[made.table["date"].iloc[0]]
        assert made.table["date"].iloc[0] == weeks.frame["date"].iloc[BEGIN + ROWS * week]
        assert one.outcome.error == pytest.approx(abs(made.table["forecast"].iloc[0] - actual))
        assert one.outcome.naive == pytest.approx(abs(values.iloc[BEGIN + ROWS * week - 1] - actual))
    squares = [one.outcome.error**2 for one in found.forecasts]
    assert found.overall.error == pytest.approx(np.sqrt(np.mean(squares)))
    # The champion of before misses the new level, that of after does not.
    errors = {week: one.outcome.error for (week, _), one in zip(weeks.forecasts, found.forecasts, strict=True)}
    assert (
        max(errors[week] for week in (0, 1, 12, 13))
        < 25
        < min(errors[week] for week in range(3, 12) if week not in BAD)
    )


def test_the_page_says_so(weeks):
    found, said, _ = history_of("sales")
    page = history_page(found, said)
    assert f"{len(weeks.moved)} moved the champion" in page.answer[0]
    assert f"Of {len(weeks.forecasts)} forecast values {len(weeks.forecasts)} have come" in page.answer[1]
    assert "errors" in page.drawings and len(page.tables[1].rows) == len(weeks.forecasts)


def test_the_ledger_keeps_the_first_of_the_same(weeks):
    week, made = weeks.forecasts[-1]
    weeks.clock["now"] += timedelta(days=1)
    weeks.write(week)
    version = champion(weeks.where, "sales")
    again = made_by(load_champion(weeks.where, "sales", version), version, ("", ""), weeks.where)
    weeks.write(STEPS)
    assert again.made == made.made and again.folder == made.folder
    pd.testing.assert_frame_equal(again.table, made.table, check_exact=True)


def test_it_grows_old(weeks):
    now = champion(weeks.where, "sales")
    assert old_in_words("sales", now, 92) == ""
    assert "days old" in old_in_words("sales", now, 92, weeks.clock["now"] + timedelta(days=300))


def test_what_is_of_another_kind_is_named_and_not_set_beside(weeks):
    from dataclasses import replace

    from tasks.numerics.champions.history import history as set_side_by_side

    found, _, _ = history_of("sales")
    made = [one.made for one in found.forecasts]
    other = [replace(made[0], kind={**made[0].kind, "horizon": "6", "unit": "kg"}), *made[1:]]
    side_by_side = set_side_by_side("sales", found.compared, other, {}, 1)
    assert len(side_by_side.forecasts) == len(made) - 1
    assert side_by_side.left_out == (
        "1 forecast cannot be set beside these: another horizon (6 and 1) and unit (kg and none).",
    )

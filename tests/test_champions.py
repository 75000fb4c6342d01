"""Champions: which comparison moves one, and what each refusal says."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from receiver import receiving

from flows.command_line.application import exit_code
from flows.flow_runs.finishing import finish
from flows.operation import forecasting, times
from flows.operation import promotion as promotions
from flows.operation.ages import old_in_words
from flows.operation.candidates import candidate, forecasters
from flows.operation.latest_data import latest_periods
from flows.operation.promotion import UNKNOWN, champion_before
from flows.scheduling import alerts, old_champions
from flows.studies.given_settings import study_from
from flows.studies.schedules import Schedule
from flows.training.runners import Alone
from tasks.numerics.champions.assembling import mean_forecast
from tasks.numerics.champions.challenges import Duel, judged, why_incomparable, why_not_naive
from tasks.numerics.champions.inputs import periods_of_series
from tasks.numerics.champions.kept import Scores, from_json, to_json
from tasks.numerics.champions.pairs import CHAMPION, OWN
from tasks.numerics.errors import InputError
from tasks.numerics.findings.tracked_runs import account_of
from tasks.numerics.statistics.influence import PairedForecasts
from tasks.numerics.statistics.metrics import NaiveScale
from tasks.track import registry
from tasks.track.places import Place, connect
from tasks.track.registry import ALIAS, champion, model_name, versions
from tests.champions import compared, settled, study_of, waves, with_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    """The same series in three lengths: a champion's, and two that go on."""
    folder = tmp_path_factory.mktemp("series")
    whole = waves(120)
    files = {}
    for rows in (90, 100, 120):
        files[rows] = folder / str(rows) / "sales.csv"
        files[rows].parent.mkdir()
        whole.head(rows).to_csv(files[rows], index=False)
    return files


@pytest.fixture(scope="module")
def first(series):
    return compared(series[90])


@pytest.fixture(scope="module")
def second(series):
    return compared(series[100])


@pytest.fixture
def where(tmp_path):
    return Place(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path, "champions")


def test_the_first_that_beats_the_naive_forecast_is_the_champion_and_its_tags_say_all(first, where):
    found = settled(first, where)
    assert found.promoted and found.champion == 1 and found.replaced is None
    assert found.sentence.startswith("sales: version 1 (")
    now = champion(where, "sales")
    tags = now.tags
    assert tags["digest"] == first.digest and tags["run"] and tags["decision"] == account_of(first.result).decision
    assert tags["verdict"] in ("helps", "hurts", "same", "undecided", "reference")
    assert datetime.fromisoformat(tags["promoted_at"]) <= datetime.now(UTC)
    assert "refused" not in tags and now.source.startswith("models:/m-")
    assert connect(where).get_model_version_by_alias("interlayer-sales", "champion").version in (1, "1")


def test_tags_are_written_before_the_alias_moves(first, where, monkeypatch):
    from mlflow import MlflowClient

    seen = {}

    def look(client, name, alias, version):
        seen.update(client.get_model_version(name, version).tags)

    monkeypatch.setattr(MlflowClient, "set_registered_model_alias", look)
    settled(first, where)
    assert {"promoted_at", "verdict", "decision", "run", "digest"} <= seen.keys()


def test_the_same_comparison_again_changes_nothing(first, where):
    settled(first, where)
    again = settled(first, where)
    assert not again.promoted and again.champion == 1 and "of this very comparison, and stays" in again.sentence
    assert len(versions(where, "sales")) == 1


def test_a_challenger_that_is_as_good_takes_its_place(first, second, where):
    settled(first, where)
    found = settled(second, where)
    assert found.promoted and (found.version, found.replaced, found.champion) == (2, 1, 2)
    assert "test windows that neither has seen" in found.sentence
    assert champion(where, "sales").tags["replaced"] == "1"


def spoiled(found, factor):
    """A comparison whose chosen variant forecasts worse: its test forecasts are moved by so many times the naive error."""
    forecasts = account_of(found.result).datasets["forecasts"]
    moved = forecasts.assign(forecast=forecasts["forecast"] + factor)
    return replace(found, result=replace(found.result, forecasts=moved))


def test_a_challenger_that_is_worse_on_the_same_periods_is_refused(first, second, where):
    settled(first, where)
    found = settled(spoiled(second, 3.0), where)
    assert not found.promoted and found.champion == 1
    assert found.refused.startswith("it is not as good as the champion: RMSE ")
    assert (
        "version 1 stays the champion. Version 2, which this comparison chose, was refused: it is not as good"
        in found.sentence
    )
    assert champion(where, "sales").number == 1
    assert versions(where, "sales")[1].tags["refused"] == found.refused and found.is_final


def test_one_that_does_not_beat_the_naive_forecast_is_refused_though_there_is_no_champion(first, where):
    found = settled(spoiled(first, 40.0), where)
    assert not found.promoted and found.champion is None
    assert "there is no champion yet" in found.sentence
    assert found.refused.startswith("it does not beat the naive forecast (")
    assert champion(where, "sales") is None


def test_the_naive_rule_is_a_matter_of_the_error_alone():
    assert why_not_naive(Scores("rmse", 1.0, 1.1, "last value", 10)) == ""
    assert why_not_naive(Scores("mae", 1.1, 1.1, "last value", 10)).endswith("MAE 1.1 against 1.1")


def test_one_that_was_refused_is_the_champion_once_nothing_is_against_it(first, second, where):
    """The tag of a refusal goes when the same comparison, run again, is good enough."""
    settled(first, where)
    refused = settled(second, where, before=None)
    assert not refused.promoted
    found = settled(second, where)
    assert found.promoted and found.version == refused.version
    assert "refused" not in champion(where, "sales").tags


def test_a_champion_that_moved_since_the_comparison_began_is_not_replaced(first, second, where):
    assert champion_before(first.study, where) is None
    settled(first, where)
    found = settled(second, where, before=None)  # there was none when it began
    assert not found.promoted and found.champion == 1
    assert found.refused == (
        "the champion is not what it was when the comparison began (there was none, now version 1): run it again, and it is held against that one"
    )
    assert not found.is_final and settled(second, where).is_final


def test_a_tracker_that_could_not_be_asked_moves_nothing(first, where, monkeypatch):
    monkeypatch.setattr(promotions, "champion", lambda *_: 1 / 0)
    assert champion_before(first.study, where) == UNKNOWN
    monkeypatch.undo()
    found = settled(first, where, before=UNKNOWN)
    assert (found.refused, found.is_final) == (promotions.NOT_ASKED, False)


def test_periods_that_the_champion_has_seen_are_no_evidence(first, second, where):
    model = candidate(first, "run")
    own = forecasters(second, account_of(second.result))
    mean = mean_forecast(own.forecasts, own.decision)
    data = (periods_of_series(own.series), [NaiveScale(1.0, 1.0)])
    dates = second.result.series.values.index
    begin = max(first.origins.windows[-1].first_rows[0], second.origins.windows[0].first_rows[0])

    def against(unseen):
        members = tuple(replace(one, unseen=unseen.isoformat()) for one in model.kept.members)
        known = replace(model, kept=replace(model.kept, members=members))
        return promotions.duel(known, own.forecasts, mean, data, 0.02)

    whole = promotions.duel(model, own.forecasts, mean, data, 0.02)
    assert (whole.first, whole.windows) == (f"{dates[begin]:%Y-%m-%d}", 100 - begin)
    part = against(dates[-20])
    assert (part.first, part.last, part.windows) == (f"{dates[-20]:%Y-%m-%d}", f"{dates[-1]:%Y-%m-%d}", 20)
    with pytest.raises(
        InputError, match="there are 3 test periods that neither it nor the champion has seen, and at least 8"
    ):
        against(dates[-3])


def test_rows_that_end_before_the_champions_are_refused(first, second, where):
    settled(second, where)
    found = settled(first, where)
    assert not found.promoted and "before those of the champion" in found.refused


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"frequency": "MS"}, "frequency (W-SUN and MS)"),
        ({"unit": "kg"}, "unit (none and kg)"),
        ({"value_column": "other"}, "value column (sold and other)"),
    ],
)
def test_what_is_not_the_same_is_not_compared_and_it_is_said_what_differs(first, change, named):
    kept = candidate(first, "run").kept
    assert why_incomparable(kept, kept) == ""
    assert named in why_incomparable(replace(kept, **change), kept)


def test_another_horizon_is_refused_by_name(first, series, where):
    settled(first, where)
    found = settled(compared(series[100], horizon=2), where)
    assert not found.promoted
    assert found.refused.startswith(
        "it does not forecast what the champion does: horizon (1 and 2). Expected the same of one name"
    )


def of_ensembles(own, champion, actual):
    return PairedForecasts(
        {OWN: own[None], CHAMPION: champion[None]}, actual, np.zeros_like(actual), NaiveScale(1.0, 1.0), CHAMPION
    )


@pytest.mark.parametrize(
    ("worse", "word", "refused"), [(0.0, "same", False), (2.0, "hurts", True), (-0.9, "helps", False)]
)
def test_the_words_of_a_duel_are_those_of_the_product(worse, word, refused):
    random = np.random.default_rng(1)
    actual = random.normal(size=60)
    miss = np.sign(random.normal(size=60)) * (1 + 0.1 * random.random(60))
    both = judged(of_ensembles(actual + miss * (1 + worse), actual + miss, actual), "rmse", 0.02, (60, "a", "b"))
    assert (both.word, both.is_worse) == (word, refused)


def test_what_is_worse_by_more_than_counts_as_equal_is_refused_though_it_is_not_proven():
    duel = Duel("rmse", 1.05, 1.0, -0.2, 0.3, 0.02, 20, "a", "b", "undecided")
    assert duel.is_worse and not replace(duel, own=1.01).is_worse


def test_two_champions_of_two_names_know_nothing_of_each_other(first, where):
    settled(first, where)
    other = settled(with_settings(first, champion="other"), where)
    assert other.promoted and other.champion == 1
    assert set(registry.champion_names(where)) == {"sales", "other"}
    assert model_name("other") == "interlayer-other" and ALIAS == "champion"


def test_an_old_champion_is_told_of(first, where):
    settled(first, where)
    now = champion(where, "sales")
    promoted = datetime.fromisoformat(now.tags["promoted_at"])
    assert old_in_words("sales", now, 92, promoted + timedelta(days=92)) == ""
    said = old_in_words("sales", now, 92, promoted + timedelta(days=93, hours=1))
    assert said.startswith("The champion sales (version 1) is 93 days old, and 92 are allowed (--champion-days)")


def test_what_is_kept_is_read_again_as_it_was(first):
    kept = candidate(first, "run").kept
    assert from_json(to_json(kept)) == kept
    with pytest.raises(InputError, match="another release of Interlayer kept this champion"):
        from_json(to_json(kept).replace(b'"seeds"', b'"sedes"'))


def test_whoever_serves_tells_of_an_old_champion_once_a_version(first, second, where, tmp_path, monkeypatch, capsys):
    settled(first, where)
    monkeypatch.setattr(alerts, "SENT", tmp_path / "alerts")
    monkeypatch.setattr(forecasting, "registry", lambda tracking: where if not tracking else 1 / 0)
    monkeypatch.setattr(old_champions, "read_schedules", lambda: [Schedule("it", "0 6 * * 1", "UTC", first.study)])
    promoted = datetime.fromisoformat(champion(where, "sales").tags["promoted_at"])

    def look(days):
        monkeypatch.setattr(times, "now", lambda: promoted + timedelta(days=days))
        watch = old_champions.OldChampions()
        for _ in range(2):  # the second one comes before its hour
            asyncio.run(watch.look())

    with receiving() as receiver:
        look(93)
        assert receiver.taken == []  # nobody is to be told
        monkeypatch.setenv(alerts.WEBHOOK, receiver.address)
        for days in (92, 93, 94):
            look(days)
        settled(second, where)
        look(200)
    assert [one["part"] for one in receiver.of("too old")] == [
        "champion sales (version 1)",
        "champion sales (version 2)",
    ]
    said = receiver.taken[0]["text"]
    assert said.startswith(
        "Interlayer: champion sales (version 1) is too old. The champion sales (version 1) is 93 days"
    )
    assert "could not be asked" not in capsys.readouterr().out


def test_a_registry_that_is_gone_silences_no_other(first, where, tmp_path, monkeypatch, capsys):
    settled(first, where)
    monkeypatch.setattr(alerts, "SENT", tmp_path / "alerts")
    monkeypatch.setattr(forecasting, "registry", lambda tracking: where if tracking == "http://there" else 1 / 0)
    monkeypatch.setattr(times, "now", lambda: datetime.now(UTC) + timedelta(days=100))
    with receiving() as receiver:
        monkeypatch.setenv(alerts.WEBHOOK, receiver.address)
        old_champions.tell_old_champions(["http://there"])
    assert len(receiver.of("too old")) == 1
    assert "Ages of champions could not be asked for: ZeroDivisionError" in capsys.readouterr().out


def test_a_champion_forecasts_what_a_file_with_decimal_commas_holds(first, series, tmp_path):
    """However its numbers are written: the file that it was compared on is another one by then."""
    kept = candidate(first, "run").kept
    table = pd.read_csv(series[100])
    cells = [f"{value:.4f}".replace(".", ",") for value in table["sold"]]  # of three digits both marks can be meant
    written = tmp_path / "sales.csv"
    written.write_text("date;sold\n" + "\n".join(map(";".join, zip(table["date"], cells, strict=True))))
    (plain, of_plain), (found, of_written) = (latest_periods(kept, str(one)) for one in (series[100], written))
    assert found.values.tolist() == plain.values.tolist() == table["sold"].tolist()
    assert len(of_plain) == len(of_written) == 1
    assert any("a decimal comma" in one for one in found.warnings) and not plain.warnings


def test_a_whole_comparison_says_what_became_of_its_choice(series, tmp_path):
    study = study_of(series[90], output=str(tmp_path / "out"), champion="whole")
    done = finish(study, Alone())
    assert done.champion.promoted
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["champion"]["promoted"] is True and summary["champion"]["champion"] == 1
    assert summary["champion"]["sentence"] == done.champion.sentence
    without = finish(study.model_copy(update={"output": replace(study.output, champion="")}), Alone())
    assert without.champion is None
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["champion"] is None


def test_a_store_that_fails_sinks_no_comparison(first, where, monkeypatch):
    from tasks.track.places import Tracked

    said = []
    runner = Alone()
    monkeypatch.setattr(Alone, "warn", lambda self, sentence: said.append(sentence))
    monkeypatch.setattr(promotions, "register", lambda *_: 1 / 0)
    settled_one = promotions.settle_if_asked(first, Tracked({"run": "r"}, True), where, None, runner)
    assert settled_one is None
    assert said == ["sales: the champion stays what it was, as it could not be compared or registered (ZeroDivisionError: division by zero). The same command tries again, and trains nothing anew."]  # fmt: skip


MISTAKES = {
    "odd name": (["compare", "nile", "--champion", "a/b"], "--champion 'a/b': expected up to 40 letters"),
    "the form's": (["compare", "nile", "--champion", "default"], "--champion 'default': expected up to 40 letters"),
    "autoencoder": (
        ["compare", "--preset", "autoencoder", "--champion", "x"],
        "--champion x with --problem autoencoder: a champion forecasts, and this problem does not.",
    ),
    "classes": (
        ["compare", "--preset", "gestures", "--champion", "x"],
        "--champion x with --problem classification: a champion forecasts",
    ),
    "days": (["compare", "nile", "--champion-days", "0"], "--champion-days 0: it should be greater than or equal to 1"),
    "no champion": (
        ["forecast", "nobody-of-this-name"],
        "NAME nobody-of-this-name: no champion of this name was kept.",
    ),
    "no history": (["history", "nobody-of-this-name"], "NAME nobody-of-this-name: no champion of this name was kept."),
    "odd forecast": (["forecast", "a b"], "NAME 'a b': expected up to 40 letters"),
    "no file": (["forecast", "x", "--series", "no.csv"], "--series 'no.csv' is neither a file nor a bundled series"),
}


@pytest.mark.parametrize(("arguments", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_in_a_sentence_before_anything_is_trained(arguments, words, capsys):
    assert exit_code(arguments) == 2
    assert capsys.readouterr().err.startswith(f"interlayer: {words}")


def test_python_needs_a_tracker_for_a_champion(series):
    import interlayer as il

    with pytest.raises(
        InputError, match=r"compare\(champion='sales'\): a champion is kept in MLflow's registry. Pass track=True"
    ):
        il.compare(str(series[90]), champion="sales")


def test_a_champion_changes_no_result_and_so_no_digest():
    assert study_from({"champion": "x", "champion_days": 3}).digest("d") == study_from({}).digest("d")


def test_a_frame_needs_no_more_rows_than_networks_see(first):
    model = candidate(first, "run")
    frame = waves(90)
    pd.testing.assert_frame_equal(model.predict(frame), model.predict(frame.tail(3)), check_exact=True)


def test_a_relative_source_is_found_from_another_folder(first, series, monkeypatch):
    from flows.sources.absolute_places import from_anywhere

    monkeypatch.chdir(series[90].parent)
    given = replace(first.study.data, series="sales.csv, nile", suite="own.json")
    found = from_anywhere(given)
    assert found.series == f"{series[90].resolve()},nile" and found.suite == str(
        series[90].resolve().parent / "own.json"
    )
    assert from_anywhere(replace(given, series="https://a/b.csv", suite="")).series == "https://a/b.csv"


def test_a_champion_of_a_database_asks_it_anew_for_every_forecast_and_for_its_history(tmp_path, monkeypatch):
    from flows.operation import forecasting, history
    from flows.sources import bringing

    monkeypatch.setattr(bringing, "SOURCES", tmp_path / "sources")
    monkeypatch.setattr(forecasting, "FORECASTS", tmp_path / "forecasts")
    where = Place(f"sqlite:///{tmp_path / 'mlflow.db'}", tmp_path, "champions")
    monkeypatch.setattr(history, "registry", lambda tracking: where)
    whole, store = waves(95), tmp_path / "shop.db"

    def sold(rows):
        with closing(sqlite3.connect(store)) as opened:
            whole.head(rows).to_sql("sales", opened, index=False, if_exists="replace")

    sold(90)
    found = compared(f"sqlite:///{store}", query="select date, sold from sales")
    promoted = settled(found, where)
    assert promoted.promoted, promoted
    version = champion(where, "sales")
    model = registry.load_champion(where, "sales", version)
    first = forecasting.made_by(model, version, ("", ""), where)
    sold(95)
    later = forecasting.made_by(model, version, ("", ""), where)
    assert later.table["date"].min() - first.table["date"].min() == pd.Timedelta(weeks=5)
    told, said, _ = history.history_of("sales")
    # The week that the first one forecast has come meanwhile.
    assert not said and [one.outcome.came for one in told.forecasts] == [1, 0]


def test_the_flow_forecasts_and_shows_it_on_its_page(prefect_server, series, tmp_path, monkeypatch):
    from flows.comparison.places import MLRUNS
    from flows.forecast import forecast_champion
    from flows.servers import allowed_files, run_history
    from flows.servers.processes import store_address

    where = Place(store_address(), MLRUNS, "champions")
    promoted = settled(with_settings(compared(series[90]), champion="flow"), where)
    assert promoted.promoted
    shown = []
    monkeypatch.setattr("flows.forecast.create_artifacts", shown.extend)
    folder = forecast_champion("flow", output=str(tmp_path / "out"))
    assert folder == str(tmp_path / "out") and (tmp_path / "out" / "forecast.csv").is_file()
    assert [one["key"] for one in shown] == ["forecast", "forecast-table", "forecast-picture"]
    assert shown[2]["data"].startswith("data:image/png;base64,") and len(shown[2]["data"]) < 200_000
    assert re.search(
        r"\[Page in MLflow\]\(http://127.0.0.1:\d+/#/experiments/\d+/runs/\w+/artifacts/forecast.html\)",
        shown[0]["data"],
    )
    assert "held" in shown[0]["data"] and json.loads(shown[1]["data"])[0].keys() == {"date", "forecast", "80 %", "95 %"}
    # A run of the dashboard reads what the champion's own comparison read, and no other file.
    monkeypatch.setenv(allowed_files.FOLDERS, "")
    with pytest.raises(InputError, match="a run of the dashboard reads bundled series"):
        forecast_champion("flow", series=str(series[100]))
    assert forecast_champion("flow").startswith(str(MLRUNS))
    run_history.end_work()

"""A champion gives the same numbers to the last bit, whoever asks it: `interlayer forecast`, MLflow's pyfunc, and `mlflow models serve`."""

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flows.operation import forecasting
from flows.operation.forecasting import made_by
from flows.servers.processes import free_port
from tasks.numerics.errors import InputError
from tasks.track.places import Place, asked_by_default
from tasks.track.registry import champion, load_champion
from tests.champions import compared, settled, waves
from tests.served import environment_of, wait_for

pytestmark = pytest.mark.slow

PLANNED = {
    "horizon": 2,
    "transform": "log",
    "known_future": ("price",),
    "features": ("visits",),
    "calendar": ("month",),
}


def shops(rows: int = 90) -> pd.DataFrame:
    """Two shops in long form, in different units, with what is known beside and ahead of them."""
    random = np.random.default_rng(7)
    parts = []
    for number, (shop, level) in enumerate({"north": 50.0, "south": 5000.0}.items()):
        part = waves(rows, seed=number)
        part["sold"] *= level / 50
        parts.append(part.assign(shop=shop, price=random.random(rows).round(3), visits=random.random(rows).round(3)))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with a champion of a panel whose series have plans."""
    home = tmp_path_factory.mktemp("served") / "home"
    home.mkdir()
    file, newest = home.parent / "shops.csv", home.parent / "newest.csv"
    frame = shops()
    last = frame["date"].max()
    frame[frame["date"] <= last - pd.Timedelta(weeks=2)].to_csv(file, index=False)
    # The newest rows end in plans: prices of two weeks whose sales are not known.
    frame.assign(sold=frame["sold"].where(frame["date"] <= last - pd.Timedelta(weeks=2))).to_csv(newest, index=False)
    where = Place(f"sqlite:///{home / 'mlflow.db'}", home, "shops")
    promoted = settled(compared(file, id="shop", **PLANNED), where)
    assert promoted.promoted, promoted
    return home, where, newest


@pytest.fixture(scope="module")
def forecast(home):
    """What `interlayer forecast` says, with the rows that it was made from."""
    folder, where, newest = home
    version = champion(where, "sales")
    kept = pytest.MonkeyPatch()
    kept.setattr(forecasting, "FORECASTS", folder / "forecasts")
    made = made_by(load_champion(where, "sales", version), version, (str(newest), str(folder / "out")), where)
    kept.undo()
    return made, pd.read_csv(newest, parse_dates=["date"])


def columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as a caller has them."""
    return frame[["shop", "date", "sold", "visits", "price"]]


def test_it_forecasts_every_series_of_a_panel_in_its_own_unit(forecast):
    made, rows = forecast
    table = made.table
    assert list(table.columns) == ["series", "step", "date", "forecast", "lower_80", "upper_80", "lower_95", "upper_95"]
    assert list(table["series"]) == ["north"] * 2 + ["south"] * 2 and list(table["step"]) == [1, 2] * 2
    known = rows[rows["sold"].notna()]
    assert list(table["date"].unique()) == sorted(set(rows["date"]) - set(known["date"]))
    means = known.groupby("shop")["sold"].mean()
    for shop in ("north", "south"):
        assert table.loc[table["series"] == shop, "forecast"].between(means[shop] * 0.5, means[shop] * 1.5).all()
    assert (table["lower_95"] <= table["lower_80"]).all() and (table["upper_80"] <= table["upper_95"]).all()
    assert (table["lower_80"] < table["upper_80"]).all()


def test_its_files_hold_the_same_numbers(forecast, home):
    made, _ = forecast
    assert {path.name for path in made.folder.iterdir()} == {
        f"forecast.{end}" for end in ("csv", "parquet", "html", "png")
    }
    pd.testing.assert_frame_equal(pd.read_parquet(made.folder / "forecast.parquet"), made.table, check_exact=True)
    written = pd.read_csv(made.folder / "forecast.csv", parse_dates=["date"])
    np.testing.assert_array_equal(written["forecast"], made.table["forecast"])
    assert (made.folder / "forecast.png").read_bytes().startswith(b"\x89PNG")
    assert "north" in (made.folder / "forecast.html").read_text()
    assert (home[0] / "forecasts/sales").is_dir()


def test_its_run_in_mlflow_has_numbers_and_files(forecast, home):
    from mlflow import MlflowClient

    made, _ = forecast
    client = MlflowClient(home[1].address)
    run = client.get_run(made.run)
    assert run.data.tags["level"] == "forecast" and run.data.tags["model"] == "models:/interlayer-sales/1"
    points = client.get_metric_history(made.run, "forecast/north")
    assert [point.value for point in points] == made.table["forecast"].head(2).tolist()
    assert {file.path for file in client.list_artifacts(made.run)} >= {"forecast.csv", "forecast.json", "forecast.html"}


def test_pyfunc_gives_the_same_to_the_last_bit(forecast, home):
    import mlflow

    made, rows = forecast
    with asked_by_default(home[1]):
        model = mlflow.pyfunc.load_model("models:/interlayer-sales@champion")
    found = model.predict(columns(rows))
    pd.testing.assert_frame_equal(found, made.table, check_exact=True)
    # Series by series, and in another order: what stands beside a series does not move its last bit.
    alone = model.predict(columns(rows[rows["shop"] == "south"].iloc[::-1]))
    pd.testing.assert_frame_equal(alone, made.table[2:].reset_index(drop=True), check_exact=True)


def test_an_mlflow_server_answers_raw_dated_values_with_the_same_to_the_last_bit(forecast, home):
    made, rows = forecast
    folder, where, _ = home
    port = free_port()
    environment = environment_of(folder) | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        # MLflow starts `uvicorn` by its name.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "MLFLOW_TRACKING_URI": where.address,
        "MLFLOW_REGISTRY_URI": where.address,
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", "models:/interlayer-sales@champion", "--env-manager", "local", "--workers", "1", "-p", str(port)]  # fmt: skip
    log = folder / "serve.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        wait_for(lambda: answers(port) or server.poll() is not None, 400)
        assert server.poll() is None, log.read_text()[-3000:]
        given = columns(rows).assign(date=rows["date"].dt.strftime("%Y-%m-%d"))
        body = json.dumps({"dataframe_split": json.loads(given.to_json(orient="split", double_precision=15))})
        found = pd.DataFrame(post(port, body)["predictions"])
        for name in ("forecast", "lower_80", "upper_80", "lower_95", "upper_95"):
            np.testing.assert_array_equal(found[name].to_numpy(), made.table[name].to_numpy())
        assert list(pd.to_datetime(found["date"])) == list(made.table["date"])
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, 9)
        server.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def post(port: int, body: str) -> dict:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/invocations", body.encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def test_its_forecasts_of_what_none_of_its_networks_has_seen_are_those_of_the_comparison(home):
    from flows.operation.candidates import candidate, forecasters
    from tasks.numerics.champions.assembling import mean_forecast
    from tasks.numerics.champions.inputs import periods_of_series
    from tasks.numerics.findings.tracked_runs import account_of

    found = compared(home[0].parent / "shops.csv", id="shop", **PLANNED)
    model, own = candidate(found, "run"), forecasters(found, account_of(found.result))
    mean, member = mean_forecast(own.forecasts, own.decision), own.forecasts["member"].to_numpy()
    for number, periods in enumerate(periods_of_series(own.series)):
        rows = periods.index.get_indexer(own.forecasts["time"].to_index()[member == number])
        kept = model.kept.member(periods.name)
        # Windows before it were forecast by networks of earlier training ends.
        unseen = rows >= periods.index.get_loc(pd.Timestamp(kept.unseen))
        assert 5 < unseen.sum() < len(rows)
        made = model.at_rows(kept, periods, rows[unseen].tolist())
        np.testing.assert_allclose(made, mean[member == number][unseen], rtol=2e-5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.drop(columns="price"), "The rows have no column 'price'. Expected 'shop', 'date', 'sold'"),
        (
            lambda rows: rows.assign(shop="west"),
            "Column 'shop' names none of the champion's series. Expected some of north",
        ),
        (
            lambda rows: rows[rows["date"] != rows["date"].unique()[-4]],
            "stands where .* is due, at the frequency W-SUN",
        ),
        (lambda rows: rows[rows["sold"].notna()], "price of the next 2 periods is wanted, and known of 0"),
        (lambda rows: rows.groupby("shop").tail(4), "2 periods: the champion sales sees 3 before it forecasts"),
        (lambda rows: rows.assign(visits=np.nan), "a column beside the value holds what is no number"),
    ],
)
def test_rows_that_cannot_be_used_are_told_of(forecast, home, change, words):
    _, rows = forecast
    model = load_champion(home[1], "sales", champion(home[1], "sales"))
    with pytest.raises(InputError, match=words):
        model.predict(change(columns(rows)))

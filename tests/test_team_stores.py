"""Stores of a team on a real PostgreSQL, artifacts in a shared folder and in an S3-like store, logins on both servers."""

import base64
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import psycopg
import pytest
from champions import compared as compared_small
from champions import settled, waves
from examples import example_result
from postgres import PASSWORD, QUOTED, binaries
from served import Served, all_processes, environment_of, serving, share_what_is_computed, wait_for
from team import BUCKET, bucket, databases, secrets_in
from test_serve import TINY

from flows.comparison.tracking import place as place_of
from flows.team import stores
from flows.team.one_server import only_one_serves
from tasks import track
from tasks.numerics.errors import InputError
from tasks.numerics.findings.tracked_runs import account_of
from tasks.numerics.postgresql_stores import CHAMPIONS, Database, connected, locked_for_all
from tasks.numerics.settings import OutputSpec
from tasks.track import Comparison
from tasks.track.artifacts import Page
from tasks.track.places import connect
from tasks.track.registry import champion, load_champion, promote
from tasks.track.store import create_database, migrations

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not binaries(), reason="no PostgreSQL on this machine: apt-get install postgresql"),
]
LOGIN = "team:l0gin-s3cr3t"


@pytest.fixture(scope="module")
def variables(tmp_path_factory):
    with databases(tmp_path_factory.mktemp("team") / "postgresql") as named:
        yield named


@pytest.fixture
def given(variables, monkeypatch):
    """This process has the team's database, and artifacts below an address."""

    def give(root: str) -> None:
        for name in stores._given:
            monkeypatch.setitem(stores._given, name, variables.get(name, ""))
        monkeypatch.setitem(stores._given, stores.ROOT, root)
        stores.check_team_stores()

    return give


@pytest.fixture(params=["folder", "store"])
def root(request, tmp_path, monkeypatch):
    if request.param == "folder":
        (tmp_path / "shared").mkdir()
        yield str(tmp_path / "shared")
        return
    with bucket() as reached:
        for name, value in reached.items():
            monkeypatch.setenv(name, value)
        yield BUCKET


@pytest.fixture
def comparison(tmp_path, monkeypatch) -> Comparison:
    monkeypatch.setattr(track, "best_seed", lambda account: None)  # these results have no trained weights
    (tmp_path / "report.html").write_text("<p>A report</p>")
    figures = {"series": go.Figure(go.Scatter(y=[1, 2]))}
    return Comparison("0123456789ab", {"network": {"layers": [3]}}, {}, Page(tmp_path / "report.html", figures))


def test_what_one_home_tracked_another_finds_with_report_and_data(given, root, comparison, tmp_path):
    given(root)
    name = f"team {Path(root).name}"
    account = account_of(example_result(("stock", "cell-relu"), seeds=3))
    first = track.track(account, comparison, place_of(OutputSpec(experiment=name), ""))
    other = replace(place_of(OutputSpec(experiment=name), ""), store=tmp_path / "other home")
    again = track.track(account, comparison, other)
    assert (first.new, again.new) == (True, False) and first.ids == again.ids
    client = connect(other)
    run = client.get_run(first.ids["run"])
    assert run.info.artifact_uri.startswith((tmp_path / "shared").as_uri() if root != BUCKET else BUCKET)
    assert Path(client.download_artifacts(run.info.run_id, "report.html")).read_text() == "<p>A report</p>"
    import xarray

    with xarray.open_dataset(client.download_artifacts(run.info.run_id, "scores.nc"), engine="h5netcdf") as scores:
        np.testing.assert_array_equal(scores["rmse"], account.datasets["scores"]["rmse"])
    seeds = client.search_runs([first.ids["experiment"]], "tags.level = 'seed'")
    assert len(seeds) == 6
    assert secrets_in(tmp_path) == []


def test_a_champion_of_one_home_forecasts_in_another(given, root, tmp_path):
    given(root)
    waves(60).to_csv(tmp_path / "sales.csv", index=False)
    where = replace(place_of(OutputSpec(), "champions"), experiment=f"champions {Path(root).name}")
    before = champion(where, "sales")
    promotion = settled(compared_small(tmp_path / "sales.csv"), where, before.number if before else None)
    assert promotion.version or promotion.champion, promotion
    other = replace(where, store=tmp_path / "other home")
    version = champion(other, "sales")
    assert version and load_champion(other, "sales", version).kept.name == "sales"
    # The variable that MLflow writes into is as it was.
    assert QUOTED not in os.environ.get("MLFLOW_TRACKING_URI", "")
    # Compare and set holds for all that share the database.
    with pytest.raises(TimeoutError), locked_for_all(where.database, CHAMPIONS), impatient(where.database):
        promote(other, "sales", version.number, version.number, {})


def impatient(database: Database):
    """Whoever waits for a lock of the database meanwhile is told so within a second."""
    from contextlib import contextmanager

    from flows.team import stores

    @contextmanager
    def waiting():
        name = database.dsn.rpartition("/")[2]
        with connected(database) as connection:
            connection.execute(f"ALTER ROLE reader IN DATABASE {name} SET lock_timeout = '1s'")
            try:
                yield
            except psycopg.errors.LockNotAvailable as error:
                raise TimeoutError from error
            finally:
                connection.execute(f"ALTER ROLE reader IN DATABASE {name} RESET lock_timeout")

    assert stores.tracking_database()
    return waiting()


def made_in(folder: Path, variables: dict[str, str]) -> str:
    """What Prefect's server says of its database before it starts; '' where it is as it should be."""
    program = "from flows.environment import set_environment; set_environment(); from flows.servers.prefect_store import create_prefect_store; create_prefect_store()"  # fmt: skip
    environment = environment_of(folder / "home") | variables
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def test_prefect_s_own_command_brings_a_database_to_this_release(given, variables, tmp_path):
    (tmp_path / "shared").mkdir()
    given(str(tmp_path / "shared"))
    assert made_in(tmp_path, variables) == ""
    environment = environment_of(tmp_path / "home") | variables | {"PREFECT_HOME": str(tmp_path / "prefect")}

    def said(*arguments: str) -> None:
        command = [sys.executable, "-m", "prefect", "server", "database", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    said("downgrade", "-y", "--revision", "-1")
    told = made_in(tmp_path, variables)
    assert "made by an older release" in told and "prefect server database upgrade -y" in told, told
    said("upgrade", "-y")
    assert made_in(tmp_path, variables) == ""


def test_a_database_of_another_release_is_refused_by_both_tools_and_left_as_it_is(given, variables, tmp_path):
    (tmp_path / "shared").mkdir()
    given(str(tmp_path / "shared"))
    create_database(stores.tracking_database(), stores.artifact_root())

    def made_by_mlflow() -> str:
        try:
            create_database(stores.tracking_database(), stores.artifact_root())
        except InputError as error:
            return str(error)
        return ""

    def made_by_prefect() -> str:
        return made_in(tmp_path, variables)

    for database, made in ((stores.tracking_database(), made_by_mlflow), (stores.history_database(), made_by_prefect)):
        assert made() == ""
        with connected(database) as connection:
            ((newest,),) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            connection.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
            assert "made by a newer release" in (told := made()) and QUOTED not in told and PASSWORD not in told
            older = {"MLflow": "451aebb31d03", "Prefect": OLDER_PREFECT}[database.tool]
            connection.execute("UPDATE alembic_version SET version_num = %s", (older,))
            assert "made by an older release" in (told := made()) and "pg_dump" in told and QUOTED not in told
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(older,)]
            connection.execute("UPDATE alembic_version SET version_num = %s", (newest,))
        assert made() == ""


OLDER_PREFECT = "25f4b90a7a42"


def test_one_serve_a_history(given, tmp_path):
    (tmp_path / "shared").mkdir()
    given(str(tmp_path / "shared"))
    with only_one_serves(), pytest.raises(InputError, match="serves the history in"), only_one_serves():
        pass
    with only_one_serves():
        pass


def test_a_database_that_is_gone_is_told_without_its_password(given, tmp_path):
    gone = Database("MLflow", "MLFLOW_TRACKING_URI", f"postgresql+psycopg://reader:{QUOTED}@127.0.0.1:9/mlflow")
    with pytest.raises(InputError, match=r"reader@127.0.0.1:9/mlflow, and MLflow's database can't be reached") as error:
        create_database(gone, "file:///shared")
    assert QUOTED not in str(error.value) and PASSWORD not in str(error.value)


def test_backup_and_migration_as_the_handbook_tells_them(given, variables, tmp_path):
    """MLflow's database of the release before: refused, kept by pg_dump, brought to this one by MLflow's own command."""
    from alembic import command
    from mlflow.store.db import utils
    from mlflow.store.tracking.dbmodels.initial_models import Base

    (tmp_path / "shared").mkdir()
    given(str(tmp_path / "shared"))
    now = stores.tracking_database()
    with connected(now) as connection:
        connection.execute("CREATE DATABASE before ENCODING 'UTF8' TEMPLATE template0")
        connection.execute("CREATE DATABASE restored ENCODING 'UTF8' TEMPLATE template0")
    before, restored = (replace(now, address=now.address.replace("/mlflow", f"/{name}")) for name in ("before", "restored"))  # fmt: skip
    engine = utils.create_sqlalchemy_engine(before.address)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        config = utils._get_alembic_config(before.address)
        config.attributes["connection"] = connection
        command.upgrade(config, migrations()[1])
    engine.dispose()
    with pytest.raises(InputError, match=r"made by an older release .* mlflow db upgrade") as told:
        create_database(before, "file:///shared")
    environment = os.environ | {"PGPASSWORD": PASSWORD, "PATH": f"{binaries()}:{Path(sys.executable).parent}:{os.environ['PATH']}"}  # fmt: skip

    def said(*arguments: str) -> None:
        done = subprocess.run(arguments, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    said("pg_dump", "--format=custom", f"--file={tmp_path / 'mlflow.dump'}", before.shown.replace("+psycopg", ""))
    said("pg_restore", "--exit-on-error", f"--dbname={restored.shown.replace('+psycopg', '')}", str(tmp_path / "mlflow.dump"))  # fmt: skip
    (_, asked) = str(told.value).rsplit("PGPASSWORD=... ", 1)
    assert asked == f"mlflow db upgrade {before.shown}"
    said(*asked.split()[:-1], restored.shown)
    create_database(restored, "file:///shared")
    with pytest.raises(InputError):
        create_database(before, "file:///shared")


# The commands, with logins.


def run(home: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(Served.command(*arguments), env=environment, cwd=home.parent, capture_output=True, text=True)


def status(address: str, login: str = "") -> int:
    """What a server answers to a user and password."""
    sent = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}
    request = urllib.request.Request(address, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_commands_on_a_team_s_stores_behind_logins_from_two_homes(variables, tmp_path, monkeypatch):
    (tmp_path / "shared").mkdir()
    user, password = LOGIN.split(":")
    team = variables | {
        "MLFLOW_DEFAULT_ARTIFACT_ROOT": str(tmp_path / "shared"),
        "PREFECT_SERVER_API_AUTH_STRING": LOGIN,
        "MLFLOW_TRACKING_USERNAME": user,
        "MLFLOW_TRACKING_PASSWORD": password,
    }
    for name, value in team.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("served.environment_of", lambda home: environment_of(home) | team)
    one, other = tmp_path / "one" / "home", tmp_path / "other" / "home"
    for home in (one, other):
        home.parent.mkdir()
        share_what_is_computed(home)
    environments = {home: environment_of(home) | team for home in (one, other)}
    with serving(one) as (served, prefect, mlflow):
        for address in (
            f"{prefect}/api/admin/version",
            f"{prefect}/api/csrf-token?client=other",
            f"{mlflow}/api/2.0/mlflow/experiments/search?max_results=1",
        ):
            assert [status(address), status(address, "team:other"), status(address, LOGIN)] == [401, 401, 200]
        # Ours get through: on the machine that serves, and on another one that has the same stores.
        made = run(one, environments[one], "compare", *TINY.split())
        assert made.returncode == 0 and "Not logged" not in made.stdout + made.stderr, made.stderr
        refused = run(other, environments[other], "serve", "--prefect-port", "29917", "--mlflow-port", "29918")
        assert refused.returncode == 2 and "serves the history in" in refused.stderr, refused.stderr
        seen = "\n".join(line for _, line in [*all_processes(f"INTERLAYER_HOME={one}\0")])
        assert "flows.servers.prefect_process" in seen
        for secret in (PASSWORD, QUOTED, password):
            assert secret not in seen
    again = run(other, environments[other], "compare", *TINY.split())
    assert again.returncode == 0, again.stderr
    with psycopg.connect(Database("", "", variables["PREFECT_API_DATABASE_CONNECTION_URL"]).dsn) as history:
        states = history.execute("SELECT state_type FROM flow_run").fetchall()
    assert [str(state) for (state,) in states] == ["COMPLETED", "COMPLETED"]
    with psycopg.connect(Database("", "", variables["MLFLOW_TRACKING_URI"]).dsn) as runs:
        found = runs.execute("SELECT run_uuid FROM tags WHERE key = 'level' AND value = 'comparison'").fetchall()
        nile = runs.execute("SELECT count(*) FROM tags WHERE key = 'interlayer.comparison'").fetchone()
    assert found and nile
    looked = run(other, environments[other], "doctor", "--no-programs")
    assert "a team's" in looked.stdout and "reader@127.0.0.1" in looked.stdout, looked.stdout + looked.stderr
    cleaned = run(other, environments[other], "clean", "--older-than", "1d")
    assert "a team's, left as they are" in cleaned.stdout
    told = "".join(one.stdout + one.stderr for one in (made, refused, again, looked, cleaned)) + served.said
    for secret in (PASSWORD, QUOTED, password):
        assert secret not in told
    wait_for(lambda: not [*all_processes(f"INTERLAYER_HOME={other}\0")], 60)
    assert secrets_in(tmp_path) == []
    for name in ("MLFLOW_TRACKING_URI", "PREFECT_API_DATABASE_CONNECTION_URL"):
        dsn = Database("", "", variables[name]).dsn
        kept = subprocess.run([f"{binaries()}/pg_dump", dsn], capture_output=True, text=True, check=True).stdout
        assert "alembic_version" in kept and not any(secret in kept for secret in (PASSWORD, QUOTED, password))

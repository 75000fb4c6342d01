"""Where series come from: folders, databases, addresses; that they are read anew, and that no password is kept or shown."""

import base64
import json
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest
from postgres import PASSWORD, QUOTED, binaries, postgres
from served import environment_of, said_by
from test_serve import TINY
from test_served_schedules import months

from flows.command_line.application import exit_code
from flows.comparison.data_checks import at_once
from flows.servers import allowed_files
from flows.servers.allowed_files import begins_with, check_allowed
from flows.sources import bringing, passwords
from flows.sources.bringing import brought, named_by_source
from flows.studies import schedules
from flows.studies.given_settings import study_from
from flows.studies.schedules import Schedule, add_schedule
from tasks import fetch
from tasks.load import read_members
from tasks.numerics.deadlines import within
from tasks.numerics.errors import InputError
from tasks.numerics.series.sources import kind_of, masked, name_of_source, without_password
from tasks.numerics.series_settings import SeriesSpec


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setattr(bringing, "SOURCES", tmp_path / "home" / "sources")
    monkeypatch.setattr(passwords, "KEPT", tmp_path / "home" / "passwords.json")
    monkeypatch.setattr(passwords, "_given", {})
    monkeypatch.setattr(schedules, "KEPT", tmp_path / "home" / "schedules.json")
    monkeypatch.chdir(tmp_path)
    bringing.bring_anew()
    return tmp_path


def records_of(**given):
    """As a comparison reads them."""
    bringing.bring_anew()
    spec = study_from(given).data
    (one,) = named_by_source(read_members(brought(spec, at_once)), spec)
    return one


ADDRESSES = [
    ("postgresql+psycopg://u:pw@h:5432/d", "postgresql+psycopg://u:***@h:5432/d"),
    ("postgresql://u:a/b@c@h/d?sslmode=require", "postgresql://u:***@h/d?sslmode=require"),
    ("postgresql://u@h/d?password=pw&x=1", "postgresql://u@h/d?password=***&x=1"),
    ("postgresql://h/d", "postgresql://h/d"),
    ("https://u:pw@h/a@b.csv", "https://u:***@h/a@b.csv"),
    ("https://h:8080/a@b.csv?x=1&api_key=pw#part", "https://h:8080/a@b.csv?x=1&api_key=***#part"),
    ("https://b.s3.amazonaws.com/a.csv?X-Amz-Credential=pw&X-Amz-Signature=pw", "https://b.s3.amazonaws.com/a.csv?X-Amz-Credential=***&X-Amz-Signature=***"),
    ("s3://key:pw@bucket/a.csv", "s3://key:***@bucket/a.csv"),
    ("sqlite:////data/a.db", "sqlite:////data/a.db"),
    ("data/a:b@c.csv", "data/a:b@c.csv"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "shown"), ADDRESSES)
def test_an_address_is_shown_without_its_passwords(address, shown):
    assert masked(address) == shown == masked(shown)


@pytest.mark.parametrize("password", ["p", "pw", "secret"])
def test_a_password_is_no_letter_of_what_is_said(password):
    address = f"postgresql://u:{password}@127.0.0.1:1/d"
    said = f"port 1 of {address} failed: postgresql+psycopg://u:{password}@127.0.0.1/d, password='{password}', password authentication"
    expected = "port 1 of postgresql://u:***@127.0.0.1:1/d failed: postgresql+psycopg://u:***@127.0.0.1/d, password='***', password authentication"
    assert without_password(said, address, password) == expected
    assert without_password(f"no {password}", address, password) == (
        "no ***" if len(password) > 3 else f"no {password}"
    )


def test_a_short_password_leaves_the_driver_its_words(own_home):
    with pytest.raises(InputError, match="port 1 failed") as told:
        records_of(series="postgresql+psycopg://u:p@127.0.0.1:1/db", query="select 1")
    assert "u:***@" in str(told.value) and "***ort" not in str(told.value)


def test_a_password_is_known_to_its_process_and_asked_for_elsewhere(monkeypatch):
    shown = passwords.hidden("postgresql://u:pw@h/d")
    assert passwords.whole(shown) == "postgresql://u:pw@h/d"
    passwords.keep_password(shown)
    assert passwords.KEPT.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(passwords, "_given", {})
    assert passwords.whole(shown) == "postgresql://u:pw@h/d"
    passwords.forget_passwords(set())
    with pytest.raises(InputError, match=r"u:\*\*\*@h/d: its password is not known here"):
        passwords.whole(shown)
    assert "pw" not in passwords.KEPT.read_text()


@pytest.mark.parametrize(("series", "kind"), [("sales.csv", "local"), ("https://h/a.csv", "address"), ("s3://b/a", "address"), ("sqlite:///a.db", "database"), ("postgresql+psycopg://h/d", "database")])  # fmt: skip
def test_how_a_source_is_read_stands_in_its_name(series, kind):
    assert kind_of(series) == kind


def test_what_a_series_is_called():
    names = (
        "https://h/a/sales.csv.gz?token=x",
        "postgresql://u:p@h/shop",
        "s3://bucket/deep/weekly.parquet",
        "https://h/",
    )
    assert [*map(name_of_source, names)] == ["sales", "shop", "weekly", "series"]


# Folders.


def folder(home: Path, **files: str) -> Path:
    place = home / "days"
    place.mkdir()
    for name, content in files.items():
        (place / f"{name}.csv").write_text(content)
    return place


def test_files_of_a_folder_are_put_one_below_the_other_and_the_later_counts(own_home):
    place = folder(
        own_home, b="sold,day\n9,2025-03-01\n4,2025-04-01\n", a="day,sold\n2025-01-01,1\n2025-02-01,2\n2025-03-01,3\n"
    )
    (place / "notes.txt").write_text("none of it")
    found = records_of(series=str(place), date="day", value="sold")
    assert found.name == "days"
    assert found.rows["value"].tolist() == [1, 2, 9, 4]
    assert found.rows["place"].tolist() == ["2 of a.csv", "3 of a.csv", "2 of b.csv", "3 of b.csv"]
    assert found.notes == (
        "2 files of days are put one below the other, a.csv first.",
        "1 row of a.csv has dates that later files have too: the later file counts.",
    )
    (place / "c.csv").write_text("day,sold\n2025-05-01,5\n")
    assert records_of(series=str(place), date="day", value="sold").rows["value"].tolist() == [1, 2, 9, 4, 5]


def test_a_date_twice_in_one_file_stays_a_fault_of_it(own_home):
    place = folder(own_home, a="day,sold\n2025-01-01,1\n2025-01-01,2\n2025-02-01,3\n", b="day,sold\n2025-03-01,3\n")
    assert len(records_of(series=str(place), date="day", value="sold").rows) == 4


def test_overlaps_of_a_panel_are_by_series(own_home):
    place = folder(own_home, a="day,shop,sold\n2025-01-01,x,1\n2025-01-01,y,2\n", b="day,shop,sold\n2025-01-01,y,7\n2025-02-01,x,3\n2025-03-01,x,3\n")  # fmt: skip
    x, y = read_members(SeriesSpec(series=str(place), id="shop", date="day", value="sold", frequency="MS"))
    assert (x.rows["value"].tolist(), y.rows["value"].tolist()) == ([1, 3, 3], [7])


def test_a_folder_may_hold_both_kinds(own_home):
    place = folder(own_home, a="day,sold\n2025-01-01,1\n2025-02-01,2\n")
    pd.DataFrame({"day": pd.to_datetime(["2025-03-01", "2025-04-01"]), "sold": [3.5, None]}).to_parquet(
        place / "b.parquet"
    )
    found = records_of(series=str(place), date="day", value="sold", frequency="MS")
    assert found.rows["value"].fillna(-1).tolist() == [1, 2, 3.5, -1]
    assert [str(day.date()) for day in found.rows["date"]] == ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]


def test_a_file_with_other_columns_is_named(own_home, capsys):
    folder(own_home, a="day,sold\n2025-01-01,1\n", b="day,seen\n2025-02-01,1\n")
    assert exit_code(["compare", "--series", "days"]) == 2
    said = capsys.readouterr().err
    assert "b.csv has other columns than a.csv: no 'sold', 'seen' besides." in said and len(said.splitlines()) == 1


def test_a_row_that_fails_is_found_in_its_file(own_home):
    from tasks.numerics.series.validation import InvalidSeriesError, RowsNeeded
    from tasks.numerics.settings import WindowSpec
    from tasks.validate import validate

    place = folder(own_home, a=months(50), b=months(60).replace("2014-06-01,", "2014-06-01,many", 1))
    spec = SeriesSpec(series=str(place))
    with pytest.raises(InvalidSeriesError, match=r"line 55 of b.csv \(2014-06-01\): 'many"):
        validate(read_members(spec), spec, RowsNeeded.of(WindowSpec()), own_home / "docs")


# Databases.


def sqlite(path: Path, rows: int = 40) -> str:
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("create table sales (day text, sold real)")
        lines = months(rows).splitlines()[1:]
        store.executemany("insert into sales values (?, ?)", [line.split(",") for line in lines])
    return f"sqlite:///{path}"


def test_a_query_is_asked_anew_each_time_and_changes_nothing(own_home):
    address = sqlite(own_home / "shop.db")
    asked = "select day, sold from sales order by day"
    found = records_of(series=address, query=asked)
    assert (found.name, found.path, len(found.rows), found.frequency) == ("shop", address, 40, "MS")
    with closing(sqlite3.connect(own_home / "shop.db")) as store, store:
        store.execute("insert into sales values ('2013-05-01', 7)")
    assert len(records_of(series=address, query=asked).rows) == 41
    for bad, words in (
        ("delete from sales", "attempt to write a readonly database"),
        ("select dya from sales", "no such column: dya"),
        ("select day, sold from sales where sold < 0", "no rows"),
        ("select day, day from sales", "two columns that are called 'day'"),
    ):
        with pytest.raises(InputError, match=words):
            records_of(series=address, query=bad)
    assert len(records_of(series=address, query=asked).rows) == 41


MISTAKES = {
    "no query": (["--series", "postgresql://h/d"], "is a database, and nothing says what is to be asked. Expected --query"),
    "a query of a file": (["--series", "nile", "--query", "select 1"], "--query 'select 1' is for a database, and --series 'nile' is none"),
    "no such database": (["--series", "sqlite:///none.db", "--query", "select 1"], "sqlite:///none.db: there is no such file"),
    "unknown scheme": (["--series", "ftp://h/a.csv"], "nothing is known of ftp://. Expected a path, an address"),
    "file address": (["--series", "file:///etc/passwd"], "nothing is known of file://"),
    "no host": (["--series", "https:///a.csv"], "expected a host after ://"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_at_once(arguments, words, capsys):
    for command in (["compare"], ["schedule", "add", "it", "--cron", "0 6 * * 1"]):
        assert exit_code([*command, *arguments]) == 2
        said = capsys.readouterr().err
        assert words in said and len(said.splitlines()) == 1


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    if not binaries():
        pytest.skip("PostgreSQL's programs (initdb, postgres) are not on this machine.")
    with postgres(tmp_path_factory.mktemp("postgres") / "own") as address:
        import psycopg

        with psycopg.connect(f"postgresql://reader:{QUOTED}@{address}") as store:
            store.execute("create sequence counter")
            store.execute("create table sales (day date, sold numeric(10, 2), at timestamptz default now())")
            for line in months(50).splitlines()[1:]:
                store.execute("insert into sales (day, sold) values (%s, %s)", line.split(","))
        yield address


@pytest.mark.slow
def test_a_real_postgresql_is_asked_and_nothing_of_it_changed(shop):
    address = f"postgresql+psycopg://reader:{QUOTED}@{shop}"
    found = records_of(series=address, query="select day, sold from sales order by day")
    assert (found.name, found.frequency, len(found.rows)) == ("shop", "MS", 50)
    assert found.path == f"postgresql+psycopg://reader:***@{shop}"
    assert found.rows["value"].iloc[0] == 100.0
    assert len(records_of(series=address.replace("+psycopg", ""), query="select day, sold from sales").rows) == 50
    with pytest.raises(InputError, match=r"cannot execute nextval\(\) in a read-only transaction"):
        records_of(series=address, query="select nextval('counter')")


@pytest.mark.slow
def test_a_wrong_password_is_told_without_it(shop):
    with pytest.raises(InputError, match="password authentication failed") as told:
        records_of(series=f"postgresql://reader:wrong-{QUOTED}@{shop}", query="select 1")
    assert "wrong-" not in str(told.value) and PASSWORD not in str(told.value)
    assert "***" in str(told.value)


@pytest.mark.slow
def test_a_query_that_takes_for_ever_is_given_up(shop, monkeypatch):
    monkeypatch.setenv(bringing.SECONDS, "1")
    begun = time.monotonic()
    with pytest.raises(InputError, match=r"nothing came for 1 seconds\. Is it reachable"):
        records_of(series=f"postgresql://reader:{QUOTED}@{shop}", query="select pg_sleep(30)")
    assert time.monotonic() - begun < 10


def test_a_driver_that_is_not_there_is_named_with_what_installs_it():
    with pytest.raises(InputError, match=r"driver is not installed \(oracledb\). Install it: pip install oracledb"):
        records_of(series="oracle+oracledb://u:pw@h/d", query="select 1")


# Addresses.


@contextmanager
def web(content: bytes, tls: ssl.SSLContext | None = None):
    """A server on loopback, and what it was asked: path and authorization."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization", "")))
            if "gone" in self.path:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if "hangs" in self.path:
                self.wfile.flush()
                time.sleep(5)
            self.wfile.write(content)

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


def test_an_address_is_read_anew_and_packed_files_are_unpacked():
    import gzip

    with web(gzip.compress(months(40).encode())) as (port, asked):
        found = records_of(series=f"http://user:pw@127.0.0.1:{port}/shop.csv.gz?token=pw")
        assert (found.name, len(found.rows)) == ("shop", 40)
        assert found.path == f"http://user:***@127.0.0.1:{port}/shop.csv.gz?token=***"
        assert asked[-1] == ("/shop.csv.gz?token=pw", f"Basic {base64.b64encode(b'user:pw').decode()}")
        before = len(asked)
        records_of(series=f"http://user:pw@127.0.0.1:{port}/shop.csv.gz?token=pw")
        assert len(asked) > before


def test_parquet_is_known_by_what_it_is(tmp_path):
    pd.DataFrame({"day": pd.date_range("2020-01-01", periods=40), "sold": range(40)}).to_parquet(tmp_path / "a")
    with web((tmp_path / "a").read_bytes()) as (port, _):
        assert len(records_of(series=f"http://127.0.0.1:{port}/export?of=shop").rows) == 40


def test_what_goes_wrong_with_an_address_is_a_sentence(monkeypatch):
    monkeypatch.setenv(bringing.SECONDS, "1")
    with web(months(40).encode()) as (port, _):
        with pytest.raises(InputError, match=r"gone.csv: nothing stands there|gone.csv: the server answers 404"):
            records_of(series=f"http://127.0.0.1:{port}/gone.csv")
        begun = time.monotonic()
        with pytest.raises(InputError, match=r"nothing came for 1 seconds|can't be read"):
            records_of(series=f"http://127.0.0.1:{port}/hangs.csv")
        assert time.monotonic() - begun < 4
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(InputError, match=r"can't be read .*Expected the address of a CSV or Parquet file") as told:
        records_of(series=f"http://u:pw@127.0.0.1:{port}/shop.csv?token=pw")
    assert "pw" not in str(told.value)


def test_https_with_a_certificate_of_ones_own(tmp_path):
    import trustme

    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    program = (
        "import sys, pathlib; from tasks.fetch import fetch; from tasks.numerics.errors import InputError\n"
        "try: print(len(fetch(sys.argv[1], pathlib.Path(sys.argv[2]), 20).read_text().splitlines()))\n"
        "except InputError as error: print(error)"
    )
    with web(months(40).encode(), tls) as (port, _):
        command = [sys.executable, "-P", "-c", program, f"https://localhost:{port}/shop.csv", str(tmp_path / "to")]
        said = []
        for own in ({"SSL_CERT_FILE": str(tmp_path / "ca.pem")}, {}):
            environment = environment_of(tmp_path / "home") | own
            said.append(subprocess.run(command, env=environment, capture_output=True, text=True).stdout)
    assert said[0] == "41\n"
    assert "certificate" in said[1].lower()


@pytest.mark.slow
def test_a_real_s3_like_store(tmp_path, monkeypatch):
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "reader",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        }.items():
            monkeypatch.setenv(name, value)
        import boto3

        store = boto3.client("s3")
        store.create_bucket(Bucket="sales")
        store.put_object(Bucket="sales", Key="weekly/shop.csv", Body=months(40).encode())
        found = records_of(series="s3://sales/weekly/shop.csv")
        assert (found.name, len(found.rows), found.path) == ("shop", 40, "s3://sales/weekly/shop.csv")
        store.put_object(Bucket="sales", Key="weekly/shop.csv", Body=months(44).encode())
        assert len(records_of(series="s3://sales/weekly/shop.csv").rows) == 44
        with pytest.raises(InputError, match=r"s3://sales/none.csv: nothing stands there"):
            records_of(series="s3://sales/none.csv")
        store.close()
    finally:
        server.stop()


def test_what_reads_s3_is_named_where_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(fetch, "find_spec", lambda name: None)
    with pytest.raises(
        InputError, match=r"not installed. Install it: pip install 'interlayer\[s3\]', or pip install s3fs"
    ):
        records_of(series="s3://sales/shop.csv")


def test_what_waits_in_vain_ends_and_what_goes_on_does_not():
    assert within(0.3, lambda came: [time.sleep(0.2) or came() for _ in range(3)] and "all", "it") == "all"
    with pytest.raises(InputError, match=r"it: nothing came for 0\.2 seconds"):
        within(0.2, lambda came: time.sleep(2), "it")
    with pytest.raises(KeyError):
        within(1, lambda came: {}["none"], "it")


# What the dashboard's runs may read.


def test_an_address_of_the_form_is_read_where_it_is_allowed_alone(own_home, monkeypatch):
    monkeypatch.setenv(allowed_files.FOLDERS, "")
    sold = {"series": "postgresql://reader@h/shop", "query": "select day, sold from sales"}
    for given in (sold, {"series": "https://h/data/a.csv"}, {"series": sqlite(own_home / "a.db"), "query": "select 1"}):
        with pytest.raises(InputError, match="a run of the dashboard reads"):
            check_allowed(study_from(given))
    add_schedule(Schedule("it", "0 6 * * 1", "UTC", study_from(sold)))
    check_allowed(study_from(sold))
    with pytest.raises(InputError, match="asks the queries, that a schedule names"):
        check_allowed(study_from(sold | {"query": "select * from salaries"}))
    monkeypatch.setenv(allowed_files.ADDRESSES, "https://h/data postgresql://reader@h/open")
    check_allowed(study_from({"series": "https://h/data/a.csv"}))
    check_allowed(study_from({"series": "postgresql://reader@h/open", "query": "select 1"}))
    monkeypatch.setenv(allowed_files.FOLDERS, str(own_home))
    check_allowed(study_from({"series": f"sqlite:///{own_home / 'a.db'}", "query": "select 1"}))


@pytest.mark.parametrize(
    ("address", "fits"),
    [("https://h/data/a.csv", True), ("https://h/data", True), ("https://h/database.csv", False), ("https://h/data/../a", False), ("https://h.evil/data/a", False), ("http://h/data/a", False), ("https://x@h/data/a", False)],
)  # fmt: skip
def test_an_address_goes_on_from_one_that_is_allowed(address, fits):
    assert begins_with(address, "https://h/data") is fits


def test_a_password_in_the_form_is_refused():
    with pytest.raises(InputError, match="a form keeps what is written in it") as told:
        brought(SeriesSpec(series="https://u:pw@h/a.csv"), at_once)
    assert "pw" not in str(told.value)


# Nothing keeps a password.


@pytest.mark.slow
def test_no_file_of_the_home_holds_a_password_after_a_comparison(tmp_path, first_start):
    home, arguments = tmp_path / "home", TINY.replace("--series nile", "").split()
    with web(months(90).encode()) as (port, _):
        address = f"http://user:top-secret-1@127.0.0.1:{port}/shop.csv?token=top-secret-2"
        said = said_by(home, "compare", "--series", address, *arguments)
        assert "top-secret" not in said and "shop" in said
        said = said_by(home, "schedule", "add", "it", "--cron", "0 6 1 1 *", "--series", address, *arguments)
        assert "top-secret" not in said + said_by(home, "schedule", "list")
        assert holding(home) == {"passwords.json"}
        # Kept for the schedule, it is found by a command that was not given it.
        assert "shop" in said_by(home, "schedule", "run", "it")
        assert holding(home) == {"passwords.json"}
        summary = json.loads(next(home.glob("reports/shop-*/summary.json")).read_text())
        assert summary["study"]["data"]["series"] == f"http://user:***@127.0.0.1:{port}/shop.csv?token=***"
        said_by(home, "schedule", "remove", "it")
    assert holding(home) == set()


def holding(home: Path) -> set[str]:
    """Files that hold a password, by their paths in the home."""
    return {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file() and b"top-secret" in path.read_bytes()}  # fmt: skip

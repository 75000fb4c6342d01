"""Mistakes as a user meets them: the command answers at once, and starts nothing for it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from claim_texts import CLAIM
from compilers import QUICK
from made_series import rows, write

from flows.servers.processes import free_port

pytestmark = pytest.mark.slow

SERVERS_AND_ENGINES = {"tensorflow", "keras", "prefect", "mlflow"}
HEAVY = SERVERS_AND_ENGINES | {"great_expectations", "pandas", "scipy", "xarray", "plotly"}
IMPORTED = re.compile(r"^import time: .*\| +(\S+).*\n", re.MULTILINE)
SAID_AT_ONCE = 10.0
SAID_OF_DATA = 40.0
"""Seconds on a machine that is busy with other tests; alone about half a second and five."""


class Answer:
    """What a command said, how it ended and what it imported."""

    def __init__(self, folder: Path, *arguments: str, fresh: bool = True) -> None:
        self.home = folder / "home"
        if fresh:
            shutil.rmtree(self.home, ignore_errors=True)
        (self.home / "logs/libraries.log").unlink(missing_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "TF_", "XLA"))}
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "flows.main", *arguments],
            env=kept
            | {
                "INTERLAYER_HOME": str(self.home),
                "COLUMNS": "200",
                "INTERLAYER_SERVER_SECONDS": "30",
                "XLA_FLAGS": QUICK,
            },
            cwd=folder,
            capture_output=True,
            text=True,
        )
        self.seconds = time.monotonic() - begun
        self.code = done.returncode
        # What libraries write is kept in a file, once they are imported at all.
        log = self.home / "logs/libraries.log"
        logged = log.read_text() if log.exists() else ""
        self.imported = {name.partition(".")[0] for name in IMPORTED.findall(done.stderr + logged)}
        self.said = done.stdout + IMPORTED.sub("", done.stderr)

    @property
    def servers(self) -> list[str]:
        """Logs of servers that were started."""
        return sorted(path.name for path in self.home.glob("logs/*.log") if path.name != "libraries.log")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files, each with its mistake."""
    folder = tmp_path_factory.mktemp("mistakes")
    write(folder / "good.csv", rows())
    write(folder / "short.csv", rows()[:6])
    (folder / "words.csv").write_bytes("date,värde\n2020-01-01,3\n".encode("latin-1"))
    (folder / "none.parquet").write_text("no parquet")
    pd.DataFrame({"date": pd.date_range("2000", periods=60, freq="MS"), "sold": range(60)}).to_parquet(
        folder / "good.parquet"
    )
    write(folder / "gap.csv", [row for number, row in enumerate(rows()) if number != 9])
    write(folder / "twice.csv", [*rows()[:10], *rows()[9:]])
    (folder / "taken").write_text("a file")
    (folder / "claim.toml").write_text(CLAIM)
    return folder


AT_ONCE = {
    "missing file": ("compare --series none.csv", "'none.csv' is neither a file nor a bundled series"),
    "nearly a bundled name": ("compare --series sunspot", "Did you mean 'sunspots'?"),
    "not UTF-8": ("compare --series words.csv", "words.csv is not UTF-8"),
    "no Parquet": ("compare --series none.parquet", "none.parquet is no Parquet file"),
    "no such column": ("compare --series good.csv --value valu", "--value 'valu' is no column of good.csv"),
    "no such column of Parquet": ("compare --series good.parquet --value sol", "Did you mean 'sold'?"),
    "unknown activation": ("compare --activations rleu", "'rleu' is not a Keras activation. Did you mean 'relu'?"),
    "unknown placement": ("compare --placements betwen", 'Choose from: "cell", "gate", "between"'),
    "unknown reference": ("compare --reference cell-gelu", "--reference 'cell-gelu' is none of the variants"),
    "impossible setting": ("compare --seeds 0", "--seeds 0: it should be greater than or equal to 1"),
    "even number of rates": ("compare --learning-rates 4", "--learning-rates 4: expected an odd number"),
    "contradicting flags": ("compare --aggregate sum", "--aggregate sum needs the --frequency"),
    "bounds that are none": ("compare --bounds 3,1", "Expected two numbers, the least and the greatest"),
    "missing suite": ("compare --suite none.json", "--suite 'none.json' can't be read"),
    "too short": ("compare --series short.csv", "has 6 rows, and it is expected that at least 18 rows are there"),
    "too many origins": (
        "compare --series good.csv --lookback 3 --origins 90",
        "origins 90). Pass a longer series, or ask for less",
    ),
    "more origins than are tested": (
        "compare --test 3 --origins 4",
        "--origins 4 with --test 3: expected at most one origin",
    ),
    "unwritable output": ("compare --output taken", "--output taken: nothing can be written there"),
    "wrong preset": ("compare --preset quik", 'Did you mean "quick"?'),
    "wrong flag": ("compare --sedes 3", "Unknown option: --sedes"),
    "wrong command": ("comprae", 'Unknown command "comprae"'),
    "audit of a missing file": ("audit --series none.csv", "'none.csv' is neither a file nor a bundled series"),
    "audit of a missing column": ("audit --series good.csv --value valu", "--value 'valu' is no column of good.csv"),
    "audit of too few rows": ("audit --series good.csv", "expected at least 110 rows"),
    "audit without its claim": ("audit --series good.csv --claim none.toml", "none.toml"),
    "audit of one seed": ("audit --series good.csv --seeds 1", "--seeds 1: expected 2 to 10000"),
    "audit's unwritable output": (
        "audit --series sunspots --claim claim.toml --output taken",
        "--output taken: nothing can be written there",
    ),
}
OF_DATA = {
    "gap": ("compare --series gap.csv", "no period of MS is missing"),
    "double dates": ("compare --series twice.csv", "each date stands once"),
}


def check(answer: Answer, message: str, seconds: float) -> None:
    assert message in " ".join(answer.said.split())
    assert "Traceback" not in answer.said
    assert answer.code == 2
    assert answer.servers == []
    assert answer.seconds < seconds


@pytest.mark.parametrize("case", AT_ONCE)
def test_a_mistake_is_told_before_anything_heavy_is_imported(case, folder):
    arguments, message = AT_ONCE[case]
    answer = Answer(folder, *arguments.split())
    check(answer, message, SAID_AT_ONCE)
    assert answer.imported & HEAVY == set()


@pytest.mark.parametrize("case", OF_DATA)
def test_a_mistake_in_the_data_is_told_before_any_server_is_started(case, folder):
    arguments, message = OF_DATA[case]
    answer = Answer(folder, *arguments.split())
    check(answer, message, SAID_OF_DATA)
    assert answer.imported & SERVERS_AND_ENGINES == set()


def test_an_unreachable_server_is_told_with_what_was_waited_for(folder):
    address = f"http://127.0.0.1:{free_port()}"
    answer = Answer(folder, "compare", "--tracking", address)
    check(answer, f"--tracking {address}: no MLflow server answers there", SAID_AT_ONCE)
    assert f"Asking for an MLflow server at {address} ..." in answer.said
    assert answer.imported & HEAVY == set()


@pytest.mark.parametrize("flag", ["serve --prefect-port", "serve --mlflow-port", "ui --port"])
def test_a_taken_port_is_told_at_once(flag, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answer = Answer(folder, *flag.split(), str(port))
    check(answer, f"{flag.split()[1]} {port}: the port is taken", SAID_AT_ONCE)
    assert answer.imported & HEAVY == set()

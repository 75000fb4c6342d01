"""What every command writes, on terminals that show few characters or columns, and into a pipe that nobody reads to its end."""

import io
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from flows.terminal.lines import write_line
from flows.terminal.progress import WORDS, on_terminal, say, show_progress
from tasks.show import show
from tests.examples import example_result

pytestmark = pytest.mark.slow

COMMANDS = (["show"], ["series"], ["compare", "--help"], ["compare", "été ▲.csv"], ["schedule", "list"])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """With a result that was shown."""
    home = tmp_path_factory.mktemp("terminals")
    kept = home / "reports" / "sunspots-0123"
    kept.mkdir(parents=True)
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    show(example_result(), {"Report": "report.html"}, {"train": 3.0}, console)
    (kept / "terminal.txt").write_text(console.export_text(styles=True), "utf-8")
    (home / "reports" / "last.txt").write_text(str(kept))
    return home


def run(home: Path, arguments: list[str], **environment: str) -> tuple[int, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "flows.main", *arguments],
        env=os.environ | {"INTERLAYER_HOME": str(home)} | environment,
        capture_output=True,
    )
    return done.returncode, done.stdout + done.stderr


@cache
def code_of(home: Path, *arguments: str) -> int:
    """Its exit code on a terminal that shows everything."""
    return run(home, [*arguments], PYTHONIOENCODING="utf-8")[0]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_any_encoding_will_do(home, arguments, encoding):
    wanted = code_of(home, *arguments)
    code, said = run(home, arguments, PYTHONIOENCODING=encoding)
    assert code == wanted and wanted in (0, 2)
    text = said.decode(encoding)
    assert "Traceback" not in text and "codec" not in text


def test_columns_stay_aligned_in_ascii(home):
    plain, whole = (
        run(home, ["show", "sunspots-0123"], PYTHONIOENCODING=encoding)[1].decode(encoding)
        for encoding in ("ascii", "utf-8")
    )
    assert [len(line) for line in plain.splitlines()] == [len(line) for line in whole.splitlines()]
    assert "v hurts" in plain and "▼ hurts" in whole


def test_letters_keep_their_shape(home):
    assert b"'ete ^.csv'" in run(home, ["compare", "été ▲.csv"], PYTHONIOENCODING="ascii")[1]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_forty_columns_are_enough(home, arguments):
    code, said = run(home, arguments, COLUMNS="40")
    assert code in (0, 2) and b"Traceback" not in said


@pytest.mark.parametrize("arguments", [["show"], ["series"], ["compare", "--help"], ["schedule", "list"]], ids=" ".join)
def test_a_closed_pipe_is_no_error(home, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "flows.main", *arguments],
        env=os.environ | {"INTERLAYER_HOME": str(home)},
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    assert done.stderr == b""


def test_a_stage_that_goes_on_is_said_once_where_there_is_no_bar(capsys):
    with on_terminal():
        for name in ("start", "start", "train", "start"):
            with show_progress(name):
                pass
    with on_terminal(), show_progress("start"):
        pass
    start, train = f"{WORDS['start']} ...", f"{WORDS['train']} ..."
    assert capsys.readouterr().err.splitlines() == [start, train, start, start]


@pytest.mark.parametrize("tell", [say, write_line])
def test_a_line_is_written_whole_so_that_an_interrupt_does_not_leave_half_of_one(monkeypatch, tell):
    written = []
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(write=written.append, flush=lambda: None))
    tell("Training ...")
    assert written == ["Training ...\n"]

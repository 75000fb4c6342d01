"""A comparison that was made before: nothing is trained, held, fitted or logged again, and nothing is imported for it."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
from served import all_processes, wait_for
from test_command import SHORT
from test_mistakes import Answer

from flows.blocks.sealed_arrays import read_arrays

pytestmark = pytest.mark.slow

NEEDED_ONCE = {"tensorflow", "keras", "mlflow", "great_expectations", "statsforecast", "sklearn", "matplotlib"}


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """The same command two times; the second finds the first one's server."""
    folder = tmp_path_factory.mktemp("rerun")
    first = Answer(folder, "compare", *SHORT)
    yield first, Answer(folder, "compare", *SHORT, fresh=False)
    environment = {"INTERLAYER_HOME": str(folder / "home"), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-m", "flows.main", "server", "stop"], env=environment, check=True)
    wait_for(lambda: not list(all_processes(f"INTERLAYER_HOME={folder / 'home'}\0")), 30)


def history(answer: Answer, question: str) -> list:
    with closing(sqlite3.connect(answer.home / "prefect" / "prefect.db")) as found:
        return found.execute(question).fetchall()


def test_both_end_well_and_show_the_same(twice):
    first, second = twice
    assert (first.code, second.code) == (0, 0), first.said + second.said
    assert NEEDED_ONCE - {"sklearn", "matplotlib"} <= first.imported
    (folder,) = (first.home / "reports").iterdir()
    assert json.loads((folder / "summary.json").read_text())["verdicts"]


def test_what_is_needed_once_is_not_imported_again(twice):
    assert twice[1].imported & NEEDED_ONCE == set()


def test_the_server_is_started_once_and_said_to_stay(twice):
    said = "Prefect's server stays 30 seconds for the next command"
    assert [said in one.said for one in twice] == [True, False]


def test_both_runs_stand_in_the_history_with_their_tasks_and_artifacts(twice):
    assert history(twice[1], "select state_name from flow_run") == [("Completed",)] * 2
    runs = "select count(*) from task_run where state_type = 'COMPLETED' group by flow_run_id"
    wait_for(lambda: len(history(twice[1], runs)) == 2, 20)
    (last,) = history(twice[1], "select id from flow_run order by start_time desc limit 1")
    names = {
        name.split("-")[0]
        for (name,) in history(twice[1], f"select name from task_run where flow_run_id = '{last[0]}'")
    }
    assert "read what was trained before" in names
    assert not any(name.startswith("train ") for name in names)
    keys = {key for (key,) in history(twice[1], f"select key from artifact where flow_run_id = '{last[0]}'")}
    assert {"result", "scores", "report", "mlflow"} <= keys


def test_what_was_changed_is_trained_and_compiled_again_and_said(twice):
    home, (kept,) = twice[1].home, (twice[1].home / "reports").iterdir()
    before = json.loads((kept / "summary.json").read_text())
    block = sorted((home / "trained").iterdir())[0]
    program = max(home.glob("compiled/*/*.pb"), key=lambda path: path.stat().st_size)
    _, whole = read_arrays(block)
    for path in (block, program):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    third = Answer(home.parent, "compare", *SHORT, fresh=False)
    assert third.code == 0, third.said
    found = re.search(
        r"1 of (\d+) kept blocks of seeds are not as they were written, and are trained again: (\S+) ", third.said
    )
    # Those of the rates that its grid began with are read together, four origins of two variants.
    assert found and found.groups() == ("8", block.name), third.said
    assert f"The kept program {program} is not as it was written, and is compiled again." in third.said
    assert json.loads((kept / "summary.json").read_text())["variants"] == before["variants"]
    _, again = read_arrays(block)
    assert again.keys() == whole.keys() and all(np.array_equal(again[name], whole[name]) for name in whole)

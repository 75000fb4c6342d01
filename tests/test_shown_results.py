"""`interlayer show`: what a command showed is shown again, without anything being computed."""

import subprocess
import sys
import time

import pytest
from rich.console import Console
from test_mistakes import HEAVY, Answer

from flows.command_line import shown_results
from flows.command_line.application import exit_code
from flows.command_line.shown_results import keep_shown


def made(folder, words: str) -> None:
    """Results as a command leaves them."""
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(f"<p>{words}</p>")
    with (folder / "said").open("w") as said:
        console = Console(record=True, file=said, width=80)
        console.print(f"[bold red]{words}[/] of C:\\ (1)")
        keep_shown(folder, console)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(shown_results, "LAST", tmp_path / "last-result.txt")
    monkeypatch.setattr(shown_results, "FOLDERS", (tmp_path / "reports", tmp_path / "audits"))
    return tmp_path


@pytest.fixture
def results(home):
    """Three results, the last of which stands elsewhere."""
    for folder, words in (("reports/nile-1", "first"), ("reports/nile-2", "second"), ("mine", "third")):
        made(home / folder, words)
        time.sleep(0.02)
    return home


def shown(capsys, *arguments: str) -> str:
    assert exit_code(["show", *arguments]) == 0
    return capsys.readouterr().out


def test_the_last_result_is_shown_without_colours_where_there_is_no_terminal(results, capsys):
    assert shown(capsys) == "third of C:\\ (1)\n"


def test_colours_are_kept(results):
    assert "\x1b[1;31mthird\x1b[0m" in (results / "mine/terminal.txt").read_text()


@pytest.mark.parametrize(("which", "words"), [("nile", "second"), ("nile-1", "first"), ("mine", "third")])
def test_a_result_is_found_by_series_name_and_folder(results, capsys, monkeypatch, which, words):
    monkeypatch.chdir(results)
    assert shown(capsys, which).startswith(words)


def test_the_newest_is_shown_where_the_last_is_gone(results, capsys):
    (results / "mine/terminal.txt").unlink()
    assert shown(capsys).startswith("second")


def test_nothing_yet_is_said_with_what_to_run(home, capsys):
    assert exit_code(["show"]) == 2
    assert capsys.readouterr().err == (
        "interlayer: Nothing has been compared yet. Run: interlayer compare, or interlayer compare FILE.\n"
    )


def test_an_unknown_result_is_told_with_those_there_are(results, capsys):
    assert exit_code(["show", "danube"]) == 2
    assert "'danube' is neither a folder of results" in (said := capsys.readouterr().err)
    assert "There are: nile-1, nile-2." in said


def test_the_report_is_opened_in_the_browser(results, capsys, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert shown(capsys, "--open").strip() == str(results / "mine/report.html")
    assert opened == [(results / "mine/report.html").as_uri()]


def test_no_browser_is_said_with_the_reports_place(results, capsys, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    assert exit_code(["show", "--open"]) == 2
    assert f"Open {results / 'mine/report.html'} in one" in capsys.readouterr().err


def test_nothing_heavy_is_imported_for_it(tmp_path):
    program = (
        "from pathlib import Path; from rich.console import Console; from flows.command_line.shown_results import keep_shown; "
        "folder = Path('reports/nile-1'); folder.mkdir(parents=True); console = Console(record=True); "
        "console.print('found'); keep_shown(folder, console)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True)
    answer = Answer(tmp_path, "show", "reports/nile-1")
    assert (answer.code, answer.said.strip()) == (0, "found")
    assert answer.imported & HEAVY == set()


def test_the_series_may_stand_without_its_flag(tmp_path):
    answer = Answer(tmp_path, "compare", "sunspot", "--seeds", "3")
    assert (answer.code, "Did you mean 'sunspots'?" in answer.said) == (2, True)
    answer = Answer(tmp_path, "audit", "sunspot")
    assert (answer.code, "Did you mean 'sunspots'?" in answer.said) == (2, True)

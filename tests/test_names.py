"""Names that people give files, series, columns and experiments: never a path, a template or markup of ours."""

import io
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from made_series import rows, write

from flows.command_line.shown_results import find_results
from flows.comparison.data_checks import check_data
from flows.environment import MLRUNS
from flows.studies.study import Study
from tasks.load import read_members
from tasks.numerics.safe_names import safe_name
from tasks.numerics.series.records import name_of
from tasks.numerics.series.validation import RowsNeeded
from tasks.numerics.series_settings import SeriesSpec
from tasks.numerics.settings import OutputSpec, WindowSpec
from tasks.track.places import Place, experiment_id
from tasks.validate import validate

NASTY = "it's 100% #1 (final) $x {y} – été"  # noqa: RUF001
NAMES = [
    NASTY,
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "",
    ".",
    "..",
    "~",
    "$HOME",
    "x" * 5000,
    "\0",
    "[bold]",
    "CON",
    "a\nb",
    "日本",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_any_name_makes_a_short_plain_one(name, tmp_path):
    safe = safe_name(name)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_. +-]{0,59}", safe) and not safe.endswith((".", " "))
    (tmp_path / safe).mkdir()
    assert (tmp_path / safe).resolve().parent == tmp_path.resolve()


def test_different_names_stay_different_and_plain_ones_as_they_are():
    assert len({safe_name(name) for name in [*NAMES, "a_b", "a b", "x" * 4999]}) == len(NAMES) + 3
    assert [safe_name(name) for name in ("sunspots", "air_passengers + nile")] == ["sunspots", "air_passengers + nile"]


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def checked(folder, monkeypatch, series, **settings):
    """Checks the data as a command does, in a folder of the user's; nothing is written there."""
    monkeypatch.chdir(folder)
    shutil.rmtree(MLRUNS / "data_docs", ignore_errors=True)  # of other tests
    before, outside = everything(folder), set(folder.parent.iterdir())
    check_data(Study(data=SeriesSpec(series=series, **settings)))
    assert everything(folder) == before and set(folder.parent.iterdir()) == outside
    (page,) = list((MLRUNS / "data_docs").glob("*/index.html"))
    assert len(page.parent.name) <= 60
    return page


@pytest.fixture
def folder(tmp_path):
    """A user's folder with two files of one name, and one of a name with everything in it."""
    for place in ("north", "south"):
        (tmp_path / "mine" / place).mkdir(parents=True)
        write(tmp_path / "mine" / place / "sales.csv", rows(60))
    write(tmp_path / "mine" / f"{NASTY}.csv", rows(60))
    return tmp_path / "mine"


@pytest.mark.slow
@pytest.mark.parametrize(
    "series", ["north/sales.csv,south/sales.csv", "../mine/north/sales.csv,../mine/south/sales.csv", f"{NASTY}.csv"]
)
def test_nothing_is_written_beside_the_users_files(series, folder, monkeypatch):
    checked(folder, monkeypatch, series)


@pytest.mark.slow
def test_ids_and_columns_are_no_paths_and_no_templates(folder, monkeypatch):
    lines = [[date, value, one] for one in ("../../up", "$x", "a/b") for date, value in rows(60)]
    write(folder / "ids.csv", lines, f'"$date","{NASTY}",id')
    checked(folder, monkeypatch, "ids.csv", id="id", date="$date", value=NASTY)


@pytest.mark.slow
def test_the_projects_own_folder_is_no_template(tmp_path):
    docs = tmp_path / "$HOME ${x}" / "docs"
    spec = SeriesSpec(series=str(write(tmp_path / "own.csv", rows(60))))
    validate(read_members(spec), spec, RowsNeeded.of(WindowSpec()), docs)
    assert (docs / "index.html").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["../../up", "$x", "x" * 400])
def test_a_suites_name_is_no_path(name, folder, monkeypatch):
    asked = '{"type": "expect_column_max_to_be_between", "kwargs": {"column": "value", "max_value": 99}}'
    (folder / "suite.json").write_text(f'{{"name": "{name}", "expectations": [{asked}]}}')
    checked(folder, monkeypatch, "north/sales.csv", suite="suite.json")


def test_two_files_of_one_name_are_told_apart(folder, monkeypatch):
    monkeypatch.chdir(folder)
    found = read_members(SeriesSpec(series="north/sales.csv,south/sales.csv"))
    assert [one.name for one in found] == ["north/sales", "south/sales"]


def test_a_panel_of_fifty_long_paths_has_a_short_name(tmp_path):
    deep = tmp_path / "/".join("folder of stores" for _ in range(150 // 17))
    deep.mkdir(parents=True)
    paths = [write(deep / f"store_{n:03}_sales_monthly.csv", rows(48)) for n in range(50)]
    spec = SeriesSpec(series=",".join(map(str, paths)))
    found = read_members(spec)
    assert len(found) == 50 and len(name_of(found, spec)) <= 60
    assert name_of(found, spec) == "store_000_sales_monthly + 49 more"


def test_an_output_below_home_is_no_folder_called_tilde(tmp_path, monkeypatch):
    from flows.comparison.places import results_folder

    monkeypatch.setenv("HOME", str(tmp_path))
    study = Study(output=OutputSpec(output="~/x"))
    assert results_folder(study, "sunspots", "d") == tmp_path / "x"


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_results_stand_in_a_folder_of_their_own_whatever_the_series_is_called(name):
    from flows.comparison.places import results_folder

    folder = results_folder(Study(), name, "d" * 64)
    assert folder.parent == MLRUNS / "reports" and len(folder.name) <= 80
    assert folder.name.startswith(safe_name(name))


@pytest.mark.parametrize("name", ["../../up", "a/b", "$x", NASTY, "x" * 400])
def test_an_experiments_name_is_no_path(name, tmp_path):
    made = {}
    client = SimpleNamespace(
        get_experiment_by_name=lambda name: None,
        create_experiment=lambda name, artifact_location, tags: made.update(where=artifact_location) or "1",
    )
    experiment_id(client, Place(f"sqlite:///{tmp_path}/mlflow.db", tmp_path, name))
    where = Path(made["where"].removeprefix("file://"))
    assert where.parent == tmp_path / "artifacts" and len(where.name) <= 60


@pytest.mark.parametrize("asked", ["*", "../*", "[a]", "x" * 5000, "\0"])
def test_what_is_asked_to_be_shown_is_no_pattern(asked, monkeypatch):
    from tasks.numerics.errors import InputError

    kept = MLRUNS / "reports" / "sunspots-abc"
    kept.mkdir(parents=True)
    (kept / "terminal.txt").write_text("kept")
    try:
        with pytest.raises(InputError):
            find_results(asked)
    finally:
        shutil.rmtree(kept)


def test_markup_in_a_name_is_shown_as_it_stands():
    from rich.console import Console

    from tasks.numerics.findings.terminal_tables import plain_table

    table = plain_table("[red]title[/red]")
    table.add_column("[bold]series[/bold]")
    table.add_row("[link=x]name[/link] [/]")
    shown = io.StringIO()
    Console(file=shown, width=80).print(table)
    for text in ("[red]title[/red]", "[bold]series[/bold]", "[link=x]name[/link] [/]"):
        assert text in shown.getvalue()


def test_a_name_is_no_markdown_of_ours():
    from flows.comparison.markdown import plain_markdown

    assert plain_markdown("*a* <b>_c_</b> [d](e) `f` #g | h") == r"\*a\* \<b\>\_c\_\</b\> \[d\](e) \`f\` \#g \| h"


def test_frames_keep_short_names(monkeypatch, tmp_path):
    from flows.notebook import written

    path = Path(written(pd.DataFrame({"value": [1.0]}), NASTY))
    assert path.is_file() and len(path.name) < 80 and path.parents[1] == MLRUNS / "frames"


def test_a_frame_that_no_table_keeps_is_told():
    from flows.notebook import written
    from tasks.numerics.errors import InputError

    with pytest.raises(InputError, match="astype"):
        written(pd.DataFrame({"value": [1, "a", object()]}), "own")

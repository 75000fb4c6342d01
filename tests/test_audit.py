"""`interlayer audit` from its flags to its page and file, and what it refuses."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from claim_texts import CLAIM

from flows.command_line.application import exit_code
from tasks.load import read_series
from tasks.numerics.audit.sentences import cautions
from tasks.numerics.series.partial_rows import partial_rows
from tasks.numerics.series_settings import SeriesSpec

pytestmark = pytest.mark.slow

KEYS = [
    *("claim", "data", "seeds", "diverged", "recipes", "standings", "pairs", "baselines", "verdicts"),
    *("conclusions", "cautions", "timings"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small series and a claim on it."""
    folder = tmp_path_factory.mktemp("audit")
    values = np.random.default_rng(5).normal(100, 10, 60).round(2)
    lines = [f"{2000 + k}-01-01,{value},{k}" for k, value in enumerate(values)]
    (folder / "boxes.csv").write_text("\n".join(["date,sold,left", *lines]) + "\n")
    (folder / "claim.toml").write_text(CLAIM)
    (folder / "broken.csv").write_text(
        "\n".join(["date,sold,left", *lines[:20], "2020-01-01,many,3", *lines[21:]]) + "\n"
    )
    return folder


@pytest.fixture(scope="module")
def audited(folder):
    """The whole command once, through its command line."""
    import sys

    kept = sys.stdout
    with (folder / "said").open("w") as said:
        sys.stdout = said
        try:
            code = exit_code(
                f"audit --series {folder}/boxes.csv --value sold --seeds 6 --claim {folder}/claim.toml --output {folder}/out".split()
            )
        finally:
            sys.stdout = kept
    assert code == 0
    return (folder / "said").read_text(), json.loads((folder / "out/audit.json").read_text()), folder / "out/audit.html"


def test_the_file_has_its_keys_and_a_score_a_seed(audited):
    _, found, _ = audited
    assert list(found) == KEYS
    assert [one["name"] for one in found["recipes"]] == ["as published", "done properly"]
    for recipe in found["recipes"]:
        assert [one["name"] for one in recipe["variants"]] == ["stock", "cell-elu"]
        for variant in recipe["variants"]:
            assert {key: len(values) for key, values in variant["scores"].items()} == dict.fromkeys(
                ("rmse", "mfe", "mda", "aligned_mda"), 6
            )
            assert len(set(variant["scores"]["rmse"])) == 6
    assert {one["metric"] for one in found["pairs"]} == {"rmse", "mda", "all"}
    assert {one["metric"] for one in found["verdicts"]} == {"rmse", "mfe", "mda"}
    assert found["data"] == {"name": "boxes", "digest": found["data"]["digest"], "rows": 60, "partial": []}


def test_what_is_scored_is_what_the_networks_forecast(audited):
    _, found, _ = audited
    standing = next(one for one in found["standings"] if one["variant"] == "cell-elu" and one["metric"] == "rmse")
    values = found["recipes"][0]["variants"][1]["scores"]["rmse"]
    assert standing["percentile"] == pytest.approx(100 * np.mean(np.array(values) < 9.5))
    assert standing["mean"] == pytest.approx(np.mean(values))
    assert 5 < standing["mean"] < 60


def test_the_terminal_says_what_was_found_and_where(audited):
    said, found, page = audited
    assert "ELU on a made-up series: boxes, 6 seeds each" in " ".join(said.split())
    assert all(words in said for words in ("As published", "Done properly", "RMSE cell-elu", "MDA stock"))
    assert str(page) in said
    flat = " ".join(said.split())
    assert all(sentence in flat for sentence in found["conclusions"])
    assert "Only 6 seeds each" in flat


def test_the_page_stands_alone_and_has_a_figure_a_metric(audited):
    _, found, page = audited
    html = page.read_text()
    own = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r"(src|href)=\"(https?:)?//", own)
    specs = json.loads(re.search(r'id="specs">(.*?)</script>', html, re.S)[1])
    assert list(specs["figures"]) == ["rmse", "mfe", "mda"]
    assert re.findall(r'data-figure="(\w+)"', own) == ["rmse", "mfe", "mda"]
    assert found["conclusions"][0] in own
    assert 'id="directions"' not in own


def test_the_same_seeds_give_the_same_audit(audited, folder):
    from flows.audit import audit_claim
    from tasks.numerics.audit.claim_files import read_claim

    boxes = SeriesSpec(series=str(folder / "boxes.csv"), value="sold", frequency="index")
    again, _ = audit_claim(boxes, 6, read_claim(folder / "claim.toml"), str(folder / "again"))
    first = np.array([one["variants"][0]["scores"]["rmse"] for one in audited[1]["recipes"]])
    np.testing.assert_allclose([again.scores[one.recipe, "stock"]["rmse"] for one in again.replays], first, rtol=1e-5)


def weeks(folder, **columns):
    """Weeks from Sunday on, the first cut short, one cut in two by New Year, the last of five days."""
    begin = pd.DatetimeIndex(["2015-12-03", *pd.date_range("2015-12-06", "2015-12-27", freq="W-SUN"), "2016-01-01"])
    begin = begin.append(pd.date_range("2016-01-03", "2016-06-26", freq="W-SUN"))
    days = [*np.diff(begin).astype("timedelta64[D]").astype(int), 5]
    table = pd.DataFrame({"week": begin.strftime("%Y-%m-%d"), "sold": np.arange(len(begin)) % 7, "days": days})
    table.to_csv(folder / "weeks.csv", index=False)
    return SeriesSpec(series=str(folder / "weeks.csv"), value="sold", frequency="index", **columns)


def test_rows_that_are_no_whole_periods_are_named(tmp_path):
    known = partial_rows(read_series(weeks(tmp_path, coverage="days=7")))
    assert known == (
        "2015-12-03 (3 of 7 days)",
        "2015-12-27 (5 of 7 days)",
        "2016-01-01 (2 of 7 days)",
        "2016-06-26 (5 of 7 days)",
    )
    # Dates alone do not say how long the last one is.
    guessed = partial_rows(read_series(weeks(tmp_path)))
    assert [label.partition(" ")[0] for label in guessed] == ["2015-12-03", "2015-12-27", "2016-01-01"]
    assert "not on W-SUN, it is a Friday" in guessed[2] and "5 days to the next date" in guessed[1]


def test_whole_periods_and_rows_without_dates_are_not_named(tmp_path):
    assert partial_rows(read_series(SeriesSpec(series="sunspots", frequency="index"))) == ()
    (tmp_path / "plain.csv").write_text("sold\n" + "\n".join(map(str, range(20))))
    assert partial_rows(read_series(SeriesSpec(series=str(tmp_path / "plain.csv"), frequency="index"))) == ()


def test_partial_rows_are_a_caution():
    audit = SimpleNamespace(
        partial=tuple(f"row {number}" for number in range(12)),
        notes=(),
        values=np.zeros(60),
        seeds=200,
        diverged=0,
        claim=SimpleNamespace(series_rows=0, layout="steps", test=10),
    )
    said = cautions(audit)[0]
    assert said.startswith("12 of 60 rows are no whole periods, and are taken as they stand: row 0; row 1;")
    assert "row 9; and 2 more." in said


@pytest.fixture(scope="module")
def written(folder):
    """The same boxes with decimal commas; and two files of two readings each."""
    table = pd.read_csv(folder / "boxes.csv")
    days = [f"{1 + n % 12:02d}/{1 + 5 * n % 12:02d}/{2000 + n}" for n in range(len(table))]
    cells = [f"{value:.2f}".replace(".", ",") for value in table["sold"]]
    files = {
        "commas": (days, cells),
        "dates": (days, [f"{value:.2f}" for value in table["sold"]]),
        "numbers": (table["date"], [f"{n + 1},{n + 100}" for n in range(len(table))]),
    }
    for name, (dates, sold) in files.items():
        lines = [";".join(line) for line in zip(dates, sold, strict=True)]
        (folder / f"{name}.csv").write_text("\n".join(["date;sold", *lines]) + "\n")
    return table["sold"]


def test_how_dates_and_numbers_are_written_may_be_said(folder, written, monkeypatch):
    from flows.command_line import commands

    asked = []
    monkeypatch.setattr(commands, "run_audit", lambda series, *_: asked.append(series))
    flags = {"commas": "--date-format %d/%m/%Y", "numbers": "--decimal ,"}
    for name, own in flags.items():
        assert exit_code(f"audit {folder}/{name}.csv {own} --claim {folder}/claim.toml".split()) == 0
    commas, numbers = map(read_series, asked)
    assert commas.rows["value"].tolist() == written.tolist() and commas.rows["date"].dt.day.tolist() == [
        1 + n % 12 for n in range(60)
    ]
    assert numbers.rows["value"].tolist() == [float(f"{n + 1}.{n + 100}") for n in range(60)]
    assert any("a decimal comma" in note for note in commas.notes)


def test_how_the_file_was_read_is_a_caution():
    claim = SimpleNamespace(series_rows=0, layout="steps", test=10)
    audit = SimpleNamespace(partial=(), notes=("As it is.",), values=np.zeros(60), seeds=200, diverged=0, claim=claim)
    assert cautions(audit)[0] == "As it is."


REFUSED = {
    "two readings of dates": ("--series {}/dates.csv --claim {}/claim.toml", "by --date-format %d/%m/%Y"),
    "two readings of numbers": ("--series {}/numbers.csv --claim {}/claim.toml", "by --decimal ,"),
    "no such series": ("--series none.csv", "neither a file nor a bundled series"),
    "no such column": ("--series {}/boxes.csv --value sodl", "Did you mean 'sold'?"),
    "which column": ("--series {}/boxes.csv --claim {}/claim.toml", "2 columns of"),
    "no such coverage": ("--series {}/boxes.csv --value sold --coverage days=7", "days"),
    "one seed": ("--series {}/boxes.csv --value sold --seeds 1", "--seeds 1: expected 2 to"),
    "no such claim": ("--series {}/boxes.csv --value sold --claim {}/none.toml", "can't be read: No such file"),
    "too short for the answer": ("--series {}/boxes.csv --value sold", "has 60 rows, and recipe"),
    "a text among numbers": (
        "--series {}/broken.csv --value sold --claim {}/claim.toml",
        "line 22: column 'sold' holds 'many'. Expected a number",
    ),
    "output is a file": (
        "--series {}/boxes.csv --value sold --claim {}/claim.toml --output {}/boxes.csv",
        "boxes.csv",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_user_can_mend_is_said(case, folder, written, capsys):
    flags, words = REFUSED[case]
    assert exit_code(["audit", *flags.replace("{}", str(folder)).split()]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said

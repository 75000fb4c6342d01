import re
from functools import cache
from io import StringIO

import pytest
from rich.console import Console

from tasks.numerics.findings.causes import causes
from tasks.numerics.findings.conclusions import conclusions
from tasks.numerics.findings.decision_tables import odds_cell
from tasks.numerics.findings.tuning_choice import Chosen
from tasks.numerics.problems.forecasting.evaluation import evaluate
from tasks.numerics.problems.overview import Overview
from tasks.show import show
from tests.example_reconstructions import example_reconstructions
from tests.examples import example_panel, example_result

pytestmark = pytest.mark.slow

PLACES = {"Report": "/home/someone/" + "long/" * 30 + "report.html", "MLflow": "sqlite:///mlruns/mlflow.db"}


# Made and evaluated once for all widths.
EXAMPLES = {
    "usual": cache(example_result),
    "many variants": cache(
        lambda: example_result(("stock", *(f"between-hard_sigmoid{k}" for k in range(40))), seeds=3)
    ),
    "one seed": cache(lambda: example_result(seeds=1)),
    "autoencoders": cache(example_reconstructions),
    "panel": cache(lambda: evaluate(*example_panel())),
}


@cache
def example_of(variants):
    return example_result(variants=variants, seeds=3)


def shown(result, width=100, explain=True, **options):
    console = Console(file=StringIO(), width=width, **options)
    show(result, PLACES, {"data": 1.25, "training": 20.0}, console, explain)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def result():
    return EXAMPLES["usual"]()


def test_every_variant_and_baseline_has_a_line_with_its_cells(result):
    lines = shown(result, 140).splitlines()
    overview = Overview(result)
    for row in (*overview.variants, *overview.baselines):
        (line,) = [line for line in lines if re.match(rf"[* ] {row.name}  ", line)]
        odds = odds_cell(overview, row.name)
        cells = [cell for cell in (row.leading, row.difference, row.verdict, odds, *row.means, row.diverged) if cell]
        assert re.sub(r"\s+", " ", line[2:]).strip() == " ".join([row.name, *cells])
        assert line.startswith("*") == row.best


def test_conclusions_cautions_places_and_timings_are_there(result):
    text = shown(result)
    unwrapped = re.sub(r"\s+", " ", text)
    for sentence in conclusions(Overview(result)):
        assert sentence in unwrapped
    assert "cell-gelu 1 (of 30 each)" in unwrapped
    assert "\n  cell-relu: dead and constant in 6 of 30 seeds: part of the flattening" in text
    assert Chosen(Overview(result)).in_short in unwrapped
    for place in PLACES.values():
        assert place in text
    assert "21.2 s: data 1.2, training 20.0" in text
    assert "RMSE, MAE and MFE in relative number" in text


@pytest.mark.parametrize("width", [80, 110])
def test_every_variant_has_one_line_on_what_is_seen_inside_as_long_as_there_is_room(result, width):
    lines = shown(result, width).splitlines()
    at = lines.index("Seen inside the networks (the report says what it does, under Why):")
    seen = lines[at + 1 : at + 4]
    assert [line.partition(":")[0] for line in seen] == ["  cell-relu", "  cell-gelu", "  between-relu"]
    shorts = [cause.short for cause in causes(Overview(result)) if cause.variants == ("cell-relu",)]
    told = seen[0].partition(": ")[2].rstrip().split("; ")
    assert told == shorts[: len(told)]
    assert len(told) == {80: 1, 110: 2}[width]
    assert lines[at + 4].startswith("Tuned")


def test_many_variants_have_no_more_than_a_screenful():
    names = ("stock", *(f"cell-relu{k}" for k in range(20)))
    text = shown(example_result(variants=names))
    assert len(re.findall(r"^  cell-relu\d+: ", text, re.M)) == 12
    assert "\n  8 more variants" in text


def test_nothing_is_said_of_the_inside_where_nothing_is_seen():
    assert "Seen inside" not in shown(example_result(("stock", "cell-elu")))


@pytest.mark.parametrize("variants", [2, 80])
@pytest.mark.parametrize("width", [72, 80, 100, 200])
def test_nothing_is_wider_than_the_terminal_or_cut_off(width, variants):
    names = ("stock", "between-hard_sigmoid", *(f"cell-{k}" for k in range(variants - 2)))
    text = shown(example_of(names), width)
    lines = [line for line in text.splitlines() if PLACES["Report"] not in line]
    assert max(len(line.rstrip()) for line in lines) <= min(width, 140)
    assert "…" not in text
    (header,) = [line for line in text.splitlines() if line.lstrip().startswith("RMSE  ")]
    assert "verdict" in header
    assert (" MAE " in header, " MFE " in header) == (width == 200, width > 80)
    assert " MAE " in shown(example_of(("stock", "cell-elu")), 110)


@pytest.mark.parametrize(("width", "difference"), [(60, False), (80, True), (100, True)])
def test_odds_are_left_out_last_and_have_room_beside_the_difference_on_usual_terminals(result, width, difference):
    text = shown(result, width, explain=False)
    overview = Overview(result)
    for row in overview.variants[1:]:
        (line,) = [line for line in text.splitlines() if re.match(rf"[* ] {row.name}  ", line)]
        assert odds_cell(overview, row.name) in line
        assert (row.difference in line) == difference
    assert "better/" in text and "worse, %" in text and "…" not in text


def test_it_reads_without_colour_and_with(result):
    assert "\x1b" not in shown(result)
    coloured = shown(result, force_terminal=True, color_system="standard")
    assert "\x1b" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(result)


def test_one_seed():
    text = shown(EXAMPLES["one seed"]())
    assert "1 seed a variant" in text
    assert "±" not in text.split("\n* lowest")[0].replace("mean ± sd", "")


@pytest.mark.parametrize("width", [72, 80, 110])
@pytest.mark.parametrize("example", EXAMPLES)
def test_without_being_asked_it_says_six_lines_at_most_below_the_table(example, width):
    text = shown(EXAMPLES[example](), width, explain=False)
    below = text.partition("\nReport ")[0].rstrip("\n").splitlines()
    last_row = max(at for at, line in enumerate(below) if re.match(r"[* ] \S.*  \S", line))
    said = [line for line in below[last_row + 1 :] if line.strip()]
    assert 1 <= len(said) <= 6
    assert all(len(line.rstrip()) <= width for line in said)
    assert said[0].startswith("Choose ")
    assert "".join(said).rstrip().endswith((".", ")")), "no sentence is cut off"


def test_the_weightiest_caution_is_told_and_how_many_more_there_are(result):
    text = re.sub(r"\s+", " ", shown(result, explain=False))
    assert "! Seeds that diverged and are in no mean: cell-gelu 1 (of 30 each). (" in text
    assert "more: --explain)" in text

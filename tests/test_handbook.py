"""README and HANDBOOK say what is so."""

import ast
from pathlib import Path

import pytest

from tests import answer
from tests.handbook import HANDBOOK, PARTS, renewed

README = Path(__file__).parents[1] / "README.md"


def test_the_handbook_is_told_by_the_code():
    text = HANDBOOK.read_text()
    assert renewed(text) == text, "python -m tests.handbook renews it"


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_its_place(name):
    text = HANDBOOK.read_text()
    assert text.count(f"<!-- {name} -->") == text.count(f"<!-- end of {name} -->") == 1


@pytest.mark.parametrize(
    ("module", "told"),
    [
        ("diagnostics", "`make benchmark`: at most {} of its time"),
        ("diagnostics", "what diagnostics cost (at most {})"),
        ("dropout", "what dropout costs (at most {})"),
    ],
)
def test_what_may_be_added_to_a_training_is_the_benchmarks_bound(module, told):
    statements = ast.parse((README.parent / "tests" / "benchmarks" / f"{module}.py").read_text()).body
    (most,) = (one.value.value for one in statements if isinstance(one, ast.Assign) and one.targets[0].id == "MOST")
    assert told.format(f"{100 * most:.0f} %") in HANDBOOK.read_text()


def test_the_answer_says_what_the_bundled_atlas_does():
    text = answer.ANSWER.read_text()
    assert text.count(answer.START) == text.count(answer.END) == 1
    assert text == answer.renewed(text)


def test_the_readme_is_read_in_three_minutes():
    assert len(README.read_text().splitlines()) <= 200


def test_links_of_the_readme_lead_somewhere():
    import re

    for target in re.findall(r"\]\(([^)#]+)", README.read_text()):
        assert target.startswith("https://") or (README.parent / target).exists(), target

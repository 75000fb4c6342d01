"""README and HANDBOOK say what is so."""

from pathlib import Path

import pytest

from tests.handbook import HANDBOOK, PARTS, renewed

README = Path(__file__).parents[1] / "README.md"


def test_the_handbook_is_told_by_the_code():
    text = HANDBOOK.read_text()
    assert renewed(text) == text, "python -m tests.handbook renews it"


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_its_place(name):
    text = HANDBOOK.read_text()
    assert text.count(f"<!-- {name} -->") == text.count(f"<!-- end of {name} -->") == 1


def test_the_readme_is_read_in_three_minutes():
    assert len(README.read_text().splitlines()) <= 200


def test_links_of_the_readme_lead_somewhere():
    import re

    for target in re.findall(r"\]\(([^)#]+)", README.read_text()):
        assert target.startswith("https://") or (README.parent / target).exists(), target

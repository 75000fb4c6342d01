"""Pictures of a report's figures, as ANSWER.md shows them."""

import shutil
import struct
from pathlib import Path

import pytest

from tasks.plot import plot
from tasks.report import render_report, write_report
from tests.examples import VARIANTS, example_result
from tests.pictures import PICTURES, WIDTH, picture
from tests.test_report import BACKGROUND, VALIDATION

pytestmark = pytest.mark.slow


@pytest.mark.browser
@pytest.mark.skipif(shutil.which("chromium") is None, reason="There is no Chromium here: apt-get install chromium")
def test_a_figure_is_drawn_whole_and_one_that_is_not_there_is_named(tmp_path):
    result = example_result(VARIANTS[:2], seeds=6)
    figures = plot(result)
    write_report(render_report(result, figures, VALIDATION, BACKGROUND), tmp_path / "report.html")
    picture(tmp_path / "report.html", "scores/rmse", tmp_path / "deep" / "scores.png")
    drawn = (tmp_path / "deep" / "scores.png").read_bytes()
    width, height = struct.unpack(">II", drawn[16:24])
    assert 0.8 * WIDTH < width <= WIDTH and abs(height - figures["scores/rmse"].layout.height) <= 4
    # White alone would be a tenth of it.
    assert len(drawn) > 8000
    with pytest.raises(ValueError, match=r"has no figure 'scores/none'"):
        picture(tmp_path / "report.html", "scores/none", tmp_path / "none.png")


def test_the_answer_shows_every_picture():
    project = Path(__file__).parents[1]
    words = (project / "ANSWER.md").read_text(encoding="utf-8")
    for name in PICTURES.keys() - {"report"}:
        assert f"(data/pictures/{name}.png)" in words
        assert (project / "data" / "pictures" / f"{name}.png").exists()


def test_the_readme_shows_the_report():
    project = Path(__file__).parents[1]
    assert "(data/report.png)" in (project / "README.md").read_text(encoding="utf-8")
    assert (project / "data" / "report.png").exists()

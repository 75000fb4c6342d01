"""The notebook is run as a user runs it, in a kernel of its own."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.slow

NOTEBOOK = Path(__file__).parent / "notebooks/compare.ipynb"
README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    monkey = pytest.MonkeyPatch()
    monkey.setenv("INTERLAYER_HOME", str(folder / "home"))
    monkey.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    try:
        read = nbformat.read(NOTEBOOK, as_version=4)
        NotebookClient(read, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
        yield read
    finally:
        monkey.undo()


def test_every_cell_runs_and_the_result_shows_itself(notebook):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    face = next(one for one in cells[0].outputs if one.output_type == "execute_result")
    assert "<svg" in face.data["text/html"]
    assert cells[1].outputs[0].text.startswith("Choose ")
    assert "cell-relu" in cells[2].outputs[0].data["text/plain"]
    assert 400 < float(cells[4].outputs[0].data["text/plain"]) < 1500


def test_libraries_make_no_noise(notebook):
    said = "".join(
        one.text
        for cell in notebook.cells
        if cell.cell_type == "code"
        for one in cell.outputs
        if one.output_type == "stream" and one.name == "stderr"
    )
    for word in ("cuda", "WARNING", "Warning", "Traceback"):
        assert word not in said


def test_the_readme_shows_its_code():
    readme = README.read_text()
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            assert all(line in readme for line in cell.source.splitlines()), cell.source

"""The chapters as they run: alone, and what they print is compared.

That every chapter does is seen by nbval; here that it would see what is wrong.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.test_book import every_lemma, prose, read

ROOT = Path(__file__).resolve().parents[1]


def nbval(path):
    """Compare one notebook with its outputs, apart from this project."""
    (path.parent / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "--nbval", path.name]
    return subprocess.run(
        [*command, "--nbval-current-env"],
        cwd=path.parent,
        capture_output=True,
        text=True,
    )


SHAPE_ROW = re.compile(r"^\|[^|]+\| `(\w+)` \| `(\([^`]+\))` \|$", re.M)


@every_lemma
def test_the_shape_table_holds_for_the_real_arrays(path):
    """Run the chapter up to its check; compare each row with the array."""
    rows = SHAPE_ROW.findall("\n".join(prose(path)))
    assert len(rows) >= 3, f"{path.name}: each matrix, and the sum"
    notebook = read(path)
    sources = [cell.source for cell in notebook.cells]
    end = next(i for i, s in enumerate(sources) if "## The check" in s)
    found = [f"({name}.shape, {shape})" for name, shape in rows]
    compare = f"for found, stated in [{', '.join(found)}]:\n"
    compare += "    assert found == stated, (found, stated)"
    del notebook.cells[end:]
    notebook.cells.append(nbformat.v4.new_code_cell(compare))
    NotebookClient(notebook, timeout=60).execute()


def test_a_notebook_runs_alone(tmp_path):
    """As in Colab: the installed library, and no file beside it."""
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "neighbour.py").touch()
    cells = [
        nbformat.v4.new_code_cell(source)
        for source in ("import neighbour", "open('neighbour.py')", "1")
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(notebook, tmp_path / "notebook.ipynb")
    said = nbval(tmp_path / "notebook.ipynb").stdout
    assert "No module named 'neighbour'" in said
    assert "No such file or directory: 'neighbour.py'" in said
    assert "2 failed, 1 passed" in said


def test_a_changed_output_turns_the_run_red(tmp_path):
    """The unchanged chapter is green in the run of all."""
    notebook = read(ROOT / "book" / "notation.ipynb")
    output = next(c for c in notebook.cells if c.get("outputs")).outputs[0]
    output.text = output.text.replace("6", "7")
    nbformat.write(notebook, tmp_path / "notation.ipynb")
    done = nbval(tmp_path / "notation.ipynb")
    assert done.returncode == 1, done.stdout
    assert "1 failed" in done.stdout


def test_a_stale_table_turns_the_run_red(tmp_path):
    """Tables are Markdown, which is compared as printed text is."""
    notebook = read(ROOT / "book" / "lemma_1.ipynb")
    tables = [
        output.data
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text/markdown" in output.get("data", {})
    ]
    tables[0]["text/markdown"] += "."
    nbformat.write(notebook, tmp_path / "lemma_1.ipynb")
    shutil.copy(ROOT / "conftest.py", tmp_path)  # times are not compared
    assert "1 failed" in nbval(tmp_path / "lemma_1.ipynb").stdout

"""A chapter that shows other libraries, where one of them is missing.

It runs, is not compared, not overwritten, and published as it is committed.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests import small_site
from tests.test_outputs import nbval
from workshop import execute

ROOT = Path(__file__).resolve().parents[1]
PRESENT, MISSING = "needs-numpy", "needs-no_library"


def chapter(path, source, tag):
    """Write a chapter of one cell, for which 41 is committed."""
    cell = nbformat.v4.new_code_cell(
        source, metadata={"tags": [tag]}, execution_count=1
    )
    cell.outputs = [nbformat.v4.new_output("stream", text="41\n")]
    title = nbformat.v4.new_markdown_cell(f"# {path.stem.title()}")
    notebook = nbformat.v4.new_notebook(cells=[title, cell])
    nbformat.write(execute.tidied(notebook, path.stem), path)
    return path


@pytest.mark.parametrize(
    ("source", "tag", "result"),
    [
        ("print(42)", MISSING, "1 passed"),
        ("print(42)", PRESENT, "1 failed"),
        ("print(41)", PRESENT, "1 passed"),
        ("1 / 0", MISSING, "1 failed"),
    ],
)
def test_a_cell_is_compared_where_its_library_is(
    source, tag, result, tmp_path
):
    shutil.copy(ROOT / "conftest.py", tmp_path)
    assert result in nbval(chapter(tmp_path / "a.ipynb", source, tag)).stdout


@pytest.mark.parametrize(("tag", "shown"), [(MISSING, 41), (PRESENT, 42)])
def test_it_is_executed_anew_where_its_library_is(tag, shown, tmp_path):
    path = chapter(tmp_path / "a.ipynb", "print(42)", tag)
    before = path.read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "workshop.execute", path],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (cell,) = (c for c in execute.read(path).cells if c.cell_type == "code")
    assert cell.outputs[0].text == f"{shown}\n"
    if tag == MISSING:
        assert path.read_text(encoding="utf-8") == before
        assert "no_library is not installed" in done.stdout
        assert f".arrays/bin/python -m workshop.execute {path}" in done.stdout


INDEX = """# Status

```{toctree}
book/here
book/there
```

```{executed}
```
"""
CONF = """extensions = [
    "myst_nb", "workshop.extensions.execution", "workshop.extensions.status",
]
nb_execution_mode = "force"
exclude_patterns = ["lemmas_lib"]
"""


def test_the_site_shows_it_as_it_is_committed_and_says_so(tmp_path):
    book = tmp_path / "book"
    book.mkdir()
    (tmp_path / "lemmas_lib").symlink_to(ROOT / "lemmas_lib")
    (tmp_path / "index.md").write_text(INDEX)
    (tmp_path / "conf.py").write_text(CONF)
    chapter(book / "here.ipynb", "print(42)", PRESENT)
    chapter(book / "there.ipynb", "print(42)", MISSING)
    done = small_site.build(tmp_path)
    assert done.returncode == 0, done.stderr
    for page, shown in ("here", "42"), ("there", "41"):
        html = (tmp_path / "out" / "book" / f"{page}.html").read_text("utf-8")
        assert f"{shown}\n</pre>" in html, page
    status = (tmp_path / "out" / "index.html").read_text("utf-8")
    text = re.sub(r"<[^>]+>|\s+", " ", status)
    assert re.search(r"Here +\d+\.\d s +ran to its end", text)
    assert re.search(r"There +– +not executed, for want of no_library:", text)
    assert re.search(r"\b1 notebooks in ", text)

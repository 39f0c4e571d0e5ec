"""The chapters as files: complete, readable everywhere, safe to run alone."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
LEMMAS = [path for path in CHAPTERS if path.stem.startswith("lemma_")]

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
every_lemma = pytest.mark.parametrize("path", LEMMAS, ids=lambda p: p.stem)

SECTIONS = [
    "The picture",
    "The special case",
    "The statement",
    "Why it holds",
    "An example by eye",
    "The check",
    "When it fails",
    "The cost",
    "Where BLMM uses it",
    "References",
]


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [c for c in read(path).cells if c.cell_type == "code"]


def prose(path):
    return [c.source for c in read(path).cells if c.cell_type == "markdown"]


def test_the_contents_are_the_files():
    listed = re.findall(r"book/\w+", (ROOT / "_toc.yml").read_text())
    assert sorted(listed) == sorted(f"book/{p.stem}" for p in CHAPTERS)


@every_chapter
def test_every_code_cell_was_executed(path):
    """nbval passes a cell unchecked that has neither count nor outputs."""
    counts = [cell.execution_count for cell in code(path)]
    assert counts == list(range(1, len(counts) + 1))


@every_chapter
def test_no_cell_is_exempt_from_comparison(path):
    for cell in code(path):
        assert not cell.metadata.get("tags"), cell.source
        assert "nbval" not in cell.source.lower(), cell.source


@every_chapter
def test_no_error_or_warning_is_committed(path):
    for cell in code(path):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@every_chapter
def test_markdown_reads_well_without_the_site(path):
    """No directive, label, role or glue shows raw in Jupyter or Colab."""
    for text in prose(path):
        assert not re.search(r"^(:::|```\{)|\{\w+(:\w+)?\}`", text, re.M)
        assert not re.search(r"\$\$ *\(|^\(\w+\)=|^:\w+:", text, re.M)
        assert "glue" not in text


@every_chapter
def test_code_fits_the_page(path):
    for cell in code(path):
        for line in cell.source.splitlines():
            assert len(line) <= 70, line


@every_chapter
def test_every_figure_has_alternative_text(path):
    for cell in code(path):
        pictures = [
            o for o in cell.outputs if "image/png" in o.get("data", {})
        ]
        if pictures:
            alt = cell.metadata["mystnb"]["image"]["alt"]
            assert len(alt) > 40 and alt.endswith("."), cell.source


@every_chapter
def test_every_draw_is_seeded(path):
    for cell in code(path):
        assert "np.random" not in cell.source.replace(
            "np.random.default_rng(", ""
        )
        assert "default_rng()" not in cell.source


@every_chapter
def test_links_between_chapters_lead_somewhere(path):
    for text in prose(path):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (path.parent / target).is_file(), target


@every_lemma
def test_sections_stand_in_the_promised_order(path):
    found = re.findall(r"^## (.+)$", "\n".join(prose(path)), re.M)
    assert [title for title in found if title in SECTIONS] == SECTIONS


@every_lemma
def test_the_statement_is_a_quote_with_the_number(path):
    number = path.stem.removeprefix("lemma_")
    quotes = re.findall(
        r"^> \*\*(\w+ \d+)\*\* \(", "\n".join(prose(path)), re.M
    )
    assert quotes == [f"Lemma {number}"]


SHAPE_ROW = re.compile(r"^\|[^|]+\| `(\w+)` \| `(\([^`]+\))` \|$", re.M)
ASSERT_SHAPES = """
for name, shape in {rows}:
    found = globals()[name].shape
    assert found == eval(shape), (name, found, shape)
assert len({{l, n, k}}) == 3 if "n" in globals() and "k" in globals() else 1
"""


@every_lemma
def test_shape_table_holds_for_the_real_arrays(path):
    """Run the worked example and compare each row of the table with it."""
    rows = SHAPE_ROW.findall("\n".join(prose(path)))
    assert len(rows) >= 5
    notebook = read(path)
    check = next(
        i
        for i, c in enumerate(notebook.cells)
        if c.source.startswith("## The check") or "\n## The check" in c.source
    )
    notebook.cells = notebook.cells[:check]
    assertion = ASSERT_SHAPES.format(rows=rows).rsplit("\nassert", 1)[0]
    notebook.cells.append(nbformat.v4.new_code_cell(assertion))
    NotebookClient(notebook, timeout=60).execute()


@every_chapter
def test_runs_alone_in_an_empty_folder(path, tmp_path):
    """As in Colab: one notebook, the installed library, nothing beside it."""
    shutil.copy(path, tmp_path)
    (tmp_path / "conftest.py").write_text("")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-c", "conftest.py", "--nbval", "--nbval-current-env"]
    done = subprocess.run(
        [*command, path.name], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout

"""What the site's extensions compute, apart from the site."""

import re

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document

from lemmas_lib.book import measured
from tests import small_site
from workshop.extensions import (
    pages,
    pictures,
    plain_text,
    status,
)


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"Sum of \(A_i \otimes B_i\)", "Sum of A_i ⊗ B_i"),
        (r"\(\partial l/\partial\,\mathrm{vech}(D_k)\)", "∂l/∂vech(D_k)"),
        (r"of \(\sigma^2\) and \(D_{k_1}\)", "of σ² and D_k1"),
        (r"\(\sum_{ij} A_{ij}\)", "Σ_ij A_ij"),
        ("no formula", "no formula"),
    ],
)
def test_titles_are_plain_outside_of_pages(tex, text):
    assert plain_text.plain(tex) == text


@pytest.mark.parametrize("alt", ["", "A black square."])
def test_a_picture_without_alternative_text_stops_the_build(alt, tmp_path):
    (tmp_path / "square.svg").write_text("<svg/>")
    (tmp_path / "index.md").write_text(f"# Page\n\n![{alt}](square.svg)\n")
    (tmp_path / "conf.py").write_text(
        'extensions = ["myst_parser", "workshop.extensions.pictures"]\n'
    )
    done = small_site.build(tmp_path)
    assert (done.returncode == 0) == bool(alt), done.stderr
    assert alt or '"mystnb": {"image": {"alt"' in done.stderr


def test_a_picture_in_the_colour_of_the_text_stands_in_the_page(tmp_path):
    """And is a file too, to be downloaded; others are linked."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="{}"/></svg>'
    book = tmp_path / "book"
    book.mkdir()
    (book / "ink.svg").write_text(svg.format("currentColor"))
    (book / "blue.svg").write_text(svg.format("blue"))
    (book / "lemma_1.md").write_text(
        "# Page\n\n![Blue.](blue.svg)\n\n![Ink & more.](ink.svg)\n\n"
        "![More ink.](ink.svg)\n"
    )
    (tmp_path / "conf.py").write_text(
        'extensions = ["myst_parser", "workshop.extensions.pictures"]\n'
        'root_doc = "book/lemma_1"\n'
    )
    done, out = small_site.build(tmp_path), tmp_path / "out"
    assert done.returncode == 0, done.stderr
    page = (out / "book" / "lemma_1.html").read_text()
    assert (
        '<span class="identity-picture" data-lemma="1"><svg role="img" '
        'aria-label="Ink &amp; more." xmlns="http://www.w3.org/2000/svg"'
        '><rect fill="currentColor"/></svg></span>'
        '<a class="picture-file" download href="../_images/lemma-1.svg" '
        'title="Download this figure">lemma-1.svg</a>'
    ) in page
    assert 'href="../_images/lemma-1-2.svg"' in page
    assert 'src="../_images/blue.svg"' in page and page.count("<img") == 1
    alone = (out / "_images" / "lemma-1.svg").read_text()
    assert alone == svg.format("black")


@pytest.mark.parametrize(("high", "tall"), [(723, True), (292, False)])
def test_a_picture_twice_as_high_as_wide_is_tall(high, tall):
    """On paper half a page would be too little for it."""
    assert pictures.is_tall(f'<svg viewBox="0 0 346 {high}">') is tall


# As if another machine had made the same record, without one of the sums.
TWICE = """
from lemmas_lib.book import measured
record = measured.record("benchmark")
name = measured.machines()[0]
found = record["machines"][name]
record["machines"]["an abacus"] = found | {
    "rows": [row for row in found["rows"] if row["name"] != "sum_kron"],
    "tables": {n: t for n, t in found["tables"].items() if n != "sum_kron"},
}
measured.record = lambda which: record
extensions = ["myst_parser", "workshop.extensions.measurements"]
"""


def test_the_page_of_measurements_has_a_section_for_each_machine(tmp_path):
    page = "# Measurements\n\n```{measurements}\n```\n\n## References\n"
    (tmp_path / "index.md").write_text(page)
    (tmp_path / "conf.py").write_text(TWICE)
    done = small_site.build(tmp_path, "pseudoxml")
    assert done.returncode == 0, done.stderr
    tree = (tmp_path / "out" / "index.pseudoxml").read_text("utf-8")
    titles = re.findall(r"<title>\s+(.+)", tree)
    assert titles == [
        "Measurements", *measured.machines(), "an abacus", "References",
    ]  # fmt: skip
    tables = re.findall('<table classes="[^"]*measured', tree)
    found = measured.record("benchmark")["machines"].values()
    shown = [len(each["tables"]) for each in found]
    assert len(tables) == sum(shown) + shown[0] - 1
    last = tree[tree.index("an abacus") :]
    assert re.search(r"Not measured on this machine yet:\s+<literal>", last)
    assert "sum_kron\n" in last.split("Not measured")[1]
    assert tree.count("Measured on ") == 2


def notebook(path, *cells):
    """Write executed cells, given as text for prose and as pairs for code."""
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
        else:
            source, text = cell
            output = nbformat.v4.new_output("stream", text=text)
            made.append(nbformat.v4.new_code_cell(source, outputs=[output]))
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


def test_the_ledger_counts_what_the_notebooks_printed(tmp_path):
    heads = "# L", "## The check", "## When it fails", "## The cost"

    def cells(first, check):
        a, b, c, d = heads
        return (a, ("f", first), b, ("g", check), c, ("h", "False"), d)

    committed = notebook(tmp_path / "a.ipynb", *cells("1", "True\nTrue"))
    same = notebook(tmp_path / "b.ipynb", *cells("1", "True\nTrue"))
    other = notebook(tmp_path / "c.ipynb", *cells("2", "True\nFalse"))
    more = notebook(tmp_path / "d.ipynb", *cells("1", "True\nTrue"))
    with_warning = nbformat.read(more, as_version=4)
    with_warning.cells[1].outputs.append(
        nbformat.v4.new_output("stream", name="stderr", text="beware")
    )
    nbformat.write(with_warning, more)
    assert status.compared(committed, same) == ("3 of 3", "2 True", "1")
    assert status.compared(committed, other) == (
        "1 of 3", "1 True, 1 False", "1",
    )  # fmt: skip
    assert status.compared(committed, more) == ("3 of 4", "2 True", "1")


def test_in_how_many_pieces_a_cell_printed_does_not_count(tmp_path):
    whole = notebook(tmp_path / "a.ipynb", ("f", "one\ntwo\n"))
    pieces = notebook(tmp_path / "b.ipynb", ("f", "one\n"))
    parts = nbformat.read(pieces, as_version=4)
    parts.cells[0].outputs.append(
        nbformat.v4.new_output("stream", text="two\n")
    )
    nbformat.write(parts, pieces)
    assert status.compared(whole, pieces)[0] == "1 of 1"


RECORD = """<testsuites>
<testsuite name="abc" timestamp="2026-01-02T05:04:05.6+02:00">
<testcase classname="tests.t" name="test_a[sum_kron]"/>
<testcase classname="tests.t" name="test_b[sum_kron-1]"><failure/></testcase>
<testcase classname="tests.t" name="test_a[sum_kron_bct]"/>
<testcase classname="tests.t" name="test_a[sum_kron_abt_cdt]"/>
<testcase classname="tests.t" name="test_c[sum_kron]"><skipped/></testcase>
<testcase classname="tests.t" name="test_lemma_4_is_right"/>
<testcase classname="book.lemma_4.ipynb" name="Cell 1"/>
<testcase classname="book.lemma_6.ipynb" name="Cell 1"/>
</testsuite></testsuites>"""


def test_the_ledger_counts_the_tests_that_name_a_lemma(tmp_path):
    path = tmp_path / "tests.xml"
    path.write_text(RECORD)
    record = status.Record(path, "abc")
    assert record.of("Lemma 4", ["sum_kron"]) == "3 of 4"
    assert record.of("Lemma 6", ["sum_kron_bct"]) == "2 of 2"
    assert "6 of 7 passed on 2026-01-02 03:04" in record.note()


def test_tests_of_another_revision_say_nothing_of_this_build(tmp_path):
    path = tmp_path / "tests.xml"
    assert not status.Record(path, "abc").all
    path.write_text(RECORD)
    assert not status.Record(path, "def").all


@pytest.mark.parametrize("record", ["", "<testsuites>", "<testsuites/>"])
def test_a_record_that_cannot_be_read_is_none(record, tmp_path):
    (tmp_path / "tests.xml").write_text(record)
    assert not status.Record(tmp_path / "tests.xml", "abc").all


@pytest.mark.parametrize("built", ["abc-dirty", "unknown"])
def test_nor_do_those_of_what_may_have_changed(built, tmp_path):
    path = tmp_path / "tests.xml"
    path.write_text(RECORD.replace('name="abc"', f'name="{built}"'))
    assert not status.Record(path, built).all


@pytest.mark.parametrize(
    ("statement", "functions"),
    [
        ("Lemma 4", ["sum_kron"]),
        ("Corollary 1", ["sumAijBijt"]),
        ("Lemma 7", ["sum_kron_operator"]),
        ("Lemma 9", []),
        ("Proposition 1", ["score"]),
        ("Proposition 2", ["information"]),
        ("Proposition 3", ["information"]),
    ],
)
def test_docstrings_say_which_statement_they_compute(statement, functions):
    assert list(status.functions_of(statement)) == functions


def test_a_stop_stays_at_its_own_formula():
    """Two texts of one paragraph may be equal."""
    paragraph = nodes.paragraph()
    for tex in ("a", "b"):
        paragraph += [nodes.math("", tex), nodes.Text(".")]
    document = new_document("page")
    document += paragraph
    pages.keep_together(None, document, "page")
    assert paragraph.astext() == "a.b."
    assert [n.astext() for n in document.findall(nodes.inline)] == ["a.", "b."]

"""The book on paper: whole, tagged, with its contents, and one page of all."""

import html
import json
import re
import unicodedata

import pytest
from pypdf import PdfReader

from conftest import CHAPTERS, PDF, ROOT, SITE
from workshop import print_book


@pytest.fixture(scope="module")
def book():
    return PdfReader(PDF / "matrix-lemmas.pdf")


@pytest.fixture(scope="module")
def sheet():
    return PdfReader(PDF / "cheat-sheet.pdf")


@pytest.mark.parametrize("name", ["matrix-lemmas.pdf", "cheat-sheet.pdf"])
def test_tagged_in_english_and_on_the_site(name):
    root = PdfReader(PDF / name).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"] is not None
    assert root["/Lang"] == "en"
    assert (SITE / name).read_bytes() == (PDF / name).read_bytes()


def titles(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from titles(entry)
        else:
            yield entry.title


def test_every_chapter_is_in_the_contents(book):
    found = list(titles(book.outline))
    assert "Lemma 4: Sum of A_i ⊗ B_i" in found
    assert "The score of a factor: ∂l/∂vech(D_k)" in found
    assert len(found) > 5 * len(CHAPTERS)


def test_the_contents_on_the_first_page_have_the_right_numbers(book):
    numbers = [
        (entry.title, book.get_destination_page_number(entry) + 1)
        for entry in print_book.entries(book.outline)
    ]
    front = book.pages[0].extract_text()
    for title in ("Notation", "Cheat sheet", "References"):
        printed = int(re.search(rf"^{title} (\d+)$", front, re.M)[1])
        assert (title, printed) in numbers
        assert title in book.pages[printed - 1].extract_text()
    assert re.search(r"Version \d.*, revision [0-9a-f]{7}", front)


def pictures(resources):
    """Count the pictures of a page; page.images decodes each of them."""
    objects = [x.get_object() for x in resources.get("/XObject", {}).values()]
    own = sum(x["/Subtype"] == "/Image" for x in objects)
    return own + sum(pictures(x.get("/Resources", {})) for x in objects)


def test_no_page_is_empty_and_no_tex_is_left(book):
    for number, page in enumerate(book.pages, 1):
        text = page.extract_text()
        shown = pictures(page["/Resources"])
        assert len(text) > 40 or shown, f"page {number}"
        assert not re.search(r"\$\$|\\begin\{|\\\(", text), f"page {number}"


def test_every_figure_is_printed(book):
    """As vectors: all their names and labels are in the text."""
    printed = closed(" ".join(page.extract_text() for page in book.pages))
    figures = [svg for path in CHAPTERS for svg in vectors(path)]
    assert len(figures) > 20
    for svg in figures:
        texts = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)
        labels = [html.unescape(re.sub("<.*?>", "", text)) for text in texts]
        labels = [closed(label) for label in labels if len(label) > 3]
        assert labels and all(label in printed for label in labels), labels


def vectors(path):
    """Yield the figures of a chapter."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            svg = output.get("data", {}).get("image/svg+xml")
            if svg:
                yield "".join(svg)


def closed(text):
    """Return text without spaces and ligatures, which paper has its own."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_what_was_not_executed_for_paper_is_not_said_to_have_been(book):
    first = next(
        book.get_destination_page_number(entry)
        for entry in print_book.entries(book.outline)
        if entry.title == "Status of this build"
    )
    pages = [page.extract_text() for page in book.pages[first:]]
    text = " ".join(" ".join(pages).split())
    assert "No notebook was executed in this build" in text
    assert "not executed" in text and "ran to its end" not in text


def test_links_within_the_book_stay_in_it(book):
    notes = [n.get_object() for p in book.pages for n in p.get("/Annots", [])]
    inside = [note for note in notes if "/Dest" in note]
    assert len(inside) > 100
    for note in notes:
        assert not note.get("/A", {}).get("/URI", "").startswith("file:")


def test_the_cheat_sheet_is_one_page_with_every_function(sheet):
    (page,) = sheet.pages
    text = page.extract_text()
    source = (ROOT / "book" / "cheat_sheet.md").read_text(encoding="utf-8")
    names = re.findall(r"\[`([\w.]+)", source)
    assert len(names) > 8
    for name in names:
        assert name in text
    assert page.mediabox.width > page.mediabox.height


def test_the_links_of_the_cheat_sheet_lead_to_the_site(sheet):
    (page,) = sheet.pages
    targets = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]
    assert any(t.endswith("/book/lemma_4.html") for t in targets)
    assert all(t.startswith("https://") for t in targets)

"""The book on paper: whole, tagged, with its contents, and one page of all."""

import html
import json
import re
import unicodedata
from typing import NamedTuple

import pytest
from pypdf import PdfReader

from conftest import ADDRESS, CHAPTERS, PDF, ROOT, SITE, statements
from workshop import print_book

MARGIN = 51  # 18 mm in points, above and below the text
NARROW = 14  # of the cheat sheet


class Piece(NamedTuple):
    """What a page shows in one go, from its baseline's left end."""

    y: float
    x: float
    text: str
    code: bool


class Page:
    """The text of a page: as pypdf reads it, and where its pieces stand."""

    def __init__(self, page, margin=MARGIN):
        self.pieces = []
        self._margin = margin
        self.text = page.extract_text(visitor_text=self._note)
        self.height = float(page.mediabox.height)
        self.lowest = min((p.y for p in self.pieces), default=self.height)

    def _note(self, text, cm, tm, font, size):
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        if text.strip() and y > self._margin:
            name = (font or {}).get("/BaseFont", "")
            self.pieces.append(Piece(y, x, text.strip(), "Mono" in name))

    @property
    def filled(self):
        """Which part of the height has something on it."""
        top, bottom = self.height - self._margin, self._margin
        return (top - self.lowest) / (top - bottom)

    def last_line(self):
        """Return its pieces, from left to right."""
        line = [p for p in self.pieces if p.y < self.lowest + 3]
        return sorted(line, key=lambda p: p.x)


@pytest.fixture(scope="module")
def book():
    return PdfReader(PDF / "matrix-lemmas.pdf")


@pytest.fixture(scope="module")
def pages(book):
    return [Page(page) for page in book.pages]


@pytest.fixture(scope="module")
def begins(book, pages):
    """The numbers of the pages on which chapters begin, from the contents."""
    found = re.findall(r"^.* (\d+)$", pages[0].text, re.M)
    return {1, 2, *map(int, found)}


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


def test_every_chapter_is_in_the_contents_without_tex(book, pages):
    found = list(titles(book.outline))
    for title in [*found, *pages[0].text.splitlines()]:
        assert not re.search(r"[\\${}]", title), title
    assert "Lemma 4: Sum of A_i ⊗ B_i" in found
    assert "The score of a factor: ∂l/∂vech(D_k)" in found
    assert len(found) > 5 * len(CHAPTERS)


def test_the_contents_on_the_first_page_have_the_right_numbers(book, pages):
    numbers = [
        (entry.title, book.get_destination_page_number(entry) + 1)
        for entry in print_book.entries(book.outline)
    ]
    front = pages[0].text
    for title in ("Notation", "Cheat sheet", "References"):
        printed = int(re.search(rf"^{title} (\d+)$", front, re.M)[1])
        assert (title, printed) in numbers
        assert title in pages[printed - 1].text
    plain = unicodedata.normalize("NFKC", front)  # a revision may have an ff
    assert re.search(r"Version \d.*, revision ([0-9a-f]{7}|unknown)", plain)


def pictures(resources):
    """Count the pictures of a page; page.images decodes each of them."""
    objects = [x.get_object() for x in resources.get("/XObject", {}).values()]
    own = sum(x["/Subtype"] == "/Image" for x in objects)
    return own + sum(pictures(x.get("/Resources", {})) for x in objects)


def test_no_page_is_empty_and_no_tex_is_left(book, pages):
    for number, page in enumerate(pages, 1):
        shown = pictures(book.pages[number - 1]["/Resources"])
        assert len(page.text) > 40 or shown, f"page {number}"
        raw = re.search(r"\$\$|\\begin\{|\\\(", page.text)
        assert not raw, f"page {number}"


def test_only_a_chapters_last_page_is_less_than_half_full(pages, begins):
    for number, page in enumerate(pages, 1):
        if number + 1 not in begins and number < len(pages):
            assert page.filled > 0.5, f"page {number}: {page.filled:.2f}"


def test_no_page_ends_with_a_heading(book, pages):
    """Below the top of a heading there is more than its own line."""
    for entry in print_book.entries(book.outline):
        number = book.get_destination_page_number(entry)
        below = float(entry.top) - pages[number].lowest
        assert below > 25, f"page {number + 1}: {entry.title}"


def announcing(pages):
    """Return the pages that end with a sentence with a colon."""
    last = [(number, page.last_line()) for number, page in enumerate(pages, 1)]
    return [
        (number, " ".join(piece.text for piece in line))
        for number, line in last
        if line and line[-1].text.endswith(":") and not line[-1].code
    ]


def test_no_sentence_is_parted_from_what_it_announces(pages):
    assert not announcing(pages)


def test_every_figure_is_printed_as_vectors_beside_its_caption(pages):
    """All its names and labels are in the text, on the caption's page."""
    printed = [closed(page.text) for page in pages]
    shown = [figure for path in CHAPTERS for figure in figures(path)]
    assert len(shown) > 20
    for svg, caption in shown:
        texts = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)
        labels = [html.unescape(re.sub("<.*?>", "", text)) for text in texts]
        labels = [closed(label) for label in labels if len(label) > 3]
        assert labels
        said = closed(max(re.split(r"[$`*].*?[$`*]", caption), key=len))
        assert any(
            said in page and all(label in page for label in labels)
            for page in printed
        ), caption


def figures(path):
    """Yield the figures of a chapter, each with what stands below it."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell, after in zip(cells, cells[1:], strict=False):
        for output in cell.get("outputs", []):
            svg = output.get("data", {}).get("image/svg+xml")
            if svg:
                below = "".join(after["source"]).split("\n")[0]
                yield "".join(svg), below.strip("*")


def test_no_name_is_broken(pages):
    """A line has no piece that only begins a function's name.

    More of it than sum_, which stands in the proofs.
    """
    contents = (ROOT / "lemmas_lib" / "__init__.py").read_text("utf-8")
    names = set(re.findall(r'"(sum\w+)"', contents))
    assert len(names) == 9
    for number, page in enumerate(pages, 1):
        for piece in page.pieces:
            word = re.search(r"sum\w\w+$", piece.text)
            if piece.code and word and word[0] not in names:
                begun = any(name.startswith(word[0]) for name in names)
                assert not begun, f"page {number}: {piece.text}"


def closed(text):
    """Return text without spaces and ligatures, which paper has its own."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def test_what_was_not_executed_for_paper_is_not_said_to_have_been(book, pages):
    first = next(
        book.get_destination_page_number(entry)
        for entry in print_book.entries(book.outline)
        if entry.title == "Status of this build"
    )
    text = " ".join(" ".join(page.text for page in pages[first:]).split())
    assert "No notebook was executed in this build" in text
    assert "not executed" in text and "ran to its end" not in text


def test_links_within_the_book_stay_in_it(book, begins):
    """And those to a chapter lead to the page on which it begins."""
    for name, target in book.named_destinations.items():
        if re.fullmatch(r"/document-book/\w+", name):
            assert book.get_destination_page_number(target) + 1 in begins
    notes = [n.get_object() for p in book.pages for n in p.get("/Annots", [])]
    inside = [note for note in notes if "/Dest" in note]
    assert len(inside) > 100
    for note in notes:
        assert not note.get("/A", {}).get("/URI", "").startswith("file:")


def test_the_cheat_sheet_is_one_page_with_all_statements(sheet):
    (page,) = sheet.pages
    text = page.extract_text()
    source = (ROOT / "book" / "cheat_sheet.md").read_text(encoding="utf-8")
    functions = re.findall(r"\[`([\w.]+)", source)
    assert len(functions) > 8 and len(statements()) > 10
    for name in [*functions, *statements()]:
        assert name in text
    assert page.mediabox.width > page.mediabox.height


def test_no_call_of_the_cheat_sheet_is_broken(sheet):
    (page,) = sheet.pages
    lines = {}
    for piece in Page(page, NARROW).pieces:
        if piece.code:
            line = lines.get(round(piece.y), "")
            lines[round(piece.y)] = line + closed(piece.text)
    source = (ROOT / "book" / "cheat_sheet.md").read_text(encoding="utf-8")
    calls = re.findall(r"`([^`\n]+)`", source)
    assert len(calls) > 10
    for call in calls:
        assert any(closed(call) in line for line in lines.values()), call


def test_the_links_of_the_cheat_sheet_lead_to_the_site(sheet):
    (page,) = sheet.pages
    notes = [note.get_object() for note in page.get("/Annots", [])]
    targets = [note["/A"]["/URI"] for note in notes]
    known = any(t.endswith("/book/lemma_4.html") for t in targets)
    assert known == bool(ADDRESS)
    assert all(t.startswith("https://") for t in targets)


def test_a_page_of_the_site_prints_as_well(visit, tmp_path):
    """Typeset title, open solutions, nothing that a screen alone answers."""
    path = tmp_path / "page.pdf"
    page = visit("book/lemma_4.html").page
    page.pdf(path=path, format="A4", margin={"top": "18mm", "bottom": "18mm"})
    pages = [Page(page) for page in PdfReader(path).pages]
    text = "\n".join(page.text for page in pages)
    assert re.match(r"Lemma 4: Sum of *\n", text)
    assert "three give at most" in text  # in a solution
    for only_on_screen in ("%pip", "Installation", ".svg", "Cite"):
        assert only_on_screen not in text
    assert all(page.filled > 0.5 for page in pages[:-1])
    assert not announcing(pages)


def test_paper_is_light_whatever_the_screen(visit):
    page = visit("book/lemma_4.html", scheme="dark").page
    theme = "document.documentElement.dataset.theme"
    for event, then in ("beforeprint", "light"), ("afterprint", "dark"):
        page.evaluate(f"dispatchEvent(new Event('{event}'))")
        assert page.evaluate(theme) == then

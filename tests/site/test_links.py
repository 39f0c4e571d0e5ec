"""Every link that stays on the site leads somewhere; so does every launch."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urldefrag, urlsplit

import pytest

from conftest import (
    ADDRESS,
    CHAPTERS,
    PAGES,
    PREFIX,
    ROOT,
    SITE,
    WITHOUT_FUNCTION,
    statements,
    tracked,
)  # fmt: skip

CONFIG = (ROOT / "_config.yml").read_text(encoding="utf-8")
YEAR = re.search(r'^copyright: "(\d+)"$', CONFIG, re.M)[1]

every_page = pytest.mark.parametrize("name", PAGES)


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors |= {attributes.get("id"), attributes.get("name")}
        if tag in ("a", "link"):
            self.links.append(attributes.get("href", ""))
        elif tag in ("img", "script"):
            self.links.append(attributes.get("src", ""))


READ = {name: Page(SITE / name) for name in PAGES}


@every_page
def test_links_within_the_site(name):
    for link in READ[name].links:
        target, anchor = urldefrag(link)
        if urlsplit(link).scheme or not link:
            continue
        target = unquote(target.partition("?")[0])
        if target.startswith(PREFIX):
            path = SITE / target.removeprefix(PREFIX)
        else:
            path = (SITE / name).parent / target if target else SITE / name
        path = path.resolve()
        assert path.is_file(), link
        if anchor and path.suffix == ".html":
            page = str(path.relative_to(SITE))
            assert unquote(anchor) in READ[page].anchors, link


def launches(links):
    """Return (slug, branch, path) of all links to Colab and to Binder."""
    found = {"colab": [], "binder": []}
    for link in links:
        parts = urlsplit(link)
        if parts.netloc == "colab.research.google.com":
            match = re.fullmatch(
                r"/github/([^/]+/[^/]+)/blob/([^/]+)/(.+)", parts.path
            )
            found["colab"].append(match.groups())
        elif parts.netloc == "mybinder.org":
            slug, branch = re.fullmatch(
                r"/v2/gh/([^/]+/[^/]+)/([^/]+)", parts.path
            ).groups()
            (path,) = parse_qs(parts.query)["urlpath"]
            path = path.removeprefix("lab/tree/")
            found["binder"].append((slug, branch, path))
    return found


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_launched_from_one_place(chapter):
    """From the repository, or where that is not known by a page that helps."""
    path = f"book/{chapter.name}"
    links = READ[f"book/{chapter.stem}.html"].links
    known = ADDRESS and ADDRESS.branch
    wanted = (
        [(f"{ADDRESS.owner}/{ADDRESS.name}", ADDRESS.branch, path)]
        if known
        else []
    )
    assert launches(links) == {"colab": wanted, "binder": wanted}
    helped = {link for link in links if link.startswith("launch.html")}
    assert "launch.html" in helped
    if not known:
        assert {"launch.html#colab", "launch.html#binder"} < helped
    assert path in tracked()


def test_nothing_names_an_address_that_is_not_known():
    for name in PAGES:
        text = (SITE / name).read_text(encoding="utf-8")
        assert "OWNER" not in text, name
        if not ADDRESS:
            assert "github.io" not in text.replace("math-comp.github.io", "")
            assert 'rel="canonical"' not in text, name


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_can_be_downloaded(chapter):
    links = READ[f"book/{chapter.stem}.html"].links
    assert f"../_sources/book/{chapter.name}" in links
    copy = SITE / "_sources" / "book" / chapter.name
    assert copy.read_bytes() == chapter.read_bytes()


def functions():
    """Yield the page, the anchors and the links of each function."""
    for path in sorted((SITE / "book" / "api").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        for part in text.split('<section id="')[1:]:
            heading = part.partition('"')[0]
            name = re.search(r'<dt class="sig[^>]* id="([^"]+)"', part)[1]
            said, _, _ = part.partition(f'id="{name}"')
            yield path.stem, heading, name, re.findall('href="([^"]+)"', said)


def test_each_statement_and_its_function_lead_to_each_other():
    wanted = {
        (f"../{page.removeprefix('book/')}.html", name)
        for name, page in statements().items()
        if name not in WITHOUT_FUNCTION
    }
    found = set()
    for page, heading, _, links in functions():
        for link in links:
            chapter, anchor = urldefrag(link)
            if chapter and re.fullmatch(r"[a-z]+-\d+", anchor):
                found.add((chapter, anchor.replace("-", " ").capitalize()))
                back = READ[f"book/{chapter.removeprefix('../')}"].links
                assert f"api/{page}.html#{heading}" in back, link
    assert found == wanted


def test_each_chapter_and_the_pages_it_links_lead_to_each_other():
    for chapter in CHAPTERS:
        if chapter.stem != "index":
            links = READ[f"book/{chapter.stem}.html"].links
            own = {urldefrag(x)[0] for x in links if x.startswith("api/")}
            for page in own:
                back = {urldefrag(x)[0] for x in READ[f"book/{page}"].links}
                assert f"../{chapter.stem}.html" in back, (chapter, page)


def test_each_function_and_its_oracles_lead_to_each_other():
    pairs = {
        ((page, name), tuple(link.split(".html#")))
        for page, _, name, links in functions()
        for link in links
        if ".html#lemmas_lib." in link
    }
    assert pairs == {(oracle, function) for function, oracle in pairs}
    assert len(pairs) > 30


@pytest.mark.parametrize(
    "page",
    ["sums", "operators", "likelihood", "fitting", "datasets", "rounding"],
)
def test_a_source_is_a_link_to_the_references(page):
    links = READ[f"book/api/{page}.html"].links
    assert any(link.startswith("../references.html#") for link in links)


def test_the_table_on_the_first_page_leads_to_every_lemma():
    links = {link.partition("#")[0] for link in READ["book/index.html"].links}
    pages = {page.removeprefix("book/") for page in statements().values()}
    assert links >= {f"{page}.html" for page in pages}


def test_each_statement_has_its_anchor_and_a_line_to_cite_it_by():
    for name, page in statements().items():
        anchor = name.lower().replace(" ", "-")
        read = READ[f"{page}.html"]
        assert anchor in read.anchors
        text = (SITE / f"{page}.html").read_text(encoding="utf-8")
        assert f"({YEAR}), {name}, <em>" in text
        if ADDRESS:
            assert f"{ADDRESS.site}{page}.html#{anchor}" in read.links


@pytest.mark.parametrize("pdf", ["matrix-lemmas.pdf", "cheat-sheet.pdf"])
def test_the_book_on_paper_is_linked(pdf):
    assert f"../{pdf}" in READ["book/cheat_sheet.html"].links
    if pdf == "matrix-lemmas.pdf":  # every page offers the whole book
        for name in (f"book/{path.stem}.html" for path in CHAPTERS):
            assert f"../{pdf}" in READ[name].links, name


@every_page
def test_every_page_says_how_to_cite_it_and_under_which_licence(name):
    text = (SITE / name).read_text(encoding="utf-8")
    foot = text[text.index("<summary>Cite this book</summary>") :]
    assert "@misc{matrix-lemmas," in foot and "author = {" in foot
    assert any(x.endswith("#licence") for x in READ[name].links)

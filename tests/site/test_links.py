"""Every link that stays on the site leads somewhere; so does every launch."""

import re
import subprocess
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urldefrag, urlsplit

import pytest

from conftest import CHAPTERS, PAGES, PREFIX, ROOT, SITE, statements, tracked

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
    """Return (branch, path) of all links to Colab and to Binder."""
    found = {}
    for link in links:
        parts = urlsplit(link)
        if parts.netloc == "colab.research.google.com":
            match = re.fullmatch(
                r"/github/([^/]+/[^/]+)/blob/([^/]+)/(.+)", parts.path
            )
            found.setdefault("colab", set()).add(match.groups())
        elif parts.netloc == "mybinder.org":
            slug, branch = re.fullmatch(
                r"/v2/gh/([^/]+/[^/]+)/([^/]+)", parts.path
            ).groups()
            (path,) = parse_qs(parts.query)["urlpath"]
            path = path.removeprefix("lab/tree/")
            found.setdefault("binder", set()).add((slug, branch, path))
    return found


def configured(key):
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    return re.search(rf"^  {key}: (\S+)$", text, re.M)[1]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_is_launched_by_button_and_by_badge(chapter):
    """Both lead to this chapter in the repository, and it is there."""
    slug = configured("url").removeprefix("https://github.com/")
    path = f"book/{chapter.name}"
    links = READ[f"book/{chapter.stem}.html"].links
    wanted = {(slug, configured("branch"), path)}
    assert launches(links) == {"colab": wanted, "binder": wanted}
    assert path in tracked()
    for service in ("colab.research.google.com", "mybinder.org"):
        number = sum(urlsplit(link).netloc == service for link in links)
        assert number == 2, service  # the button and the badge


def test_the_branch_exists_and_is_the_one_that_is_published():
    branch = configured("branch")
    workflow = (ROOT / ".github/workflows/pages.yml").read_text()
    assert f"branches: [{branch}]" in workflow
    listed = subprocess.run(
        ["git", "for-each-ref", "--format=%(refname)",
         "refs/heads", "refs/remotes/origin"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    branches = listed.stdout.split()
    # A checkout of one commit, or of a pull request, knows no branch at all.
    assert not branches or any(
        name in (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}")
        for name in branches
    )


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_can_be_downloaded(chapter):
    links = READ[f"book/{chapter.stem}.html"].links
    assert f"../_sources/book/{chapter.name}" in links
    copy = SITE / "_sources" / "book" / chapter.name
    assert copy.read_bytes() == chapter.read_bytes()


def test_each_chapter_and_its_function_lead_to_each_other():
    functions = READ["book/api.html"].links
    for name, page in READ.items():
        if re.match(r"book/(lemma|functions|blmm|notation)", name):
            assert any(x.startswith("api.html#") for x in page.links), name
            assert any(
                link.partition("#")[0] == name.removeprefix("book/")
                for link in functions
            ), name


def test_the_table_on_the_first_page_leads_to_every_lemma():
    links = {link.partition("#")[0] for link in READ["book/index.html"].links}
    pages = {page.removeprefix("book/") for page in statements().values()}
    assert links >= {f"{page}.html" for page in pages}


def test_each_statement_has_its_anchor_and_a_line_to_cite_it_by():
    base = re.escape(next(
        link for link in READ["book/index.html"].links
        if link.endswith("/book/index.html") and "://" in link
    ).removesuffix("book/index.html"))  # fmt: skip
    cited = [
        match
        for page in READ.values()
        for link in page.links
        if (match := re.fullmatch(rf"{base}(book/\w+\.html)#(\w+-\d)", link))
    ]
    assert {match.groups() for match in cited} == {
        (f"{page}.html", name.lower().replace(" ", "-"))
        for name, page in statements().items()
    }
    for page, anchor in (match.groups() for match in cited):
        assert anchor in READ[page].anchors


@pytest.mark.parametrize("pdf", ["matrix-lemmas.pdf", "cheat-sheet.pdf"])
def test_the_book_on_paper_is_linked(pdf):
    assert f"../{pdf}" in READ["book/cheat_sheet.html"].links
    if pdf == "matrix-lemmas.pdf":  # every page offers the whole book
        for name in (f"book/{path.stem}.html" for path in CHAPTERS):
            assert f"../{pdf}" in READ[name].links, name

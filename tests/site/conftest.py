"""The built site, served as on GitHub Pages, and a real Chromium to read it.

A request that leaves the site fails and is remembered, so that the tests see
what a reader without a network sees.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from server import served

from workshop import address as repository
from workshop import print_book, repository_files

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
PDF = ROOT / "_build" / "pdf"
PAGES = sorted(
    str(path.relative_to(SITE))
    for path in [*SITE.glob("book/**/*.html"), *SITE.glob("*.html")]
    if path != SITE / "index.html"  # it only leads to book/index.html
)
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))


# These have a module, an argument of several functions, and SciPy's.
WITHOUT_FUNCTION = {"Lemma 8", "Lemma 9", "Lemma 10"}


def statements():
    """Return every statement and its page, in the order of the contents.

    But for the short ones, which have no function.
    """
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    found = {}
    for page in re.findall(r"book/\w+", contents):
        path = ROOT / f"{page}.ipynb"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            kind = r"(?!Statement)[A-Z]\w+"
            for name in re.findall(rf"> \*\*({kind} \d+)\*\* \(", text):
                found[name] = page
    return found


ADDRESS = repository.current(ROOT)
PREFIX = ADDRESS.path if ADDRESS else "/"


def pytest_configure():
    if not (SITE / "404.html").is_file() or not PDF.is_dir():
        raise pytest.UsageError("There is no site yet: make site-test")


@pytest.fixture(scope="session")
def address():
    with served(SITE, PREFIX) as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = print_book.launch(playwright)
        yield browser
        browser.close()


# A window of 1300 pixels less the scroll bar, which is not shown here.
WIDE = 1285

# By page, so that the tests of one page share one visit.
every_page = pytest.mark.parametrize("name", PAGES, scope="session")


class Visit:
    """One page, opened in one way, with all that it asked for."""

    def __init__(self, page, url):
        self.page = page
        self.outside, self.missing, self.errors = [], [], []
        self._inside = url, "data:", "blob:"
        page.on("request", self._ask)
        page.on("response", self._note)
        page.on("console", self._hear)
        page.on("pageerror", lambda e: self.errors.append(str(e)))

    def open(self, name):
        self.page.goto(self._inside[0] + name, wait_until="load")
        self.page.evaluate("window.MathJax?.startup?.promise")
        self.page.evaluate("document.fonts.ready")

    def _ask(self, request):
        if not request.url.startswith(self._inside):
            self.outside.append(request.url)

    def _note(self, response):
        if response.status >= 400:
            self.missing.append(response.url)

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(message.text)


@pytest.fixture(scope="session")
def window(browser):
    """Return a function that gives a window, the same for the same options.

    What one page in it has loaded, as every page needs it, the next one has.
    """
    windows = {}

    def window(width, **options):
        key = width, *sorted(options.items())
        if key not in windows:
            windows[key] = browser.new_context(
                viewport={"width": width, "height": 900}, **options
            )
        return windows[key]

    yield window
    for each in windows.values():
        each.close()


@pytest.fixture(scope="session")
def visit(window, address):
    """Return a function that opens a page, and keeps it open for a while.

    Until another page is visited, in whatever colours.
    """
    last = {}

    def visit(name, scheme="light"):
        if last and name != next(iter(last))[0]:
            for each in last.values():
                each.page.close()
            last.clear()
        if (name, scheme) not in last:
            page = window(WIDE, color_scheme=scheme).new_page()
            last[name, scheme] = Visit(page, address)
            last[name, scheme].open(name)
        return last[name, scheme]

    return visit


@pytest.fixture(scope="session")
def seen():
    """What texts and pictures have looked like until now, on any page."""
    return set()


@pytest.fixture
def fresh(window, address):
    """Return a function that opens a page, for one test alone."""
    pages = []

    def fresh(name, width=1300, **options):
        page = window(width, **options).new_page()
        pages.append(page)
        page.goto(address + name, wait_until="load")
        return page

    yield fresh
    for page in pages:
        page.close()


def tracked():
    """Return the files that git knows or would add, by their paths in ROOT."""
    files = repository_files.files(ROOT)
    return [str(path.relative_to(ROOT)) for path in files]

"""The built site, served as on GitHub Pages, and a real Chromium to read it.

A request that leaves the site is refused and remembered, so that the tests see
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


class Visit:
    """One page, opened in one way, with all that it asked for."""

    def __init__(self, browser, address, name, *, width, dark):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        self.page = self.context.new_page()
        self.outside, self.missing, self.errors = [], [], []
        self.context.route("**/*", self._only_here)
        self.page.on("response", self._note)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self._address = address
        self.page.goto(address + name, wait_until="load")
        self.page.evaluate("window.MathJax?.startup?.promise")
        self.page.evaluate("document.fonts.ready")

    def _only_here(self, route):
        url = route.request.url
        if url.startswith((self._address, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(url)
            route.abort()

    def _note(self, response):
        if response.status >= 400:
            self.missing.append(response.url)

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(message.text)


@pytest.fixture(scope="session")
def visit(browser, address):
    """Return a function that opens a page, and keeps it open for a while.

    Until another page is visited, in whatever width and colours.
    """
    last = {}

    def close():
        for each in last.values():
            each.context.close()
        last.clear()

    def visit(name, width=WIDE, dark=False):
        key = name, width, dark
        if last and name != next(iter(last))[0]:
            close()
        if key not in last:
            last[key] = Visit(browser, address, name, width=width, dark=dark)
        return last[key]

    yield visit
    close()


@pytest.fixture
def fresh(browser, address):
    """Return a function that opens a page of the book of its own."""
    contexts = []

    def fresh(name, width, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}book/{name}.html", wait_until="load")
        return page

    yield fresh
    for context in contexts:
        context.close()


def tracked():
    """Return the files that git knows or would add, by their paths in ROOT."""
    files = repository_files.files(ROOT)
    return [str(path.relative_to(ROOT)) for path in files]

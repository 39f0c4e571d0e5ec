"""The search finds each chapter by its statement, function and words."""

import json
import re

import pytest

from conftest import CHAPTERS, statements

# What else a reader may look for, beside what a chapter says of itself.
OTHERS = {
    "notation": ["commutation matrix", "duplication matrix"],
    "lemma_1": ["outer products"],
    "lemma_4": ["tensor products"],
    "functions": ["kronecker products of blocks"],
    "fit": ["missing"],
    "speed": ["GPU", "CPU", "Numba", "threads"],
    "references": ["BibTeX", "citation", "licence", "license"],
    "launch": ["run a chapter"],
    "proofs": ["Coq", "formal proof", "machine-checked proof"],
    "concordance": ["concordance"],
    "checks": ["mutation testing", "fuzzing", "checks that can fail"],
}


def words(path):
    """Return the functions and the words that a chapter says it has."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    said = re.search(
        r"^(?:In the library: (.+)\. )?In words: (.+)\.$", text, re.M
    )
    if not said:
        return []
    functions = re.findall(r"\[`([\w.]+)`\]", said[1] or "")
    return [*functions, *re.findall(r"\*([^*]+)\*", said[2])]


def searched():
    """Return what finds each page."""
    found = {path.stem: words(path) for path in CHAPTERS}
    for name, page in statements().items():
        found[page.removeprefix("book/")].append(name)
    for page, others in OTHERS.items():
        found[page] = found.get(page, []) + others
    return [(page, query) for page in found for query in found[page]]


# As the page asks when it is opened with a query; the summaries of what was
# found, for which it would load each page, are not looked at.
ASK = """query => {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false
    document.getElementById("search-results").replaceChildren()
    Search.performSearch(query)
}"""
FOUND = """() => {
    if (!/found|match/.test(Search.status.innerText)) return null
    return [...document.querySelectorAll("#search-results li > a")]
        .map(link => link.getAttribute("href"))
}"""


@pytest.fixture(scope="module")
def results(window, address):
    """Return a function from a query to the pages found, best first."""
    page = window(1300).new_page()
    page.goto(f"{address}search.html", wait_until="load")

    def results(query):
        page.evaluate(ASK, query)
        links = page.wait_for_function(FOUND, polling=20).json_value()
        return [link.split("/")[-1].split(".html")[0] for link in links]

    yield results
    page.close()


@pytest.mark.parametrize(("chapter", "query"), searched())
def test_a_chapter_is_among_the_first_three(chapter, query, results):
    found = list(dict.fromkeys(results(query)))
    assert chapter in found[:3], found


@pytest.mark.parametrize("width", [1300, 360])
@pytest.mark.parametrize("name", ["search.html", "book/lemma_1.html"])
def test_the_magnifier_hides_nothing(name, width, fresh):
    """Neither on the page of results nor in the box that a key opens."""
    page = fresh(name, width)
    if name != "search.html":
        page.keyboard.press("Control+k")
    form = page.locator("form.bd-search:visible")
    icon = form.locator(".fa-magnifying-glass").bounding_box()
    box = form.get_by_role("searchbox").bounding_box()
    assert icon["width"] > 5
    assert icon["x"] + icon["width"] <= box["x"]


def test_a_word_that_is_nowhere_finds_nothing(results):
    assert results("xylophone") == []

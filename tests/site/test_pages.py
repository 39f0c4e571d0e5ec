"""Every page in a real browser: offline, typeset, accessible, on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import PAGES

# By page, so that the tests of one page share one visit.
every_page = pytest.mark.parametrize("name", PAGES, scope="session")

# What the theme does on every page, by axe's rule and a part of the element,
# and why it is let pass. What is not listed here fails.
ALLOWED = {
    # The theme puts the logo into a bar that is no landmark.
    ("region", 'class="logo__image only-'),
}

# sphinx-thebe and the theme both declare this, on every page; harmless.
KNOWN_ERROR = re.compile(r"'?THEBE_JS_URL'? has already been declared")


@every_page
def test_nothing_leaves_the_site_and_nothing_is_missing(name, visit):
    seen = visit(name)
    assert seen.outside == []
    assert seen.missing == []
    assert [e for e in seen.errors if not KNOWN_ERROR.search(e)] == []


@every_page
def test_every_formula_is_typeset(name, visit):
    page = visit(name).page
    # A command that MathJax does not know is an error, too: _config.yml.
    assert page.locator("mjx-merror").count() == 0
    formulas = page.locator(".math").count()
    assert page.locator(".math mjx-container").count() >= formulas
    text = page.evaluate(
        """() => {
            const body = document.querySelector("body").cloneNode(true)
            body.querySelectorAll("pre, code, mjx-container, script")
                .forEach(e => e.remove())
            return body.textContent
        }"""
    )
    assert not re.search(r"\$[^$]+\$|\\\(|\\\[|\\[a-z]{3,}", text)


@every_page
def test_no_directive_is_left_raw(name, visit):
    text = visit(name).page.locator("main").inner_text()
    assert not re.search(r"^:::|\{\w+\}`|```", text, re.M)


@every_page
def test_every_picture_is_described_and_every_figure_has_a_caption(
    name, visit
):
    pictures = visit(name).page.evaluate(
        """() => [...document.querySelectorAll("img")].map(e => {
            const cell = e.closest("div.cell_output")
            let after = e.closest("div.cell")?.nextElementSibling
            // A section's heading may not come between.
            return {
                alt: e.getAttribute("alt"), source: e.src, figure: !!cell,
                caption: after?.matches("p") &&
                    after.firstElementChild?.matches("em:only-child") ||
                    false,
                width: e.naturalWidth
            }
        })"""
    )
    for picture in pictures:
        assert picture["width"] > 0, picture
        if picture["figure"]:
            assert len(picture["alt"]) > 40, picture
            assert picture["caption"], picture
        else:
            assert picture["alt"] is not None, picture
        assert not re.search(r"\.(png|svg)$", picture["alt"]), picture


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@every_page
def test_axe_finds_nothing_but_what_is_allowed(name, dark, visit):
    page = visit(name, dark=dark).page
    theme = page.evaluate("document.documentElement.dataset.theme")
    assert theme == ("dark" if dark else "light")
    found = [
        (violation["id"], node["html"][:300], node["failureSummary"])
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
        if not any(
            violation["id"] == rule and part in node["html"]
            for rule, part in ALLOWED
        )
    ]
    assert found == []


@pytest.mark.parametrize("width", [1300, 360])
@every_page
def test_no_sideways_scroll(name, width, visit):
    """Only formulas and code may be wider than the screen, or a phone."""
    page = visit(name, width=width).page
    wide = page.evaluate(
        """() => {
            const root = document.documentElement
            const scrolls = [...document.querySelectorAll("main *")]
                .filter(e => e.scrollWidth > e.clientWidth + 1
                    && ["auto", "scroll"].includes(
                        getComputedStyle(e).overflowX)
                    && !e.matches("pre, div.math, span.math, mjx-container")
                    && !e.matches("td:has(mjx-container)"))
                .map(e => e.outerHTML.slice(0, 200))
            return [root.scrollWidth - root.clientWidth, scrolls]
        }"""
    )
    assert wide == [0, []]


@every_page
def test_no_formula_in_a_line_is_cut_off_on_a_phone(name, visit):
    """The theme hides what is wider than the text, and no key reaches it."""
    cut = visit(name, width=360).page.evaluate(
        """() => [...document.querySelectorAll("main span.math")]
            .map(e => [e, e.querySelector("mjx-math")])
            .filter(([e, inside]) => inside.getBoundingClientRect().right
                > e.getBoundingClientRect().right + 1)
            .map(([e, inside]) => e.textContent)"""
    )
    assert cut == []

"""Every page in a real browser: offline, typeset, accessible."""

import re

from accessible import found_by_axe

from conftest import every_page

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
        """() => [...document.querySelectorAll("img, svg[role=img]")]
        .map(e => {
            const after = e.closest("div.cell")?.nextElementSibling
            return {
                alt: e.getAttribute("alt") ?? e.getAttribute("aria-label"),
                figure: !!e.closest("div.cell_output"),
                caption: after?.matches("p") &&
                    after.firstElementChild?.matches("em:only-child") ||
                    false,
                width: e.naturalWidth ?? 1
            }
        })"""
    )
    if name.startswith("book/lemma_"):
        assert sum(picture["figure"] for picture in pictures) >= 2
    for picture in pictures:
        assert picture["width"] > 0, picture
        if picture["figure"]:
            assert len(picture["alt"]) > 40, picture
            assert picture["caption"], picture
        else:
            assert picture["alt"] is not None, picture
        assert not re.search(r"\.(png|svg)$", picture["alt"]), picture


@every_page
def test_axe_finds_nothing_but_what_is_allowed(name, visit, seen):
    found = found_by_axe(visit(name).page, seen)
    assert found == {"light": [], "dark": []}


@every_page
def test_an_output_is_one_box_and_none_is_empty(name, visit):
    """Tables and pictures apart, which are boxes of their own."""
    wrong = visit(name).page.evaluate(
        """() => [...document.querySelectorAll(".cell_output")]
            .flatMap(e => [e, ...e.children])
            .filter(e => !e.textContent.trim()
                && !e.querySelector("img, svg, table")
                || e.matches(".stream + .stream"))
            .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert wrong == []


# What of a page is wider than its place: cut off, or to be scrolled to.
OVER = """() => {
    document.querySelectorAll("tr.folds").forEach(e => e.classList.add("open"))
    const style = document.head.appendChild(document.createElement("style"))
    // Read aloud, and never seen.
    style.textContent = "mjx-assistive-mml { display: none !important }"
    const root = document.documentElement
    const over = [...document.querySelectorAll("main *:not(svg, svg *)")]
        .filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 2)
        .map(e => [getComputedStyle(e).overflowX, e.matches(
            "pre, div.math, span.math, mjx-container, td:has(mjx-container)"
        ), e.outerHTML.slice(0, 200)])
        .filter(([how]) => how !== "visible")
    style.remove()
    return [root.scrollWidth - root.clientWidth, over]
}"""


@every_page
def test_nothing_is_cut_off_or_scrolls_sideways(name, visit):
    assert visit(name).page.evaluate(OVER) == [0, []]

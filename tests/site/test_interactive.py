"""The pictures of Lemmas 1 and 4 that answer to the reader.

The matrices are read off the page, and both sides of the lemma computed from
those that it shows of A and B, by loops over their entries. Longer than other
tests, because the environment of the site test has no matrices.
"""

import itertools

import pytest
from accessible import found_by_axe

MOST = {1: {"l": 4, "n": 3, "k": 3}, 4: {"l": 3, "n": 3, "k1": 3, "k2": 3}}
SUM = {1: "Σ AiBi′", 4: "Σ Ai ⊗ Bi"}
PRODUCT = {1: "A(n, kl) (B(n, kl))′", 4: "its columns, folded"}

both_lemmas = pytest.mark.parametrize("lemma", [1, 4])


@pytest.fixture
def opened(fresh):
    """Return a function that opens the chapter of a lemma."""

    def opened(lemma, width=1300, **options):
        return fresh(f"book/lemma_{lemma}.html", width, **options)

    return opened


SHOWN = """
const shown = () => {
    const text = e => e.querySelector("text").textContent
    const marked = {}, matrices = {}
    for (const grid of document.querySelectorAll(".reshape [role=grid]")) {
        const name = grid.ariaLabel.replace(/, \\d+ by \\d+$/, "")
            .replaceAll("row-major ", "").replace(", by rows", "")
        const rows = [...grid.querySelectorAll("[role=row]")].map(
            row => [...row.querySelectorAll("[role=gridcell]")])
        const marks = [...grid.nextSibling.querySelectorAll(".line")]
        matrices[name] = rows.map(row => row.map(e => Number(text(e))))
        marked[name] = {lit: [], met: []}
        rows.forEach((row, i) => row.forEach((_, j) => {
            const {mark} = marks[row.length * i + j].dataset
            if (mark) marked[name][mark === "met" ? mark : "lit"].push([i, j])
        }))
    }
    return {
        matrices, marked,
        relation: document.querySelector(".reshape .relation").textContent,
        status: document.querySelector(".reshape [role=status]").textContent,
        words: document.querySelector(".reshape-trace").textContent,
        wrong: document.querySelectorAll(".reshape .wrong").length,
    }
}
"""

SET = """
const set = sizes => {
    const sliders = document.querySelectorAll(".reshape input")
    sliders.forEach((slider, place) => {
        slider.value = sizes[place]
        slider.dispatchEvent(new Event("input"))
    })
}
"""


def shown(page):
    return page.evaluate(f"() => {{ {SHOWN}; return shown() }}")


def shown_at(page, sizes):
    """Return what is shown at each of the sizes."""
    return page.evaluate(
        f"sizes => {{ {SHOWN} {SET}; "
        "return sizes.map(each => { set(each); return shown() }) }",
        sizes,
    )


def largest(page, lemma):
    shown_at(page, [list(MOST[lemma].values())])


def toggle(page):
    return page.get_by_role("button", name="row-major")


def turn(page):
    toggle(page).click()


def cell(page, matrix, i, j):
    """Return an entry of the matrix that is the first, the second, …"""
    grid = page.locator(".reshape [role=grid]").nth(matrix)
    return grid.get_by_role("row").nth(i).get_by_role("gridcell").nth(j)


def pairs(X, Y):
    return zip(X, Y, strict=True)


def blocks(X, n):
    return [X[i : i + n] for i in range(0, len(X), n)]


def times_transposed(X, Y):
    return [[sum(a * b for a, b in pairs(x, y)) for y in Y] for x in X]


def kron(X, Y):
    return [[a * b for a in x for b in y] for x in X for y in Y]


def total(lemma, A, B, n):
    """Return the sum of the products of the blocks."""
    times = times_transposed if lemma == 1 else kron
    first, *others = (times(*p) for p in pairs(blocks(A, n), blocks(B, n)))
    for each in others:
        first = [[x + y for x, y in pairs(*r)] for r in pairs(first, each)]
    return first


def by_rows(X):
    return [x for row in X for x in row]


def wrong(lemma, A, B, n):
    """Return what comes of reading by rows."""
    if lemma == 1:
        wide = (blocks(by_rows(X), len(by_rows(X)) // n) for X in (A, B))
        return times_transposed(*wide)
    k1, k2 = len(A[0]), len(B[0])
    result = [[0] * (k1 * k2) for _ in range(n * n)]
    for a, b in pairs(blocks(A, n), blocks(B, n)):
        for q, x in enumerate(by_rows(a)):
            for t, y in enumerate(by_rows(b)):
                result[n * (q % n) + t % n][k2 * (q // n) + t // n] += x * y
    return result


@both_lemmas
def test_the_numbers_are_right_at_all_sizes(lemma, opened):
    page = opened(lemma)
    sizes = list(
        itertools.product(*(range(1, m + 1) for m in MOST[lemma].values()))
    )
    by_columns = shown_at(page, sizes)
    turn(page)
    for (l, n, *ks), right, turned in zip(
        sizes, by_columns, shown_at(page, sizes), strict=True
    ):
        A, B = (right["matrices"][name] for name in "AB")
        assert [len(X) for X in (A, B, A[0], B[0])] == [
            l * n, l * n, ks[0], ks[-1]
        ]  # fmt: skip
        expected = total(lemma, A, B, n)
        assert right["matrices"][SUM[lemma]] == expected
        assert right["matrices"][PRODUCT[lemma]] == expected
        assert right["relation"] == "=" and right["wrong"] == 0
        assert right["status"].endswith("The product is the sum.")

        assert turned["matrices"]["A"] == A and turned["matrices"]["B"] == B
        assert turned["matrices"][SUM[lemma]] == expected
        other = turned["matrices"][PRODUCT[lemma]]
        assert other == wrong(lemma, A, B, n)
        entries = list(pairs(by_rows(other), by_rows(expected)))
        differ = sum(x != y for x, y in entries)
        breaks = n > 1 and (l > 1 if lemma == 1 else max(ks) > 1)
        assert (differ > 0) == breaks, (l, n, ks)
        assert turned["wrong"] == differ
        assert turned["relation"] == ("≠" if breaks else "=")
        said = f"not the sum: {differ} of {len(entries)} entries differ"
        assert (said in turned["status"]) == breaks


# Of Lemma 1 entry (2, 1) of A_2, of Lemma 4 entry (1, 2) of B_1: the number of
# the matrix, its row and column; what lights up with it, and what it meets.
ENTRY = {1: (0, 3, 0), 4: (1, 0, 1)}
LIT = {
    1: {
        "A": [(3, 0)],
        "A(n, kl)": [(1, 1)],
        "A2B2′": [(1, 0), (1, 1)],
        SUM[1]: [(1, 0), (1, 1)],
        PRODUCT[1]: [(1, 0), (1, 1)],
    },
    4: {
        "B": [(0, 1)],
        "b̃": [(0, 2)],
        "b̃′ã": [(2, 0), (2, 1), (2, 2), (2, 3)],
        SUM[4]: [(0, 1), (0, 4), (2, 1), (2, 4)],
        PRODUCT[4]: [(0, 1), (0, 4), (2, 1), (2, 4)],
    },
}
MET = {
    1: {"B": [(2, 0), (3, 0)], "B(n, kl)": [(0, 1), (1, 1)]},
    4: {
        "A": [(0, 0), (0, 1), (1, 0), (1, 1)],
        "ã": [(0, 0), (0, 1), (0, 2), (0, 3)],
    },
}
WORDS = {
    1: "4 is entry (2, 1) of A2. It stands in row 2, column 2 of A(n, kl), "
    "meets column 1 of B2 and adds to row 2 of the product.",
    4: "3 is entry (1, 2) of B1. It meets row 1 of ã and adds to row 3 of "
    "b̃′ã, folded into entry (1, 2) of each block.",
}
# The same of entry (2, 1) of A_1, read by rows.
TURNED = {
    1: "2 is entry (2, 1) of A1. It stands in row 1, column 3 of "
    "Arow-major (n, kl), meets 1, 2, not column 1 of B1, and adds to row 1 "
    "of the product, not 2.",
    4: "2 is entry (2, 1) of A1. It meets row 1 of b̃ and adds to column 3 of "
    "b̃′ã, folded into block (1, 2), not (2, 1).",
}


def assert_followed(page, lemma):
    now = shown(page)
    for kind, expected in (("lit", LIT), ("met", MET)):
        found = {
            name: [(i, j) for i, j in marks[kind]]
            for name, marks in now["marked"].items()
            if marks[kind]
        }
        assert found == expected[lemma]
    assert now["words"] == WORDS[lemma]


@both_lemmas
def test_an_entry_under_the_pointer_lights_up_where_it_goes(lemma, opened):
    page = opened(lemma)
    cell(page, 2, 0, 0).hover()
    cell(page, *ENTRY[lemma]).hover()
    assert_followed(page, lemma)


@both_lemmas
def test_so_does_one_that_is_tapped(lemma, opened):
    page = opened(lemma, width=360, has_touch=True, is_mobile=True)
    cell(page, 2, 0, 0).tap()
    cell(page, *ENTRY[lemma]).tap()
    assert_followed(page, lemma)


@both_lemmas
def test_so_does_one_that_the_keyboard_reaches(lemma, opened):
    page = opened(lemma)
    matrix, i, j = ENTRY[lemma]
    toggle(page).focus()
    for key in ["Tab"] * (matrix + 1) + ["ArrowDown"] * i + ["ArrowRight"] * j:
        page.keyboard.press(key)
    assert_followed(page, lemma)
    assert page.locator(".reshape .line[data-mark='here']").count() == 1


@both_lemmas
def test_a_key_reads_by_rows_and_back(lemma, opened):
    page = opened(lemma)
    cell(page, 0, 1, 0).focus()
    page.keyboard.press("r")
    pressed = page.get_by_role("button", name="row-major", pressed=True)
    assert pressed.count() == 1
    assert shown(page)["relation"] == "≠"
    assert shown(page)["words"] == TURNED[lemma]
    # The reader is still where they were, and goes back by the same key.
    assert page.locator(":focus").text_content() == "2"
    page.keyboard.press("R")
    assert shown(page)["relation"] == "="


@both_lemmas
def test_a_number_says_what_it_is_made_of(lemma, opened):
    page = opened(lemma)
    names = list(shown(page)["matrices"])
    cell(page, names.index(SUM[lemma]), 1, 1).focus()
    value, _, terms = shown(page)["words"].partition(" = ")
    terms = [term.split("·") for term in terms.split(" + ")]
    assert len(terms) == {1: 6, 4: 2}[lemma]
    assert int(value) == sum(int(a) * int(b) for a, b in terms)
    assert int(value) == shown(page)["matrices"][SUM[lemma]][1][1]


@both_lemmas
def test_a_matrix_is_one_stop_and_arrow_keys_stay_in_it(lemma, opened):
    page = opened(lemma)
    stops = page.locator(".reshape [role=gridcell][tabindex='0']")
    grids = page.locator(".reshape [role=grid]")
    assert stops.count() == grids.count() > 6
    cell(page, 1, 0, 0).focus()
    for key in ["ArrowUp", "ArrowLeft", "ArrowRight", *["ArrowDown"] * 9]:
        page.keyboard.press(key)
    B = shown(page)["matrices"]["B"]
    assert page.locator(":focus").text_content() == str(B[-1][1])
    assert stops.count() == grids.count()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.locator(":focus").text_content() == str(B[-1][1])


@both_lemmas
def test_axe_finds_nothing(lemma, opened, seen):
    page = opened(lemma)
    largest(page, lemma)
    turn(page)
    found = found_by_axe(page, seen, ".reshape")
    assert found == {"light": [], "dark": []}


CONTRAST = """
() => {
    const probe = document.createElement("canvas").getContext("2d")
    const luminance = colour => {
        probe.fillStyle = colour
        probe.fillRect(0, 0, 1, 1)
        const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data]
            .map(c => c / 255)
            .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const page = getComputedStyle(document.body).backgroundColor
    const cells = [...document.querySelectorAll(".reshape [role=gridcell]")]
    return cells.map(e => {
        const fill = getComputedStyle(e.querySelector("rect")).fill
        const ground = /, 0\\)$/.test(fill) ? page : fill
        const ink = getComputedStyle(e.querySelector("text")).fill
        const [x, y] = [luminance(ground), luminance(ink)]
        return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
    })
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@both_lemmas
def test_every_entry_can_be_read_on_its_shade(lemma, scheme, opened):
    page = opened(lemma, color_scheme=scheme)
    largest(page, lemma)
    ratios = page.evaluate(CONTRAST)
    assert len(ratios) > 100 and min(ratios) >= 4.5


@both_lemmas
def test_it_fits_a_phone_and_a_finger(lemma, opened):
    page = opened(lemma, width=360, has_touch=True, is_mobile=True)
    largest(page, lemma)
    turn(page)
    root = "document.documentElement"
    width = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    assert width == 0
    for control in page.locator(".reshape :is(input, button)").all():
        assert control.bounding_box()["height"] >= 44
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".reshape [role=gridcell]")]
            .map(e => e.querySelector("rect").getBoundingClientRect())
            .map(({left, right, width}) => [left, right, width])"""
    )
    for left, right, side in sizes:
        assert left >= 0 and right <= 360 and side >= 24


@both_lemmas
def test_it_asks_for_nothing_once_it_is_there(lemma, opened):
    page = opened(lemma)
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    largest(page, lemma)
    turn(page)
    cell(page, 0, 0, 0).hover()
    page.wait_for_load_state("networkidle")
    assert asked == []


MOVING = "document.querySelector('.reshape').getAnimations({subtree: true})"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
@both_lemmas
def test_entries_move_only_where_motion_is_welcome(lemma, motion, opened):
    page = opened(lemma, reduced_motion=motion)
    # At once, or a busy machine would ask when all is over.
    clicked = f"e => {{ e.click(); return {MOVING}.length }}"
    moving = toggle(page).evaluate(clicked)
    assert (moving > 0) == (motion == "no-preference")


@both_lemmas
def test_the_still_picture_stays_on_paper_and_without_scripts(lemma, opened):
    page = opened(lemma)
    still, moving = page.locator(".identity-picture"), page.locator(".reshape")
    assert moving.is_visible() and not still.is_visible()
    page.emulate_media(media="print")
    assert still.is_visible() and not moving.is_visible()
    page = opened(lemma, java_script_enabled=False)
    assert page.locator(".identity-picture").is_visible()
    assert page.locator(".reshape").count() == 0


def test_other_pages_do_without(opened):
    page = opened(2)
    assert page.locator("script[src*='reshape.js']").count() == 0
    assert page.locator("link[href*='reshape.css']").count() == 0

"""A phone: cards that fold, and buttons as large as a finger."""

import pytest
from accessible import found_by_axe

# A table of text, one whose rows need several cells to be told apart, and one
# that a cell computes.
LONG = ["concordance", "measurements", "speed"]
# Not an empty one.
CELL = "td:has(.column-name)"
TARGET = 40  # pixels

long_tables = pytest.mark.parametrize("name", LONG)


@pytest.fixture
def opened(fresh):
    """Return a function that opens a page on a phone, or otherwise."""

    def opened(name, width=360, touch=True, **options):
        name = f"book/{name}.html"
        return fresh(name, width, has_touch=touch, is_mobile=touch, **options)

    return opened


def rows(page):
    return page.locator("article tr.folds")


def folded(row):
    """Return the cells of a row that can be seen, and those that cannot."""
    cells = row.locator("td").all()
    seen = [cell.is_visible() for cell in cells]
    assert seen == sorted(seen, reverse=True)
    return sum(seen), len(seen) - sum(seen)


@long_tables
def test_a_finger_opens_a_card_and_closes_it(name, opened):
    row = rows(opened(name)).nth(2)
    button = row.get_by_role("button")
    heading, rest = folded(row)
    assert rest > 1 and button.get_attribute("aria-expanded") == "false"
    button.tap()
    assert button.get_attribute("aria-expanded") == "true"
    assert all(cell.is_visible() for cell in row.locator(CELL).all())
    row.locator("td").first.tap()
    assert folded(row) == (heading, rest)


@long_tables
def test_a_key_opens_a_card(name, opened):
    page = opened(name, touch=False)
    button = rows(page).first.get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    assert rows(page).first.get_by_role("button", expanded=True).count() == 1
    page.keyboard.press("Space")
    assert rows(page).first.get_by_role("button", expanded=False).count() == 1


@long_tables
def test_headings_tell_the_cards_of_a_table_apart(name, opened):
    page = opened(name)
    for table in page.locator("table:has(tr.folds)").all():
        said = [row.inner_text() for row in table.locator("tr.folds").all()]
        assert len(set(said)) == len(said) > 9


def test_a_link_in_a_heading_is_followed(opened):
    page = opened("status")
    rows(page).get_by_role("link").first.tap()
    page.wait_for_url("**/lemma_1.html*")


@long_tables
def test_axe_finds_nothing(name, opened, seen):
    page = opened(name)
    rows(page).first.get_by_role("button").tap()
    found = found_by_axe(page, seen, "table.long")
    assert found == {"light": [], "dark": []}


@long_tables
def test_all_is_shown_where_nothing_need_fold(name, opened):
    """On a wide screen, on paper, and without scripts."""
    wide, paper = opened(name, width=1300, touch=False), opened(name)
    paper.emulate_media(media="print")
    plain = opened(name, java_script_enabled=False)
    for page in wide, paper, plain:
        cells = page.locator(f"table.long {CELL}")
        assert cells.count() == cells.and_(page.locator(":visible")).count()
        assert page.locator("table.long button:visible").count() == 0


def test_other_pages_do_without(opened):
    page = opened("lemma_1")
    assert page.locator("script[src*='cards.js']").count() == 0
    assert page.locator("link[href*='cards.css']").count() == 0


@pytest.mark.parametrize(
    "name", ["lemma_1", "api/sums", "proofs_source", "speed"]
)
def test_code_is_copied_by_a_finger(name, opened):
    """By a button that is there at once, and covers nothing."""
    page = opened(name)
    buttons = page.evaluate(
        """() => [...document.querySelectorAll("button.copybtn")]
            .filter(e => e.checkVisibility())
            .map(e => {
                const box = e.getBoundingClientRect()
                const text = document.createRange()
                text.selectNodeContents(e.parentElement.querySelector("pre"))
                const {bottom} = text.getBoundingClientRect()
                return [getComputedStyle(e).opacity, box.width, box.height,
                    box.top - bottom]
            })"""
    )
    assert len(buttons) > 2
    for opacity, width, height, below in buttons:
        assert opacity == "1" and min(width, height) >= TARGET
        assert below >= 0

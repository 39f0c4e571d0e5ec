"""A reader without a mouse reaches everything."""

import pytest


@pytest.fixture
def page(fresh):
    return fresh("book/lemma_4.html")


def focused(page, what):
    return page.evaluate(f"document.activeElement.{what}")


def test_the_first_stop_skips_to_the_text(page):
    page.keyboard.press("Tab")
    assert focused(page, "textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main-content")
    page.keyboard.press("Tab")
    assert focused(page, "closest('main') !== null")


def test_every_stop_is_seen(page):
    """No stop is hidden, and each is marked; no place holds the reader."""
    seen = set()
    for _ in range(1000):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const e = document.activeElement
                if (e === document.body) return null
                e.dataset.stop ??= String(Math.random())
                const box = e.getBoundingClientRect()
                const style = getComputedStyle(e)
                const marked = style.outlineStyle !== "none"
                    || style.boxShadow !== "none"
                return [e.dataset.stop, e.outerHTML.slice(0, 120),
                    box.width > 0 && box.height > 0, marked]
            }"""
        )
        if stop is None or stop[0] in seen:
            break
        seen.add(stop[0])
        assert stop[2], f"hidden: {stop[1]}"
        assert stop[3], f"not marked: {stop[1]}"
    assert len(seen) > 60
    last = page.locator("article a").last
    assert last.get_attribute("data-stop") in seen


def test_launch_buttons_open_by_key(page):
    link = page.locator(".dropdown-menu a", has_text="Colab")
    button = page.get_by_role("button", name="Launch interactive content")
    button.focus()
    assert not link.is_visible()
    page.keyboard.press("Enter")
    link.wait_for(state="visible")
    page.keyboard.press("Escape")
    link.wait_for(state="hidden")


def test_search_opens_by_key_and_finds(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("kronecker")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=kronecker*")
    page.locator("ul.search li").first.wait_for()


def test_code_is_copied_by_its_button(page):
    button = page.locator("button.copybtn:visible").first
    button.focus()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("Enter")
    copied = page.evaluate("navigator.clipboard.readText()")
    cell = button.locator("xpath=..").locator("pre")
    assert copied.strip() == cell.inner_text().strip() != ""

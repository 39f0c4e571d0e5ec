"""Every page on a phone with a slow line: light, soon there, and as wide.

And as Pages serves it, to a reader who has kept nothing of the site.
"""

import contextlib

import pytest
from test_pages import OVER

from conftest import every_page

# A slow phone: so many bytes in a second, and one time there and back.
RATE, THERE_AND_BACK = 1.6e6 / 8, 0.15

# What a browser must have before it paints: the page, the style sheets and
# the scripts in its head.
NEEDED = """[
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource")
        .filter(e => e.renderBlockingStatus === "blocking"),
].map(e => e.transferSize)"""


class Arrival:
    """A page, how long its first content takes, and how much all of it is.

    By what it waits for on such a line, not by the clock of this machine.
    """

    def __init__(self, window, url):
        self.page = window.new_page()
        line = window.new_cdp_session(self.page)
        line.send("Network.enable")
        sizes = []
        line.on(
            "Network.loadingFinished",
            lambda event: sizes.append(event["encodedDataLength"]),
        )
        self.page.goto(url, wait_until="load")
        self.page.evaluate("window.MathJax?.startup?.promise")
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_load_state("networkidle")
        self.bytes = sum(sizes)
        needed = self.page.evaluate(NEEDED)
        # To connect, for the page, and for what its head names.
        self.seconds = 3 * THERE_AND_BACK + sum(needed) / RATE


@pytest.fixture(scope="session")
def phone(browser, address):
    """Return a function that opens a page, and keeps it open for a while."""
    arrivals = {}
    window = contextlib.ExitStack()

    def phone(name):
        if name not in arrivals:
            arrivals.clear()
            window.close()
            context = browser.new_context(
                viewport={"width": 360, "height": 900}
            )
            window.enter_context(context)
            arrivals[name] = Arrival(context, address + name)
        return arrivals[name]

    with window:
        yield phone


@every_page
def test_a_page_is_light_and_soon_there(name, phone, capsys):
    came = phone(name)
    with capsys.disabled():
        print(f"\n{name}: {came.bytes / 1e3:.0f} kB, {came.seconds:.2f} s")
    assert came.bytes <= 1e6
    assert came.seconds <= 2


@every_page
def test_only_formulas_and_code_scroll_sideways(name, phone):
    wide, over = phone(name).page.evaluate(OVER)
    assert wide == 0
    assert [e for e in over if e[:2] != ["auto", True]] == []


@every_page
def test_the_labels_of_a_figure_can_be_read(name, phone):
    """At least ten pixels high, but for sub- and superscripts."""
    small = phone(name).page.evaluate(
        """() => [...document.querySelectorAll("main svg text")]
            .filter(e => e.checkVisibility() && e.textContent.trim())
            .map(e => {
                const {c, d} = e.getScreenCTM()
                const sizes = [e, ...e.querySelectorAll("tspan")]
                    .filter(part => part.textContent.trim())
                    .map(part => parseFloat(getComputedStyle(part).fontSize))
                return [Math.hypot(c, d) * Math.max(...sizes), e.textContent]
            })
            .filter(([size]) => size < 10)"""
    )
    assert small == []

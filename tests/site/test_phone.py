"""Every page on a phone with a slow line: light, soon there, and as wide.

And as Pages serves it, to a reader who has kept nothing of the site.
"""

import contextlib

import pytest
from playwright.sync_api import TimeoutError
from test_pages import OVER

from conftest import every_page

# A slow phone: 1.6 Mbit/s down, 0.75 up, 150 ms there and back.
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
NO_LIMIT = {
    "offline": False,
    "latency": 0,
    "downloadThroughput": -1,
    "uploadThroughput": -1,
}

PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


class Arrival:
    """A page, how long its first content took, and how much all of it is."""

    def __init__(self, window, url):
        self.page = window.new_page()
        line = window.new_cdp_session(self.page)
        line.send("Network.enable")
        sizes = []
        line.on(
            "Network.loadingFinished",
            lambda event: sizes.append(event["encodedDataLength"]),
        )
        line.send("Network.emulateNetworkConditions", SLOW_LINE)
        self.page.goto(url, wait_until="commit", timeout=30_000)
        paint = self.page.wait_for_function(PAINT, polling=100, timeout=30_000)
        self.seconds = paint.json_value() / 1000
        # The rest need not be waited for.
        line.send("Network.emulateNetworkConditions", NO_LIMIT)
        self.page.wait_for_load_state("load")
        self.page.evaluate("window.MathJax?.startup?.promise")
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_load_state("networkidle")
        self.bytes = sum(sizes)


@pytest.fixture(scope="session")
def phone(browser, address):
    """Return a function that opens a page, and keeps it open for a while.

    It opens it again where the machine was busy, or a request hung.
    """
    arrivals = {}
    window = contextlib.ExitStack()

    def opened(name):
        window.close()
        context = browser.new_context(viewport={"width": 360, "height": 900})
        window.enter_context(context)
        return Arrival(context, address + name)

    def phone(name):
        if name not in arrivals:
            arrivals.clear()
            for _ in range(2):
                with contextlib.suppress(TimeoutError):
                    arrivals[name] = opened(name)
                    if arrivals[name].seconds <= 2:
                        return arrivals[name]
            arrivals[name] = opened(name)
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

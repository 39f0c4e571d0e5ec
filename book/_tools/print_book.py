"""Print the book and the cheat sheet as tagged PDF files: make pdf.

Chromium prints what Sphinx's singlehtml builder made of the whole book. The
cheat sheet is the same page with nothing else left on it.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

BUILD = Path(__file__).resolve().parents[2] / "_build"
SINGLE = BUILD / "singlehtml"

# Both are printed without the theme's own marks: it has none for paper.
FOOTER = """
<div style="font: 8px sans-serif; width: 100%; text-align: center">
  <span class="pageNumber"></span> / <span class="totalPages"></span>
</div>
"""

# Its links lead to the site, because the other chapters are gone.
ALONE = """
const site = document.querySelector("link[rel=canonical]").href
    .replace(/book.index.html$/, "")
const sheet = document.getElementById("cheat-sheet")
for (const link of sheet.querySelectorAll("a[href^='#']")) {
    const anchor = link.getAttribute("href").slice(1)
    const target = document.getElementById(anchor)
    // Sphinx marks where a chapter begins by its name.
    const marks = [...document.querySelectorAll("span[id^='document-']")]
    const before = marks.filter(mark => mark === target ||
        mark.compareDocumentPosition(target) & 4)
    const page = before.at(-1).id.replace("document-", "")
    link.href = `${site}${page}.html` +
        (before.at(-1) === target ? "" : `#${anchor}`)
}
sheet.append(`${document.title}, ${site}`)
document.title = "Cheat sheet of matrix lemmas"
document.body.className = "cheat-sheet"
document.body.replaceChildren(sheet)
"""


def chromium():
    """Return where Chromium is, or say how to get it."""
    named = os.environ.get("CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise SystemExit(
            "No Chromium was found. Install it (Debian: apt-get install "
            "chromium), or name it: CHROMIUM=/path/to/chromium make …"
        )
    return found


def launch(playwright):
    """Start Chromium so that it asks no other machine for anything."""
    quiet = ["--disable-background-networking", "--disable-component-update"]
    return playwright.chromium.launch(
        executable_path=chromium(),
        args=["--no-sandbox", "--disable-gpu", *quiet],
    )


def single_page():
    """Mend the page, which Sphinx writes into a folder it does not expect.

    Its links to pictures lead from the folder above, and some of those to
    its own places leave it.
    """
    html = (SINGLE / "book" / "index.html").read_text(encoding="utf-8")
    page = SINGLE / "book.html"
    page.write_text(
        html.replace('href="book/index.html#', 'href="#'), encoding="utf-8"
    )
    return page


def main(folder=BUILD / "pdf"):
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.goto(single_page().as_uri(), wait_until="load")
        page.evaluate("MathJax.startup.promise")
        page.evaluate("document.fonts.ready")
        common = {"tagged": True, "outline": True, "format": "A4"}
        page.pdf(
            path=folder / "matrix-lemmas.pdf",
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
            **common,
        )
        page.evaluate(ALONE)
        page.pdf(path=folder / "cheat-sheet.pdf", landscape=True, **common)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())

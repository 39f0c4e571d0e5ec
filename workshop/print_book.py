"""Print the book and the cheat sheet as tagged PDF files: make pdf.

Chromium prints what Sphinx's singlehtml builder made of the whole book. The
cheat sheet is the same page with nothing else left on it.
"""

import datetime
import logging
import os
import shutil
import sys
from pathlib import Path

import tomllib
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from workshop.extensions.plain_text import plain
from workshop.repository_files import revision

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
SINGLE = BUILD / "singlehtml"
COMMON = {"tagged": True, "outline": True, "format": "A4"}

# Chromium's files count their objects in a way that pypdf remarks upon.
logging.getLogger("pypdf").setLevel(logging.ERROR)

FOOTER = """
<div style="font: 8px sans-serif; width: 100%; text-align: center">
  <span class="pageNumber"></span> / <span class="totalPages"></span>
</div>
"""

# Before MathJax replaces it.
KEEP_TEX = """
document.addEventListener("readystatechange", () => {
    for (const math of document.querySelectorAll(".math")) {
        math.dataset.tex ??= math.textContent
    }
})
"""

# Puts the contents before the text, with the numbers of the pages, and tells
# the titles of all headings as a reader reads them.
PREPARE = """
([edition, pages]) => {
    const text = heading => {
        const copy = heading.cloneNode(true)
        copy.querySelectorAll(".headerlink").forEach(e => e.remove())
        for (const math of copy.querySelectorAll(".math")) {
            math.textContent = math.dataset.tex
        }
        return copy.textContent.trim()
    }
    document.getElementById("front")?.remove()
    const first = document.querySelector("article h1")
    const chapters = [...document.querySelectorAll(".toctree-wrapper h2")]
    const front = document.createElement("nav")
    front.id = "front"
    front.innerHTML = "<p></p><h2>Contents</h2>"
    front.firstChild.textContent = edition
    chapters.forEach((chapter, place) => {
        const line = document.createElement("a")
        line.href = "#" + chapter.parentElement.id
        const title = chapter.cloneNode(true)
        title.querySelectorAll(".headerlink").forEach(e => e.remove())
        const name = document.createElement("span")
        name.append(...title.childNodes)
        const page = document.createElement("span")
        page.textContent = pages[place] ?? "000"
        line.append(name, page)
        front.append(line)
    })
    first.after(front)
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
        .filter(e => e.checkVisibility())
    return headings.map(e => [text(e), chapters.indexOf(e)])
}
"""

# Its links lead to the site, because the other chapters are gone; or are words
# alone, where the site has no address.
ALONE = """
const site = document.querySelector("link[rel=canonical]")?.href
    .replace(/book.index.html$/, "")
const sheet = document.getElementById("cheat-sheet")
for (const link of sheet.querySelectorAll("a[href^='#']")) {
    if (!site) {
        link.replaceWith(...link.childNodes)
        continue
    }
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
sheet.append(site ? `${document.title}, ${site}` : document.title)
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
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        # No page of the book either: there is no other machine.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
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


def edition():
    """Return which book it is: its version, revision and date."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    version = project["project"]["version"]
    return (
        f"Version {version}, revision {revision(ROOT)}, printed on "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    )


def entries(outline):
    """Yield the entries of a PDF file's outline from top to bottom."""
    for entry in outline:
        if isinstance(entry, list):
            yield from entries(entry)
        else:
            yield entry


def print_whole(page, path):
    """Print the book twice: the first time shows where its chapters begin."""
    numbers = {}
    for _ in range(2):
        page.emulate_media(media="print")
        headings = page.evaluate(PREPARE, [edition(), numbers])
        page.pdf(
            path=path,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "18mm"),
            **COMMON,
        )
        pdf = PdfReader(path)
        outline = list(entries(pdf.outline))
        if len(outline) != len(headings):
            raise SystemExit("the outline is not that of the headings")
        for entry, (_, chapter) in zip(outline, headings, strict=True):
            if chapter >= 0:
                number = pdf.get_destination_page_number(entry) + 1
                numbers[str(chapter)] = number
    name_headings(path, [title for title, _ in headings])


def name_headings(path, titles):
    """Write the titles into the outline: Chromium leaves formulas out."""
    pdf = PdfWriter(clone_from=path)
    for entry, title in zip(entries(pdf.outline), titles, strict=True):
        entry.node[NameObject("/Title")] = TextStringObject(plain(title))
    pdf.write(path)


def main(folder=BUILD / "pdf"):
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.add_init_script(KEEP_TEX)
        # The whole book is one page, and others may use the machine.
        page.set_default_timeout(120_000)
        page.goto(single_page().as_uri(), wait_until="load")
        page.evaluate("MathJax.startup.promise")
        page.evaluate("document.fonts.ready")
        print_whole(page, folder / "matrix-lemmas.pdf")
        page.evaluate(ALONE)
        page.pdf(path=folder / "cheat-sheet.pdf", landscape=True, **COMMON)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())

"""The book on paper, and the links to it.

The site links what ``make pdf`` has put into _build/pdf, and without it says
nothing of paper.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from workshop.extensions.tables import link_to_root

BOOK, SHEET = "matrix-lemmas.pdf", "cheat-sheet.pdf"


def printed(app):
    """Return the folder of the PDF files, if both are there."""
    folder = Path(app.outdir).parent / "pdf"
    there = all((folder / name).is_file() for name in (BOOK, SHEET))
    return folder if there else None


def publish(app):
    if app.builder.name == "html" and printed(app):
        app.config.html_extra_path.append(str(printed(app)))


class Paper(SphinxDirective):
    """A line that leads to the PDF files."""

    def run(self):
        self.env.note_reread()  # they may have been printed since
        if not printed(self.env.app):
            return []
        name = self.env.docname
        line = nodes.paragraph("", "On paper: ", classes=["paper"])
        line += link_to_root(name, SHEET, "this page")
        line += nodes.Text(" and ")
        line += link_to_root(name, BOOK, "the whole book")
        line += nodes.Text(", as PDF files.")
        return [line]


def offer(app, pagename, templatename, context, doctree):
    """Add the whole book to what every page offers for download."""
    for group in context.get("header_buttons", []):
        if group.get("label") == "download-buttons" and printed(app):
            group["buttons"].append(
                {
                    "type": "link",
                    "url": context["pathto"](BOOK, 1),
                    "text": "the whole book, .pdf",
                    "tooltip": "Download the whole book",
                    "icon": "fas fa-book",
                    "label": "download-book-button",
                }
            )


def setup(app):
    app.add_directive("paper", Paper)
    app.connect("builder-inited", publish)
    # After the theme has made the buttons.
    app.connect("html-page-context", offer, priority=900)
    return {"version": "1", "parallel_read_safe": True}

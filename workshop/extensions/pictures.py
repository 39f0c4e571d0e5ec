"""Pictures that everybody can read, on any ground.

One without alternative text is a warning, at which the build stops; Sphinx
would give the file's name instead, which no scanner notices.

One that is drawn in the colour of the text stands in the page itself: linked
as a file it would be black in the dark. The picture of a lemma, which is the
first one of its chapter, is a file as well, by a name that can be linked.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)


def check(app, doctree, docname):
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            logger.warning(
                "a picture has no alternative text; give its cell the "
                'metadata {"mystnb": {"image": {"alt": "…"}}}',
                location=image if image.line else docname,
            )


def inline(app, doctree, docname):
    """Put vectors in the colour of the text into the page."""
    if app.builder.format != "html":
        return
    lemma = re.fullmatch(r"book/lemma_(\d+)", docname)
    for place, (image, svg) in enumerate(drawn(app, doctree)):
        said = f'<svg role="img" aria-label="{escape(image["alt"])}" '
        shown = svg.replace("<svg ", said, 1)
        if lemma and place == 0:
            shown = identity(app, lemma[1], svg, shown)
        image.replace_self(nodes.raw("", shown, format="html"))


def drawn(app, doctree):
    """Yield the images that are vectors in the colour of the text."""
    for image in list(doctree.findall(nodes.image)):
        path = Path(app.srcdir, image["uri"])
        if path.suffix == ".svg" and path.is_file():
            svg = path.read_text(encoding="utf-8")
            if "currentColor" in svg:
                yield image, svg


def identity(app, number, svg, shown):
    """Return the picture of a lemma with a link to it as a file."""
    folder = Path(app.outdir, app.builder.imagedir)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"lemma-{number}.svg"
    (folder / name).write_text(svg, encoding="utf-8")
    return (
        f'<span class="identity-picture" data-lemma="{number}">{shown}</span>'
        f'<a class="picture-file" href="../{app.builder.imagedir}/{name}">'
        "as a file</a>"
    )


def setup(app):
    # After the outputs of the cells have become pictures.
    app.connect("doctree-resolved", check, priority=900)
    app.connect("doctree-resolved", inline, priority=901)
    return {"version": "1", "parallel_read_safe": True}

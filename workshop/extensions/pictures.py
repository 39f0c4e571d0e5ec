"""Pictures that everybody can read, on any ground.

One without alternative text is a warning, at which the build stops; Sphinx
would give the file's name instead, which no scanner notices.

One that is drawn in the colour of the text stands in the page itself: linked
as a file it would be black in the dark. It is a file as well, by the name of
its page, to be downloaded: lemma-1.svg, lemma-1-2.svg and so on.
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
    page = docname.rpartition("/")[2].replace("_", "-")
    lemma = re.fullmatch(r"lemma-(\d+)", page)
    for place, (image, svg) in enumerate(drawn(app, doctree), 1):
        said = f'<svg role="img" aria-label="{escape(image["alt"])}" '
        if is_tall(svg):
            said += 'class="tall" '
        shown = svg.replace("<svg ", said, 1)
        if lemma and place == 1:  # which reshape.js replaces
            start = f'<span class="identity-picture" data-lemma="{lemma[1]}">'
            shown = f"{start}{shown}</span>"
        name = f"{page}.svg" if place == 1 else f"{page}-{place}.svg"
        shown += as_file(app, name, svg)
        image.replace_self(nodes.raw("", shown, format="html"))


def drawn(app, doctree):
    """Yield the images that are vectors in the colour of the text."""
    for image in list(doctree.findall(nodes.image)):
        path = Path(app.srcdir, image["uri"])
        if path.suffix == ".svg" and path.is_file():
            svg = path.read_text(encoding="utf-8")
            if "currentColor" in svg:
                yield image, svg


def is_tall(svg):
    """Say whether it would be too small in half a page of paper."""
    size = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', svg)
    return bool(size) and float(size[2]) > 1.5 * float(size[1])


def as_file(app, name, svg):
    """Write a picture as a file, and return a link that downloads it."""
    folder = Path(app.outdir, app.builder.imagedir)
    folder.mkdir(parents=True, exist_ok=True)
    # On no page, it has no text whose colour it could take.
    alone = svg.replace("currentColor", "black")
    (folder / name).write_text(alone, encoding="utf-8")
    return (
        f'<a class="picture-file" download href="../{app.builder.imagedir}/'
        f'{name}" title="Download this figure">{name}</a>'
    )


def setup(app):
    # After the outputs of the cells have become pictures.
    app.connect("doctree-resolved", check, priority=900)
    app.connect("doctree-resolved", inline, priority=901)
    return {"version": "1", "parallel_read_safe": True}

"""Pictures that everybody can read, and soon.

One without alternative text is a warning, at which the build stops; Sphinx
would give the file's name instead, which no scanner notices. Each is stored
with the few colours it has, in a third of the bytes.
"""

from docutils import nodes
from PIL import Image
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


def slim(app, exception):
    if exception is None and app.builder.name == "html":
        for name in app.builder.images.values():
            path = app.outdir / app.builder.imagedir / name
            if path.suffix == ".png":
                reduce_colours(path)


def reduce_colours(path):
    """Store a picture with at most 128 colours."""
    with Image.open(path) as image:
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.convert("RGBA").getchannel("A"))
    reduced = flat.quantize(128, dither=Image.Dither.NONE)
    reduced.save(path, optimize=True)


def setup(app):
    # After the outputs of the cells have become pictures.
    app.connect("doctree-resolved", check, priority=900)
    app.connect("build-finished", slim)
    return {"version": "1", "parallel_read_safe": True}

"""Vectors as a notebook shows them: in the colour of the text, on no ground.

Both what is written here, in ``drawing``, and what Matplotlib draws, in
``plots``.
"""

import functools
import io
import re
import zlib

import matplotlib

# What is wider than the page is drawn smaller.
NARROW = 'style="max-width: 100%; height: auto"'

# Stands for the colour of the text, which Matplotlib does not know.
INK = "#010203"
LOOK = {
    **dict.fromkeys(
        ["text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color",
         "ytick.color"], INK,
    ),
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "lemmas_lib",
}  # fmt: skip


class Shown:
    """What a notebook shows as vectors: ``svg``, and its ``repr`` as text."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        # Outside of the site its text is black, whatever the ground.
        light = {"image/svg+xml": {"needs_background": "light"}}
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}, light


class Vectors(Shown):
    """A figure of Matplotlib's as a notebook shows it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> Vectors(Figure()).svg[:4]
    '<svg'
    """

    def __init__(self, figure):
        self.figure = figure
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
        drawn = file.getvalue()
        # Several stand on one page, where a name must be one's own.
        own = f"{zlib.crc32(drawn.encode()):08x}"
        drawn = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>f{own}-", drawn)
        size = r' width="([\d.]+)pt" height="[\d.]+pt"'
        narrow = rf' width="\1pt" {NARROW}'
        drawn = re.sub(size, narrow, drawn[drawn.index("<svg") :], count=1)
        self.svg = drawn.replace(INK, "currentColor")

    def __repr__(self):
        return "a figure"


def as_vectors(function):
    """Return a function that gives its figure as vectors.

    Parameters
    ----------
    function : callable
        It returns a figure.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> as_vectors(Figure)()
    a figure
    """

    @functools.wraps(function)
    def draw(*arguments, **options):
        with matplotlib.rc_context(LOOK):
            return Vectors(function(*arguments, **options))

    return draw

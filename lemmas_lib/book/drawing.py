"""Pictures of matrices: every entry in the shade of its block.

Blocks go from light to dark, so that they differ without hue as well. A
picture is vectors, written here: the same for the same matrices, on no ground
of its own, with labels in the colour of the text that it stands in.
"""

import re
import zlib
from html import escape
from typing import NamedTuple

import numpy as np
from matplotlib import colormaps

from .vectors import NARROW, Shown

CELL = 26  # the side of an entry, in pixels
GAP = 12  # on either side of a sign, half of it around a dot
NAME = 30  # the room for a name
LINE = 22  # from one line of matrices to the next
TEXT = 0.62  # the height of a number, in entries


class Picture(Shown):
    """Vectors that a notebook shows; its text is a digest of them.

    So a comparison of outputs sees whether a picture has changed.
    """

    def __init__(self, width, height, parts):
        self.svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" '
            f'viewBox="0 0 {width:g} {height:g}" font-size="{CELL * TEXT:g}" '
            'font-family="sans-serif" text-anchor="middle" '
            f'fill="currentColor" {NARROW}>\n' + "\n".join(parts) + "\n</svg>"
        )

    def __repr__(self):
        return f"a picture, {zlib.crc32(self.svg.encode()):08x}"


class Matrix(NamedTuple):
    """A matrix in a picture: its name, its entries, and a shade for each.

    A shade is from 0, light, to 1, dark; where it is NaN an entry has none.
    """

    name: str
    entries: np.ndarray
    shades: np.ndarray


def equation(*lines):
    """Draw lines of matrices and the signs between them.

    Parameters
    ----------
    *lines : list of Matrix or str
        A name, or a sign, is text with sub- and superscripts as in
        ``"A^{(n,kl)}"``.

    Returns
    -------
    Picture

    Examples
    --------
    >>> x = Matrix("x", np.array([[2]]), shades([[0]]))
    >>> equation([x, "+", x, "=", plain("2x", [[4]])])  # doctest: +ELLIPSIS
    a picture, ...
    """
    parts, widths = [], [sum(map(_width, line)) for line in lines]
    bottom = 0
    for line, width in zip(lines, widths, strict=True):
        rows = max(len(x.entries) for x in line if isinstance(x, Matrix))
        middle = bottom + NAME + CELL * rows / 2
        left = (max(widths) - width) / 2
        for part in line:
            if isinstance(part, Matrix):
                parts += _matrix(part, left, middle)
            else:
                centre = left + _width(part) / 2
                parts.append(_text(part, centre, middle, 20))
            left += _width(part)
        bottom = middle + CELL * rows / 2 + LINE
    return Picture(max(widths) + 2, bottom - LINE + 2, parts)


def blocks(panels, block_shape):
    """Draw a block matrix and what becomes of its entries.

    Parameters
    ----------
    panels : dict of str to array_like
        Matrices by name. The first is cut into blocks and must have entries
        that are all different; in the others each entry has the shade of the
        block that it came from.
    block_shape : (int, int)

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If blocks of this shape do not fill the first matrix, or two of its
        entries are equal.

    Examples
    --------
    >>> A = np.arange(1, 9).reshape(4, 2)
    >>> blocks({"A": A, "A′": A.T}, (2, 2))  # doctest: +ELLIPSIS
    a picture, ...
    """
    first = next(iter(panels.values()))
    moved = _moved_from(np.asarray(first), block_shape)
    return equation(joined("→", ([moved(*panel)] for panel in panels.items())))


def memory(X, lines, block_shape):
    """Draw the entries of a block matrix in the order of memory.

    Parameters
    ----------
    X : array_like
        Cut into blocks; its entries must be all different.
    lines : dict of str to array_like
        For each line its name and the entries of X in some order.
    block_shape : (int, int)

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        As in ``blocks``.

    Examples
    --------
    >>> X = np.arange(4).reshape(2, 2)
    >>> orders = {"by rows": X, "by columns": X.T}
    >>> memory(X, orders, (1, 2))  # doctest: +ELLIPSIS
    a picture, ...
    """
    moved = _moved_from(np.asarray(X), block_shape)
    orders = {name: np.ravel(line)[None] for name, line in lines.items()}
    return equation(*([moved(*order)] for order in orders.items()))


def shades(blocks, number=None):
    """Return a shade for each number of a block, counted from 0.

    Parameters
    ----------
    blocks : array_like of int
        The number of the block of each entry.
    number : int, optional
        How many blocks there are, if not all of them are here.

    Examples
    --------
    >>> shades([[0, 1], [2, 2]])
    array([[0. , 0.5],
           [1. , 1. ]])
    """
    blocks = np.asarray(blocks)
    last = (blocks.max() + 1 if number is None else number) - 1
    return blocks / max(last, 1)


def plain(name, entries):
    """Return a matrix without shades.

    Parameters
    ----------
    name : str
    entries : array_like

    Examples
    --------
    >>> plain("x", [[1, 2]]).shades
    array([[nan, nan]])
    """
    entries = np.asarray(entries)
    return Matrix(name, entries, np.full(entries.shape, np.nan))


def in_blocks(name, X, block_shape):
    """Return a matrix, each entry in the shade of its block.

    Parameters
    ----------
    name : str
    X : array_like
    block_shape : (int, int)

    Examples
    --------
    >>> in_blocks("x", [[1, 2, 3, 4]], (1, 2)).shades
    array([[0., 0., 1., 1.]])
    """
    X = np.asarray(X)
    i, j = (
        place // n
        for place, n in zip(np.indices(X.shape), block_shape, strict=True)
    )
    return Matrix(name, X, shades(i * (j.max() + 1) + j))


def joined(sign, terms):
    """Return the parts of a line of terms with a sign between them.

    Parameters
    ----------
    sign : str
    terms : iterable of list of Matrix or str

    Examples
    --------
    >>> joined("+", [["a", "b"], ["c"]])
    ['a', 'b', '+', 'c']
    """
    first, *others = terms
    return [*first, *(part for term in others for part in (sign, *term))]


def _moved_from(X, block_shape):
    """Return what draws entries of X, each in the shade of its block."""
    n1, n2 = block_shape
    if X.shape[0] % n1 or X.shape[1] % n2 or np.unique(X).size < X.size:
        raise ValueError(
            f"the first matrix, of shape {X.shape}, must be cut into blocks "
            f"of shape {block_shape} and have entries that all differ"
        )
    shade = in_blocks("", X, block_shape).shades
    shade = dict(zip(X.flat, shade.flat, strict=True))

    def moved(name, entries):
        entries = np.asarray(entries)
        return Matrix(name, entries, np.vectorize(shade.get)(entries))

    return moved


def _width(part):
    if isinstance(part, Matrix):
        return CELL * part.entries.shape[1]
    room = GAP if part in "·," else 2 * GAP
    return room + 10 * (len(part) - 1)


def _matrix(matrix, left, middle):
    """Yield the parts of one matrix, centred on a line."""
    rows, columns = matrix.entries.shape
    top = middle - CELL * rows / 2
    centre = left + CELL * columns / 2
    yield _text(matrix.name, centre, top - 12, 16, italic=True)
    for (i, j), entry in np.ndenumerate(matrix.entries):
        x, y = left + CELL * j, top + CELL * i
        yield _entry(x + 1, y + 1, entry, matrix.shades[i, j])


def _entry(x, y, entry, shade):
    """Return one entry in its cell."""
    if np.isnan(shade):
        look, ink = 'fill="none" stroke-opacity="0.45"', ""
    else:
        colour = colormaps["cividis"](0.95 - 0.85 * shade)[:3]
        dark = "black" if _luminance(colour) > 0.18 else "white"
        fill = "".join(f"{round(255 * c):02x}" for c in colour)
        look, ink = f'fill="#{fill}" stroke-opacity="0.15"', f' fill="{dark}"'
    square = f'x="{x:g}" y="{y:g}" width="{CELL}" height="{CELL}"'
    centre = f'x="{x + CELL / 2:g}" y="{y + CELL * 0.7:g}"'
    return (
        f'<rect {square} stroke="currentColor" {look}/>'
        f"<text {centre}{ink}>{escape(str(entry))}</text>"
    )


def _text(text, x, y, size, italic=False):
    """Return text with its sub- and superscripts, centred on a line."""
    style = ' font-family="serif" font-style="italic"' * italic
    parts, shift = [], 0
    for raised, braced, one, rest in re.findall(
        r"([\^_])(?:\{(.*?)\}|(.))|([^\^_]+)", text
    ):
        part = braced or one or rest
        level = {"^": -0.4, "_": 0.25, "": 0}[raised] * size
        small = f' font-size="{0.7 * size:g}"' * bool(raised)
        move = f' dy="{level - shift:g}"' * (level != shift)
        parts.append(f"<tspan{move}{small}>{escape(part)}</tspan>")
        shift = level
    place = f'x="{x:g}" y="{y + size / 3:g}" font-size="{size}"'
    return f"<text {place}{style}>{''.join(parts)}</text>"


def _luminance(colour):
    """Return the relative luminance by which contrast is defined (WCAG)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in colour
    ]
    return float(np.dot((0.2126, 0.7152, 0.0722), linear))

"""Pictures of block matrices: every entry in the shade of its block.

Blocks go from light to dark, so that they differ without hue as well. Each
function draws one figure on pyplot, which a notebook shows at the end of the
cell.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

DPI = 144
CELL = 0.28  # the side of a matrix entry, in inches
GAP = 1.6  # between two matrices, in entries
LINE = 1.6  # from one line of memory to the next, in entries
NAME = 9  # the room for the name of a line, in entries


def blocks(panels, block_shape):
    """Draw a block matrix and what becomes of its entries.

    Parameters
    ----------
    panels : dict of str to array_like
        Matrices by name, in TeX. The first is cut into blocks and must have
        entries that are all different; in the others each entry has the
        colour of the block that it came from.
    block_shape : (int, int)

    Raises
    ------
    ValueError
        If blocks of this shape do not fill the first matrix, or two of its
        entries are equal.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> A = np.arange(1, 9).reshape(4, 2)
    >>> blocks({"$A$": A, "$A'$": A.T}, (2, 2))
    >>> [text.get_text() for text in plt.gca().texts][-1]
    "$A'$"
    >>> plt.close()
    """
    panels = {name: np.asarray(X) for name, X in panels.items()}
    colour = _block_colours(next(iter(panels.values())), block_shape)
    width = sum(X.shape[1] + GAP for X in panels.values()) - GAP
    height = max(len(X) for X in panels.values())
    ax = _canvas(width, height + 1)
    left = 0
    for name, X in panels.items():
        if left:
            ax.text(left - GAP / 2, 0, "→", ha="center", va="center")
        _matrix(ax, name, X, colour, left)
        left += X.shape[1] + GAP
    ax.set(xlim=(-0.1, width + 0.1))
    ax.set(ylim=(-height / 2 - 0.1, height / 2 + 1.1))


def memory(X, lines, block_shape):
    """Draw the entries of a block matrix in the order of memory.

    Parameters
    ----------
    X : array_like
        Cut into blocks; its entries must be all different.
    lines : dict of str to array_like
        For each line its name and the entries of X in some order.
    block_shape : (int, int)

    Raises
    ------
    ValueError
        As in ``blocks``.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> X = np.arange(4).reshape(2, 2)
    >>> memory(X, {"by rows": X, "by columns": X.T}, (1, 2))
    >>> print(*[text.get_text() for text in plt.gca().texts])
    by rows 0 1 2 3 by columns 0 2 1 3
    >>> plt.close()
    """
    colour = _block_colours(np.asarray(X), block_shape)
    width = max(np.size(line) for line in lines.values())
    ax = _canvas(width + NAME, LINE * len(lines))
    for number, (name, line) in enumerate(lines.items()):
        top = -LINE * number
        ax.text(-0.5, top, name, ha="right", va="center")
        for j, entry in enumerate(np.ravel(line)):
            _entry(ax, (j, top - 0.5), entry, colour[entry])
    ax.set(xlim=(-NAME, width + 0.1))
    ax.set(ylim=(-LINE * (len(lines) - 1) - 0.7, 0.7))


def _canvas(width, height):
    """Return axes without a frame, for so many entries either way."""
    fig, ax = plt.subplots(figsize=(CELL * width, CELL * height), dpi=DPI)
    ax.set_aspect("equal")
    ax.axis("off")
    fig.subplots_adjust(0, 0, 1, 1)
    return ax


def _block_colours(X, block_shape):
    """Map each entry of X to a colour, light to dark over the blocks."""
    n1, n2 = block_shape
    if X.shape[0] % n1 or X.shape[1] % n2 or np.unique(X).size < X.size:
        raise ValueError(
            f"the first matrix, of shape {X.shape}, must be cut into blocks "
            f"of shape {block_shape} and have entries that all differ"
        )
    across = X.shape[1] // n2
    number = X.shape[0] // n1 * across
    shades = plt.get_cmap("cividis")(np.linspace(0.95, 0.1, number))
    return {
        entry: shades[i // n1 * across + j // n2]
        for (i, j), entry in np.ndenumerate(X)
    }


def _matrix(ax, name, X, colour, left):
    """Draw one matrix with its entries, centred on the line y = 0."""
    rows, columns = X.shape
    top = rows / 2
    for (i, j), entry in np.ndenumerate(X):
        _entry(ax, (left + j, top - i - 1), entry, colour[entry])
    ax.text(left + columns / 2, top + 0.55, name, ha="center", va="center")


def _entry(ax, corner, entry, shade):
    """Draw one entry in its cell."""
    ax.add_patch(Rectangle(corner, 1, 1, facecolor=shade, edgecolor="white"))
    ax.text(
        corner[0] + 0.5, corner[1] + 0.5, str(entry),
        ha="center", va="center", fontsize=8,
        color="black" if _luminance(shade) > 0.18 else "white",
    )  # fmt: skip


def _luminance(shade):
    """Return the relative luminance by which contrast is defined (WCAG)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in shade[:3]
    ]
    return float(np.dot((0.2126, 0.7152, 0.0722), linear))

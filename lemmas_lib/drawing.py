"""The figures of the chapters: block matrices, and times against sizes.

Colours are read without hue as well: blocks go from light to dark, and lines
differ by marker. Each function draws one figure on pyplot, which a notebook
shows at the end of the cell.
"""

import itertools

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

DPI = 144
CELL = 0.28  # the side of a matrix entry, in inches
GAP = 1.6  # between two matrices, in entries

# Okabe and Ito's colours for colour-blind readers, in the order of contrast
# to white, each with a marker and a line of its own.
LINES = [
    ("#0072B2", "o", "-"),
    ("#D55E00", "s", "--"),
    ("#009E73", "^", "-."),
    ("#CC79A7", "D", ":"),
]


def blocks(panels, block_shape):
    """Draw a block matrix and what becomes of its entries.

    Parameters
    ----------
    panels : dict of str to array_like
        Matrices by name, in TeX. The first is cut into blocks and must have
        entries that are all different; in the others each entry has the
        colour of the block that it came from.
    block_shape : (int, int)
    """
    panels = {name: np.asarray(X) for name, X in panels.items()}
    colour = _block_colours(next(iter(panels.values())), block_shape)
    width = sum(X.shape[1] + GAP for X in panels.values()) - GAP
    height = max(len(X) for X in panels.values())
    size = CELL * width, CELL * (height + 1)
    fig, ax = plt.subplots(figsize=size, dpi=DPI)
    left = 0
    for name, X in panels.items():
        if left:
            ax.text(left - GAP / 2, 0, "→", ha="center", va="center")
        _matrix(ax, name, X, colour, left)
        left += X.shape[1] + GAP
    ax.set(xlim=(-0.1, width + 0.1), aspect="equal")
    ax.set_ylim(-height / 2 - 0.1, height / 2 + 1.1)
    ax.axis("off")
    fig.subplots_adjust(0, 0, 1, 1)


def scaling(times, sizes, label, slope=1):
    """Draw times against sizes, both on logarithmic axes.

    Parameters
    ----------
    times : dict of str to list of float
        Seconds a call for each way, as ``timing.scaling`` returns them.
    sizes : sequence of int
    label : str
        The label of the size axis.
    slope : float, optional
        The power of the size that the grey reference line follows.
    """
    sizes = np.asarray(sizes, dtype=float)
    fig, ax = plt.subplots(figsize=(6.4, 3.6), dpi=DPI)
    for (name, seconds), (colour, marker, line) in _styled(times):
        milliseconds = 1e3 * np.asarray(seconds)
        ax.loglog(
            sizes, milliseconds, line, color=colour, marker=marker, label=name
        )
    lowest = 1e3 * min(min(seconds) for seconds in times.values())
    # Where the slope is reached is at the largest sizes.
    last = 1e3 * min(seconds[-1] for seconds in times.values())
    reference = last / 2 * (sizes / sizes[-1]) ** slope
    power = "" if slope == 1 else f"$^{{{slope}}}$"
    ax.loglog(
        sizes, reference, color="0.6", linewidth=1,
        label=f"proportional to the size{power}",
    )  # fmt: skip
    ax.set(xlabel=label, ylabel="time of one call (ms)")
    ax.set_ylim(bottom=lowest / 3)
    # The decades alone are few, and what lies between them overlaps.
    ax.set_xticks(sizes, [f"{size:g}" for size in sizes])
    ax.set_xticks([], minor=True)
    _finish(fig, ax)


def agreement(exact, draws):
    """Draw Monte Carlo means against exact values, with their error.

    Parameters
    ----------
    exact : array_like, shape (entries,)
    draws : array_like, shape (number of draws, entries)
        An entry's draws have its exact value as mean. A bar is two standard
        errors of the mean long on either side.
    """
    exact, draws = np.asarray(exact, dtype=float), np.asarray(draws)
    error = draws.std(axis=0) / np.sqrt(len(draws))
    colour, marker, _ = LINES[0]
    fig, ax = plt.subplots(figsize=(4.6, 4.2), dpi=DPI)
    ax.axline((0, 0), slope=1, color="0.6", linewidth=1, label="equal")
    ax.errorbar(
        exact, draws.mean(axis=0), 2 * error, fmt=marker, color=colour,
        markersize=4, linewidth=1, label="simulated, ±2 standard errors",
    )  # fmt: skip
    ax.set(xlabel="exact value", ylabel="mean over the draws")
    _finish(fig, ax)


def iterations(values, label):
    """Draw how a value falls from one iteration to the next.

    Parameters
    ----------
    values : dict of str to array_like
        One positive value for each iteration, by the name of the way.
    label : str
        The label of the vertical axis.
    """
    fig, ax = plt.subplots(figsize=(6.4, 3.6), dpi=DPI)
    for (name, each), (colour, marker, line) in _styled(values):
        ax.semilogy(each, line, color=colour, marker=marker, label=name)
    ax.set(xlabel="iteration", ylabel=label)
    _finish(fig, ax)


def _finish(fig, ax):
    """Give axes what all plots share."""
    ax.grid(True, color="0.9")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize="small")
    fig.tight_layout()


def _styled(ways):
    """Pair each way's name and values with a colour, a marker and a line."""
    return zip(ways.items(), itertools.cycle(LINES), strict=False)


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
        corner = left + j, top - i - 1
        shade = colour[entry]
        ax.add_patch(
            Rectangle(corner, 1, 1, facecolor=shade, edgecolor="white")
        )
        ax.text(
            corner[0] + 0.5, corner[1] + 0.5, str(entry),
            ha="center", va="center", fontsize=8,
            color="black" if _luminance(shade) > 0.18 else "white",
        )  # fmt: skip
    ax.text(left + columns / 2, top + 0.55, name, ha="center", va="center")


def _luminance(shade):
    """Return the relative luminance by which contrast is defined (WCAG)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in shade[:3]
    ]
    return float(np.dot((0.2126, 0.7152, 0.0722), linear))

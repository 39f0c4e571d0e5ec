"""The figures of the chapters: block matrices, and times against sizes.

Colours are read without hue as well: blocks go from light to dark, and lines
differ by marker. Each function draws one figure on pyplot, which a notebook
shows at the end of the cell.
"""

import itertools
import math

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
    fig, ax = plt.subplots(figsize=(6.4, 3.6), dpi=DPI)
    sizes = np.asarray(sizes, dtype=float)
    _times_against_sizes(ax, times, sizes)
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


def scaling_grid(times, sizes, label):
    """Draw times against sizes for several sums, each in a field of its own.

    Parameters
    ----------
    times : dict of str to dict of str to list of float
        For each sum, named as in TeX, seconds a call for each way.
    sizes : sequence of int
    label : str
        The label of the size axes.
    """
    rows = math.ceil(len(times) / 2)
    fig, axes = plt.subplots(
        rows, 2, figsize=(6.8, 1.6 * rows + 0.6), dpi=DPI,
        sharex=True, sharey=True, squeeze=False, layout="constrained",
    )  # fmt: skip
    sizes = np.asarray(sizes, dtype=float)
    for ax, (name, seconds) in zip(axes.flat, times.items(), strict=False):
        _times_against_sizes(ax, seconds, sizes)
        ax.text(0.04, 0.94, name, transform=ax.transAxes, va="top")
        ax.margins(y=0.2)  # the name stands above the lines
        _plain(ax)
    for ax in axes.flat[len(times) :]:
        ax.remove()
    fig.supxlabel(label, fontsize="medium")
    fig.supylabel("time of one call (ms)", fontsize="medium")
    handles, names = axes[0, 0].get_legend_handles_labels()
    fig.legend(
        handles, names, loc="outside upper center", ncols=len(names),
        frameon=False, fontsize="small",
    )  # fmt: skip


def bars(times):
    """Draw the time of each of several ways to one result.

    Parameters
    ----------
    times : dict of str to float
        Seconds a call, as ``timing.compare`` returns them.
    """
    names = list(times)[::-1]
    milliseconds = [1e3 * times[name] for name in names]
    fig, ax = plt.subplots(figsize=(6.4, 0.4 * len(names) + 0.7), dpi=DPI)
    ax.barh(names, milliseconds, color=LINES[0][0], height=0.6)
    ax.set(xscale="log", xlabel="time of one call (ms)")
    ax.set_xlim(left=min(milliseconds) / 3)
    ax.grid(True, axis="x", color="0.9")
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    fig.tight_layout()


def memory(X, lines, block_shape):
    """Draw the entries of a block matrix in the order of memory.

    Parameters
    ----------
    X : array_like
        Cut into blocks; its entries must be all different.
    lines : dict of str to array_like
        For each line its name and the entries of X in some order.
    block_shape : (int, int)
    """
    colour = _block_colours(np.asarray(X), block_shape)
    width = max(np.size(line) for line in lines.values())
    names = 9  # the room for them, in entries
    size = CELL * (width + names), CELL * 1.6 * len(lines)
    fig, ax = plt.subplots(figsize=size, dpi=DPI)
    for number, (name, line) in enumerate(lines.items()):
        top = -1.6 * number
        ax.text(-0.5, top, name, ha="right", va="center")
        for j, entry in enumerate(np.ravel(line)):
            _entry(ax, (j, top - 0.5), entry, colour[entry])
    ax.set(xlim=(-names, width + 0.1), aspect="equal")
    ax.set_ylim(-1.6 * (len(lines) - 1) - 0.7, 0.7)
    ax.axis("off")
    fig.subplots_adjust(0, 0, 1, 1)


def roofline(points, limits):
    """Draw operations a second against operations a byte, under the roof.

    Parameters
    ----------
    points : dict of str to list of (float, float)
        For each way its points: operations for each byte read, and
        operations a second.
    limits : (float, float)
        Operations and bytes a second that the machine gives.
    """
    peak, memory = limits
    fig, ax = plt.subplots(figsize=(6.4, 4.0), dpi=DPI)
    for (name, both), (colour, marker, _) in _styled(points):
        x, y = np.transpose(both)
        ax.loglog(
            x, y / 1e9, linestyle="", marker=marker, color=colour,
            markersize=5, label=name,
        )  # fmt: skip
    xs = [x for both in points.values() for x, _ in both]
    x = np.geomspace(min(xs) / 1.5, max(xs) * 1.5, 200)
    roof = np.minimum(peak, memory * x) / 1e9
    ax.loglog(x, roof, color="0.4", linewidth=1, label="the roof")
    ax.set(
        xlabel="operations for each byte read",
        ylabel="10⁹ operations a second",
    )
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


def groups(x, y, labels, lines, names):
    """Draw the observations of each group, with straight lines through them.

    Parameters
    ----------
    x, y, labels : array_like, shape (n,)
    lines : dict of str to array_like, shape (groups, 2)
        Intercept and slope of each group, in the order of the sorted labels,
        by the name of the way.
    names : (str, str)
        The labels of the axes.
    """
    groups = np.unique(labels)
    columns = 6
    rows = -(-len(groups) // columns)
    fig, axes = plt.subplots(
        rows, columns, figsize=(6.8, 1.35 * rows), dpi=DPI,
        sharex=True, sharey=True, squeeze=False,
    )  # fmt: skip
    ends = np.array([np.min(x), np.max(x)])
    for group, (name, ax) in enumerate(zip(groups, axes.flat, strict=False)):
        own = labels == name
        ax.plot(x[own], y[own], "o", color="0.45", markersize=2)
        for (way, each), (colour, _, line) in _styled(lines):
            intercept, slope = each[group]
            ax.plot(
                ends, intercept + slope * ends, line, color=colour,
                linewidth=1.2, label=way,
            )  # fmt: skip
        ax.text(0.05, 0.95, name, transform=ax.transAxes, va="top", fontsize=6)
        _plain(ax)
        ax.tick_params(labelsize=6)
    for ax in axes.flat[len(groups) :]:
        ax.axis("off")
    handles, ways = axes[0, 0].get_legend_handles_labels()
    fig.legend(
        handles, ways, loc="upper center", ncols=len(ways), frameon=False,
        fontsize="small",
    )  # fmt: skip
    fig.supxlabel(names[0], fontsize="small")
    fig.supylabel(names[1], fontsize="small")


def shrinkage(separate, conditional, centre, names):
    """Draw how two effects of each group move to the centre of all.

    Parameters
    ----------
    separate, conditional : array_like, shape (groups, 2)
        Each group by itself, and within the model.
    centre : array_like, shape (2,)
    names : (str, str)
        The labels of the axes.
    """
    fig, ax = plt.subplots(figsize=(5.2, 4.2), dpi=DPI)
    for one, other in zip(separate, conditional, strict=True):
        ax.annotate(
            "", other, one,
            arrowprops={"arrowstyle": "->", "color": "0.6", "linewidth": 0.8},
        )  # fmt: skip
    points = {"each group alone": separate, "in the model": conditional}
    for (name, each), (colour, marker, _) in _styled(points):
        ax.plot(*np.transpose(each), marker, color=colour, label=name)
    ax.plot(*centre, "+", color="black", markersize=12, label="all groups")
    ax.set(xlabel=names[0], ylabel=names[1])
    _finish(fig, ax)


def coverage(rates, draws, nominal=0.95):
    """Draw how often intervals cover the truth, with Monte Carlo error.

    Parameters
    ----------
    rates : dict of str to float
        The rate for each parameter, by its name in TeX.
    draws : int
        On so many draws each rate rests.
    nominal : float, optional
    """
    fig, ax = plt.subplots(figsize=(6.4, 3.0), dpi=DPI)
    values = np.array(list(rates.values()))
    error = 2 * np.sqrt(nominal * (1 - nominal) / draws)
    colour, marker, _ = LINES[0]
    ax.axhspan(
        nominal - error, nominal + error, color="0.9",
        label="±2 standard errors of a rate",
    )  # fmt: skip
    ax.axhline(nominal, color="0.5", linewidth=1)
    ax.plot(range(len(values)), values, marker, color=colour, label="rate")
    ax.set_xticks(range(len(values)), rates)
    ax.set(ylabel="intervals that cover", ylim=(0.85, 1))
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


def _times_against_sizes(ax, times, sizes):
    """Draw a line for each way on logarithmic axes."""
    for (name, seconds), (colour, marker, line) in _styled(times):
        milliseconds = 1e3 * np.asarray(seconds)
        ax.loglog(
            sizes, milliseconds, line, color=colour, marker=marker,
            markersize=5, label=name,
        )  # fmt: skip


def _finish(fig, ax):
    """Give axes what all plots share."""
    _plain(ax)
    ax.legend(frameon=False, fontsize="small")
    fig.tight_layout()


def _plain(ax):
    ax.grid(True, color="0.9")
    ax.spines[["top", "right"]].set_visible(False)


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

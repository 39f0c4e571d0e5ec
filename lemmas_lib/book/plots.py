"""Plots of numbers: times against sizes, and what a fit finds.

Lines differ by marker and dash as well as by colour, so that they can be told
apart without hue. Each function returns one figure, which a notebook shows as
vectors on no ground of its own, with labels in the colour of the text.
"""

import numpy as np
from matplotlib.figure import Figure

from .vectors import INK, as_vectors

# In inches: a phone shows it at three quarters, where labels of 10 points are
# 10 pixels high. No label is smaller than that.
WIDTH = 4.5

# Okabe and Ito's colours for colour-blind readers, in the order of contrast
# to white, each with a marker and a line of its own.
STYLES = {
    "color": ["#0072B2", "#D55E00", "#009E73", "#CC79A7"],
    "marker": ["o", "s", "^", "D"],
    "linestyle": ["-", "--", "-.", ":"],
}


@as_vectors
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

    Examples
    --------
    >>> times = {"loop": [2e-5, 2e-4], "library": [1e-5, 2e-5]}
    >>> drawn = scaling(times, [10, 100], "number of blocks $l$")
    >>> lines = drawn.figure.axes[0].lines
    >>> print(*[line.get_label() for line in lines], sep=", ")
    loop, library, proportional to the size
    """
    ax = _axes(3.8)
    sizes = np.asarray(sizes, dtype=float)
    milliseconds = {name: 1e3 * np.array(t) for name, t in times.items()}
    for name, each in milliseconds.items():
        ax.loglog(sizes, each, markersize=5, label=name)
    # Where the slope is reached is at the largest sizes.
    last = min(each[-1] for each in milliseconds.values())
    reference = last / 2 * (sizes / sizes[-1]) ** slope
    power = "" if slope == 1 else f"$^{{{slope}}}$"
    ax.loglog(
        sizes, reference, "-", color="0.6", marker="", linewidth=1,
        label=f"proportional to the size{power}",
    )  # fmt: skip
    ax.set_ylim(bottom=min(map(min, milliseconds.values())) / 3)
    # The decades alone are few, and what lies between them overlaps.
    ax.set_xticks(sizes[::-2], [f"{size:g}" for size in sizes[::-2]])
    ax.set_xticks([], minor=True)
    ax.yaxis.set_major_formatter("{x:g}")
    return _finish(ax, label, "time of one call (ms)")


@as_vectors
def bars(times):
    """Draw the time of each of several ways to one result.

    Parameters
    ----------
    times : dict of str to float
        Seconds a call, as ``timing.compare`` returns them.

    Examples
    --------
    >>> drawn = bars({"loop": 2e-3, "library": 5e-5})
    >>> drawn.figure.axes[0].get_xlabel()
    'time of one call (ms)'
    """
    names = list(times)[::-1]
    milliseconds = [1e3 * times[name] for name in names]
    ax = _axes(0.4 * len(names) + 0.6)
    ax.barh(names, milliseconds, color=STYLES["color"][0], height=0.6)
    ax.set(xscale="log", xlabel="time of one call (ms)")
    ax.set_xlim(left=min(milliseconds) / 3)
    ax.xaxis.set_major_formatter("{x:g}")
    ax.grid(False, axis="y")
    ax.set_axisbelow(True)
    return ax.figure


@as_vectors
def over_floor(cases):
    """Draw how long each sum took on each machine, over its floor.

    Parameters
    ----------
    cases : dict of str to list of (str, float, float or None, float or None)
        As ``measured.over_floor`` returns them.

    Examples
    --------
    >>> cases = {"here": [("Lemma 1, rows", 1.1, 1.2, 1.3)]}
    >>> over_floor(cases).figure.axes[0].get_xlabel()
    'time of one call, in floors'
    """
    names = [case[0] for each in cases.values() for case in each]
    # What is summed heads the rows of its sizes.
    pairs = ((name.partition(", ")[0], name) for name in names)
    rows = list(dict.fromkeys(row for pair in pairs for row in pair))
    height = 1 + len(cases) * (0.4 + 0.17 * len(rows))
    figure = Figure((WIDTH, height), layout="constrained")
    panels = figure.subplots(len(cases), sharex=True, squeeze=False)[:, 0]
    for ax, (machine, each) in zip(panels, cases.items(), strict=True):
        _floors(ax, rows, each)
        ax.set_title(machine, fontsize="medium", loc="right")
    ax.set_xlabel("time of one call, in floors", loc="right")
    marks = ax.get_legend_handles_labels()
    figure.legend(*marks, loc="outside upper right", ncols=4, frameon=False)
    return figure


def _floors(ax, rows, cases):
    """Draw the cases of one machine, one below the other."""
    blue, red, *_ = STYLES["color"]
    _plain(ax)
    ax.axvline(1, color=INK, alpha=0.6, linewidth=1, label="the floor")
    for label, place, marker, colour, inside in [
        ("target", 3, "|", INK, None),
        ("alone", 1, "o", blue, blue),
        ("after BLAS", 2, "s", red, "none"),
    ]:
        some = {rows.index(x[0]): x[place] for x in cases if x[place]}
        ax.plot(
            list(some.values()), list(some), marker, color=colour,
            markersize=4.5, markerfacecolor=inside, label=label,
        )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xticks([1, 2, 3, 5], ["1", "2", "3", "5"])
    ax.set_xticks([], minor=True)
    ax.set_yticks(
        range(len(rows)), [row.partition(", ")[2] or row for row in rows]
    )
    for tick, row in zip(ax.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("normal" if ", " in row else "bold")
    ax.set_ylim(len(rows) - 0.4, -0.6)


@as_vectors
def agreement(exact, draws):
    """Draw Monte Carlo means against exact values, with their error.

    Parameters
    ----------
    exact : array_like, shape (entries,)
    draws : array_like, shape (number of draws, entries)
        An entry's draws have its exact value as mean. A bar is two standard
        errors of the mean long on either side.

    Examples
    --------
    >>> draws = np.random.default_rng(0).normal([1, 2], size=(100, 2))
    >>> agreement([1, 2], draws).figure.axes[0].get_ylabel()
    'mean over the draws'
    """
    exact, draws = np.asarray(exact, dtype=float), np.asarray(draws)
    error = draws.std(axis=0) / np.sqrt(len(draws))
    ax = _axes(4.2)
    ax.axline((0, 0), slope=1, color="0.6", linewidth=1, label="equal")
    ax.errorbar(
        exact, draws.mean(axis=0), 2 * error, fmt="o",
        color=STYLES["color"][0], markersize=4, linewidth=1,
        label="simulated, ±2 standard errors",
    )  # fmt: skip
    return _finish(ax, "exact value", "mean over the draws")


@as_vectors
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

    Examples
    --------
    >>> x, y = np.array([0, 1, 0, 1]), np.array([1, 2, 1, 3])
    >>> lines = {"alone": [(1, 1), (1, 2)]}
    >>> names = "day", "reaction time (ms)"
    >>> drawn = groups(x, y, np.array(["a", "a", "b", "b"]), lines, names)
    >>> [ax.texts[0].get_text() for ax in drawn.figure.axes[:2]]
    ['a', 'b']
    """
    found = np.unique(labels)
    columns = 3
    rows = -(-len(found) // columns)
    fig = Figure((WIDTH, 0.8 + 1.1 * rows), layout="constrained")
    axes = fig.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for group, (name, ax) in enumerate(zip(found, axes.flat, strict=False)):
        own = labels == name
        each = {way: both[group] for way, both in lines.items()}
        _group(ax, name, x[own], y[own], each, (np.min(x), np.max(x)))
    for ax in axes.flat[len(found) :]:
        ax.axis("off")
    handles, ways = axes[0, 0].get_legend_handles_labels()
    fig.legend(
        handles, ways, loc="outside upper center", ncols=len(ways),
        frameon=False,
    )  # fmt: skip
    fig.supxlabel(names[0], fontsize="medium")
    fig.supylabel(names[1], fontsize="medium")
    return fig


def _group(ax, name, x, y, lines, ends):
    """Draw one group: its points, and each line from end to end."""
    _plain(ax)
    ax.plot(x, y, "o", color="0.45", markersize=2)
    for way, (intercept, slope) in lines.items():
        heights = [intercept + slope * end for end in ends]
        ax.plot(ends, heights, marker="", linewidth=1.2, label=way)
    ax.text(0.05, 0.95, name, transform=ax.transAxes, va="top")


@as_vectors
def shrinkage(separate, conditional, centre, names):
    """Draw how two effects of each group move to the centre of all.

    Parameters
    ----------
    separate, conditional : array_like, shape (groups, 2)
        Each group by itself, and within the model.
    centre : array_like, shape (2,)
    names : (str, str)
        The labels of the axes.

    Examples
    --------
    >>> separate, conditional = [(0, 1), (4, 3)], [(1, 1.5), (3, 2.5)]
    >>> names = "intercept", "slope"
    >>> drawn = shrinkage(separate, conditional, (2, 2), names)
    >>> lines = drawn.figure.axes[0].lines
    >>> print(*[line.get_label() for line in lines], sep=", ")
    each group alone, in the model, all groups
    """
    ax = _axes(4.2)
    for one, other in zip(separate, conditional, strict=True):
        ax.annotate(
            "", other, one,
            arrowprops={"arrowstyle": "->", "color": "0.6", "linewidth": 0.8},
        )  # fmt: skip
    points = {"each group alone": separate, "in the model": conditional}
    for name, each in points.items():
        ax.plot(*np.transpose(each), linestyle="", label=name)
    ax.plot(*centre, "+", color=INK, markersize=12, label="all groups")
    return _finish(ax, *names)


@as_vectors
def coverage(rates, draws, nominal=0.95):
    """Draw how often intervals cover the truth, with Monte Carlo error.

    Parameters
    ----------
    rates : dict of str to float
        The rate for each parameter, by its name in TeX.
    draws : int
        On so many draws each rate rests.
    nominal : float, optional

    Examples
    --------
    >>> drawn = coverage({"$b$": 0.94, "$d$": 0.955}, 500)
    >>> ax = drawn.figure.axes[0]
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['$b$', '$d$']
    """
    ax = _axes(0.3 * len(rates) + 1)
    places = range(len(rates))
    error = 2 * np.sqrt(nominal * (1 - nominal) / draws)
    ax.axvspan(
        nominal - error, nominal + error, color=INK, alpha=0.12,
        label="±2 standard errors of a rate",
    )  # fmt: skip
    ax.axvline(nominal, color="0.5", linewidth=1)
    ax.plot(list(rates.values()), places, linestyle="", label="rate")
    ax.set_yticks(places, rates)
    ax.set_ylim(len(rates) - 0.5, -0.5)
    ax.set_xlim(0.85, 1)
    return _finish(ax, "intervals that cover", "")


@as_vectors
def iterations(values, label, step="iteration"):
    """Draw how a value falls from one iteration to the next.

    Parameters
    ----------
    values : dict of str to array_like
        One positive value for each iteration, by the name of the way; NaN
        where there is none.
    label : str
        The label of the vertical axis.
    step : str, optional
        The label of the horizontal axis, on which the values are counted
        from 0.

    Examples
    --------
    >>> drawn = iterations({"sleepstudy": [1, 1e-3, 1e-7]}, "distance")
    >>> ax = drawn.figure.axes[0]
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('iteration', 'distance')
    """
    ax = _axes(3.6)
    for name, each in values.items():
        ax.semilogy(each, label=name)
    ax.yaxis.set_major_formatter("{x:g}")
    ax.xaxis.get_major_locator().set_params(integer=True)
    return _finish(ax, step, label)


def _axes(height):
    """Return the axes of a new figure, of a height in inches."""
    ax = Figure((WIDTH, height), layout="constrained").subplots()
    _plain(ax)
    return ax


def _plain(ax):
    """Give axes what all plots share."""
    ax.set_prop_cycle(**STYLES)
    ax.grid(True, color=INK, alpha=0.12)
    ax.spines[["top", "right"]].set_visible(False)


def _finish(ax, xlabel, ylabel):
    """Label the axes, and above them what is drawn; return the figure."""
    ax.set(xlabel=xlabel, ylabel=ylabel)
    marks = ax.get_legend_handles_labels()
    ax.figure.legend(*marks, loc="outside upper left", ncols=2, frameon=False)
    return ax.figure

"""Timings for the chapters: several ways to one sum, at growing sizes."""

import json
import math
import platform
import statistics
import timeit
from importlib import resources
from pathlib import Path

import numpy as np

# A call is repeated until a measurement takes this long, in seconds, so that
# the clock's own cost does not show.
LEAST = 1e-3


def scaling(ways, make, sizes, repeats=5):
    """Time every way at every size.

    Parameters
    ----------
    ways : dict of str to callable
        The ways to compute one sum, by the name that the plot shows.
    make : callable
        ``make(size)`` returns the arguments of a call.
    sizes : sequence of int
    repeats : int, optional
        Measurements of each way at each size.

    Returns
    -------
    dict of str to list of float
        Median seconds a call, one for each size.
    """
    times = {name: [] for name in ways}
    for size in sizes:
        arguments = make(size)
        for name, seconds in compare(ways, arguments, repeats).items():
            times[name].append(seconds)
    return times


def compare(ways, arguments, repeats=5):
    """Time several ways on the same arguments, in turn.

    The ways take turns, so that a machine that slows down for a while slows
    all of them.

    Parameters
    ----------
    ways : dict of str to callable
    arguments : sequence
    repeats : int, optional

    Returns
    -------
    dict of str to float
        Median seconds a call.
    """
    timers = {name: _timer(way, arguments) for name, way in ways.items()}
    calls = {name: _enough_calls(timer) for name, timer in timers.items()}
    seen = {name: [] for name in ways}
    for _ in range(repeats):
        for name, timer in timers.items():
            timer.timeit(1)  # the way before may keep threads busy a while
            seen[name].append(timer.timeit(calls[name]) / calls[name])
    return {name: statistics.median(times) for name, times in seen.items()}


def _timer(way, arguments):
    return timeit.Timer(lambda: way(*arguments))


def _enough_calls(timer):
    timer.timeit(1)  # the first call warms caches and threads
    once = max(timer.timeit(1), 1e-9)
    return math.ceil(LEAST / once)


def geometric(first, last, number):
    """Return whole numbers from first to last in nearly equal ratios."""
    return sorted({round(x) for x in np.geomspace(first, last, number)})


def machine():
    """Describe where a timing was made: processor, BLAS, threads, versions.

    Returns
    -------
    dict of str to str
    """
    from threadpoolctl import threadpool_info  # for the benchmark only

    blas = [
        f"{Path(pool['filepath']).parent.name.removesuffix('.libs')}: "
        f"{pool['internal_api']} {pool['version']}, "
        f"{pool['num_threads']} threads"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    ]
    return {
        "processor": _processor(),
        "BLAS": "; ".join(sorted(set(blas))),
        "NumPy": np.__version__,
        "Python": platform.python_version(),
    }


def _processor():
    try:
        with open("/proc/cpuinfo") as lines:
            names = [x.split(":")[1] for x in lines if "model name" in x]
        return f"{names[0].strip()}, {len(names)} cores"
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def committed(name):
    """Return a measurement that was made once and is kept with the library.

    Parameters
    ----------
    name : str
        The name of a file in ``lemmas_lib/data``, without its ending.
    """
    file = resources.files("lemmas_lib") / "data" / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8"))


class _Measured:
    """Something that was measured once, and shows as a table.

    A subclass has ``data`` and returns its head, rule and rows.
    """

    def _repr_markdown_(self):
        head, rule, rows = self._table()
        lines = [_line(head), rule, *map(_line, rows)]
        return "\n".join([*lines, "", _where(self.data)])

    def __repr__(self):
        return self._repr_markdown_()


class SourceSizes(_Measured):
    """The timing table of one lemma at the sizes of the source.

    Shows as a table in a notebook and as plain text elsewhere.

    Parameters
    ----------
    lemma : str
        The number of the lemma, such as ``"4"``.
    """

    def __init__(self, lemma):
        self.data = committed("source_sizes")
        self.rows = [r for r in self.data["rows"] if r["lemma"] == lemma]
        if not self.rows:
            raise ValueError(f"lemma is {lemma!r}; '1' to '6' are needed")

    def _table(self):
        rows = []
        for row in self.rows:
            sizes = ", ".join(f"{s} = {v}" for s, v in row["sizes"].items())
            for way, seconds in row["seconds"].items():
                printed = row["printed"].get(way, "–")
                rows.append((sizes, way, spoken(seconds), printed))
                sizes = ""
        head = "sizes", "way", "our time", "printed in the source"
        return head, "|:--|:--|--:|--:|", rows


# What the benchmark calls the library's ways; all others are peers, but for
# the loop, which they are all there to replace.
OURS = "library"
NUMPY_ALONE = "library, NumPy alone"
LOOP = "loop"


class Benchmark(_Measured):
    """The committed benchmark of one sum, beside its peers.

    Shows as a table in a notebook and as plain text elsewhere: times, the
    ratio to the fastest peer, to the machine's floor, and the most memory
    that a call holds.

    Parameters
    ----------
    name : str
        The name of a function, such as ``"sum_abt"``.
    """

    def __init__(self, name):
        self.data = committed("benchmark")
        self.rows = [r for r in self.data["rows"] if r["name"] == name]
        if not self.rows:
            names = sorted({r["name"] for r in self.data["rows"]})
            raise ValueError(f"name is {name!r}; one of {names} is needed")

    def _table(self):
        symbols = dict.fromkeys(s for row in self.rows for s in row["sizes"])
        symbols.pop("same", None)
        head = (
            *symbols, "order", "library", "/ peer", "/ floor", "memory",
            "NumPy alone", "loop", "fastest peer", "its time",
        )  # fmt: skip
        rule = "|--:" * len(symbols) + "|:--" + "|--:" * 8 + "|"
        return head, rule, [self._cells(row, symbols) for row in self.rows]

    def _cells(self, row, symbols):
        sizes, seconds = row["sizes"], row["seconds"]
        peer, fastest = best_peer(row)
        ours = seconds[OURS]
        order = row["order"]
        order += ", single" * (row["dtype"] == "float32")
        order += ", B = A" * ("same" in sizes)
        return (
            *(str(sizes.get(symbol, "–")) for symbol in symbols),
            order,
            _whole(spoken(ours)),
            f"{ours / fastest:.2g}",
            f"{ours / row['floor']:.2g}" if "floor" in row else "–",
            _whole(_bytes(row["peak"])),
            *(
                _whole(spoken(seconds[way])) if way in seconds else "–"
                for way in (NUMPY_ALONE, LOOP)
            ),
            peer,
            _whole(spoken(fastest)),
        )


def _whole(text):
    """Return a number and its unit so that no line ends between them."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


class Limits(_Measured):
    """What the machine of the committed benchmark can do at most.

    Shows as a table in a notebook and as plain text elsewhere.
    """

    def __init__(self):
        self.data = committed("benchmark")

    def _table(self):
        limits, first = self.data["limits"], self.data["first_calls"]
        rows = {
            "a product of large matrices": (
                f"{limits['float64'] / 1e9:.3g} · 10⁹ operations a second"
            ),
            "the same in single precision": (
                f"{limits['float32'] / 1e9:.3g} · 10⁹ operations a second"
            ),
            "reading memory": f"{limits['memory'] / 1e9:.3g} GB a second",
            "a first large sum, compiled": spoken(first["compiled"]),
            "a first large sum, from Numba's cache": spoken(
                first["from the cache"]
            ),
        }
        return ("what", "measured"), "|:--|--:|", rows.items()


class Accuracy(_Measured):
    """The committed rounding errors of the sums, over their bounds.

    Shows as a table in a notebook and as plain text elsewhere.

    Parameters
    ----------
    dtype : {"float64", "float32"}
    """

    def __init__(self, dtype):
        self.data = committed("accuracy")
        self.rows = [r for r in self.data["rows"] if r["dtype"] == dtype]
        if not self.rows:
            raise ValueError(f"{dtype!r} is neither float64 nor float32")

    def _table(self):
        rows = [
            (
                f"`{row['name']}`",
                str(row["roundings"]),
                row["kind"],
                f"{row['library']:.2g}",
                f"{row['loop']:.2g}",
                f"{row['relative']:.1g}",
            )
            for row in self.rows
        ]
        head = (
            "sum", "K", "matrices", "library / bound", "loop / bound",
            "relative error",
        )  # fmt: skip
        return head, "|:--|--:|:--|--:|--:|--:|", rows


class Fits(_Measured):
    """The committed benchmark of ``mixed_model.fit`` beside other programs.

    Parameters
    ----------
    case : {"InstEval", "many"}

    Shows as a table in a notebook and as plain text elsewhere.
    """

    def __init__(self, case):
        self.data = committed("fits")
        if case not in ("InstEval", "many"):
            raise ValueError(f"{case!r} is neither InstEval nor many")
        self.case, self.ways = case, self.data[case]

    def _table(self):
        if self.case == "InstEval":
            head = ["program", "time", "log-likelihood"]
            rows = [
                [name, spoken(way["seconds"]), f"{way['loglik']:.4f}"]
                for name, way in self.ways.items()
            ]
        else:
            head = ["program", "responses", "time", "fits a second"]
            rows = [
                [name, str(way["responses"]), spoken(way["seconds"]),
                 _rate(way)]
                for name, way in self.ways.items()
                if "seconds" in way
            ]  # fmt: skip
        return head, "|:--" + "|--:" * (len(head) - 1) + "|", rows


def _rate(way):
    """Return how many fits a second, in three digits without a power of 10."""
    three = float(f"{way['responses'] / way['seconds']:.3g}")
    return f"{three:.6g}"


def roof():
    """Return what the committed benchmark says of the roof.

    Returns
    -------
    points : dict of str to list of (float, float)
        Operations for each byte read, and operations a second, of the
        library and of the fastest peer in each case in double precision
        whose matrices are read from memory.
    limits : (float, float)
        Operations and bytes a second that the machine gives.
    """
    data = committed("benchmark")
    points = {OURS: [], "fastest peer": []}
    for row in data["rows"]:
        if "floor" in row and row["dtype"] == "float64":
            both = row["seconds"][OURS], best_peer(row)[1]
            for name, seconds in zip(points, both, strict=True):
                operations = row["operations"]
                points[name].append(
                    (operations / row["bytes"], operations / seconds)
                )
    return points, (data["limits"]["float64"], data["limits"]["memory"])


def best_peer(row):
    """Return the name and the seconds of the fastest peer."""
    peers = {
        way: seconds
        for way, seconds in row["seconds"].items()
        if way not in (OURS, NUMPY_ALONE, LOOP)
    }
    return min(peers.items(), key=lambda item: item[1])


def _line(cells):
    return f"| {' | '.join(cells)} |"


def _where(data):
    """Say when and where something was measured, and with which packages."""
    packages = data.get("versions", {})
    place = "; ".join(
        f"{what} {which}"
        for what, which in (data["machine"] | packages).items()
    )
    return f"Measured on {data['date']}: {place}."


def _bytes(number):
    """Return a number of bytes in the unit that suits it."""
    for unit in ("B", "KiB"):
        if number < 1024:
            return f"{number:.3g} {unit}"
        number /= 1024
    return f"{number:.3g} MiB"


def spoken(seconds):
    """Return a time with three digits and its unit.

    Examples
    --------
    >>> spoken(0.0042)
    '4.20 ms'
    """
    seconds = float(f"{seconds:.3g}")
    units = {"s": 1, "ms": 1e3, "µs": 1e6, "ns": 1e9}
    unit = next((u for u in units if seconds * units[u] >= 1), "ns")
    value = seconds * units[unit]
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f} {unit}"

"""Timings: several ways to one sum, in turn, and at growing sizes."""

import math
import platform
import statistics
import timeit
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

    Examples
    --------
    >>> ways = {"built in": sum, "NumPy": np.sum}
    >>> times = scaling(ways, lambda size: (np.ones(size),), [10, 1000])
    >>> list(times), len(times["NumPy"])
    (['built in', 'NumPy'], 2)
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

    Examples
    --------
    >>> ways = {"built in": sum, "NumPy": np.sum}
    >>> times = compare(ways, (np.ones(10_000),))
    >>> min(times, key=times.get)
    'NumPy'
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
    """Return whole numbers from first to last in nearly equal ratios.

    Parameters
    ----------
    first, last, number : int
        Of numbers that round to the same one is kept.

    Returns
    -------
    list of int

    Examples
    --------
    >>> geometric(30, 3000, 5)
    [30, 95, 300, 949, 3000]
    """
    return sorted({round(x) for x in np.geomspace(first, last, number)})


def machine():
    """Describe where a timing was made: processor, BLAS, threads, versions.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> list(machine())
    ['processor', 'BLAS', 'NumPy', 'Python']
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


def spoken(seconds):
    """Return a time with three digits and its unit.

    Parameters
    ----------
    seconds : float

    Returns
    -------
    str

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

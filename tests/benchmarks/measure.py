"""How the benchmarks measure: medians, peak memory, and the machine's limits.

The ways take turns in one process, so that a machine that slows down slows
all of them; pytest-benchmark and asv run one way to its end before the next.
"""

import datetime
import json
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from lemmas_lib import timing

DATA = Path(__file__).parents[2] / "lemmas_lib" / "data"
SLOW = 1.0  # seconds; what takes longer is timed once


def seconds(ways, repeats=11):
    """Return the median seconds of each way; slow ones are timed once."""
    first = {}
    for name, way in ways.items():
        start = time.perf_counter()
        way()
        first[name] = time.perf_counter() - start
    quick = {n: w for n, w in ways.items() if first[n] < SLOW}
    found = first | timing.compare(quick, (), repeats)
    return {name: digits(found[name]) for name in ways}


def digits(number):
    """Return a number with three digits."""
    return float(f"{number:.3g}")


def peak_bytes(way):
    """Return the most bytes that NumPy holds at once in a call."""
    tracemalloc.start()
    way()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def rates():
    """Return the machine's two limits: operations and bytes a second.

    The first is that of a product of large matrices, by dtype, the second
    that of reading memory by as many threads as are fastest.
    """
    limits = {}
    for dtype in ("float64", "float32"):
        A = np.ones((2048, 2048), dtype=dtype)
        limits[dtype] = digits(2 * 2048**3 / best(lambda A=A: A @ A))
    x = np.ones(2**26)
    limits["memory"] = digits(
        max(x.nbytes / best(reader(x, threads)) for threads in (1, 2, 4, 8))
    )
    return limits


def reader(x, threads):
    """Return a call that reads x by some threads."""
    parts = np.array_split(x, threads)
    pool = ThreadPoolExecutor(threads)
    return lambda: list(pool.map(np.sum, parts))


def best(way, repeats=9):
    way()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        way()
        times.append(time.perf_counter() - start)
    return min(times)


def write(name, **result):
    """Write a measurement to the library's data, with date and machine."""
    result = {
        "date": datetime.date.today().isoformat(),
        "machine": timing.machine(),
        **result,
    }
    path = DATA / f"{name}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(path)

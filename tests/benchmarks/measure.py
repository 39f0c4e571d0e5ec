"""How the benchmarks measure: medians, peak memory, and the machine's limits.

The ways take turns in one process, so that a machine that slows down slows
all of them; pytest-benchmark and asv run one way to its end before the next.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from lemmas_lib.book import timing

DATA = Path(__file__).parents[2] / "lemmas_lib" / "book" / "data"
SLOW = 0.5  # seconds; what takes longer is timed once


def seconds(ways, repeats=7):
    """Return the median seconds of each way; slow ones are timed once."""
    first = {}
    for name, way in ways.items():
        way()  # a first call may compile, or find memory that is not mapped
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
    """Return operations a second, by dtype, in a product of large matrices."""
    limits = {}
    for dtype in ("float64", "float32"):
        A = np.ones((2048, 2048), dtype=dtype)
        limits[dtype] = digits(2 * 2048**3 / best(lambda A=A: A @ A))
    return limits


def reading(arrays, threads=2):
    """Return a call that reads arrays once, in the order of memory.

    Two threads read what the memory gives; more do not read more.
    """
    parts = [
        part
        for x in arrays
        for part in np.array_split(x.ravel(order="K"), 8 * threads)
    ]
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


FIRST = """
import time, numpy as np
from lemmas_lib import sum_abt
A, B = np.ones((2, 1_000_000, 2))
start = time.perf_counter()
sum_abt(A, B, 2)
print(time.perf_counter() - start)
"""


def first_calls():
    """Return what the first large sum of a process takes, in seconds.

    Once with nothing compiled yet, once with what the first process kept;
    the import of Numba is a part of both.
    """
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        compiled, loaded = (
            float(subprocess.check_output(command, env=environment))
            for command in [[sys.executable, "-c", FIRST]] * 2
        )
    return {"compiled": digits(compiled), "from the cache": digits(loaded)}


def write(name, **result):
    """Write a record for the chapters, with date and machine."""
    result = {
        "date": datetime.date.today().isoformat(),
        "machine": timing.machine(),
        **result,
    }
    path = DATA / f"{name}.json"
    path.write_text(text(result) + "\n", encoding="utf-8")
    print(path)


def text(value, end="\n"):
    """Return JSON in which each item of a list of rows has a line."""
    start = end + " "
    if not _nests(value):
        return flat(value)
    if isinstance(value, list):
        return "[" + start + f",{start}".join(map(flat, value)) + end + "]"
    lines = [f"{flat(k)}: {text(v, start)}" for k, v in value.items()]
    return "{" + start + f",{start}".join(lines) + end + "}"


def _nests(value):
    """Say whether a list or dict holds another."""
    items = value.values() if isinstance(value, dict) else value
    return isinstance(value, (dict, list)) and any(
        isinstance(item, (dict, list)) for item in items
    )


def flat(value):
    return json.dumps(value, ensure_ascii=False)

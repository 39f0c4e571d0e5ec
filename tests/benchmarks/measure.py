"""How the benchmarks measure: medians, peak memory, and the machine's limits.

The ways take turns in one process, so that a machine that slows down slows
all of them; pytest-benchmark and asv run one way to its end before the next.
"""

import datetime
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
import threadpoolctl

from lemmas_lib._contraction import sizes, threads
from lemmas_lib.book import timing

DATA = Path(__file__).parents[2] / "lemmas_lib" / "book" / "data"

# What takes longer than this, in seconds, is timed once, and what takes less
# than a few milliseconds never is.
SLOW = 0.5
QUICK = 0.01

# Turns that the ways take: what is soon done takes more.
LEAST, MOST = 7, 51

# What runs between two sums in a fit: a product, which leaves the threads of
# BLAS awake and the caches full.
BETWEEN = 600


def load_kernels_at_once():
    """Let the first call that asks for a kernel load or compile it."""
    sizes.LOADING = sizes.COMPILING = 0


def seconds(ways, own=(), slower=math.inf):
    """Return the median seconds of each way; slow ones are timed once.

    So are those that take so many times as long as the fastest, ``slower``,
    but not the library's ``own`` ways, which are not counted as the fastest.
    """
    first = {}
    for name, way in ways.items():
        way()  # a first call may compile, or find memory that is not mapped
        start = time.perf_counter()
        way()
        first[name] = time.perf_counter() - start
    fastest = min(first[name] for name in ways if name not in own)
    slow = min(SLOW, max(QUICK, slower * fastest))
    turns = {n: w for n, w in ways.items() if n in own or first[n] <= slow}
    short = max(first[name] for name in turns) < timing.LEAST
    found = first | timing.compare(turns, (), MOST if short else LEAST)
    return {name: digits(found[name]) for name in ways}


def seconds_after_blas(ways):
    """Return the median seconds of one call of each way after a BLAS call.

    The ways take turns, as in ``seconds``.
    """
    G = np.ones((BETWEEN, BETWEEN))
    seen = {name: [] for name in ways}
    begin = time.perf_counter()
    for turn in range(MOST):
        if turn >= LEAST and time.perf_counter() - begin > SLOW:
            break
        for name, way in ways.items():
            G @ G
            start = time.perf_counter()
            way()
            seen[name].append(time.perf_counter() - start)
    return {name: digits(statistics.median(t)) for name, t in seen.items()}


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
    """Return what the machine gives a second, at its best.

    Operations, by dtype, in a product of large matrices, and bytes that are
    read from memory.
    """
    limits = {}
    for dtype in ("float64", "float32"):
        A = np.ones((2048, 2048), dtype=dtype)
        limits[dtype] = digits(2 * 2048**3 / best(lambda A=A: A @ A))
    x = np.ones(2**26)
    return limits | {"memory": digits(x.nbytes / best(reading([x])))}


def reading(arrays):
    """Return a call that reads arrays once, in the order of memory.

    In as many threads as a sum may take, each of which takes part after part,
    because the threads of BLAS may keep one of them waiting.
    """
    parts = [
        (part,)
        for x in arrays
        for part in np.array_split(x.ravel(order="K"), sizes.PARTS)
    ]
    return lambda: threads.share(np.add.reduce, parts)


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
from lemmas_lib._contraction import sizes
sizes.LOADING = sizes.COMPILING = 0
A, B = np.ones((2, 1_000_000, 2))
start = time.perf_counter()
sum_abt(A, B, 2)
print(time.perf_counter() - start)
"""


def first_calls():
    """Return what the first kernel of a process takes, in seconds.

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


def machine_name():
    """Name this machine: processor, cores, and the kernels that BLAS chose.

    Processors that hide their model, as in a cloud, differ by these.
    """
    pools = threadpoolctl.threadpool_info()
    chosen = {pool["architecture"] for pool in pools if "architecture" in pool}
    return ", ".join([timing.machine()["processor"], *sorted(chosen)])


def dated(**result):
    """Return what was measured with date and machine."""
    return {
        "date": datetime.date.today().isoformat(),
        "machine": timing.machine(),
        **result,
    }


def write(name, record):
    """Write a record for the chapters."""
    path = DATA / f"{name}.json"
    path.write_text(text(record) + "\n", encoding="utf-8")
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

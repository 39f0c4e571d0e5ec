"""The way by Numba: the contraction as compiled code.

The blocks are copied a piece at a time into panels, one row an entry of the
block, that stay in the first or second cache; the panels are multiplied in
tiles of four rows by four, whose sixteen sums stay in registers. Each entry is
read from memory once, in the order in which it lies there.

Every kernel runs on one thread and without the interpreter's lock; several
threads take a part of the sum each. So nothing depends on Numba's own thread
pool, one kind of which ends the process when two threads use it at once.
"""

from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

from . import sizes
from .sizes import BRIEF, GROUP

# Sums may be reordered, as BLAS does; NaN and infinities are as they are.
OPTIONS = {
    "nogil": True,
    "fastmath": {"reassoc", "contract"},
    "error_model": "numpy",
}

# As an index an unsigned number needs no check for counting from the end,
# and only without that check do loops run on whole vectors.
_u = numba.uintp


def outer_sum(A, B=None, threads=None):
    """Return Σ_ij of the outer products of the flattened blocks.

    (v, l1, l2, a1, a2) and (v, l1, l2, b1, b2), of one dtype, give
    (v, a1·a2, b1·b2); v may be 1 in A or in B. Without B it is A, and half
    of the products are left out. Without ``threads`` there are as many as
    Numba would use.
    """
    same = B is None
    B = A if same else B
    if _merge(A) and _merge(B):
        A, B = (_merged(X) for X in (A, B))
    items, rows, columns = _shape(A, B)
    threads = threads or numba.config.NUMBA_NUM_THREADS
    if items > 1:  # each thread takes some items
        axis, length = 0, items
    else:  # or some blocks, and has a result of its own
        axis = 1 if A.shape[1] >= A.shape[2] else 2
        length = min(A.shape[axis], sizes.RESULTS // (rows * columns))
    share = max(1, min(threads, length, (A.size + B.size) // sizes.SHARE))
    length = max(X.shape[axis] for X in (A, B))
    bounds = [length * i // share for i in range(share + 1)]
    out = np.zeros((share if axis else 1, items, rows, columns), A.dtype)
    parts = []
    for i, some in enumerate(map(slice, bounds, bounds[1:])):
        a, b = (_some(X, axis, some) for X in (A, B))
        parts.append((a, b, same, out[i] if axis else out[0, some]))
    _in_threads(_one_part, parts)
    out = out.sum(axis=0) if len(out) > 1 else out[0]
    if same:
        lower = np.tril_indices(rows, -1)
        out[:, lower[1], lower[0]] = out[:, lower[0], lower[1]]
    return out


def _in_threads(function, parts):
    """Call function(*part) for each part, the first in this thread."""
    first, *others = parts
    if not others:
        return function(*first)
    with ThreadPoolExecutor(len(others)) as pool:
        calls = [pool.submit(function, *part) for part in others]
        function(*first)
    for call in calls:
        call.result()  # raises what the call did


def _merge(X):
    """Say whether the blocks of X follow one another as if in one row."""
    return X.strides[1] == X.shape[2] * X.strides[2]


def _merged(X):
    return X.reshape(len(X), 1, X.shape[1] * X.shape[2], *X.shape[3:])


def _shape(A, B):
    """Return the shape of the result."""
    return max(len(A), len(B)), *(X.shape[3] * X.shape[4] for X in (A, B))


def _some(X, axis, some):
    if axis == 0 and len(X) == 1:
        return X
    return X[(slice(None),) * axis + (some,)]


def _one_part(A, B, same, out):
    """Add the contraction of a part to out."""
    rows, columns = out.shape[1:]
    l1, l2 = A.shape[1:3]
    if rows * columns <= sizes.FEW:
        step2 = min(l2, sizes.SHORT_ROW)
        step1 = 1 if step2 > sizes.NARROW_ROW else sizes.SHORT_ROW // step2
    else:
        length = min(sizes.LONG_ROW, sizes.PANELS // (rows + columns))
        step2 = min(l2, length)
        step1 = length // step2
    counts = len(out), l1, l2, min(step1, l1), step2
    a, b = _stretch(A), _stretch(B)
    _sum_panels(*a, *b, counts, A.shape[3:], B.shape[3:], same, out)


def _stretch(X):
    """Return the stretch of memory that X lies in, and X's place in it.

    The place is the position of the first entry and the step of each axis.
    """
    steps = [step // X.itemsize for step in X.strides]
    if len(X) == 1:
        steps[0] = 0
    backward = [step < 0 for step in steps]
    X = X[tuple(slice(None, None, -1 if b else 1) for b in backward)]
    reach = [
        (length - 1) * abs(step)
        for length, step in zip(X.shape, steps, strict=True)
    ]
    memory = np.lib.stride_tricks.as_strided(
        X, (sum(reach) + 1,), (X.itemsize,), writeable=False
    )
    start = sum(r for r, b in zip(reach, backward, strict=True) if b)
    return memory, (start, *steps)


def _compiled(function):
    try:
        return numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder that a cache could be written to
        return numba.njit(**OPTIONS)(function)


@_compiled
def _sum_panels(A, place_a, B, place_b, counts, block_a, block_b, same, out):
    v, l1, l2, step1, step2 = counts
    rows, columns = out.shape[1:]
    length = step1 * step2
    a = np.empty(rows * length, A.dtype)
    b = a if same else np.empty(columns * length, B.dtype)
    group = np.zeros((rows, columns), A.dtype)
    for item in range(v):
        panels = 0
        for i in range(0, l1, step1):
            for j in range(0, l2, step2):
                corner = item, i, j
                many = min(step1, l1 - i), min(step2, l2 - j)
                _pack(A, place_a, block_a, corner, many, length, a)
                if not same:
                    _pack(B, place_b, block_b, corner, many, length, b)
                _multiply(a, b, length, many[0] * many[1], same, group)
                panels += 1
                if panels % GROUP == 0:
                    out[item] += group
                    group[:] = 0
        out[item] += group
        group[:] = 0


@numba.njit(**OPTIONS)
def _pack(X, place, block, corner, many, length, panel):
    """Copy blocks into a panel, so that each of its rows is an entry."""
    start, step_v, step1, step2, down, across = place
    start += corner[0] * step_v + corner[1] * step1 + corner[2] * step2
    many1, many2 = many
    if many2 < BRIEF and many1 > many2:
        step1, step2, many1, many2 = step2, step1, many2, many1
    for p in range(block[0]):
        for q in range(block[1]):
            for i in range(many1):
                source = _u(start + i * step1 + p * down + q * across)
                target = _u((p * block[1] + q) * length + i * many2)
                if step2 == 1:
                    for j in range(_u(many2)):
                        panel[target + j] = X[source + j]
                else:
                    for j in range(_u(many2)):
                        panel[target + j] = X[source + j * _u(step2)]


@numba.njit(**OPTIONS)
def _multiply(a, b, length, n, same, out):
    """Add the products of the rows of a and b to out, by tiles."""
    rows, columns = out.shape
    rows4, columns4 = rows // 4 * 4, columns // 4 * 4
    rows2, columns2 = rows // 2 * 2, columns // 2 * 2
    for p in range(0, rows4, 4):
        for q in range(0, p + 4 if same else columns4, 4):
            _tile_4(a, b, length, n, p, q, out)
    # What is left of each side goes in tiles of two by two, then one by one.
    for p in range(0, rows2, 2):
        for q in range(columns4 if p < rows4 else 0, columns2, 2):
            if not (same and q > p):
                _tile_2(a, b, length, n, p, q, out)
    for p in range(rows):
        for q in range(columns2 if p < rows2 else 0, columns):
            if not (same and q > p):
                _tile_1(a, b, length, n, p, q, out)


@numba.njit(**OPTIONS)
def _tile_1(a, b, length, n, p, q, out):
    row, column = _u(p * length), _u(q * length)
    s = out.dtype.type(0)
    for t in range(_u(n)):
        s += a[row + t] * b[column + t]
    out[p, q] += s


@numba.njit(**OPTIONS)
def _tile_2(a, b, length, n, p, q, out):
    row0, row1 = _u(p * length), _u((p + 1) * length)
    column0, column1 = _u(q * length), _u((q + 1) * length)
    s00 = s01 = s10 = s11 = out.dtype.type(0)
    for t in range(_u(n)):
        x0, x1 = a[row0 + t], a[row1 + t]
        y0, y1 = b[column0 + t], b[column1 + t]
        s00 += x0 * y0
        s01 += x0 * y1
        s10 += x1 * y0
        s11 += x1 * y1
    out[p, q] += s00
    out[p, q + 1] += s01
    out[p + 1, q] += s10
    out[p + 1, q + 1] += s11


@numba.njit(**OPTIONS)
def _tile_4(a, b, length, n, p, q, out):
    """Sixteen sums by name: an array of them would not stay in registers."""
    row0, row1 = _u(p * length), _u((p + 1) * length)
    row2, row3 = _u((p + 2) * length), _u((p + 3) * length)
    column0, column1 = _u(q * length), _u((q + 1) * length)
    column2, column3 = _u((q + 2) * length), _u((q + 3) * length)
    s00 = s01 = s02 = s03 = out.dtype.type(0)
    s10 = s11 = s12 = s13 = out.dtype.type(0)
    s20 = s21 = s22 = s23 = out.dtype.type(0)
    s30 = s31 = s32 = s33 = out.dtype.type(0)
    for t in range(_u(n)):
        x0, x1 = a[row0 + t], a[row1 + t]
        x2, x3 = a[row2 + t], a[row3 + t]
        y0, y1 = b[column0 + t], b[column1 + t]
        y2, y3 = b[column2 + t], b[column3 + t]
        s00 += x0 * y0
        s01 += x0 * y1
        s02 += x0 * y2
        s03 += x0 * y3
        s10 += x1 * y0
        s11 += x1 * y1
        s12 += x1 * y2
        s13 += x1 * y3
        s20 += x2 * y0
        s21 += x2 * y1
        s22 += x2 * y2
        s23 += x2 * y3
        s30 += x3 * y0
        s31 += x3 * y1
        s32 += x3 * y2
        s33 += x3 * y3
    sums = (
        (s00, s01, s02, s03),
        (s10, s11, s12, s13),
        (s20, s21, s22, s23),
        (s30, s31, s32, s33),
    )
    for i in range(4):
        for j in range(4):
            out[p + i, q + j] += sums[i][j]

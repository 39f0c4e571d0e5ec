"""The way by Numba: a kernel for each part of a sum, and threads for them.

How the work is divided depends on the shapes alone, and so does the result, to
the last digit: not on how many threads there are.
"""

import operator

import numpy as np

from . import loading, sizes, threads
from .pieces import slices
from .plan import block_entries, in_rows


def contract(blocks, plan):
    """Return the contraction by a compiled kernel, or None if there is none.

    Blocks have one dtype, and a batch axis or none.
    """
    stack = [X if X.ndim > 4 else X[None] for X in blocks]
    if plan.kernel in ("rows", "runs"):
        stack = in_rows(stack)
    A, B, same = stack[0], stack[-1], len(stack) == 1
    shapes = A.shape[3:], B.shape[3:]
    shape = whole = block_entries(A), block_entries(B)
    if plan.kernel == "rows":
        key, more = (*shapes, same, _is_read_first(A)), ((0, 0),)
    elif plan.kernel == "runs":
        key, more = (), ()
    else:
        key = [_tile_rows(n) for n in shape]
        more = *shapes, _panel_blocks(A, sum(shape)), plan.across, same
        whole = [-(-n // t) * t for n, t in zip(shape, key, strict=True)]
    entries = sum(X.size for X in stack)
    kernel = loading.kernel(entries, plan.kernel, A.dtype.name, *key)
    if kernel is None:
        return None
    a, b = (_memory(X) for X in (A, B))
    steps = [_steps(X) for X in (A, B)]
    S, parts = _divided(A, B, plan.parts, whole)

    def add(first, counts, out):
        place_a, place_b = [
            (sum(map(operator.mul, first, s)), *s) for s in steps
        ]
        kernel(a, place_a, b, place_b, counts, *more, out)

    threads.share(add, parts)
    S = S.sum(axis=0) if len(S) > 1 else S[0]
    # Not a view, which would keep what the tiles have beyond the sum.
    S = np.ascontiguousarray(S[:, : shape[0], : shape[1]])
    if same:  # only the lower triangle is summed
        lower = np.tril_indices(shape[0], -1)
        S[:, lower[1], lower[0]] = S[:, lower[0], lower[1]]
    return S if blocks[0].ndim > 4 else S[0]


def _divided(A, B, number, shape):
    """Return zeros to add to, with an axis for what is divided, and the parts.

    A part is the first item and block, the numbers of items and blocks, and
    its zeros. Items are divided first, then rows of blocks, or blocks if there
    are few rows.
    """
    counts = max(len(A), len(B)), *A.shape[1:3]
    v, l1, l2 = counts
    most = sizes.RESULTS // (v * shape[0] * shape[1])
    cuts = max(1, min(number // v, most))
    axis = 1 if l1 >= min(cuts, l2) else 2
    some = list(slices(counts[axis], -(-counts[axis] // cuts)))
    S = np.zeros((len(some), v, *shape), A.dtype)
    parts = []
    for items in slices(v, v // number):
        for cut, blocks in enumerate(some):
            first = [items.start, 0, 0]
            many = [items.stop - items.start, *counts[1:]]
            first[axis], many[axis] = blocks.start, blocks.stop - blocks.start
            parts.append((first, tuple(many), S[cut, items]))
    return S, parts


def _tile_rows(rows):
    """Return of how many rows a tile is best: few tiles, and nearly whole.

    Up to five by five sums stay in registers.
    """
    return min((5, 4, 3, 2, 1), key=lambda t: -(-rows // t) * (t + 1))


def _panel_blocks(A, rows):
    """Return how many blocks of either axis make a panel."""
    most = sizes.PANEL_BLOCKS, sizes.PANEL // rows, sizes.PANEL_ROW * rows
    length = max(1, min(most))
    across = min(A.shape[2], length)
    return min(A.shape[1], length // across), across


def _is_read_first(A):
    """Say whether rows of blocks are read in the order of memory first."""
    row = A.shape[2] * A.strides[2]
    return A.shape[3] > 1 and row in sizes.READ_FIRST


def _memory(X):
    """Return the first entry, from which the others are counted."""
    # Read-only, or for an argument that is Numba would compile once more.
    return np.lib.stride_tricks.as_strided(
        X, (1,), (X.itemsize,), writeable=False
    )


def _steps(X):
    """Return the step along each axis, in entries."""
    steps = (s // X.itemsize for s in X.strides)
    return tuple(
        s if n > 1 else 0 for s, n in zip(steps, X.shape, strict=True)
    )

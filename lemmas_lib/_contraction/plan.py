"""Which way a contraction takes: a decision from shapes, strides and dtypes.

Cutting a matrix into blocks never copies: each axis is only split in two.
Bringing the entries of all blocks in order, which the lemmas' reshapes do,
copies unless the strides allow a view, and a copy of the whole loses what the
product wins. So the way is chosen by strides and counts. By NumPy it is

=========  ==================================  ===============================
"product"  blocks in order                     one product, by BLAS
"pairs"    blocks of one column in wide rows   the products of pairs, by BLAS,
                                               added up
"tiles"    anything else                       tiles, copied into the cache and
                                               multiplied there
=========  ==================================  ===============================

and where many entries are in blocks of few, a compiled kernel is asked for
first, "rows", "runs" or "panels" as in ``kernels``. Two small matrices take
the lemma as it stands, because choosing costs more; what has no entries is
zero.
"""

import math
from typing import NamedTuple

import numpy as np

from .._arrays import mT
from . import sizes


class Plan(NamedTuple):
    """What is to be done with blocks."""

    way: str  # by NumPy
    kernel: str | None  # that is asked for first
    transposed: bool  # the matrices are taken as their transposes
    across: bool  # a copy runs along the columns of blocks, not the rows
    parts: int  # that the threads of a kernel share


def is_small(A, B, most):
    """Say whether A and B are two small matrices, and not empty.

    Not in half precision, which is summed in a wider one.
    """
    return (
        type(A) is np.ndarray
        and A.ndim == B.ndim == 2
        and 0 < A.size
        and 0 < B.size <= most - A.size
        and A.dtype.char != "e" != B.dtype.char
    )


def choose(blocks, dtype, strip_of=0):
    """Return the plan for blocks that have entries, and a batch axis or none.

    ``dtype`` is that in which they are summed. ``strip_of`` has the entries of
    the sum that they are a strip of, 0 if of none: they take the way of that
    one, undivided.
    """
    # Rows should be farther from each other in memory than columns are.
    X = blocks[0]
    rows, columns = _stride(X, -4, -2, math.inf), _stride(X, -3, -1, 0)
    transposed = abs(rows) < abs(columns)
    if transposed:
        blocks = [turned(X) for X in blocks]
    usable = all(X.dtype == dtype and is_even(X) for X in blocks)
    in_order = usable and all(map(is_in_order, blocks))
    wide = usable and _are_wide(blocks)
    way = "pairs" if wide else "product" if in_order else "tiles"
    item = sum(math.prod(X.shape[-4:]) for X in blocks)
    entries = item * max(len(X) if X.ndim > 4 else 1 for X in blocks)
    many = max(strip_of, entries) >= sizes.KERNEL_FROM
    kernel = None
    if usable and dtype.char in "df" and many and item >= sizes.KERNEL_ITEM:
        kernel = _kernel(blocks, in_order or wide)
    l1, l2 = blocks[0].shape[-4:-2]
    across = l2 >= min(sizes.SHORT_COPY, l1)
    parts = 1 if strip_of else min(sizes.PARTS, entries // sizes.PART)
    return Plan(way, kernel, transposed, across, max(1, parts))


def turned(X):
    """Return the blocks of the transpose."""
    return mT(X.swapaxes(-4, -3))


def in_rows(blocks):
    """Return blocks as the kernels for rows and runs take them, or None.

    They follow one another, and so do the entries of each of their rows. Where
    a block lies in one piece it is one row, and where rows of blocks follow
    one another they are one.
    """
    blocks = [_flat(X, -2) if _is_whole(X) else X for X in blocks]
    if all(_follow(X, -4) for X in blocks):
        blocks = [_flat(X, -4) for X in blocks]
    for X in blocks:
        width = X.shape[-1]
        if X.strides[-3] != width * X.itemsize or (
            width > 1 and X.strides[-1] != X.itemsize
        ):
            return None
    return blocks


def block_entries(X):
    """Return the number of entries in a block."""
    return X.shape[-2] * X.shape[-1]


def is_even(X):
    """Say whether every entry lies a whole number of entries from another."""
    return X.flags.aligned and not any(s % X.itemsize for s in X.strides)


def _stride(X, outer, inner, alone):
    """Return the step along two axes that may be one, or what it is alone."""
    for axis in inner, outer:
        if X.shape[axis] > 1:
            return X.strides[axis]
    return alone


def _kernel(blocks, for_blas):
    """Return the kernel that beats BLAS on such blocks, or None."""
    a, b = block_entries(blocks[0]), block_entries(blocks[-1])
    if a * b == 1 and for_blas:  # a dot product
        return None
    lying = in_rows(blocks)
    if a * b <= sizes.ROWS_PAIRS and _suit_rows(lying):
        return "rows"
    if a * b <= sizes.RUNS_PAIRS and _are_runs(lying):
        return "runs"
    most = sizes.PANELS_IN_ORDER if for_blas else sizes.PANELS
    return "panels" if a + b <= most else None


def _suit_rows(blocks):
    return blocks is not None and (
        blocks[0].shape[-3] >= sizes.ROWS_BLOCKS
        and all(max(X.shape[-2:]) <= sizes.ROWS_SIDE for X in blocks)
    )


def _are_runs(blocks):
    """Say whether these are two matrices of wide blocks of one row."""
    return blocks is not None and (
        len(blocks) == 2
        and all(X.shape[-2] == 1 for X in blocks)
        and blocks[1].shape[-1] >= sizes.RUNS_WIDE
    )


def _are_wide(blocks):
    """Say whether these are blocks of one column that lie in wide rows."""
    return all(
        X.shape[-1] == 1 < X.shape[-2]
        and X.shape[-3] >= sizes.WIDE
        and X.shape[-3] * X.shape[-2] >= sizes.WIDE_ENTRIES
        and X.strides[-3] == X.itemsize
        and X.strides[-2] >= X.shape[-3] * X.itemsize
        for X in blocks
    )


def _follow(X, axis):
    """Say whether an axis and the next one lie in memory as one would."""
    return 1 in X.shape[axis : axis + 2 or None] or (
        X.strides[axis] == X.shape[axis + 1] * X.strides[axis + 1]
    )


def _is_whole(X):
    """Say whether each block lies in one piece, row after row."""
    height, width = X.shape[-2:]
    in_turn = X.strides[-2] == width * X.itemsize and _follow(X, -2)
    return height == 1 or in_turn


def _flat(X, axis):
    """Return X with an axis and the next one as one, the first of length 1."""
    shape = list(X.shape)
    shape[axis : axis + 2 or None] = 1, shape[axis] * shape[axis + 1]
    return X.reshape(shape)


def is_in_order(X):
    """Say whether BLAS can take the flattened blocks as they lie in memory.

    Both pairs of axes must merge into one. Along one of the two the entries
    must be neighbours, and along the other so far apart that these do not
    overlap; else NumPy would copy all of X behind the scenes.
    """
    summed = _stride(X, -4, -3, X.itemsize), X.shape[-4] * X.shape[-3]
    entries = _stride(X, -2, -1, X.itemsize), block_entries(X)
    (near, many), (far, some) = sorted([summed, entries])
    apart = near == X.itemsize and (some == 1 or far >= many * near)
    return apart and _follow(X, -4) and _follow(X, -2)

"""Which way a contraction takes: a decision from shapes, strides and dtypes.

Cutting a matrix into blocks never copies: each axis is only split in two.
Bringing the entries of all blocks in order, which the lemmas' reshapes do,
copies unless the strides allow a view, and a copy of the whole loses what the
product wins. So the way is chosen by strides and counts:

=========  ==================================  ===============================
"kernel"   many entries in blocks of few       the compiled kernel, where there
                                               is one
"pairs"    blocks of one column in wide rows   the products of pairs, by BLAS,
                                               added up
"product"  blocks in order                     one product, by BLAS
"tiles"    anything else                       tiles, copied into the cache and
                                               multiplied there
=========  ==================================  ===============================

Two small matrices take the lemma as it stands, because choosing costs more;
what has no entries is zero.
"""

import functools
import math
import os
from typing import NamedTuple

import numpy as np

from . import sizes


class Plan(NamedTuple):
    """A way, and whether the two summed axes change places on it."""

    way: str
    exchanged: bool


def is_small(A, B, most):
    """Say whether A and B are two small matrices, and not empty."""
    one_pair = A.ndim == B.ndim == 2
    return one_pair and 0 < A.size and 0 < B.size <= most - A.size


def choose(blocks, strip_of=0):
    """Return the plan for blocks that have entries, and a batch axis or none.

    ``strip_of`` has the entries of the sum that they are a strip of, 0 if of
    none: they take the way of that one.
    """
    # The outer of the two summed axes should be the one that moves farther in
    # memory; for column-major arrays it is the columns.
    exchanged = _far(blocks[0], -4) < _far(blocks[0], -3)
    if exchanged:
        blocks = [X.swapaxes(-4, -3) for X in blocks]
    wide = _are_wide(blocks)
    in_order = wide or all(map(_is_in_order, blocks))
    if _suit_kernel(blocks, in_order, strip_of):
        return Plan("kernel", exchanged)
    way = "pairs" if wide else "product" if in_order else "tiles"
    return Plan(way, exchanged)


@functools.cache
def kernels():
    """Return the module of compiled kernels, or None where it is not to be.

    It is loaded when it is first needed, because Numba takes half a second.
    """
    if os.environ.get("LEMMAS_LIB_NUMBA") == "0":
        return None
    try:
        from . import kernel
    except ImportError:
        return None
    # Where Numba is told not to compile, the kernels would be slow loops.
    return None if kernel.numba.config.DISABLE_JIT else kernel


def block_entries(X):
    """Return the number of entries in a block."""
    return X.shape[-2] * X.shape[-1]


def _far(X, axis):
    return abs(X.strides[axis]) if X.shape[axis] > 1 else math.inf


def _suit_kernel(blocks, in_order, strip_of):
    """Say whether the kernel takes such blocks, and is there."""
    item = sum(math.prod(X.shape[-4:]) for X in blocks)
    v = max(len(X) if X.ndim > 4 else 1 for X in blocks)
    width = block_entries(blocks[0]) + block_entries(blocks[-1])
    # Blocks of one entry that lie in order are the dot product of BLAS.
    least, most = (
        (3, sizes.KERNEL_BLOCKS_IN_ORDER)
        if in_order
        else (2, sizes.KERNEL_BLOCKS)
    )
    return (
        max(strip_of, item * v) >= sizes.KERNEL_FROM
        and item >= sizes.KERNEL_ITEM
        and least <= width <= most
        and blocks[0].dtype in (np.float64, np.float32)
        and all(map(_is_even, blocks))
        and kernels() is not None
    )


def _is_even(X):
    """Say whether every entry lies a whole number of entries from another."""
    return X.flags.aligned and not any(s % X.itemsize for s in X.strides)


def _are_wide(blocks):
    """Say whether these are blocks of one column that lie in wide rows."""
    return all(
        X.shape[-1] == 1 < X.shape[-2]
        and X.shape[-3] >= sizes.WIDE
        and X.shape[-3] * X.shape[-2] >= sizes.WIDE_ENTRIES
        and X.strides[-3] == X.itemsize
        and X.strides[-2] >= X.itemsize
        and _is_even(X)
        for X in blocks
    )


def _is_in_order(X):
    """Say whether BLAS can take the flattened blocks as they lie in memory.

    Both pairs of axes must merge into one, and one of the two strides must be
    that of neighbours; else NumPy would copy all of X behind the scenes.
    """

    def merges(outer, inner):
        return 1 in (X.shape[outer], X.shape[inner]) or (
            X.strides[outer] == X.shape[inner] * X.strides[inner]
        )

    def stride(outer, inner):
        if X.shape[inner] > 1:
            return X.strides[inner]
        return X.strides[outer] if X.shape[outer] > 1 else X.itemsize

    neighbours = min(stride(-4, -3), stride(-2, -1)) == X.itemsize
    return neighbours and merges(-4, -3) and merges(-2, -1) and _is_even(X)

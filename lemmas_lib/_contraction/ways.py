"""The ways by NumPy: one product, products of pairs, products of tiles.

Each takes blocks of A and of B, or of A alone where B is A, with a batch axis
or without.
"""

import functools
import math

import numpy as np

from .._arrays import mT, permuted, reshaped
from . import sizes
from .pieces import over_batch, slices, tiles, total
from .plan import block_entries, is_in_order


def matmul(A, B):
    """Return A @ B, with the narrow one first where that is faster."""
    if type(A) is not np.ndarray:
        return A @ B
    tall = A.shape[-2] > sizes.TALL and B.shape[-1] <= sizes.NARROW
    if tall and _is_copied(A):
        return mT(dot(mT(B), mT(A)))
    return dot(A, B)


def _is_copied(A):
    """Say whether BLAS would copy all of a tall A, as the first factor."""
    return A.strides[-2] < A.strides[-1] or A.shape[-1] > sizes.LONG


def dot(A, B):
    """Return A @ B. For two small matrices ``dot`` takes half the time.

    But it copies what has a step along both axes, takes a matrix of one entry
    for a number, and where that is zero returns zeros in the place of NaN.
    """
    if (
        A.ndim == B.ndim == 2
        and A.size != 1 != B.size
        and A.size + B.size <= sizes.SMALL
    ):
        return A.dot(B)
    return A @ B


def _by_one_product(*blocks, dtype, **_):
    """Return the product of blocks as they lie, which is never a copy."""
    return by_product(*blocks, dtype=dtype)


def by_product(*blocks, dtype, across=True):
    """Return the contraction as one product; copies what is no view.

    It takes any number of batch axes.
    """
    if not across:
        blocks = [X.swapaxes(-4, -3) for X in blocks]
    panels = [_panel(X, dtype) for X in blocks]
    return matmul(panels[0], mT(panels[-1]))


def _panel(X, dtype):
    """Return blocks with one row for each of their entries.

    A copy in this order runs along the rows of the matrix.
    """
    l1, l2, height, width = X.shape[-4:]
    X = permuted(X, -2, -1, -4, -3)
    if X.dtype != dtype:  # so that it is copied once
        X = X.astype(dtype, order="C")
    return reshaped(X, 4, height * width, l1 * l2)


def _by_pairs(*blocks, **_):
    """Return the sum of the products of row blocks as they lie."""
    held = _products(blocks) * blocks[0].shape[-4]
    return _over_items(_pairs_of_one, _pairs, held, blocks)


def _pairs_of_one(*blocks):
    """Add up the products of one item, a tile of them at a time."""
    most = sizes.TILE // _products(blocks)
    return total(
        _pairs(*(X[some] for X in blocks))
        for some in slices(len(blocks[0]), most)
    )


def _pairs(*blocks):
    a, b = (mT(X[..., 0]) for X in (blocks[0], blocks[-1]))
    products = a @ mT(b)
    if products.shape[-3] == 1:
        return products[..., 0, :, :]
    return products.sum(axis=-3, dtype=products.dtype)


def _by_tiles(*blocks, dtype, across):
    """Return the contraction as products of copies in order."""
    how = {"dtype": dtype, "across": across}
    of_one = functools.partial(_tiles_of_one, **how)
    of_many = functools.partial(by_product, **how)
    return _over_items(of_one, of_many, _products(blocks), blocks)


def _tiles_of_one(*blocks, dtype, across):
    """Add up the products of one item's tiles."""
    pair = blocks[0], blocks[-1]
    shape = [block_entries(X) for X in pair]
    most = max(sizes.TILE, min(sizes.DEEP * sum(shape), math.prod(shape)))
    # A view takes no room.
    each = sum(
        entries
        for entries, X in zip(shape, pair, strict=True)
        if not (across and X.dtype == dtype and is_in_order(X))
    )
    return total(
        by_product(*(X[i, j] for X in blocks), dtype=dtype, across=across)
        for i, j in tiles(*blocks[0].shape[:2], most // max(1, each))
    )


def _products(blocks):
    """Return how many entries of the result a pair of blocks gives."""
    return block_entries(blocks[0]) * block_entries(blocks[-1])


def _over_items(of_one, of_many, held, blocks):
    """Take as many items at once as fit into a tile, or one after another.

    An item holds so many entries on its way, and is read besides.
    """
    if blocks[0].ndim == 4:
        return of_one(*blocks)
    held = max(held, sum(math.prod(X.shape[-4:]) for X in blocks))
    if held <= sizes.TILE:
        return over_batch(of_many, sizes.TILE // held, blocks)

    def one(*blocks):
        return of_one(*(X[0] for X in blocks))[None]

    return over_batch(one, 1, blocks)


WAYS = {"product": _by_one_product, "pairs": _by_pairs, "tiles": _by_tiles}

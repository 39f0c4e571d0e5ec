"""The door: two matrices and the shapes of their blocks in, their sum out.

First it is decided which way to take, then it is taken.
"""

import functools

import numpy as np

from .._arrays import is_chunked, mT, permuted, reshaped
from . import compiled, plan, sizes, ways
from .pieces import Formed, in_strips, one_batch_axis, summed_in


def sum_products(A, B, n_a, n_b, strip_of=0):
    """Return Σ_i A_i B_i', blocks of n_a rows in A and n_b in B.

    ``strip_of`` has the entries of the sum that they are a strip of, 0 if of
    none. A strip takes the way of that one, on one thread, because the threads
    of BLAS stay awake for a while after each of its products.
    """
    if plan.is_small(A, B, sizes.SMALL):
        return ways.dot(A.T.reshape(-1, n_a).T, B.T.reshape(-1, n_b))
    return sum_outer_products(A, B, (n_a, 1), (n_b, 1), strip_of)


def sum_kroneckers(A, B, shape_a, shape_b, strip_of=0, names="AB"):
    """Return Σ_ij A_ij ⊗ B_ij, blocks of the given shapes in A and B.

    ``strip_of`` is as in ``sum_products``. The names are those by which they
    are refused.
    """
    if plan.is_small(A, B, sizes.SMALL_KRONECKERS):
        S = ways.dot(_block_rows(A, *shape_a).T, _block_rows(B, *shape_b))
    elif is_chunked(A):
        return _of_chunks(sum_kroneckers, A, B, shape_a, shape_b, names)
    else:
        S = sum_outer_products(A, B, shape_a, shape_b, strip_of)
    (a1, a2), (b1, b2) = shape_a, shape_b
    if type(S) is not np.ndarray:
        S = permuted(reshaped(S, 2, a1, a2, b1, b2), -4, -2, -3, -1)
        return reshaped(S, 4, a1 * b1, a2 * b2)
    # The same by methods, which for small sums is felt.
    batch = S.shape[:-2]
    S = S.reshape(batch + shape_a + shape_b).swapaxes(-3, -2)
    return S.reshape(batch + (a1 * b1, a2 * b2))


def sum_outer_products(A, B, shape_a, shape_b, strip_of=0, beside=()):
    """Return Σ_ij a_ij b_ij' of the flattened blocks, (…, a1·a2, b1·b2).

    ``strip_of`` is as in ``sum_products``. The sum has a dtype that also holds
    what stands ``beside`` it.
    """
    if is_chunked(A):
        return _of_chunks(sum_outer_products, A, B, shape_a, shape_b)
    blocks = [cut(A, *shape_a)]
    # B that is A is not passed on, so that it is cut, copied and read once.
    if B is not A or shape_b != shape_a:
        blocks.append(cut(B, *shape_b))
    dtype, wide = summed_in(A, B, *beside)
    if type(A) is not np.ndarray:
        return ways.by_product(*blocks, dtype=dtype)
    if not all(X.size for X in blocks):
        batch = np.broadcast_shapes(*(X.shape[:-4] for X in blocks))
        shape = plan.block_entries(blocks[0]), plan.block_entries(blocks[-1])
        return np.zeros((*batch, *shape), dtype)
    contract = functools.partial(_contract, dtype=wide, strip_of=strip_of)
    at_once = functools.partial(ways.by_product, dtype=wide)
    S = one_batch_axis(contract, at_once, 4, blocks)
    return S.astype(dtype, copy=False)


def cut(X, height, width):
    """Return the blocks of X, (…, l1, l2, height, width), as a view."""
    rows, columns = X.shape[-2:]
    across = columns // width if width else 1  # a matrix may have no columns
    split = rows // height, height, across, width
    return permuted(reshaped(X, 2, *split), -4, -2, -3, -1)


def _of_chunks(function, A, B, shape_a, shape_b, names="AB"):
    """Add up what a function above returns for the chunks of Dask's arrays."""

    def part(A, B, strip_of=0):
        return function(A, B, shape_a, shape_b, strip_of)

    grid = [
        length // own if own else 1
        for length, own in zip(A.shape[-2:], shape_a, strict=True)
    ]
    cuts = " ".join(f"{name}:ij" for name in names)
    return in_strips(part, Formed(grid, 0, 2, cuts), A, B)


def _contract(*blocks, dtype, strip_of):
    """Return the contraction of blocks with one batch axis, or none."""
    if any(X.ndim > 4 for X in blocks):
        blocks = [X if X.ndim > 4 else X[None] for X in blocks]
    chosen = plan.choose(blocks, dtype, strip_of)
    if chosen.transposed:
        blocks = [plan.turned(X) for X in blocks]
    S = compiled.contract(blocks, chosen) if chosen.kernel else None
    if S is None:
        S = ways.WAYS[chosen.way](*blocks, dtype=dtype, across=chosen.across)
    return _turned_back(S, blocks) if chosen.transposed else S


def _turned_back(S, blocks):
    """Return the contraction of blocks from that of their transposes."""
    (a2, a1), (b2, b1) = blocks[0].shape[-2:], blocks[-1].shape[-2:]
    T = S.reshape(*S.shape[:-2], a2, a1, b2, b1)
    return mT(T.swapaxes(-4, -3)).reshape(S.shape)


def _block_rows(X, height, width):
    """Return blocks as rows, each row by row, of one matrix."""
    if width < X.shape[1]:
        X = X.reshape(-1, height, X.shape[1] // width, width).swapaxes(1, 2)
    return X.reshape(-1, height * width)

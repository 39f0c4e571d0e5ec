"""The one contraction that carries every sum, and the choice of its road.

It is Σ_ij vec(A_ij) vec(B_ij)'. Laid out by blocks this is a Kronecker sum;
with blocks one column wide it is Σ_i A_i B_i', because a product of matrices
is the sum of the outer products of their columns.

Cutting a matrix into blocks never copies: each axis is only split in two.
Bringing the entries of all blocks in order, which the lemmas' reshapes do,
copies unless the strides allow a view, and a copy of the whole loses what the
product wins. So the road is chosen by strides and counts:

==================================  =========================================
two small matrices                  the lemma as stated: choosing costs more
many entries in blocks of few       the compiled kernel, where Numba is
blocks that are a view in order     one product, by BLAS
blocks of one column in wide rows   the products of pairs, by BLAS, added up
anything else                       tiles, copied into the cache and
                                    multiplied there
==================================  =========================================

A batch is taken a few items at a time where one is small, and item by item
where one is large, so that what is held never grows with it.
"""

import functools
import math
import os

import numpy as np

# Entries of A and B in one tile: 512 KiB of doubles, half of a usual L2.
TILE = 2**16

# Entries of a product that a lemma forms on the way, such as BC': 4 MiB of
# doubles, so that it is read back from the last cache.
STRIP = 2**19

# Up to this number of entries the lemma as stated is fastest: a reshape that
# copies stays in the cache, and choosing a road costs more than it saves.
SMALL = 2**16
SMALL_KRONECKERS = 2**13

# Many blocks go into a tile where they are large, or it is not worth adding
# its product to the result; but a tile larger than TILE is never larger than
# the result.
DEEP = 256

# Row blocks of such a width, with so many entries, are faster multiplied pair
# by pair than copied side by side for one product of all. Blocks of one row
# need no copy.
WIDE = 16
WIDE_ENTRIES = 64

# From this number of entries on the kernel is used. NumPy takes some
# milliseconds for as many; loading a kernel takes longer, once.
KERNEL_FROM = 2**20

# Up to this number of entries in a block of A and one of B the kernel beats
# BLAS: the first where BLAS can take the blocks as they lie.
KERNEL_BLOCKS_IN_ORDER = 128
KERNEL_BLOCKS = 256

# A copy runs along the columns of blocks where these are as many as this, else
# along the rows of blocks: its inner loop should be long.
BRIEF = 16

# A matrix of more columns than this should be the second factor: OpenBLAS
# copies the first one whole, however narrow the other is.
TALL = 512


ALL = slice(None)


def cut(X, height, width):
    """Return the blocks of X, (…, l1, l2, height, width), as a view."""
    rows, columns = X.shape[-2:]
    across = columns // width if width else 1  # a matrix may have no columns
    split = rows // height, height, across, width
    return X.reshape(*X.shape[:-2], *split).swapaxes(-3, -2)


def sum_products(A, B, n_a, n_b):
    """Return Σ_i A_i B_i', blocks of n_a rows in A and n_b in B."""
    if _are_small(A, B, SMALL):
        return A.T.reshape(-1, n_a).T.dot(B.T.reshape(-1, n_b))
    a = cut(A, n_a, 1)
    return _contract(a, a if B is A and n_b == n_a else cut(B, n_b, 1))


def sum_kroneckers(A, B, shape_a, shape_b):
    """Return Σ_ij A_ij ⊗ B_ij, blocks of the given shapes in A and B."""
    if _are_small(A, B, SMALL_KRONECKERS):
        S = _vecs(A, *shape_a).T.dot(_vecs(B, *shape_b))
    else:
        a = cut(A, *shape_a)
        same = B is A and shape_b == shape_a
        S = _contract(a, a if same else cut(B, *shape_b))
    batch, (a1, a2), (b1, b2) = S.shape[:-2], shape_a, shape_b
    S = S.reshape(batch + shape_a + shape_b).swapaxes(-3, -2)
    return S.reshape(batch + (a1 * b1, a2 * b2))


def times(A, B):
    """Return A @ B, in half the time where the two are small matrices."""
    return A.dot(B) if A.ndim == B.ndim == 2 else A @ B


def rows(X, blocks, height):
    """Return the rows of some blocks, or all of them."""
    if blocks is ALL:
        return X
    return X[..., blocks.start * height : blocks.stop * height, :]


def pieces(length, step):
    """Cut a range into slices of the given length, at least 1.

    An empty range has one slice, which is empty too.
    """
    step = max(1, step)
    for start in range(0, max(1, length), step):
        yield slice(start, min(start + step, length))


def tiles(rows, columns, most):
    """Cut a grid of blocks into tiles of at most so many blocks, at least 1.

    The tiles are as wide as they can be.
    """
    step = max(1, min(columns, most))
    for i in pieces(rows, most // step):
        for j in pieces(columns, step):
            yield i, j


def over_batch(compute, batch, shape, entries, most, *arguments):
    """Return compute(*arguments), computed a few items of a batch at a time.

    The arguments have the leading axes of ``batch``, each of its length or of
    length 1; ``shape`` is that of one result. An item takes so many
    ``entries``, and at ``most`` so many are taken at once.
    """
    if not batch:
        return compute(*arguments)
    out = np.empty((*batch, *shape), dtype=arguments[0].dtype)
    step = most // max(1, entries * math.prod(batch[1:]))
    for piece in pieces(batch[0], step):
        some = [X[piece] if len(X) > 1 else X for X in arguments]
        if step or not out.size:
            out[piece] = compute(*some)
        else:
            some = (X[0] for X in some)
            out[piece.start] = over_batch(
                compute, batch[1:], shape, entries, most, *some
            )
    return out


def in_strips(strip, grid, held, shape, *arguments):
    """Add up strip(i, j, *arguments) over slices i and j of a grid of blocks.

    What a strip forms on the way has so many entries ``held`` a block, and
    STRIP at most. ``shape`` is that of one result.
    """
    entries = held * grid[0] * grid[1]
    axes = [X.ndim for X in arguments]
    if entries <= STRIP and max(axes) == 2:
        return strip(ALL, ALL, *arguments)
    batch, *arguments = with_batch(2, *arguments)

    def compute(*some):
        return total(
            strip(i, j, *some) for i, j in tiles(*grid, STRIP // max(1, held))
        )

    return over_batch(compute, batch, shape, entries, STRIP, *arguments)


def with_batch(own, *arguments):
    """Return the common batch, and the arguments with as many axes as it has.

    ``own`` is the number of last axes that are not batch axes.
    """
    batch = np.broadcast_shapes(*(X.shape[:-own] for X in arguments))
    axes = len(batch) + own
    return batch, *(X[(None,) * (axes - X.ndim)] for X in arguments)


def _are_small(A, B, most):
    """Say whether A and B are two small matrices, and not empty."""
    one_pair = A.ndim == B.ndim == 2
    return one_pair and 0 < A.size and 0 < B.size <= most - A.size


def _vecs(X, height, width):
    """Return blocks as rows, each row by row, of one matrix."""
    if width < X.shape[1]:
        X = X.reshape(-1, height, X.shape[1] // width, width).swapaxes(1, 2)
    return X.reshape(-1, height * width)


def _contract(A, B):
    """Return Σ_ij of the outer products of the flattened blocks.

    (…, l1, l2, a1, a2) and (…, l1, l2, b1, b2) give (…, a1·a2, b1·b2).
    """
    shape = _entries(A), _entries(B)
    # B that is A is not passed on, so that it is cut, copied and read once.
    blocks = (A,) if B is A else (A, B)
    batch, *blocks = with_batch(4, *blocks)
    if _far(blocks[0], -4) < _far(blocks[0], -3):
        # The outer of the two summed axes should be the one that moves
        # farther in memory; for column-major arrays it is the columns.
        blocks = [X.swapaxes(-4, -3) for X in blocks]
    if _suits_kernel(*blocks):
        return _by_kernel(batch, shape, *blocks)
    entries = sum(math.prod(X.shape[-4:]) for X in blocks)
    if _are_wide(*blocks):  # what is held are the products
        entries = max(entries, math.prod(shape) * blocks[0].shape[-4])
    return over_batch(_by_blas, batch, shape, entries, TILE, *blocks)


def _far(X, axis):
    return abs(X.strides[axis]) if X.shape[axis] > 1 else math.inf


def _entries(X):
    """Return the number of entries in a block."""
    return X.shape[-2] * X.shape[-1]


@functools.cache
def kernels():
    """Return the module of compiled kernels, or None where it is not to be.

    It is loaded when it is first needed, because Numba takes half a second.
    """
    if os.environ.get("LEMMAS_LIB_NUMBA") == "0":
        return None
    try:
        from . import _kernels
    except ImportError:
        return None
    return _kernels


def _suits_kernel(*blocks):
    """Say whether the kernel takes such blocks, and is there."""
    dtype = blocks[0].dtype
    if (
        sum(X.size for X in blocks) < KERNEL_FROM
        or dtype not in (np.float64, np.float32)
        or not all(_is_even(X) for X in blocks)
    ):
        return False
    in_order = _are_wide(*blocks) or all(_is_view(X) for X in blocks)
    most = KERNEL_BLOCKS_IN_ORDER if in_order else KERNEL_BLOCKS
    width = _entries(blocks[0]) + _entries(blocks[-1])
    return 0 < width <= most and kernels() is not None


def _is_even(X):
    """Say whether every entry lies a whole number of entries from another."""
    return X.flags.aligned and not any(s % X.itemsize for s in X.strides)


def _by_kernel(batch, shape, *blocks):
    """Return the contraction by the kernel, which takes one batch axis.

    That is the longest one; over any others this is a loop.
    """
    kernel = kernels().outer_sum
    if not batch:
        return kernel(*(X[None] for X in blocks))[0]
    if len(batch) == 1:
        return kernel(*blocks)
    longest = batch.index(max(batch))
    others = batch[:longest] + batch[longest + 1 :]
    out = np.empty((*batch, *shape), dtype=blocks[0].dtype)
    some_out = np.moveaxis(out, longest, -3)
    blocks = [np.moveaxis(X, longest, -5) for X in blocks]
    blocks = [np.broadcast_to(X, (*others, *X.shape[-5:])) for X in blocks]
    for index in np.ndindex(others):
        some_out[index] = kernel(*(X[index] for X in blocks))
    return out


def _by_blas(*blocks):
    """Return the contraction by NumPy, of one pair of matrices or a stack."""
    if blocks[0].ndim > 4 or all(_is_view(X) for X in blocks):
        return _product(*blocks)
    rows, columns = blocks[0].shape[:2]
    shape = _entries(blocks[0]), _entries(blocks[-1])
    if _are_wide(*blocks):  # whole rows, and a tile of their products
        most = columns * max(1, TILE // max(1, math.prod(shape)))
    else:
        entries = max(1, sum(shape))
        most = max(TILE, min(DEEP * entries, math.prod(shape))) // entries
    return total(
        _product(*(X[i, j] for X in blocks))
        for i, j in tiles(rows, columns, most)
    )


def total(terms):
    """Add up arrays, in the memory of the first."""
    terms = iter(terms)
    result = next(terms)
    for term in terms:
        result += term
    return result


def _product(*blocks):
    """Return the contraction as products of matrices.

    What is no view is copied.
    """
    if _are_wide(*blocks):
        rows = [X[..., 0].swapaxes(-1, -2) for X in blocks]
        return (rows[0] @ rows[-1].swapaxes(-1, -2)).sum(
            axis=-3, dtype=rows[0].dtype
        )
    if blocks[0].shape[-3] < min(BRIEF, blocks[0].shape[-4]):
        blocks = [X.swapaxes(-4, -3) for X in blocks]
    panels = [_panel(X) for X in blocks]
    a, b = panels[0], panels[-1]
    if a.shape[-2] > max(TALL, b.shape[-2]):
        return (b @ a.swapaxes(-1, -2)).swapaxes(-1, -2)
    return a @ b.swapaxes(-1, -2)


def _panel(X):
    """Return blocks with one row for each of their entries.

    A copy in this order runs along the rows of the matrix.
    """
    l1, l2, height, width = X.shape[-4:]
    axes = (*range(X.ndim - 4), -2, -1, -4, -3)
    return X.transpose(axes).reshape(*X.shape[:-4], height * width, l1 * l2)


def _are_wide(*blocks):
    """Say whether these are blocks of one column that lie in wide rows."""
    return all(
        X.shape[-1] == 1 < X.shape[-2]
        and X.shape[-3] >= WIDE
        and X.shape[-3] * X.shape[-2] >= WIDE_ENTRIES
        and X.strides[-3] == X.itemsize
        and X.strides[-2] >= X.itemsize
        for X in blocks
    )


def _is_view(X):
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
    return neighbours and merges(-4, -3) and merges(-2, -1)

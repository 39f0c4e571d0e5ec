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
blocks of one column in wide rows   the products of pairs, by BLAS, added up
blocks that are a view in order     one product, by BLAS
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

# From this number of entries on the kernel is used, where an item of a batch
# has some. NumPy takes some milliseconds for as many; loading a kernel takes
# longer, once.
KERNEL_FROM = 2**20
KERNEL_ITEM = 2**7

# Up to this number of entries in a block of A and one of B the kernel beats
# BLAS: the first where BLAS can take the blocks as they lie.
KERNEL_BLOCKS_IN_ORDER = 128
KERNEL_BLOCKS = 256

# A copy runs along the columns of blocks where these are as many as this, else
# along the rows of blocks: its inner loop should be long.
BRIEF = 16

# A matrix of more rows than TALL should not be the first factor of a product
# with one that is NARROW: OpenBLAS copies the first one whole.
TALL = 4096
NARROW = 8


ALL = slice(None)


def cut(X, height, width):
    """Return the blocks of X, (…, l1, l2, height, width), as a view."""
    rows, columns = X.shape[-2:]
    across = columns // width if width else 1  # a matrix may have no columns
    split = rows // height, height, across, width
    return X.reshape(*X.shape[:-2], *split).swapaxes(-3, -2)


def rows(X, blocks, height):
    """Return the rows of some blocks, or of all of them."""
    if blocks is ALL:
        return X
    return X[..., blocks.start * height : blocks.stop * height, :]


def times(A, B):
    """Return A @ B, with the narrow one first where one is tall."""
    # Of objects such as matrices the order of the factors counts.
    if B.shape[-1] <= NARROW and A.shape[-2] > TALL and A.dtype != object:
        return _times(B.swapaxes(-1, -2), A.swapaxes(-1, -2)).swapaxes(-1, -2)
    return _times(A, B)


def _times(A, B):
    """Return A @ B. For two small matrices ``dot`` takes half the time.

    But it takes a matrix of one entry for a number, and where that is zero
    returns zeros in the place of NaN.
    """
    if A.ndim == B.ndim == 2 and A.size != 1 != B.size:
        return A.dot(B)
    return A @ B


def sum_products(A, B, n_a, n_b, whole=0):
    """Return Σ_i A_i B_i', blocks of n_a rows in A and n_b in B.

    The sum may be a part of one of so many entries, ``whole``: then it takes
    the road of that one, on one thread, because those of BLAS stay awake for
    a while after each product of a strip.
    """
    if _are_small(A, B, SMALL):
        return _times(A.T.reshape(-1, n_a).T, B.T.reshape(-1, n_b))
    a = cut(A, n_a, 1)
    same = B is A and n_b == n_a
    return _contract(a, a if same else cut(B, n_b, 1), whole)


def sum_kroneckers(A, B, shape_a, shape_b, whole=0):
    """Return Σ_ij A_ij ⊗ B_ij, blocks of the given shapes in A and B.

    It may be a part of a larger sum too.
    """
    if _are_small(A, B, SMALL_KRONECKERS):
        S = _times(_vecs(A, *shape_a).T, _vecs(B, *shape_b))
    else:
        a = cut(A, *shape_a)
        same = B is A and shape_b == shape_a
        S = _contract(a, a if same else cut(B, *shape_b), whole)
    batch, (a1, a2), (b1, b2) = S.shape[:-2], shape_a, shape_b
    S = S.reshape(batch + shape_a + shape_b).swapaxes(-3, -2)
    return S.reshape(batch + (a1 * b1, a2 * b2))


def in_strips(strip, grid, held, formed, *arguments, together=False):
    """Add up strip(i, j, *arguments) over slices i and j of a grid of blocks.

    A strip forms a matrix of the first so many arguments, ``formed``: it
    holds so many entries a block, ``held``, and STRIP at most for all its
    blocks and all items of the batch that these arguments have. The batch is
    cut before the grid, unless ``together`` is set, because some of what is
    formed is the same for all items and should be formed once.
    """
    one_pair = max([X.ndim for X in arguments]) == 2
    stack = 1 if one_pair else stacked(*(X.shape for X in arguments[:formed]))
    entries = held * grid[0] * grid[1] * stack
    if entries <= STRIP:
        return strip(ALL, ALL, *arguments)
    most = STRIP // (held * stack)
    if stack == 1 or together:
        return total(strip(i, j, *arguments) for i, j in tiles(*grid, most))
    batch, *arguments = with_batch(2, *arguments)
    lengths = [
        max(X.shape[axis] for X in arguments[:formed])
        for axis in range(len(batch))
    ]
    axis = next(a for a, length in enumerate(lengths) if length > 1)
    out = None
    for piece in pieces(lengths[axis], STRIP * lengths[axis] // entries):
        index = (ALL,) * axis + (piece,)
        some = (X if X.shape[axis] == 1 else X[index] for X in arguments)
        part = in_strips(strip, grid, held, formed, *some, together=together)
        if out is None:
            out = np.empty((*batch, *part.shape[-2:]), dtype=part.dtype)
        out[index] = part
    return out


@functools.lru_cache(1024)
def stacked(*shapes):
    """Return how many matrices the broadcast batch of some shapes has."""
    return math.prod(np.broadcast_shapes(*(shape[:-2] for shape in shapes)))


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


def total(terms):
    """Add up arrays, in the memory of the first, holding two at a time."""
    terms = iter(terms)
    result = next(terms)
    for term in terms:
        result += term
        del term  # or it would be held while the next one is computed
    return result


def with_batch(own, *arguments):
    """Return the common batch, and the arguments with as many axes as it has.

    ``own`` is the number of last axes that are not batch axes.
    """
    axes = max([X.ndim for X in arguments])
    if axes == own:
        return (), *arguments
    batch = np.broadcast_shapes(*(X.shape[:-own] for X in arguments))
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


def _contract(A, B, whole):
    """Return Σ_ij of the outer products of the flattened blocks.

    (…, l1, l2, a1, a2) and (…, l1, l2, b1, b2) give (…, a1·a2, b1·b2).
    """
    shape = _entries(A), _entries(B)
    # B that is A is not passed on, so that it is cut, copied and read once.
    blocks = (A,) if B is A else (A, B)
    batch, *blocks = with_batch(4, *blocks)
    if not all(X.size for X in blocks):
        return np.zeros((*batch, *shape), dtype=A.dtype)
    if _far(blocks[0], -4) < _far(blocks[0], -3):
        # The outer of the two summed axes should be the one that moves
        # farther in memory; for column-major arrays it is the columns.
        blocks = [X.swapaxes(-4, -3) for X in blocks]
    wide = _are_wide(*blocks)
    in_order = wide or all(_is_view(X) for X in blocks)
    if _suits_kernel(batch, sum(shape), in_order, whole, *blocks):
        return _by_kernel(batch, shape, 1 if whole else None, *blocks)
    if in_order and not wide:
        return _product(*blocks)
    held = math.prod(shape) * (blocks[0].shape[-4] if wide else 1)
    entries = max(held, sum(math.prod(X.shape[-4:]) for X in blocks))
    road = _by_pairs if wide else _by_tiles
    return _over_batch(road, batch, shape, entries, *blocks)


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
    # Where Numba is told not to compile, the kernels would be slow loops.
    return None if _kernels.numba.config.DISABLE_JIT else _kernels


def _suits_kernel(batch, width, in_order, whole, *blocks):
    """Say whether the kernel takes such blocks, and is there."""
    entries = sum(math.prod(X.shape[-4:]) for X in blocks)
    longest = max(batch, default=1)
    # Blocks of one entry that lie in order are the dot product of BLAS.
    least, most = (
        (3, KERNEL_BLOCKS_IN_ORDER) if in_order else (2, KERNEL_BLOCKS)
    )
    return (
        max(whole, entries * longest) >= KERNEL_FROM
        and entries >= KERNEL_ITEM
        and least <= width <= most
        and blocks[0].dtype in (np.float64, np.float32)
        and all(_is_even(X) for X in blocks)
        and kernels() is not None
    )


def _is_even(X):
    """Say whether every entry lies a whole number of entries from another."""
    return X.flags.aligned and not any(s % X.itemsize for s in X.strides)


def _by_kernel(batch, shape, threads, *blocks):
    """Return the contraction by the kernel, which takes one batch axis.

    That is the longest one; over any others this is a loop.
    """
    kernel = functools.partial(kernels().outer_sum, threads=threads)
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


def _over_batch(road, batch, shape, entries, *blocks):
    """Take a road, with as many items of the batch at once as fit a tile.

    An item takes so many ``entries``; ``shape`` is that of its result.
    """
    if not batch:
        return road(*blocks)
    step = TILE // (entries * math.prod(batch[1:]))
    if step >= batch[0]:
        return road(*blocks)
    if batch[0] == 1:
        items = (X[0] for X in blocks)
        return _over_batch(road, batch[1:], shape, entries, *items)[None]
    out = np.empty((*batch, *shape), dtype=blocks[0].dtype)
    for piece in pieces(batch[0], step):
        some = [X[piece] if len(X) > 1 else X for X in blocks]
        if step:
            out[piece] = road(*some)
        else:
            items = (X[0] for X in some)
            out[piece.start] = _over_batch(
                road, batch[1:], shape, entries, *items
            )
    return out


def _by_pairs(*blocks):
    """Return the sum of the products of row blocks as they lie.

    One pair of matrices is taken a tile of products at a time.
    """
    a, b = (X[..., 0].swapaxes(-1, -2) for X in (blocks[0], blocks[-1]))
    if a.ndim > 3:
        return _add_pairs(a, b)
    most = TILE // (a.shape[-2] * b.shape[-2])
    return total(_add_pairs(a[i], b[i]) for i in pieces(len(a), most))


def _add_pairs(a, b):
    products = a @ b.swapaxes(-1, -2)
    if products.shape[-3] == 1:
        return products[..., 0, :, :]
    return products.sum(axis=-3, dtype=products.dtype)


def _by_tiles(*blocks):
    """Return the contraction as products of copies in order.

    One pair of matrices is copied a tile at a time.
    """
    if blocks[0].ndim > 4:
        return _product(*_long_inside(*blocks))
    shape = _entries(blocks[0]), _entries(blocks[-1])
    most = max(TILE, min(DEEP * sum(shape), math.prod(shape))) // sum(shape)
    return total(
        _product(*_long_inside(*(X[i, j] for X in blocks)))
        for i, j in tiles(*blocks[0].shape[:2], most)
    )


def _long_inside(*blocks):
    """Return the blocks with the axis last along which a copy should run."""
    l1, l2 = blocks[0].shape[-4:-2]
    if l2 < min(BRIEF, l1):
        return [X.swapaxes(-4, -3) for X in blocks]
    return blocks


def _product(*blocks):
    """Return the contraction as one product; copies what is no view."""
    panels = [_panel(X) for X in blocks]
    return times(panels[0], panels[-1].swapaxes(-1, -2))


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
        and _is_even(X)
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
    return neighbours and merges(-4, -3) and merges(-2, -1) and _is_even(X)

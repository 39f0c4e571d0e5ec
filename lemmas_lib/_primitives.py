"""The one contraction that carries every sum, in tiles that stay in cache.

It is Σ_ij vec(A_ij) vec(B_ij)'. Laid out by blocks this is a Kronecker sum;
with blocks one column wide it is Σ_i A_i B_i', because a product of matrices
is the sum of the outer products of their columns.

Two cases leave this road. Row blocks that lie in wide rows go to BLAS pair by
pair as they lie, and their products are added up. Two small matrices take the
shortest way, because there the choice itself is what costs.

Cutting a matrix into blocks never copies: each axis is only split in two.
Bringing the entries of a block side by side does, unless they already are.
Where the strides allow it the whole contraction is one matrix product on a
view; elsewhere the blocks are copied one tile at a time, so that the copy is
read back from the cache and never grows with the input.
"""

import math

import numpy as np

# Entries of A and B in one tile: 512 KiB of doubles, half of a usual L2.
TILE = 2**16

# Below this number of entries choosing a path costs more than any path.
SMALL = 2**12

# From this width on a product of two row blocks is faster, each, than copying
# them side by side for one product of all. Blocks of one row need no copy.
WIDE = 16


def cut(X, height, width):
    """Return the blocks of X, (…, l1, l2, height, width), as a view."""
    rows, columns = X.shape[-2:]
    across = columns // width if width else 1  # a matrix may have no columns
    split = rows // height, height, across, width
    return X.reshape(*X.shape[:-2], *split).swapaxes(-3, -2)


def sum_abt(A, B, heights):
    """Return Σ_i A_i B_i', blocks of the given heights in A and B."""
    if _is_small(A, B):
        a, b = (
            X.T.reshape(-1, n) for X, n in zip((A, B), heights, strict=True)
        )
        return a.T @ b
    if min(heights) > 1 and _are_wide(A, B):
        return _sum_products(A, B, heights)
    columns_a, columns_b = cut(A, heights[0], 1), cut(B, heights[1], 1)
    return _outer_sum(columns_a, columns_b)


def sum_kron(A, B, shape_a, shape_b):
    """Return Σ_ij A_ij ⊗ B_ij, blocks of the given shapes in A and B."""
    contract = _product if _is_small(A, B) else _outer_sum
    S = contract(cut(A, *shape_a), cut(B, *shape_b))
    batch = S.shape[:-2]
    S = S.reshape(*batch, *shape_a, *shape_b).swapaxes(-3, -2)
    (a1, a2), (b1, b2) = shape_a, shape_b
    return S.reshape(*batch, a1 * b1, a2 * b2)


def _is_small(A, B):
    """Say whether A and B are two small matrices, and not empty."""
    one_pair = A.ndim == B.ndim == 2
    return one_pair and 0 < A.size and 0 < B.size <= SMALL - A.size


def _are_wide(*matrices):
    """Say whether the matrices lie in wide rows."""
    return all(
        X.shape[-1] >= WIDE
        and X.strides[-1] == X.itemsize
        and X.strides[-2] >= X.itemsize
        for X in matrices
    )


def _sum_products(A, B, heights):
    """Add up the products of row blocks, a tile of products at a time."""
    batch, A, B = _with_batch(A, B, 2)
    out = np.zeros((*batch, *heights), dtype=A.dtype)
    a, b = (
        cut(X, n, X.shape[-1])[..., 0, :, :]
        for X, n in zip((A, B), heights, strict=True)
    )
    _accumulate_products(a, b.swapaxes(-1, -2), out)
    return out


def _accumulate_products(a, b, out):
    """Add the products of a and b over their third last axis to out."""
    if out.ndim > 2 and out.size > TILE:
        for piece in pieces(len(out), TILE * len(out) // out.size):
            some_a, some_b, some = *_items(piece, a, b), out[piece]
            if len(some) == 1:
                some_a, some_b, some = some_a[0], some_b[0], some[0]
            _accumulate_products(some_a, some_b, some)
        return
    for block in pieces(a.shape[-3], TILE // max(1, out.size)):
        some_a, some_b = a[..., block, :, :], b[..., block, :, :]
        if block.stop - block.start == 1:
            out += (some_a @ some_b)[..., 0, :, :]
        else:
            out += (some_a @ some_b).sum(axis=-3, dtype=out.dtype)


def pieces(length, step):
    """Cut a range into slices of the given length, at least 1.

    An empty range has one slice, which is empty too.
    """
    step = max(1, step)
    for start in range(0, max(1, length), step):
        yield slice(start, min(start + step, length))


def _items(piece, *stacks):
    """Return the items of each stack; a stack of one serves every item."""
    return [X if len(X) == 1 else X[piece] for X in stacks]


def _with_batch(A, B, own):
    """Return the common batch, and A and B with as many axes as it has.

    ``own`` is the number of last axes that are not batch axes.
    """
    batch = np.broadcast_shapes(A.shape[:-own], B.shape[:-own])
    axes = len(batch) + own
    return batch, *(X[(None,) * (axes - X.ndim)] for X in (A, B))


def _outer_sum(A, B):
    """Return Σ_ij of the outer products of the flattened blocks.

    (…, l1, l2, a1, a2) and (…, l1, l2, b1, b2) give (…, a1·a2, b1·b2).
    """
    batch, A, B = _with_batch(A, B, 4)
    shape = math.prod(A.shape[-2:]), math.prod(B.shape[-2:])
    out = np.zeros((*batch, *shape), dtype=A.dtype)
    if _far(A, -4) < _far(A, -3):
        # The outer of the two summed axes should be the one that moves
        # farther in memory; for column-major arrays it is the columns.
        A, B = A.swapaxes(-4, -3), B.swapaxes(-4, -3)
    if out.size:
        _accumulate(A, B, out)
    return out


def _far(X, axis):
    return abs(X.strides[axis]) if X.shape[axis] > 1 else math.inf


def _accumulate(A, B, out):
    """Add the contraction of A and B to out, tile by tile."""
    if out.ndim > 2:
        _accumulate_batch(A, B, out)
    elif _is_view(A) and _is_view(B):
        out += _product(A, B)
    else:
        l1, l2 = A.shape[:2]
        tile = max(1, TILE // sum(out.shape))
        step2 = max(1, min(l2, tile))
        for i in pieces(l1, tile // step2):
            for j in pieces(l2, step2):
                out += _product(A[i, j], B[i, j])


def _accumulate_batch(A, B, out):
    """Take the first batch axis in pieces, whole items where one is large.

    What the whole axis shares is brought into order once, not in each piece.
    """
    if len(out) > 1:
        A, B = (_in_order(X) if len(X) == 1 else X for X in (A, B))
    entries = (A.size + B.size) // max(len(A), len(B))
    step = TILE // max(1, entries)
    for piece in pieces(len(out), step):
        a, b = _items(piece, A, B)
        if step > 1:
            out[piece] += _product(a, b)
        else:
            _accumulate(a[0], b[0], out[piece.start])


def _in_order(X):
    return X if _is_view(X) else np.ascontiguousarray(X)


def _product(A, B):
    """Return the contraction as one matrix product; copies what is no view."""
    a, b = (X.reshape(*X.shape[:-4], -1, _entries(X)) for X in (A, B))
    return a.swapaxes(-1, -2) @ b


def _entries(X):
    return X.shape[-2] * X.shape[-1]


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

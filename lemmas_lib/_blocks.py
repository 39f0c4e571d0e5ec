"""What is done to every block of a matrix: a weight, a mixture, a factor.

Blocks are row blocks. Each function takes batch axes, and returns a new matrix
of such blocks or the sum over them.
"""

import numpy as np

from . import _routes
from ._contraction import in_strips, matmul, mT, sizes, slices


def scaled(X, n, w=None):
    """Return the blocks w_i X_i of n rows, w (..., l, 1); X if w is None."""
    if w is None:
        return X
    return stacked(row_blocks(X, n) * w[..., None])


def mixed(X, n, W):
    """Return the blocks Σ_j w_ij X_j of n rows, W (..., l', l)."""
    S = matmul(W, flat(X, n))
    return S.reshape(*S.shape[:-2], S.shape[-2] * n, X.shape[-1])


def multiplied(G, X):
    """Return the blocks G X_i of X, which are as high as G is wide."""
    m, n = G.shape[-2:]
    blocks = row_blocks(X, n)
    l, k = blocks.shape[-3], blocks.shape[-1]
    if n * k > sizes.SMALL:
        return stacked(matmul(G[..., None, :, :], blocks))
    # Small ones stand side by side, a tile of them at a time.
    batch = np.broadcast_shapes(G.shape[:-2], X.shape[:-2])
    S = np.empty((*batch, l, m, k), np.result_type(G, X))
    for some in slices(l, sizes.TILE // max(1, n * k)):
        side = blocks[..., some, :, :].swapaxes(-3, -2)
        part = matmul(G, side.reshape(*side.shape[:-2], side.shape[-2] * k))
        part = part.reshape(*part.shape[:-1], side.shape[-2], k)
        S[..., some, :, :] = part.swapaxes(-3, -2)
    return stacked(S)


def sum_atgb(A, G, B, w=None):
    """Return Σ_i w_i A_i' G B_i, of blocks as high and as high as G is wide.

    The route with the fewer operations is taken, as in Lemma 2.
    """
    n_a, n_b = G.shape[-2:]
    w = () if w is None else (w[..., None],)
    to_b, formed = _routes.atgb(A.shape, G.shape, B.shape, len(w))
    if to_b:

        def part(B, G, *rest, strip_of=0):
            *w, A = rest
            return matmul(mT(A), scaled(multiplied(G, B), n_a, *w))

        return in_strips(part, formed, B, G, *w, A)

    def part(A, G, *rest, strip_of=0):
        *w, B = rest
        return matmul(mT(scaled(multiplied(mT(G), A), n_b, *w)), B)

    return in_strips(part, formed, A, G, *w, B)


def row_blocks(X, n):
    """Return the row blocks of X, (..., l, n, k)."""
    return X.reshape(*X.shape[:-2], X.shape[-2] // n, n, X.shape[-1])


def flat(X, n):
    """Return the row blocks of X as rows, each row by row."""
    return X.reshape(*X.shape[:-2], X.shape[-2] // n, n * X.shape[-1])


def stacked(blocks):
    """Return blocks (..., l, n, k) as a matrix of row blocks."""
    *batch, l, n, k = blocks.shape
    return blocks.reshape(*batch, l * n, k)

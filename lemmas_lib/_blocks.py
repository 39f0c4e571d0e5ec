"""What is done to every block of a matrix: a weight, a mixture, a factor.

Blocks are row blocks. Each function takes batch axes, and returns a new matrix
of such blocks or the sum over them.
"""

from . import _routes
from ._arrays import mT, reshaped
from ._contraction import in_strips, matmul


def scaled(X, n, w):
    """Return the blocks w_i X_i of n rows, w (..., l, 1)."""
    return stacked(row_blocks(X, n) * w[..., None])


def mixed(X, n, W):
    """Return the blocks Σ_j w_ij X_j of n rows, W (..., l', l)."""
    S = matmul(W, flat(X, n))
    return reshaped(S, 2, S.shape[-2] * n, X.shape[-1])


def multiplied(G, X):
    """Return the blocks G X_i of X, which are as high as G is wide."""
    n = G.shape[-1]
    if X.shape[-1] == 1:  # one product, in place of one for each block
        S = matmul(flat(X, n), mT(G))
        return reshaped(S, 2, S.shape[-2] * S.shape[-1], 1)
    return stacked(matmul(G[..., None, :, :], row_blocks(X, n)))


def sum_atgb(A, G, B, w=None):
    """Return Σ_i w_i A_i' G B_i, of A_i as high as G, B_i as G is wide.

    The route with the fewer operations is taken, as in Lemma 2.
    """
    n_a, n_b = G.shape[-2:]
    to_b, formed = _routes.atgb(A.shape, G.shape, B.shape)
    if w is not None:
        formed, w = _routes.with_weights(formed), (w[..., None],)
    if to_b:

        def part(B, G, A, w=None, strip_of=0):
            S = multiplied(G, B)
            S = S if w is None else scaled(S, n_a, w)
            return matmul(mT(A), S)

        return in_strips(part, formed, B, G, A, *(w or ()))

    def part(A, G, B, w=None, strip_of=0):
        S = multiplied(mT(G), A)
        S = S if w is None else scaled(S, n_b, w)
        return matmul(mT(S), B)

    return in_strips(part, formed, A, G, B, *(w or ()))


def row_blocks(X, n):
    """Return the row blocks of X, (..., l, n, k)."""
    return reshaped(X, 2, X.shape[-2] // n, n, X.shape[-1])


def flat(X, n):
    """Return the row blocks of X as rows, each row by row."""
    return reshaped(X, 2, X.shape[-2] // n, n * X.shape[-1])


def stacked(blocks):
    """Return blocks (..., l, n, k) as a matrix of row blocks."""
    l, n, k = blocks.shape[-3:]
    return reshaped(blocks, 3, l * n, k)

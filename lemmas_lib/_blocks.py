"""What is done to every block of a matrix: a weight, a mixture, a factor.

Blocks are row blocks. Each function takes batch axes, and returns a new matrix
of such blocks or the sum over them.
"""

from . import _routes
from ._contraction import in_strips, matmul, mT


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
    n = G.shape[-1]
    if X.shape[-1] == 1:  # one product, in place of one for each block
        S = matmul(flat(X, n), mT(G))
        return S.reshape(*S.shape[:-2], S.shape[-2] * S.shape[-1], 1)
    return stacked(matmul(G[..., None, :, :], row_blocks(X, n)))


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

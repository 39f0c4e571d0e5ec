"""The right-hand sides, literally as the chapters state them.

Same names and signatures as in ``sums``, single matrices only. Built from
vec, vecb, the reshape and the commutation matrix alone, they are the second
oracle of the tests and the formula of every timing.
"""

import numpy as np
from scipy import sparse

from .. import _arguments, _shapes
from ..operators import commutation_matrix, reshape_f, unvec, vec, vecb


def sum_abt(A, B, n, weights=None):
    """`A^(n,kl) (I_k ⊗ W) (B^(n,kl))'`, without W if there are no weights.

    W has the weights of pairs, or on its diagonal those of the blocks.

    Examples
    --------
    >>> A, B = np.arange(6)[:, None], np.ones((3, 1), int)
    >>> sum_abt(A, B, (2, 1))
    array([[6],
           [9]])
    """
    A, B, w, size = _shapes.sum_abt(A, B, n, weights)
    A, B, w = _arguments.single_weighted(w, size, A=A, B=B)
    A = reshape_f(A, (size["n_A"], A.size // size["n_A"]))
    B = reshape_f(B, (size["n_B"], B.size // size["n_B"]))
    if w is not None:
        A = A @ np.kron(np.eye(size["k"], dtype=w.dtype), _of_pairs(w))
    return A @ B.T


def sum_acbt(A, C, B, n, weights=None):
    """`(AC)^(n,k2·l) (B^(n,k2·l))'`, weighted as in ``sum_abt``.

    Examples
    --------
    >>> A, B = np.arange(6)[:, None], np.ones((3, 2), int)
    >>> sum_acbt(A, [[1, 2]], B, (2, 1))
    array([[18],
           [27]])
    """
    A, C, B, w, size = _shapes.sum_acbt(A, C, B, n, weights)
    A, C, B, w = _arguments.single_weighted(w, size, A=A, C=C, B=B)
    return sum_abt(A @ C, B, n, w)


def sum_residual_outer(A, B, C, n, weights=None):
    """`E^(n,k1·l) (E^(n,k1·l))'` with `E = A − BC`, weighted likewise.

    Examples
    --------
    >>> A, B = np.arange(6)[:, None], np.ones((6, 1), int)
    >>> sum_residual_outer(A, B, [[1]], 2)
    array([[11, 14],
           [14, 20]])
    """
    A, B, C, w, size = _shapes.sum_residual_outer(A, B, C, n, weights)
    A, B, C, w = _arguments.single_weighted(w, size, A=A, B=B, C=C)
    E = A - B @ C
    return sum_abt(E, E, n, w)


def sum_kron(A, B, n, weights=None):
    """`[(I_k1 ⊗ K_{k2,n_A} ⊗ I_n_B) vec(b̃'ã)]^(n_A·n_B,k1·k2)`.

    With weights `b̃'W'ã` stands for `b̃'ã`.

    Examples
    --------
    >>> A, B = np.arange(4).reshape(2, 2), np.arange(4)[:, None]
    >>> sum_kron(A, B, (1, 2))
    array([[ 4,  6],
           [ 6, 10]])
    """
    A, B, w, size = _shapes.sum_kron(A, B, n, weights)
    A, B, w = _arguments.single_weighted(w, size, A=A, B=B)
    shape_a = size["n_A"], size["k1"]
    shape_b = size["n_B"], size["k2"]
    return _rearranged(A, B, shape_a, shape_b, w)


def sum_kron_abt_cdt(A, B, C, D, n1, n2):
    """`(Σ_i A_i ⊗ C_i)(Σ_j B_j ⊗ D_j)'`, each sum by Lemma 4.

    Examples
    --------
    >>> A, C = np.arange(2)[:, None], np.ones((4, 1), int)
    >>> B, D = np.arange(6)[:, None], np.ones((3, 1), int)
    >>> sum_kron_abt_cdt(A, B, C, D, (1, 2), (2, 1))
    array([[6, 9],
           [6, 9]])
    """
    A, B, C, D, _ = _shapes.sum_kron_abt_cdt(A, B, C, D, n1, n2)
    A, B, C, D = _arguments.single(A=A, B=B, C=C, D=D)
    return sum_kron(A, C, n1) @ sum_kron(B, D, n2).T


def sum_kron_bct(A, B, C, n1, n2):
    """`[(I_n2_A ⊗ K_{n_C,n1_A} ⊗ I_n_B) vec(x̃'ã)]^(n1_A·n_B,n2_A·n_C)`.

    X is `BC'`, in blocks of shape `(n_B, n_C)`.

    Examples
    --------
    >>> A = np.arange(8).reshape(2, 4)
    >>> B, C = np.ones((4, 1), int), np.arange(2)[:, None]
    >>> sum_kron_bct(A, B, C, (1, 2), (2, 1))
    array([[ 8, 10],
           [ 8, 10]])
    """
    A, B, C, size = _shapes.sum_kron_bct(A, B, C, n1, n2)
    A, B, C = _arguments.single(A=A, B=B, C=C)
    shape_a = size["n1_A"], size["n2_A"]
    shape_x = size["n_B"], size["n_C"]
    return _rearranged(A, B @ C.T, shape_a, shape_x)


def sumAijBijt(A, B, pA, pB):
    """`A^(n1,m2·l1) (B^(n3,m2·l1))'`, whatever the width of the blocks.

    Examples
    --------
    >>> A, B = np.arange(8).reshape(2, 4), np.ones((4, 4), int)
    >>> sumAijBijt(A, B, (1, 2), (2, 2))
    array([[28, 28]])
    """
    A, B, size = _shapes.sumAijBijt(A, B, pA, pB)
    A, B = _arguments.single(A=A, B=B)
    return sum_abt(A, B, (size["n1"], size["n3"]))


def sumAijKronBij(A, B, pA, pB=None):
    """`[(I_n2 ⊗ K_{n4,n1} ⊗ I_n3) vec(b̃'ã)]^(n1·n3,n2·n4)`.

    Examples
    --------
    >>> A, B = np.arange(8).reshape(2, 4), np.ones((4, 2), int)
    >>> sumAijKronBij(A, B, (1, 2), (2, 1))
    array([[12, 16],
           [12, 16]])
    """
    A, B, size = _shapes.sumAijKronBij(A, B, pA, pB)
    A, B = _arguments.single(A=A, B=B)
    shape_a, shape_b = (size["n1"], size["n2"]), (size["n3"], size["n4"])
    return _rearranged(A, B, shape_a, shape_b)


def _rearranged(A, B, shape_a, shape_b, w=None):
    """The right side of Lemmas 4 and 6, for blocks of the given shapes."""
    (n1, n2), (n3, n4) = shape_a, shape_b
    if n2 * n4 == 0:  # blocks without columns have no vec to permute
        return np.zeros((n1 * n3, n2 * n4), dtype=A.dtype)
    a, b = vecb(A, (n1, n2)), vecb(B, (n3, n4))
    if w is not None:
        a = _of_pairs(w).T @ a
    v = _interleave(n2, commutation_matrix(n4, n1), n3, vec(b.T @ a))
    return unvec(v, (n1 * n3, n2 * n4))


def _interleave(p, K, q, v):
    """(I_p ⊗ K ⊗ I_q) v, by index where SciPy has no such dtype."""
    middle = sparse.kron(sparse.eye_array(p), K, format="csr")
    permutation = sparse.kron(middle, sparse.eye_array(q), format="csr")
    if v.dtype.kind == "O" or v.dtype == np.float16:
        return v[permutation.indices]
    return permutation.astype(v.dtype) @ v


def _of_pairs(w):
    """The weights of pairs; those of blocks stand on its diagonal."""
    return np.diag(w) if w.ndim == 1 else w

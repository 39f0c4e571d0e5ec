"""The left-hand sides, literally: the sums as loops over blocks.

Same names and signatures as in ``sums``, single matrices only. They are the
oracle of the tests and the slow side of every timing, so they share no
algebra with what they check: each cuts its blocks, multiplies and adds.
"""

import itertools

import numpy as np

from .. import _arguments, _shapes


def sum_abt(A, B, n, weights=None):
    """`Σ_i w_i A_i B_i'` or `Σ_ij w_ij A_i B_j'`, one pair after the other.

    Examples
    --------
    >>> A, B = np.arange(6)[:, None], np.ones((3, 1), int)
    >>> sum_abt(A, B, (2, 1))
    array([[6],
           [9]])
    """
    A, B, w, size = _shapes.sum_abt(A, B, n, weights)
    A, B, w = _arguments.single_weighted(w, size, A=A, B=B)
    n_a, n_b = size["n_A"], size["n_B"]
    total = np.zeros((n_a, n_b), dtype=A.dtype)
    for i, j in _met(size):
        product = _row(A, i, n_a) @ _row(B, j, n_b).T
        if w is not None:
            product = (w[i] if w.ndim == 1 else w[i, j]) * product
        total = total + product
    return total


def sum_acbt(A, C, B, n, weights=None):
    """`Σ_i w_i A_i C B_i'`, one block after the other.

    Examples
    --------
    >>> A, B = np.arange(6)[:, None], np.ones((3, 2), int)
    >>> sum_acbt(A, [[1, 2]], B, (2, 1))
    array([[18],
           [27]])
    """
    A, C, B, w, size = _shapes.sum_acbt(A, C, B, n, weights)
    A, C, B, w = _arguments.single_weighted(w, size, A=A, C=C, B=B)
    n_a, n_b = size["n_A"], size["n_B"]
    total = np.zeros((n_a, n_b), dtype=A.dtype)
    for i in range(size["l"]):
        product = _row(A, i, n_a) @ C @ _row(B, i, n_b).T
        total = total + (product if w is None else w[i] * product)
    return total


def sum_residual_outer(A, B, C, n, weights=None):
    """`Σ_i w_i (A_i − B_i C)(A_i − B_i C)'`, one block after the other.

    Examples
    --------
    >>> A, B = np.arange(6)[:, None], np.ones((6, 1), int)
    >>> sum_residual_outer(A, B, [[1]], 2)
    array([[11, 14],
           [14, 20]])
    """
    A, B, C, w, size = _shapes.sum_residual_outer(A, B, C, n, weights)
    A, B, C, w = _arguments.single_weighted(w, size, A=A, B=B, C=C)
    n = size["n"]
    total = np.zeros((n, n), dtype=A.dtype)
    for i in range(size["l"]):
        E_i = _row(A, i, n) - _row(B, i, n) @ C
        product = E_i @ E_i.T
        total = total + (product if w is None else w[i] * product)
    return total


def sum_kron(A, B, n, weights=None):
    """`Σ_i w_i A_i ⊗ B_i` or `Σ_ij w_ij A_i ⊗ B_j`, one pair after the other.

    Examples
    --------
    >>> A, B = np.arange(4).reshape(2, 2), np.arange(4)[:, None]
    >>> sum_kron(A, B, (1, 2))
    array([[ 4,  6],
           [ 6, 10]])
    """
    A, B, w, size = _shapes.sum_kron(A, B, n, weights)
    A, B, w = _arguments.single_weighted(w, size, A=A, B=B)
    n_a, n_b = size["n_A"], size["n_B"]
    shape = n_a * n_b, A.shape[1] * B.shape[1]
    total = np.zeros(shape, dtype=A.dtype)
    for i, j in _met(size):
        product = np.kron(_row(A, i, n_a), _row(B, j, n_b))
        if w is not None:
            product = (w[i] if w.ndim == 1 else w[i, j]) * product
        total = total + product
    return total


def sum_kron_abt_cdt(A, B, C, D, n1, n2):
    """`Σ_ij A_i B_j' ⊗ C_i D_j'`, one pair of blocks after the other.

    Examples
    --------
    >>> A, C = np.arange(2)[:, None], np.ones((4, 1), int)
    >>> B, D = np.arange(6)[:, None], np.ones((3, 1), int)
    >>> sum_kron_abt_cdt(A, B, C, D, (1, 2), (2, 1))
    array([[6, 9],
           [6, 9]])
    """
    A, B, C, D, size = _shapes.sum_kron_abt_cdt(A, B, C, D, n1, n2)
    A, B, C, D = _arguments.single(A=A, B=B, C=C, D=D)
    n_a, n_b, n_c, n_d = (size[f"n_{name}"] for name in "ABCD")
    total = np.zeros((n_a * n_c, n_b * n_d), dtype=A.dtype)
    for j in range(len(B) // n_b):
        for i in range(len(A) // n_a):
            AB = _row(A, i, n_a) @ _row(B, j, n_b).T
            CD = _row(C, i, n_c) @ _row(D, j, n_d).T
            total = total + np.kron(AB, CD)
    return total


def sum_kron_bct(A, B, C, n1, n2):
    """`Σ_ij A_ij ⊗ B_i C_j'`, one block after the other.

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
    pA, n_b, n_c = (size["n1_A"], size["n2_A"]), size["n_B"], size["n_C"]
    total = np.zeros((pA[0] * n_b, pA[1] * n_c), dtype=A.dtype)
    for j in range(len(C) // n_c):
        for i in range(len(B) // n_b):
            BC = _row(B, i, n_b) @ _row(C, j, n_c).T
            total = total + np.kron(_block(A, i, j, pA), BC)
    return total


def sumAijBijt(A, B, pA, pB):
    """`Σ_ij A_ij B_ij'`, one block after the other.

    Examples
    --------
    >>> A, B = np.arange(8).reshape(2, 4), np.ones((4, 4), int)
    >>> sumAijBijt(A, B, (1, 2), (2, 2))
    array([[28, 28]])
    """
    A, B, size = _shapes.sumAijBijt(A, B, pA, pB)
    A, B = _arguments.single(A=A, B=B)
    pA, pB = (size["n1"], size["n2"]), (size["n3"], size["n2"])
    total = np.zeros((pA[0], pB[0]), dtype=A.dtype)
    for i in range(A.shape[0] // pA[0]):
        for j in range(A.shape[1] // pA[1]):
            total = total + _block(A, i, j, pA) @ _block(B, i, j, pB).T
    return total


def sumAijKronBij(A, B, pA, pB=None):
    """`Σ_ij A_ij ⊗ B_ij`, one block after the other.

    Examples
    --------
    >>> A, B = np.arange(8).reshape(2, 4), np.ones((4, 2), int)
    >>> sumAijKronBij(A, B, (1, 2), (2, 1))
    array([[12, 16],
           [12, 16]])
    """
    A, B, size = _shapes.sumAijKronBij(A, B, pA, pB)
    A, B = _arguments.single(A=A, B=B)
    pA, pB = (size["n1"], size["n2"]), (size["n3"], size["n4"])
    total = np.zeros((pA[0] * pB[0], pA[1] * pB[1]), dtype=A.dtype)
    for i in range(A.shape[0] // pA[0]):
        for j in range(A.shape[1] // pA[1]):
            A_ij, B_ij = _block(A, i, j, pA), _block(B, i, j, pB)
            total = total + np.kron(A_ij, B_ij)
    return total


def _met(size):
    """Yield the blocks of A and of B that meet: i with i, or all pairs."""
    if "l_A" in size:
        return itertools.product(range(size["l_A"]), range(size["l_B"]))
    return ((i, i) for i in range(size["l"]))


def _row(X, i, n):
    """Return the row block X_i of height n, counted from 0."""
    return X[n * i : n * (i + 1)]


def _block(X, i, j, shape):
    """Return the block X_ij of the given shape, counted from 0."""
    rows, columns = shape
    return X[rows * i : rows * (i + 1), columns * j : columns * (j + 1)]

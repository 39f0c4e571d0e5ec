"""The cotangents of Lemma 8, literally, one block after the other.

Same names and signatures as in ``gradients``, single matrices only, without
weights. An oracle, and the slow side of the timings, as ``loops`` is that of
``sums``.
"""

import numpy as np

from .. import _arguments, _shapes


def sum_abt(G, A, B, n):
    """`Ā_i = G B_i` and `B̄_i = G' A_i`.

    Examples
    --------
    >>> A, B = np.array([[1], [2]]), np.array([[3], [5]])
    >>> for X in sum_abt([[10]], A, B, 1):
    ...     print(*X.ravel())
    30 50
    10 20
    """
    A, B, _, size = _shapes.sum_abt(A, B, n)
    shape = size["n_A"], size["n_B"]
    G, A, B = _given(G, shape, A=A, B=B)
    A_bar, B_bar = np.zeros_like(A), np.zeros_like(B)
    for i in range(size["l"]):
        a, b = _piece(i, size["n_A"]), _piece(i, size["n_B"])
        A_bar[a], B_bar[b] = G @ B[b], G.T @ A[a]
    return A_bar, B_bar


def sum_acbt(G, A, C, B, n):
    """`Ā_i = G B_i C'`, `C̄ = Σ_i A_i' G B_i` and `B̄_i = G' A_i C`.

    Examples
    --------
    >>> A, B = np.array([[1], [2]]), np.array([[3], [5]])
    >>> for X in sum_acbt([[10]], A, [[7]], B, 1):
    ...     print(*X.ravel())
    210 350
    130
    70 140
    """
    A, C, B, _, size = _shapes.sum_acbt(A, C, B, n)
    shape = size["n_A"], size["n_B"]
    G, A, C, B = _given(G, shape, A=A, C=C, B=B)
    A_bar, C_bar, B_bar = (np.zeros_like(X) for X in (A, C, B))
    for i in range(size["l"]):
        a, b = _piece(i, size["n_A"]), _piece(i, size["n_B"])
        A_bar[a], B_bar[b] = G @ B[b] @ C.T, G.T @ A[a] @ C
        C_bar += A[a].T @ G @ B[b]
    return A_bar, C_bar, B_bar


def sum_residual_outer(G, A, B, C, n):
    """`Ē_i = (G + G')(A_i − B_i C)`, and `Ā_i = Ē_i`, `B̄_i = −Ē_i C'`.

    And `C̄ = −Σ_i B_i' Ē_i`.

    Examples
    --------
    >>> A, B = np.array([[4], [6]]), np.array([[1], [2]])
    >>> for X in sum_residual_outer([[1]], A, B, [[2]], 1):
    ...     print(*X.ravel())
    4 4
    -8 -8
    -12
    """
    A, B, C, _, size = _shapes.sum_residual_outer(A, B, C, n)
    shape = size["n"], size["n"]
    G, A, B, C = _given(G, shape, A=A, B=B, C=C)
    A_bar, B_bar, C_bar = (np.zeros_like(X) for X in (A, B, C))
    for i in range(size["l"]):
        some = _piece(i, size["n"])
        A_bar[some] = (G + G.T) @ (A[some] - B[some] @ C)
        B_bar[some] = -A_bar[some] @ C.T
        C_bar -= B[some].T @ A_bar[some]
    return A_bar, B_bar, C_bar


def sum_kron(G, A, B, n):
    """`Ā_i` has the entries `⟨G_{r,c}, B_i⟩`.

    And `B̄_i` is the sum of the `G_{r,c}` times the entries of `A_i`. G is cut
    into blocks `G_{r,c}` of the shape of `B_i`.

    Examples
    --------
    >>> A, B = np.array([[1, 2], [3, 4]]), np.array([[5], [6]])
    >>> for X in sum_kron([[1, 10]], A, B, 1):
    ...     print(*X.ravel())
    5 50 6 60
    21 43
    """
    A, B, _, size = _shapes.sum_kron(A, B, n)
    shape = size["n_A"] * size["n_B"], size["k1"] * size["k2"]
    G, A, B = _given(G, shape, A=A, B=B)
    A_bar, B_bar = np.zeros_like(A), np.zeros_like(B)
    for i in range(size["l"]):
        a, b = _piece(i, size["n_A"]), _piece(i, size["n_B"])
        A_bar[a], B_bar[b] = _of_kron(G, A[a], B[b])
    return A_bar, B_bar


def sum_kron_abt_cdt(G, A, B, C, D, n1, n2):
    """`Ā_i = Σ_j X̄_ij B_j`, `B̄_j = Σ_i X̄_ij' A_i`, and likewise C and D.

    `X̄_ij` and `Ȳ_ij` are the cotangents of `A_i B_j'` and `C_i D_j'` in their
    Kronecker product.

    Examples
    --------
    >>> A, C = np.array([[1], [2]]), np.array([[3], [4]])
    >>> for X in sum_kron_abt_cdt([[10]], A, [[5]], C, [[6]], 1, 1):
    ...     print(*X.ravel())
    900 1200
    660
    300 600
    550
    """
    A, B, C, D, size = _shapes.sum_kron_abt_cdt(A, B, C, D, n1, n2)
    shape = size["n_A"] * size["n_C"], size["n_B"] * size["n_D"]
    G, *given = _given(G, shape, A=A, B=B, C=C, D=D)
    A_bar, B_bar, C_bar, D_bar = bars = [np.zeros_like(X) for X in given]
    A, B, C, D = given
    for i in range(size["l1"]):
        a, c = _piece(i, size["n_A"]), _piece(i, size["n_C"])
        for j in range(size["l2"]):
            b, d = _piece(j, size["n_B"]), _piece(j, size["n_D"])
            X_bar, Y_bar = _of_kron(G, A[a] @ B[b].T, C[c] @ D[d].T)
            A_bar[a] += X_bar @ B[b]
            B_bar[b] += X_bar.T @ A[a]
            C_bar[c] += Y_bar @ D[d]
            D_bar[d] += Y_bar.T @ C[c]
    return tuple(bars)


def sum_kron_bct(G, A, B, C, n1, n2):
    """`Ā_ij` and `X̄_ij` as of `A_ij ⊗ X_ij`; `B̄_i = Σ_j X̄_ij C_j`.

    And `C̄_j = Σ_i X̄_ij' B_i`, where `X_ij = B_i C_j'`.

    Examples
    --------
    >>> A, B = np.array([[1, 2]]), np.array([[3]])
    >>> for X in sum_kron_bct([[10]], A, B, np.array([[1], [4]]), 1, 1):
    ...     print(*X.ravel())
    30 120
    90
    30 60
    """
    A, B, C, size = _shapes.sum_kron_bct(A, B, C, n1, n2)
    shape = size["n1_A"] * size["n_B"], size["n2_A"] * size["n_C"]
    G, A, B, C = _given(G, shape, A=A, B=B, C=C)
    A_bar, B_bar, C_bar = (np.zeros_like(X) for X in (A, B, C))
    for i in range(size["l1"]):
        a, b = _piece(i, size["n1_A"]), _piece(i, size["n_B"])
        for j in range(size["l2"]):
            columns, c = _piece(j, size["n2_A"]), _piece(j, size["n_C"])
            X = B[b] @ C[c].T
            A_bar[a, columns], X_bar = _of_kron(G, A[a, columns], X)
            B_bar[b] += X_bar @ C[c]
            C_bar[c] += X_bar.T @ B[b]
    return A_bar, B_bar, C_bar


def sumAijBijt(G, A, B, pA, pB):
    """`Ā_ij = G B_ij` and `B̄_ij = G' A_ij`.

    Examples
    --------
    >>> A, B = np.array([[1, 2, 3, 4]]), np.array([[1, 1, 0, 1]])
    >>> for X in sumAijBijt([[10]], A, B, (1, 2), (1, 2)):
    ...     print(*X.ravel())
    10 10 0 10
    10 20 30 40
    """
    A, B, size = _shapes.sumAijBijt(A, B, pA, pB)
    shape = size["n1"], size["n3"]
    G, A, B = _given(G, shape, A=A, B=B)
    A_bar, B_bar = np.zeros_like(A), np.zeros_like(B)
    for i in range(size["l1"]):
        for j in range(size["l2"]):
            columns = _piece(j, size["n2"])
            a, b = _piece(i, size["n1"]), _piece(i, size["n3"])
            A_bar[a, columns] = G @ B[b, columns]
            B_bar[b, columns] = G.T @ A[a, columns]
    return A_bar, B_bar


def sumAijKronBij(G, A, B, pA, pB=None):
    """`Ā_ij` and `B̄_ij` as in ``sum_kron``.

    Examples
    --------
    >>> A, B = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
    >>> for X in sumAijKronBij([[10]], A, B, (1, 1)):
    ...     print(*X.ravel())
    50 60 70 80
    10 20 30 40
    """
    A, B, size = _shapes.sumAijKronBij(A, B, pA, pB)
    shape = size["n1"] * size["n3"], size["n2"] * size["n4"]
    G, A, B = _given(G, shape, A=A, B=B)
    A_bar, B_bar = np.zeros_like(A), np.zeros_like(B)
    for i in range(size["l1"]):
        for j in range(size["l2"]):
            a = _piece(i, size["n1"]), _piece(j, size["n2"])
            b = _piece(i, size["n3"]), _piece(j, size["n4"])
            A_bar[a], B_bar[b] = _of_kron(G, A[a], B[b])
    return A_bar, B_bar


def _given(G, shape, **matrices):
    """Return a cotangent of that shape and single matrices, of one dtype."""
    G, *_ = _shapes.cotangent(G, shape, *matrices.values())
    return _arguments.single(G=G, **matrices)


def _piece(i, n):
    """Return where block i lies, counted from 0."""
    return slice(n * i, n * (i + 1))


def _of_kron(G, X, Y):
    """Return the cotangents of X and Y in X ⊗ Y, entry by entry of X."""
    X_bar, Y_bar = np.zeros_like(X), np.zeros_like(Y)
    n, k = Y.shape
    for r, c in np.ndindex(X.shape):
        G_rc = G[_piece(r, n), _piece(c, k)]
        X_bar[r, c] = (G_rc * Y).sum()
        Y_bar += X[r, c] * G_rc
    return X_bar, Y_bar

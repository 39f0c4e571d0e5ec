"""Lemma 8: the adjoint of each sum, from its cotangent to its arguments'.

Each function has the name and the arguments of a sum, with a cotangent G of
the sum's shape in front, and returns for every array among them an array of
its shape, its cotangent: `Ā` with `⟨G, dS⟩ = ⟨Ā, dA⟩` for the change `dS` of
the sum that a small change of A makes, where `⟨X, Y⟩ = Σ_ij X_ij Y_ij`. If G
is the gradient of a function of the sum, `Ā` is its gradient with respect to
A. With weights, theirs comes last.

Nothing is conjugated. For complex numbers this is what ``jax.vjp`` returns;
PyTorch's gradients are the conjugates, of the conjugate of G.

The rules of the sums hold here too: batches, dtypes, exact integers, arrays of
other libraries but for Dask's, what is refused. Where an argument was
broadcast, its cotangent is the sum over what it served, whose terms are held.
With weights a weighted copy is held of each matrix. What is of another dtype
than the result is converted whole.
"""

# Longer than other files, because half of it is what they say of themselves.

import numpy as np

from . import _operands, _routes, _shapes
from ._arrays import converted, is_chunked, mT, permuted, reshaped, summed
from ._blocks import flat, mixed, multiplied, scaled
from ._contraction import cut, matmul, sum_kroneckers, summed_in


def sum_abt(G, A, B, n, weights=None):
    """Lemma 1 has `Ā^(n,kl) = G B^(n,kl)` and `B̄^(n,kl) = G' A^(n,kl)`.

    Block by block `Ā_i = G B_i` and `B̄_i = G' A_i`.

    Parameters
    ----------
    G : array_like, shape (..., n, n)
        The cotangent of the sum; with a pair, `(..., n_A, n_B)`.
    A, B, n, weights
        As in ``lemmas_lib.sum_abt``.

    Returns
    -------
    tuple of ndarray
        The cotangents of A and B, and of weights where there are some.

    Raises
    ------
    ValueError, TypeError
        As the sum, and if G does not have its shape.

    Notes
    -----
    `4·l·k·n_A·n_B` operations, and nothing is held beside the cotangents.
    Source: Giles (2008) for the product of two matrices.

    Examples
    --------
    >>> A, B = np.array([[1], [2], [3]]), np.array([[1], [0], [4]])
    >>> for X in sum_abt([[10]], A, B, 1):
    ...     print(X.ravel())
    [10  0 40]
    [10 20 30]

    A matrix that a stack shares has the sum over the stack:

    >>> stack = np.ones((5, 3, 1))
    >>> [X.shape for X in sum_abt(np.ones((5, 1, 1)), stack, B, 1)]
    [(5, 3, 1), (3, 1)]
    """
    A, B, w, size = _shapes.sum_abt(A, B, n, weights)
    shape = size["n_A"], size["n_B"]
    dtype, G, *given = _ready(G, shape, size, A, B, weights=w)

    def adjoint(A, B):
        return multiplied(G, B), multiplied(mT(G), A)

    return _cotangents(dtype, given, _bilinear(adjoint, size, *given))


def sum_acbt(G, A, C, B, n, weights=None):
    """Lemma 2 has `Ā_i = G B_i C'`, `C̄ = Σ_i A_i' G B_i`, `B̄_i = G' A_i C`.

    Parameters
    ----------
    G : array_like, shape (..., n, n)
        The cotangent of the sum; with a pair, `(..., n_A, n_B)`.
    A, C, B, n, weights
        As in ``lemmas_lib.sum_acbt``.

    Returns
    -------
    tuple of ndarray
        The cotangents of A, C and B, and of weights where there are some.

    Raises
    ------
    ValueError, TypeError
        As the sum, and if G does not have its shape.

    Notes
    -----
    `2·l·n_A·k2·(3·k1 + 2·n_B)` operations by `AC`, `2·l·n_B·k1·(3·k2 +
    2·n_A)` by `BC'`, whichever is less. Extra memory are two matrices of the
    size of `AC`, or of `BC'`, and the cotangents. Source: Giles (2008) for
    products of matrices.

    Examples
    --------
    >>> A, B = np.array([[1], [2]]), np.array([[3], [5]])
    >>> for X in sum_acbt([[10]], A, [[7]], B, 1):
    ...     print(X.ravel())
    [210 350]
    [130]
    [ 70 140]
    """
    A, C, B, w, size = _shapes.sum_acbt(A, C, B, n, weights)
    n_a, n_b = size["n_A"], size["n_B"]
    dtype, G, *given = _ready(G, (n_a, n_b), size, A, C, B, weights=w)
    A, C, B, *w = given
    if _routes.by_ac(n_a, n_b, A.shape, C.shape, B.shape):
        found = _through_a(G, A, C, B, *w)
    else:
        B_bar, C_bar, A_bar, *of_w = _through_a(mT(G), B, mT(C), A, *w)
        found = [A_bar, mT(C_bar), B_bar, *of_w]
    return _cotangents(dtype, given, found)


def sum_residual_outer(G, A, B, C, n, weights=None):
    """Lemma 3 has `Ē_i = (G + G') E_i`, so `Ā = Ē`, `B̄ = −ĒC'`, `C̄ = −B'Ē`.

    Here `E = A − BC`. The sum is quadratic, so these hold for small changes.

    Parameters
    ----------
    G : array_like, shape (..., n, n)
        The cotangent of the sum.
    A, B, C, n, weights
        As in ``lemmas_lib.sum_residual_outer``.

    Returns
    -------
    tuple of ndarray
        The cotangents of A, B and C, and of weights where there are some.

    Raises
    ------
    ValueError, TypeError
        As the sum, and if G does not have its shape.

    Notes
    -----
    `2·l·n·k1·(3·k2 + n)` operations. Extra memory are matrices of the sizes of
    E and of the cotangents. Source: Giles (2008) for products of matrices.

    Examples
    --------
    >>> A, B = np.array([[4], [6]]), np.array([[1, 1], [1, 2]])
    >>> for X in sum_residual_outer([[1]], A, B, [[1], [2]], 1):
    ...     print(X.ravel())
    [2 2]
    [-2 -4 -2 -4]
    [-4 -6]
    """
    A, B, C, w, size = _shapes.sum_residual_outer(A, B, C, n, weights)
    n = size["n"]
    dtype, G, *given = _ready(G, (n, n), size, A, B, C, weights=w)
    A, B, C, *w = given
    E = A - matmul(B, C)
    bar = multiplied(G + mT(G), E)
    of_weights = [_inner(E, multiplied(G, E), n) for _ in w]
    if w:
        bar = scaled(bar, n, w[0][..., None])
    found = [bar, -matmul(bar, mT(C)), -matmul(mT(B), bar), *of_weights]
    return _cotangents(dtype, given, found)


def sum_kron(G, A, B, n, weights=None):
    """Lemma 4 has `vecb(Ā) = vecb(B) 𝓡(G)` and `vecb(B̄) = vecb(A) 𝓡(G)'`.

    One product for all blocks; ``kron_rearrange`` is `𝓡`.

    Parameters
    ----------
    G : array_like, shape (..., n², k1·k2)
        The cotangent of the sum; with a pair, `(..., n_A·n_B, k1·k2)`.
    A, B, n, weights
        As in ``lemmas_lib.sum_kron``.

    Returns
    -------
    tuple of ndarray
        The cotangents of A and B, and of weights where there are some.

    Raises
    ------
    ValueError, TypeError
        As the sum, and if G does not have its shape.

    Notes
    -----
    `4·l·n_A·n_B·k1·k2` operations. Extra memory is G once more, and A and B
    where their rows do not lie in order.

    Examples
    --------
    >>> A, B = np.array([[1, 2], [3, 4]]), np.array([[5], [6]])
    >>> for X in sum_kron([[1, 10]], A, B, 1):
    ...     print(X.ravel())
    [ 5 50  6 60]
    [21 43]
    """
    A, B, w, size = _shapes.sum_kron(A, B, n, weights)
    shape_a, shape_b = (size["n_A"], size["k1"]), (size["n_B"], size["k2"])
    dtype, G, *given = _ready(
        G, _kron_shape(shape_a, shape_b), size, A, B, weights=w
    )

    def adjoint(A, B):
        return _of_kroneckers(G, A, B, shape_a, shape_b)

    return _cotangents(dtype, given, _bilinear(adjoint, size, *given))


def sum_kron_abt_cdt(G, A, B, C, D, n1, n2):
    """Lemma 5 has `P̄ = GQ` and `Q̄ = G'P`, and then the rule of Lemma 4.

    Here `P = Σ_i A_i ⊗ C_i` and `Q = Σ_j B_j ⊗ D_j`, and the sum is `PQ'`. By
    its other route it is `Σ_ij X_ij ⊗ Y_ij` with `X = AB'` and `Y = CD'`, and
    `Ā = X̄B`, `B̄ = X̄'A`, `C̄ = ȲD`, `D̄ = Ȳ'C`. The one is taken by which the
    sum takes fewer operations.

    Parameters
    ----------
    G : array_like, shape (..., n1², n2²)
        The cotangent of the sum; with pairs, `(..., n_A·n_C, n_B·n_D)`.
    A, B, C, D, n1, n2
        As in ``lemmas_lib.sum_kron_abt_cdt``.

    Returns
    -------
    tuple of ndarray
        The cotangents of A, B, C and D.

    Raises
    ------
    ValueError, TypeError
        As the sum, and if G does not have its shape.

    Notes
    -----
    Some three times the operations of the sum. Extra memory are P and Q with
    their cotangents, or X and Y with theirs.

    Examples
    --------
    >>> A, C = np.array([[1], [2]]), np.array([[3], [4]])
    >>> B, D = np.array([[1], [1], [2]]), np.array([[1], [0], [1]])
    >>> for X in sum_kron_abt_cdt([[10]], A, B, C, D, 1, 1):
    ...     print(X.ravel())
    [ 90 120]
    [110   0 110]
    [30 60]
    [110 110 220]
    """
    A, B, C, D, size = _shapes.sum_kron_abt_cdt(A, B, C, D, n1, n2)
    heights = n_a, n_b, n_c, n_d = tuple(size[f"n_{X}"] for X in "ABCD")
    shape = n_a * n_c, n_b * n_d
    dtype, G, *given = _ready(G, shape, size, A, B, C, D)
    A, B, C, D = given
    if _routes.by_two_sums(heights, A.shape, B.shape, C.shape, D.shape):
        left = (n_a, size["k1"]), (n_c, size["k2"])
        right = (n_b, size["k1"]), (n_d, size["k2"])
        P, Q = sum_kroneckers(A, C, *left), sum_kroneckers(B, D, *right)
        A_bar, C_bar = _of_kroneckers(matmul(G, Q), A, C, *left)
        B_bar, D_bar = _of_kroneckers(matmul(mT(G), P), B, D, *right)
    else:
        X, Y = matmul(A, mT(B)), matmul(C, mT(D))
        X_bar, Y_bar = _of_kroneckers(G, X, Y, (n_a, n_b), (n_c, n_d))
        A_bar, B_bar = matmul(X_bar, B), matmul(mT(X_bar), A)
        C_bar, D_bar = matmul(Y_bar, D), matmul(mT(Y_bar), C)
    return _cotangents(dtype, given, [A_bar, B_bar, C_bar, D_bar])


def sum_kron_bct(G, A, B, C, n1, n2):
    """Lemma 6 has `vecb(Ā) = vecb(X) 𝓡(G)`, `B̄ = X̄C` and `C̄ = X̄'B`.

    Here `X = BC'` and `vecb(X̄) = vecb(A) 𝓡(G)'`. Where the sum goes by the
    `Q_j`, side by side in `Σ_i A_i ⊗ B_i`, so do the cotangents.

    Parameters
    ----------
    G : array_like, shape (..., n1², n2²)
        The cotangent of the sum; with pairs, `(..., n1_A·n_B, n2_A·n_C)`.
    A, B, C, n1, n2
        As in ``lemmas_lib.sum_kron_bct``.

    Returns
    -------
    tuple of ndarray
        The cotangents of A, B and C.

    Raises
    ------
    ValueError, TypeError
        As the sum, and if G does not have its shape.

    Notes
    -----
    `2·l1·l2·n_B·n_C·(3·k + 2·n1_A·n2_A)` operations by X, and
    `2·l2·n1_A·n2_A·n_B·k·(3·l1 + 2·n_C)` by the `Q_j`. Extra memory are X and
    its cotangent, or the `Q_j` and theirs, and A and G once more.

    Examples
    --------
    >>> A = np.array([[1, 2, 3], [4, 5, 6]])
    >>> B, C = np.array([[1], [2]]), np.array([[1], [0], [1]])
    >>> for X in sum_kron_bct([[10]], A, B, C, 1, 1):
    ...     print(X.ravel())
    [10  0 10 20  0 20]
    [ 40 100]
    [ 90 120 150]
    """
    A, B, C, size = _shapes.sum_kron_bct(A, B, C, n1, n2)
    shape_a, shape_x = (size["n1_A"], size["n2_A"]), (size["n_B"], size["n_C"])
    dtype, G, *given = _ready(G, _kron_shape(shape_a, shape_x), size, A, B, C)
    A, B, C = given
    each = *shape_a, *shape_x, size["l2"], size["k"]
    if _routes.by_rows(*each, A.shape)[0]:
        return _cotangents(dtype, given, _by_the_rows(G, A, B, C, *each))
    X = matmul(B, mT(C))
    A_bar, X_bar = _of_kroneckers(G, A, X, shape_a, shape_x)
    found = [A_bar, matmul(X_bar, C), matmul(mT(X_bar), B)]
    return _cotangents(dtype, given, found)


def sumAijBijt(G, A, B, pA, pB):
    """Corollary 1 has `Ā_ij = G B_ij` and `B̄_ij = G' A_ij`.

    Parameters
    ----------
    G : array_like, shape (..., n1, n3)
        The cotangent of the sum.
    A, B, pA, pB
        As in ``lemmas_lib.sumAijBijt``.

    Returns
    -------
    tuple of ndarray
        The cotangents of A and B.

    Raises
    ------
    ValueError, TypeError
        As the sum, and if G does not have its shape.

    Notes
    -----
    `4·l1·n1·n3·l2·n2` operations, and nothing is held beside the cotangents.

    Examples
    --------
    >>> A, B = np.array([[1, 2, 3, 4]]), np.array([[1, 1, 0, 1]])
    >>> for X in sumAijBijt([[10]], A, B, (1, 2), (1, 2)):
    ...     print(X.ravel())
    [10 10  0 10]
    [10 20 30 40]
    """
    A, B, size = _shapes.sumAijBijt(A, B, pA, pB)
    return sum_abt(G, A, B, (size["n1"], size["n3"]))


def sumAijKronBij(G, A, B, pA, pB=None):
    """Corollary 2 has `vecb(Ā) = vecb(B) 𝓡(G)`, `vecb(B̄) = vecb(A) 𝓡(G)'`.

    Parameters
    ----------
    G : array_like, shape (..., n1·n3, n2·n4)
        The cotangent of the sum.
    A, B, pA, pB
        As in ``lemmas_lib.sumAijKronBij``.

    Returns
    -------
    tuple of ndarray
        The cotangents of A and B.

    Raises
    ------
    ValueError, TypeError
        As the sum, and if G does not have its shape.

    Notes
    -----
    `4·l1·l2·n1·n2·n3·n4` operations. Extra memory is G once more, and A or B.

    Examples
    --------
    >>> A, B = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
    >>> for X in sumAijKronBij([[10]], A, B, (1, 1)):
    ...     print(X.ravel())
    [50 60 70 80]
    [10 20 30 40]
    """
    A, B, size = _shapes.sumAijKronBij(A, B, pA, pB)
    shape_a, shape_b = (size["n1"], size["n2"]), (size["n3"], size["n4"])
    dtype, G, *given = _ready(G, _kron_shape(shape_a, shape_b), size, A, B)
    found = _of_kroneckers(G, *given, shape_a, shape_b)
    return _cotangents(dtype, given, found)


def _ready(G, shape, size, *given, weights=None):
    """Return the dtype of the cotangents, and all arrays as they are summed.

    The weights are last, where there are some.
    """
    batches = [X.shape[:-2] for X in given]
    if weights is not None:
        own = 2 if "l_A" in size else 1
        batches.append(weights.shape[:-own])
        given = *given, weights
    shape = *np.broadcast_shapes(*batches), *shape
    _operands.refuse_chunks("G", G)
    if is_chunked(given[0]):  # as all are where one was
        raise TypeError(
            "A, or another argument, is of dask (Array); NumPy arrays are "
            "needed, such as A.compute()"
        )
    arrays = _shapes.cotangent(G, shape, *given)
    dtype, wide = summed_in(*arrays)
    return dtype, *(converted(X, wide) for X in arrays)


def _cotangents(dtype, given, found):
    """Return what was found in the shapes of what was given."""
    return tuple(
        converted(_summed(bar, X.shape), dtype)
        for X, bar in zip(given, found, strict=True)
    )


def _summed(bar, shape):
    """Return the sum over the axes along which an array was broadcast."""
    more = bar.ndim - len(shape)
    axes = (
        *range(more),
        *(
            axis
            for axis, n in enumerate(shape, start=more)
            if n == 1 != bar.shape[axis]
        ),
    )
    if axes:  # a sum over none would be a copy
        bar = summed(bar, axes, keepdims=True)
    return reshaped(bar, bar.ndim, *shape)


def _bilinear(adjoint, size, A, B, w=None):
    """Return the cotangents of A, B and weights from those without weights."""
    n_a, n_b = size["n_A"], size["n_B"]
    if w is None:
        return adjoint(A, B)
    if "l_A" in size:  # the sum of A_i and Σ_j w_ij B_j
        A_bar, bar = adjoint(A, mixed(B, n_b, w))
        w_bar = matmul(flat(bar, n_b), mT(flat(B, n_b)))
        return A_bar, mixed(bar, n_b, mT(w)), w_bar
    A_bar, B_bar = adjoint(A, B)
    column = w[..., None]
    return (
        scaled(A_bar, n_a, column),
        scaled(B_bar, n_b, column),
        _inner(A, A_bar, n_a),
    )


def _through_a(G, A, C, B, w=None):
    """Return the cotangents of A, C, B and weights by AC and the G B_i."""
    n_a, n_b = G.shape[-2:]
    AC, GB = matmul(A, C), multiplied(G, B)
    B_bar, of_weights = multiplied(mT(G), AC), []
    if w is not None:
        of_weights, column = [_inner(AC, GB, n_a)], w[..., None]
        GB, B_bar = scaled(GB, n_a, column), scaled(B_bar, n_b, column)
    return [matmul(GB, mT(C)), matmul(mT(A), GB), B_bar, *of_weights]


def _inner(X, Y, n):
    """Return ⟨X_i, Y_i⟩ of the row blocks."""
    return summed(flat(X, n) * flat(Y, n), -1)


def _kron_shape(shape_a, shape_b):
    """Return the shape of a Kronecker product."""
    return shape_a[0] * shape_b[0], shape_a[1] * shape_b[1]


def _of_kroneckers(G, A, B, shape_a, shape_b):
    """Return the cotangents of A and B in Σ_ij A_ij ⊗ B_ij.

    Blocks are rows here, each row by row, which moves less than vecb.
    """
    (n_a, k1), (n_b, k2) = shape_a, shape_b
    entries = permuted(reshaped(G, 2, n_a, n_b, k1, k2), -3, -1, -4, -2)
    R = reshaped(entries, 4, n_b * k2, n_a * k1)
    # One after the other, so that the rows of one matrix are held at a time.
    A_bar = _from_rows(matmul(_as_rows(B, shape_b), R), A, shape_a)
    B_bar = _from_rows(matmul(_as_rows(A, shape_a), mT(R)), B, shape_b)
    return A_bar, B_bar


def _by_the_rows(G, A, B, C, n1, n2, n_b, n_c, l2, k):
    """Return the cotangents in Lemma 6 by the Q_j, which it has side by side.

    The sum is Q C', where both have their entries in another order.
    """
    a, b = flat(A, n1), flat(B, n_b)
    c = permuted(reshaped(C, 2, l2, n_c, k), -2, -3, -1)
    c = reshaped(c, 3, n_c, l2 * k)
    g = permuted(reshaped(G, 2, n1, n_b, n2, n_c), -4, -2, -3, -1)
    g = reshaped(g, 4, n1 * n2 * n_b, n_c)
    Q = reshaped(matmul(mT(a), b), 2, n1, l2, n2, n_b, k)  # from a, j, b, c, e
    Q = permuted(Q, -5, -3, -2, -4, -1)  # to a, b, c, j, e
    C_bar = matmul(mT(g), reshaped(Q, 5, n1 * n2 * n_b, l2 * k))
    C_bar = permuted(reshaped(C_bar, 2, n_c, l2, k), -2, -3, -1)
    bar = reshaped(matmul(g, c), 2, n1, n2, n_b, l2, k)
    bar = permuted(bar, -5, -2, -4, -3, -1)
    bar = reshaped(bar, 5, n1 * l2 * n2, n_b * k)
    return [
        reshaped(matmul(b, mT(bar)), 2, *A.shape[-2:]),
        reshaped(matmul(a, bar), 2, *B.shape[-2:]),
        reshaped(C_bar, 3, *C.shape[-2:]),
    ]


def _as_rows(X, shape):
    """Return the blocks of X as rows, each row by row."""
    blocks = cut(X, *shape)
    l1, l2, height, width = blocks.shape[-4:]
    return reshaped(blocks, 4, l1 * l2, height * width)


def _from_rows(rows, like, shape):
    """Return the matrix whose blocks are the rows, as large as another."""
    (height, width), (m, q) = shape, like.shape[-2:]
    l1, l2 = m // height, q // width if width else 1
    blocks = reshaped(rows, 2, l1, l2, height, width)
    return reshaped(permuted(blocks, -4, -2, -3, -1), 4, m, q)

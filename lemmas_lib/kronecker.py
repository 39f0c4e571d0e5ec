"""Sums of Kronecker products that are not formed, or are found in a matrix.

Lemma 7 applies `Σ_i A_i ⊗ B_i` to vectors from its blocks; Lemma 11 finds the
blocks whose sum comes nearest to a matrix.
"""

import functools

import numpy as np

from . import _arguments, _shapes
from ._blocks import sum_atgb
from ._contraction import mT
from .operators import kron_rearrange, unvec, vec
from .sums import sum_acbt


def sum_kron_operator(A, B, n, weights=None):
    """Lemma 7: `(Σ_i w_i A_i ⊗ B_i) vec(X) = vec(Σ_i w_i B_i X A_i')`.

    The sum as a linear operator that is never formed. Its transpose takes
    `vec(Y)` to `vec(Σ_i w_i B_i' Y A_i)`.

    Parameters
    ----------
    A : array_like, shape (l·n, k1)
        The blocks `A_i`, of shape `(n, k1)`, stacked.
    B : array_like, shape (l·n, k2)
        The blocks `B_i`, of shape `(n, k2)`, stacked.
    n : int or (int, int)
        The height of a block; a pair gives the heights in A and in B.
    weights : array_like, shape (l,), optional
        A factor `w_i` for each block.

    Returns
    -------
    scipy.sparse.linalg.LinearOperator, shape (n², k1·k2)
        With a pair, `(n_A·n_B, k1·k2)`. It holds A, B and weights, and does
        not copy them.

    Raises
    ------
    ValueError
        If a height does not divide the rows, block counts do not fit together
        or an array has leading axes.
    TypeError
        As ``sum_kron``.

    Notes
    -----
    A vector takes `2·l·n_B·k1·(k2 + n_A)` operations or
    `2·l·n_A·k2·(k1 + n_B)`, whichever is less, where forming the sum takes
    `2·l·n_A·n_B·k1·k2`, and a vector then `2·n_A·n_B·k1·k2`. The adjoint
    conjugates, as SciPy's do. Source: Van Loan (2000), section 2.

    Examples
    --------
    >>> from lemmas_lib import sum_kron
    >>> A, B = np.array([[1, 2], [3, 4]]), np.array([[1, 10], [0, 1]])
    >>> x = np.array([1, 0, 0, 1])
    >>> sum_kron_operator(A, B, 1) @ x, sum_kron(A, B, 1) @ x
    (array([25]), array([25]))

    Inside a solver, here of `I ⊗ L + L ⊗ I`, of 2500 equations:

    >>> from scipy.sparse.linalg import cg
    >>> I, L = np.eye(50), 2 * np.eye(50) - np.eye(50, k=1) - np.eye(50, k=-1)
    >>> S = sum_kron_operator(np.vstack([I, L]), np.vstack([L, I]), 50)
    >>> x, failed = cg(S, np.ones(50 * 50))
    >>> failed, bool(np.allclose(S @ x, 1, atol=1e-2))
    (0, True)
    """
    # Here, so that importing the library is quick.
    from scipy.sparse.linalg import LinearOperator

    A, B, w, size = _shapes.sum_kron(A, B, n, weights)
    for name, X in ("A", A), ("B", B):
        if X.ndim > 2:
            raise ValueError(
                f"{name} has shape {X.shape}; an operator is of one sum, so "
                "make one for each item of a stack"
            )
    if w is not None and w.ndim > 1:
        raise ValueError(
            f"weights has shape {w.shape}; one for each block, (l,), is "
            "needed, and those of pairs can mix the blocks of B before"
        )
    n_a, n_b, k1, k2 = (size[symbol] for symbol in ("n_A", "n_B", "k1", "k2"))

    operands = (A, B) if w is None else (A, B, w)
    sides = n_a, n_b, k1, k2
    products = functools.partial(_applied, operands, sides)
    adjoints = functools.partial(_adjoint_applied, operands, sides)
    return LinearOperator(
        (n_a * n_b, k1 * k2),
        matvec=products,
        rmatvec=adjoints,
        matmat=products,
        rmatmat=adjoints,
        dtype=np.result_type(*operands),
    )


def _applied(operands, sides, x):
    """Return the vecs of Σ_i w_i B_i X A_i', for one column or for several.

    Not within the operator, which could not be sent to another process.
    """
    (A, B, *w), (n_a, n_b, k1, k2) = operands, sides
    # Of vectors side by side each is a column, of a stack a row.
    X = unvec(x.T, (k2, k1))
    S = sum_acbt(B, X, A, (n_b, n_a), weights=w[0] if w else None)
    return vec(S).T


def _adjoint_applied(operands, sides, y):
    """Return the vecs of Σ_i w_i B_i' Y A_i, conjugated as an adjoint is."""
    (A, B, *w), (n_a, n_b, *_) = operands, sides
    Y = unvec(y.T, (n_b, n_a)).conj()
    return vec(sum_atgb(B, Y, A, *w)).T.conj()


def nearest_kron(S, shape_a, shape_b, terms=1):
    """Lemma 11: `Σ_t A_t ⊗ B_t` that comes nearest to S, by an SVD of `𝓡(S)`.

    With `𝓡(S) = Σ_t σ_t u_t v_t'` it is `vec(B_t) = σ_t^(1/2) u_t` and
    `vec(A_t) = σ_t^(1/2) v_t`, for the largest of the `σ_t`. No other sum of
    so many Kronecker products is nearer in the Frobenius norm.

    Parameters
    ----------
    S : array_like, shape (..., n_A·n_B, k1·k2)
    shape_a : (int, int)
        The shape `(n_A, k1)` of a block `A_t`.
    shape_b : (int, int)
        The shape `(n_B, k2)` of a block `B_t`.
    terms : int, optional
        The number of terms, at most `n_A·k1` and at most `n_B·k2`.

    Returns
    -------
    A : ndarray, shape (..., terms, n_A, k1)
    B : ndarray, shape (..., terms, n_B, k2)
        The largest term first. ``sum_kron`` of both, with ``reshape(-1, k)``,
        adds them up.

    Raises
    ------
    ValueError
        If S does not have that shape, if there cannot be so many terms, or if
        an entry is not finite.
    TypeError
        If S holds objects or long floating-point numbers, for which there is
        no SVD, or is sparse, masked or not numeric.

    Notes
    -----
    Both factors of a term have the same norm. Where S is symmetric and
    positive semidefinite, and the factors are square, so are those of the
    first term: of several of one size, up to the root of the precision, that
    one is taken. It is signed so that the trace of B is not negative. The
    signs of the others are those of the SVD. Some `n_A·n_B·k1·k2` times the
    smaller of `n_A·k1` and `n_B·k2` operations. Source: Van Loan and
    Pitsianis (1993), by the theorem of Eckart and Young (1936).

    Examples
    --------
    >>> S = np.kron([[1, 2], [3, 4]], [[1.0], [10.0]])
    >>> A, B = nearest_kron(S, (2, 2), (2, 1))
    >>> A.shape, B.shape, bool(np.allclose(np.kron(A[0], B[0]), S))
    ((1, 2, 2), (1, 2, 1), True)

    Each matrix of a stack by itself, by two terms:

    >>> A, B = nearest_kron(np.ones((5, 6, 4)), (2, 4), (3, 1), terms=2)
    >>> A.shape, B.shape
    ((5, 2, 2, 4), (5, 2, 3, 1))
    """
    R = kron_rearrange(S, shape_a, shape_b)
    if R.dtype.char not in "bBhHiIlLqQefdFD":
        raise TypeError(
            f"S has dtype {R.dtype}, for which there is no SVD; "
            "S.astype(float) has one"
        )
    terms = _arguments.count("terms", terms)
    of_b, of_a = R.shape[-2:]
    if terms > min(of_a, of_b):
        raise ValueError(
            f"terms is {terms}; with {of_a} entries in A and {of_b} in B "
            f"there are at most {min(of_a, of_b)}"
        )
    if not np.isfinite(R).all():
        raise ValueError("S has entries that are not finite")
    dtype = R.dtype if R.dtype.kind in "fc" else np.dtype(float)
    wide = R.astype("d" if dtype.char == "e" else dtype, copy=False)
    wide, half = _near_one(wide)
    u, sigma, a = np.linalg.svd(wide, full_matrices=False)
    b = mT(u)  # as in a, a row for each term
    if shape_a[0] == shape_a[1] and shape_b[0] == shape_b[1]:
        _make_first_positive(wide, b, sigma, a, shape_b[0])
    root = np.sqrt(sigma[..., :terms, None]) * half
    return tuple(
        unvec((x[..., :terms, :] * root).astype(dtype), shape)
        for x, shape in ((a, shape_a), (b, shape_b))
    )


def _near_one(R):
    """Return matrices with entries of up to 1 to 4, and the root of the rest.

    Powers of two, so that it is exact, and no square overflows.
    """
    largest = abs(R).max(axis=(-2, -1), keepdims=True, initial=0)
    half = np.ldexp(np.ones_like(largest), np.frexp(largest)[1] // 2)
    return R / half / half, half


def _make_first_positive(R, b, sigma, a, n):
    """Have the first pair of rows be that of definite factors, if one is.

    Where S is positive semidefinite, R maps such matrices to such matrices,
    and so does each power of RR'. Its high powers take the identity to one
    that belongs to the largest singular values, by as much as they are the
    largest: alone where it is single, and else a definite mixture.
    """
    precision = np.finfo(sigma.dtype).eps
    largest = sigma[..., :1]
    ratios = sigma / np.where(largest > 0, largest, 1)
    ratios[ratios > 1 - 8 * precision] = 1  # equal, but for rounding
    shares = ratios ** (1 / np.sqrt(precision))
    several = shares[..., 1:].max(axis=-1, initial=0) > precision
    identity = np.eye(n).ravel()
    for item in map(tuple, np.argwhere(several)):
        group = np.flatnonzero(shares[item] > precision)
        rows = b[item][group]
        part = shares[item][group] * (rows.conj() @ identity)
        # That of a definite matrix is longer than this.
        if np.linalg.norm(part) < 0.5:
            continue
        turn = np.linalg.qr(part[:, None], mode="complete")[0]
        rows = turn.T @ rows
        found = rows.conj() @ R[item]
        b[item][group] = rows
        sigma[item][group] = np.linalg.norm(found, axis=-1)
        a[item][group] = found / sigma[item][group, None]
    trace = b[..., 0, :] @ identity
    size = abs(trace)
    phase = np.where(size > 0, trace / np.where(size > 0, size, 1), 1)
    b[..., 0, :] *= phase.conj()[..., None]
    a[..., 0, :] *= phase[..., None]

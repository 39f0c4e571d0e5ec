"""Sums of Kronecker products that are not formed, or are found in a matrix.

Lemma 7 applies `Σ_i A_i ⊗ B_i` to vectors from its blocks; Lemma 11 finds the
blocks whose sum comes nearest to a matrix.
"""

import functools

import numpy as np

from . import _arguments, _shapes
from ._arrays import (
    beside,
    converted,
    is_other,
    library,
    mT,
    namespace,
)
from ._blocks import sum_atgb
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
        As ``sum_kron``, and if an array is not NumPy's.

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

    for name, X in ("A", A), ("B", B), ("weights", weights):
        if is_other(X):
            raise TypeError(
                f"{name} is of {library(X)} ({type(X).__name__}); a NumPy "
                "array is needed, because the operator is SciPy's. "
                "sum_acbt(B, X, A, n) applies the sum to X of any library"
            )

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
        an entry is not finite; of other libraries' entries this is not asked.
    TypeError
        If S holds objects or long floating-point numbers, for which there is
        no SVD, or is sparse, masked, of Dask or not numeric.

    Notes
    -----
    Both factors of a term have the same norm. Where S is symmetric and
    positive semidefinite, and the factors are square, so are those of the
    first term: of several of one size, up to the root of the precision, that
    one is taken. It is signed so that the trace of B is not negative. The
    signs of the others are those of the SVD. Some `n_A·n_B·k1·k2` times the
    smaller of `n_A·k1` and `n_B·k2` operations. What a library differentiates
    exists where singular values differ; of an exact product, where those that
    are zero are equal, it may be NaN. Source: Van Loan and
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
    terms = _arguments.count("terms", terms)
    of_b, of_a = R.shape[-2:]
    if terms > min(of_a, of_b):
        raise ValueError(
            f"terms is {terms}; with {of_a} entries in A and {of_b} in B "
            f"there are at most {min(of_a, of_b)}"
        )
    xp = namespace(R)
    dtype, wide = _with_svd(xp, R)
    R = converted(R, wide)
    # So that no square overflows.
    scale = _or_one(xp, xp.max(xp.abs(R), axis=(-2, -1), keepdims=True))
    R = R / scale
    u, sigma, a = xp.linalg.svd(R, full_matrices=False)
    b, sigma = mT(u), sigma[..., None]  # as in a, a row for each term
    if shape_a[0] == shape_a[1] and shape_b[0] == shape_b[1]:
        b, sigma, a = _with_positive_first(xp, R, b, sigma, a, shape_b[0])
    root = xp.sqrt(sigma[..., :terms, :]) * xp.sqrt(scale)
    return tuple(
        unvec(converted(x[..., :terms, :] * root, dtype), shape)
        for x, shape in ((a, shape_a), (b, shape_b))
    )


def _with_svd(xp, R):
    """Return the dtype of the factors, and one in which there is an SVD."""
    if xp is np:
        if R.dtype.char not in "bBhHiIlLqQefdFD":
            raise TypeError(
                f"S has dtype {R.dtype}, for which there is no SVD; "
                "S.astype(float) has one"
            )
        if not np.isfinite(R).all():
            raise ValueError("S has entries that are not finite")
        dtype = R.dtype if R.dtype.kind in "fc" else np.dtype(float)
        return dtype, np.dtype(float) if dtype.char == "e" else dtype
    if not xp.isdtype(R.dtype, ("real floating", "complex floating")):
        default = xp.__array_namespace_info__().default_dtypes()
        return (default["real floating"],) * 2
    return R.dtype, xp.float32 if xp.finfo(R.dtype).bits < 32 else R.dtype


def _with_positive_first(xp, R, b, sigma, a, n):
    """Return the rows with a first pair of definite factors, if there is one.

    Where S is positive semidefinite, R maps such matrices to such matrices,
    and so does each power of RR'. Its high powers take the identity to one
    that belongs to the largest singular values, by as much as they are the
    largest: alone where it is single, and else a definite mixture, to which a
    reflection turns the first row.
    """
    precision = xp.finfo(sigma.dtype).eps
    ratios = sigma / _or_one(xp, sigma[..., :1, :])
    # Equal, but for rounding.
    equal = ratios > 1 - 8 * precision
    ratios = xp.where(equal, xp.ones_like(ratios), ratios)
    shares = ratios ** (1 / precision**0.5)
    identity = xp.eye(n, dtype=b.dtype, **beside(b))
    identity = xp.reshape(identity, (n * n, 1))
    first = xp.eye(b.shape[-2], 1, dtype=b.dtype, **beside(b))
    conj = _itself if b.dtype == sigma.dtype else xp.conj
    sharing = shares > precision
    # Only of NumPy's values is this asked, so that others can be traced.
    if xp is not np or sharing[..., 1:, :].any():
        part = shares * (conj(b) @ identity)
        rows = b, sigma, a
        b, sigma, a = _reflected(xp, conj, R, rows, part, sharing, first)
    # The trace of the first is not negative.
    phase = 1 + first * (_phase(xp, conj, b[..., :1, :] @ identity) - 1)
    return b * conj(phase), sigma, a * phase


def _reflected(xp, conj, R, rows, part, sharing, first):
    """Return the rows with the first one turned to what the identity goes to.

    That has these parts of the rows that share in the largest singular values.
    Where it is short they stay as they are.
    """
    b, sigma, a = rows
    length = _norm(xp, conj, part)
    # That of a definite matrix is longer than this.
    turned = sharing & (length > 0.5)
    part = xp.where(turned, part, xp.zeros_like(part))
    v = part + first * (length * _phase(xp, conj, part[..., :1, :]))
    v = xp.where(length > 0.5, v, xp.zeros_like(v))
    square = _or_one(xp, _norm(xp, conj, v) ** 2)
    b = b - (2 / square) * (conj(v) * (mT(v) @ b))
    found = conj(b) @ R
    length = _norm(xp, conj, found, -1)
    sigma = xp.where(turned, length, sigma)
    return b, sigma, xp.where(turned, found / _or_one(xp, length), a)


def _or_one(xp, x):
    """Return sizes, and one for those that are zero."""
    return xp.where(x > 0, x, xp.ones_like(x))


def _norm(xp, conj, x, axis=(-2, -1)):
    """Return norms, whose gradient is zero where they are."""
    squares = xp.sum(x * conj(x), axis=axis, keepdims=True)
    squares = squares if conj is _itself else xp.real(squares)
    root = xp.sqrt(_or_one(xp, squares))
    return xp.where(squares > 0, root, xp.zeros_like(root))


def _phase(xp, conj, x):
    """Return single numbers of size one, of the phase of those of x."""
    size = _norm(xp, conj, x)
    return xp.where(size > 0, x, xp.ones_like(x)) / _or_one(xp, size)


def _itself(x):
    """Return a real array, which is its own conjugate."""
    return x

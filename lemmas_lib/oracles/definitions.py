"""The mixed model by its definition: V in full, in exact or long arithmetic.

The oracle of ``mixed_model``, as ``loops`` is that of ``sums``. V is built
entry by entry, the log-likelihood is evaluated to fifty digits, the score is
its difference quotient and the information a trace of `n × n` matrices
of fractions. For small n only.

Numbers are taken as they are, so that 0.1 is the double nearest to 0.1.
"""

import contextlib
import decimal
from fractions import Fraction

import numpy as np

from .arithmetic import convert

DIGITS = 50
PI = decimal.Decimal("3.14159265358979323846264338327950288419716939937510582")
# A central difference is off by a multiple of STEP²: here 40 digits are kept
# of the derivative, and the 10 that cancel are to spare.
STEP = decimal.Decimal("1e-20")


def covariance(factors, D, number=Fraction):
    """`V = I + ZDZ'`: what two rows share, level by level.

    Parameters
    ----------
    factors : sequence of (levels, Z)
    D : sequence of array_like, shapes (q_k, q_k)
    number : callable, optional
        The type of the entries, ``Fraction`` or ``decimal.Decimal``.

    Returns
    -------
    ndarray of objects, shape (n, n)

    Examples
    --------
    >>> factors = [([0, 1, 0], [[1], [1], [2]])]
    >>> print(covariance(factors, [[[3]]], int))
    [[4 0 6]
     [0 4 0]
     [6 0 13]]
    """
    n = len(factors[0][0])
    V = convert(np.eye(n, dtype=int), number)
    for (levels, Z_k), D_k in zip(factors, D, strict=True):
        V = V + _shared(levels, convert(Z_k, number), convert(D_k, number))
    return V


def loglik(y, X, factors, sigma2, D, beta, method="ML"):
    """Log-likelihood of `y ~ N(Xβ, σ²V)`, to fifty digits.

    Under REML that of the `n − p` free contrasts of y, as
    ``mixed_model.loglik`` defines it.

    Parameters
    ----------
    y : array_like, shape (n,)
    X : array_like, shape (n, p)
    factors : sequence of (levels, Z)
    sigma2 : float
    D : sequence of array_like, shapes (q_k, q_k)
    beta : array_like, shape (p,)
        Not used under REML.
    method : {"ML", "REML"}, optional

    Returns
    -------
    decimal.Decimal

    Examples
    --------
    >>> X = [[1], [1], [1]]
    >>> factors = [([0, 1, 0], [[1], [1], [2]])]
    >>> value = loglik([1, 2, 4], X, factors, 1, [[[3]]], [2])
    >>> print(round(value, 8))
    -6.49250714
    """
    with _long():
        y, X = convert(y), convert(X)
        V = covariance(factors, D, decimal.Decimal)
        n, p = X.shape
        solved, det = _solve(V, np.column_stack([X, y]))
        VX, Vy = solved[:, :p], solved[:, p]
        degrees, log_det = n, det.ln()
        if method == "REML":
            beta, det = _solve(X.T @ VX, X.T @ Vy)
            degrees, log_det = n - p, log_det + det.ln()
        beta = convert(beta).ravel()
        eVe = (y - X @ beta) @ (Vy - VX @ beta)
        sigma2 = convert(sigma2)[()]
        scale = degrees * (2 * PI * sigma2).ln()
        return -(scale + log_det + eVe / sigma2) / 2


def score(y, X, factors, sigma2, D, beta, method="ML"):
    """Score by central differences of the log-likelihood, of step `10⁻²⁰`.

    Parameters
    ----------
    y, X, factors, sigma2, D, beta, method
        As in ``loglik``.

    Returns
    -------
    ndarray of float, shape (P,)
        In the order `β`, `σ²`, `vech(D_1)`, …; 0 for `β` under REML, whose
        likelihood does not have it.

    Examples
    --------
    >>> X = [[1], [1], [1]]
    >>> factors = [([0, 1, 0], [[1], [1], [2]])]
    >>> score([1, 2, 4], X, factors, 1, [[[3]]], [2]).round(8)
    array([-0.6875    ,  0.15625   , -0.26367188])
    """
    p = np.shape(X)[1]
    beta = np.zeros(p) if method == "REML" else beta
    lower = [np.asarray(D_k)[_lower(len(D_k))] for D_k in D]
    with _long():
        theta = convert(np.concatenate([beta, [sigma2], *lower]))

        def slope(i):
            values = []
            for step in (STEP, -STEP):
                near = theta.copy()
                near[i] += step
                at_D = _matrices(near[p + 1 :], D)
                values.append(
                    loglik(y, X, factors, near[p], at_D, near[:p], method)
                )
            return (values[0] - values[1]) / (2 * STEP)

        return np.array([slope(i) for i in range(len(theta))], dtype=float)


def information(X, factors, sigma2, D, method="ML"):
    """Information `½ tr(P ∂(σ²V) P ∂(σ²V))` and `σ⁻² X'V⁻¹X`, exactly.

    `P` is `σ⁻² V⁻¹` under ML, and `σ⁻² (V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹)` under
    REML.

    Parameters
    ----------
    X, factors, sigma2, D, method
        As in ``loglik``.

    Returns
    -------
    ndarray of Fraction, shape (P, P)
        In the order `β`, `σ²`, `vech(D_1)`, ….

    Examples
    --------
    >>> factors = [([0, 1, 0], [[1], [1], [2]])]
    >>> exact = information([[1], [1], [1]], factors, 1, [[[3]]])
    >>> print(*exact[1:, 1:].ravel())
    3/2 9/32 9/32 41/512
    """
    X = convert(X, Fraction)
    sigma2 = convert(sigma2, Fraction)[()]
    V = covariance(factors, D)
    n, p = X.shape
    slopes = [V]  # the derivatives of σ²V by σ² and the entries of vech(D_k)
    for (levels, Z_k), D_k in zip(factors, D, strict=True):
        Z_k, q = convert(Z_k, Fraction), len(D_k)
        for i, j in zip(*_lower(q), strict=True):
            E = np.zeros((q, q), dtype=int)
            E[i, j] = E[j, i] = 1
            slopes.append(sigma2 * _shared(levels, Z_k, E))
    inverse, _ = _solve(sigma2 * V, convert(np.eye(n, dtype=int), Fraction))
    XSX = X.T @ inverse @ X
    P = inverse
    if method == "REML":
        P = P - inverse @ X @ _solve(XSX, X.T @ inverse)[0]
    products = [P @ slope for slope in slopes]
    found = np.full((p + len(slopes),) * 2, Fraction(0))
    found[:p, :p] = XSX
    for i, first in enumerate(products):
        for j, second in enumerate(products):
            found[p + i, p + j] = (first * second.T).sum() / 2
    return found


def _shared(levels, Z_k, D_k):
    """Σ_j Z_(k,j) D_k Z_(k,j)': rows of one level share their effects."""
    same = np.equal.outer(levels, levels)
    return np.where(same, Z_k @ D_k @ Z_k.T, 0)


def _solve(A, B):
    """A⁻¹B and det A for positive definite A, by Gauss and Jordan."""
    M, det = np.column_stack([A, B]), 1
    for i in range(len(A)):
        det = det * M[i, i]
        M[i] = M[i] / M[i, i]
        others = np.arange(len(A)) != i
        M[others] = M[others] - np.multiply.outer(M[others, i], M[i])
    return M[:, len(A) :], det


def _lower(q):
    """The entries of vech, as an index: rows, columns."""
    columns, rows = np.triu_indices(q)
    return rows, columns


def _matrices(entries, like):
    """Symmetric matrices of the sizes of ``like`` from their vech."""
    found = []
    for D_k in like:
        q = len(D_k)
        rows, columns = _lower(q)
        now, entries = entries[: len(rows)], entries[len(rows) :]
        X = np.empty((q, q), dtype=object)
        X[rows, columns] = X[columns, rows] = now
        found.append(X)
    return found


@contextlib.contextmanager
def _long():
    with decimal.localcontext() as context:
        context.prec = DIGITS
        yield

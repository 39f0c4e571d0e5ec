"""Data drawn from a mixed model whose parameters are known."""

import numpy as np

from . import _checks
from ._data import checked_factors, design


def simulate(X, factors, beta, sigma2, D, rng, responses=None):
    """Draw `y = Xβ + Zb + ε` with `b ~ N(0, σ²D)` and `ε ~ N(0, σ²I)`.

    Parameters
    ----------
    X : array_like, shape (n, p)
    factors : sequence of (levels, Z)
        As in ``design_matrix``.
    beta : array_like, shape (p,)
    sigma2 : float
    D : sequence of array_like, shapes (q_k, q_k)
        The covariance matrix of each factor's effects over `σ²`.
    rng : numpy.random.Generator
    responses : int, optional
        The number v of independent draws.

    Returns
    -------
    ndarray, shape (n,), or (n, v) if responses is given

    Raises
    ------
    ValueError
        If shapes differ, `σ²` is not positive or a `D_k` not a covariance
        matrix.
    TypeError
        If an array is sparse, masked or not real.

    Examples
    --------
    >>> X = Z = np.ones((4, 1))
    >>> factors = [([0, 0, 1, 1], Z)]
    >>> rng = np.random.default_rng(0)
    >>> simulate(X, factors, [5], 1, [[[2]]], rng, responses=3).shape
    (4, 3)
    """
    factors = checked_factors(factors)
    v = 1 if responses is None else _checks.count("responses", responses)
    X = _checks.real("X", X, 2)
    size = {"n": len(factors[0][2]), "p": X.shape[-1]}
    _checks.ends("X", X, ("n", "p"), size, leading=())
    effects = [Z_k.shape[1] for _, _, Z_k in factors]
    sigma2, D, beta = _checks.parameters(
        size["p"], effects, sigma2, D, beta, ()
    )
    b = []
    for (names, _, _), D_k in zip(factors, D, strict=True):
        variances, axes = np.linalg.eigh(D_k)
        root = axes * np.sqrt(variances.clip(0))
        b_k = rng.normal(size=(v, len(names), len(D_k))) @ root.T
        b.append(b_k.reshape(v, -1))
    noise = rng.normal(size=(v, size["n"]))
    random = design(factors) @ np.hstack(b).T + noise.T
    y = (X @ beta)[:, None] + np.sqrt(sigma2) * random
    return y[:, 0] if responses is None else y

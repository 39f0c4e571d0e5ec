"""Likelihood, score and information of given parameters."""

import numpy as np

from .._contraction import slices
from . import _absorb, _checks, _levels

METHODS = ("ML", "REML")

# Responses are taken in pieces whose matrices have no more entries than this
# together: 2 MiB of doubles, which caches hold.
PIECE = 2**18


def loglik(products, sigma2, D, beta=None, method="ML"):
    """Log-likelihood `−½(n log 2πσ² + log|V| + e'V⁻¹e/σ²)`, `e = y − Xβ`.

    The restricted one, of REML, has `n − p` for `n`, `log|X'V⁻¹X|` added in
    the brackets, and `e` at the generalised least-squares estimate of `β`.

    Parameters
    ----------
    products : CrossProducts
    sigma2 : array_like, shape () or (v,)
    D : sequence of array_like, shapes (q_k, q_k) or (v, q_k, q_k)
        The covariance matrix of each factor's effects over `σ²`.
    beta : array_like, shape (p,) or (v, p), optional
        The generalised least-squares estimate at D if not given.
    method : {"ML", "REML"}, optional

    Returns
    -------
    ndarray, shape () or (v,)

    Raises
    ------
    ValueError
        If shapes differ, `σ²` is not positive, a `D_k` is not a covariance
        matrix, or `β` is given under REML, whose likelihood has none.
    TypeError
        If an array is sparse, masked or not real.

    Notes
    -----
    With `f` effects in the factor that has most and `r` in the others, about
    `2·f·r² + 5·r³` operations for each distinct D. Source: Bates, Mächler,
    Bolker and Walker (2015), whose constants these are.

    Examples
    --------
    >>> from lemmas_lib.mixed_model import cross_products
    >>> X = Z = np.ones((4, 1))
    >>> products = cross_products([1, 2, 3, 4], X, [([0, 0, 1, 1], Z)])
    >>> print(loglik(products, 1, [[[0]]]).round(4))
    -6.1758

    Along values of D, for a profile of the likelihood:

    >>> loglik(products, 1, [[[[0]], [[1]], [[4]]]]).round(3)
    array([-6.176, -5.941, -6.595])
    """
    return _in_pieces(_absorb.loglik, products, sigma2, D, beta, method)


def score(products, sigma2, D, beta=None, method="ML"):
    """Score: derivatives of the log-likelihood by `β`, `σ²` and `vech(D_k)`.

    With `N = Z'V⁻¹Z` and `t = Z'V⁻¹e` the last of these are
    `𝒟' vec(½ σ⁻² Σ_j t_(k,j) t_(k,j)' − ½ Σ_j N_(k,j)(k,j))`. Under REML `N`
    is `Z'PZ` with `P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹`.

    Parameters
    ----------
    products : CrossProducts
    sigma2 : array_like, shape () or (v,)
    D : sequence of array_like, shapes (q_k, q_k) or (v, q_k, q_k)
        The covariance matrix of each factor's effects over `σ²`.
    beta : array_like, shape (p,) or (v, p), optional
        The generalised least-squares estimate at D if not given.
    method : {"ML", "REML"}, optional

    Returns
    -------
    ndarray, shape (P,) or (v, P)
        `P = p + 1 + Σ_k q_k(q_k+1)/2`, in the order `β`, `σ²`, `vech(D_1)`,
        …; the part of `β` is zero, up to rounding, where `β` is estimated.

    Raises
    ------
    ValueError, TypeError
        As ``loglik``.

    Notes
    -----
    With `f` and `r` as for ``loglik``, about `4·f·r² + 5·r³` operations for
    each distinct D. Source: Proposition 1 of the book, after Maullin-Sapey
    and Nichols (2021), with `𝒟` for `𝒟⁺`.

    Examples
    --------
    >>> from lemmas_lib.mixed_model import cross_products
    >>> X = Z = np.ones((4, 1))
    >>> products = cross_products([1, 2, 3, 4], X, [([0, 0, 1, 1], Z)])
    >>> score(products, 1, [[[0]]]).round(10) + 0.0
    array([0. , 0.5, 2. ])

    Of 50 responses with the same X and Z at once:

    >>> many = cross_products(np.ones((4, 50)), X, [([0, 0, 1, 1], Z)])
    >>> score(many, 1, [[[0]]]).shape
    (50, 3)
    """
    return _in_pieces(_score, products, sigma2, D, beta, method)


def information(products, sigma2, D, method="ML"):
    """Fisher information: the covariance matrix of the score at its `β`.

    With `R_ij` the blocks by level of `N = Z'V⁻¹Z`, it has `σ⁻² X'V⁻¹X` for
    `β`, `½ n σ⁻⁴` for `σ²`, `½ σ⁻² vec'(Σ_j R_jj) 𝒟` for `σ²` and `vech(D_k)`,
    `½ 𝒟' Σ_ij (R_ij ⊗ R_ij) 𝒟` for `vech(D_k1)` and `vech(D_k2)`, and 0
    between `β` and the rest. Under REML `N` is `Z'PZ`, with `P` as in
    ``score``, and `n` is `n − p`, exactly; the part of `β` is then the inverse
    of the covariance matrix of its estimate.

    Parameters
    ----------
    products : CrossProducts
        Of the response only the leading axis counts.
    sigma2 : array_like, shape () or (v,)
    D : sequence of array_like, shapes (q_k, q_k) or (v, q_k, q_k)
        The covariance matrix of each factor's effects over `σ²`.
    method : {"ML", "REML"}, optional

    Returns
    -------
    ndarray, shape (P, P) or (v, P, P)
        `P = p + 1 + Σ_k q_k(q_k+1)/2`, in the order `β`, `σ²`, `vech(D_1)`,
        ….

    Raises
    ------
    ValueError, TypeError
        As ``loglik``.

    Notes
    -----
    With `f` and `r` as for ``loglik``, and `s` effects in a level of the
    factor that has most, about `(8 + 4·s)·f·r² + 5·r³` operations for each
    distinct D, or fewer. Source: Propositions 2 and 3 of the book, after
    Maullin-Sapey and Nichols (2021), with `𝒟` for `𝒟⁺`; the REML form from
    the same argument.

    Examples
    --------
    >>> from lemmas_lib.mixed_model import cross_products
    >>> X = Z = np.ones((4, 1))
    >>> products = cross_products([1, 2, 3, 4], X, [([0, 0, 1, 1], Z)])
    >>> information(products, 1, [[[0]]])
    array([[4., 0., 0.],
           [0., 2., 2.],
           [0., 2., 4.]])

    At three values of σ², under REML:

    >>> information(products, [1, 2, 4], [[[0]]], method="REML").shape
    (3, 3, 3)
    """
    return _in_pieces(_information, products, sigma2, D, None, method)


def _in_pieces(function, products, sigma2, D, beta, method):
    """Check the arguments and call the function on pieces of the responses.

    It is called with the arranged cross-products, what D determines, the
    residual, σ², which has the leading axis of the result, and the method.
    """
    _checks.one_of("method", method, METHODS)
    if method == "REML" and beta is not None:
        raise ValueError("beta is given; the likelihood of REML has no beta")
    c, d = products, products._arranged
    sigma2, D, beta = _checks.parameters(c.p, c.effects, sigma2, D, beta)
    batch = _checks.leading_axis(
        Xty=(c.Xty, 1),
        Zty=(c.Zty, 1),
        yty=(c.yty, 0),
        sigma2=(sigma2, 0),
        **{f"D[{k}]": (D_k, 2) for k, D_k in enumerate(D)},
        **({} if beta is None else {"beta": (beta, 1)}),
    )
    sigma2 = np.broadcast_to(sigma2, batch)
    response = c.Xty, c.Zty, c.yty
    D = [D_k[0] if D_k.shape[:-2] == (1,) else D_k for D_k in D]
    if all(D_k.ndim == 2 for D_k in D):  # then one V serves them all
        absorbed = _absorb.absorb(d, D)
        found = _absorb.residual(d, absorbed, response, beta)
        return np.asarray(function(d, absorbed, found, sigma2, method))

    def whole(x, own):
        return np.broadcast_to(x, batch + x.shape[x.ndim - own :])

    D = [whole(D_k, 2) for D_k in D]
    response = whole(c.Xty, 1), whole(c.Zty, 1), whole(c.yty, 0)
    beta = None if beta is None else whole(beta, 1)
    results = []
    for some in slices(batch[0], PIECE // d.entries):
        absorbed = _absorb.absorb(d, [D_k[some] for D_k in D])
        own = [x[some] for x in response]
        own_beta = None if beta is None else beta[some]
        found = _absorb.residual(d, absorbed, own, own_beta)
        results.append(function(d, absorbed, found, sigma2[some], method))
    return np.concatenate(results)


def _score(arranged, absorbed, residual, sigma2, method):
    levels = _levels.Levels(arranged, absorbed, method)
    return _levels.score(levels, residual, sigma2)


def _information(arranged, absorbed, residual, sigma2, method):
    levels = _levels.Levels(arranged, absorbed, method)
    return _levels.information(levels, sigma2)

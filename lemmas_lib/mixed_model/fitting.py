"""The fit: data in, the maximum of their likelihood out.

The climb sees cross-products alone, in units of its own; here they are made of
the data, and what it found is brought back to the units of the data.
"""

import numpy as np

from . import _checks
from ._climb import maximise
from ._coordinates import duplication, vech_places
from ._data import checked_data, crossed
from ._errors import standard_errors
from ._levels import column
from .likelihood import METHODS
from .products import CrossProducts
from .result import Fit

# As many responses are fitted at once as have matrices of so many entries
# together: 16 MiB of doubles. A step costs more than its arrays.
PIECE = 2**21


def fit(y, X, factors, method="REML", iterations=100):
    """Maximise the (restricted) likelihood over `β`, `σ²` and all `D_k`.

    By Fisher scoring with the full information of D, `β` and `σ²` being at
    their maximum for each D. Every `D_k` stays positive semidefinite; a
    maximum on the boundary, where one is singular, is found as such.

    Parameters
    ----------
    y : array_like, shape (n,) or (n, v)
        One response, or v responses that share X and Z.
    X : array_like, shape (n, p)
        Of full rank; a column of ones for an intercept.
    factors : sequence of (levels, Z)
        For each factor the labels, shape ``(n,)``, and the regressors, shape
        `(n, q_k)`; ones for an intercept.
    method : {"REML", "ML"}, optional
    iterations : int, optional
        At most so many; more than 20 are rarely needed.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If lengths differ, an entry is missing, X is not of full rank or fits
        y exactly, there are too few observations, or a factor has one level,
        a regressor that is zero, or as many effects as observations; under
        REML also if the effects of a factor are all in the span of X.
    TypeError
        If an array is sparse, masked or not real.

    Notes
    -----
    An iteration takes about as many operations as ``score``, ``loglik`` and
    ``information`` together, and for a single factor a number in proportion
    to its levels. Nothing has n rows after the cross-products. A response
    that the random effects fit exactly has no maximum, and does not converge.
    Source: Maullin-Sapey and Nichols (2021); the start is that of Demidenko
    (2013) for each factor alone, with no variance too near 0.

    Examples
    --------
    >>> y = [1, 2, 4, 3, 7, 8]
    >>> X = Z = np.ones((6, 1))
    >>> found = fit(y, X, [(["a", "a", "b", "b", "c", "c"], Z)])
    >>> print(found.sigma2.round(6), found.covariances[0].round(6))
    0.5 [[9.083333]]
    >>> bool(found.converged)
    True

    Many responses in one call, here the same in other units:

    >>> many = fit(np.outer(y, [1, 10]), X, [(list("aabbcc"), Z)])
    >>> many.sigma2.round(6)
    array([ 0.5, 50. ])
    """
    _checks.one_of("method", method, METHODS)
    most = _checks.count("iterations", iterations)
    y, X, found = checked_data(y, X, factors)
    _checks.identified(*X.shape, found)
    _checks.full_rank("X'X", X.T @ X)
    # From the residuals, because squares of y itself lose its digits.
    ols = np.linalg.lstsq(X, y, rcond=None)[0]
    rest = y - X @ ols
    _checks.not_exact("y", y, rest)
    # In units in which y has length one an observation, and the regressors of
    # a factor are orthonormal: no unit of the data must matter.
    with np.errstate(over="ignore"):
        unit = np.sqrt((rest * rest).mean(axis=0))
    _checks.has_squares("y", unit)
    turns = [_turn(Z_k) for _, _, Z_k in found]
    turned = [
        (names, rows, Z_k @ turn)
        for (names, rows, Z_k), turn in zip(found, turns, strict=True)
    ]
    c = CrossProducts._of(**crossed(rest / unit, X, turned))
    if method == "REML":
        _checks.outside(c)
    responses = (
        np.atleast_2d(c.Xty),
        np.atleast_2d(c.Zty),
        np.atleast_1d(c.yty),
    )
    d = c._arranged
    maximum = maximise(d, responses, method, most, PIECE // d.entries)
    names = [names for names, _, _ in found]
    fitted = _fitted(c, names, turns, np.atleast_1d(unit), method, maximum)
    fitted.beta[...] += np.atleast_2d(ols.T)
    return fitted if y.ndim == 2 else fitted.response(0)


def _fitted(products, names, turns, unit, method, maximum):
    """Put together the fits of v responses, in the units of the data."""
    c, d, m = products, products._arranged, maximum
    v = len(unit)
    shapes = zip(c.levels, c.effects, m.D, turns, strict=True)
    random = [
        unit[:, None, None]
        * (column(d, m.residual, k).reshape(v, l, q) @ D_k @ turn.T)
        for k, (l, q, D_k, turn) in enumerate(shapes)
    ]
    change, units = _change(c, turns, unit)
    known = change.T @ m.information @ change
    known = known * units[:, :, None] * units[:, None]
    sigma2 = m.sigma2 * unit**2
    D = [turn @ D_k @ turn.T for turn, D_k in zip(turns, m.D, strict=True)]
    singular = [np.trace(N, axis1=1, axis2=2) > 0.5 for N in m.null]
    path = m.path.copy()
    shift = d.degrees(method) * np.log(unit)
    path[:, 0] -= shift[:, None]
    return Fit(
        method=method,
        n=c.n,
        beta=m.residual.beta * unit[:, None],
        sigma2=sigma2,
        covariances=[sigma2[:, None, None] * D_k for D_k in D],
        singular=singular,
        levels=names,
        random_effects=random,
        loglik=m.loglik - shift,
        score=m.score @ change * units,
        information=known,
        standard_errors=standard_errors(c.p, sigma2, D, singular, known),
        iterations=m.iterations,
        converged=m.converged,
        path=path,
    )


def _change(products, turns, unit):
    """Return how the parameters of the data become those of the fit.

    As a matrix for all responses, and a factor for each parameter of each.
    """
    p, effects = products.p, products.effects
    places = vech_places(effects, first=p + 1)
    change = np.eye(places[-1].stop)
    for place, q, turn in zip(places, effects, turns, strict=True):
        back, pairs = np.linalg.inv(turn), duplication(q)
        change[place, place] = (
            np.linalg.pinv(pairs) @ np.kron(back, back) @ pairs
        )
    units = np.ones((len(unit), len(change)))
    units[:, :p], units[:, p] = 1 / unit[:, None], unit**-2.0
    return change, units


def _turn(Z):
    """Return T such that the columns of ZT are orthogonal, of length √n."""
    n, q = Z.shape
    R = np.linalg.qr(Z)[1] / np.sqrt(n)
    lengths = np.sqrt((Z * Z).mean(axis=0))
    if (abs(np.diagonal(R)) > 1e-10 * lengths).all():
        return np.linalg.inv(R)
    return np.diag(1 / lengths)  # columns that depend on each other

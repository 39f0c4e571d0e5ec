"""The linear mixed model: its likelihood, score and information.

The model is y = Xβ + Zb + ε with b ~ N(0, σ²D) and ε ~ N(0, σ²I). Factor k
has l_k levels with q_k effects each, and D holds D_k once for each level, so
that y ~ N(Xβ, σ²V) with V = I + ZDZ'. Parameters stand in the order β, σ²,
vech(D_1), vech(D_2), …, and each D_k is relative to σ².

Everything is read from the cross-products X'X, X'Z, Z'Z, X'y, Z'y and y'y.
They are computed once, and nothing after them has n rows. How the likelihood
follows from them is in ``_likelihood``, and the road to its maximum in
``_scoring``.

Where the response, σ², β or a D_k has a leading axis v, so has the result:
v models with the same X and Z.
"""

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import sparse

from . import _likelihood, _scoring, _summary, _validate
from ._primitives import pieces
from .operators import unvech, vech

METHODS = ("ML", "REML")

# Responses are taken in pieces whose matrices have no more entries than this
# together: 2 MiB of doubles, which caches hold.
PIECE = 2**18
FIT_PIECE = 2**21  # the same for a fit, whose steps cost more than its arrays


@dataclass(frozen=True, eq=False)
class CrossProducts:
    """All that the likelihood needs to know of y, X and Z.

    ``cross_products`` makes it from data. Where the data come in parts, as
    in a large study, add up the products of the parts. Squares lose digits:
    a response whose mean is 10⁶ times its spread should be centred first.

    Parameters
    ----------
    n : int
        The number of observations.
    levels : tuple of int
        The number of levels l_k of each factor.
    effects : tuple of int
        The number of effects q_k of each factor.
    XtX : array_like, shape (p, p)
    XtZ : array_like, shape (p, q)
        q = Σ_k l_k·q_k; Z has its columns factor by factor, and within a
        factor level by level.
    ZtZ : array_like, shape (q, q)
    Xty : array_like, shape (p,) or (v, p)
    Zty : array_like, shape (q,) or (v, q)
    yty : array_like, shape () or (v,)

    Raises
    ------
    ValueError
        If shapes do not fit together, an entry is not finite, X is not of
        full rank or the numbers cannot be cross-products.
    TypeError
        If an array is sparse, masked or not real.

    Examples
    --------
    >>> products = CrossProducts(
    ...     n=4, levels=(2,), effects=(1,), XtX=[[4]], XtZ=[[2, 2]],
    ...     ZtZ=[[2, 0], [0, 2]], Xty=[10], Zty=[3, 7], yty=30,
    ... )
    >>> products.p, products.q
    (1, 2)
    """

    n: int
    levels: tuple
    effects: tuple
    XtX: np.ndarray
    XtZ: np.ndarray
    ZtZ: np.ndarray
    Xty: np.ndarray
    Zty: np.ndarray
    yty: np.ndarray

    def __post_init__(self):
        fixed = {}
        for name in ("levels", "effects"):
            fixed[name] = _validate.counts(name, getattr(self, name))
        _validate.same_length(levels=self.levels, effects=self.effects)
        for name in ("XtX", "XtZ", "ZtZ", "Xty", "Zty", "yty"):
            fixed[name] = _validate.real(name, getattr(self, name))
        for name, value in fixed.items():
            object.__setattr__(self, name, value)
        q = sum(
            l * q_k for l, q_k in zip(self.levels, self.effects, strict=True)
        )
        size = {"p": self.XtX.shape[-1] if self.XtX.ndim else 0, "q": q}
        _validate.ends("XtX", self.XtX, ("p", "p"), size, leading=())
        _validate.ends("XtZ", self.XtZ, ("p", "q"), size, leading=())
        _validate.ends("ZtZ", self.ZtZ, ("q", "q"), size, leading=())
        _validate.ends("Xty", self.Xty, ("p",), size)
        _validate.ends("Zty", self.Zty, ("q",), size)
        _validate.ends("yty", self.yty, (), size)
        n = _validate.count("n", self.n, least=max(1, self.p))
        object.__setattr__(self, "n", n)
        _validate.symmetric("XtX", self.XtX)
        _validate.full_rank("XtX", self.XtX)
        _validate.symmetric("ZtZ", self.ZtZ)
        _validate.not_negative("the diagonal of ZtZ", np.diagonal(self.ZtZ))
        _validate.not_negative("yty", self.yty)
        _validate.leading_axis(
            Xty=(self.Xty, 1), Zty=(self.Zty, 1), yty=(self.yty, 0)
        )

    @property
    def p(self):
        """The number of columns of X."""
        return len(self.XtX)

    @property
    def q(self):
        """The number of columns of Z."""
        return len(self.ZtZ)

    @property
    def columns(self):
        """The columns of Z that belong to each factor, as slices."""
        ends = np.cumsum(np.multiply(self.levels, self.effects)).tolist()
        return [slice(*pair) for pair in itertools.pairwise([0, *ends])]

    @cached_property
    def _arranged(self):
        """The products of X and Z in the order of ``_likelihood``."""
        return _likelihood.arrange(self)


def design_matrix(factors):
    """Z of a mixed model: row i holds factor k's regressors at its level.

    Parameters
    ----------
    factors : sequence of (levels, Z)
        For each factor the labels, shape (n,), and the regressors, shape
        (n, q_k); ones for an intercept.

    Returns
    -------
    scipy.sparse.csr_array, shape (n, Σ_k l_k·q_k)
        Factor by factor; within a factor level by level, the levels sorted.

    Raises
    ------
    ValueError
        If lengths differ, or a regressor is not finite.
    TypeError
        If an array is sparse, masked or not real.

    Notes
    -----
    n·Σ_k q_k entries are stored.

    Examples
    --------
    >>> intercept = np.ones((3, 1))
    >>> design_matrix([(["b", "a", "b"], intercept)]).toarray()
    array([[0., 1.],
           [1., 0.],
           [0., 1.]])
    """
    return _design(_factors(factors))


def cross_products(y, X, factors):
    """X'X, X'Z, Z'Z, X'y, Z'y and y'y: all that the likelihood needs.

    Parameters
    ----------
    y : array_like, shape (n,) or (n, v)
        One response, or v responses that share X and Z.
    X : array_like, shape (n, p)
    factors : sequence of (levels, Z)
        As in ``design_matrix``.

    Returns
    -------
    CrossProducts

    Raises
    ------
    ValueError
        If lengths differ, or an entry is not finite.
    TypeError
        If an array is sparse, masked or not real.

    Notes
    -----
    With r = Σ_k q_k, about 2·n·(r + p)·(r + p + v) operations; Z is sparse
    and Z'Z dense, of q² entries.

    Examples
    --------
    >>> X = Z = np.ones((4, 1))
    >>> products = cross_products([1, 2, 3, 4], X, [([0, 0, 1, 1], Z)])
    >>> products.Zty
    array([3., 7.])
    """
    return _cross_products(*_data(y, X, factors))


def _data(y, X, factors):
    """Return y, X and the factors, checked and of one length."""
    factors = _factors(factors)
    y, X = _validate.real("y", y, 1), _validate.real("X", X, 2)
    n = len(factors[0][2])
    _validate.ends("X", X, ("n", "p"), {"n": n, "p": X.shape[-1]}, ())
    v = () if y.ndim == 1 else ("v",)
    _validate.ends("y", y, ("n", *v), {"n": n, "v": y.shape[-1]}, ())
    return y, X, factors


def _cross_products(y, X, factors):
    Z = _design(factors)
    return CrossProducts(
        n=len(X),
        levels=tuple(len(names) for names, _, _ in factors),
        effects=tuple(Z_k.shape[1] for _, _, Z_k in factors),
        XtX=X.T @ X,
        XtZ=(Z.T @ X).T,
        ZtZ=(Z.T @ Z).toarray(),
        Xty=y.T @ X,
        Zty=(Z.T @ y).T,
        yty=(y * y).sum(axis=0),
    )


def simulate(X, factors, beta, sigma2, D, rng, responses=None):
    """Draw y = Xβ + Zb + ε with b ~ N(0, σ²D) and ε ~ N(0, σ²I).

    Parameters
    ----------
    X : array_like, shape (n, p)
    factors : sequence of (levels, Z)
        As in ``design_matrix``.
    beta : array_like, shape (p,)
    sigma2 : float
    D : sequence of array_like, shapes (q_k, q_k)
        The covariance matrix of each factor's effects over σ².
    rng : numpy.random.Generator
    responses : int, optional
        The number v of independent draws.

    Returns
    -------
    ndarray, shape (n,), or (n, v) if responses is given

    Raises
    ------
    ValueError
        If shapes differ, σ² is not positive or a D_k not a covariance matrix.
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
    factors = _factors(factors)
    v = 1 if responses is None else _validate.count("responses", responses)
    X = _validate.real("X", X, 2)
    size = {"n": len(factors[0][2]), "p": X.shape[-1]}
    _validate.ends("X", X, ("n", "p"), size, leading=())
    effects = [Z_k.shape[1] for _, _, Z_k in factors]
    sigma2, D, beta = _parameters(size["p"], effects, sigma2, D, beta, ())
    b = []
    for (names, _, _), D_k in zip(factors, D, strict=True):
        variances, axes = np.linalg.eigh(D_k)
        root = axes * np.sqrt(variances.clip(0))
        b_k = rng.normal(size=(v, len(names), len(D_k))) @ root.T
        b.append(b_k.reshape(v, -1))
    noise = rng.normal(size=(v, size["n"]))
    random = _design(factors) @ np.hstack(b).T + noise.T
    y = (X @ beta)[:, None] + np.sqrt(sigma2) * random
    return y[:, 0] if responses is None else y


def loglik(products, sigma2, D, beta=None, method="ML"):
    """Log-likelihood −½(n log 2πσ² + log|V| + e'V⁻¹e/σ²), e = y − Xβ.

    The restricted one, of REML, has n − p for n, log|X'V⁻¹X| added in the
    brackets, and e at the generalised least-squares estimate of β.

    Parameters
    ----------
    products : CrossProducts
    sigma2 : array_like, shape () or (v,)
    D : sequence of array_like, shapes (q_k, q_k) or (v, q_k, q_k)
        The covariance matrix of each factor's effects over σ².
    beta : array_like, shape (p,) or (v, p), optional
        The generalised least-squares estimate at D if not given.
    method : {"ML", "REML"}, optional

    Returns
    -------
    ndarray, shape () or (v,)

    Raises
    ------
    ValueError
        If shapes differ, σ² is not positive, a D_k is not a covariance
        matrix, or β is given under REML, whose likelihood has none.
    TypeError
        If an array is sparse, masked or not real.

    Notes
    -----
    With q_e effects in the factor that has most and r in the others, about
    2·q_e·r² + 3·r³ operations for each distinct D. Source: Bates et al.
    (2015), whose constants these are.

    Examples
    --------
    >>> X = Z = np.ones((4, 1))
    >>> products = cross_products([1, 2, 3, 4], X, [([0, 0, 1, 1], Z)])
    >>> print(loglik(products, 1, [[[0]]]).round(4))
    -6.1758
    """
    return _in_pieces(_loglik, products, sigma2, D, beta, method)


def score(products, sigma2, D, beta=None, method="ML"):
    """Score: the derivatives of the log-likelihood by β, σ² and vech(D_k).

    With N = Z'V⁻¹Z and t = Z'V⁻¹e the last of these are
    𝒟' vec(½ σ⁻² Σ_j t_(k,j) t_(k,j)' − ½ Σ_j N_(k,j)(k,j)). Under REML N is
    Z'PZ with P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹.

    Parameters
    ----------
    products : CrossProducts
    sigma2 : array_like, shape () or (v,)
    D : sequence of array_like, shapes (q_k, q_k) or (v, q_k, q_k)
        The covariance matrix of each factor's effects over σ².
    beta : array_like, shape (p,) or (v, p), optional
        The generalised least-squares estimate at D if not given.
    method : {"ML", "REML"}, optional

    Returns
    -------
    ndarray, shape (P,) or (v, P)
        P = p + 1 + Σ_k q_k(q_k+1)/2, in the order β, σ², vech(D_1), …;
        the part of β is zero, up to rounding, where β is estimated.

    Raises
    ------
    ValueError, TypeError
        As ``loglik``.

    Notes
    -----
    With q_e and r as for ``loglik``, about 4·q_e·r² + 5·r³ operations for
    each distinct D. Source: Proposition 1 of the book, after Maullin-Sapey
    and Nichols (2021), with 𝒟 for 𝒟⁺.

    Examples
    --------
    >>> X = Z = np.ones((4, 1))
    >>> products = cross_products([1, 2, 3, 4], X, [([0, 0, 1, 1], Z)])
    >>> score(products, 1, [[[0]]]).round(10) + 0.0
    array([0. , 0.5, 2. ])
    """
    return _in_pieces(_score, products, sigma2, D, beta, method)


def information(products, sigma2, D, method="ML"):
    """Fisher information: the covariance matrix of the score at its β.

    With R_ij the blocks by level of N = Z'V⁻¹Z, it has σ⁻² X'V⁻¹X for β,
    n/2σ⁴ for σ², ½ σ⁻² vec'(Σ_j R_jj) 𝒟 for σ² and vech(D_k),
    ½ 𝒟' Σ_ij (R_ij ⊗ R_ij) 𝒟 for vech(D_k1) and vech(D_k2), and 0 between β
    and the rest. Under REML N is Z'PZ, with P as in ``score``, and n is
    n − p, exactly; the part of β is then the inverse of the covariance
    matrix of its estimate.

    Parameters
    ----------
    products : CrossProducts
        Of the response only the leading axis counts.
    sigma2 : array_like, shape () or (v,)
    D : sequence of array_like, shapes (q_k, q_k) or (v, q_k, q_k)
        The covariance matrix of each factor's effects over σ².
    method : {"ML", "REML"}, optional

    Returns
    -------
    ndarray, shape (P, P) or (v, P, P)
        P = p + 1 + Σ_k q_k(q_k+1)/2, in the order β, σ², vech(D_1), ….

    Raises
    ------
    ValueError, TypeError
        As ``loglik``.

    Notes
    -----
    With q_e and r as for ``loglik``, about 10·q_e·r² + 7·r³ operations for
    each distinct D, or fewer. Source: Propositions 2 and 3 of the book, after
    Maullin-Sapey and Nichols (2021), with 𝒟 for 𝒟⁺; the REML form from the
    same argument.

    Examples
    --------
    >>> X = Z = np.ones((4, 1))
    >>> products = cross_products([1, 2, 3, 4], X, [([0, 0, 1, 1], Z)])
    >>> information(products, 1, [[[0]]])
    array([[4., 0., 0.],
           [0., 2., 2.],
           [0., 2., 4.]])
    """
    return _in_pieces(_information, products, sigma2, D, None, method)


class StandardErrors(NamedTuple):
    """Standard errors, from the information; NaN where there are none.

    An estimate on the boundary, a singular covariance matrix, has none. Those
    of the others take D_k = covariance/σ² as known there, and are too small
    unless it is 0. None has one where two regressors cannot be told apart.

    Attributes
    ----------
    beta : ndarray, shape (p,) or (v, p)
    sigma2 : ndarray, shape () or (v,)
    covariances : list of ndarray, shapes (q_k, q_k) or (v, q_k, q_k)
    """

    beta: np.ndarray
    sigma2: np.ndarray
    covariances: list


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted linear mixed model, as ``fit`` returns it.

    For v responses every array has a leading axis v, but ``levels``.

    Attributes
    ----------
    method : str
        "ML" or "REML".
    n : int
        The number of observations.
    beta : ndarray, shape (p,)
    sigma2 : ndarray, shape ()
        The residual variance σ².
    covariances : list of ndarray, shapes (q_k, q_k)
        σ²D_k, the covariance matrix of each factor's effects.
    singular : list of ndarray of bool, shapes ()
        Whether each of them is on the boundary.
    levels : list of ndarray, shapes (l_k,)
        The labels of each factor, sorted.
    random_effects : list of ndarray, shapes (l_k, q_k)
        The conditional means of the effects, in the order of ``levels``.
    loglik : ndarray, shape ()
        At the maximum; the restricted one under REML.
    score : ndarray, shape (P,)
        In the order β, σ², vech(D_1), …, with D_k relative to σ². Where the
        fit has converged it is near 0, measured by the root of the
        information, but for a D_k on the boundary.
    information : ndarray, shape (P, P)
    standard_errors : StandardErrors
    iterations : ndarray of int, shape ()
    converged : ndarray of bool, shape ()
        A fit that has not converged is returned all the same: look here.
    path : ndarray, shape (2, steps)
        At the start and after each iteration, the log-likelihood and the
        length of the next step in standard errors, which near the maximum
        is the distance to it. NaN after the last iteration.
    """

    method: str
    n: int
    beta: np.ndarray
    sigma2: np.ndarray
    covariances: list
    singular: list
    levels: list
    random_effects: list
    loglik: np.ndarray
    score: np.ndarray
    information: np.ndarray
    standard_errors: StandardErrors
    iterations: np.ndarray
    converged: np.ndarray
    path: np.ndarray

    def response(self, i):
        """Return the fit of response i of many."""
        if self.loglik.ndim == 0:
            raise ValueError("this is the fit of one response already")

        def one(value):
            if isinstance(value, StandardErrors):
                return StandardErrors(*map(one, value))
            if isinstance(value, list):
                return [one(x) for x in value]
            return np.array(value[i])  # a copy

        shared = {"method", "n", "levels"}
        return Fit(
            **{
                name: value if name in shared else one(value)
                for name, value in vars(self).items()
            }
        )

    def summary(self, fixed=None, factors=None):
        """Return the estimates as text.

        Parameters
        ----------
        fixed : sequence of str, optional
            Names of the columns of X.
        factors : dict of str to sequence of str, optional
            The name of each factor, and those of its effects.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If the fit is of many responses, or the names are not as many as
            what they name.
        """
        if self.loglik.ndim:
            raise ValueError(
                "a summary is of one response: take fit.response(i)"
            )
        effects = [len(C) for C in self.covariances]
        fixed, factors = _validate.names(
            fixed, factors, len(self.beta), effects
        )
        return _summary.text(self, fixed, factors)


def fit(y, X, factors, method="REML", iterations=100):
    """Maximise the (restricted) likelihood over β, σ² and all D_k.

    By Fisher scoring with the full information of D, β and σ² being at their
    maximum for each D. Every D_k stays positive semidefinite; a maximum on the
    boundary, where one is singular, is found as such.

    Parameters
    ----------
    y : array_like, shape (n,) or (n, v)
        One response, or v responses that share X and Z.
    X : array_like, shape (n, p)
        Of full rank; a column of ones for an intercept.
    factors : sequence of (levels, Z)
        For each factor the labels, shape (n,), and the regressors, shape
        (n, q_k); ones for an intercept.
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
    """
    _validate.one_of("method", method, METHODS)
    most = _validate.count("iterations", iterations)
    y, X, found = _data(y, X, factors)
    _validate.identified(*X.shape, found)
    _validate.full_rank("X'X", X.T @ X)
    # From the residuals, because squares of y itself lose its digits.
    ols = np.linalg.lstsq(X, y, rcond=None)[0]
    rest = y - X @ ols
    _validate.not_exact("y", y, rest)
    # In units in which y has length one an observation, and the regressors of
    # a factor are orthonormal: no unit of the data must matter.
    unit = np.sqrt((rest * rest).mean(axis=0))
    turns = [_turn(Z_k) for _, _, Z_k in found]
    turned = [
        (levels, rows, Z_k @ turn)
        for (levels, rows, Z_k), turn in zip(found, turns, strict=True)
    ]
    c = _cross_products(rest / unit, X, turned)
    if method == "REML":
        _validate.outside(X, c)
    responses = (
        np.atleast_2d(c.Xty),
        np.atleast_2d(c.Zty),
        np.atleast_1d(c.yty),
    )
    a = c._arranged
    runs = [
        _scoring.maximise(a, [x[piece] for x in responses], method, most)
        for piece in pieces(len(responses[2]), FIT_PIECE // a.entries)
    ]
    maximum = _scoring.joined(runs)
    names = [levels for levels, _, _ in found]
    fitted = _fitted(c, names, turns, np.atleast_1d(unit), method, maximum)
    fitted.beta[...] += np.atleast_2d(ols.T)
    return fitted if y.ndim == 2 else fitted.response(0)


def _turn(Z):
    """Return T such that the columns of ZT are orthogonal, of length √n."""
    n, q = Z.shape
    R = np.linalg.qr(Z)[1] / np.sqrt(n)
    lengths = np.sqrt((Z * Z).mean(axis=0))
    if (abs(np.diagonal(R)) > 1e-10 * lengths).all():
        return np.linalg.inv(R)
    return np.diag(1 / lengths)  # columns that depend on each other


def _fitted(products, names, turns, unit, method, maximum):
    """Put together the fits of v responses, in the units of the data."""
    c, a, state = products, products._arranged, maximum.state
    p, v = c.p, len(unit)
    shapes = zip(c.levels, c.effects, state.D, turns, strict=True)
    random = [
        unit[:, None, None]
        * (_likelihood.column(a, state, k).reshape(v, l, q) @ D_k @ turn.T)
        for k, (l, q, D_k, turn) in enumerate(shapes)
    ]
    known = information(c, state.sigma2, state.D, method)
    slope = score(c, state.sigma2, state.D, method=method)
    # From the parameters of the data to those of the fit.
    change = np.eye(known.shape[-1])
    places = _likelihood.vech_places(c.effects, first=p + 1)
    for place, q, turn in zip(places, c.effects, turns, strict=True):
        back = np.linalg.inv(turn)
        pairs = _likelihood.duplication(q)
        change[place, place] = (
            np.linalg.pinv(pairs) @ np.kron(back, back) @ pairs
        )
    units = np.ones((v, len(change)))
    units[:, :p], units[:, p] = 1 / unit[:, None], unit**-2.0
    known = change.T @ known @ change * units[:, :, None] * units[:, None]
    slope = slope @ change * units
    sigma2 = state.sigma2 * unit**2
    D = [turn @ D_k @ turn.T for turn, D_k in zip(turns, state.D, strict=True)]
    singular = [np.trace(N, axis1=1, axis2=2) > 0.5 for N in state.null]
    path = maximum.path.copy()
    shift = _likelihood.degrees(a, method) * np.log(unit)
    path[:, 0] -= shift[:, None]
    return Fit(
        method=method,
        n=c.n,
        beta=state.beta * unit[:, None],
        sigma2=sigma2,
        covariances=[sigma2[:, None, None] * D_k for D_k in D],
        singular=singular,
        levels=names,
        random_effects=random,
        loglik=state.loglik - shift,
        score=slope,
        information=known,
        standard_errors=_standard_errors(p, sigma2, D, singular, known),
        iterations=maximum.iterations,
        converged=maximum.converged,
        path=path,
    )


def _standard_errors(p, sigma2, D, singular, known):
    """Standard errors from the information, on the scale of the response."""
    beta = np.sqrt(_diagonal(np.linalg.inv(known[:, :p, :p])))
    places = _likelihood.vech_places([len(D_k[0]) for D_k in D], first=1)
    free = np.ones((len(sigma2), places[-1].stop), dtype=bool)
    for place, on_boundary in zip(places, singular, strict=True):
        free[on_boundary, place] = False
    both = free[:, :, None] & free[:, None, :]
    # What is on the boundary is taken as known.
    kept = np.where(both, known[:, p:, p:], np.eye(free.shape[1]))
    # In units of each parameter's own information.
    root = np.sqrt(_diagonal(kept))
    kept = kept / root[:, :, None] / root[:, None, :]
    # Regressors that are too alike leave a matrix that has no inverse.
    told_apart = np.linalg.eigvalsh(kept)[:, 0] > 1e-12
    kept[~told_apart] = np.eye(free.shape[1])
    covariance = np.linalg.inv(kept) / root[:, :, None] / root[:, None, :]
    # From (σ², vech D_k) to (σ², vech σ²D_k).
    slope = sigma2[:, None, None] * np.eye(free.shape[1])
    slope[:, 0, 0] = 1
    slope[:, 1:, 0] = np.hstack([vech(D_k) for D_k in D])
    variance = _diagonal(slope @ covariance @ slope.swapaxes(1, 2))
    free &= told_apart[:, None]
    errors = np.where(free, np.sqrt(variance), np.nan)
    matrices = [unvech(errors[:, place]) for place in places]
    return StandardErrors(beta, errors[:, 0], matrices)


def _diagonal(X):
    return np.diagonal(X, axis1=-2, axis2=-1)


def _factors(factors):
    """Return (names of the levels, level of each row, Z_k) of each factor."""
    _validate.factors(factors)
    found = []
    for k, (levels, Z_k) in enumerate(factors):
        Z_k = _validate.real(f"Z of factors[{k}]", Z_k, 2)
        names, rows = _validate.labels(f"levels of factors[{k}]", levels)
        n = len(found[0][2]) if found else len(rows)
        sizes = {"n": n, "q_k": Z_k.shape[-1]}
        _validate.ends(f"levels of factors[{k}]", rows, ("n",), sizes, ())
        _validate.ends(f"Z of factors[{k}]", Z_k, ("n", "q_k"), sizes, ())
        found.append((names, rows, Z_k))
    return found


def _design(factors):
    offset, indices = 0, []
    for names, rows, Z_k in factors:
        q_k = Z_k.shape[1]
        indices.append(offset + rows[:, None] * q_k + np.arange(q_k))
        offset += len(names) * q_k
    data = np.hstack([Z_k for _, _, Z_k in factors])
    n, in_a_row = data.shape
    ends = np.arange(n + 1) * in_a_row
    entries = data.ravel(), np.hstack(indices).ravel(), ends
    return sparse.csr_array(entries, shape=(n, offset))


def _parameters(p, effects, sigma2, D, beta, leading=("v",)):
    """Return σ², the D_k and β as checked arrays."""
    sigma2 = _validate.real("sigma2", sigma2)
    _validate.ends("sigma2", sigma2, (), {}, leading)
    _validate.positive("sigma2", sigma2)
    D = [_validate.real(f"D[{k}]", D_k) for k, D_k in enumerate(D)]
    _validate.same_length(factors=effects, D=D)
    for k, (D_k, q_k) in enumerate(zip(D, effects, strict=True)):
        size = {"q_k": q_k}
        _validate.ends(f"D[{k}]", D_k, ("q_k", "q_k"), size, leading)
        _validate.semidefinite(f"D[{k}]", D_k)
    if beta is not None:
        beta = _validate.real("beta", beta)
        _validate.ends("beta", beta, ("p",), {"p": p}, leading)
    return sigma2, D, beta


def _in_pieces(function, products, sigma2, D, beta, method):
    """Check the arguments and call the function on pieces of the responses.

    It is called with what D determines, the residual, σ² and the shape of the
    leading axes of the result.
    """
    _validate.one_of("method", method, METHODS)
    if method == "REML" and beta is not None:
        raise ValueError("beta is given; the likelihood of REML has no beta")
    c, d = products, products._arranged
    sigma2, D, beta = _parameters(c.p, c.effects, sigma2, D, beta)
    batch = _validate.leading_axis(
        Xty=(c.Xty, 1),
        Zty=(c.Zty, 1),
        yty=(c.yty, 0),
        sigma2=(sigma2, 0),
        **{f"D[{k}]": (D_k, 2) for k, D_k in enumerate(D)},
        **({} if beta is None else {"beta": (beta, 1)}),
    )
    D = [D_k[0] if D_k.shape[:-2] == (1,) else D_k for D_k in D]
    if all(D_k.ndim == 2 for D_k in D):  # then one V serves them all
        at = _likelihood.at(d, D)
        found = _likelihood.residual(d, at, c.Xty, c.Zty, c.yty, beta)
        return function(d, at, found, sigma2, batch, method)

    def part(x, own):
        return np.broadcast_to(x, batch + x.shape[x.ndim - own :])[piece]

    results = []
    for piece in pieces(batch[0], PIECE // d.entries):
        at = _likelihood.at(d, [part(D_k, 2) for D_k in D])
        responses = part(c.Xty, 1), part(c.Zty, 1), part(c.yty, 0)
        own_beta = None if beta is None else part(beta, 1)
        found = _likelihood.residual(d, at, *responses, own_beta)
        own = (piece.stop - piece.start,)
        results.append(function(d, at, found, part(sigma2, 0), own, method))
    return np.concatenate(results)


def _loglik(arranged, at, residual, sigma2, batch, method):
    value = _likelihood.loglik(arranged, at, residual, sigma2, method)
    return np.array(np.broadcast_to(value, batch))


def _score(arranged, at, residual, sigma2, batch, method):
    parts = _likelihood.score(arranged, at, residual, sigma2, method)
    rows = [np.broadcast_to(x, batch + x.shape[-1:]) for x in parts]
    return np.concatenate(rows, axis=-1)


def _information(arranged, at, residual, sigma2, batch, method):
    crossed, squares = _likelihood.information(arranged, at, method)
    p = arranged.p
    places = _likelihood.vech_places(arranged.effects, first=p + 1)
    out = np.zeros((*batch, places[-1].stop, places[-1].stop))
    out[..., :p, :p] = at.XVX / sigma2[..., None, None]
    out[..., p, p] = _likelihood.degrees(arranged, method) / (2 * sigma2**2)
    for place, cross in zip(places, crossed, strict=True):
        out[..., p, place] = out[..., place, p] = cross / sigma2[..., None]
    for (k1, k2), block in squares.items():
        out[..., places[k1], places[k2]] = block
        out[..., places[k2], places[k1]] = _likelihood.t(block)
    return out

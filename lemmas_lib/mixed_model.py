"""The linear mixed model: its likelihood, score and information.

The model is y = Xβ + Zb + ε with b ~ N(0, σ²D) and ε ~ N(0, σ²I). Factor k
has l_k levels with q_k effects each, and D holds D_k once for each level, so
that y ~ N(Xβ, σ²V) with V = I + ZDZ'. Parameters stand in the order β, σ²,
vech(D_1), vech(D_2), …, and each D_k is relative to σ².

Everything is read from the cross-products X'X, X'Z, Z'Z, X'y, Z'y and y'y.
They are computed once, and nothing after them has n rows: Z'V⁻¹ = HZ' with
H = (I + Z'ZD)⁻¹. The sums over levels are those of the lemmas.

Where the response, σ², β or a D_k has a leading axis v, so has the result:
v models with the same X and Z.
"""

import itertools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from . import _validate
from ._primitives import pieces
from .operators import duplication_index, vec
from .sums import sum_abt, sum_acbt, sumAijKronBij

METHODS = ("ML", "REML")

# Responses are taken in pieces whose matrices of the size of Z'Z have no more
# entries than this together: 2 MiB of doubles, which caches hold.
PIECE = 2**18


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
    factors = _factors(factors)
    y, X = _validate.real("y", y, 1), _validate.real("X", X, 2)
    n = len(factors[0][2])
    _validate.ends("X", X, ("n", "p"), {"n": n, "p": X.shape[-1]}, ())
    v = () if y.ndim == 1 else ("v",)
    _validate.ends("y", y, ("n", *v), {"n": n, "v": y.shape[-1]}, ())
    Z = _design(factors)
    return CrossProducts(
        n=n,
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
    About 3·q³ operations for each distinct D. Source: Bates et al. (2015),
    whose constants these are.

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
    About 2·q³ + 4·q·Σ_k l_k·q_k² operations for each distinct D. Source:
    Proposition 1 of the book, after Maullin-Sapey and Nichols (2021), with 𝒟
    for 𝒟⁺.

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
    About 4·q³ + 2·Σ_{k1≤k2} q²_{k1}·q²_{k2}·l_{k1}·l_{k2} operations for
    each distinct D. Source: Propositions 2 and 3 of the book, after
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


class _Point(NamedTuple):
    """The responses, and the parameters at which they are looked at.

    Each may have the leading axis, ``batch``, or do without it.
    """

    Xty: np.ndarray
    Zty: np.ndarray
    yty: np.ndarray
    sigma2: np.ndarray
    D: list
    beta: np.ndarray | None
    batch: tuple


def _in_pieces(function, products, sigma2, D, beta, method):
    """Check the arguments and call the function on pieces of the responses."""
    _validate.one_of("method", method, METHODS)
    if method == "REML" and beta is not None:
        raise ValueError("beta is given; the likelihood of REML has no beta")
    c = products
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
    if all(D_k.ndim == 2 for D_k in D):  # then one Z'V⁻¹Z serves them all
        point = _Point(c.Xty, c.Zty, c.yty, sigma2, D, beta, batch)
        return function(c, point, method)

    def part(x, own):
        return np.broadcast_to(x, batch + x.shape[x.ndim - own :])[piece]

    found = []
    for piece in pieces(batch[0], PIECE // max(1, c.q) ** 2):
        point = _Point(
            Xty=part(c.Xty, 1),
            Zty=part(c.Zty, 1),
            yty=part(c.yty, 0),
            sigma2=part(sigma2, 0),
            D=[part(D_k, 2) for D_k in D],
            beta=None if beta is None else part(beta, 1),
            batch=(piece.stop - piece.start,),
        )
        found.append(function(c, point, method))
    return np.concatenate(found)


class _AtD(NamedTuple):
    """What D alone determines: two matrices, and products with V⁻¹ between."""

    M: np.ndarray  # I + Z'ZD, whose determinant is that of V
    H: np.ndarray  # M⁻¹, so that Z'V⁻¹ = HZ'
    XVX: np.ndarray
    ZVX: np.ndarray


def _at(products, D):
    c = products
    M = np.eye(c.q) + _t(_d_times(c, D, c.ZtZ))
    H = np.linalg.inv(M)
    ZVX = H @ c.XtZ.T
    # V⁻¹ = I − ZDHZ', and DH is symmetric.
    XVX = c.XtX - _t(_d_times(c, D, c.XtZ.T)) @ ZVX
    return _AtD(M, H, XVX, ZVX)


def _residual(products, point, at):
    """Return X'V⁻¹e, Z'V⁻¹e and e'V⁻¹e with e = y − Xβ."""
    ZVy = _times(at.H, point.Zty)
    DZy = _d_times(products, point.D, point.Zty[..., None])[..., 0]
    XVy = point.Xty - _times(_t(at.ZVX), DZy)
    yVy = point.yty - (DZy * ZVy).sum(axis=-1)
    beta = point.beta
    if beta is None:
        beta = np.linalg.solve(at.XVX, XVy[..., None])[..., 0]
    XVe = XVy - _times(at.XVX, beta)
    ZVe = ZVy - _times(at.ZVX, beta)
    eVe = yVy - (beta * (XVy + XVe)).sum(axis=-1)
    return XVe, ZVe, eVe


def _degrees(products, method):
    """The degrees of freedom of a residual: n, or n − p under REML."""
    return products.n - products.p * (method == "REML")


def _loglik(products, point, method):
    at = _at(products, point.D)
    _, _, eVe = _residual(products, point, at)
    log_det = np.linalg.slogdet(at.M)[1]
    if method == "REML":
        log_det = log_det + np.linalg.slogdet(at.XVX)[1]
    scale = _degrees(products, method) * np.log(2 * np.pi * point.sigma2)
    twice = scale + log_det + eVe / point.sigma2
    return np.array(np.broadcast_to(-twice / 2, point.batch))


def _score(products, point, method):
    c, at, sigma2 = products, _at(products, point.D), point.sigma2
    XVe, ZVe, eVe = _residual(products, point, at)
    by_sigma2 = (eVe / sigma2 - _degrees(c, method)) / (2 * sigma2)
    parts = [XVe / sigma2[..., None], by_sigma2[..., None]]
    for columns, q_k in zip(c.columns, c.effects, strict=True):
        t = ZVe[..., columns, None]
        outer = sum_abt(t, t, q_k) / sigma2[..., None, None]
        # Z_(k,j)'V⁻¹Z_(k,j) is H_(k,j) times the transpose of Z_(k,j)'Z.
        variance = sum_abt(at.H[..., columns, :], c.ZtZ[columns], q_k)
        if method == "REML":
            F = at.ZVX[..., columns, :]
            variance -= sum_acbt(F, np.linalg.inv(at.XVX), F, q_k)
        parts.append(_dt_vec(outer - variance) / 2)
    rows = [np.broadcast_to(x, point.batch + x.shape[-1:]) for x in parts]
    return np.concatenate(rows, axis=-1)


def _information(products, point, method):
    c, at, sigma2 = products, _at(products, point.D), point.sigma2
    N = at.H @ c.ZtZ
    if method == "REML":
        N = N - at.ZVX @ np.linalg.solve(at.XVX, _t(at.ZVX))
    ends = c.p + 1 + np.cumsum([0, *(q * (q + 1) // 2 for q in c.effects)])
    places = [slice(*pair) for pair in itertools.pairwise(ends)]
    out = np.zeros((*point.batch, ends[-1], ends[-1]))
    out[..., : c.p, : c.p] = at.XVX / sigma2[..., None, None]
    out[..., c.p, c.p] = _degrees(c, method) / (2 * sigma2**2)
    factors = list(zip(places, c.columns, c.effects, strict=True))
    for i, (place, columns, q) in enumerate(factors):
        total = _sum_of_diagonal_blocks(N[..., columns, columns], q)
        cross = _dt_vec(total) / (2 * sigma2[..., None])
        out[..., c.p, place] = out[..., place, c.p] = cross
        for place2, columns2, q2 in factors[i:]:
            R = N[..., columns, columns2]
            block = sumAijKronBij(R, R, (q, q2))
            block = _d(q).T @ block @ _d(q2) / 2
            out[..., place, place2] = block
            out[..., place2, place] = _t(block)
    return out


def _d_times(products, D, U):
    """DU for U (…, q, c), without forming D."""
    parts = []
    for columns, l, q_k, D_k in zip(
        products.columns,
        products.levels,
        products.effects,
        D,
        strict=True,
    ):
        levels = U[..., columns, :].reshape(*U.shape[:-2], l, q_k, U.shape[-1])
        part = D_k[..., None, :, :] @ levels
        parts.append(part.reshape(*part.shape[:-3], l * q_k, U.shape[-1]))
    batch = np.broadcast_shapes(*(part.shape[:-2] for part in parts))
    rows = [np.broadcast_to(x, batch + x.shape[-2:]) for x in parts]
    return np.concatenate(rows, axis=-2)


def _sum_of_diagonal_blocks(X, q):
    l = X.shape[-1] // q
    return np.einsum("...iaib->...ab", X.reshape(*X.shape[:-2], l, q, l, q))


def _dt_vec(G):
    """𝒟' vec(G)."""
    return vec(G) @ _d(G.shape[-1])


def _d(q):
    """The duplication matrix, dense: q is small."""
    return np.eye(q * (q + 1) // 2)[duplication_index(q)]


def _times(A, x):
    """A x for a matrix or a stack of them, and a vector or a stack of them."""
    return (A @ x[..., None])[..., 0]


def _t(X):
    return X.swapaxes(-1, -2)

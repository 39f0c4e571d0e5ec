"""What the likelihood needs to know of the data: their cross-products."""

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import _absorb, _checks
from ._data import checked_data, checked_factors, crossed, design


@dataclass(frozen=True, eq=False)
class CrossProducts:
    """All that the likelihood needs to know of y, X and Z.

    ``cross_products`` makes it from data. Where the data come in parts, as
    in a large study, add up the products of the parts. Squares lose digits:
    a response whose mean is `10⁶` times its spread should be centred first.

    Parameters
    ----------
    n : int
        The number of observations.
    levels : tuple of int
        The number of levels `l_k` of each factor.
    effects : tuple of int
        The number of effects `q_k` of each factor.
    XtX : array_like, shape (p, p)
    XtZ : array_like, shape (p, q)
        `q = Σ_k l_k·q_k`; Z has its columns factor by factor, and within a
        factor level by level.
    ZtZ : array_like, shape (q, q)
    Xty : array_like, shape (p,) or (v, p)
    Zty : array_like, shape (q,) or (v, q)
    yty : array_like, shape () or (v,)

    Raises
    ------
    ValueError
        If shapes do not fit together, an entry is not finite, X is not of
        full rank or the numbers cannot be cross-products: those of two
        levels of one factor, for example, are 0.
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
            fixed[name] = _checks.counts(name, getattr(self, name))
        _checks.same_length(levels=self.levels, effects=self.effects)
        for name in ("XtX", "XtZ", "ZtZ", "Xty", "Zty", "yty"):
            fixed[name] = _checks.real(name, getattr(self, name))
        for name, value in fixed.items():
            object.__setattr__(self, name, value)
        q = sum(
            l * q_k for l, q_k in zip(self.levels, self.effects, strict=True)
        )
        size = {"p": self.XtX.shape[-1] if self.XtX.ndim else 0, "q": q}
        _checks.ends("XtX", self.XtX, ("p", "p"), size, leading=())
        _checks.ends("XtZ", self.XtZ, ("p", "q"), size, leading=())
        _checks.ends("ZtZ", self.ZtZ, ("q", "q"), size, leading=())
        _checks.ends("Xty", self.Xty, ("p",), size)
        _checks.ends("Zty", self.Zty, ("q",), size)
        _checks.ends("yty", self.yty, (), size)
        n = _checks.count("n", self.n, least=max(1, self.p))
        object.__setattr__(self, "n", n)
        _checks.symmetric("XtX", self.XtX)
        _checks.full_rank("XtX", self.XtX)
        _checks.symmetric("ZtZ", self.ZtZ)
        _checks.not_negative("the diagonal of ZtZ", np.diagonal(self.ZtZ))
        _checks.block_diagonal("ZtZ", self.ZtZ, self.columns, self.effects)
        _checks.not_negative("yty", self.yty)
        _checks.leading_axis(
            Xty=(self.Xty, 1), Zty=(self.Zty, 1), yty=(self.yty, 0)
        )

    @classmethod
    def _of(cls, **fields):
        """Take what the library itself computed, which needs no check."""
        made = object.__new__(cls)
        for name, value in fields.items():
            object.__setattr__(made, name, value)
        return made

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
        """The products of X and Z in the order of ``_absorb``."""
        return _absorb.arrange(self)


def design_matrix(factors):
    """Z of a mixed model: row i holds factor k's regressors at its level.

    Parameters
    ----------
    factors : sequence of (levels, Z)
        For each factor the labels, shape ``(n,)``, and the regressors, shape
        `(n, q_k)`; ones for an intercept.

    Returns
    -------
    scipy.sparse.csr_array, shape (n, Σ_k l_k·q_k)
        Factor by factor; within a factor level by level, the levels sorted.

    Raises
    ------
    ValueError
        If lengths differ, a regressor is not finite or a label is missing.
    TypeError
        If an array is sparse, masked or not real, or labels have no order.

    Notes
    -----
    `n·Σ_k q_k` entries are stored.

    Examples
    --------
    >>> intercept = np.ones((3, 1))
    >>> design_matrix([(["b", "a", "b"], intercept)]).toarray()
    array([[0., 1.],
           [1., 0.],
           [0., 1.]])

    Two factors, the second with an intercept and a slope at each level:

    >>> slope = np.array([[1, 0.5], [1, 1.5], [1, 2.5]])
    >>> factors = [(["b", "a", "b"], intercept), ([7, 7, 9], slope)]
    >>> design_matrix(factors).toarray()
    array([[0. , 1. , 1. , 0.5, 0. , 0. ],
           [1. , 0. , 1. , 1.5, 0. , 0. ],
           [0. , 1. , 0. , 0. , 1. , 2.5]])
    """
    return design(checked_factors(factors))


def cross_products(y, X, factors):
    """`X'X`, `X'Z`, `Z'Z`, `X'y`, `Z'y`, `y'y`: what the likelihood needs.

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
        If lengths differ, an entry is not finite, a label is missing, or X is
        not of full rank or has more columns than rows.
    TypeError
        If an array is sparse, masked or not real, or labels have no order.

    Notes
    -----
    With `r = Σ_k q_k`, about `2·n·(r + p)·(r + p + v)` operations; Z is sparse
    and `Z'Z` dense, of `q²` entries.

    Examples
    --------
    >>> X = Z = np.ones((4, 1))
    >>> products = cross_products([1, 2, 3, 4], X, [([0, 0, 1, 1], Z)])
    >>> products.Zty
    array([3., 7.])

    Of 50 responses with the same X and Z:

    >>> cross_products(np.ones((4, 50)), X, [([0, 0, 1, 1], Z)]).Zty.shape
    (50, 2)
    """
    y, X, factors = checked_data(y, X, factors)
    _checks.count("n", len(X), least=X.shape[1])
    _checks.full_rank("XtX", X.T @ X)
    return CrossProducts._of(**crossed(y, X, factors))

"""What a fit found: estimates, their standard errors, and the way there."""

from dataclasses import dataclass

import numpy as np

from . import _checks, _summary
from ._errors import StandardErrors


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
        The residual variance `σ²`.
    covariances : list of ndarray, shapes (q_k, q_k)
        `σ²D_k`, the covariance matrix of each factor's effects.
    singular : list of ndarray of bool, shapes ()
        Whether each of them is on the boundary.
    levels : list of ndarray, shapes (l_k,)
        The labels of each factor, sorted.
    random_effects : list of ndarray, shapes (l_k, q_k)
        The conditional means of the effects, in the order of ``levels``.
    loglik : ndarray, shape ()
        At the maximum; the restricted one under REML.
    score : ndarray, shape (P,)
        In the order `β`, `σ²`, `vech(D_1)`, …, with `D_k` relative to `σ²`.
        Where the fit has converged it is near 0, measured by the root of the
        information, but for a `D_k` on the boundary.
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
        """Return the fit of response i of many.

        Examples
        --------
        >>> from lemmas_lib.mixed_model import fit
        >>> y, one = np.array([1, 2, 4, 3, 7, 8]), np.ones((6, 1))
        >>> many = fit(np.outer(y, [1, 10]), one, [(list("aabbcc"), one)])
        >>> print(many.response(1).sigma2.round(6))
        50.0
        """
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

        Examples
        --------
        >>> from lemmas_lib.mixed_model import fit
        >>> y, one = [1, 2, 4, 3, 7, 8], np.ones((6, 1))
        >>> found = fit(y, one, [(list("aabbcc"), one)])
        >>> text = found.summary(["mean"], {"group": ["intercept"]})
        >>> for line in text.splitlines()[-2:]:
        ...     print(line)
        fixed effects  estimate  std. error  t value
        mean             4.1667      1.7638    2.362
        """
        if self.loglik.ndim:
            raise ValueError(
                "a summary is of one response: take fit.response(i)"
            )
        effects = [len(C) for C in self.covariances]
        fixed, factors = _checks.names(fixed, factors, len(self.beta), effects)
        return _summary.text(self, fixed, factors)

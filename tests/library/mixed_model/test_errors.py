"""Standard errors: on which scale, and where there are none."""

import numpy as np

from lemmas_lib import mixed_model as mm
from lemmas_lib.mixed_model import datasets

from .models import EFFECTS, METHODS, problem, relative


@METHODS
def test_standard_errors_are_those_of_the_scale_of_the_response(method):
    """The information is turned to that scale by differences."""
    y, X, factors = problem(4, n=300)
    fit = mm.fit(y, X, factors, method)

    def relative_to_sigma2(x):
        return np.concatenate([x[:1], x[1:] / x[0]])

    lower = [np.tril_indices(q)[::-1] for q in EFFECTS]
    own = [np.array([fit.sigma2])]
    for (j, i), C in zip(lower, fit.covariances, strict=True):
        order = np.lexsort((i, j))
        own.append(C[i[order], j[order]])
    x = np.concatenate(own)
    step = 1e-6 * np.diag(np.maximum(abs(x), 1e-3))
    slope = np.array(
        [
            (relative_to_sigma2(x + h) - relative_to_sigma2(x - h))
            / (2 * h.sum())
            for h in step
        ]
    ).T
    known = slope.T @ fit.information[2:, 2:] @ slope
    errors = np.sqrt(np.diagonal(np.linalg.inv(known)))
    found = [np.atleast_1d(fit.standard_errors.sigma2)]
    for (j, i), S in zip(lower, fit.standard_errors.covariances, strict=True):
        order = np.lexsort((i, j))
        found.append(S[i[order], j[order]])
    assert relative(np.concatenate(found), errors) < 1e-6


def test_an_estimate_on_the_boundary_has_no_standard_error():
    fit = mm.fit(*datasets.model("dyestuff2"))
    assert fit.covariances[0] == 0 and fit.converged
    assert np.isnan(fit.standard_errors.covariances[0]).all()
    # What is left is the model without the factor.
    y, X, _ = datasets.model("dyestuff2")
    assert relative(fit.sigma2, y.var(ddof=1)) < 1e-12
    assert relative(fit.standard_errors.beta, y.std(ddof=1) / 30**0.5) < 1e-12
    wanted = fit.sigma2 * (2 / 29) ** 0.5
    assert relative(fit.standard_errors.sigma2, wanted) < 1e-12
    assert (fit.random_effects[0] == 0).all()
    assert fit.score[-1] < 0
    assert "boundary" in fit.summary()


def test_what_cannot_be_told_apart_has_none_but_beta_has():
    y, X, _ = problem()
    levels, one = np.arange(60) % 6, np.ones((60, 1))
    errors = mm.fit(y, X, [(levels, np.hstack([one, one]))]).standard_errors
    assert np.isnan(errors.sigma2) and np.isnan(errors.covariances[0]).all()
    assert np.isfinite(errors.beta).all()

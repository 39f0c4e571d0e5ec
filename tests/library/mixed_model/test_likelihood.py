"""Likelihood, score and information against their definition.

Factors are crossed, with different numbers of levels and effects, because
equal ones hide exchanged indices.
"""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from lemmas_lib import mixed_model as mm
from lemmas_lib.mixed_model import likelihood
from lemmas_lib.oracles import definitions

from ..cases import peak_memory
from .models import (
    BETA,
    DESIGNS,
    EFFECTS,
    LEVELS,
    METHODS,
    ONE,
    SIGMA2,
    D,
    N,
    close,
    data,
)  # fmt: skip


@METHODS
@DESIGNS
@pytest.mark.parametrize("name", ["loglik", "score"])
def test_likelihood_and_its_slope_are_those_of_the_definition(
    name, which, method
):
    y, X, factors, D = data(which)
    products = mm.cross_products(y, X, factors)
    beta = None if method == "REML" else BETA
    found = getattr(mm, name)(products, SIGMA2, D, beta, method)
    by_definition = getattr(definitions, name)
    close(found, by_definition(y, X, factors, SIGMA2, D, beta, method))


@METHODS
@DESIGNS
def test_information_is_the_trace_in_fractions(which, method):
    _, X, factors, D = data(which)
    products = mm.cross_products(np.zeros(N), X, factors)
    found = mm.information(products, SIGMA2, D, method)
    close(found, definitions.information(X, factors, SIGMA2, D, method))


def test_loglik_is_scipys():
    y, X, factors, D = data()
    Z = mm.design_matrix(factors).toarray()
    blocks = [
        np.kron(np.eye(l), D_k) for l, D_k in zip(LEVELS, D, strict=True)
    ]
    zero = np.zeros((10, 12))
    whole = np.block([[blocks[0], zero], [zero.T, blocks[1]]])
    V = np.eye(N) + Z @ whole @ Z.T
    normal = multivariate_normal(X @ BETA, SIGMA2 * V)
    products = mm.cross_products(y, X, factors)
    close(mm.loglik(products, SIGMA2, D, BETA), normal.logpdf(y))
    assert (definitions.covariance(factors, D) == V).all()


def test_restricted_loglik_is_that_of_any_error_contrasts():
    """It differs from the density of K'y, K'X = 0, by a constant only."""
    y, X, factors, D = data()
    products = mm.cross_products(y, X, factors)
    K = np.linalg.svd(X)[0][:, 2:]
    gaps = []
    for scale in (0.5, 1, 3):
        scaled = [scale * D_k for D_k in D]
        V = definitions.covariance(factors, scaled).astype(float)
        normal = multivariate_normal(None, SIGMA2 * K.T @ V @ K)
        found = mm.loglik(products, SIGMA2, scaled, method="REML")
        gaps.append(found - normal.logpdf(K.T @ y))
    assert np.ptp(gaps) < 1e-10


@METHODS
def test_responses_share_the_design(method):
    """One call for all responses gives what one call for each gives."""
    y, X, factors, _ = data(responses=7)
    rng = np.random.default_rng(1)
    roots = [rng.normal(size=(7, q, q + 1)) for q in EFFECTS]
    each_D = [root @ root.swapaxes(1, 2) for root in roots]
    sigma2 = rng.uniform(0.5, 2, 7)
    products = mm.cross_products(y, X, factors)
    for function in (mm.loglik, mm.score, mm.information):
        together = function(products, sigma2, each_D, method=method)
        shared = function(products, SIGMA2, D, method=method)
        assert together.shape == shared.shape and len(together) == 7
        for i in range(7):
            alone = mm.cross_products(y[:, i], X, factors)
            D_i = [D_k[i] for D_k in each_D]
            found = function(alone, sigma2[i], D_i, method=method)
            close(together[i], found)
            close(shared[i], function(alone, SIGMA2, D, method=method))


@pytest.mark.parametrize("least", [1, 3 * 22**2])
def test_pieces_of_the_responses_change_nothing(least, monkeypatch):
    y, X, factors, _ = data(responses=7)
    products = mm.cross_products(y, X, factors)
    each_D = [np.array([D_k * (i + 1) for i in range(7)]) for D_k in D]
    whole = mm.score(products, SIGMA2, each_D)
    monkeypatch.setattr(likelihood, "PIECE", least)
    close(mm.score(products, SIGMA2, each_D), whole)
    close(mm.score(products, SIGMA2, [each_D[0], D[1]])[0], whole[0])
    with_betas = mm.score(products, [1.0], each_D, np.tile(BETA, (7, 1)))
    close(with_betas, mm.score(products, 1.0, each_D, BETA))


def test_many_parameters_for_one_response():
    y, X, factors, D = data(ONE)
    products = mm.cross_products(y, X, factors)
    scales = np.array([0.0, 0.5, 2.0])
    many = mm.loglik(products, SIGMA2, [scales[:, None, None] * D[0]])
    for scale, found in zip(scales, many, strict=True):
        close(found, mm.loglik(products, SIGMA2, [scale * D[0]]))


def test_estimated_beta_is_where_the_score_of_beta_vanishes():
    y, X, factors, D = data()
    products = mm.cross_products(y, X, factors)
    assert abs(mm.score(products, SIGMA2, D)[:2]).max() < 1e-12
    best = mm.loglik(products, SIGMA2, D)
    assert (best > mm.loglik(products, SIGMA2, D, BETA)).all()


@pytest.mark.parametrize("v", [0, 1])
def test_no_response_or_one(v):
    y, X, factors, D = data(responses=v)
    products = mm.cross_products(y, X, factors)
    each_D = [np.tile(D_k, (v, 1, 1)) for D_k in D]
    for some_D in (D, each_D):
        found = mm.loglik(products, SIGMA2, some_D)
        assert found.shape == (v,) and found.flags.writeable
        assert mm.score(products, SIGMA2, some_D).shape == (v, 12)
        assert mm.information(products, SIGMA2, some_D).shape == (v, 12, 12)


def test_without_fixed_effects():
    y, _, factors, D = data(ONE)
    products = mm.cross_products(y, np.empty((N, 0)), factors)
    found = mm.score(products, SIGMA2, D)
    empty = np.empty((N, 0))
    close(found, definitions.score(y, empty, factors, SIGMA2, D, []))


def test_inputs_stay_as_they_are():
    y, X, factors, D = data(responses=2)
    D = [np.array(D_k) for D_k in D]
    arrays = [y, X, *(x for factor in factors for x in factor), *D]
    before = [x.copy() for x in arrays]
    products = mm.cross_products(y, X, factors)
    fields = [products.ZtZ, products.Zty, products.XtX]
    kept = [x.copy() for x in fields]
    for function in (mm.loglik, mm.score, mm.information):
        function(products, SIGMA2, D, method="REML")
    for old, new in zip(before + kept, arrays + fields, strict=True):
        assert (old == new).all()


@pytest.mark.parametrize(
    ("which", "responses"), [([0, 1, 2], 3000), ([1], 20000)]
)
def test_memory_does_not_grow_with_the_responses(
    which, responses, monkeypatch
):
    """Both where the factors that are left are wide and where none is."""
    y, X, factors, D = data(which, responses)
    products = mm.cross_products(y, X, factors)
    each_D = [np.tile(D_k, (responses, 1, 1)) for D_k in D]
    bound = 12 * 8 * likelihood.PIECE

    assert peak_memory(mm.score, products, SIGMA2, each_D) < bound
    monkeypatch.setattr(likelihood, "PIECE", 2**60)  # all at once
    assert peak_memory(mm.score, products, SIGMA2, each_D) > bound

"""Draws have the distribution that they are said to have."""

import numpy as np

from lemmas_lib import mixed_model as mm
from lemmas_lib.oracles import definitions

from .models import BETA, SIGMA2, data


def test_information_is_the_covariance_of_the_score():
    """Over 4000 draws; each entry within 5 of its Monte Carlo errors."""
    _, X, factors, D = data()
    rng = np.random.default_rng(2)
    y = mm.simulate(X, factors, BETA, SIGMA2, D, rng, responses=4000)
    products = mm.cross_products(y, X, factors)
    scores = mm.score(products, SIGMA2, D, BETA)
    fisher = mm.information(products, SIGMA2, D)[0]
    each = scores[:, :, None] * scores[:, None, :]
    error = each.std(axis=0) / np.sqrt(len(each))
    assert (abs(each.mean(axis=0) - fisher) < 5 * error).all()
    mean_error = scores.std(axis=0) / np.sqrt(len(scores))
    assert (abs(scores.mean(axis=0)) < 5 * mean_error).all()


def test_draws_have_the_mean_and_the_covariance_of_the_model():
    """Over 4000 draws; each entry within 5 of its Monte Carlo errors."""
    _, X, factors, D = data()
    rng = np.random.default_rng(3)
    y = mm.simulate(X, factors, BETA, SIGMA2, D, rng, responses=4000)
    e = y - (X @ BETA)[:, None]
    V = SIGMA2 * definitions.covariance(factors, D).astype(float)
    assert (abs(e.mean(axis=1)) < 5 * np.sqrt(np.diagonal(V) / 4000)).all()
    each = e[:, None] * e
    error = each.std(axis=2) / np.sqrt(4000)
    assert (abs(each.mean(axis=2) - V) < 5 * error).all()

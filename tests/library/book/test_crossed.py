"""The model that three chapters share."""

import numpy as np

from lemmas_lib import mixed_model
from lemmas_lib.book import crossed


def test_sizes_are_those_of_the_data_and_unequal():
    products = mixed_model.cross_products(*crossed.data())
    assert products.levels == crossed.LEVELS
    assert products.effects == crossed.EFFECTS
    assert len(crossed.BETA) == products.p
    sizes = [*crossed.LEVELS, *crossed.EFFECTS]
    assert len(set(sizes)) == len(sizes)


def test_the_factors_are_crossed_and_unbalanced():
    _, _, ((first, _), (second, _)) = crossed.data()
    table = np.zeros(crossed.LEVELS, int)
    np.add.at(table, (first, second), 1)
    assert (table.sum(axis=0) > 0).all() and (table.sum(axis=1) > 0).all()
    assert len(np.unique(table)) > 2


def test_all_is_exact():
    y, X, factors = crossed.data()
    for integers in (y, X, *(Z_k for _, Z_k in factors)):
        assert (integers == np.round(integers)).all()
    for number in (crossed.SIGMA2, *crossed.BETA):
        assert number * 4 == round(number * 4)


def test_the_parameters_are_inside():
    for D_k, q_k in zip(crossed.D, crossed.EFFECTS, strict=True):
        assert D_k.shape == (q_k, q_k) and (D_k == D_k.T).all()
        assert np.linalg.eigvalsh(D_k)[0] > 0.1

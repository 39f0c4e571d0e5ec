"""The definition of the mixed model, by hand."""

from fractions import Fraction

import numpy as np

from lemmas_lib.oracles import definitions


def test_the_covariance_of_two_rows_is_what_their_levels_share():
    """Crossed factors, with an intercept and a slope in the second."""
    Z = np.array([[1, 2], [1, 3], [1, 5]])
    factors = [("aab", np.ones((3, 1), int)), ([0, 1, 0], Z)]
    factors = [(list(levels), Z_k) for levels, Z_k in factors]
    D = [[[2]], [[1, 3], [3, 7]]]
    V = definitions.covariance(factors, D)
    assert V[0, 1] == 2 and V[1, 2] == 0
    assert V[0, 2] == Z[0] @ np.array(D[1]) @ Z[2]
    assert V[1, 1] == 1 + 2 + Z[1] @ np.array(D[1]) @ Z[1]


def test_without_effects_it_is_the_normal_density():
    found = definitions.loglik(
        [1, 3], [[1], [1]], [([0, 1], [[1], [1]])], 4, [[[0]]], [2]
    )
    wanted = -np.log(2 * np.pi * 4) - (1 + 1) / (2 * 4)
    assert abs(float(found) - wanted) < 1e-15


def test_the_information_of_independent_rows_is_known():
    found = definitions.information(
        [[1], [1], [1]], [([0, 1, 2], np.ones((3, 1)))], 2, [[[0]]]
    )
    assert found[0, 0] == Fraction(3, 2)
    assert found[1, 1] == Fraction(3, 8)

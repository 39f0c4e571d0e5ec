"""Difference quotients are exact, and leave what they are given alone."""

from fractions import Fraction

import numpy as np

from lemmas_lib.oracles import differences


def test_the_gradient_of_a_square_is_twice_the_residual():
    """By hand: of (a − bc)² in a, b and c, at a = 1/2, b = 3, c = 5."""
    a, b, c = (np.array([[Fraction(v)]]) for v in ("1/2", 3, 5))
    found = differences.gradient("sum_residual_outer", [[1]], a, b, c, 1)
    residual = Fraction(1, 2) - 15
    expected = [2 * residual, -2 * residual * 5, -2 * residual * 3]
    assert [x[0, 0] for x in found] == expected


def test_weights_come_last_and_nothing_is_modified():
    A, B, w = np.array([[2.0]]), np.array([[0.1]]), np.array([3.0])
    listed = differences.gradient("sum_abt", [[1]], [[2]], [[5]], 1)
    assert [x.item() for x in listed] == [5, 2]
    before = A.copy(), B.copy(), w.copy()
    found = differences.gradient("sum_abt", [[1]], A, B, 1, weights=w)
    third = Fraction(0.1)
    assert [x.item() for x in found] == [3 * third, 6, 2 * third]
    for x, copy in zip((A, B, w), before, strict=True):
        assert np.array_equal(x, copy)

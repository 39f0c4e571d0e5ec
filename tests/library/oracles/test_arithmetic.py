"""Numbers stay exactly what they are."""

from decimal import Decimal
from fractions import Fraction

import numpy as np

from lemmas_lib.oracles import arithmetic


def test_a_double_is_the_fraction_nearest_to_what_was_written():
    found = arithmetic.fractions(np.array([[0.1, -0.0], [5e-324, 2.0**60]]))
    assert found[0, 0] == Fraction(0.1) != Fraction(1, 10)
    assert found[0, 1] == 0 and found[1, 0] * 2**1074 == 1
    assert found[1, 1] == 2**60 and found.shape == (2, 2)


def test_decimals_and_what_is_no_array():
    assert arithmetic.convert([0.5])[0] == Decimal("0.5")
    assert arithmetic.fractions((2, 3)) == (2, 3)

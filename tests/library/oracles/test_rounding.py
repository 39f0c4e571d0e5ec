"""The bound on rounding is one, and no wider than it need be."""

import numpy as np
import pytest

import lemmas_lib
from lemmas_lib.oracles import rounding

from ..cases import CASES


def test_a_sum_with_half_the_digits_is_beyond_the_bound():
    """The bound is not so wide that anything passes."""
    shapes = (52 * 2, 2), (52 * 3, 3)
    A, B = rounding.draw("normal", np.random.default_rng(8), shapes)

    def sum_kron(A, B, n):
        single = lemmas_lib.sum_kron(A.astype("f4"), B.astype("f4"), n)
        return single.astype("f8")

    assert rounding.errors(sum_kron, A, B, (2, 3))["library"] > 1e3


@pytest.mark.parametrize("name", CASES)
def test_the_bound_counts_every_rounding_and_few_more(name):
    """Of single numbers there are so few that chance makes all of them add."""
    shapes, extra = CASES[name](lambda _: 1)
    rng = np.random.default_rng(9)
    most = 0
    for _ in range(500):
        matrices = [1 + rng.random(s) for s in shapes]
        if name == "sum_residual_outer":
            matrices[0] *= -1  # A − BC, and nothing may cancel
        found = rounding.errors(getattr(lemmas_lib, name), *matrices, *extra)
        most = max(most, found["loop"], found["library"])
    assert 0.3 < most <= 1


def test_the_exact_sum_is_exact():
    A = np.array([[2.0**53, 1.0, -(2.0**53)]])
    found = rounding.exact("sum_abt", A, np.ones((1, 3)), 1)
    assert found[0, 0] == 1
    errors = rounding.errors(lemmas_lib.sum_abt, A, np.ones((1, 3)), 1)
    assert errors["relative"] <= 1


@pytest.mark.parametrize("kind", rounding.KINDS)
def test_what_is_drawn_is_what_its_name_says(kind):
    rng = np.random.default_rng(10)
    A, B = rounding.draw(kind, rng, [(41, 3), (41, 2)])
    sizes = abs(A[A != 0])
    ratio = abs(A.T @ B).max() / (abs(A).T @ abs(B)).max()
    assert (sizes.max() / sizes.min() > 1e30) == (kind == "badly scaled")
    assert (ratio < 1e-4) == (kind == "cancelling")

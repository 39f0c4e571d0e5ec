"""Every sum, on every road, is as near to the exact one as its bound says."""

import numpy as np
import pytest
from cases import CASES

import lemmas_lib
from lemmas_lib import _primitives, rounding, sums

SIZES = {
    "sum_abt": ([(52 * 2, 3), (52 * 3, 3)], [(2, 3)]),
    "sum_acbt": ([(40 * 2, 3), (3, 4), (40 * 3, 4)], [(2, 3)]),
    "sum_residual_outer": ([(40 * 2, 3), (40 * 2, 4), (4, 3)], [2]),
    "sum_kron": ([(52 * 2, 2), (52 * 3, 3)], [(2, 3)]),
    "sum_kron_abt_cdt": (
        [(8 * 2, 3), (6 * 3, 3), (8 * 2, 2), (6 * 3, 2)],
        [2, 3],
    ),
    "sum_kron_bct": ([(8 * 2, 7 * 3), (8 * 2, 4), (7 * 3, 4)], [2, 3]),
    "sumAijBijt": ([(8 * 2, 7 * 3), (8 * 1, 7 * 3)], [(2, 3), (1, 3)]),
    "sumAijKronBij": ([(8 * 2, 7 * 3), (8 * 1, 7 * 2)], [(2, 3), (1, 2)]),
}
ROADS = {
    "as stated": {},
    "kernel": {"SMALL": 0, "SMALL_KRONECKERS": 0, "KERNEL_FROM": 0,
               "KERNEL_ITEM": 0},
    "tiles": {"SMALL": 0, "SMALL_KRONECKERS": 0, "TILE": 16},
    "pairs": {"SMALL": 0, "WIDE": 1, "WIDE_ENTRIES": 1},
}  # fmt: skip

every_sum = pytest.mark.parametrize("name", SIZES)


@every_sum
@pytest.mark.parametrize("kind", rounding.KINDS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("road", ROADS)
def test_no_road_is_further_from_exact_than_the_bound(
    road, dtype, kind, name, monkeypatch
):
    for constant, value in ROADS[road].items():
        monkeypatch.setattr(_primitives, constant, value)
    shapes, extra = SIZES[name]
    rng = np.random.default_rng(7)
    matrices = rounding.draw(kind, rng, shapes, dtype)
    found = rounding.errors(name, *matrices, *extra)
    assert found["loop"] <= 1
    assert found["library"] <= 1


def test_a_sum_with_half_the_digits_is_beyond_the_bound(monkeypatch):
    """The bound is not so wide that anything passes."""
    shapes, extra = SIZES["sum_kron"]
    A, B = rounding.draw("normal", np.random.default_rng(8), shapes)

    def coarse(A, B, n):
        single = lemmas_lib.sum_kron(A.astype("f4"), B.astype("f4"), n)
        return single.astype("f8")

    monkeypatch.setattr(sums, "sum_kron", coarse)
    assert rounding.errors("sum_kron", A, B, *extra)["library"] > 1e3


@every_sum
def test_the_bound_counts_every_rounding_and_few_more(name):
    """Of single numbers there are so few that chance makes all of them add."""
    shapes, extra = CASES[name](lambda _: 1)
    rng = np.random.default_rng(9)
    most = 0
    for _ in range(500):
        matrices = [1 + rng.random(s) for s in shapes]
        if name == "sum_residual_outer":
            matrices[0] *= -1  # A − BC, and nothing may cancel
        found = rounding.errors(name, *matrices, *extra)
        most = max(most, found["loop"], found["library"])
    assert 0.3 < most <= 1


def test_the_exact_sum_is_exact():
    A = np.array([[2.0**53, 1.0, -(2.0**53)]])
    found = rounding.exact("sum_abt", A, np.ones((1, 3)), 1)
    assert found[0, 0] == 1
    assert rounding.errors("sum_abt", A, np.ones((1, 3)), 1)["relative"] <= 1


@pytest.mark.parametrize("kind", rounding.KINDS)
def test_what_is_drawn_is_what_its_name_says(kind):
    rng = np.random.default_rng(10)
    A, B = rounding.draw(kind, rng, [(41, 3), (41, 2)])
    sizes = abs(A[A != 0])
    ratio = abs(A.T @ B).max() / (abs(A).T @ abs(B)).max()
    assert (sizes.max() / sizes.min() > 1e30) == (kind == "badly scaled")
    assert (ratio < 1e-4) == (kind == "cancelling")

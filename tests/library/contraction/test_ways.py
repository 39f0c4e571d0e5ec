"""Each way does what it says, as exactly as it may be asked to."""

from unittest import mock

import numpy as np
import pytest

import lemmas_lib
from lemmas_lib import sum_abt
from lemmas_lib._contraction import plan, sizes, ways
from lemmas_lib.oracles import loops, rounding

from ..cases import each_item, integers
from .common import kernels, ways_taken, without_kernels


def test_a_narrow_factor_goes_first_where_the_other_is_tall():
    shapes = []

    def watched(A, B):
        shapes.append((A.shape, B.shape))
        return A @ B

    tall, narrow = sizes.TALL + 1, sizes.NARROW
    with mock.patch.object(ways, "dot", watched):
        for rows, columns in (
            (tall, narrow), (tall - 1, narrow), (tall, narrow + 1),
        ):  # fmt: skip
            A, B = np.ones((rows, 3)), np.ones((3, columns))
            assert ways.matmul(A, B).shape == (rows, columns)
    assert shapes == [
        ((narrow, 3), (3, tall)),
        ((tall - 1, 3), (3, narrow)),
        ((tall, 3), (3, narrow + 1)),
    ]


def test_wide_pairs_of_a_batch_are_multiplied_in_their_order():
    rng = np.random.default_rng(8)
    A, B = integers(rng, (3, 20, 16)), integers(rng, (3, 25, 16))
    with mock.patch.object(sizes, "SMALL", 0), without_kernels():
        assert ways_taken(sum_abt, A, B, (4, 5)) == ["pairs"]
        result = sum_abt(A, B, (4, 5))
    expected = each_item(loops.sum_abt, [A, B], ((4, 5),))
    assert np.array_equal(result, expected)


def test_a_copy_runs_along_the_longer_axis():
    for l1, l2, last in (3, 2, 3), (2, 3, 3), (50, 16, 16), (50, 15, 50):
        blocks = np.ones((l1, l2, 4, 5))
        (found,) = ways._long_inside([blocks])
        assert found.shape[1] == last
        assert found.shape == (l1 * l2 // last, last, 4, 5)


def test_objects_are_multiplied_in_the_order_of_the_formula():
    """Here words, whose product is to stand side by side."""

    class Word(str):
        def __mul__(self, other):
            return Word(self + other)

    rows = sizes.TALL + 1
    A = np.array([[Word("a")]] * rows, dtype=object)
    B = np.array([[Word("b")]], dtype=object)
    with mock.patch.object(sizes, "SMALL", 0):
        assert set(sum_abt(A, B, (rows, 1)).ravel()) == {"ab"}


@pytest.mark.parametrize("n", [2, 4, 5])
def test_a_long_sum_in_single_precision_loses_few_digits(n):
    """Added up one after the other it would lose half of them."""
    rng = np.random.default_rng(3)
    A, B = (rng.random((4_000_000, 2), dtype="float32") for _ in "AB")
    exact = sum_abt(A.astype("float64"), B.astype("float64"), n)
    for kernel, bound in ((kernels, 1e-6), (None, 1e-5)):
        with mock.patch.object(plan, "kernels", lambda k=kernel: k):
            assert abs(sum_abt(A, B, n) / exact - 1).max() < bound


ROUNDED = {
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


WAYS = {
    "as stated": {},
    "kernel": {"SMALL": 0, "SMALL_KRONECKERS": 0, "KERNEL_FROM": 0,
               "KERNEL_ITEM": 0},
    "tiles": {"SMALL": 0, "SMALL_KRONECKERS": 0, "TILE": 16},
    "pairs": {"SMALL": 0, "WIDE": 1, "WIDE_ENTRIES": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", ROUNDED)
@pytest.mark.parametrize("kind", rounding.KINDS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("way", WAYS)
def test_no_way_is_further_from_exact_than_the_bound(
    way, dtype, kind, name, monkeypatch
):
    for constant, value in WAYS[way].items():
        monkeypatch.setattr(sizes, constant, value)
    shapes, extra = ROUNDED[name]
    rng = np.random.default_rng(7)
    matrices = rounding.draw(kind, rng, shapes, dtype)
    found = rounding.errors(getattr(lemmas_lib, name), *matrices, *extra)
    assert found["loop"] <= 1
    assert found["library"] <= 1

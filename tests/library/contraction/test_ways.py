"""Each way does what it says, as exactly as it may be asked to."""

import functools
import itertools
from unittest import mock

import numpy as np
import pytest

import lemmas_lib
from lemmas_lib import sum_abt
from lemmas_lib._contraction import sizes, ways
from lemmas_lib._contraction.contract import cut
from lemmas_lib.oracles import loops, rounding
from lemmas_lib.oracles.arithmetic import fractions

from ..cases import (
    CASES,
    LAYOUTS,
    each_item,
    every_sum,
    integers,
    sized,
    symbols_of,
)
from .common import (
    AT_ONCE,
    at_once,
    few_kernels,
    ways_taken,
    with_kernels,
    without_kernels,
)

# With TALL, LONG and NARROW 4, 3 and 2, whether the narrow factor goes first:
# rows, width, columns and layout of the one that is tall.
EXCHANGED = {
    "column-major": (5, 3, 2, "F", True),
    "of long rows": (5, 4, 2, "C", True),
    "both": (5, 4, 2, "F", True),
    "neither": (5, 3, 2, "C", False),
    "not tall": (4, 4, 2, "F", False),
    "not narrow": (5, 4, 3, "F", False),
    "a batch": (5, 3, 2, "F, batch", True),
}


@pytest.mark.parametrize(
    ("rows", "width", "columns", "layout", "exchanged"),
    EXCHANGED.values(),
    ids=EXCHANGED,
)
def test_a_narrow_factor_goes_first_where_blas_would_copy_the_tall_one(
    rows, width, columns, layout, exchanged
):
    rng = np.random.default_rng(1)
    batch = (6,) if "batch" in layout else ()
    A = LAYOUTS[layout[0]](integers(rng, (*batch, rows, width)))
    B = integers(rng, (*batch, width, columns))
    shapes = []

    def watched(A, B):
        shapes.append((A.shape[-2:], B.shape[-2:]))
        return A @ B

    with (
        mock.patch.object(ways, "dot", watched),
        mock.patch.multiple(sizes, TALL=4, LONG=3, NARROW=2),
    ):
        assert np.array_equal(ways.matmul(A, B), A @ B)
    tall, narrow = (rows, width), (width, columns)
    if exchanged:
        tall, narrow = narrow[::-1], tall[::-1]
    assert shapes == [(tall, narrow)]


def test_a_large_factor_is_not_given_to_dot():
    """It copies all of a matrix that has a step along both axes."""

    class Large(np.ndarray):
        def dot(self, other):
            raise AssertionError("copied")

    A = np.ones((sizes.SMALL, 4)).view(Large)[:, 1:3]
    assert (ways.by_product(cut(A, 1, 2), dtype=A.dtype) == len(A)).all()


def test_wide_pairs_of_a_batch_are_multiplied_in_their_order():
    rng = np.random.default_rng(8)
    A, B = integers(rng, (3, 20, 16)), integers(rng, (3, 25, 16))
    with mock.patch.object(sizes, "SMALL", 0), without_kernels():
        assert ways_taken(sum_abt, A, B, (4, 5)) == ["pairs"]
        result = sum_abt(A, B, (4, 5))
    expected = each_item(loops.sum_abt, [A, B], ((4, 5),))
    assert np.array_equal(result, expected)


@pytest.mark.parametrize(("across", "step"), [(True, 8), (False, 48)])
def test_a_copy_runs_along_the_columns_of_blocks_or_along_the_rows(
    across, step
):
    """Along the axis that is to be longer, so that its loop is."""
    X = np.arange(48.0).reshape(8, 6)
    factors = []

    def watched(A, B):
        factors.append(A)
        return A @ B

    with mock.patch.object(ways, "matmul", watched):
        ways.by_product(cut(X, 2, 1), dtype=X.dtype, across=across)
    first, second = factors[0][0, :2]
    assert 8 * (second - first) == (8 if across else 96)


@pytest.mark.parametrize("dtype, across, number", [
    ("f8", True, 1), ("f4", True, 34), ("f8", False, 34),
])  # fmt: skip
def test_a_view_takes_no_room_in_a_tile(dtype, across, number):
    """Of A, unless it is converted, or copied along its rows."""
    A = cut(np.ones((100, 50), dtype), 1, 50)
    B = cut(np.ones((100, 2))[:, ::-1], 1, 2)
    product = mock.Mock(wraps=ways.by_product)
    with (
        mock.patch.object(ways, "by_product", product),
        mock.patch.object(sizes, "TILE", 200),
    ):
        found = ways._tiles_of_one(A, B, dtype=np.dtype("f8"), across=across)
    assert (found == 100).all() and product.call_count == number


def test_what_is_converted_is_copied_once():
    blocks = cut(np.ones((8, 6), "f4"), 2, 1)
    panel = ways._panel(blocks, np.dtype("f8"))
    assert panel.dtype == "f8" and panel.flags.c_contiguous
    in_order = cut(np.asfortranarray(np.ones((8, 6))), 2, 1).swapaxes(0, 1)
    assert np.shares_memory(ways._panel(in_order, np.dtype("f8")), in_order)


@pytest.mark.parametrize("n, k", [(2, 1), (2, 2), (4, 2), (5, 2)])
@pytest.mark.parametrize(
    "way, bound",
    [pytest.param(at_once, 1e-6, marks=with_kernels), (without_kernels, 1e-5)],
)
def test_a_long_sum_in_single_precision_loses_few_digits(way, bound, n, k):
    """Added up one after the other it would lose half of them."""
    rng = np.random.default_rng(3)
    A, B = (rng.random((8_000_000 // k, k), dtype="float32") for _ in "AB")
    exact = sum_abt(A.astype("float64"), B.astype("float64"), n)
    with way():
        assert abs(sum_abt(A, B, n) / exact - 1).max() < bound


def in_blocks(name, one, two, k):
    """Return a sum of so many blocks, or with so many of each index."""
    l = two if "l2" in symbols_of(name) else (one,)
    return sized(name, l=l, n=(2, 3, 1, 2), k=k)


NONE_SMALL = {"SMALL": 0, "SMALL_KRONECKERS": 0}
NO_KERNEL = NONE_SMALL | {"KERNEL_FROM": 2**62}
KERNEL = NONE_SMALL | AT_ONCE
WAYS = {
    "as stated": {"SMALL": 2**16},
    "panels": KERNEL,
    "panels in parts": KERNEL | {"PART": 30, "PANEL_BLOCKS": 5},
    "tiles": NO_KERNEL | {"TILE": 16},
    "strips": NO_KERNEL | {"STRIP": 30},
    "pairs": NO_KERNEL | {"WIDE": 1, "WIDE_ENTRIES": 1},
    "the other route of Lemma 6": NO_KERNEL | {"FORMED": -100},
}
every_way = pytest.mark.parametrize("way", WAYS)


@pytest.fixture
def taken(way):
    """Have all sums take a way."""
    with few_kernels(), mock.patch.multiple(sizes, **WAYS[way]):
        yield


@functools.cache
def rounded(name, kind, dtype):
    """Return what to sum, the exact sum, and how far from it one may be."""
    shapes, extra = in_blocks(name, 52, (8, 7), k=(3, 4))
    rng = np.random.default_rng(7)
    given = *rounding.draw(kind, rng, shapes, dtype), *extra
    return given, rounding.exact(name, *given), rounding.bound(name, *given)


every_rounded = pytest.mark.parametrize(
    ("name", "kind", "dtype"),
    [*itertools.product(CASES, rounding.KINDS, ["f8", "f4", "f2"])],
)


@every_rounded
@every_way
def test_no_way_is_further_from_exact_than_the_bound(
    taken, way, name, kind, dtype
):
    given, exact, bound = rounded(name, kind, dtype)
    found = fractions(getattr(lemmas_lib, name)(*given))
    assert (abs(found - exact) <= bound).all()


@every_rounded
def test_nor_is_the_loop(name, kind, dtype):
    """But in half precision, where it adds in half precision."""
    given, _, _ = rounded(name, kind, dtype)
    found = rounding.errors(getattr(lemmas_lib, name), *given)
    assert found["library"] <= 1
    assert found["loop"] <= 1 or dtype == "f2"


# The batch axes of the first matrix and of the others, and their layout.
STACKED = {
    "C": ((), (), "C"),
    "F": ((), (), "F"),
    "a batch": ((2,), (2,), "C"),
    "crossed batches": ((2, 1), (3,), "C"),
}


@functools.cache
def of_long_sum(name, stacked):
    """Return matrices of few bits, and their sum in double precision.

    It is exact there, and of thousands of terms. Nothing on the way to it
    would be in half precision.
    """
    rng = np.random.default_rng(9)
    shapes, extra = in_blocks(name, 3000, (60, 50), k=(3, 2))
    first, others, layout = STACKED[stacked]
    matrices = []
    for shape in shapes:
        batch = others if matrices else first
        numbers = rng.integers(1, 64, batch + shape) / 64
        matrices.append(LAYOUTS[layout](numbers))
    return matrices, extra, each_item(getattr(loops, name), matrices, extra)


@every_sum
@every_way
@pytest.mark.parametrize("stacked", STACKED)
def test_half_precision_is_rounded_once(taken, stacked, way, name):
    matrices, extra, exact = of_long_sum(name, stacked)
    halves = [X.astype("f2") for X in matrices]
    for half, X in zip(halves, matrices, strict=True):
        assert np.array_equal(half, X)
    found = getattr(lemmas_lib, name)(*halves, *extra)
    assert found.dtype == "f2" and np.isfinite(found).all()
    assert np.array_equal(found, exact.astype("f2"))
    assert not np.array_equal(found, exact)


@every_way
@pytest.mark.parametrize("stacked", STACKED)
def test_half_precision_is_summed_in_double(taken, stacked, way):
    """Here single precision would lose the last term, and round down."""
    first, others, layout = STACKED[stacked]
    A, B = (
        LAYOUTS[layout](np.ones((*batch, 3, 1)) * column[:, None])
        for batch, column in (
            (first, np.array([64, 1, 2**-7], "f2")),
            (others, np.array([32, 1, 2**-7], "f2")),
        )
    )
    assert (sum_abt(A.astype("f2"), B.astype("f2"), 1) == 2050).all()
    assert np.float16(np.float32(2048 + 1 + 2**-14)) == 2048


@pytest.mark.parametrize("other", ["i1", "u1"])
@pytest.mark.parametrize("exchanged", [False, True])
def test_half_precision_beside_small_integers_is_summed_in_double(
    other, exchanged
):
    """In a small sum too, and in either order."""
    A = np.array([[64], [1], [1]], other)
    B = np.array([[32], [1], [2**-14]], "f2")
    pair = (B, A) if exchanged else (A, B)
    for found in sum_abt(*pair, 1), lemmas_lib.sum_kron(*pair, 1):
        assert found.dtype == "f2" and found == 2050


@every_way
@pytest.mark.parametrize("wide", [0, -1])
@every_sum
def test_half_beside_single_precision_is_summed_in_single(
    taken, name, wide, way
):
    """So is what is formed of two in half precision."""
    given, exact, _ = rounded(name, "normal", "f2")
    matrices = [x for x in given if isinstance(x, np.ndarray)]
    extra = given[len(matrices) :]
    singles = [X.astype("f4") for X in matrices]
    matrices[wide] = singles[wide]
    found = getattr(lemmas_lib, name)(*matrices, *extra)
    assert found.dtype == "f4"
    bound = rounding.bound(name, *singles, *extra)
    assert (abs(fractions(found) - exact) <= bound).all()


@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize("n", [4, 1, 12])
def test_half_precision_counts_beyond_2048(n, layout):
    A = LAYOUTS[layout](np.full((12_000, 16), 0.25, np.float16))
    for B in A, A.copy("K"):
        with at_once():
            assert (sum_abt(A, B, n) == 12_000 // n).all()
        with without_kernels():
            assert (sum_abt(A, B, n) == 12_000 // n).all()

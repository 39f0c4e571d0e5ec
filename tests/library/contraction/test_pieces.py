"""What is held at once, and that pieces add up to the whole."""

# Longer than other files, because memory is measured on every way.

from unittest import mock

import numpy as np
import pytest

import lemmas_lib
from lemmas_lib._contraction import pieces, sizes
from lemmas_lib.oracles import loops

from ..cases import (
    CASES,
    OTHER_ROUTE,
    Counted,
    counted,
    each_item,
    integers,
    peak_memory,
    sized,
    unequal,
)
from .common import MIB, held, without_kernels

MOST = 4 * MIB  # beyond the result, whatever the input


def test_a_sum_holds_its_result_and_little_more():
    A = np.ones((200_000, 10))
    assert A.nbytes > 3 * MOST
    by_column = np.asfortranarray(A)
    wide = A.reshape(50_000, 40)
    stacks = [
        A.reshape(shape)
        for shape in ((2_000, 100, 10), (2, 100_000, 10), (2, 25_000, 40))
    ]
    for n in (2, 5, 20):
        for X in (A, by_column, wide, *stacks):
            result = lemmas_lib.sum_abt(X, X, n).nbytes
            for peak in held(lemmas_lib.sum_abt, X, X.copy("K"), n):
                assert peak < result + MOST
            B = X.copy("K")
            result = lemmas_lib.sumAijKronBij(X, B, (n, 2)).nbytes
            for peak in held(lemmas_lib.sumAijKronBij, X, B, (n, 2)):
                assert peak < 2 * result + MOST
    for shape in ((400, 80, 40), (40, 512, 16)):
        stack = np.ones(shape)
        result = lemmas_lib.sum_abt(stack, stack, shape[1] // 2).nbytes
        for peak in held(lemmas_lib.sum_abt, stack, stack, shape[1] // 2):
            assert peak < 2 * result + MOST


# The dtypes of up to four arguments, and of the result.
CONVERTED = {
    "of another byte order": ([">f8"] * 4, "f8"),
    "of half precision": (["f2"] * 4, "f2"),
    "one wider": (["f4", "f8", "f4", "f4"], "f8"),
    "one narrower": (["f8", "i4", "f8", "f8"], "f8"),
    "half and single": (["f2", "f4", "f2", "f2"], "f4"),
}


def zeros(dtypes, *shapes):
    return [np.zeros(s, d) for s, d in zip(shapes, dtypes, strict=False)]


@pytest.mark.parametrize(
    ("dtypes", "dtype"), CONVERTED.values(), ids=CONVERTED
)
def test_what_is_converted_takes_one_tile(dtypes, dtype):
    """Also where B is A, which is converted once. Sums are in double."""
    tile = 8 * sizes.TILE + MIB / 16
    tall, wide, batch = (120_000, 10), (30_000, 40), (1_200, 100, 10)
    for shape in tall, wide, batch:
        A, B = zeros(dtypes, shape, shape)
        assert min(A.nbytes, B.nbytes) > 3 * tile
        for layout in np.ascontiguousarray, np.asfortranarray:
            pairs = [[layout(A), layout(B)], [layout(A)] * 2]
            for pair in pairs[: 1 + (dtypes[0] == dtypes[1])]:
                for n in 2, 20:
                    result = lemmas_lib.sum_abt(*pair, n)
                    assert result.dtype == dtype
                    most = 2 * 8 * result.size + tile
                    for peak in held(lemmas_lib.sum_abt, *pair, n):
                        assert peak < most
                result = lemmas_lib.sumAijKronBij(*pair, (2, 2))
                most = 3 * 8 * result.size + tile
                for peak in held(lemmas_lib.sumAijKronBij, *pair, (2, 2)):
                    assert peak < most


@pytest.mark.parametrize(
    ("dtypes", "dtype"), CONVERTED.values(), ids=CONVERTED
)
def test_what_is_formed_of_it_takes_one_strip_and_one_tile(dtypes, dtype):
    strip = 8 * (sizes.STRIP + sizes.TILE) + MIB / 16
    tall, square = (120_000, 10), (1_500, 1_500)
    for name, shapes, extra in (
        ("sum_acbt", [tall, (10, 10), tall], [2]),
        ("sum_residual_outer", [tall, tall, (10, 10)], [2]),
        ("sum_kron_abt_cdt", [(60_000, 7)] * 4, [3, 2]),
        ("sum_kron_bct", [square, (1_500, 4), (1_500, 4)], [2, 3]),
        ("sum_kron_bct", [(2_000_000, 2), (2_000_000, 1), (2, 1)], [1, 2]),
    ):
        matrices = zeros(dtypes, *shapes)
        result = getattr(lemmas_lib, name)(*matrices, *extra)
        assert result.dtype == dtype
        assert sum(X.nbytes for X in matrices) > strip / 2
        for formed in (-100, 100):  # by both routes of Lemma 6
            with mock.patch.object(sizes, "FORMED", formed):
                for peak in held(getattr(lemmas_lib, name), *matrices, *extra):
                    assert peak < strip + 3 * result.nbytes


def test_what_is_formed_is_wide_enough():
    """In the dtype of the result, and in double precision where it is half."""
    for dtypes, dtype, wide in (
        (["f4", "f4"], "f4", "f4"),
        (["f4", "f8"], "f8", "f8"),
        (["f2", "f2"], "f2", "f8"),
        (["f2", "f4"], "f4", "f4"),
        ([">f8", ">f8"], "f8", "f8"),
        (["i1", "i8"], "i8", "i8"),
        (["i8", "u8"], "f8", "f8"),
    ):
        matrices = [np.ones((2, 2), d) for d in dtypes]
        assert pieces.summed_in(*matrices) == (np.dtype(dtype), np.dtype(wide))


def test_a_large_result_is_held_twice_at_most():
    """Added up from wide pairs, from one wide pair, and from tiles."""
    with without_kernels():
        for shape, n in [
            ((30_000, 20), 1_000),
            ((1, 1_500, 20), 1_500),
            ((150_000, 7), 1_500),
        ]:
            X = np.ones(shape)
            result = lemmas_lib.sum_abt(X, X, n).nbytes
            assert peak_memory(lemmas_lib.sum_abt, X, X, n) < 2.4 * result


def test_wide_pairs_of_a_batch_fill_one_tile_at_a_time():
    n, blocks = 128, 4
    products = 8 * blocks * n**2  # of one item
    assert products == 8 * sizes.TILE
    X = np.ones((8, blocks * n, 16))
    with without_kernels():
        result = lemmas_lib.sum_abt(X, X.copy(), n).nbytes
        peak = peak_memory(lemmas_lib.sum_abt, X, X.copy(), n)
    assert peak < result + 2 * products


def test_nothing_is_copied_where_a_view_will_do():
    A = np.ones((200_000, 10))
    by_column = np.asfortranarray(A)
    with without_kernels():
        for n in (2, 5, 40):
            peak = peak_memory(lemmas_lib.sum_abt, by_column, by_column, n)
            assert peak < 1e5
        assert peak_memory(lemmas_lib.sum_kron, A, A, 2) < 1e5
        assert peak_memory(lemmas_lib.sum_abt, A, A, 1) < 1e5
        few = np.ones((100_000, 12)).T
        assert peak_memory(lemmas_lib.sum_abt, few, few, 4) < 1e5


def test_what_a_lemma_forms_on_the_way_is_held_in_strips():
    m, k = 60_000, 30
    A, B = np.ones((m, k)), np.ones((m, k))
    C = np.eye(k)
    most = 8 * sizes.STRIP + MOST
    whole = 8 * m * k  # AC, BC' or E
    assert whole > 1.3 * most
    for peak in held(lemmas_lib.sum_acbt, A, C, B, 2):
        assert peak < most
    for peak in held(lemmas_lib.sum_residual_outer, A, B, C, 2):
        assert peak < most
    A, B, C = np.ones((1_500, 1_500)), np.ones((1_500, 4)), np.ones((1_500, 4))
    for formed in (-100, 100):  # BC', or the Q_j
        with mock.patch.object(sizes, "FORMED", formed):
            for peak in held(lemmas_lib.sum_kron_bct, A, B, C, 2, 3):
                assert peak < most < A.nbytes
    # Two products that are large, in strips of blocks of both sizes.
    A, B, C, D = (np.ones((1_500, 2)) for _ in "ABCD")
    for peak in held(lemmas_lib.sum_kron_abt_cdt, A, B, C, D, 500, 3):
        assert peak < 8 * 500**2 * 9 * 3 + most


def test_a_strip_is_no_larger_than_is_meant():
    """Twice as much for E and BC, or for the two sums of Lemma 5."""
    most, lemma_5 = 8 * sizes.STRIP + MIB, "sum_kron_abt_cdt"
    tall, low = (1_200, 900), (300, 900)
    for name, shapes, extra, formed in (
        ("sum_residual_outer", [(10**5, 30), (10**5, 1), (1, 30)], [2], 3e6),
        # Here the two sums take fewer operations, and below AB' and CD' do.
        (lemma_5, [(200, 400), (200, 400), (1_600, 300), (800, 300)],
         [(1, 8), (1, 4)], 2 * (1 * 8 + 1 * 4) * 400 * 300),
        (lemma_5, [tall] * 4, [3, 2], 2 * 1_200**2),
        (lemma_5, [tall, tall, low, low], [(4, 1), (4, 1)], 1_200**2),
        ("sum_kron_bct", [(300, 300), tall, tall], [(1, 4), (1, 4)], 1_200**2),
    ):  # fmt: skip
        matrices = [np.ones(shape) for shape in shapes]
        for peak in held(getattr(lemmas_lib, name), *matrices, *extra):
            assert peak < most < 8 * formed


@pytest.mark.parametrize(
    "name, case",
    [
        *((name, unequal(name)) for name in CASES),
        *((name, sized(name, **OTHER_ROUTE[name])) for name in OTHER_ROUTE),
    ],
)
@pytest.mark.parametrize("strip", [1, 40, 200])
@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
def test_strips_add_up_to_the_sum(name, case, strip, batch):
    shapes, extra = case
    rng = np.random.default_rng(strip)
    matrices = [integers(rng, (*batch, *shape)) for shape in shapes]
    expected = each_item(getattr(loops, name), matrices, extra)
    with mock.patch.object(sizes, "STRIP", strip):
        result = getattr(lemmas_lib, name)(*matrices, *extra)
    assert np.array_equal(result, expected)


@pytest.mark.parametrize("batched", ["B and C", "B alone", "C alone"])
def test_what_is_formed_for_a_batch_is_held_in_strips_too(batched):
    n, v = 300, 60
    A = np.ones((n, n))
    B, C = (np.ones((v, n, 4) if name in batched else (n, 4)) for name in "BC")
    most = 8 * sizes.STRIP + MOST
    result = lemmas_lib.sum_kron_bct(A, B, C, 2, 3).nbytes
    assert result + most < 8 * v * n * n / 2  # which is half of BC'
    for formed in (-100, 100):  # BC', or the Q_j
        with mock.patch.object(sizes, "FORMED", formed):
            for peak in held(lemmas_lib.sum_kron_bct, A, B, C, 2, 3):
                assert peak < result + most


def test_what_items_share_is_no_reason_to_hold_all_items():
    A, B, C = np.ones((4_000, 2, 900)), np.ones((2, 1)), np.ones((1, 900))
    most = 8 * sizes.STRIP + MOST
    for peak in held(lemmas_lib.sum_residual_outer, A, B, C, 1):
        assert peak < most < A.nbytes / 4


def test_a_batch_of_one_factor_is_taken_a_strip_at_a_time():
    """C in Lemma 6, which the Q_j are multiplied by."""
    A, B = np.ones((40, 2_000)), np.ones((40, 1))
    result = lemmas_lib.sum_kron_bct(A, B, np.ones((1, 2_000, 1)), 1, 2).size
    for dtype in "f8", "f4":
        C = np.ones((1_500, 2_000, 1), dtype)
        most = 8 * (3 * sizes.STRIP + 1_500 * result) + MOST
        for peak in held(lemmas_lib.sum_kron_bct, A, B, C, 1, 2):
            assert peak < most < 8 * C.size


def test_a_shared_argument_is_not_copied_for_each_item():
    A = np.asfortranarray(np.ones((4_000, 10)))
    B = np.ones((300, 4_000, 10))
    for peak in held(lemmas_lib.sum_abt, A, B, 2):
        assert peak < MOST < B.nbytes


def test_what_all_items_share_is_formed_once():
    """Lemma 3 with one B and C for three A, in strips of one block row."""
    m, n, k1, k2 = 4, 2, 3, 5
    A, B, C = map(counted, ((3, m, k1), (m, k2), (k2, k1)))
    Counted.products = 0
    # One block row of BC, E and B for all items.
    with mock.patch.object(sizes, "STRIP", 3 * n * (2 * k1 + k2)):
        lemmas_lib.sum_residual_outer(A, B, C, n)
    assert Counted.products == m * k1 * k2 + 3 * m * n * k1


def test_products_that_all_items_share_are_formed_once():
    """CD' in Lemma 5, in strips or not."""
    v, m, k = 5, 2, 3
    A, B, C, D = map(counted, [(v, m, k)] * 2 + [(m, 2)] * 2)
    each = v * (k + 1)  # AB', and its entries with those of CD'
    for strip in 2 * v, 2**19:  # one block of each product for all items
        Counted.products = 0
        with mock.patch.object(sizes, "STRIP", strip):
            lemmas_lib.sum_kron_abt_cdt(A, B, C, D, 1, 1)
        assert Counted.products == m * m * (2 + each)


def test_sums_that_all_items_share_are_formed_once():
    """The Q_j of Lemma 6, which twice fill a strip."""
    v, m1, m2, k = 5, 6, 4, 2
    A, B, C = map(counted, ((m1, m2), (m1, k), (v, m2, k)))
    Counted.products = 0
    with mock.patch.multiple(sizes, STRIP=2 * 4 * m2 * k, SMALL=0):
        lemmas_lib.sum_kron_bct(A, B, C, 2, 1)
    assert Counted.products == 2 * m1 * m2 * k + v * 4 * m2 * k


def test_what_is_formed_is_formed_once_for_crossed_batches():
    """AC belongs to the items of A, whatever the batch of B."""
    A, C, B = map(counted, ((3, 1, 4, 5), (5, 2), (7, 4, 2)))
    formed, summed = 3 * 4 * 5 * 2, 3 * 7 * 4 * 1 * 2
    for strip in (1, 2**19):
        Counted.products = 0
        with mock.patch.object(sizes, "STRIP", strip):
            lemmas_lib.sum_acbt(A, C, B, (4, 4))
        assert Counted.products == formed + summed * 4


def test_a_sum_over_no_blocks_forms_nothing():
    """Whatever is to be converted for it."""
    A, C, B = np.ones((0, 3), "f4"), np.ones((3, 4)), np.ones((0, 4))
    with mock.patch.object(sizes, "STRIP", 1):
        assert np.array_equal(
            lemmas_lib.sum_acbt(A, C, B, 2), np.zeros((2, 2))
        )


def test_slices_cut_a_range_and_an_empty_one_has_one():
    assert list(pieces.slices(5, 2)) == [
        slice(0, 2), slice(2, 4), slice(4, 5),
    ]  # fmt: skip
    assert list(pieces.slices(2, 0)) == [slice(0, 1), slice(1, 2)]
    assert list(pieces.slices(0, 3)) == [slice(0, 0)]


@pytest.mark.parametrize("most", [0, 1, 3, 4, 7, 99])
def test_tiles_cover_a_grid_once_and_are_wide(most):
    covered = np.zeros((5, 4), dtype=int)
    for i, j in pieces.tiles(5, 4, most):
        covered[i, j] += 1
        assert covered[i, j].size <= max(1, most)
    assert (covered == 1).all()
    first = next(pieces.tiles(5, 4, most))[1]
    assert first.stop == max(1, min(4, most))


def batches(own, *operands):
    """Return the shapes in which operands are multiplied, and the result."""
    seen = []

    def product(A, B):
        assert A.ndim <= own + 1 >= B.ndim
        return at_once(A, B)

    def at_once(A, B):
        seen.append((A.shape, B.shape))
        return A @ B

    return seen, pieces.one_batch_axis(product, at_once, own, operands)


def test_batch_axes_that_lie_as_one_become_one():
    rng = np.random.default_rng(0)
    A, B = integers(rng, (2, 3, 4, 5)), integers(rng, (2, 3, 5, 6))
    shared = integers(rng, (1, 1, 5, 6))
    seen, found = batches(2, A, B)
    assert seen == [((6, 4, 5), (6, 5, 6))] and np.array_equal(found, A @ B)
    seen, found = batches(2, A, shared)
    assert seen == [((6, 4, 5), (5, 6))]
    assert np.array_equal(found, A @ shared)


@pytest.mark.parametrize("axes", [(0, 1), (1, 0)])
@pytest.mark.parametrize("tile", [1, 100, 2**16])
def test_other_batch_axes_are_looped_over_by_the_shortest(tile, axes):
    """At once where all fit into a tile, and where none does one by one."""
    rng = np.random.default_rng(1)
    A = integers(rng, (7, 2, 4, 5))[::2].transpose(*axes, 2, 3)
    B = integers(rng, (5, 6))
    with mock.patch.object(sizes, "TILE", tile):
        seen, found = batches(2, A, B)
    assert len(seen) == (2 if tile < 400 else 1)
    assert np.array_equal(found, A @ B)


@pytest.mark.parametrize("tile, calls", [(1, 4), (60, 4), (239, 2), (240, 1)])
def test_crossed_batches_are_taken_a_tile_at_a_time(tile, calls):
    rng = np.random.default_rng(2)
    A, B = integers(rng, (5, 1, 3, 2)), integers(rng, (4, 2, 3))
    with mock.patch.object(sizes, "TILE", tile):
        seen, found = batches(2, A, B)
    assert np.array_equal(found, A @ B) and len(seen) == calls


def test_terms_are_added_up_in_the_memory_of_the_first():
    first = np.ones(3)
    assert pieces.total(iter([first, first + 1, first + 2])) is first
    assert first.tolist() == [6, 6, 6]

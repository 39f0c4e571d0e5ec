"""The contraction by kernels: what is asked for, and how it is divided."""

from unittest import mock

import numpy as np
import pytest

from lemmas_lib import sum_abt, sum_acbt, sum_kron, sumAijKronBij
from lemmas_lib._contraction import compiled, loading, plan, sizes, threads
from lemmas_lib._contraction.contract import cut
from lemmas_lib._contraction.plan import Plan
from lemmas_lib.oracles import loops

from ..cases import integers, peak_memory
from .common import (
    at_once,
    expected,
    few_kernels,
    laid_out,
    with_kernels,
    without_kernels,
)

# Items, blocks down and across, the shapes of a block of A and one of B. What
# is taken at once divides none of them, and no two are alike.
SHAPES = {
    "long rows of blocks": (1, 7, 300, (2, 1), (3, 1)),
    "longer ones, of larger blocks": (1, 3, 1500, (5, 1), (7, 1)),
    "rows of few blocks": (3, 40, 9, (2, 3), (1, 2)),
    "of few larger blocks": (2, 300, 5, (4, 3), (2, 5)),
    "a column of blocks": (1, 1000, 1, (1, 2), (3, 3)),
    "so many panels that they are summed in groups": (
        1, 1, 20_000, (1, 1), (2, 1)
    ),
    "many items": (11, 6, 10, (3, 2), (9, 1)),
}  # fmt: skip


def panels(parts, across=True):
    return Plan("tiles", "panels", False, across, parts)


def rows(parts):
    return Plan("tiles", "rows", False, True, parts)


def on_threads(number):
    return mock.patch.object(threads, "allowed", lambda: number)


@with_kernels
@pytest.mark.parametrize("parts", [1, 3, 16])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
def test_it_is_the_sum_of_outer_products(shapes, dtype, parts):
    *grid, block_a, block_b = shapes
    rng = np.random.default_rng(sum(grid) + parts)
    chosen = panels(parts, bool(parts % 2))
    with at_once(), few_kernels():
        for v_a, v_b in (grid[0], grid[0]), (1, grid[0]), (grid[0], 1):
            A = laid_out(rng, (v_a, *grid[1:], *block_a), dtype)
            B = laid_out(rng, (v_b, *grid[1:], *block_b), dtype)
            found = compiled.contract([A, B], chosen)
            assert found.dtype == dtype
            assert np.array_equal(found, expected(A, B))
            alone = compiled.contract([A], chosen)
            assert np.array_equal(alone, expected(A, A))
        without_batch = compiled.contract([A[0], B[0]], chosen)
        assert np.array_equal(without_batch, expected(A[:1], B[:1])[0])


@with_kernels
@pytest.mark.parametrize("parts", [1, 5])
@pytest.mark.parametrize("shape", [(60, 35), (4, 20, 9), (80, 1), (2, 300)])
def test_blocks_in_rows_are_taken_as_they_lie(shape, parts):
    rng = np.random.default_rng(2)
    X = integers(rng, shape)
    blocks = cut(X, 2, 1)
    assert plan.in_rows([blocks]) is not None
    some = blocks if X.ndim > 2 else blocks[None]
    with at_once():
        found = compiled.contract([blocks], rows(parts))
        assert np.array_equal(found, expected(some, some).reshape(found.shape))
        other = cut(integers(rng, shape), 2, 1)
        found = compiled.contract([blocks, other], rows(parts))
        other = other if X.ndim > 2 else other[None]
        wanted = expected(some, other)
        assert np.array_equal(found, wanted.reshape(found.shape))


@with_kernels
@pytest.mark.parametrize("parts", [1, 5])
@pytest.mark.parametrize("batch", [(), (3,)])
def test_runs_are_taken_as_they_lie(batch, parts):
    rng = np.random.default_rng(4)
    A = cut(integers(rng, (*batch, 60, 12)), 2, 12)
    B = cut(integers(rng, (*batch, 90, 12)), 3, 12)
    with at_once():
        chosen = Plan("product", "runs", False, True, parts)
        found = compiled.contract([A, B], chosen)
    if not batch:
        A, B, found = A[None], B[None], found[None]
    assert np.array_equal(found, expected(A, B))


@with_kernels
def test_a_read_only_matrix_takes_the_same_kernel():
    """Or Numba would compile another one, in the midst of a sum."""
    X = integers(np.random.default_rng(3), (40, 20))
    loaded = {}
    with (
        at_once(SMALL=0),
        few_kernels(pairs=4),
        mock.patch.object(loading, "_kernels", loaded),
    ):
        for writeable in True, False:
            X.flags.writeable = writeable
            for Y in X, X[:, ::-1]:  # by rows, by panels
                assert np.array_equal(sum_abt(Y, Y, 2), loops.sum_abt(Y, Y, 2))
    made = [len(kernel.call.signatures) for kernel in loaded.values()]
    assert made == [1, 1]


def asked_for(blocks, chosen):
    """Return what is asked for, and nothing done."""
    with mock.patch.object(loading, "kernel", return_value=None) as kernel:
        assert compiled.contract(blocks, chosen) is None
    ((found, _),) = kernel.call_args_list
    return found


def test_the_kernel_of_the_shape_is_asked_for():
    """With how many entries it has to read, by which it is seen to pay."""
    X = np.ones((60, 35))
    A, B = cut(X, 2, 1), cut(np.ones((90, 35)), 3, 1)
    pair = "rows", "float64", (2, 1), (3, 1)
    assert asked_for([A, B], rows(1)) == (5250, *pair, False, True)
    one = "rows", "float64", (2, 1), (2, 1)
    assert asked_for([A], rows(1)) == (2100, *one, True, True)
    assert asked_for([A, A], rows(1)) == (4200, *one, False, True)
    F = cut(np.asfortranarray(X), 2, 1)
    turned = plan.turned(F)
    one = "rows", "float64", (1, 2), (1, 2)
    assert asked_for([turned], rows(1)) == (2100, *one, True, False)
    with mock.patch.object(compiled, "_tile_rows", lambda rows: rows + 5):
        tile = "panels", "float64", 7, 8
        assert asked_for([A, B], panels(1)) == (5250, *tile)
        single = [x.astype("f4") for x in (A, B)]
        tile = "panels", "float32", 7, 8
        assert asked_for(single, panels(1)) == (5250, *tile)
        tile = "panels", "float64", 7, 7
        assert asked_for([F], panels(1)) == (2100, *tile)


@pytest.mark.parametrize(
    "width, height, first",
    [(31, 2, False), (32, 2, True), (512, 2, True), (513, 2, False),
     (32, 1, False)],
)  # fmt: skip
def test_rows_are_read_first_where_that_pays(width, height, first):
    """Not where a block has one row, and so is read in order anyway."""
    A = cut(np.ones((8 * height, 600))[:, :width], height, 1)
    assert asked_for([A], rows(1))[-1] == first


@pytest.mark.parametrize("entries", range(1, 41))
def test_a_tile_fits_into_registers_and_none_is_for_nothing(entries):
    side = compiled._tile_rows(entries)
    assert 1 <= side <= 5 and -(-entries // side) * side < entries + side
    assert side <= entries


def test_tiles_are_few_and_nearly_whole():
    sides = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 3, 7: 4, 8: 4, 10: 5, 37: 5}
    assert {n: compiled._tile_rows(n) for n in sides} == sides


@pytest.mark.parametrize(
    "l1, l2, rows, constants, most",
    [
        (90, 80, 4, {}, (12, 80)),
        (90, 80, 4, {"PANEL": 400}, (1, 80)),
        (90, 80, 5, {"PANEL": 200}, (1, 40)),
        (90, 80, 4, {"PANEL_BLOCKS": 30}, (1, 30)),
        (90, 80, 4, {"PANEL_BLOCKS": 170}, (2, 80)),
        (90, 80, 4, {"PANEL_ROW": 8}, (1, 32)),
        (3, 20, 9, {}, (3, 20)),
        (3, 20, 9, {"PANEL": 1}, (1, 1)),
    ],
)
def test_a_panel_fits_into_the_cache(l1, l2, rows, constants, most):
    large = {"PANEL_BLOCKS": 1000, "PANEL": 4000, "PANEL_ROW": 1000}
    A = np.empty((1, l1, l2, 1, 1))
    with mock.patch.multiple(sizes, **large | constants):
        assert compiled._panel_blocks(A, rows) == most


DIVIDED = {
    # v, l1, l2, parts, RESULTS in results: how often items and blocks are cut
    "whole": ((1, 9, 7, 1, 99), (1, 1)),
    "rows of blocks": ((1, 9, 7, 4, 99), (1, 3)),
    "as many as there are": ((1, 9, 7, 9, 99), (1, 9)),
    "few rows": ((1, 2, 70, 4, 99), (1, 4)),
    "one row": ((1, 1, 70, 4, 99), (1, 4)),
    "fewer blocks": ((1, 3, 2, 40, 99), (1, 3)),
    "few results": ((1, 90, 7, 40, 5), (1, 5)),
    "no room for two": ((1, 90, 7, 40, 1), (1, 1)),
    "nor for one": ((1, 90, 7, 40, 0.5), (1, 1)),
    "items": ((8, 9, 7, 4, 99), (4, 1)),
    "not alike": ((11, 9, 7, 4, 99), (6, 1)),
    "few items": ((3, 9, 7, 7, 99), (3, 2)),
    "items, and no room": ((3, 9, 7, 40, 3), (3, 1)),
}


@pytest.mark.parametrize(("sized", "cuts"), DIVIDED.values(), ids=DIVIDED)
@pytest.mark.parametrize("batched", ["AB", "A", "B"])
def test_the_parts_are_all_of_it(batched, sized, cuts):
    v, l1, l2, number, results = sized
    A, B = (
        np.empty((v if x in batched else 1, l1, l2, 1, 1), "f4") for x in "AB"
    )
    with mock.patch.object(sizes, "RESULTS", int(results * 6)):
        S, parts = compiled._divided(A, B, number, (2, 3))
    v = max(len(A), len(B))
    if batched == "AB":
        assert len(parts) == cuts[0] * cuts[1] and len(S) == cuts[1]
    assert S.dtype == "f4" and S.shape == (len(S), v, 2, 3) and not S.any()
    # What is held for the results is bounded, but for one of each item.
    assert len(S) == 1 or S.size <= results * 6
    count = np.zeros((v, l1, l2))
    for first, many, out in parts:
        some = tuple(slice(f, f + m) for f, m in zip(first, many, strict=True))
        assert count[some].shape == many and out.shape == (many[0], 2, 3)
        count[some] += 1
        out += 1
    assert (count == 1).all() and (S == 1).all()


@with_kernels
@pytest.mark.parametrize("shape", [(700, 60), (2, 90, 60), (9, 40, 20)])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("height", [2, 5])
def test_the_result_is_the_same_on_any_number_of_threads(height, dtype, shape):
    """To the last digit: which numbers are added up does not depend on it."""
    rng = np.random.default_rng(4)
    A, B = rng.normal(size=(2, *shape)).astype(dtype)
    found, shared = [], []

    def watched(work, parts):
        shared.append(len(parts))
        return share(work, parts)

    share = threads.share
    for number in 1, 2, 3:
        with (
            at_once(SMALL=0, PART=1000),
            few_kernels(pairs=4),
            on_threads(number),
            mock.patch.object(threads, "share", watched),
        ):
            found += [sum_abt(A, B, height), sum_abt(A, A, height)]
    assert min(shared) > 3 and shared == shared[:2] * 3
    for one, same in zip(found, found[:2] * 3, strict=True):
        assert one.tobytes() == same.tobytes()


@with_kernels
def test_what_a_lemma_forms_is_summed_in_one_part():
    """The threads of BLAS, which formed it, are still awake."""
    X, C = np.ones((600, 4)), np.ones((4, 4))
    with (
        at_once(SMALL=0, PART=1, STRIP=400),
        few_kernels(),
        mock.patch.object(threads, "share") as share,
    ):
        sum_acbt(X, C, X, 2)
        parts = [len(call.args[1]) for call in share.call_args_list]
        assert len(parts) > 5 and set(parts) == {1}
        sum_abt(X, X, 2)
        assert len(share.call_args.args[1]) > 1


@with_kernels
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_matrix_with_itself_is_as_symmetric_as_can_be(number):
    X = integers(np.random.default_rng(2), (600, 21))
    with at_once(SMALL=0, PART=500), few_kernels(4), on_threads(number):
        for n in (2, 5, 10):
            S = sum_abt(X, X, n)
            assert np.array_equal(S, sum_abt(X, X.copy(), n))
            assert np.array_equal(S, loops.sum_abt(X, X, n))
        S = sumAijKronBij(X, X, (2, 3))
        assert np.array_equal(S, sumAijKronBij(X, X.copy(), (2, 3)))


@with_kernels
def test_blocks_of_which_only_some_are_in_order_are_not_copied():
    row = np.ones((1, 2, 1, 60_000, 20)).transpose(0, 3, 4, 1, 2)
    blocks = cut(np.ones((120_000, 20)), 2, 1)[None]
    with at_once(), few_kernels():
        for pair in [row, blocks], [blocks, row]:
            peak = peak_memory(compiled.contract, pair, panels(1))
            assert peak < blocks.nbytes / 10


@with_kernels
def test_no_more_is_held_for_larger_input():
    """The results of all parts, and a panel for each thread."""
    A = np.ones((100_000, 20))
    with at_once(PART=1000), few_kernels(pairs=4), on_threads(2):
        for n in 2, 200:
            most = 8 * (2 * sizes.PANEL + max(sizes.RESULTS, n * n)) + 2**17
            assert most < A.nbytes / 3
            assert peak_memory(sum_abt, A, A.copy(), n) < most


@with_kernels
def test_nan_and_infinity_stay_where_they_are():
    A, B = np.ones((600, 20)), np.ones((600, 20))
    A[1, 0], B[3, 1], B[7, 2] = np.nan, np.inf, -np.inf
    with at_once(SMALL=0, SMALL_KRONECKERS=0, PART=500), few_kernels(4):
        with np.errstate(invalid="ignore"):  # BLAS raises the flag at will
            for n in (2, 3, 5):
                expected = loops.sum_abt(A, B, n)
                result = sum_abt(A, B, n)
                assert np.array_equal(result, expected, equal_nan=True)
            A[1, 0], B[7, 2] = 1, np.inf
            expected = loops.sum_kron(A[:, :2], B[:, :3], 2)
            result = sum_kron(A[:, :2], B[:, :3], 2)
    assert np.array_equal(result, expected, equal_nan=True)
    assert np.isinf(result).any() and np.isfinite(result).any()


def test_where_there_is_no_kernel_nothing_is_done():
    with without_kernels():
        A = cut(np.ones((60, 35)), 2, 1)
        assert compiled.contract([A], rows(1)) is None
        assert compiled.contract([A], panels(1)) is None

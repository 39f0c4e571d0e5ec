"""The compiled contraction, called as it is, beside np.einsum."""

import threading
from unittest import mock

import numpy as np
import pytest

from lemmas_lib import sum_abt, sum_kron, sumAijKronBij
from lemmas_lib._contraction import sizes
from lemmas_lib._contraction.contract import cut
from lemmas_lib.oracles import loops

from ..cases import each_item, integers, peak_memory
from .common import kernels, ways_taken

pytestmark = pytest.mark.skipif(kernels is None, reason="without Numba")

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


def laid_out(rng, shape, dtype):
    """Return integers with axes that lie in any order and direction."""
    order = rng.permutation(5)
    steps = rng.choice([-2, -1, 1, 2], 5)
    memory = integers(rng, [shape[i] * abs(steps[i]) for i in order])
    x = memory.astype(dtype).transpose(np.argsort(order))
    return x[tuple(slice(None, None, step) for step in steps)]


def expected(A, B):
    S = np.einsum("...ijab,...ijcd->...abcd", A, B)
    return S.reshape(len(S), A[0, 0, 0].size, B[0, 0, 0].size)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
def test_it_is_the_sum_of_outer_products(shapes, dtype, threads):
    *grid, block_a, block_b = shapes
    rng = np.random.default_rng(sum(grid) + threads)
    with mock.patch.object(sizes, "SHARE", 1):
        for v_a, v_b in (grid[0], grid[0]), (1, grid[0]), (grid[0], 1):
            A = laid_out(rng, (v_a, *grid[1:], *block_a), dtype)
            B = laid_out(rng, (v_b, *grid[1:], *block_b), dtype)
            found = kernels.outer_sum(A, B, threads=threads)
            assert found.dtype == dtype
            assert np.array_equal(found, expected(A, B))
            alone = kernels.outer_sum(A, threads=threads)
            assert np.array_equal(alone, expected(A, A))


@pytest.mark.parametrize("l, n_a, n_b", [(500, 2, 3), (500, 3, 2), (90, 9, 8)])
def test_blocks_in_order_are_taken_as_one_row(l, n_a, n_b):
    rng = np.random.default_rng(l)
    A, B = (np.asfortranarray(integers(rng, (l * n, 7))) for n in (n_a, n_b))
    blocks = cut(A, n_a, 1)[None], cut(B, n_b, 1)[None]
    across = [x.swapaxes(1, 2) for x in blocks]
    assert all(map(kernels._merge, across))
    assert np.array_equal(kernels.outer_sum(*across), expected(*blocks))


def test_blocks_of_which_only_some_are_in_order_are_not_copied():
    row = np.ones((1, 2, 1, 60_000, 20)).transpose(0, 3, 4, 1, 2)
    blocks = cut(np.ones((120_000, 20)), 2, 1)[None]
    assert kernels._merge(row) and not kernels._merge(blocks)
    for pair in (row, blocks), (blocks, row):
        assert peak_memory(kernels.outer_sum, *pair) < blocks.nbytes / 10


@pytest.mark.parametrize("shape", [(1, 9, 2), (1, 2, 9), (8, 1, 1), (3, 5, 5)])
@pytest.mark.parametrize("threads", [1, 2, 4])
def test_each_thread_has_a_part(shape, threads):
    A = np.ones((*shape, 2, 1))
    given = []

    def watched(function, parts):
        given.append(len(parts))
        return in_threads(function, parts)

    in_threads = kernels._in_threads
    config = kernels.numba.config
    with (
        mock.patch.object(sizes, "SHARE", 1),
        mock.patch.object(kernels, "_in_threads", watched),
    ):
        kernels.outer_sum(A, A, threads=threads)
        with mock.patch.object(config, "NUMBA_NUM_THREADS", threads):
            kernels.outer_sum(A, A)
        with mock.patch.object(sizes, "SHARE", A.size):
            kernels.outer_sum(A, A, threads=threads)
    most = shape[0] if shape[0] > 1 else max(shape)
    assert given == [min(threads, most)] * 2 + [min(threads, 2)]


def test_no_more_memory_than_is_meant_is_for_the_results_of_threads():
    A = np.ones((1, 40, 1, 300, 1))
    parts = []

    def watched(_, given):
        parts.append(given)

    with (
        mock.patch.multiple(sizes, SHARE=1, RESULTS=2 * 300 * 300),
        mock.patch.object(kernels, "_in_threads", watched),
    ):
        kernels.outer_sum(A, threads=9)
    assert len(parts[0]) == 2


LARGE = np.ones((60_000, 20))


@pytest.mark.parametrize("batch", [(2, 3), (3, 2), (2, 3, 4), (4, 3, 2)])
def test_the_kernel_takes_any_number_of_batch_axes(batch):
    rng = np.random.default_rng(7)
    A = integers(rng, (*batch, 12, 2))
    B = integers(rng, (*batch[1:], 18, 2))
    with mock.patch.multiple(
        sizes, KERNEL_FROM=1, KERNEL_ITEM=1, SMALL=0, TILE=1
    ):
        taken = ways_taken(sum_abt, A, B, (2, 3))
        result = sum_abt(A, B, (2, 3))
    assert set(taken) == {"kernel"}
    assert np.array_equal(result, each_item(loops.sum_abt, [A, B], ((2, 3),)))


def test_an_error_in_a_thread_is_not_lost():
    def broken(*arguments):
        if threading.current_thread() is not threading.main_thread():
            raise MemoryError

    with mock.patch.object(kernels, "_sum_panels", broken):
        with mock.patch.object(kernels.numba.config, "NUMBA_NUM_THREADS", 2):
            with pytest.raises(MemoryError):
                sum_abt(LARGE, LARGE.copy(), 2)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_matrix_with_itself_takes_half_the_work(threads):
    """The kernel is told so, and its result is as symmetric as can be."""
    X = integers(np.random.default_rng(2), (60_000, 21))
    given = []

    def watched(*blocks, threads):
        given.append(len(blocks))
        return outer_sum(*blocks, threads=threads)

    outer_sum = kernels.outer_sum
    config = kernels.numba.config
    with mock.patch.object(config, "NUMBA_NUM_THREADS", threads):
        with mock.patch.object(kernels, "outer_sum", watched):
            for n in (2, 5, 10):
                S = sum_abt(X, X, n)
                assert np.array_equal(S, sum_abt(X, X.copy(), n))
            sumAijKronBij(X, X, (2, 3))
            sumAijKronBij(X, X, (2, 3), (3, 2)[::-1])
    assert given == [1, 2] * 3 + [1, 1]


def test_nan_and_infinity_stay_where_they_are_in_the_kernel():
    # These two alone leave both as they are.
    assert kernels.OPTIONS["fastmath"] == {"reassoc", "contract"}
    A, B = np.ones((60_000, 20)), np.ones((60_000, 20))
    A[1, 0], B[3, 1], B[7, 2] = np.nan, np.inf, -np.inf
    with np.errstate(invalid="ignore"):  # BLAS raises the flag at will
        for n in (2, 3, 5):
            expected = loops.sum_abt(A, B, n)
            result = sum_abt(A, B, n)
            assert np.array_equal(result, expected, equal_nan=True)
        A[1, 0], B[7, 2] = 1, np.inf
        expected = loops.sum_kron(A[:, :2], B[:, :3], 2)
        with mock.patch.object(sizes, "KERNEL_FROM", 1):
            result = sum_kron(A[:, :2], B[:, :3], 2)
    assert np.array_equal(result, expected, equal_nan=True)
    assert np.isinf(result).any() and np.isfinite(result).any()

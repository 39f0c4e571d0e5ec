"""The compiled contraction, called as it is, beside np.einsum."""

from unittest import mock

import numpy as np
import pytest
from cases import integers
from test_sums import kernels, peak_memory

from lemmas_lib._primitives import cut

pytestmark = pytest.mark.skipif(kernels is None, reason="without Numba")

# Items, blocks down and across, the shapes of a block of A and one of B. What
# is taken at once divides none of them, and no two are alike.
SIZES = {
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
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_it_is_the_sum_of_outer_products(sizes, dtype, threads):
    *grid, block_a, block_b = sizes
    rng = np.random.default_rng(sum(grid) + threads)
    with mock.patch.object(kernels, "SHARE", 1):
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
    sizes = {"SHARE": 1, "_in_threads": watched}
    config = kernels.numba.config
    with mock.patch.multiple(kernels, **sizes):
        kernels.outer_sum(A, A, threads=threads)
        with mock.patch.object(config, "NUMBA_NUM_THREADS", threads):
            kernels.outer_sum(A, A)
        with mock.patch.object(kernels, "SHARE", A.size):
            kernels.outer_sum(A, A, threads=threads)
    most = shape[0] if shape[0] > 1 else max(shape)
    assert given == [min(threads, most)] * 2 + [min(threads, 2)]


def test_no_more_memory_than_is_meant_is_for_the_results_of_threads():
    A = np.ones((1, 40, 1, 300, 1))
    sizes = {"SHARE": 1, "RESULTS": 2 * 300 * 300}
    parts = []
    with mock.patch.multiple(
        kernels, **sizes, _in_threads=lambda _, given: parts.append(given)
    ):
        kernels.outer_sum(A, threads=9)
    assert len(parts[0]) == 2

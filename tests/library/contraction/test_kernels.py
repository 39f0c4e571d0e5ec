"""The compiled sums, called as they are, beside np.einsum."""

import functools
import re

import numpy as np
import pytest

from lemmas_lib._arrays import mT

from .common import expected, kernels, laid_out, with_kernels

pytestmark = with_kernels


@functools.cache
def compiled(kind, dtype, *shape):
    function, signature = kernels.to_compile(kind, dtype, *shape, cache=True)
    function.compile(signature)
    return function


def in_rows(rng, grid, block, dtype):
    """Return blocks such that those of a row follow one another."""
    (v, l1, l2), (height, width) = grid, block
    X = laid_out(rng, (v, l1, height, l2 * width), dtype, alike=1)
    return X.reshape(v, l1, height, l2, width).swapaxes(2, 3)


def memory(X, first=(0, 0, 0)):
    """Return the memory of X, and the place of a part in it."""
    steps = [s // X.itemsize for s in X.strides]
    if len(X) == 1:
        steps[0] = 0
    start = sum(i * s for i, s in zip(first, steps, strict=False))
    entries = X[:1, 0, 0, 0, 0]
    entries.flags.writeable = False  # or it would be compiled once more
    return entries, (start, *steps)


# Blocks of A and B, whether B is A, and whether rows are read first.
ROWS = [
    ("float64", (2, 1), (3, 1), False, False),
    ("float32", (2, 1), (1, 2), False, True),
    ("float32", (1, 3), (2, 2), False, False),
    ("float64", (2, 2), (2, 2), True, True),
    ("float32", (2, 1), (2, 1), True, False),
]
# Items of A and of B, and rows and columns of blocks.
GRIDS = [
    (1, 1, 1, 300),
    (1, 1, 90, 1),
    (3, 3, 7, 11),
    (1, 4, 5, 9),
    (4, 1, 5, 9),
]
# The first item and block of a part, and its counts: of three items, five rows
# of blocks and nine columns.
PARTS = [
    ((0, 0, 0), (1, 5, 9)),
    ((1, 0, 0), (2, 5, 4)),
    ((1, 0, 4), (2, 2, 5)),
    ((1, 2, 4), (2, 3, 5)),
]


@pytest.mark.parametrize("shape", ROWS, ids=str)
@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_rows_are_summed(grid, shape):
    dtype, block_a, block_b, same, first = shape
    v_a, v_b, l1, l2 = grid
    rng = np.random.default_rng(l2)
    A = in_rows(rng, (v_a, l1, l2), block_a, dtype)
    B = A if same else in_rows(rng, (v_b, l1, l2), block_b, dtype)
    S = expected(A, B)
    out = np.ones((len(S), S.shape[1] + 1, S.shape[2] + 2), dtype)
    kernel = compiled("rows", *shape)
    counts = len(S), l1, l2
    seen = kernel(*memory(A), *memory(B), counts, (1, 2), out)
    # It adds to what is there, from a corner on; where B is A, in the lower
    # triangle.
    assert np.array_equal(out[:, 1:, 2:] - 1, np.tril(S) if same else S)
    assert (out[:, 0] == 1).all() and (out[:, :, :2] == 1).all()
    # What is read first is seen before it is summed.
    read = [A] if same else [A, B]
    every = [np.broadcast_to(X, (len(S), *X.shape[1:])) for X in read]
    assert seen == (sum(X.sum() for X in every) if first else 0)


@pytest.mark.parametrize("shape", ROWS, ids=str)
def test_parts_of_rows_add_up(shape):
    dtype, block_a, block_b, same, _ = shape
    rng = np.random.default_rng(3)
    A = in_rows(rng, (3, 5, 9), block_a, dtype)
    B = A if same else in_rows(rng, (3, 5, 9), block_b, dtype)
    S = expected(A, B)
    out = np.zeros(S.shape, dtype)
    for first, counts in PARTS:
        some = out[first[0] : first[0] + counts[0]]
        a, b = memory(A, first), memory(B, first)
        compiled("rows", *shape)(*a, *b, counts, (0, 0), some)
    assert np.array_equal(out, np.tril(S) if same else S)


# Entries of a block of A and of B.
RUNS = [("float64", 3, 9), ("float32", 5, 2)]


@pytest.mark.parametrize("shape", RUNS, ids=str)
@pytest.mark.parametrize("grid", [*GRIDS, (2, 2, 3, 4)], ids=str)
def test_runs_are_summed(grid, shape):
    dtype, m, n = shape
    v_a, v_b, l1, l2 = grid
    rng = np.random.default_rng(l2)
    A = in_rows(rng, (v_a, l1, l2), (1, m), dtype)
    B = in_rows(rng, (v_b, l1, l2), (1, n), dtype)
    S = expected(A, B)
    for left in range(4):  # which are fewer than are taken at once
        some = l2 - left if l2 > left else l2
        A, B = A[:, :, :some], B[:, :, :some]
        S = expected(A, B)
        out = np.ones(S.shape, dtype)
        counts = len(S), l1, some
        compiled("runs", dtype)(*memory(A), *memory(B), counts, out)
        assert np.array_equal(out - 1, S)


def test_parts_of_runs_add_up():
    rng = np.random.default_rng(7)
    A, B = (in_rows(rng, (3, 5, 9), (1, n), "float64") for n in (3, 9))
    S = expected(A, B)
    out = np.zeros(S.shape)
    for first, counts in PARTS:
        some = out[first[0] : first[0] + counts[0]]
        a, b = memory(A, first), memory(B, first)
        compiled("runs", "float64")(*a, *b, counts, some)
    assert np.array_equal(out, S)


# Rows of a tile in A and in B.
TILES = [("float64", 2, 3), ("float32", 3, 1), ("float64", 2, 2)]
# How many blocks of either axis are taken at once.
MANY = [(1, 1), (1, 3), (2, 40), (3, 100), (7, 2)]


def summed_by_panels(tile, A, B, many, across, parts=None):
    """Return the sum in whole tiles, of A alone where B is A."""
    dtype, *sides = tile
    v, l1, l2 = max(len(A), len(B)), *A.shape[1:3]
    rows = [
        -(-X[0, 0, 0].size // side) * side
        for X, side in zip((A, B), sides, strict=True)
    ]
    out = np.ones((v, *rows), dtype)
    for first, counts in parts or [((0, 0, 0), (v, l1, l2))]:
        some = out[first[0] : first[0] + counts[0]]
        compiled("panels", *tile)(
            *memory(A, first), *memory(B, first), counts,
            A.shape[3:], B.shape[3:], many, across, A is B, some,
        )  # fmt: skip
    return out - 1


@pytest.mark.parametrize("tile", TILES, ids=str)
@pytest.mark.parametrize("many", MANY, ids=str)
@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize("grid", [*GRIDS, (1, 1, 60, 130)], ids=str)
def test_panels_are_summed(grid, across, many, tile):
    """Of blocks that lie anyhow, and are no whole tiles."""
    v_a, v_b, l1, l2 = grid
    rng = np.random.default_rng(l1)
    for block_a, block_b in ((2, 2), (5, 1)), ((1, 3), (2, 1)):
        A = laid_out(rng, (v_a, l1, l2, *block_a), tile[0])
        B = laid_out(rng, (v_b, l1, l2, *block_b), tile[0])
        S = expected(A, B)
        found = summed_by_panels(tile, A, B, many, across)
        assert np.array_equal(found[:, : S.shape[1], : S.shape[2]], S)
        # The rest of a tile is of rows of zeros.
        assert not found[:, S.shape[1] :].any()
        assert not found[:, :, S.shape[2] :].any()
        B = in_rows(rng, (v_b, l1, l2), block_b, tile[0])
        found = summed_by_panels(tile, A, B, many, across)
        S = expected(A, B)
        assert np.array_equal(found[:, : S.shape[1], : S.shape[2]], S)


@pytest.mark.parametrize("many", MANY, ids=str)
def test_parts_of_panels_add_up(many):
    rng = np.random.default_rng(4)
    A = laid_out(rng, (3, 5, 9, 2, 2), "float64")
    B = laid_out(rng, (1, 5, 9, 3, 1), "float64")
    found = summed_by_panels(TILES[0], A, B, many, True, PARTS)
    assert np.array_equal(found, expected(A, B))


def test_panels_and_runs_are_added_up_in_groups():
    """Or a long sum in single precision would lose half of its digits."""
    A = np.full((1, 1, 200_000, 1, 1), 0.9, "float32")
    found = summed_by_panels(TILES[1], A, A.copy(), (1, 1), True)
    assert abs(found[0, 0, 0] / 162_000 - 1) < 1e-4
    out = np.zeros((1, 1, 1), "float32")
    compiled("runs", "float32")(*memory(A), *memory(A), (1, 1, 200_000), out)
    assert abs(out[0, 0, 0] / 162_000 - 1) < 1e-4
    one_by_one = np.add.accumulate(A.ravel() ** 2)[-1]
    assert abs(one_by_one / 162_000 - 1) > 1e-3


@pytest.mark.parametrize("many", MANY, ids=str)
def test_panels_of_one_matrix_take_half_the_tiles(many):
    rng = np.random.default_rng(5)
    A = laid_out(rng, (2, 6, 80, 3, 2), "float64")
    found = summed_by_panels(TILES[2], A, A, many, False)
    S = expected(A, A)
    tiles = np.kron(np.tri(3), np.ones((2, 2)))
    assert np.array_equal(found, S * tiles)
    assert S.all()  # or those left out would not show


def test_rows_of_one_matrix_take_half_the_products():
    for same, number in (True, 4 * 5 / 2), (False, 4 * 4):
        made = kernels.rows((2, 2), (2, 2), same, False)
        names = made.__code__.co_varnames
        sums = [name for name in names if re.fullmatch(r"s\d+_\d+", name)]
        assert len(sums) == number


def test_numba_keeps_each_kernel_under_a_name_of_its_own():
    keys = [("rows", *shape) for shape in ROWS]
    for same in True, False:
        for first in True, False:
            keys.append(("rows", "float64", (1, 12), (1, 1), same, first))
            keys.append(("rows", "float64", (11, 2), (1, 1), same, first))
    keys += [("rows", "float64", (1, 1), (1, 12), False, False)]
    keys += [("panels", *tile) for tile in TILES]
    keys += [("panels", "float32", 2, 2), ("panels", "float64", 3, 2)]
    keys += [("runs", "float64"), ("runs", "float32")]
    made = [kernels.to_compile(*key, cache=False)[0] for key in keys]
    names = {function.__qualname__ for function in made}
    assert len(names) == len(keys)


def test_each_size_of_tile_has_code_of_its_own():
    """Compiled the one after the other, they are no mixture."""
    small, large = (kernels._with_tiles(n, n).__globals__ for n in (1, 2))
    assert [small["HEIGHT"], large["WIDTH"]] == [1, 2]
    assert small["_multiply"] is not large["_multiply"]
    assert small["_tile"] is not large["_tile"]
    assert kernels.HEIGHT is kernels.WIDTH is kernels._tile is None


@pytest.mark.parametrize("kind", ["rows", "runs", "panels"])
def test_nan_and_infinity_stay_where_they_are(kind):
    # These two alone leave both as they are.
    assert kernels.OPTIONS["fastmath"] == {"reassoc", "contract"}
    rng = np.random.default_rng(6)
    A = in_rows(rng, (1, 40, 50), (2, 1), "float64")
    B = in_rows(rng, (1, 40, 50), (3, 1), "float64")
    A[...], B[...] = 1, 1
    A[0, 3, 7, 0], B[0, 5, 9, 1], B[0, 39, 49, 2] = np.nan, np.inf, -np.inf
    if kind == "rows":
        out = np.zeros((1, 2, 3))
        kernel = compiled("rows", *ROWS[0])
        kernel(*memory(A), *memory(B), (1, 40, 50), (0, 0), out)
    elif kind == "runs":
        A, B = (np.ascontiguousarray(mT(X)) for X in (A, B))
        out = np.zeros((1, 2, 3))
        run = compiled("runs", "float64")
        run(*memory(A), *memory(B), (1, 40, 50), out)
    else:
        out = summed_by_panels(TILES[0], A, B, (2, 30), True)
    wanted = [[np.nan] * 3, [2000, np.inf, -np.inf]]
    assert np.array_equal(out[0], wanted, equal_nan=True)

"""Which road a sum takes, and that every road can be trusted."""

import importlib.util
import os
import subprocess
import sys
import threading
from unittest import mock

import numpy as np
import pytest
from cases import CASES, in_threads, integers, unaligned
from test_sums import SIZES, Draw, each_item, kernels, with_kernels

import lemmas_lib
from lemmas_lib import _primitives, loops, sum_abt, sumAijKronBij
from lemmas_lib._primitives import cut


def road(function, *arguments):
    """Return the names of the private functions that did the work."""
    taken = []

    def watch(name):
        work = getattr(_primitives, name)

        def watched(*arguments):
            taken.append(name)
            return work(*arguments)

        return mock.patch.object(_primitives, name, watched)

    with watch("_by_kernel"), watch("_by_pairs"), watch("_by_tiles"):
        with watch("_product"):
            function(*arguments)
    return taken


SMALL = np.ones((400, 20))
LARGE = np.ones((60_000, 20))
BY_COLUMN = np.asfortranarray(LARGE)


@with_kernels
def test_many_small_blocks_go_to_the_kernel_in_every_layout():
    backward = LARGE[::-1, ::-1]
    some = np.ones((60_000, 40))[:, ::2]
    swapped = np.ones((20, 60_000)).T
    for X in (LARGE, BY_COLUMN, backward, some, swapped):
        for dtype in ("float64", "float32"):
            x = X if dtype == "float64" else X.astype(dtype)
            assert road(sum_abt, x, x, 2) == ["_by_kernel"]
            assert road(sumAijKronBij, x, x, (2, 2)) == ["_by_kernel"]
    stack = np.ones((10_000, 12, 20))
    assert road(sum_abt, stack, stack, 3) == ["_by_kernel"]


def test_small_matrices_take_the_lemma_as_stated():
    assert road(sum_abt, SMALL, SMALL, 2) == []
    assert road(sumAijKronBij, SMALL[:200], SMALL[:200], (2, 2)) == []


@pytest.mark.parametrize(
    "dtype", ["int64", "complex128", "longdouble", "float16", "object"]
)
def test_other_dtypes_go_to_numpy(dtype):
    few = LARGE[:2_000].astype(dtype)
    with mock.patch.object(_primitives, "KERNEL_FROM", 1):
        with mock.patch.object(_primitives, "SMALL", 0):
            assert "_by_kernel" not in road(sum_abt, few, few, 2)


def test_entries_at_odd_places_go_to_numpy():
    packed = np.zeros((600, 8), dtype=[("tag", "i1"), ("x", "f8")])
    packed["x"] = integers(np.random.default_rng(1), (600, 8))
    x = packed["x"]
    assert x.strides[1] % x.itemsize and not x.flags.aligned
    with mock.patch.multiple(_primitives, KERNEL_FROM=1, SMALL=0):
        assert "_by_kernel" not in road(sum_abt, x, x, 2)
        assert np.array_equal(sum_abt(x, x, 2), loops.sum_abt(x, x, 2))


def test_without_the_kernel_a_view_is_one_product_and_the_rest_is_tiled():
    one, many = ["_product"], ["_by_tiles"] + ["_product"] * 3
    wide = LARGE.reshape(-1, 40)
    with mock.patch.object(_primitives, "kernels", lambda: None):
        assert road(sum_abt, wide, wide, 2) == ["_by_pairs"]
        assert road(sum_abt, BY_COLUMN, BY_COLUMN, 2) == one
        assert road(sumAijKronBij, LARGE, LARGE, (2, 20)) == one
        stack = BY_COLUMN.T.reshape(100, -1, 10)
        assert road(sumAijKronBij, stack, stack, (2, 10)) == one
        narrow = LARGE.reshape(-1, 4)
        assert road(sum_abt, narrow, narrow, 2)[:4] == many
        assert road(sumAijKronBij, BY_COLUMN, BY_COLUMN, (2, 2))[:4] == many


@with_kernels
def test_large_blocks_go_to_blas():
    X = np.ones((3_840, 400))
    assert road(sum_abt, X, X, 64) == ["_by_kernel"]
    assert "_by_kernel" not in road(sum_abt, X, X, 80)
    assert road(sumAijKronBij, X, X, (10, 10)) == ["_by_kernel"]
    assert "_by_kernel" not in road(sumAijKronBij, X, X, (20, 10))


@with_kernels
def test_many_tiny_items_go_to_numpy():
    """The kernel would spend its time on beginning with each of them."""
    many = np.ones((65_536, 16, 2))
    assert "_by_kernel" not in road(sum_abt, many, many, 2)
    crossed = np.ones((300, 300, 16, 2))
    assert "_by_kernel" not in road(sum_abt, crossed, crossed, 2)


@with_kernels
def test_what_numpy_does_in_no_time_does_not_load_the_kernel():
    rows = _primitives.KERNEL_FROM // (2 * LARGE.shape[1]) // 2 * 2
    some, more = LARGE[: rows - 2], LARGE[: rows + 2]
    assert "_by_kernel" not in road(sum_abt, some, some.copy(), 2)
    assert "_by_kernel" in road(sum_abt, more, more.copy(), 2)


def test_a_narrow_factor_goes_first_where_the_other_is_tall():
    shapes = []

    def watched(A, B):
        shapes.append((A.shape, B.shape))
        return A @ B

    tall, narrow = _primitives.TALL + 1, _primitives.NARROW
    with mock.patch.object(_primitives, "_times", watched):
        for rows, columns in (
            (tall, narrow), (tall - 1, narrow), (tall, narrow + 1),
        ):  # fmt: skip
            A, B = np.ones((rows, 3)), np.ones((3, columns))
            assert _primitives.times(A, B).shape == (rows, columns)
    assert shapes == [
        ((narrow, 3), (3, tall)),
        ((tall - 1, 3), (3, narrow)),
        ((tall, 3), (3, narrow + 1)),
    ]


ROWS = np.ones((80, 16))
ARE_WIDE = {
    "as narrow as may be": (True, cut(ROWS, 4, 1)),
    "blocks of one row": (False, cut(np.ones((80, 64)), 1, 1)),
    "narrow": (False, cut(np.ones((80, 15)), 5, 1)),
    "of few entries": (False, cut(np.ones((81, 16)), 3, 1)),
    "by column": (False, cut(np.asfortranarray(ROWS), 4, 1)),
    "rows backward": (False, cut(ROWS[::-1], 4, 1)),
    "repeated": (False, cut(np.broadcast_to(ROWS[0], (80, 16)), 4, 1)),
    "axes exchanged": (False, cut(ROWS, 4, 1).swapaxes(-4, -3)),
    "unaligned": (False, cut(unaligned(ROWS), 4, 1)),
}
IS_VIEW = {
    "whole rows": (True, cut(np.ones((8, 6)), 2, 6)),
    "blocks beside each other": (False, cut(np.ones((8, 6)), 2, 1)),
    "rows of a block apart": (False, cut(np.ones((2, 6)), 2, 2)),
    "entries apart, blocks in order": (
        True, np.ones((2, 3, 4, 5)).transpose(2, 3, 0, 1)
    ),
    "one column of many": (False, cut(np.ones((8, 3))[:, :1], 2, 1)),
    "unaligned": (False, cut(unaligned(np.ones((8, 6))), 2, 6)),
}  # fmt: skip


@pytest.mark.parametrize(("wide", "blocks"), ARE_WIDE.values(), ids=ARE_WIDE)
def test_pairs_are_multiplied_as_they_lie_in_wide_rows(wide, blocks):
    assert _primitives._are_wide(blocks) == wide
    assert _primitives._are_wide(cut(ROWS, 4, 1), blocks) == wide


@pytest.mark.parametrize(("view", "blocks"), IS_VIEW.values(), ids=IS_VIEW)
def test_blas_takes_as_they_lie_only_what_it_need_not_copy(view, blocks):
    assert _primitives._is_view(blocks) == view


def test_entries_are_even_where_one_can_count_in_entries():
    record = np.zeros(4, dtype=[("z", "c16"), ("tag", "f8")])["z"]
    assert record.flags.aligned and record.strides[0] == 24
    assert not _primitives._is_even(record)
    assert not _primitives._is_even(unaligned(np.ones((2, 2))))
    assert _primitives._is_even(np.ones((4, 6))[::-1, ::3])


def test_a_copy_runs_along_the_longer_axis():
    for l1, l2, last in (3, 2, 3), (2, 3, 3), (50, 16, 16), (50, 15, 50):
        blocks = np.ones((l1, l2, 4, 5))
        (found,) = _primitives._long_inside(blocks)
        assert found.shape[1] == last
        assert found.shape == (l1 * l2 // last, last, 4, 5)


@with_kernels
@pytest.mark.parametrize("batch", [(2, 3), (3, 2), (2, 3, 4), (4, 3, 2)])
def test_the_kernel_takes_any_number_of_batch_axes(batch):
    rng = np.random.default_rng(7)
    A = integers(rng, (*batch, 12, 2))
    B = integers(rng, (*batch[1:], 18, 2))
    with mock.patch.multiple(
        _primitives, KERNEL_FROM=1, KERNEL_ITEM=1, SMALL=0
    ):
        taken = road(sum_abt, A, B, (2, 3))
        result = sum_abt(A, B, (2, 3))
    assert set(taken) == {"_by_kernel"}
    assert np.array_equal(result, each_item(loops.sum_abt, [A, B], ((2, 3),)))


def test_wide_pairs_of_a_batch_are_multiplied_in_their_order():
    rng = np.random.default_rng(8)
    A, B = integers(rng, (3, 20, 16)), integers(rng, (3, 25, 16))
    with mock.patch.multiple(_primitives, SMALL=0, kernels=lambda: None):
        assert road(sum_abt, A, B, (4, 5)) == ["_by_pairs"]
        result = sum_abt(A, B, (4, 5))
    expected = each_item(loops.sum_abt, [A, B], ((4, 5),))
    assert np.array_equal(result, expected)


@with_kernels
def test_an_empty_batch_does_not_reach_the_kernel():
    none = np.empty((0, 2**20, 2))
    result = lemmas_lib.sum_kron(none, np.ones((2**20, 2)), 2)
    assert result.shape == (0, 4, 4)


@with_kernels
def test_an_error_in_a_thread_is_not_lost():
    def broken(*arguments):
        if threading.current_thread() is not threading.main_thread():
            raise MemoryError

    with mock.patch.object(kernels, "_contract", broken):
        with mock.patch.object(kernels.numba.config, "NUMBA_NUM_THREADS", 2):
            with pytest.raises(MemoryError):
                sum_abt(LARGE, LARGE.copy(), 2)


def test_objects_are_multiplied_in_the_order_of_the_formula():
    """Here words, whose product is to stand side by side."""

    class Word(str):
        def __mul__(self, other):
            return Word(self + other)

    rows = _primitives.TALL + 1
    A = np.array([[Word("a")]] * rows, dtype=object)
    B = np.array([[Word("b")]], dtype=object)
    with mock.patch.object(_primitives, "SMALL", 0):
        assert set(sum_abt(A, B, (rows, 1)).ravel()) == {"ab"}


@with_kernels
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


@with_kernels
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
        with mock.patch.object(_primitives, "KERNEL_FROM", 1):
            result = lemmas_lib.sum_kron(A[:, :2], B[:, :3], 2)
    assert np.array_equal(result, expected, equal_nan=True)
    assert np.isinf(result).any() and np.isfinite(result).any()


@pytest.mark.parametrize("n", [2, 4, 5])
def test_a_long_sum_in_single_precision_loses_few_digits(n):
    """Added up one after the other it would lose half of them."""
    rng = np.random.default_rng(3)
    A, B = (rng.random((4_000_000, 2), dtype="float32") for _ in "AB")
    exact = sum_abt(A.astype("float64"), B.astype("float64"), n)
    for kernel, bound in ((kernels, 1e-6), (None, 1e-5)):
        with mock.patch.object(_primitives, "kernels", lambda k=kernel: k):
            assert abs(sum_abt(A, B, n) / exact - 1).max() < bound


@pytest.mark.parametrize("kernel_from", [1, 2**20])
def test_every_sum_from_many_threads(kernel_from):
    rng = np.random.default_rng(4)
    calls = []
    for name, make in CASES.items():
        shapes, extra = make(Draw(*SIZES[name]))
        matrices = [integers(rng, (40, *s)) for s in shapes]
        expected = each_item(getattr(loops, name), matrices, extra)
        calls.append((getattr(lemmas_lib, name), matrices, extra, expected))
    wrong = []

    def work():
        for _ in range(5):
            for function, matrices, extra, expected in calls:
                if not np.array_equal(function(*matrices, *extra), expected):
                    wrong.append(function)

    sizes = {"KERNEL_FROM": kernel_from, "KERNEL_ITEM": 1}
    with mock.patch.multiple(_primitives, **sizes):
        in_threads(work)
    assert not wrong


HAS_NUMBA = importlib.util.find_spec("numba") is not None
SAY = "print('numba' in sys.modules)"
SUM = (
    "import sys, numpy as np, lemmas_lib; "
    "X = np.ones((2 * {half}, 2)); lemmas_lib.sum_abt(X, X, 2); "
)


@pytest.mark.parametrize(
    "setting, disabled, there",
    [("1", False, HAS_NUMBA), ("1", True, False), ("0", False, False)],
)
def test_the_kernels_are_there_where_they_are_wanted(
    monkeypatch, setting, disabled, there
):
    """Else the tests of the kernels would be skipped, and all be green."""
    monkeypatch.setenv("LEMMAS_LIB_NUMBA", setting)
    if HAS_NUMBA:
        import numba

        monkeypatch.setattr(numba.config, "DISABLE_JIT", disabled)
    found = _primitives.kernels.__wrapped__()
    assert (found is not None) == there


@pytest.mark.parametrize(
    "code, setting, loaded",
    [
        (SUM.format(half=1_000), "1", False),
        (SUM.format(half=300_000), "1", HAS_NUMBA),
        (SUM.format(half=300_000), "0", False),
        ("import sys; sys.modules['numba'] = None; " + SUM.format(
            half=300_000) + "del sys.modules['numba']; ", "1", False),
    ],
    ids=["small input", "large input", "switched off", "not installed"],
)  # fmt: skip
def test_numba_is_loaded_where_it_is_needed_and_wanted(code, setting, loaded):
    done = subprocess.run(
        [sys.executable, "-c", code + SAY],
        capture_output=True,
        text=True,
        env=os.environ | {"LEMMAS_LIB_NUMBA": setting},
    )
    assert done.stdout.strip() == str(loaded), done.stderr

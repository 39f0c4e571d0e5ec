"""Which way is chosen, from shapes, strides and dtypes."""

import importlib.util
import os
import subprocess
import sys
from unittest import mock

import numpy as np
import pytest

from lemmas_lib import sum_abt, sumAijKronBij
from lemmas_lib._contraction import plan, sizes
from lemmas_lib._contraction.contract import cut
from lemmas_lib.oracles import loops

from ..cases import integers, unaligned
from .common import ways_taken, with_kernels, without_kernels

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
            assert ways_taken(sum_abt, x, x, 2) == ["kernel"]
            assert ways_taken(sumAijKronBij, x, x, (2, 2)) == ["kernel"]
    stack = np.ones((10_000, 12, 20))
    assert ways_taken(sum_abt, stack, stack, 3) == ["kernel"]


def test_small_matrices_take_the_lemma_as_stated():
    assert ways_taken(sum_abt, SMALL, SMALL, 2) == []
    assert ways_taken(sumAijKronBij, SMALL[:200], SMALL[:200], (2, 2)) == []


@pytest.mark.parametrize(
    "dtype", ["int64", "complex128", "longdouble", "float16", "object"]
)
def test_other_dtypes_go_to_numpy(dtype):
    few = LARGE[:2_000].astype(dtype)
    with mock.patch.object(sizes, "KERNEL_FROM", 1):
        with mock.patch.object(sizes, "SMALL", 0):
            assert "kernel" not in ways_taken(sum_abt, few, few, 2)


def test_entries_at_odd_places_go_to_numpy():
    packed = np.zeros((600, 8), dtype=[("tag", "i1"), ("x", "f8")])
    packed["x"] = integers(np.random.default_rng(1), (600, 8))
    x = packed["x"]
    assert x.strides[1] % x.itemsize and not x.flags.aligned
    with mock.patch.multiple(sizes, KERNEL_FROM=1, SMALL=0):
        assert "kernel" not in ways_taken(sum_abt, x, x, 2)
        assert np.array_equal(sum_abt(x, x, 2), loops.sum_abt(x, x, 2))


def test_without_the_kernel_a_view_is_one_product_and_the_rest_is_tiled():
    one, many = ["product"], ["tiles"]
    wide = LARGE.reshape(-1, 40)
    with without_kernels():
        assert ways_taken(sum_abt, wide, wide, 2) == ["pairs"]
        assert ways_taken(sum_abt, BY_COLUMN, BY_COLUMN, 2) == one
        assert ways_taken(sumAijKronBij, LARGE, LARGE, (2, 20)) == one
        stack = BY_COLUMN.T.reshape(100, -1, 10)
        assert ways_taken(sumAijKronBij, stack, stack, (2, 10)) == one
        narrow = LARGE.reshape(-1, 4)
        assert ways_taken(sum_abt, narrow, narrow, 2) == many
        assert ways_taken(sumAijKronBij, BY_COLUMN, BY_COLUMN, (2, 2)) == many


@with_kernels
def test_large_blocks_go_to_blas():
    X = np.ones((3_840, 400))
    assert ways_taken(sum_abt, X, X, 64) == ["kernel"]
    assert "kernel" not in ways_taken(sum_abt, X, X, 80)
    assert ways_taken(sumAijKronBij, X, X, (10, 10)) == ["kernel"]
    assert "kernel" not in ways_taken(sumAijKronBij, X, X, (20, 10))


@with_kernels
def test_many_tiny_items_go_to_numpy():
    """The kernel would spend its time on beginning with each of them."""
    many = np.ones((65_536, 16, 2))
    assert "kernel" not in ways_taken(sum_abt, many, many, 2)
    crossed = np.ones((300, 300, 16, 2))
    assert "kernel" not in ways_taken(sum_abt, crossed, crossed, 2)


@with_kernels
def test_what_numpy_does_in_no_time_does_not_load_the_kernel():
    rows = sizes.KERNEL_FROM // (2 * LARGE.shape[1]) // 2 * 2
    some, more = LARGE[: rows - 2], LARGE[: rows + 2]
    assert "kernel" not in ways_taken(sum_abt, some, some.copy(), 2)
    assert "kernel" in ways_taken(sum_abt, more, more.copy(), 2)


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
    assert plan._are_wide([blocks]) == wide
    assert plan._are_wide([cut(ROWS, 4, 1), blocks]) == wide


@pytest.mark.parametrize(("view", "blocks"), IS_VIEW.values(), ids=IS_VIEW)
def test_blas_takes_as_they_lie_only_what_it_need_not_copy(view, blocks):
    assert plan._is_in_order(blocks) == view


def test_entries_are_even_where_one_can_count_in_entries():
    record = np.zeros(4, dtype=[("z", "c16"), ("tag", "f8")])["z"]
    assert record.flags.aligned and record.strides[0] == 24
    assert not plan._is_even(record)
    assert not plan._is_even(unaligned(np.ones((2, 2))))
    assert plan._is_even(np.ones((4, 6))[::-1, ::3])


def test_no_array_is_handed_to_blas_that_blas_would_copy():
    """NumPy copies it out of tracemalloc's sight, so the choice is checked."""
    A = np.ones((40, 12))
    views = {
        "C": (A, True),
        "every other column": (A[:, ::2], False),
        "columns backward": (A[:, ::-1], False),
        "rows backward": (A[::-1], False),
        "one column, broadcast": (np.broadcast_to(A[:, :1], (40, 6)), False),
        "real part": ((A + 1j).real, False),
        "some columns": (A[:, 3:9], True),
        "every other row": (A[::2], True),
    }
    for name, (view, wanted) in views.items():
        rows = cut(view, 1, view.shape[1])
        assert plan._is_in_order(rows) == wanted, name


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
    found = plan.kernels.__wrapped__()
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

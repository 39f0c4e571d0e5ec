"""Which way is chosen, from shapes, strides and dtypes."""

# Longer than other files, because it is mostly tables of plans.

import os
import subprocess
import sys
from unittest import mock

import numpy as np
import pytest

from lemmas_lib import sum_abt, sumAijKronBij
from lemmas_lib._contraction import plan, sizes
from lemmas_lib._contraction.contract import cut
from lemmas_lib._contraction.plan import Plan
from lemmas_lib.oracles import loops

from ..cases import integers, unaligned
from .common import plans_made, ways_taken

# Constants so small that a matrix of 40 by 12 is large.
FEW = {
    "KERNEL_FROM": 400,
    "KERNEL_ITEM": 48,
    "ROWS_PAIRS": 12,
    "ROWS_SIDE": 4,
    "ROWS_BLOCKS": 6,
    "RUNS_PAIRS": 30,
    "RUNS_WIDE": 5,
    "PANELS_IN_ORDER": 16,
    "PANELS": 20,
    "WIDE": 8,
    "WIDE_ENTRIES": 16,
    "SHORT_COPY": 4,
    "PART": 100,
    "PARTS": 8,
}
A = np.arange(480.0).reshape(40, 12)
F = np.asfortranarray(A)
NARROW = A.reshape(80, 6)
BY_COLUMN = np.asfortranarray(NARROW)
HALVES = np.arange(960.0).reshape(40, 24)[:, ::2]
STACK = A.reshape(10, 8, 6)


def rows(way, transposed=False, across=True, parts=4):
    return Plan(way, "rows", transposed, across, parts)


def runs(way, transposed=False, across=True, parts=8):
    return Plan(way, "runs", transposed, across, parts)


def panels(way, transposed=False, across=True, parts=4):
    return Plan(way, "panels", transposed, across, parts)


def numpy(way, transposed=False, across=True, parts=4):
    return Plan(way, None, transposed, across, parts)


# What is planned for matrices and the shapes of their blocks: of A, or of A
# and B. A part has 100 entries.
PLANS = {
    # Row-major: blocks of one column in wide rows, in narrow ones.
    "pairs": (rows("pairs"), (A, 2, 1)),
    "narrow rows": (rows("tiles"), (NARROW, 2, 1)),
    "A and B": (rows("tiles", parts=8), (NARROW, 2, 1), (NARROW, 2, 1)),
    "pairs of many rows": (panels("pairs", across=True), (A, 4, 1)),
    "blocks of a row": (rows("product"), (A, 1, 2)),
    "rows of few blocks": (panels("tiles", across=False), (A, 2, 4)),
    "twelve pairs of entries": (
        rows("tiles", parts=8), (NARROW[:60], 3, 1), (NARROW, 4, 1)
    ),
    "many pairs of entries": (panels("tiles"), (A, 2, 2)),
    "whole rows": (panels("product", across=False), (NARROW, 1, 6)),
    "large blocks": (panels("tiles", across=False), (NARROW, 5, 2)),
    "larger ones": (numpy("tiles"), (A, 5, 3)),
    "larger ones in order": (numpy("product", across=False), (A, 1, 12)),
    "a dot product": (numpy("product", across=True), (A, 1, 1)),
    "no dot product": (rows("tiles"), (A[:, :10], 1, 1)),
    # Column-major: the same for the transpose.
    "in order by column": (rows("product", True), (F, 2, 1)),
    "high": (panels("product", True), (F, 5, 1)),
    "higher": (numpy("product", True), (F, 10, 1)),
    "blocks by column": (panels("tiles", True), (F, 2, 2)),
    # Blocks that lie as one row, of two matrices.
    "runs": (runs("product", True), (F, 5, 1), (F, 5, 1)),
    "whole rows of two": (
        runs("product", across=False), (NARROW, 1, 6),
        (np.ones((80, 5)), 1, 5),
    ),
    "high ones of rows": (
        panels("pairs", across=True, parts=8), (A, 4, 1), (A, 5, 1)
    ),
    "not wide": (
        panels("product", True, parts=8), (F, 5, 1), (F, 4, 1)
    ),
    "too many pairs": (
        panels("product", True, parts=8), (F, 5, 1), (F, 8, 1)
    ),
    # One axis of length 1 is no reason to transpose.
    "one column": (rows("product", False, False), (np.ones((480, 1)), 2, 1)),
    "one row": (rows("product"), (np.ones((1, 480)), 1, 2)),
    "a column of many": (
        panels("tiles", False, False), (np.ones((480, 9))[:, :1], 2, 1)
    ),
    # Of two orders; the first decides.
    "A by row": (
        panels("tiles", parts=8), (NARROW, 2, 1), (BY_COLUMN, 2, 1)
    ),
    "A by column": (
        panels("tiles", True, parts=8), (BY_COLUMN, 2, 1), (NARROW, 2, 1)
    ),
    # Other strides: rows may lie anywhere, columns side by side.
    "every other row": (rows("tiles"), (np.ones((160, 6))[::2], 2, 1)),
    "rows backward": (rows("tiles"), (NARROW[::-1], 2, 1)),
    "columns backward": (panels("tiles"), (NARROW[:, ::-1], 2, 1)),
    "every other column": (panels("tiles"), (HALVES, 2, 1)),
    "repeated rows": (
        panels("tiles", True), (np.broadcast_to(NARROW[0], (80, 6)), 2, 1)
    ),
    # Batches.
    "a batch": (rows("tiles"), (STACK, 2, 1)),
    "a batch and one": (
        rows("tiles", parts=8), (STACK, 2, 1), (STACK[:1], 2, 1)
    ),
    "tiny items": (numpy("tiles"), (np.ones((20, 4, 6)), 2, 1)),
    "few of them": (numpy("tiles", parts=1), (STACK[:3], 2, 1)),
    # Few entries, and other numbers.
    "few entries": (numpy("tiles", parts=3), (NARROW[:66], 2, 1)),
    "fewer than a part": (numpy("tiles", parts=1), (NARROW[:10], 2, 1)),
    "float32": (rows("tiles"), (NARROW.astype("f4"), 2, 1)),
    "float16": (numpy("tiles"), (NARROW.astype("f2"), 2, 1)),
    "float16 in order": (numpy("tiles", True), (F.astype("f2"), 2, 1)),
    "integers": (numpy("tiles"), (NARROW.astype("i8"), 2, 1)),
    "integers in order": (numpy("product", True), (F.astype("i8"), 2, 1)),
    "complex": (numpy("tiles"), (NARROW.astype("c16"), 2, 1)),
    "longdouble": (numpy("tiles"), (NARROW.astype("g"), 2, 1)),
    "objects": (numpy("tiles"), (NARROW.astype("O"), 2, 1)),
    "big-endian": (numpy("tiles"), (NARROW.astype(">f8"), 2, 1)),
    "big-endian in order": (numpy("tiles", True), (F.astype(">f8"), 2, 1)),
    "mixed": (
        numpy("tiles", parts=8), (A, 2, 1), (A.astype("f4"), 2, 1)
    ),
    "mixed in order": (
        numpy("tiles", True, parts=8), (F.astype("f4"), 2, 1), (F, 2, 1)
    ),
    "unaligned": (numpy("tiles"), (unaligned(A), 2, 1)),
    "unaligned in order": (
        numpy("tiles", across=False), (unaligned(A), 1, 12)
    ),
}  # fmt: skip


def summed_in(matrices):
    dtype = np.result_type(*matrices)
    return np.dtype(float) if dtype == np.float16 else dtype


def planned(*cuts, strip_of=0):
    matrices = [X for X, *_ in cuts]
    blocks = [cut(*each) for each in cuts]
    return plan.choose(blocks, summed_in(matrices), strip_of)


@pytest.mark.parametrize(("wanted", "cuts"), [
    (wanted, cuts) for wanted, *cuts in PLANS.values()
], ids=PLANS)  # fmt: skip
def test_a_plan_is_a_value(wanted, cuts):
    with mock.patch.multiple(sizes, **FEW):
        assert planned(*cuts) == wanted


@pytest.mark.parametrize("strip_of, kernel", [(399, None), (400, "rows")])
def test_a_strip_takes_the_kernel_of_the_whole_undivided(strip_of, kernel):
    with mock.patch.multiple(sizes, **FEW):
        found = planned((NARROW[:40], 2, 1), strip_of=strip_of)
        assert found == Plan("tiles", kernel, False, True, parts=1)
        whole = planned((NARROW, 2, 1), strip_of=strip_of)
        assert whole == rows("tiles", parts=1)


def test_a_sum_is_cut_into_so_many_parts_at_most():
    with mock.patch.multiple(sizes, **FEW):
        parts = [planned((A[:n], 1, 1)).parts for n in range(1, 41)]
        assert parts == [max(1, 12 * n // 100) for n in range(1, 41)]
        assert planned((np.ones((40, 24)), 1, 1)).parts == 8


CHOOSE = """
import sys
import numpy as np
from lemmas_lib._contraction import plan
blocks = np.empty((60_000, 20)).reshape(30_000, 2, 20, 1).swapaxes(1, 2)
print(plan.choose([blocks], blocks.dtype), "numba" in sys.modules)
"""


def test_no_plan_needs_numba():
    """It says what to ask for, and nothing is loaded yet."""
    done = subprocess.run(
        [sys.executable, "-c", CHOOSE],
        capture_output=True,
        text=True,
        env=os.environ | {"LEMMAS_LIB_NUMBA": "1"},
    )
    assert done.stdout == (
        "Plan(way='tiles', kernel='rows', transposed=False, across=True, "
        "parts=4) False\n"
    ), done.stderr


SMALL = np.ones((400, 20))


def test_small_matrices_take_the_lemma_as_stated():
    some = SMALL[:200]
    assert ways_taken(sum_abt, SMALL, SMALL, 2) == []
    assert ways_taken(sumAijKronBij, some, some, (2, 2)) == []
    with mock.patch.multiple(sizes, SMALL=799, SMALL_KRONECKERS=799):
        assert len(ways_taken(sum_abt, some[:20], some[:20], 2)) == 1
        taken = ways_taken(sumAijKronBij, some[:20], some[:20], (2, 2))
        assert len(taken) == 1


@pytest.mark.parametrize("most, small", [(23, False), (24, True)])
def test_two_are_small_together(most, small):
    X, Y = np.ones((4, 3)), np.ones((6, 2))
    assert plan.is_small(X, Y, most) == small
    assert not plan.is_small(X[None], Y, 99)
    assert not plan.is_small(X, Y[None], 99)
    assert not plan.is_small(X[:0], Y, 99)
    assert not plan.is_small(X, Y[:0], 99)
    # In half precision they are not summed as they are.
    assert not plan.is_small(X.astype("f2"), Y.astype("f2"), 99)


# Blocks, and the shape in which the kernel for rows takes them, if it does.
IN_ROWS = {
    "one column": ((1, 1, 40, 1, 2), cut(np.ones((80, 1)), 2, 1)),
    "in rows": ((1, 40, 6, 2, 1), cut(NARROW, 2, 1)),
    "of two columns": ((1, 40, 3, 2, 2), cut(NARROW, 2, 2)),
    "of one row": ((1, 1, 240, 1, 2), cut(NARROW, 1, 2)),
    "whole rows": ((1, 1, 40, 1, 12), cut(NARROW, 2, 6)),
    "by column": ((1, 1, 240, 1, 2), plan.turned(cut(F[:40], 2, 1))),
    "of single entries": ((1, 1, 480, 1, 1), cut(NARROW, 1, 1)),
    "every other row": ((1, 20, 6, 2, 1), cut(NARROW[::2], 2, 1)),
    "rows backward": ((1, 40, 6, 2, 1), cut(NARROW[::-1], 2, 1)),
    "some columns": ((1, 80, 3, 1, 1), cut(NARROW[:, :3], 1, 1)),
    "one row": ((1, 1, 6, 2, 1), cut(NARROW[:2], 2, 1)),
    "columns backward": (None, cut(NARROW[:, ::-1], 2, 1)),
    "whole rows backward": (None, cut(NARROW[:, ::-1], 2, 6)),
    "whole rows of one number": (
        None, cut(np.broadcast_to(NARROW[:, :1], NARROW.shape), 2, 6)
    ),
    "every other column": (None, cut(HALVES, 2, 1)),
    "every other column, in blocks": (None, cut(HALVES, 2, 2)),
    "column-major": (None, cut(F, 2, 1)),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "blocks"), IN_ROWS.values(), ids=IN_ROWS)
def test_blocks_are_in_rows_where_they_lie_so(shape, blocks):
    found = plan.in_rows([blocks[None]])
    assert (found and found[0].shape) == shape
    if found:
        assert np.shares_memory(found[0], blocks)
        assert np.array_equal(found[0].ravel(), blocks.ravel())


def test_rows_of_blocks_are_one_in_all_matrices_or_in_none():
    alone, in_rows = cut(np.ones((80, 6)), 1, 1), cut(np.ones((160, 6)), 2, 1)
    assert plan.in_rows([alone])[0].shape == (1, 480, 1, 1)
    first, second = plan.in_rows([alone, in_rows])
    assert first.shape == (80, 6, 1, 1) and second.shape == (80, 6, 2, 1)
    with mock.patch.multiple(sizes, **FEW):
        # Each of them has to suit: B may have too many rows, or lie badly.
        for height, kernel in (4, "rows"), (5, "panels"):
            B = np.ones((80 * height, 6))
            by_column = np.asfortranarray(B)
            assert planned((NARROW, 1, 1), (B, height, 1)).kernel == kernel
            found = planned((NARROW, 1, 1), (by_column, height, 1))
            assert found.kernel == "panels"


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
    "rows that overlap": (
        False, cut(np.lib.stride_tricks.sliding_window_view(
            np.ones(95), 16), 4, 1)
    ),
}  # fmt: skip


@pytest.mark.parametrize(("wide", "blocks"), ARE_WIDE.values(), ids=ARE_WIDE)
def test_pairs_are_multiplied_as_they_lie_in_wide_rows(wide, blocks):
    assert plan._are_wide([blocks]) == wide
    assert plan._are_wide([cut(ROWS, 4, 1), blocks]) == wide


IS_VIEW = {
    "whole rows": (True, cut(np.ones((8, 6)), 2, 6)),
    "blocks beside each other": (False, cut(np.ones((8, 6)), 2, 1)),
    "rows of a block apart": (False, cut(np.ones((2, 6)), 2, 2)),
    "entries apart, blocks in order": (
        True, np.ones((2, 3, 4, 5)).transpose(2, 3, 0, 1)
    ),
    "one column of many": (False, cut(np.ones((8, 3))[:, :1], 2, 1)),
}  # fmt: skip


@pytest.mark.parametrize(("view", "blocks"), IS_VIEW.values(), ids=IS_VIEW)
def test_blas_takes_as_they_lie_only_what_it_need_not_copy(view, blocks):
    assert plan.is_in_order(blocks) == view


def test_entries_are_even_where_one_can_count_in_entries():
    record = np.zeros(4, dtype=[("z", "c16"), ("tag", "f8")])["z"]
    assert record.flags.aligned and record.strides[0] == 24
    assert not plan.is_even(record)
    assert not plan.is_even(unaligned(np.ones((2, 2))))
    assert plan.is_even(np.ones((4, 6))[::-1, ::3])


def test_entries_at_odd_places_go_to_numpy():
    packed = np.zeros((600, 8), dtype=[("tag", "i1"), ("x", "f8")])
    packed["x"] = integers(np.random.default_rng(1), (600, 8))
    x = packed["x"]
    assert x.strides[1] % x.itemsize and not x.flags.aligned
    with mock.patch.multiple(sizes, KERNEL_FROM=1, SMALL=0):
        (made,) = plans_made(sum_abt, x, x, 2)
        assert (made.way, made.kernel) == ("tiles", None)
        assert np.array_equal(sum_abt(x, x, 2), loops.sum_abt(x, x, 2))


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
        "one row": (A[:1], True),
        "rows that overlap": (
            np.lib.stride_tricks.sliding_window_view(A[0], 6), False
        ),
    }  # fmt: skip
    for name, (view, wanted) in views.items():
        rows = cut(view, 1, view.shape[1])
        assert plan.is_in_order(rows) == wanted, name


def test_many_small_blocks_go_to_a_kernel_in_every_layout():
    """At the real constants, and at a size that is computed often."""
    for dtype in ("float64", "float32"):
        X = np.empty((60_000, 20), dtype)
        for matrix, kernel in (
            (X, "rows"),
            (np.empty((20, 60_000), dtype).T, "rows"),
            (X[::-1, ::-1], "panels"),
            (np.empty((60_000, 40), dtype)[:, ::2], "panels"),
            (X.reshape(1_000, 120, 10), "rows"),
            (X.reshape(1_000, 240, 5), "panels"),
        ):
            blocks = cut(matrix, 2, 1)
            assert plan.choose([blocks], blocks.dtype).kernel == kernel

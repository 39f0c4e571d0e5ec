"""Every sum on every way, against both oracles.

Small matrices are sent down every way: the constants by which ``plan`` and
``compiled`` choose are drawn as well.
"""

import contextlib
import math
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lemmas_lib
from lemmas_lib import sum_abt, sum_kron, sumAijKronBij
from lemmas_lib._contraction import plan, sizes, threads
from lemmas_lib.oracles import loops

from ..cases import (
    CASES,
    LAYOUTS,
    MEMORY,
    case,
    each_item,
    every_sum,
    in_threads,
    integers,
    products,
    unequal,
)
from ..test_sums import assert_agrees
from .common import at_once, few_kernels, plans_made, without_kernels

# Each constant as it is, and so small that a few entries are many.
WAYS = {
    "TILE": [1, 5, 24, 2**16],
    "STRIP": [1, 9, 2**19],
    "FORMED": [-9, 64],
    "DEEP": [1, 256],
    "WIDE": [1, 16],
    "WIDE_ENTRIES": [1, 64],
    "SHORT_COPY": [2, 16],
    "TALL": [1, 1024],
    "LONG": [1, 256],
    "NARROW": [2, 128],
    "SMALL": [0, 2**16],
    "SMALL_KRONECKERS": [0, 2**13],
    "KERNEL_FROM": [1, 2**20],
    "KERNEL_ITEM": [1, 2**7],
    "LOADING": [0],
    "COMPILING": [0],
    "ROWS_PAIRS": [0, 2],
    "ROWS_SIDE": [1, 6],
    "ROWS_BLOCKS": [1, 8],
    "READ_FIRST": [range(0), range(1, 2**20)],
    "RUNS_PAIRS": [0, 2000],
    "RUNS_WIDE": [1, 8],
    "PANELS_IN_ORDER": [0, 96],
    "PANELS": [0, 256],
    "PANEL_BLOCKS": [1, 3, 1024],
    "PANEL": [1, 40, 2**15],
    "PANEL_ROW": [1, 64],
    "PART": [1, 2**18],
    "PARTS": [1, 3, 64],
    "RESULTS": [1, 40, 2**18],
}


@contextlib.contextmanager
def ways_drawn(draw):
    """Draw the constants that choose the way, and the number of threads."""
    drawn = {
        name: draw(st.sampled_from(values), label=name)
        for name, values in WAYS.items()
    }
    number = draw(st.integers(1, 3), label="threads")
    with (
        few_kernels(),
        mock.patch.multiple(sizes, **drawn),
        mock.patch.object(threads, "allowed", lambda: number),
    ):
        yield


def test_every_constant_is_drawn():
    assert {name for name in vars(sizes) if name.isupper()} == set(WAYS)


@every_sum
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_every_way_agrees_with_both_oracles(name, data):
    assert_agrees(name, data, ways_drawn(data.draw))


@every_sum
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_odd_memory_holds_the_same_numbers(name, data):
    shapes, extra = CASES[name](data.draw)
    rng = np.random.default_rng(2)
    odd = []
    for shape in shapes:
        made = data.draw(st.sampled_from(list(MEMORY)), label="memory")
        # A list of nothing has no shape.
        if made == "list" and 0 in shape:
            made = "read-only"
        odd.append(MEMORY[made](rng, shape))
    plain = [np.array(x, dtype=float) for x in odd]
    with contextlib.ExitStack() as stack:
        if data.draw(st.booleans(), label="kernels"):
            stack.enter_context(at_once())
            pairs = data.draw(st.sampled_from([0, 2]), label="ROWS_PAIRS")
            stack.enter_context(few_kernels(pairs))
        for name_of in ("SMALL", "SMALL_KRONECKERS", "ROWS_BLOCKS"):
            if data.draw(st.booleans(), label=name_of):
                patch = mock.patch.object(sizes, name_of, 0)
                stack.enter_context(patch)
        result = getattr(lemmas_lib, name)(*odd, *extra)
    assert type(result) is np.ndarray and result.flags.writeable
    assert result.dtype.isnative
    assert np.array_equal(result, getattr(loops, name)(*plain, *extra))
    for x, before in zip(odd, plain, strict=True):
        assert np.array_equal(x, before)
        assert isinstance(x, list) or not np.shares_memory(result, x)


@every_sum
def test_large_batch_of_each_argument_alone(name):
    """One argument has a batch at a time; the others are shared."""
    shapes, extra = unequal(name)
    rng = np.random.default_rng(1)
    for stacked in range(len(shapes)):
        matrices = [integers(rng, s) for s in shapes]
        matrices[stacked] = integers(rng, (3, 40, *shapes[stacked]))
        expected = each_item(getattr(loops, name), matrices, extra)
        with mock.patch.object(sizes, "TILE", 1000):
            result = getattr(lemmas_lib, name)(*matrices, *extra)
            assert np.array_equal(result, expected)
            with at_once(), few_kernels():
                result = getattr(lemmas_lib, name)(*matrices, *extra)
        assert np.array_equal(result, expected)


@pytest.mark.parametrize("shape", [(50_000, 1), (1_000, 70), (60, 3_000)])
@pytest.mark.parametrize("layout", ["C", "F"])
def test_more_than_one_tile_of_the_real_size(shape, layout):
    rng = np.random.default_rng(3)
    A, B = (LAYOUTS[layout](integers(rng, shape)) for _ in "AB")
    assert A.size > sizes.TILE // 2
    for n in (2, 5):
        expected = loops.sum_abt(A, B, n)
        assert np.array_equal(sum_abt(A, B, n), expected)
        if shape[1] < 100:
            expected = loops.sum_kron(A, B, n)
            assert np.array_equal(sum_kron(A, B, n), expected)


def test_an_empty_batch_reaches_no_way():
    none = np.empty((0, 2**20, 2))
    assert plans_made(sum_kron, none, np.ones((2**20, 2)), 2) == []
    result = sum_kron(none, np.ones((2**20, 2)), 2)
    assert result.shape == (0, 4, 4)


@pytest.mark.parametrize("kernel_from", [1, 2**20])
def test_every_sum_from_many_threads(kernel_from):
    rng = np.random.default_rng(4)
    calls = []
    for name in CASES:
        shapes, extra = unequal(name)
        matrices = [integers(rng, (40, *s)) for s in shapes]
        expected = each_item(getattr(loops, name), matrices, extra)
        calls.append((getattr(lemmas_lib, name), matrices, extra, expected))
    wrong = []

    def work():
        for _ in range(5):
            for function, matrices, extra, expected in calls:
                if not np.array_equal(function(*matrices, *extra), expected):
                    wrong.append(function)

    with at_once(KERNEL_FROM=kernel_from), few_kernels():
        in_threads(work)
    assert not wrong


@pytest.mark.parametrize("batch", [(2, 3), (3, 2), (2, 3, 4), (4, 3, 2)])
def test_kernels_take_any_number_of_batch_axes(batch):
    rng = np.random.default_rng(7)
    A = integers(rng, (*batch, 12, 2))
    B = integers(rng, (*batch[1:], 18, 2))
    with at_once(SMALL=0, TILE=1), few_kernels():
        made = plans_made(sum_abt, A, B, (2, 3))
        result = sum_abt(A, B, (2, 3))
    assert {chosen.kernel for chosen in made} == {"panels"}
    assert np.array_equal(result, each_item(loops.sum_abt, [A, B], ((2, 3),)))


def passed_on(function, *arguments):
    """Return how many matrices each contraction of a call is of."""
    given, choose = [], plan.choose

    def watched(blocks, *others):
        given.append(len(blocks))
        return choose(blocks, *others)

    with mock.patch.object(plan, "choose", watched):
        function(*arguments)
    return given


def test_a_matrix_with_itself_is_passed_on_once():
    """It is read once, and takes half the products, if it is cut alike."""
    X = integers(np.random.default_rng(2), (6_000, 21))
    with mock.patch.object(sizes, "SMALL", 0):
        for n in (2, 5, 10):
            assert passed_on(sum_abt, X, X, n) == [1]
            assert passed_on(sum_abt, X, X.copy(), n) == [2]
    assert passed_on(sumAijKronBij, X, X, (2, 3)) == [1]
    assert passed_on(sumAijKronBij, X, X, (2, 3), (2, 3)) == [1]


@pytest.mark.parametrize("layout", ["C", "F"])
def test_what_no_kernel_does_numpy_does(layout):
    """The plan of a transposed matrix is for its transpose on both ways."""
    rng = np.random.default_rng(5)
    A, B = (LAYOUTS[layout](integers(rng, (60, 20 * w))) for w in (2, 4))
    expected = loops.sumAijKronBij(A, B, (3, 2), (3, 4))
    with at_once(SMALL_KRONECKERS=0), few_kernels():
        for patch in (contextlib.nullcontext(), without_kernels()):
            with patch:
                found = sumAijKronBij(A, B, (3, 2), (3, 4))
                assert np.array_equal(found, expected)


KRON_BCT = [
    dict(zip("l1 l2 n1_A n2_A n_B n_C k".split(), sizes, strict=True))
    for sizes in (
        (5, 7, 2, 3, 2, 3, 4), (6, 4, 1, 1, 2, 1, 3), (3, 5, 4, 1, 2, 3, 2),
        (4, 6, 3, 2, 1, 5, 2), (2, 3, 2, 6, 1, 4, 3),
    )
]  # fmt: skip


@pytest.mark.parametrize("sized", KRON_BCT)
def test_lemma_6_has_two_routes(sized):
    """By the first BC' is formed, by the second the Q_j are."""
    l1, l2, n1, n2, n_b, n_c, k = sized.values()
    first = l1 * l2 * n_b * n_c * (k + n1 * n2)
    second = l2 * n1 * n2 * n_b * k * (l1 + n_c)
    assert first != second
    # From here on FORMED is large enough.
    least = math.ceil(n1 * n2 * k / n_c) - k - n1 * n2
    held = 2 * n1 * n_b * l2 * n2 * k
    given = case("sum_kron_bct", sized)
    for taken, constants in (
        (second, {"FORMED": least}),
        (first, {"FORMED": least - 1}),
        (second, {"FORMED": least, "SMALL": l1 * n1 * l2 * n2 - 1}),
        (first, {"FORMED": least, "SMALL": l1 * n1 * l2 * n2}),
        (second, {"FORMED": least, "STRIP": held}),
        (first, {"FORMED": least, "STRIP": held - 1}),
    ):
        with mock.patch.multiple(sizes, **{"SMALL": 0} | constants):
            assert products(lemmas_lib.sum_kron_bct, *given) == taken


@pytest.mark.parametrize("batched", ["A", "B", "C", "AB", "BC", "ABC", ""])
@pytest.mark.parametrize("formed", [-100, 100])
def test_both_routes_of_lemma_6_take_batches(formed, batched):
    shapes, extra = unequal("sum_kron_bct")
    rng = np.random.default_rng(6)
    matrices = [
        integers(rng, ((2, 3) if letter in batched else ()) + shape)
        for letter, shape in zip("ABC", shapes, strict=True)
    ]
    expected = each_item(loops.sum_kron_bct, matrices, extra)
    for strip in (2**19, 1_500):  # so that the batch is cut, not the Q_j
        with mock.patch.multiple(sizes, SMALL=0, FORMED=formed, STRIP=strip):
            found = lemmas_lib.sum_kron_bct(*matrices, *extra)
        assert np.array_equal(found, expected)

"""Every sum on every way, against both oracles.

Small matrices are sent down every way: the constants by which ``plan`` and
``kernel`` choose are drawn as well.
"""

import contextlib
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lemmas_lib
from lemmas_lib._contraction import sizes
from lemmas_lib.oracles import loops

from ..cases import (
    CASES,
    LAYOUTS,
    MEMORY,
    SIZES,
    Draw,
    each_item,
    every_sum,
    in_threads,
    integers,
)
from ..test_sums import assert_agrees
from .common import kernels, with_kernels

# Each constant as it is, and so small that a few entries are many.
WAYS = {
    "TILE": [1, 5, 24, 2**16],
    "STRIP": [1, 9, 2**19],
    "DEEP": [1, 256],
    "WIDE": [1, 16],
    "WIDE_ENTRIES": [1, 64],
    "SHORT_COPY": [2, 16],
    "TALL": [1, 4096],
    "NARROW": [2, 8],
    "SMALL": [0, 2**16],
    "SMALL_KRONECKERS": [0, 2**13],
    "KERNEL_FROM": [1, 2**20],
    "KERNEL_ITEM": [1, 2**7],
    "KERNEL_BLOCKS_IN_ORDER": [0, 128],
    "SHARE": [1, 2**18],
    "FEW": [0, 25],
    "SHORT_ROW": [1, 3, 128],
    "NARROW_ROW": [0, 2, 32],
    "LONG_ROW": [2, 5, 1024],
    "RESULTS": [1, 40, 2**18],
}


@contextlib.contextmanager
def ways_drawn(draw):
    """Draw the constants that choose the way, and the number of threads."""
    drawn = {
        name: draw(st.sampled_from(values), label=name)
        for name, values in WAYS.items()
    }
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.multiple(sizes, **drawn))
        if kernels:
            config = kernels.numba.config
            threads = draw(st.integers(1, 4), label="threads")
            patch = mock.patch.object(config, "NUMBA_NUM_THREADS", threads)
            stack.enter_context(patch)
        yield


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
        for name_of in ("KERNEL_FROM", "SMALL", "SMALL_KRONECKERS"):
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
    shapes, extra = CASES[name](Draw(*SIZES[name]))
    rng = np.random.default_rng(1)
    for stacked in range(len(shapes)):
        matrices = [integers(rng, s) for s in shapes]
        matrices[stacked] = integers(rng, (3, 40, *shapes[stacked]))
        with mock.patch.object(sizes, "TILE", 1000):
            result = getattr(lemmas_lib, name)(*matrices, *extra)
        expected = each_item(getattr(loops, name), matrices, extra)
        assert np.array_equal(result, expected)


@pytest.mark.parametrize("shape", [(50_000, 1), (1_000, 70), (60, 3_000)])
@pytest.mark.parametrize("layout", ["C", "F"])
def test_more_than_one_tile_of_the_real_size(shape, layout):
    rng = np.random.default_rng(3)
    A, B = (LAYOUTS[layout](integers(rng, shape)) for _ in "AB")
    assert A.size > sizes.TILE // 2
    for n in (2, 5):
        expected = loops.sum_abt(A, B, n)
        assert np.array_equal(lemmas_lib.sum_abt(A, B, n), expected)
        if shape[1] < 100:
            expected = loops.sum_kron(A, B, n)
            assert np.array_equal(lemmas_lib.sum_kron(A, B, n), expected)


@with_kernels
def test_an_empty_batch_does_not_reach_the_kernel():
    none = np.empty((0, 2**20, 2))
    result = lemmas_lib.sum_kron(none, np.ones((2**20, 2)), 2)
    assert result.shape == (0, 4, 4)


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

    with mock.patch.multiple(sizes, KERNEL_FROM=kernel_from, KERNEL_ITEM=1):
        in_threads(work)
    assert not wrong

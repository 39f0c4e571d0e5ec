"""Every sum against both oracles, at sizes, dtypes and layouts drawn.

That each way of the contraction gives the same is in ``contraction``.
"""

import contextlib
import decimal
from fractions import Fraction

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lemmas_lib
from lemmas_lib.oracles import formulas, loops

from .cases import (
    CASES,
    DTYPES,
    LAYOUTS,
    each_item,
    every_sum,
    integers,
    products,
    unequal,
)


@st.composite
def problems(draw, name):
    """Return matrices of mixed dtypes, layouts and batch axes, and the rest"""
    shapes, extra = CASES[name](draw)
    batches = draw(
        hnp.mutually_broadcastable_shapes(
            num_shapes=len(shapes), min_dims=0, max_dims=2, max_side=3
        )
    ).input_shapes
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    # Alike more often than mixed, so that each dtype is met by itself.
    common = draw(st.sampled_from(DTYPES))
    # Fractions are exact beside integers only.
    numbers = [d for d in DTYPES if d != "object"]
    others = ["int8", "int64"] if common == "object" else numbers
    matrices = []
    for batch, shape in zip(batches, shapes, strict=True):
        dtype = draw(st.sampled_from([common] * len(others) + others))
        layout = LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))]
        matrices.append(layout(integers(rng, batch + shape, dtype)))
    return matrices, extra


def assert_agrees(name, data, way):
    """Compare a drawn problem, computed within a context, with the oracles."""
    matrices, extra = data.draw(problems(name))
    first, *others = matrices
    if all(x.shape == first.shape for x in others) and data.draw(
        st.booleans(), label="all the same matrix"
    ):
        matrices = [first] * len(matrices)
    before = [x.copy() for x in matrices]
    with way:
        result = getattr(lemmas_lib, name)(*matrices, *extra)

    expected = each_item(getattr(loops, name), matrices, extra)
    assert result.dtype == np.result_type(*matrices)
    assert result.shape == expected.shape
    assert np.array_equal(result, expected)
    for x, copy in zip(matrices, before, strict=True):
        assert np.array_equal(x, copy)
        assert not np.shares_memory(result, x)
    formula = each_item(getattr(formulas, name), matrices, extra)
    assert np.array_equal(result, formula)


@every_sum
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_agrees_with_both_oracles(name, data):
    assert_agrees(name, data, contextlib.nullcontext())


@every_sum
def test_empty_batch_gives_an_empty_result(name):
    shapes, extra = unequal(name)
    one = getattr(loops, name)(*(np.zeros(s) for s in shapes), *extra)
    first, *others = (np.zeros(s) for s in shapes)
    empty = np.zeros((2, 0, *first.shape))
    result = getattr(lemmas_lib, name)(empty, *others, *extra)
    assert result.shape == (2, 0, *one.shape)


@every_sum
def test_numpy_integers_and_lists_are_taken(name):
    shapes, extra = unequal(name)
    rng = np.random.default_rng(2)
    matrices = [integers(rng, s, "int64") for s in shapes]
    as_numpy = [
        tuple(np.int16(v) for v in e) if isinstance(e, tuple) else np.uint8(e)
        for e in extra
    ]
    for module in (lemmas_lib, loops, formulas):
        function = getattr(module, name)
        expected = function(*matrices, *extra)
        lists = [x.tolist() for x in matrices]
        assert np.array_equal(function(*lists, *as_numpy), expected)


def test_numpy_integers_of_few_bits_do_not_overflow():
    n = np.uint8(16)
    X = np.ones((400, 16))
    for module in (lemmas_lib, loops, formulas):
        C = np.zeros((16, 16))
        assert module.sum_residual_outer(X, X, C, n).shape == (16, 16)
        assert module.sum_kron_bct(C, C, C, n, n).shape == (256, 256)
        assert module.sumAijKronBij(C, C, (n, n)).shape == (256, 256)


def test_one_integer_is_the_height_in_both():
    rng = np.random.default_rng(4)
    A, B, C = (integers(rng, s) for s in [(6, 3), (6, 4), (3, 4)])
    D, E = integers(rng, (6, 4)), integers(rng, (3, 4))
    for name, matrices, one, pair in (
        ("sum_acbt", [A, C, B], [2], [(2, 2)]),
        ("sum_kron_abt_cdt", [A, C[:, :3], B, E], [2, 3], [(2, 2), (3, 3)]),
        ("sum_kron_bct", [A, D, E], [2, 3], [(2, 2), (3, 3)]),
    ):
        function = getattr(lemmas_lib, name)
        result = function(*matrices, *one)
        assert np.array_equal(result, function(*matrices, *pair))
        assert np.array_equal(result, getattr(loops, name)(*matrices, *one))


def test_complex_numbers_are_not_conjugated():
    A = np.array([[1j]])
    assert lemmas_lib.sum_abt(A, A, 1) == -1


def test_no_intermediate_overflows_a_narrower_dtype():
    """AC alone would overflow int8; the result is int64 all the way."""
    A, C = np.full((1, 1), 100, "int8"), np.full((1, 1), 100, "int8")
    B = np.full((1, 1), 3, "int64")
    assert lemmas_lib.sum_acbt(A, C, B, 1) == 30_000


def test_nan_and_infinity_stay_where_they_are():
    A, B = np.ones((4, 2)), np.ones((4, 2))
    A[1, 0], B[3, 1] = np.nan, np.inf
    with np.errstate(invalid="ignore"):  # BLAS raises the flag at will
        expected = loops.sum_abt(A, B, 2)
        result = lemmas_lib.sum_abt(A, B, 2)
    assert np.array_equal(result, expected, equal_nan=True)
    assert np.isnan(result).any() and np.isinf(result).any()


def test_empty_blocks_of_one_matrix_have_their_own_shapes():
    """It is cut once only where it is cut alike."""
    X = np.ones((0, 0))
    result = lemmas_lib.sumAijKronBij(X, X, (2, 3), (1, 1))
    assert np.array_equal(result, np.zeros((2, 3)))


@pytest.mark.parametrize("k1, k2", [(9, 8), (8, 9), (6, 1), (1, 6)])
@pytest.mark.parametrize("n_a, n_b", [(50, 1), (5, 1), (1, 5), (3, 4)])
def test_lemma_2_takes_the_route_with_fewer_operations(k1, k2, n_a, n_b):
    l = 2
    made = products(
        lemmas_lib.sum_acbt,
        [(l * n_a, k1), (k1, k2), (l * n_b, k2)],
        [(n_a, n_b)],
    )
    through_a = l * n_a * k2 * (k1 + n_b)
    through_b = l * n_b * k1 * (k2 + n_a)
    assert made == min(through_a, through_b)
    assert through_a != through_b


@pytest.mark.parametrize(
    "l1, l2, k1, k2",
    [(1, 2, 7, 8), (9, 8, 1, 2), (3, 4, 2, 5), (5, 6, 3, 2), (1, 10, 2, 3)],
)
@pytest.mark.parametrize(
    "heights", [(2, 3, 2, 3), (6, 4, 1, 6), (6, 1, 1, 1), (3, 1, 1, 2)]
)
def test_lemma_5_takes_the_route_with_fewer_operations(
    l1, l2, k1, k2, heights
):
    n_a, n_b, n_c, n_d = heights
    made = products(
        lemmas_lib.sum_kron_abt_cdt,
        [(l1 * n_a, k1), (l2 * n_b, k1), (l1 * n_c, k2), (l2 * n_d, k2)],
        [(n_a, n_c), (n_b, n_d)],
    )
    every = n_a * n_b * n_c * n_d
    sums = k1 * k2 * (l1 * n_a * n_c + l2 * n_b * n_d + every)
    outer = l1 * l2 * (n_a * n_b * k1 + n_c * n_d * k2 + every)
    assert made == min(sums, outer)
    assert sums != outer


def test_other_numbers_than_floats_are_welcome():
    A = np.array([[decimal.Decimal("0.1")], [decimal.Decimal("0.2")]])
    assert lemmas_lib.sum_abt(A, A, 1) == decimal.Decimal("0.05")


def test_np_matrix_becomes_an_array():
    with pytest.warns(PendingDeprecationWarning):
        A = np.matrix([[1, 2], [3, 4]])
    assert type(lemmas_lib.sum_abt(A, A, 1)) is np.ndarray
    assert lemmas_lib.sum_abt(A, A, 1) == 30


class Child(np.ndarray):
    """A subclass that would spoil what it is let into."""

    def __array_finalize__(self, other):
        if other is not None and self.ndim > 2:
            raise AssertionError("used as it is")


@every_sum
def test_a_subclass_is_taken_as_the_array_it_is(name):
    shapes, extra = CASES[name](lambda _: 2)
    rng = np.random.default_rng(5)
    plain = [integers(rng, s) for s in shapes]
    result = getattr(lemmas_lib, name)(*(x.view(Child) for x in plain), *extra)
    assert type(result) is np.ndarray
    assert np.array_equal(result, getattr(loops, name)(*plain, *extra))


def test_objects_that_cannot_be_multiplied_are_not_computed_with():
    X = np.array([["a", "b"], ["c", "d"]], dtype=object)
    with pytest.raises(TypeError):
        lemmas_lib.sum_abt(X, X, 1)
    halves = np.full((2, 2), Fraction(1, 2), dtype=object)
    assert lemmas_lib.sum_abt(halves, halves, 1)[0, 0] == 1

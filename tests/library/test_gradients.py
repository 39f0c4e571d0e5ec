"""The cotangents of every sum, against difference quotients and the blocks."""

from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import lemmas_lib
from lemmas_lib import gradients
from lemmas_lib.oracles import (
    adjoints,
    arithmetic,
    differences,
    loops,
    rounding,
)

from .cases import (
    CASES,
    LAYOUTS,
    OTHER_ROUTE,
    WEIGHTED,
    counted,
    each_item,
    every_sum,
    integers,
    peak_memory,
    products,
    shapes_weighted,
    sized,
    sizes_of,
    unequal,
)

x = np.ones

# Integers of few bits are left out, because G makes the products longer.
DTYPES = [
    "int64", "float16", "float32", "float64", "longdouble", "complex64",
    "complex128", "object",
]  # fmt: skip


def shape_of_sum(name, shapes, extra):
    return getattr(loops, name)(*(np.zeros(s) for s in shapes), *extra).shape


def summed_over(bar, shape):
    """Return the sum over the items that an array of that shape served."""
    while bar.ndim > len(shape):
        bar = bar.sum(axis=0)
    for axis, n in enumerate(shape):
        if n != bar.shape[axis]:
            bar = bar.sum(axis=axis, keepdims=True)
    return bar


def test_there_is_one_for_every_sum():
    for name in CASES:
        assert callable(getattr(gradients, name))
        assert callable(getattr(adjoints, name))


@every_sum
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_they_are_the_difference_quotients(name, data):
    """Exactly, of every entry of every argument."""
    shapes, extra = CASES[name](data.draw)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    matrices = [integers(rng, s, "int64") for s in shapes]
    G = integers(rng, shape_of_sum(name, shapes, extra), "int64")
    found = getattr(gradients, name)(G, *matrices, *extra)
    expected = differences.gradient(name, G, *matrices, *extra)
    assert len(found) == len(expected) == len(matrices)
    for bar, quotient, X in zip(found, expected, matrices, strict=True):
        assert bar.dtype == np.int64 and bar.shape == X.shape
        assert np.array_equal(bar, quotient)


@every_sum
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_they_are_what_the_blocks_give(name, data):
    """Of stacks that broadcast, in every dtype and layout."""
    shapes, extra = CASES[name](data.draw)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    dtype = data.draw(st.sampled_from(DTYPES))
    stacks = [data.draw(st.sampled_from([(), (2, 1), (3,)])) for _ in shapes]
    batch = np.broadcast_shapes(*stacks)
    matrices = []
    for stack, shape in zip(stacks, shapes, strict=True):
        layout = LAYOUTS[data.draw(st.sampled_from(sorted(LAYOUTS)))]
        matrices.append(layout(integers(rng, stack + shape, dtype)))
    G = integers(rng, batch + shape_of_sum(name, shapes, extra), dtype)
    before = [X.copy() for X in (G, *matrices)]
    found = getattr(gradients, name)(G, *matrices, *extra)
    for which, (bar, X) in enumerate(zip(found, matrices, strict=True)):

        def oracle(*given, which=which):
            return getattr(adjoints, name)(*given, *extra)[which]

        expected = each_item(oracle, [G, *matrices], [])
        assert bar.dtype == X.dtype and bar.shape == X.shape
        assert np.array_equal(bar, summed_over(expected, X.shape))
        assert not any(np.shares_memory(bar, Y) for Y in (G, *matrices))
    for X, copy in zip((G, *matrices), before, strict=True):
        assert np.array_equal(X, copy)


@pytest.mark.parametrize("name", OTHER_ROUTE)
def test_the_other_route_gives_the_same(name):
    shapes, extra = sized(name, **OTHER_ROUTE[name])
    rng = np.random.default_rng(1)
    matrices = [integers(rng, s) for s in shapes]
    G = integers(rng, shape_of_sum(name, shapes, extra))
    found = getattr(gradients, name)(G, *matrices, *extra)
    expected = getattr(adjoints, name)(G, *matrices, *extra)
    assert all(map(np.array_equal, found, expected))


@pytest.mark.parametrize("sides", [(5, 1, 1, 7), (1, 5, 7, 1)])
def test_lemma_2_takes_few_products_by_either_route(sides):
    n_a, n_b, k1, k2 = sides
    l, G = 4, counted((n_a, n_b))
    shapes = [(l * n_a, k1), (k1, k2), (l * n_b, k2)]

    def function(A, C, B):
        return gradients.sum_acbt(G, A, C, B, (n_a, n_b))

    made = products(function, shapes, [])
    by_a = l * n_a * k2 * (3 * k1 + 2 * n_b)
    by_b = l * n_b * k1 * (3 * k2 + 2 * n_a)
    assert made == min(by_a, by_b) and by_a != by_b


@pytest.mark.parametrize("sizes", [OTHER_ROUTE["sum_kron_abt_cdt"], None])
def test_the_route_is_that_by_which_the_sum_takes_fewer_operations(sizes):
    name = "sum_kron_abt_cdt"
    shapes, extra = sized(name, **sizes) if sizes else unequal(name)
    G = shape_of_sum(name, shapes, extra)
    made = products(getattr(gradients, name), [G, *shapes], extra)
    assert made <= 3 * products(getattr(lemmas_lib, name), shapes, extra)


def test_lemma_6_goes_by_the_rows_where_the_sum_does():
    sizes = dict(l=(300, 40), n=(2, 3, 2, 41), k=(1,))
    shapes, extra = sized("sum_kron_bct", **sizes)
    rng = np.random.default_rng(8)
    A, B, C = (integers(rng, s) for s in shapes)
    shape = shape_of_sum("sum_kron_bct", shapes, extra)
    G, stack = integers(rng, shape), integers(rng, (3, *shape))
    with mock.patch.object(gradients, "_of_kroneckers") as other:
        found = gradients.sum_kron_bct(G, A, B, C, *extra)
        many = gradients.sum_kron_bct(stack, A, np.stack([B, B, B]), C, *extra)
    assert not other.called
    expected = adjoints.sum_kron_bct(G, A, B, C, *extra)
    assert all(map(np.array_equal, found, expected))
    with mock.patch.object(gradients._routes, "by_rows", return_value=[0]):
        by_x = gradients.sum_kron_bct(stack, A, np.stack([B, B, B]), C, *extra)
    assert all(map(np.array_equal, many, by_x))


@every_sum
def test_they_are_adjoint_to_the_sum_in_floating_point(name):
    """⟨G, dS⟩ = Σ ⟨Ā, dA⟩ for a small change, at sizes of many tiles."""
    many = dict(l=(3000, 5), n=(2, 3, 4, 5), k=(6, 7))
    shapes, extra = sized(name, **many)
    rng = np.random.default_rng(2)
    matrices = [rng.normal(size=s) for s in shapes]
    changes = [rng.normal(size=s) for s in shapes]
    function = getattr(lemmas_lib, name)
    ends = [
        function(
            *(X + h * d for X, d in zip(matrices, changes, strict=True)),
            *extra,
        )
        for h in (1e-5, -1e-5)
    ]
    G = rng.normal(size=ends[0].shape)
    found = getattr(gradients, name)(G, *matrices, *extra)
    slope = (G * (ends[0] - ends[1])).sum() / 2e-5
    inner = sum((b * d).sum() for b, d in zip(found, changes, strict=True))
    assert np.isclose(inner, slope, rtol=1e-5)


@pytest.mark.parametrize("name, pairs", WEIGHTED)
@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_weights_have_theirs_last(name, pairs, data):
    draw = data.draw
    sizes = sizes_of(name, draw) | {"l_A": draw(st.integers(0, 4))}
    shapes, own, extra = shapes_weighted(name, pairs, sizes)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    matrices = [integers(rng, s, "int64") for s in shapes]
    w = integers(rng, own, "int64")
    S = getattr(loops, name)(*matrices, *extra, weights=w)
    G = integers(rng, S.shape, "int64")
    function = getattr(gradients, name)
    found = function(G, *matrices, *extra, weights=w)
    expected = differences.gradient(name, G, *matrices, *extra, weights=w)
    assert len(found) == len(matrices) + 1
    for bar, quotient in zip(found, expected, strict=True):
        assert bar.shape == quotient.shape and np.array_equal(bar, quotient)
    # Items that share the matrices: theirs add up, the weights' do not.
    factors = np.arange(5).reshape(5, *([1] * len(own)))
    stack, many = G * np.ones((5, 1, 1), int), factors * w
    *bars, last = function(stack, *matrices, *extra, weights=many)
    for bar, one in zip(bars, found, strict=False):
        assert np.array_equal(bar, one * factors.sum())
    assert np.array_equal(last, [found[-1]] * 5)


def test_complex_numbers_are_not_conjugated():
    one = np.array([[1 + 2j]])
    A_bar, B_bar = gradients.sum_abt([[1j]], one, 2 * one, 1)
    assert A_bar == 1j * 2 * one and B_bar == 1j * one
    h = 1e-6j
    slope = lemmas_lib.sum_abt(one + h, 2 * one, 1) - lemmas_lib.sum_abt(
        one - h, 2 * one, 1
    )
    assert np.isclose(1j * slope / (2 * h), A_bar)


def test_fractions_stay_fractions():
    A = np.array([[Fraction(1, 3)], [Fraction(2, 3)]])
    for bar in gradients.sum_kron([[3]], A, A, 1):
        assert bar[1, 0] == 2 and isinstance(bar[1, 0], Fraction)


def test_half_precision_is_summed_in_double_and_rounded_once():
    A, B = x((6000, 1, 1), "float16"), x((1, 1), "float16")
    _, B_bar = gradients.sum_abt(x((6000, 1, 1), "float16"), A, B, 1)
    assert B_bar[0, 0] == 6000 and B_bar.dtype == np.float16


@every_sum
def test_a_cotangent_of_another_shape_is_refused(name):
    shapes, extra = unequal(name)
    shape = shape_of_sum(name, shapes, extra)
    matrices = [x(s) for s in shapes]
    function = getattr(gradients, name)
    for wrong in (shape[::-1], (1, *shape), shape[:1], (2, *shape)):
        if wrong != shape:
            with pytest.raises(ValueError, match="^G has shape"):
                function(x(wrong), *matrices, *extra)
    stack = [x((4, *shapes[0])), *matrices[1:]]
    with pytest.raises(ValueError, match=r"that of the sum, \(4, .* needed"):
        function(x(shape), *stack, *extra)
    with pytest.raises(TypeError, match="G is sparse"):
        function(sparse.csr_array(x(shape)), *matrices, *extra)
    matrices[0] = x((1, 1, *matrices[0].shape))[..., :-1, :]
    with pytest.raises(ValueError, match="has shape"):
        function(x(shape), *matrices, *extra)


@every_sum
def test_an_empty_batch_has_cotangents_that_are_zero(name):
    shapes, extra = unequal(name)
    shape = shape_of_sum(name, shapes, extra)
    first, *others = (x(s) for s in shapes)
    empty = np.zeros((0, *first.shape))
    found = getattr(gradients, name)(x((0, *shape)), empty, *others, *extra)
    assert found[0].shape == empty.shape
    for bar, X in zip(found[1:], others, strict=True):
        assert bar.shape == X.shape and not bar.any()


@every_sum
@pytest.mark.parametrize("kind", rounding.KINDS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_errors_are_within_the_bound(name, kind, dtype):
    sizes = dict(l=(6, 5), n=(2, 3, 4, 2), k=(4, 3))
    shapes, extra = sized(name, **sizes)
    rng = np.random.default_rng(6)
    matrices = rounding.draw(kind, rng, shapes, dtype)
    total = getattr(loops, name)(*matrices, *extra)
    G = rng.normal(size=total.shape).astype(dtype)
    found = getattr(gradients, name)(G, *matrices, *extra)
    exact = getattr(adjoints, name)(
        *map(arithmetic.fractions, (G, *matrices)), *extra
    )
    most = rounding.cotangent_bounds(name, G, *matrices, *extra)
    for bar, right, bound in zip(found, exact, most, strict=True):
        off = abs(arithmetic.fractions(bar) - right)
        assert (off <= bound).all()
        assert (bound < 1e6 * off.max()).any()


@pytest.mark.parametrize(
    "name, most",
    [("sum_abt", 1), ("sum_kron", 1), ("sumAijBijt", 1),
     ("sumAijKronBij", 1.5)],
)  # fmt: skip
def test_no_more_is_held_than_the_docstring_says(name, most):
    """As a multiple of the cotangents."""
    shapes, extra = sized(name, l=(3000, 4), n=(2,) * 4, k=(4, 4))
    matrices = [x(s) for s in shapes]
    G = x(shape_of_sum(name, shapes, extra))
    function = getattr(gradients, name)
    held = peak_memory(function, G, *matrices, *extra)
    assert held < most * sum(X.nbytes for X in matrices) + 20_000

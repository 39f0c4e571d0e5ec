"""Weights of blocks and of pairs, against both oracles, in every sum's way.

That the unweighted sums are right is in ``test_sums``.
"""

import re
from fractions import Fraction

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lemmas_lib
from lemmas_lib.oracles import formulas, loops, rounding

from .cases import (
    DTYPES,
    LAYOUTS,
    WEIGHTED,
    case,
    counted,
    each_item,
    integers,
    matrices_of,
    peak_memory,
    products,
    shapes_weighted,
    sizes_of,
)

x = np.ones
every_weighted = pytest.mark.parametrize("name, pairs", WEIGHTED)


def drawn(name, pairs, data):
    """Draw matrices and weights of mixed dtypes, layouts and batch axes."""
    sizes = sizes_of(name, data.draw)
    sizes["l_A"] = data.draw(st.integers(0, 4))
    shapes, own, extra = shapes_weighted(name, pairs, sizes)
    batches = data.draw(
        hnp.mutually_broadcastable_shapes(
            num_shapes=len(shapes) + 1, max_dims=2, max_side=3
        )
    ).input_shapes
    *of_matrices, batch = batches
    axes, w_shape = max(map(len, of_matrices)), batch + own
    l = sizes["l"]
    if pairs:  # else it is refused, which another test sees
        assume(sizes["l_A"] != l or len(batch) >= axes)
    elif "kron" in name or name == "sum_abt":
        assume(w_shape[-2:] != (l, l))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    common = data.draw(st.sampled_from(DTYPES))
    numbers = [d for d in DTYPES if d != "object"]
    others = ["int8", "int64"] if common == "object" else numbers
    found = []
    for shape in (*map(sum_of, of_matrices, shapes), w_shape):
        dtype = data.draw(st.sampled_from([common] * len(others) + others))
        one = integers(rng, shape, dtype)
        if len(shape) > 1:
            one = LAYOUTS[data.draw(st.sampled_from(sorted(LAYOUTS)))](one)
        found.append(one)
    *matrices, w = found
    return matrices, w, extra


def sum_of(batch, shape):
    return tuple(batch) + tuple(shape)


@every_weighted
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_agrees_with_both_oracles(name, pairs, data):
    matrices, w, extra = drawn(name, pairs, data)
    before = [X.copy() for X in (*matrices, w)]
    result = getattr(lemmas_lib, name)(*matrices, *extra, weights=w)
    assert result.dtype == np.result_type(*matrices, w)
    for module in loops, formulas:

        def oracle(*given, module=module):
            *matrices, w = given
            w = w if pairs else w[:, 0]
            function = getattr(module, name)
            return function(*matrices, *extra, weights=w)

        as_matrix = w if pairs else w[..., None]
        expected = each_item(oracle, [*matrices, as_matrix], [])
        assert result.shape == expected.shape
        assert np.array_equal(result, expected)
    for X, copy in zip((*matrices, w), before, strict=True):
        assert np.array_equal(X, copy) and not np.shares_memory(result, X)


@every_weighted
@pytest.mark.parametrize("l, l_A", [(40000, 3), (3, 40000), (20000, 20000)])
def test_large_ones_are_summed_in_strips(name, pairs, l, l_A):
    """In more than one strip, on either side, whatever the layout."""
    if pairs and l == l_A:
        pytest.skip("weights of so many pairs need gigabytes")
    sizes = sizes_of(name, lambda _: 3) | {"l": l, "l_A": l_A}
    shapes, own, extra = shapes_weighted(name, pairs, sizes)
    rng = np.random.default_rng(1)
    matrices, w = [integers(rng, s) for s in shapes], integers(rng, own)
    function = getattr(lemmas_lib, name)
    result = function(*matrices, *extra, weights=w)
    other = [LAYOUTS["F"](X) for X in matrices]
    assert np.array_equal(function(*other, *extra, weights=w), result)
    if pairs:
        A, *others, B = matrices
        height = extra[0][0]
        blocks = A.reshape(l_A, height * A.shape[1])
        A = (w.T @ blocks).reshape(l * height, A.shape[1])
        expected = function(A, *others, B, *extra)
    else:
        C = {"sum_residual_outer"} & {name}
        scale = np.sqrt if C else (lambda w: w)
        w = abs(w) if C else w
        (n,) = [s for s in matrices_of(name)["A"][0] if s[0] == "n"]
        first = np.repeat(scale(w), sizes[n])[:, None]
        result = function(*matrices, *extra, weights=w)
        matrices[0] = first * matrices[0]
        if C:
            matrices[1] = first * matrices[1]
        expected = function(*matrices, *extra)
    assert np.allclose(result, expected, rtol=1e-12, atol=1e-6)


@pytest.mark.parametrize("name", ["sum_abt", "sum_kron"])
@pytest.mark.parametrize("l_A, l_B", [(3, 11), (11, 3)])
def test_pairs_are_mixed_on_the_side_with_fewer_operations(name, l_A, l_B):
    n_a, n_b, k = 2, 3, 3
    w = counted((l_A, l_B))

    def function(A, B):
        return getattr(lemmas_lib, name)(A, B, (n_a, n_b), weights=w)

    made = products(function, [(l_A * n_a, k), (l_B * n_b, k)], [])
    each = n_a * n_b * (k if name == "sum_abt" else k * k)
    by_b = l_A * (l_B * n_b * k + each)
    by_a = l_B * (l_A * n_a * k + each)
    assert made == min(by_a, by_b) and by_a != by_b


REFUSED = {
    "too few": (
        lambda m: m.sum_abt(x((6, 1)), x((6, 1)), 2, weights=x(2)),
        ["weights has shape (2,), not (l,) = (3,) with l = 3"],
    ),
    "too few for pairs": (
        lambda m: m.sum_kron(x((6, 1)), x((4, 1)), 2, weights=x((3, 3))),
        ["weights has shape (3, 3), not (l_A, l_B) = (3, 2)", "l_B = 2"],
    ),
    "one each, where A and B have not as many": (
        lambda m: m.sum_abt(x((6, 1)), x((4, 1)), 2, weights=x(3)),
        ["B has shape (4, 1)", "= (6, 1)", "l = 3"],
    ),
    "a number": (
        lambda m: m.sum_abt(x((6, 1)), x((6, 1)), 2, weights=2.0),
        ["weights has shape ()", "(…, entries) is needed"],
    ),
    "pairs where there are none": (
        lambda m: m.sum_acbt(
            x((6, 1)), x((1, 1)), x((6, 1)), 2, weights=x((2, 4))
        ),
        ["weights has shape (2, 4), not (…, l) = (…, 3)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("module", [lemmas_lib, loops, formulas])
@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_with_a_message_that_helps(case, module):
    call, words = REFUSED[case]
    pattern = ".*".join(re.escape(word) for word in words)
    with pytest.raises(ValueError, match=pattern):
        call(module)


@pytest.mark.parametrize("module", [loops, formulas])
def test_oracles_refuse_stacks_of_weights(module):
    with pytest.raises(ValueError, match=r"weights has shape \(4, 3\); those"):
        module.sum_abt(x((6, 1)), x((6, 1)), 2, weights=x((4, 3)))


@pytest.mark.parametrize(
    "w, error",
    [
        (x(3, bool), TypeError), (["a", "b", "c"], TypeError),
        (np.ma.masked_less(x(3), 0), TypeError), (None, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name, pairs", WEIGHTED)
def test_weights_are_numbers(name, pairs, w, error):
    shapes, extra = case(name, sizes_of(name, lambda _: 3))
    matrices = [x(s) for s in shapes]
    function = getattr(lemmas_lib, name)
    if error is None:
        found = function(*matrices, *extra, weights=w)
        assert np.array_equal(found, function(*matrices, *extra))
    else:
        with pytest.raises(error, match="weights"):
            function(*matrices, *extra, weights=w)


@pytest.mark.parametrize("name", ["sum_abt", "sum_kron"])
def test_two_meanings_are_refused_and_both_ways_out_work(name):
    """A stack of as many items as there are blocks."""
    function, rng = getattr(lemmas_lib, name), np.random.default_rng(3)
    A, B = integers(rng, (3, 6, 2)), integers(rng, (6, 2))
    w = integers(rng, (3, 3))
    with pytest.raises(ValueError, match="which may be l_A by l_B") as refused:
        function(A, B, 2, weights=w)
    said = str(refused.value)
    assert "write weights.reshape(1, 3, 3) for pairs" in said
    assert "(weights[..., None] * np.eye(3)).reshape(3, 3, 3) for" in said
    pairs = function(A, B, 2, weights=w.reshape(1, 3, 3))
    diagonal = (w[..., None] * np.eye(3)).reshape(3, 3, 3)
    each = function(A, B, 2, weights=diagonal)
    with pytest.raises(
        ValueError, match=r"reshape\(1, 1, 3, 3\).*1, 3, 3, 3\)"
    ):
        function(A[None], B, 2, weights=w)
    with_two = function(A[None], B, 2, weights=diagonal[None])
    assert np.array_equal(with_two[0], each)
    for i in range(3):
        one = function(A[i], B, 2, weights=w)
        assert np.array_equal(pairs[i], one)
        assert np.array_equal(each[i], function(A[i], B, 2, weights=w[i]))
    # One matrix has no items, and a stack of four cannot be meant.
    assert function(A[0], B, 2, weights=w).ndim == 2
    assert len(function(x((4, 6, 2)), B, 2, weights=w)) == 4
    # Of unlike numbers of blocks only pairs can be meant.
    found = function(A, B[:4], 2, weights=w[:, :2])
    assert np.array_equal(found[1], function(A[1], B[:4], 2, weights=w[:, :2]))


def test_many_weightings_of_the_same_blocks_are_a_batch():
    rng = np.random.default_rng(4)
    A, B, w = (integers(rng, s) for s in [(6, 2), (6, 2), (100, 3)])
    found = lemmas_lib.sum_abt(A, B, 2, weights=w)
    assert found.shape == (100, 2, 2)
    assert np.array_equal(found[7], loops.sum_abt(A, B, 2, weights=w[7]))


def test_half_precision_is_summed_in_double_and_rounded_once():
    A, w = x((6000, 1), "float16"), x(6000, "float16")
    assert lemmas_lib.sum_abt(A, A, 1, weights=w)[0, 0] == 6000
    # The weighted block alone has no place in half precision.
    big = np.full((2, 1), 300, "float16")
    w = np.array([300, -300], "float16")
    assert lemmas_lib.sum_kron(big, big, 1, weights=w)[0, 0] == 0


def test_weights_may_be_fractions():
    thirds = np.array([Fraction(1, 3), Fraction(2, 3)])
    A = np.array([[1], [2]])
    assert lemmas_lib.sum_abt(A, A, 1, weights=thirds) == 3


@every_weighted
@pytest.mark.parametrize("kind", rounding.KINDS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_errors_are_within_the_bound(name, pairs, kind, dtype):
    sizes = sizes_of(name, lambda _: 2) | {"l": 12, "l_A": 9}
    shapes, own, extra = shapes_weighted(name, pairs, sizes)
    rng = np.random.default_rng(5)
    matrices = rounding.draw(kind, rng, shapes, dtype)
    w = rng.normal(size=own).astype(dtype)
    function = getattr(lemmas_lib, name)
    found = rounding.errors(function, *matrices, *extra, weights=w)
    assert 0 < found["library"] <= 1 and found["loop"] <= 1


@every_weighted
def test_the_bound_counts_every_rounding_and_few_more(name, pairs):
    """Of single numbers there are so few that chance makes all of them add."""
    sizes = sizes_of(name, lambda _: 1) | {"l_A": 1}
    shapes, own, extra = shapes_weighted(name, pairs, sizes)
    rng = np.random.default_rng(9)
    most = 0
    for _ in range(500):
        matrices = [1 + rng.random(s) for s in shapes]
        if name == "sum_residual_outer":
            matrices[0] *= -1
        function = getattr(lemmas_lib, name)
        w = 1 + rng.random(own)
        found = rounding.errors(function, *matrices, *extra, weights=w)
        most = max(most, found["loop"], found["library"])
    assert 0.25 < most <= 1


@every_weighted
def test_memory_is_that_of_strips(name, pairs):
    """No weighted copy of a matrix is held whole."""
    sizes = sizes_of(name, lambda _: 4) | {"l": 400_000, "l_A": 2}
    shapes, own, extra = shapes_weighted(name, pairs, sizes)
    matrices, w = [x(s) for s in shapes], x(own)
    function = getattr(lemmas_lib, name)
    peak = peak_memory(lambda: function(*matrices, *extra, weights=w))
    assert peak < max(X.nbytes for X in matrices) / 2

"""Hostile input: shapes that do not conform, odd numbers.

Whatever is drawn, a function computes what the loop computes or refuses by
name; its inputs stay as they were, and its result is an array of its own.
"""

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lemmas_lib
from lemmas_lib.oracles import loops

from .cases import CASES, every_sum, extra_of, integers, matrices_of

fuzzed = settings(deadline=None, max_examples=60)


def conform(name, shapes, extra):
    """Tell by the book, and not by the library, whether a sum exists."""
    sizes = {}
    for symbols, part in zip(extra_of(name), extra, strict=True):
        sizes |= zip(symbols, np.atleast_1d(part).tolist(), strict=True)
    for shape, its in zip(matrices_of(name).values(), shapes, strict=True):
        for symbols, length in zip(shape, its, strict=True):
            free = [s for s in symbols if s not in sizes]
            known = math.prod(sizes[s] for s in symbols if s in sizes)
            if length % known if free else length != known:
                return False
            sizes |= {s: length // known for s in free}
    return True


@every_sum
@fuzzed
@given(data=st.data())
def test_shapes_that_do_not_conform_are_refused_by_name(name, data):
    shapes, extra = CASES[name](data.draw)
    assert conform(name, shapes, extra)
    which = data.draw(st.integers(0, len(shapes) - 1), label="matrix")
    axis = data.draw(st.integers(0, 1), label="axis")
    shape = list(shapes[which])
    shape[axis] += data.draw(st.sampled_from([-2, -1, 1, 2, 3]), label="by")
    assume(shape[axis] >= 0)
    shapes[which] = tuple(shape)
    rng = np.random.default_rng(1)
    matrices = [integers(rng, s) for s in shapes]
    function = getattr(lemmas_lib, name)
    if conform(name, shapes, extra):
        expected = getattr(loops, name)(*matrices, *extra)
        assert np.array_equal(function(*matrices, *extra), expected)
    else:
        with pytest.raises(ValueError) as refused:
            function(*matrices, *extra)
        # The name of a matrix, and the shape that it has.
        said = re.search(
            r"\b([A-D]) has shape \((\d+), (\d+)\)", str(refused.value)
        )
        assert said, refused.value
        found = shapes[list(matrices_of(name)).index(said[1])]
        assert found == (int(said[2]), int(said[3])), refused.value


HOSTILE = [0.0, -0.0, np.nan, np.inf, -np.inf, 5e-324, -1e-310, 1.0, -2.0]


@every_sum
@fuzzed
@given(data=st.data())
def test_odd_numbers_end_where_they_belong(name, data):
    """What is finite in the loop is here the same, and the rest is not finite.

    Lemmas 2 and 5 may multiply in another order than their loops, where what
    is not finite may meet a zero, or nothing at all in an empty product.
    """
    shapes, extra = CASES[name](data.draw)
    matrices = []
    for shape in shapes:
        size = math.prod(shape)
        entries = data.draw(
            st.lists(st.sampled_from(HOSTILE), min_size=size, max_size=size)
        )
        matrices.append(np.reshape(entries, shape))
    with np.errstate(all="ignore"):
        result = getattr(lemmas_lib, name)(*matrices, *extra)
        expected = getattr(loops, name)(*matrices, *extra)
    finite = np.isfinite(expected)
    assert np.allclose(result[finite], expected[finite], 1e-13, 1e-320)
    if name not in {"sum_acbt", "sum_kron_abt_cdt"}:
        assert np.array_equal(np.isnan(result), np.isnan(expected))
        assert np.array_equal(np.isinf(result), np.isinf(expected))


@every_sum
@fuzzed
@given(data=st.data())
def test_integers_wrap_around_as_numpy_documents(name, data):
    """int64 is a commutative ring: the sum is right modulo 2**64."""
    shapes, extra = CASES[name](data.draw)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    edge = np.iinfo("int64")
    matrices = [rng.integers(edge.min, edge.max, s) for s in shapes]
    exact = getattr(loops, name)(*(x.astype(object) for x in matrices), *extra)
    result = getattr(lemmas_lib, name)(*matrices, *extra)
    assert result.dtype == np.int64
    assert ((result.astype(object) - exact) % 2**64 == 0).all()

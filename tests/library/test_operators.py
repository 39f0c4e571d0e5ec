"""The operators against their definitions, entry by entry."""

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lemmas_lib as ll

from .cases import LAYOUTS, MEMORY, integers

sides = st.integers(1, 5)
layouts = pytest.mark.parametrize("layout", LAYOUTS)


def labelled(*shape):
    """Return an array whose entries are all different."""
    return np.arange(np.prod(shape)).reshape(shape)


@layouts
@given(p=sides, q=sides, v=st.integers(0, 3))
def test_vec_and_unvec(layout, p, q, v):
    X = LAYOUTS[layout](labelled(v, p, q))
    x = ll.vec(X)
    assert x.shape == (v, p * q)
    for i, j in itertools.product(range(p), range(q)):
        assert np.array_equal(x[:, i + p * j], X[:, i, j])
    assert np.array_equal(ll.unvec(x, (p, q)), X)


@layouts
@given(q=sides, v=st.integers(1, 3))
def test_vech_and_unvech(layout, q, v):
    lower = np.tril(labelled(v, q, q))
    S = LAYOUTS[layout](lower + np.tril(lower, -1).swapaxes(-1, -2))
    x = ll.vech(S)
    assert x.shape == (v, q * (q + 1) // 2)
    stacked = [S[:, i, j] for j in range(q) for i in range(j, q)]
    assert np.array_equal(x, np.stack(stacked, axis=-1))
    assert np.array_equal(ll.unvech(x), S)


def test_vech_does_not_read_above_the_diagonal():
    assert np.array_equal(ll.vech([[1, 9], [2, 3]]), [1, 2, 3])


@layouts
@given(l1=sides, l2=sides, n1=sides, n2=sides)
def test_vecb_has_vec_of_each_block_as_a_row(layout, l1, l2, n1, n2):
    X = LAYOUTS[layout](labelled(2, l1 * n1, l2 * n2))
    rows = ll.vecb(X, (n1, n2))
    assert rows.shape == (2, l1 * l2, n1 * n2)
    for i, j in itertools.product(range(l1), range(l2)):
        block = X[:, n1 * i : n1 * (i + 1), n2 * j : n2 * (j + 1)]
        columns = [block[:, :, c] for c in range(n2)]
        expected = np.concatenate(columns, axis=-1)
        assert np.array_equal(rows[:, l2 * i + j], expected)


@layouts
@given(p=sides, q=sides, r=sides)
def test_reshape_f_keeps_vec(layout, p, q, r):
    X = LAYOUTS[layout](labelled(2, p * q, r))
    Y = ll.reshape_f(X, (p, q * r))
    assert Y.shape == (2, p, q * r)
    assert np.array_equal(ll.vec(Y), ll.vec(X))
    for x, y in zip(X, Y, strict=True):
        assert np.array_equal(x.reshape(p, q * r, order="F"), y)


@given(p=sides, q=sides, r=sides)
def test_row_major_and_column_major_reshapes_are_tied(p, q, r):
    A = labelled(p * q, r)
    row_major = A.T.reshape(q * r, p)
    assert np.array_equal(row_major, ll.reshape_f(A, (p, q * r)).T)


@given(a=sides, b=sides)
def test_commutation(a, b):
    M = labelled(a, b) + 1
    K = ll.commutation_matrix(a, b)
    assert np.array_equal(K @ ll.vec(M), ll.vec(M.T))
    assert np.array_equal(ll.vec(M)[ll.commutation_index(a, b)], ll.vec(M.T))
    assert K.dtype.kind == "i" and K.nnz == a * b
    inverse = ll.commutation_matrix(b, a)
    assert np.array_equal((K @ inverse).toarray(), np.eye(a * b))


@given(q=sides)
def test_duplication(q):
    lower = np.tril(labelled(q, q) + 1)
    S = lower + np.tril(lower, -1).T
    D = ll.duplication_matrix(q)
    assert np.array_equal(D @ ll.vech(S), ll.vec(S))
    assert np.array_equal(ll.vech(S)[ll.duplication_index(q)], ll.vec(S))
    assert D.dtype.kind == "i" and D.shape == (q * q, q * (q + 1) // 2)


@pytest.mark.parametrize(
    "matrix", [ll.commutation_matrix(3, 4), ll.duplication_matrix(4)]
)
def test_a_matrix_of_ones_is_indexed_in_as_few_bits_as_do(matrix):
    """So it holds half of what it would, and is multiplied faster."""
    assert matrix.indices.dtype == matrix.indptr.dtype == np.int32


@pytest.mark.parametrize("dtype", ["float32", "complex64", "object"])
def test_dtype_is_kept_and_nothing_is_shared(dtype):
    X = integers(np.random.default_rng(0), (4, 4), dtype)
    S = X + X.T
    F = np.asfortranarray(X)
    results = {
        "vec": ll.vec(X),
        "vec of F": ll.vec(F),
        "unvec": ll.unvec(X[0], (2, 2)),
        "unvec of a row": ll.unvec(X[0], (1, 4)),
        "vech": ll.vech(S),
        "unvech": ll.unvech(X[0][:3]),
        "vecb": ll.vecb(X, (4, 4)),
        "vecb of rows": ll.vecb(X, (1, 4)),
        "reshape_f": ll.reshape_f(X, (4, 4)),
        "reshape_f of F": ll.reshape_f(F, (2, 8)),
    }
    for name, result in results.items():
        assert result.dtype == X.dtype, name
        for given_array in (X, S, F):
            assert not np.shares_memory(result, given_array), name


x = np.ones


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: ll.vec([1, 2]), ValueError, "X has shape (2,)"),
        (lambda: ll.vec(x((2, 2), bool)), TypeError, "X has dtype bool"),
        (lambda: ll.unvec(1.0, (1, 1)), ValueError, "x has shape ()"),
        (lambda: ll.unvec(x(5), (2, 3)), ValueError, "(…, 6) is needed"),
        (lambda: ll.unvec(x(5), (2, 3)), ValueError, "shape (2, 3)"),
        (lambda: ll.unvec(x(6), (2, -3)), ValueError, "shape[1] is -3"),
        (lambda: ll.unvec(x(6), 6), TypeError, "shape is 6; a pair"),
        (lambda: ll.vech(x((2, 3))), ValueError, "(…, q, q) is needed"),
        (lambda: ll.unvech(x(4)), ValueError, "such as 3 or 6"),
        (lambda: ll.reshape_f(x((2, 3)), (2, 2)), ValueError, "needs 4"),
        (lambda: ll.reshape_f(x((2, 3)), (4, 1)), ValueError, "shape (4, 1)"),
        (lambda: ll.reshape_f(x((2, 3)), (4, 1)), ValueError, "6 entries"),
        (lambda: ll.vecb(x((4, 6)), (3, 2)), ValueError, "a multiple of 3"),
        (lambda: ll.vecb(x((4, 6)), (2, 2.0)), TypeError, "block_shape[1]"),
        (lambda: ll.commutation_matrix(0, 2), ValueError, "a is 0"),
        (lambda: ll.commutation_index(2, True), TypeError, "b is True"),
        (lambda: ll.duplication_matrix(0), ValueError, "q is 0"),
        (lambda: ll.duplication_index(-1), ValueError, "q is -1"),
    ],
)
def test_operators_refuse_too(call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        call()


def by_entries(name, X, shape):
    """Return what an operator gives, by the place of each entry."""
    rows, columns = X.shape
    p, q = shape
    match name:
        case "vec":
            return [X[i, j] for j in range(columns) for i in range(rows)]
        case "vech":
            return [X[i, j] for j in range(columns) for i in range(j, rows)]
        case "unvech":
            q = next(q for q in range(9) if q * (q + 1) // 2 == columns)
            place = {}
            for j in range(q):
                for i in range(j, q):
                    place[i, j] = place[j, i] = len(set(place.values()))
            return [[X[0, place[i, j]] for j in range(q)] for i in range(q)]
        case "unvec":
            return [[X[0, j * p + i] for j in range(q)] for i in range(p)]
        case "reshape_f":
            x = by_entries("vec", X, shape)
            return [[x[j * p + i] for j in range(q)] for i in range(p)]
        case "vecb":
            return [
                by_entries("vec", X[i : i + p, j : j + q], shape)
                for i in range(0, rows, p)
                for j in range(0, columns, q)
            ]


@pytest.mark.parametrize(
    "name", ["vec", "unvec", "vech", "unvech", "reshape_f", "vecb"]
)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_an_operator_moves_entries_of_odd_memory_or_refuses(name, data):
    sizes, from_one = st.integers(0, 5), st.integers(1, 5)
    shape = data.draw(sizes, "rows"), data.draw(sizes, "columns")
    asked = data.draw(from_one, "p"), data.draw(from_one, "q")
    if name == "unvec":
        shape = 1, math.prod(asked) + data.draw(st.sampled_from([0, 0, 1, -1]))
    if name == "unvech":
        shape = 1, data.draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 10]))
    fits = {
        "vec": True,
        "vech": shape[0] == shape[1],
        "unvec": shape[1] == math.prod(asked),
        "unvech": shape[1] in {0, 1, 3, 6, 10},
        "reshape_f": math.prod(shape) == math.prod(asked),
        "vecb": shape[0] % asked[0] == shape[1] % asked[1] == 0,
    }[name]
    made = data.draw(st.sampled_from(list(MEMORY)), "memory")
    assume(made != "list" or 0 not in shape)
    odd = MEMORY[made](np.random.default_rng(3), shape)
    plain = np.array(odd, dtype=float)
    function = getattr(ll, name)
    # A row of np.matrix is a matrix again.
    first = np.asarray(odd)[0] if name.startswith("un") else odd
    with_shape = name in {"unvec", "reshape_f", "vecb"}
    arguments = [first, asked] if with_shape else [first]
    if not fits:
        with pytest.raises(ValueError, match="has shape"):
            function(*arguments)
        return
    result = function(*arguments)
    assert type(result) is np.ndarray and result.flags.writeable
    assert result.dtype.isnative
    wanted = by_entries(name, plain, asked)
    assert np.array_equal(result, wanted) or result.size == 0 == len(wanted)
    assert np.array_equal(odd, plain)
    assert isinstance(odd, list) or not np.shares_memory(result, odd)

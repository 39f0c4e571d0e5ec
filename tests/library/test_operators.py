"""The operators against their definitions, entry by entry."""

import itertools

import numpy as np
import pytest
from cases import LAYOUTS, integers
from hypothesis import given
from hypothesis import strategies as st

import lemmas_lib as ll

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

"""Sums of Kronecker products that are applied, and that are found."""

import pickle
import re
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import cg, eigsh, svds

import lemmas_lib
from lemmas_lib import kron_rearrange, nearest_kron, sum_kron_operator, vec
from lemmas_lib.oracles import loops, rounding

from .cases import LAYOUTS, integers, peak_memory

x = np.ones
SIZES = [
    (5, 2, 3, 4, 6), (1, 3, 2, 5, 4), (7, 1, 4, 3, 1), (4, 6, 1, 1, 5),
    (0, 2, 3, 4, 5), (3, 2, 3, 0, 4),
]  # fmt: skip


def drawn(l, n_a, n_b, k1, k2, dtype="float64"):
    rng = np.random.default_rng(l + n_a)
    A = integers(rng, (l * n_a, k1), dtype)
    B = integers(rng, (l * n_b, k2), dtype)
    return A, B, integers(rng, l, dtype), rng


# SciPy 1.18 says that 1.20 will take no column there.
@pytest.mark.filterwarnings("ignore:Calling `rmatvec` on:FutureWarning")
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", ["float64", "complex128", "int64"])
def test_the_operator_does_what_the_sum_does(sizes, weighted, dtype):
    A, B, w, rng = drawn(*sizes, dtype)
    n = sizes[1:3]
    w = w if weighted else None
    S = loops.sum_kron(A, B, n, weights=w)
    operator = sum_kron_operator(A, B, n, weights=w)
    assert operator.shape == S.shape and operator.dtype == S.dtype
    adjoint = S.conj().T
    X = integers(rng, (S.shape[1], 3), dtype)
    Y = integers(rng, (S.shape[0], 3), dtype)
    for found, expected in [
        (operator @ X, S @ X),
        (operator @ X[:, 0], S @ X[:, 0]),
        (operator @ X[:, :1], S @ X[:, :1]),
        (operator.matvec(X[:, 0]), S @ X[:, 0]),
        (operator.matmat(X), S @ X),
        (operator.rmatvec(Y[:, 0]), adjoint @ Y[:, 0]),
        (operator.rmatvec(Y[:, :1]), adjoint @ Y[:, :1]),
        (operator.rmatmat(Y), adjoint @ Y),
        (operator.H @ Y, adjoint @ Y),
        (operator.adjoint() @ Y[:, 0], adjoint @ Y[:, 0]),
        (operator.T @ Y, S.T @ Y),
        ((2 * operator) @ X, 2 * S @ X),
    ]:
        assert found.shape == expected.shape
        assert np.array_equal(found, expected)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_order_in_memory_does_not_matter(layout):
    A, B, _, rng = drawn(5, 2, 3, 4, 6)
    operator = sum_kron_operator(
        LAYOUTS[layout](A), LAYOUTS[layout](B), (2, 3)
    )
    X = LAYOUTS[layout](integers(rng, (24, 3)))
    assert np.array_equal(operator @ X, loops.sum_kron(A, B, (2, 3)) @ X)


def laplacian(n):
    return 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)


def test_solvers_take_it():
    """Each of those that are named, beside dense linear algebra."""
    m, n = 6, 9
    A = np.vstack([laplacian(m), np.eye(m), np.diag(np.arange(m))])
    B = np.vstack([np.eye(n), laplacian(n), np.diag(np.arange(n))])
    S, operator = loops.sum_kron(A, B, (m, n)), sum_kron_operator(A, B, (m, n))
    rhs = np.arange(m * n, dtype=float)
    found, failed = cg(operator, rhs, rtol=1e-12, atol=0)
    assert not failed and np.allclose(found, np.linalg.solve(S, rhs))
    values = eigsh(operator, k=3, return_eigenvectors=False)
    assert np.allclose(values, np.linalg.eigvalsh(S)[-3:])
    rng = np.random.default_rng(2)
    A, B = rng.normal(size=(8, 3)), rng.normal(size=(12, 5))
    S, operator = loops.sum_kron(A, B, (2, 3)), sum_kron_operator(A, B, (2, 3))
    _, sigma, _ = svds(operator, k=2, v0=np.ones(6))
    found = np.linalg.svd(S, compute_uv=False)[:2]
    assert np.allclose(np.sort(sigma), np.sort(found))


def test_the_sum_is_never_formed():
    n = 300
    A, B = np.vstack([np.eye(n)] * 2), np.vstack([laplacian(n)] * 2)
    operator, v = sum_kron_operator(A, B, n), np.ones(n * n)
    for product in operator.matvec, operator.rmatvec:
        assert peak_memory(product, v) < 30 * v.nbytes  # of 90000 in S


def test_the_operator_has_the_rounding_of_lemma_2():
    A, B, w, rng = drawn(9, 2, 3, 4, 5)
    A, B = A + rng.normal(size=A.shape), B + rng.normal(size=B.shape)
    X = rng.normal(size=(5, 4))
    arguments = B, X, A, (3, 2)
    exact = rounding.exact("sum_acbt", *arguments, weights=w)
    bound = rounding.bound("sum_acbt", *arguments, weights=w)
    found = sum_kron_operator(A, B, (2, 3), weights=w) @ vec(X)
    off = abs(found - vec(exact))
    assert (off <= vec(bound)).all() and off.any()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: sum_kron_operator(x((3, 4, 1)), x((4, 1)), 2),
         "A has shape (3, 4, 1); an operator is of one sum"),
        (lambda: sum_kron_operator(x((4, 1)), x((3, 4, 1)), 2),
         "B has shape (3, 4, 1); an operator is of one sum"),
        (lambda: sum_kron_operator(x((4, 1)), x((4, 1)), 2, x((2, 2))),
         "weights has shape (2, 2); one for each block"),
        (lambda: sum_kron_operator(x((4, 1)), x((6, 1)), 2),
         "B has shape (6, 1), not (l·n_B, k2) = (4, any)"),
        (lambda: nearest_kron(x((6, 4)), (2, 4), (3, 2)),
         "S has shape (6, 4), not (n_A·n_B, k1·k2) = (6, 8)"),
        (lambda: nearest_kron(x((6, 4)), (2, 4), (3, 1), 4),
         "terms is 4; with 8 entries in A and 3 in B there are at most 3"),
        (lambda: nearest_kron(x((6, 4)), (2, 4), (3, 1), 0),
         "terms is 0; at least 1"),
        (lambda: nearest_kron(np.full((6, 4), np.nan), (2, 4), (3, 1)),
         "S has entries that are not finite"),
        (lambda: kron_rearrange(x((2, 6, 5)), (2, 5), (2, 1)),
         "S has shape (2, 6, 5), not (…, n_A·n_B, k1·k2) = (…, 4, 5)"),
        (lambda: lemmas_lib.kron_restore(x((3, 9)), (2, 4), (3, 1)),
         "R has shape (3, 9), not (n_B·k2, n_A·k1) = (3, 8)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(call, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}"):
        call()


@pytest.mark.parametrize(
    "S, words",
    [
        (np.full((4, 4), Fraction(1, 2)), "S has dtype object, for which"),
        (x((4, 4), "longdouble"), "for which there is no SVD"),
        (x((4, 4), bool), "S has dtype bool; integers"),
        (sparse.eye_array(4), "S is sparse"),
    ],
)
def test_what_has_no_svd_is_refused(S, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        nearest_kron(S, (2, 2), (2, 2))


SHAPES = [((2, 5), (3, 2)), ((3, 3), (4, 4)), ((1, 4), (5, 1)), ((2, 3),) * 2]


def added_up(A, B):
    return sum(np.kron(a, b) for a, b in zip(A, B, strict=True))


@pytest.mark.parametrize("shape_a, shape_b", SHAPES)
@pytest.mark.parametrize("dtype", ["float64", "complex128", "float32"])
def test_it_comes_as_near_as_the_singular_values_say(shape_a, shape_b, dtype):
    rng = np.random.default_rng(4)
    shape = [a * b for a, b in zip(shape_a, shape_b, strict=True)]
    S = integers(rng, shape, dtype) + rng.normal(size=shape).astype(dtype)
    sigma = np.linalg.svd(kron_rearrange(S, shape_a, shape_b))[1]
    near = 1e-4 if dtype == "float32" else 1e-11
    for terms in range(1, len(sigma) + 1):
        A, B = nearest_kron(S, shape_a, shape_b, terms=terms)
        assert A.shape == (terms, *shape_a) and B.shape == (terms, *shape_b)
        assert A.dtype == B.dtype == S.dtype
        off = np.linalg.norm(S - added_up(A, B))
        least = np.sqrt((sigma[terms:] ** 2).sum())
        assert abs(off - least) < near * np.linalg.norm(S)
        norms = [np.linalg.norm(X, axis=(-2, -1)) for X in (A, B)]
        assert np.allclose(*norms, rtol=near)
        assert np.allclose(norms[0] ** 2, sigma[:terms], rtol=near)
        # No small change of the factors comes nearer.
        for _ in range(5):
            other = added_up(
                A + 1e-2 * rng.normal(size=A.shape),
                B + 1e-2 * rng.normal(size=B.shape),
            )
            assert np.linalg.norm(S - other) > off - near


def test_a_sum_of_few_terms_is_found_again():
    """Its rank counts, and not the number of its terms."""
    rng = np.random.default_rng(5)
    A, B = rng.normal(size=(2, 2, 3)), rng.normal(size=(2, 4, 2))
    mix = rng.normal(size=(50, 2)), rng.normal(size=(50, 2))
    A, B = (
        np.tensordot(m, X, 1).reshape(-1, X.shape[2])
        for m, X in zip(mix, (A, B), strict=True)
    )
    S = lemmas_lib.sum_kron(A, B, (2, 4))
    found = nearest_kron(S, (2, 3), (4, 2), terms=2)
    assert np.allclose(added_up(*found), S, atol=1e-10)


def definite(rng, size, rank, dtype="float64"):
    M = rng.normal(size=(size, rank)).astype(dtype)
    if dtype == "complex128":
        M = M + 1j * rng.normal(size=(size, rank))
    return M @ M.conj().T


def entangled(n):
    """Return vec(Q) vec(Q)', whose singular values are all equal."""
    q = vec(np.linalg.qr(np.random.default_rng(6).normal(size=(n, n)))[0])
    return np.outer(q, q)


RNG = np.random.default_rng(7)
DEFINITE = {
    "of full rank": (definite(RNG, 12, 12), (3, 3), (4, 4)),
    "of rank one": (definite(RNG, 12, 1), (4, 4), (3, 3)),
    "complex": (definite(RNG, 12, 3, "complex128"), (3, 3), (4, 4)),
    "the identity": (np.eye(6), (2, 2), (3, 3)),
    "equal singular values": (entangled(3), (3, 3), (3, 3)),
    "equal to rounding": (
        entangled(3) + 1e-12 * definite(RNG, 9, 9), (3, 3), (3, 3)),
    "nearly equal": (
        entangled(3) + 1e-6 * definite(RNG, 9, 9), (3, 3), (3, 3)),
    "a cluster that a cutoff would split": (
        np.diag((np.eye(3) - 6.39e-10 * np.array(
            [[24, -2, 0], [-2, 1, -1], [0, -1, 24]])).ravel()),
        (3, 3), (3, 3)),
    "two of three equal": (np.diag([2.0, 0, 0, 2]), (2, 2), (2, 2)),
    "zero": (np.zeros((6, 6)), (2, 2), (3, 3)),
    "integers": (np.diag([1, 0, 0, 1]), (2, 2), (2, 2)),
}  # fmt: skip


@pytest.mark.parametrize("case", DEFINITE)
@pytest.mark.parametrize("terms", [1, 3])
def test_definite_matrices_have_definite_leading_factors(case, terms):
    S, shape_a, shape_b = DEFINITE[case]
    A, B = nearest_kron(S, shape_a, shape_b, terms=terms)
    sigma = np.linalg.svd(kron_rearrange(S, shape_a, shape_b))[1]
    for X in A[0], B[0]:
        size = np.linalg.norm(X)
        assert abs(X - X.conj().T).max() <= 1e-7 * size
        assert np.linalg.eigvalsh(X).min() >= -1e-7 * size
    off = np.linalg.norm(S - added_up(A, B))
    least = np.sqrt((sigma[terms:] ** 2).sum())
    assert off <= least * (1 + 1e-7) + 1e-12 * sigma[0]


@pytest.mark.parametrize("power", [-1000, -600, 600, 1000])
def test_large_and_small_entries_are_found_as_others_are(power):
    """Where the square of an entry has no place among the numbers."""
    for S in np.diag([1.0, 0, 0, 1]), definite(RNG, 4, 4):
        found = nearest_kron(np.ldexp(S, power), (2, 2), (2, 2))
        for X, Y in zip(found, nearest_kron(S, (2, 2), (2, 2)), strict=True):
            assert np.allclose(np.ldexp(X, -power // 2), Y, rtol=1e-12)


def test_the_operator_can_be_sent_to_another_process():
    A, B, w, rng = drawn(5, 2, 3, 4, 6)
    operator = sum_kron_operator(A, B, (2, 3), weights=w)
    sent, x = pickle.loads(pickle.dumps(operator)), integers(rng, 24)
    assert np.array_equal(sent @ x, operator @ x)
    assert np.array_equal(sent.H @ x[:6], operator.H @ x[:6])


def test_each_of_a_stack_is_by_itself():
    S = np.stack([np.eye(9), entangled(3), definite(RNG, 9, 9)])[:, None]
    A, B = nearest_kron(S, (3, 3), (3, 3), terms=2)
    assert A.shape == B.shape == (3, 1, 2, 3, 3)
    for i in range(3):
        one = nearest_kron(S[i, 0], (3, 3), (3, 3), terms=2)
        for X, Y in zip((A, B), one, strict=True):
            assert np.allclose(X[i, 0, 0], Y[0])
        # Of the others the signs are the SVD's.
        assert np.allclose(added_up(A[i, 0], B[i, 0]), added_up(*one))
    assert nearest_kron(x((0, 6, 4)), (2, 4), (3, 1))[0].shape == (0, 1, 2, 4)


def test_a_symmetric_matrix_may_have_a_skew_pair():
    """Only where it is definite is the first pair symmetric."""
    J = np.array([[0.0, 1.0], [-1.0, 0.0]])
    A, B = nearest_kron(np.kron(J, J), (2, 2), (2, 2))
    assert np.allclose(A[0], -A[0].T) and np.allclose(
        added_up(A, B), np.kron(J, J)
    )


def test_half_precision_is_found_in_double_and_rounded_once():
    A = np.array([[1.5, 2.0], [0.25, 3.0]], "float16")
    found = nearest_kron(np.kron(A, A), (2, 2), (2, 2))
    assert all(X.dtype == np.float16 for X in found)
    assert np.allclose(added_up(*found), np.kron(A, A), rtol=2e-3)
    whole = nearest_kron(np.kron(A, A).astype(int), (2, 2), (2, 2))
    assert all(X.dtype == np.float64 for X in whole)


@pytest.mark.parametrize("shape_a, shape_b", [*SHAPES, ((2, 0), (3, 4))])
def test_the_rearrangement_moves_each_entry_where_it_belongs(shape_a, shape_b):
    (n_a, k1), (n_b, k2) = shape_a, shape_b
    S = integers(np.random.default_rng(8), (n_a * n_b, k1 * k2), "int64")
    before = S.copy()
    R = kron_rearrange(S, shape_a, shape_b)
    assert R.shape == (n_b * k2, n_a * k1)
    for r, s, c, d in np.ndindex(n_a, n_b, k1, k2):
        assert R[d * n_b + s, c * n_a + r] == S[r * n_b + s, c * k2 + d]
    assert np.array_equal(lemmas_lib.kron_restore(R, shape_a, shape_b), S)
    stack = kron_rearrange(np.stack([S, 2 * S]), shape_a, shape_b)
    assert np.array_equal(stack, [R, 2 * R])
    back = lemmas_lib.kron_restore(stack, shape_a, shape_b)
    assert np.array_equal(back, [S, 2 * S])
    assert np.array_equal(S, before) and not np.shares_memory(R, S)


def test_a_kronecker_product_becomes_an_outer_one():
    rng = np.random.default_rng(9)
    A, B = integers(rng, (2, 5), "object"), integers(rng, (3, 4), "object")
    R = kron_rearrange(np.kron(A, B), (2, 5), (3, 4))
    assert np.array_equal(R, np.outer(vec(B), vec(A)))
    swapped = A.astype(float).astype(">f8")
    assert kron_rearrange(swapped, (2, 5), (1, 1)).dtype.isnative

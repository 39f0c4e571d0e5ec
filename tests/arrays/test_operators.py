"""Operators and the nearest Kronecker product, of other libraries' arrays."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from libraries import (
    LIBRARIES,
    arrays,
    check,
    check_own,
    every_library,
    every_tracing,
    read,
)

import lemmas_lib
from lemmas_lib import nearest_kron

RNG = np.random.default_rng(3)
# A function's name, the shape of its array and what else it is told.
OPERATORS = [
    ("vec", (4, 6), ()), ("unvec", (6,), ((2, 3),)), ("vech", (4, 4), ()),
    ("unvech", (10,), ()), ("reshape_f", (4, 6), ((3, 8),)),
    ("vecb", (4, 6), ((2, 3),)), ("kron_rearrange", (4, 6), ((2, 3), (2, 2))),
    ("kron_restore", (4, 6), ((2, 3), (2, 2))),
]  # fmt: skip


@every_library
@pytest.mark.parametrize("name, shape, told", OPERATORS)
@pytest.mark.parametrize("batch", [(), (5, 2)])
def test_operators_move_entries(library, name, shape, told, batch, ran):
    function = getattr(lemmas_lib, name)
    x = RNG.integers(-9, 10, batch + shape)
    (own,) = arrays(library, [x])
    found = function(own, *told)
    check(found, function(x, *told).astype(float), own)
    check_own(found, own)
    ran(library, name, "eager")
    if LIBRARIES[library].compiled:
        of_it = LIBRARIES[library].compiled(lambda x: function(x, *told))
        check(of_it(own), function(x, *told).astype(float), own)
        ran(library, name, "compiled")


def added_up(A, B):
    return sum(np.kron(a, b) for a, b in zip(read(A), read(B), strict=True))


ROOT = RNG.normal(size=(6, 3))
Q = np.linalg.qr(RNG.normal(size=(3, 3)))[0].ravel()
SKEW = np.array([[0.0, 1.0], [-1.0, 0.0]])
NEAREST = {
    "any": (RNG.normal(size=(6, 6)), (2, 3), (3, 2)),
    "definite": (ROOT @ ROOT.T, (2, 2), (3, 3)),
    "identity": (np.eye(6), (3, 3), (2, 2)),
    "equal singular values": (np.outer(Q, Q), (3, 3), (3, 3)),
    "skew": (np.kron(SKEW, SKEW), (2, 2), (2, 2)),
    "zero": (np.zeros((6, 6)), (2, 2), (3, 3)),
    "one entry": (np.ones((1, 1)), (1, 1), (1, 1)),
}


@every_library
@pytest.mark.parametrize("case", NEAREST)
@pytest.mark.parametrize("compiled", [False, True])
def test_nearest_is_as_near(library, case, compiled, ran):
    S, *shapes = NEAREST[case]
    terms = min(2, S.size)

    def nearest(S):
        return nearest_kron(S, *shapes, terms)

    if compiled and not LIBRARIES[library].compiled:
        pytest.skip("it compiles nothing")
    function = LIBRARIES[library].compiled(nearest) if compiled else nearest
    (own,) = arrays(library, [S])
    A, B = function(own)
    assert type(A) is type(B) is type(own) and A.dtype == own.dtype
    of_numpy = nearest(S)
    assert A.shape == of_numpy[0].shape and B.shape == of_numpy[1].shape
    off, least = (
        np.linalg.norm(S - added_up(*pair)) for pair in ((A, B), of_numpy)
    )
    assert abs(off - least) < 1e-12
    for X in () if case in ("any", "skew") else (read(A)[0], read(B)[0]):
        assert abs(X - X.T).max() < 1e-7
        assert np.linalg.eigvalsh(X).min() > -1e-7
    ran(library, "nearest_kron", "compiled" if compiled else "eager")


@every_tracing
@pytest.mark.parametrize("case", ["any", "definite"])
def test_nearest_is_differentiated(library, case, ran):
    """Beside a difference quotient, of the sum that it returns."""
    S, *shapes = NEAREST[case]
    weights = np.arange(36.0).reshape(6, 6)
    change = RNG.normal(size=S.shape)
    change = change + change.T

    def value(S, W):
        A, B = nearest_kron(S, *shapes)
        sums = lemmas_lib.sum_kron(A[0], B[0], (shapes[0][0], shapes[1][0]))
        return (sums * W).sum()

    own, W = arrays(library, [S, weights])
    if library == "jax":
        slope = jax.grad(value)(own, W)
    else:
        slope = torch.func.grad(value)(own, W)
    step = 1e-6
    quotient = value(S + step * change, weights)
    quotient = (quotient - value(S - step * change, weights)) / (2 * step)
    assert abs((read(slope) * change).sum() - quotient) < 1e-5 * abs(quotient)
    ran(library, "nearest_kron", "gradient")


@every_tracing
def test_nearest_of_a_narrow_dtype_and_of_integers(library):
    S = np.kron([[1, 2], [3, 4]], [[1, 0], [2, 5]])
    for dtype in ("float16", "bfloat16", "int32"):
        (own,) = arrays(library, [S], dtype)
        A, B = nearest_kron(own, (2, 2), (2, 2))
        assert "int" in dtype or A.dtype == own.dtype
        near = added_up(*(read(X).astype(float) for X in (A, B)))
        assert abs(near - S).max() < 0.2


def test_a_stack_is_mapped_over():
    S = RNG.normal(size=(4, 6, 6))
    whole = nearest_kron(jnp.asarray(S), (2, 2), (3, 3))
    mapped = jax.vmap(lambda S: nearest_kron(S, (2, 2), (3, 3)))(S)
    for X, Y in zip(whole, mapped, strict=True):
        assert np.allclose(X, Y)

"""Cotangents of other libraries' arrays, beside those that they find."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from calls import BATCHES, UNEQUAL, call, every_call
from libraries import (
    LIBRARIES,
    arrays,
    check_all,
    check_own,
    every_library,
    every_tracing,
    read,
)

from lemmas_lib import gradients, sum_kron
from lemmas_lib.oracles import adjoints

RNG = np.random.default_rng(2)


def cotangent(sum_of, given):
    return RNG.integers(-2, 3, sum_of.oracle(*given).shape)


@every_library
@every_call
def test_cotangents_are_exact_and_new(library, name, ran):
    """Block by block, of one sum."""
    sum_of = call(name, **UNEQUAL)
    given = sum_of.drawn(RNG)
    G = cotangent(sum_of, given)
    own = arrays(library, [G, *given])
    found = sum_of.gradient(*own)
    if not sum_of.weighted:
        expected = getattr(adjoints, name)(G, *given, *sum_of.extra)
        check_all(found, expected, own[0])
    check_all(found, sum_of.gradient(G, *given), own[0])
    for x in found:
        check_own(x, *own)
    ran(library, f"gradients: {name}", "eager")


@every_tracing
@every_call
@pytest.mark.parametrize("batches", [((),), BATCHES], ids=["one", "stacks"])
def test_the_libraries_find_the_same(library, name, batches, ran):
    sum_of = call(name, **UNEQUAL)
    given = sum_of.drawn(RNG, batches)
    G = cotangent(sum_of, given)
    own = arrays(library, [G, *given])
    found = LIBRARIES[library].cotangents(sum_of, *own)
    check_all(found, sum_of.gradient(G, *given), own[0])
    ran(library, name, "gradient")


@every_call
def test_they_are_compiled(name, ran):
    sum_of = call(name, **UNEQUAL)
    given = sum_of.drawn(RNG, BATCHES)
    G = cotangent(sum_of, given)
    own = arrays("jax", [G, *given])
    found = LIBRARIES["jax"].compiled(sum_of.gradient)(*own)
    check_all(found, sum_of.gradient(G, *given), own[0])
    ran("jax", f"gradients: {name}", "compiled")


def test_functions_of_sums_are_differentiated_twice():
    """In one step: the second derivative of Σ_ij S_ij² by A is 2 times J'J."""
    A, B = RNG.integers(-2, 3, (2, 6, 3))

    def squares(A):
        return (sum_kron(A, jnp.asarray(B), 2) ** 2).sum()

    H = jax.hessian(squares)(jnp.asarray(A, float)).reshape(18, 18)
    assert np.array_equal(H, H.T) and np.linalg.eigvalsh(H).min() > -1e-9


def test_nothing_is_conjugated_as_in_jax():
    A, B = RNG.integers(-2, 3, (2, 6, 3)) * (1 + 2j)
    G = RNG.integers(-2, 3, (4, 9)) * (2 - 1j)
    expected = gradients.sum_kron(G, A, B, 2)
    back = jax.vjp(lambda A, B: sum_kron(A, B, 2), *map(jnp.asarray, (A, B)))
    for x, wanted in zip(back[1](jnp.asarray(G)), expected, strict=True):
        assert np.array_equal(x, wanted)
    own = [torch.tensor(x, requires_grad=True) for x in (A, B)]
    sum_kron(*own, 2).backward(torch.tensor(G.conj()))
    for x, wanted in zip(own, expected, strict=True):
        assert np.array_equal(read(x.grad), wanted.conj())

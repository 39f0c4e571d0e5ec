"""Arrays of each library: how they are made, read, compiled and derived."""

from typing import Any, NamedTuple

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch


class Library(NamedTuple):
    """What the tests do with a library; None is what it does not do."""

    array: Any  # of NumPy's array and the name of a dtype
    dtypes: tuple  # of which it multiplies matrices
    compiled: Any = None  # of a function
    batched: Any = None  # of a function of one item
    cotangents: Any = None  # of a function, G and the arguments


def _of_strict(x, dtype):
    dtype = getattr(array_api_strict, dtype)
    return array_api_strict.asarray(x.copy(), dtype=dtype)


def _of_torch(x, dtype):
    return torch.tensor(x).to(getattr(torch, dtype))


def _compiled_by_torch(function):
    """Return it compiled in one graph, whose operations are then called."""
    torch._dynamo.reset()
    return torch.compile(function, fullgraph=True, backend="aot_eager")


def _by_backward(function, G, *arrays):
    arrays = [x.clone().requires_grad_() for x in arrays]
    function(*arrays).backward(G)
    return [x.grad for x in arrays]


def _compiled_by_jax(function):
    return jax.jit(lambda *arrays: function(*arrays))


def _by_vjp(function, G, *arrays):
    return jax.vjp(function, *arrays)[1](G)


COMMON = (
    "int8", "int32", "int64", "uint8", "float32", "float64", "complex64",
    "complex128",
)  # fmt: skip

LIBRARIES = {
    "array_api_strict": Library(_of_strict, (*COMMON, "uint64")),
    "torch": Library(
        _of_torch,
        (*COMMON, "float16", "bfloat16"),
        _compiled_by_torch,
        torch.func.vmap,
        _by_backward,
    ),
    "jax": Library(
        jnp.asarray,
        (*COMMON, "uint64", "float16", "bfloat16", "float8_e5m2"),
        _compiled_by_jax,
        jax.vmap,
        _by_vjp,
    ),
}

every_library = pytest.mark.parametrize("library", LIBRARIES)
every_tracing = pytest.mark.parametrize("library", ["torch", "jax"])


def arrays(library, given, dtype="float64"):
    """Return arrays of a library."""
    return [LIBRARIES[library].array(x, dtype) for x in given]


def read(x):
    """Return the entries of an array, as NumPy's."""
    if isinstance(x, torch.Tensor):
        x = x.detach().resolve_conj().resolve_neg()
        x = x.double() if x.dtype.is_floating_point else x
    return np.asarray(x)


def check(found, expected, like):
    """Check that entries are exact, and the array of the kind of another."""
    assert type(found) is type(like), type(found)
    assert found.dtype == like.dtype, found.dtype
    assert found.device == like.device, found.device
    assert tuple(found.shape) == expected.shape
    assert np.array_equal(read(found), expected)


def check_all(found, expected, like):
    """Check arrays likewise, each against one of NumPy."""
    for x, wanted in zip(found, expected, strict=True):
        check(x, np.asarray(wanted, float), like)


def check_own(found, *given):
    """Check that an array has memory of its own. JAX's are never written."""
    if isinstance(found, torch.Tensor):
        places = {x.untyped_storage().data_ptr() for x in given if x.numel()}
        assert found.untyped_storage().data_ptr() not in places
    elif not isinstance(found, jax.Array):
        assert not any(np.shares_memory(read(found), read(x)) for x in given)

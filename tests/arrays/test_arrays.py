"""Which arrays are taken as those of a library, and where they are."""

import array_api_strict
import jax.numpy as jnp
import numpy as np
import pytest
import sparse
import torch
from libraries import LIBRARIES, arrays, every_library, read

from lemmas_lib import _arrays

x = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize(
    "value", [x, x[0, 0, 0], [x], (1, 2), 3.0, "text", None, object(),
              sparse.COO.from_numpy(x)],
)  # fmt: skip
def test_what_is_of_no_other_library(value):
    assert not _arrays.is_other(value) and not _arrays.is_chunked(value)


@every_library
def test_what_is(library):
    (own,) = arrays(library, [x])
    assert _arrays.is_other(own) and not _arrays.is_chunked(own)
    assert _arrays.library(own) == library


@pytest.mark.parametrize("library", ["numpy", *LIBRARIES])
def test_entries_move_as_numpys_do(library):
    own = x if library == "numpy" else arrays(library, [x])[0]
    for found, expected in [
        (_arrays.reshaped(own, 2, 6, 2), x.reshape(2, 6, 2)),
        (_arrays.copied(own, 3, 24), x.ravel()),
        (_arrays.permuted(own, -1, -2), x.transpose(0, 2, 1)),
        (_arrays.mT(own), x.transpose(0, 2, 1)),
        (_arrays.picked(own, np.array([3, 0])), x[..., [3, 0]]),
        (_arrays.summed(own, (0, -1)), x.sum(axis=(0, -1))),
        (_arrays.summed(own, 1, keepdims=True), x.sum(1, keepdims=True)),
    ]:
        assert type(found) is type(own)
        assert np.array_equal(read(found), expected)


@every_library
def test_sums_keep_a_narrow_dtype(library):
    (own,) = arrays(library, [np.full((2, 3), 50)], "int8")
    found = _arrays.summed(own, -1)
    assert found.dtype == own.dtype and read(found).tolist() == [-106, -106]


def test_numbers_are_known_by_their_products():
    assert _arrays.multiplies(torch.ones(1, 1, dtype=torch.int64))
    assert not _arrays.multiplies(torch.ones(1, 1, dtype=torch.bool))
    assert not _arrays.multiplies(jnp.ones((1, 1), bool))
    strange = torch.zeros(1, 1).to(torch.float8_e5m2)
    assert not _arrays.multiplies(strange)


def test_a_new_array_comes_beside_another():
    device = array_api_strict.Device("device1")
    there = array_api_strict.ones(3, device=device)
    assert _arrays.picked(there, np.array([0])).device == device
    assert _arrays.beside(x) == {} == _arrays.beside(jnp.ones(1))

"""What is said of arrays that do not go together, or that are no numbers."""

import re

import array_api_strict
import dask.array
import jax
import jax.experimental.sparse
import jax.numpy as jnp
import numpy as np
import pandas
import pytest
import scipy.sparse
import sparse
import torch
import xarray
from libraries import arrays, every_library

import lemmas_lib
from lemmas_lib import gradients, mixed_model, sum_abt, sum_kron
from lemmas_lib.oracles import formulas, loops

X = np.arange(8.0).reshape(4, 2)
OURS = torch.tensor(X)


@pytest.mark.parametrize(
    "other, words",
    [
        (X, "B is of numpy (ndarray) and A of torch (Tensor)"),
        (X.tolist(), "B is a list and A of torch (Tensor)"),
        (jnp.asarray(X), "B is of jax (ArrayImpl) and A of torch (Tensor)"),
        (array_api_strict.asarray(X), "B is of array_api_strict (Array)"),
        (OURS.to("meta"), "B is on meta and A on cpu"),
        (OURS[0, 0], "B is a single number (Tensor of no axes)"),
        (OURS.bool(), "B has dtype torch.bool"),
        (OURS.to(torch.float8_e5m2), "B has dtype torch.float8_e5m2"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_named(other, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        sum_kron(OURS, other, 2)
    with pytest.raises(TypeError, match=re.escape(words.replace("B", "G"))):
        gradients.sum_kron(other, OURS, OURS, 2)
    weights = words.replace("B ", "weights ")
    with pytest.raises(TypeError, match=re.escape(weights)):
        sum_kron(OURS, OURS, 2, weights=other)


def test_what_is_of_numpy_and_comes_first_is_named():
    with pytest.raises(TypeError, match=r"A is of numpy \(ndarray\) and B of"):
        sum_abt(X, OURS, 2)


def test_other_devices_are_named():
    device = array_api_strict.Device("device1")
    own = array_api_strict.asarray(X)
    there = array_api_strict.asarray(X, device=device)
    with pytest.raises(TypeError, match="B is on .*device1.* and A on"):
        sum_abt(own, there, 2)


def test_a_single_number_or_row_is_named():
    with pytest.raises(TypeError, match="A is a single number"):
        sum_abt(jnp.asarray(1.0), jnp.asarray(X), 2)
    with pytest.raises(ValueError, match=r"A has shape \(2,\)"):
        sum_abt(OURS[0], OURS, 2)
    with pytest.raises(ValueError, match=r"B has shape \(3, 2\), not"):
        sum_abt(OURS, OURS[:3], 2)
    keys = jax.random.split(jax.random.key(0), 4)[:, None]
    with pytest.raises(TypeError, match="A has dtype key<"):
        sum_abt(keys, keys, 2)


def test_dtypes_that_nothing_holds_are_named():
    own = array_api_strict.asarray(X)
    whole = array_api_strict.astype(own, array_api_strict.int64)
    words = "no dtype that holds those of all: A .*float64, B .*int64"
    with pytest.raises(TypeError, match=words):
        sum_abt(own, whole, 2)


@pytest.mark.parametrize(
    "dtypes, held",
    [(("int32", "float32"), "float32"), (("float32", "float64"), "float64"),
     (("int8", "int64"), "int64"), (("float16", "bfloat16"), "float32")],
)  # fmt: skip
def test_the_library_says_which_dtype_holds_all(dtypes, held):
    for library in "torch", "jax":
        own = [arrays(library, [X], dtype)[0] for dtype in dtypes]
        assert str(sum_abt(*own, 2).dtype).endswith(held)


SPARSE = {
    "PyTorch": OURS.to_sparse(),
    "PyTorch, by rows": OURS.to_sparse_csr,  # once warnings are heard
    "JAX": jax.experimental.sparse.BCOO.fromdense(jnp.asarray(X)),
    "sparse": sparse.COO.from_numpy(X),
    "SciPy": scipy.sparse.csr_array(X),
    "SciPy, a matrix": scipy.sparse.coo_matrix(X),
}


@pytest.mark.parametrize("kind", SPARSE)
def test_of_sparse_ones_a_dense_one_is_asked(kind):
    """What is written there is a call that the class has."""
    A = SPARSE[kind]
    A = A() if callable(A) else A
    with pytest.raises(TypeError, match="A is sparse") as refused:
        sum_abt(A, A, 2)
    call = re.search(r"such as (.*)$", str(refused.value))[1]
    dense = eval(call, {"A": A})
    assert np.array_equal(sum_abt(dense, dense, 2), sum_abt(X, X, 2))


def test_labelled_ones_are_taken_by_their_values():
    labelled = xarray.DataArray(X, dims=("row", "column"))
    found = sum_abt(labelled, X, 2)
    assert type(found) is np.ndarray
    assert np.array_equal(found, sum_abt(X, X, 2))
    lazy = xarray.DataArray(dask.array.from_array(X, chunks=2))
    assert isinstance(sum_abt(lazy, X, 2), dask.array.Array)
    table = pandas.DataFrame(X)
    assert np.array_equal(sum_abt(table, table, 2), found)


def test_a_column_of_text_is_named():
    table = pandas.DataFrame({"age": [1, 2], "site": ["a", "b"]})
    with pytest.raises(TypeError, match="'b' in column 'site'"):
        sum_abt(table, X, 1)


@every_library
def test_what_is_of_numpy_alone_says_what_to_write(library):
    (own,) = arrays(library, [X])
    for function in loops.sum_abt, formulas.sum_abt:
        with pytest.raises(TypeError, match="A is of .* NumPy"):
            function(own, own, 2)
    with pytest.raises(TypeError, match="A is of .* sum_acbt"):
        lemmas_lib.sum_kron_operator(own, own, 2)
    with pytest.raises(TypeError, match="y is of .* NumPy"):
        mixed_model.fit(own[:, 0], X, [(list("aabb"), X[:, :1] + 1)])


LAZY = dask.array.from_array(X, chunks=2)


@pytest.mark.parametrize(
    "call",
    [lambda: lemmas_lib.vec(LAZY), lambda: lemmas_lib.unvec(LAZY, (2, 1)),
     lambda: lemmas_lib.nearest_kron(LAZY, (2, 2), (2, 1)),
     lambda: lemmas_lib.kron_rearrange(LAZY, (2, 2), (2, 1)),
     lambda: loops.sum_abt(LAZY, X, 2)],
)  # fmt: skip
def test_what_is_no_sum_takes_no_chunks(call):
    with pytest.raises(TypeError, match=r"is of dask .*\.compute\(\)$"):
        call()


def test_what_has_chunks_is_named():
    G = X[:2, :2]
    with pytest.raises(TypeError, match="^A, or another argument, is of dask"):
        gradients.sum_abt(G, LAZY, X, 2)
    with pytest.raises(TypeError, match="^G is of dask"):
        gradients.sum_abt(dask.array.from_array(G), X, X, 2)
    lazy = dask.array.ones(2)
    with pytest.raises(TypeError, match="^weights is of dask .* sum_acbt"):
        lemmas_lib.sum_kron_operator(X, X, 2, weights=lazy)


def test_what_nobody_has_put_anywhere_goes_with_all():
    first, second = jax.devices()[:2]
    there = jax.device_put(X, second)
    found = sum_abt(there, jnp.asarray(X), 2)
    assert found.devices() == {second}
    with pytest.raises(TypeError, match="B is on .* and A on"):
        sum_abt(there, jax.device_put(X, first), 2)


def test_a_nested_tensor_is_refused():
    nested = torch.nested.nested_tensor([OURS, OURS[:2]])
    with pytest.raises(TypeError, match="A is a nested tensor"):
        sum_abt(nested, OURS, 2)
    block = OURS.float().to_mkldnn()
    with pytest.raises(TypeError, match=r"such as A.to_dense\(\)$"):
        sum_abt(block, OURS, 2)

"""Arrays of every library: which they are, and how their entries move.

NumPy's have methods for it, which are quick. What others have is asked of the
array API standard, through array-api-compat, which is imported once such an
array has come; so is no library of theirs before.
"""

import functools

import numpy as np


def is_other(x):
    """Say whether x is an array of another library that keeps the standard."""
    if isinstance(x, (np.ndarray, np.generic, list, tuple)):
        return False
    from array_api_compat import is_array_api_obj

    # Sparse ones keep it too, but for products of reshaped matrices.
    return is_array_api_obj(x) and not hasattr(x, "todense")


def is_chunked(x):
    """Say whether x is an array of Dask."""
    if type(x) is np.ndarray:
        return False
    from array_api_compat import is_dask_array

    return is_dask_array(x)


def namespace(x):
    """Return the standard's functions, of the library of x.

    NumPy's before version 2 are not quite the standard's.
    """
    if type(x) is np.ndarray:
        return np
    from array_api_compat import array_namespace

    return array_namespace(x)


def library(x):
    """Return the name of the library of x, as it is imported."""
    return library_of(type(x))


def library_of(kind):
    """Return the name of the library that has a class."""
    name = kind.__module__.partition(".")[0]
    return "jax" if name == "jaxlib" else name


def unlabelled(x):
    """Return the array that one of xarray's holds, and anything else as is."""
    if library(x) == "xarray" and hasattr(x, "data"):
        return x.data
    return x


def chunked(x):
    """Return an array of NumPy as one of Dask, in one piece."""
    import dask.array

    return dask.array.from_array(x, chunks=x.shape)


def multiplies(x):
    """Say whether x has numbers of which its library multiplies matrices."""
    if str(x.dtype).endswith(("float32", "float64")):
        return True
    return _multiplies(namespace(x), x.dtype, tuple(beside(x).items()))


@functools.cache
def _multiplies(xp, dtype, where):
    """Say whether it does, by trying. Those of 8 bits say they are numbers.

    A stack of matrices that are larger than one entry, for which there may be
    other functions. Keys of JAX are of no dtype that it could be asked of.
    """
    try:
        ones = xp.ones((2, 2, 2), dtype=dtype, **dict(where))
        return xp.isdtype(dtype, "numeric") and (ones @ ones).dtype == dtype
    except (RuntimeError, TypeError, ValueError):
        return False


def devices(x):
    """Return the devices that hold x, or None where that is not known.

    Or where it is left to JAX, as of an array that nobody has put anywhere.
    """
    from array_api_compat import device, is_jax_array

    if not is_jax_array(x):
        return device(x)
    try:
        return frozenset(x.devices()) if x.committed else None
    except TypeError:  # while it is traced
        return None


def beside(x):
    """Return what tells a function of the standard to work where x is.

    Those of NumPy have no choice; JAX's do it by themselves, and know no
    device while they are traced.
    """
    if library(x) in {"numpy", "jax"}:
        return {}
    return {"device": devices(x)}


def reshaped(x, own, *sizes):
    """Return x with its last axes, so many, reshaped to others."""
    shape = x.shape[: x.ndim - own] + sizes
    if type(x) is np.ndarray:
        return x.reshape(shape)
    return namespace(x).reshape(x, shape)


def copied(x, own, *sizes):
    """Return a new array, of the entries of x in the order of its axes."""
    shape = x.shape[: x.ndim - own] + sizes
    if type(x) is np.ndarray:
        return x.copy().reshape(shape)
    return namespace(x).reshape(x, shape, copy=True)


def permuted(x, *axes):
    """Return x with its last axes in another order."""
    axes = _all_axes(x.ndim, axes)
    if type(x) is np.ndarray:
        return x.transpose(axes)
    return namespace(x).permute_dims(x, axes)


@functools.cache
def _all_axes(ndim, last):
    """Return all axes, of which the last, counted from the end, are given."""
    return *range(ndim - len(last)), *(ndim + axis for axis in last)


def mT(x):
    """Return the transpose of each matrix, as NumPy 2 has it as x.mT."""
    if type(x) is np.ndarray:
        return x.swapaxes(-1, -2)
    return namespace(x).matrix_transpose(x)


def picked(x, index):
    """Return the entries of the last axis that a NumPy index names."""
    if type(x) is np.ndarray:
        return x[..., index]
    xp = namespace(x)
    return xp.take(x, xp.asarray(index, **beside(x)), axis=-1)


def summed(x, axis, keepdims=False):
    """Return sums along axes, of the dtype that x has."""
    if type(x) is np.ndarray:
        return x.sum(axis=axis, dtype=x.dtype, keepdims=keepdims)
    xp = namespace(x)
    return xp.sum(x, axis=axis, dtype=x.dtype, keepdims=keepdims)


def converted(x, dtype):
    """Return x in a dtype, and x itself where it has it."""
    if type(x) is np.ndarray:
        return x.astype(dtype, copy=False)
    return x if x.dtype == dtype else namespace(x).astype(x, dtype)

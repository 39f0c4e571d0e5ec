"""The arrays of a sum: of NumPy, or all of one other library, and of numbers.

Public functions call these first; what they get back can be computed with.
"""

import numpy as np

from . import _arrays
from ._arguments import array, check_axes, refuse_other_kinds, refuse_sparse


def matrices(names, *values):
    """Return matrices, or stacks of matrices, each of a dtype of its own.

    ``names`` has one letter for each.
    """
    # What needs no conversion is recognized quickly.
    dtype = getattr(values[0], "dtype", None)
    for x in values:
        if type(x) is not np.ndarray or x.dtype is not dtype or x.ndim < 2:
            break
    else:
        # Of NumPy's own, and so in this machine's byte order.
        if dtype.kind in "iufc" and dtype.isbuiltin == 1:
            return values
    return _of_one_kind(names, values)


def matrix(name, value):
    """Return a matrix, or a stack of them, in this machine's byte order."""
    return _at_hand(name, *matrices((name,), value))


def row(name, value):
    """Return a row of entries, or a stack of them, likewise."""
    return _at_hand(name, *_of_one_kind((name,), (value,), 1))


def _at_hand(name, x):
    """Return an array whose entries can be moved by themselves."""
    refuse_chunks(name, x)
    return _native(x) if type(x) is np.ndarray else x


def _native(x):
    """Return an array in this machine's byte order."""
    if x.dtype.isnative:
        return x
    return x.astype(x.dtype.newbyteorder("="))


def with_others(name, value, least_ndim, names, *others):
    """Return one more array with those that were checked, of one kind.

    As many of these have names as are given; the rest is as the first is.
    """
    value = _arrays.unlabelled(value)
    if type(others[0]) is np.ndarray and not _arrays.is_other(value):
        return array(name, value, least_ndim), *others
    names = (*names, *("" for _ in others[len(names) :]), name)
    *others, x = _together(names, (*others, value), 1)
    return x, *others


def _of_one_kind(names, values, least_ndim=2):
    """Return arrays of NumPy, or of the one other library that they are of."""
    values = [_arrays.unlabelled(x) for x in values]
    if any(map(_arrays.is_other, values)):
        return _together(names, values, least_ndim)
    return [array(*x, least_ndim) for x in zip(names, values, strict=True)]


def refuse_chunks(name, x):
    """Refuse arrays of Dask, where a sum is not what is asked for."""
    if _arrays.is_chunked(x):
        refuse_other_kinds(name, x)


def _together(names, values, least_ndim):
    """Return arrays of one library, in the one dtype that holds them all.

    With NumPy's, Dask's are all of Dask.
    """
    for name, x in zip(names, values, strict=True):
        refuse_sparse(name, x)
    first, x = next(
        pair
        for pair in zip(names, values, strict=True)
        if _arrays.is_other(pair[1])
    )
    if _arrays.is_chunked(x):
        values = [
            _native(y)
            if _arrays.is_other(y)
            else _arrays.chunked(array(name, y, 0))
            for name, y in zip(names, values, strict=True)
        ]
    xp = _arrays.namespace(x)
    for name, y in zip(names, values, strict=True):
        if not _arrays.is_other(y) or _arrays.namespace(y) is not xp:
            raise TypeError(
                f"{name} is {_described(y)} and {first} {_described(x)}; "
                "arrays of one library are needed"
            )
        _refuse_other_places(name, y, first, x)
        _refuse_entries(name, y, least_ndim)
        if _arrays.is_chunked(y):
            _refuse_pieces(name, y)
    try:
        dtype = xp.result_type(*(y.dtype for y in values))
    except (RuntimeError, TypeError, ValueError):  # each has its own
        pairs = zip(names, values, strict=True)
        dtypes = (f"{name} {y.dtype}" for name, y in pairs if name)
        raise TypeError(
            f"{_arrays.library(x)} has no dtype that holds those of all: "
            + ", ".join(dtypes)
        ) from None
    return [_arrays.converted(y, dtype) for y in values]


def _described(x):
    """Return what an argument is, in words."""
    kind, library = type(x).__name__, _arrays.library(x)
    return f"a {kind}" if library == "builtins" else f"of {library} ({kind})"


def _refuse_other_places(name, y, first, x):
    """Refuse arrays on other devices, as far as these are known."""
    here, there = _arrays.devices(y), _arrays.devices(x)
    if None not in (here, there) and here != there:
        raise TypeError(
            f"{name} is on {here} and {first} on {there}; arrays on one "
            "device are needed"
        )


def _refuse_entries(name, x, least_ndim):
    """Refuse an array of another library that is no matrix of numbers."""
    if x.ndim == 0:
        raise TypeError(
            f"{name} is a single number ({type(x).__name__} of no axes); "
            "an array is needed"
        )
    check_axes(name, x, least_ndim)
    if not _arrays.multiplies(x):
        raise TypeError(
            f"{name} has dtype {x.dtype}, of which {_arrays.library(x)} "
            "multiplies no matrices there; convert it before"
        )


def _refuse_pieces(name, x):
    """Refuse an array of Dask whose chunks are not known, or not dense."""
    if any(length != length for length in x.shape):  # not a number
        raise ValueError(
            f"{name} has chunks of unknown sizes; {name}.compute_chunk_sizes()"
            " finds them"
        )
    piece = x._meta
    if type(piece) is not np.ndarray and not _arrays.is_other(piece):
        dense = "filled(0)" if hasattr(piece, "filled") else "todense()"
        raise TypeError(
            f"{name} has chunks that are {type(piece).__name__}; dense ones "
            f"are needed, such as {name}.map_blocks(lambda x: x.{dense})"
        )

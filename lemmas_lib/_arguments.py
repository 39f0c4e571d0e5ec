"""What counts as a matrix, a count or a pair, and what is said if not.

Of NumPy's arrays; ``_operands`` has those of every library.
"""

import datetime
import math
import operator

import numpy as np

from . import _arrays

# Signed and unsigned integers, reals, complex numbers, and Python objects
# such as fractions. Booleans, text and dates have no such sums.
NUMERIC_KINDS = "iufcO"


def arrays(least_ndim, **arguments):
    """Return the arguments as arrays of the one dtype that holds them all.

    The common dtype is taken before anything is computed, so that no
    intermediate product overflows in a narrower one.
    """
    found = [array(name, x, least_ndim) for name, x in arguments.items()]
    dtype = np.result_type(*found)
    return [x.astype(dtype, copy=False) for x in found]


def single(**matrices):
    """Return matrices of one common dtype; refuse stacks of them."""
    for name, x in matrices.items():
        if x.ndim != 2:
            raise ValueError(
                f"{name} has shape {tuple(x.shape)}; a single matrix "
                "(rows, columns) is needed"
            )
    return arrays(2, **matrices)


def single_weighted(weights, size, **matrices):
    """Return them with weights, or None, of the same dtype."""
    if weights is None:
        return *single(**matrices), None
    single(**matrices)
    axes, own = (2, "(l_A, l_B)") if "l_A" in size else (1, "(l,)")
    if weights.ndim != axes:
        raise ValueError(
            f"weights has shape {weights.shape}; those of a single sum, "
            f"{own}, are needed"
        )
    return arrays(1, **matrices, weights=weights)


def array(name, value, least_ndim):
    """Return an array of numbers; refuse what none can be made of."""
    value = _arrays.unlabelled(value)
    refuse_other_kinds(name, value)
    try:
        x = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is not an array: {error}") from None
    # Of other libraries' dtypes, such as those of 8 bits, NumPy knows too
    # little to add them up.
    if x.dtype.kind not in NUMERIC_KINDS or x.dtype.isbuiltin == 2:
        raise TypeError(
            f"{name} has dtype {x.dtype}; integers, reals, complex numbers "
            "or objects such as fractions are needed"
        )
    check_axes(name, x, least_ndim)
    if x.dtype == object:
        _refuse_text(name, x, value)
    return x


# What to write for the arrays of another library, by its name. A conversion
# that the caller does not see may compute for hours, or move an array.
AS_NUMPY = {
    "cupy": "{}.get()",
    "dask": "{}.compute()",
    "jax": "np.asarray({})",
    "tensorflow": "{}.numpy()",
    "torch": "{}.numpy(force=True)",
    "xarray": "np.asarray({})",
}

# What objects must not be. A sum of NumPy's booleans is a boolean.
NO_NUMBERS = str, bytes, datetime.date, list, tuple, np.bool_

# Long lists hold nothing else, as a rule.
PLAIN = frozenset({np.ndarray, int, float, complex, str})


def refuse_other_kinds(name, value):
    """Refuse arrays that are sparse, masked, or of another library.

    In lists as well, however deep.
    """
    kind = type(value)
    if kind in PLAIN:
        return
    if isinstance(value, (list, tuple)):
        if not PLAIN.issuperset(map(type, value)):
            for part in value:
                refuse_other_kinds(name, part)
        return
    refuse_sparse(name, value)
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array, whose mask would be lost; fill it "
            f"first, as in {name}.filled(0)"
        )
    # A subclass may be of any module.
    libraries = {_arrays.library_of(base) for base in kind.__mro__}
    known = AS_NUMPY.keys() & libraries
    if known or _arrays.is_other(value):
        library = known.pop() if known else _arrays.library(value)
        write = AS_NUMPY.get(library, "np.asarray({})").format(name)
        raise TypeError(
            f"{name} is of {library} ({kind.__name__}); a NumPy array is "
            f"needed, such as {write}"
        )


def refuse_sparse(name, value):
    """Refuse arrays that hold what is not zero, and say what holds all."""
    dense = [m for m in ("toarray", "todense") if hasattr(value, m)]
    # PyTorch's have the class of the dense ones.
    layout = str(getattr(value, "layout", ""))
    if getattr(value, "is_nested", False):
        raise TypeError(
            f"{name} is a nested tensor; one of a single shape is needed, "
            f"such as torch.nested.to_padded_tensor({name}, 0)"
        )
    if layout.startswith("torch.") and layout != "torch.strided":
        dense = ["to_dense"]
    if dense:
        raise TypeError(
            f"{name} is sparse ({type(value).__name__}); a dense array is "
            f"needed, such as {name}.{dense[0]}()"
        )


def check_axes(name, x, least_ndim):
    """Check that an array has as many axes, or more."""
    if x.ndim < least_ndim:
        wanted = "(…, rows, columns)" if least_ndim == 2 else "(…, entries)"
        shape = tuple(x.shape)
        raise ValueError(f"{name} has shape {shape}; {wanted} is needed")


def _refuse_text(name, x, value):
    """Refuse objects of which some are text, lists, truths or missing.

    Where they were a table, with the name of the column.
    """
    kinds = {type(entry): i for i, entry in enumerate(x.flat)}
    for i in kinds.values():
        entry = x.flat[i]
        if entry is None or isinstance(entry, NO_NUMBERS):
            where = ""
            if hasattr(value, "columns") and hasattr(value, "dtypes"):
                where = f" in column {value.columns[i % x.shape[-1]]!r}"
            raise TypeError(
                f"{name} has entries such as {entry!r}{where}, which do not "
                "multiply and add; numbers are needed"
            )


def count(name, value, least=1):
    """Return an integer of any integer type; refuse booleans and floats."""
    if type(value) is int and value >= least:
        return value
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}; an integer is needed") from None
    if number < least:
        raise ValueError(f"{name} is {number}; at least {least} is needed")
    return number


def pair(name, value, least=1):
    """Return two integers, such as the shape of a block."""
    if type(value) is tuple and len(value) == 2:
        first, second = value
        if type(first) is type(second) is int and min(value) >= least:
            return value
    if not is_sequence(value):
        raise TypeError(f"{name} is {value!r}; a pair of integers is needed")
    if len(value) != 2:
        raise ValueError(f"{name} is {value!r}; exactly two are needed")
    return tuple(
        count(f"{name}[{i}]", part, least) for i, part in enumerate(value)
    )


def is_sequence(value):
    one_axis = isinstance(value, np.ndarray) and value.ndim == 1
    return one_axis or isinstance(value, (tuple, list))


def heights(name, value):
    """Return two block heights: an integer for both, or a pair."""
    if type(value) is int and value > 0:
        return value, value
    if is_sequence(value):
        return pair(name, value)
    return (count(name, value),) * 2


def entries(name, x, shape):
    """Check that the rows (…, p·q) can become matrices (…, p, q)."""
    if x.shape[-1] != math.prod(shape):
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}; "
            f"(…, {math.prod(shape)}) is needed "
            f"for matrices of shape {shape}"
        )


def same_size(name, x, shape):
    """Check that a reshape keeps the number of entries."""
    if math.prod(x.shape[-2:]) != math.prod(shape):
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}, with "
            f"{math.prod(x.shape[-2:])} "
            f"entries a matrix; shape {shape} needs {math.prod(shape)}"
        )


def square(name, x):
    """Check that matrices are square."""
    if x.shape[-1] != x.shape[-2]:
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}; (…, q, q) is needed"
        )


def triangle_side(name, x):
    """Return q where the rows have q(q+1)/2 entries."""
    length = x.shape[-1]
    q = (math.isqrt(8 * length + 1) - 1) // 2
    if q * (q + 1) // 2 != length:
        raise ValueError(
            f"{name} has shape {tuple(x.shape)}; "
            "its last axis must have q(q+1)/2 "
            f"entries, such as {q * (q + 1) // 2} or {(q + 1) * (q + 2) // 2}"
        )
    return q


def same_width(pA, pB):
    """Check that the blocks of A and B are equally wide."""
    if pA[1] != pB[1]:
        raise ValueError(
            f"pB is {pB} and pA is {pA}; A_ij B_ij' needs blocks of equal "
            f"width, such as pB = {(pB[0], pA[1])}"
        )

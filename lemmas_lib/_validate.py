"""Every check of an argument and every message that a caller can meet.

Public functions call these first; what they get back can be computed with.
"""

import functools
import math
import operator
import re
import types

import numpy as np

# Signed and unsigned integers, reals, complex numbers, and Python objects
# such as fractions. Booleans, text and dates have no such sums.
NUMERIC_KINDS = "iufcO"


def arrays(least_ndim, **arguments):
    """Return the arguments as arrays of the one dtype that holds them all.

    The common dtype is taken before anything is computed, so that no
    intermediate product overflows in a narrower one.
    """
    found = [_array(name, x, least_ndim) for name, x in arguments.items()]
    dtype = np.result_type(*found)
    return [x.astype(dtype, copy=False) for x in found]


def matrices(names, *values):
    """Return matrices, or stacks of matrices, of one common dtype.

    ``names`` has one letter for each.
    """
    # What needs no conversion is recognized quickly.
    dtype = getattr(values[0], "dtype", None)
    for x in values:
        if type(x) is not np.ndarray or x.dtype is not dtype or x.ndim < 2:
            break
    else:
        if dtype.kind in NUMERIC_KINDS and dtype.isnative:
            return values
    return arrays(2, **dict(zip(names, values, strict=True)))


def single(**matrices):
    """Refuse stacks of matrices, where one matrix at a time is taken."""
    for name, x in matrices.items():
        if x.ndim != 2:
            raise ValueError(
                f"{name} has shape {x.shape}; a single matrix "
                "(rows, columns) is needed"
            )


def _array(name, value, least_ndim):
    for part in value if isinstance(value, (list, tuple)) else [value]:
        _refuse_sparse_and_masked(name, part)
    try:
        x = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} is not an array: {error}") from None
    if x.dtype.kind not in NUMERIC_KINDS:
        raise TypeError(
            f"{name} has dtype {x.dtype}; integers, reals, complex numbers "
            "or objects such as fractions are needed"
        )
    if x.ndim < least_ndim:
        wanted = "(…, rows, columns)" if least_ndim == 2 else "(…, entries)"
        raise ValueError(f"{name} has shape {x.shape}; {wanted} is needed")
    return x


def _refuse_sparse_and_masked(name, value):
    if hasattr(value, "todense"):
        raise TypeError(
            f"{name} is sparse ({type(value).__name__}); a dense array is "
            f"needed, such as {name}.toarray()"
        )
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} is a masked array, whose mask would be lost; fill it "
            f"first, as in {name}.filled(0)"
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
    if not _is_sequence(value):
        raise TypeError(f"{name} is {value!r}; a pair of integers is needed")
    if len(value) != 2:
        raise ValueError(f"{name} is {value!r}; exactly two are needed")
    return tuple(
        count(f"{name}[{i}]", part, least) for i, part in enumerate(value)
    )


def _is_sequence(value):
    one_axis = isinstance(value, np.ndarray) and value.ndim == 1
    return one_axis or isinstance(value, (tuple, list))


def heights(name, value):
    """Return block heights in A and B: an integer for both, or a pair."""
    if type(value) is int and value > 0:
        return value, value
    if _is_sequence(value):
        return pair(name, value)
    return (count(name, value),) * 2


@functools.lru_cache(1024)
def conform(pattern, known, *shapes):
    """Check shapes against their symbols; return the symbols' sizes.

    The verdict is kept: sums over small matrices are called often, and
    always with the same shapes.

    Parameters
    ----------
    pattern : str
        The name, rows and columns of each argument, such as
        ``"A (l·n, k), C (k, p)"``. The first argument with a symbol sets
        it, the later ones must agree. Leading axes must broadcast.
    known : tuple of (str, int)
        Symbols whose sizes the caller gave, such as ``(("n", 2),)``.
    *shapes : tuple of int

    Returns
    -------
    mapping
        The size of every symbol.
    """
    sizes = dict(known)
    batch, batch_names = (), []
    for (name, *symbols), shape in zip(_parsed(pattern), shapes, strict=True):
        before = sizes.copy()
        if not (
            _bind(shape[-2], symbols[0], sizes)
            and _bind(shape[-1], symbols[1], sizes)
        ):
            raise ValueError(_misfit(name, shape, symbols, before))
        if len(shape) > 2:
            try:
                batch = np.broadcast_shapes(batch, shape[:-2])
            except ValueError:
                raise ValueError(
                    f"{name} has shape {shape}, whose leading axes "
                    f"{shape[:-2]} do not broadcast with {batch}, those of "
                    f"{', '.join(batch_names)}"
                ) from None
            batch_names.append(name)
    return types.MappingProxyType(sizes)


@functools.cache
def _parsed(pattern):
    """Return (name, rows, columns) of each argument in a pattern."""
    return re.findall(r"(\w+) \(([^,]+), ([^)]+)\)", pattern)


@functools.cache
def _symbols(product):
    return tuple(product.split("·"))


def _split(product, sizes):
    """Return what is known of a product such as l·n, and the free symbols."""
    known, free = 1, []
    for symbol in _symbols(product):
        size = sizes.get(symbol)
        if size is None:
            free.append(symbol)
        else:
            known *= size
    return known, free


def _bind(length, product, sizes):
    """Set the free symbol of a product; say whether the length fits."""
    known, free = _split(product, sizes)
    if not free:
        return length == known
    sizes[free[0]] = length // known
    return length % known == 0


def _misfit(name, shape, symbols, sizes):
    wanted, met = [], []
    for product in symbols:
        known, free = _split(product, sizes)
        if not free:
            wanted.append(str(known))
        elif known > 1:
            wanted.append(f"a multiple of {known}")
        else:
            wanted.append("any")
        met += [s for s in _symbols(product) if s in sizes]
    more = "…, " if len(shape) > 2 else ""
    where = ", ".join(f"{s} = {sizes[s]}" for s in met)
    return (
        f"{name} has shape {shape}, not ({more}{', '.join(symbols)}) = "
        f"({more}{', '.join(wanted)})" + f" with {where}" * bool(met)
    )


def entries(name, x, shape):
    """Check that the rows (…, p·q) can become matrices (…, p, q)."""
    if x.shape[-1] != math.prod(shape):
        raise ValueError(
            f"{name} has shape {x.shape}; (…, {math.prod(shape)}) is needed "
            f"for matrices of shape {shape}"
        )


def same_size(name, x, shape):
    """Check that a reshape keeps the number of entries."""
    if math.prod(x.shape[-2:]) != math.prod(shape):
        raise ValueError(
            f"{name} has shape {x.shape}, with {math.prod(x.shape[-2:])} "
            f"entries a matrix; shape {shape} needs {math.prod(shape)}"
        )


def square(name, x):
    """Check that matrices are square."""
    if x.shape[-1] != x.shape[-2]:
        raise ValueError(f"{name} has shape {x.shape}; (…, q, q) is needed")


def triangle_side(name, x):
    """Return q where the rows have q(q+1)/2 entries."""
    length = x.shape[-1]
    q = (math.isqrt(8 * length + 1) - 1) // 2
    if q * (q + 1) // 2 != length:
        raise ValueError(
            f"{name} has shape {x.shape}; its last axis must have q(q+1)/2 "
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


def real(name, value, least_ndim=0):
    """Return finite real numbers as an array of doubles."""
    x = _array(name, value, least_ndim)
    try:
        if x.dtype.kind == "c" or not _all_numbers(x):
            raise TypeError
        x = x.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise TypeError(
            f"{name} has dtype {x.dtype} and an entry that is no real number"
        ) from None
    if not np.isfinite(x).all():
        wrong = tuple(int(i) for i in np.argwhere(~np.isfinite(x))[0])
        raise ValueError(
            f"{name} is {x[wrong]} at {wrong}; every entry must be finite"
        )
    return x


def _all_numbers(x):
    """Say whether the objects in x are neither text nor booleans."""
    kinds = (bool, np.bool_, str, bytes)
    objects = x.ravel() if x.dtype.kind == "O" else ()
    return not any(isinstance(value, kinds) for value in objects)


def counts(name, value):
    """Return a sequence of integers as a tuple."""
    if not _is_sequence(value):
        raise TypeError(f"{name} is {value!r}; integers in a tuple are needed")
    return tuple(count(f"{name}[{i}]", x) for i, x in enumerate(value))


def same_length(**sequences):
    """Check that sequences have one entry a factor each."""
    (first, x), *rest = sequences.items()
    for name, y in rest:
        if len(y) != len(x):
            raise ValueError(
                f"{name} has {len(y)} entries and {first} has {len(x)}; one "
                "a factor is needed in both"
            )


def ends(name, x, symbols, sizes, leading=("v",)):
    """Check the last axes of x; a leading axis, if named, may come before."""
    own = tuple(sizes[s] for s in symbols)
    extra = x.ndim - len(own)
    if not 0 <= extra <= len(leading) or x.shape[extra:] != own:
        forms = [_shape_text(symbols)]
        forms += [_shape_text((*leading, *symbols))] * bool(leading)
        met = ", ".join(f"{s} = {sizes[s]}" for s in dict.fromkeys(symbols))
        raise ValueError(
            f"{name} has shape {x.shape}, not {' or '.join(forms)}"
            + f" with {met}" * bool(met)
        )


def _shape_text(symbols):
    return f"({', '.join(symbols)}{',' * (len(symbols) == 1)})"


def leading_axis(**arguments):
    """Return the leading axes that arguments, given as (x, own), share.

    ``own`` is the number of last axes that are not leading ones.
    """
    batch, batch_name = (), None
    for name, (x, own) in arguments.items():
        axes = x.shape[: x.ndim - own]
        try:
            batch = np.broadcast_shapes(batch, axes)
        except ValueError:
            raise ValueError(
                f"{name} has shape {x.shape}; its leading axis must be "
                f"{batch[0]}, as in {batch_name}, or 1"
            ) from None
        if batch == axes:
            batch_name = name
    return batch


def positive(name, x):
    """Check that every entry is greater than 0."""
    if not (x > 0).all():
        raise ValueError(f"{name} is {x.min():.3g}; more than 0 is needed")


def not_negative(name, x):
    """Check that no entry is less than 0."""
    if (x < 0).any():
        raise ValueError(
            f"{name} has the entry {x.min():.3g}; none below 0 fits"
        )


def symmetric(name, x):
    """Check that matrices are symmetric, up to rounding."""
    rounding = _rounding(x)
    skew = abs(x - x.swapaxes(-1, -2))
    if (skew > rounding).any():
        raise ValueError(
            f"{name} differs from its transpose by {skew.max():.3g}; a "
            "symmetric matrix is needed"
        )


def _rounding(x):
    """Return what counts as 0 in each matrix, by its largest entry."""
    return 1e-10 * abs(x).max(axis=(-2, -1), initial=0, keepdims=True)


def semidefinite(name, x):
    """Check that matrices are symmetric and have no negative eigenvalue."""
    symmetric(name, x)
    least = np.linalg.eigvalsh(x)[..., :1]
    if (least < -_rounding(x)[..., 0]).any():
        raise ValueError(
            f"{name} has the eigenvalue {least.min():.3g}; a covariance "
            "matrix has none below 0"
        )


def full_rank(name, x):
    """Check that X'X is that of a matrix X of independent columns."""
    scale = np.sqrt(np.diagonal(x).clip(0))
    if (scale > 0).all():
        correlations = x / scale / scale[:, None]
        if (np.linalg.eigvalsh(correlations) > 1e-12 * len(x)).all():
            return
    raise ValueError(
        f"{name} is singular: some columns of X are combinations of others, "
        "or nearly so"
    )


def factors(value):
    """Check that factors are pairs (levels, Z), and at least one."""
    if not isinstance(value, (list, tuple)) or not value:
        raise TypeError(
            "factors must be a list of pairs (levels, Z), one a factor"
        )
    for k, factor in enumerate(value):
        if not isinstance(factor, (list, tuple)) or len(factor) != 2:
            raise TypeError(f"factors[{k}] is not a pair (levels, Z)")


def labels(name, value):
    """Return the sorted distinct labels, and which of them each row has."""
    _refuse_sparse_and_masked(name, value)
    # A list of mixed kinds would become text, and its NaN a level "nan".
    as_listed = object if isinstance(value, (list, tuple)) else None
    x = np.asarray(value, dtype=as_listed)
    if x.ndim != 1 or not len(x):
        raise ValueError(f"{name} has shape {x.shape}; (n,) is needed")
    if (x != x).any() or any(label is None for label in x.tolist()):
        raise ValueError(f"{name} has missing entries (None, NaN or NaT)")
    try:
        return np.unique(x, return_inverse=True)
    except TypeError:
        raise TypeError(f"{name} has labels that cannot be ordered") from None


def one_of(name, value, choices):
    """Check that an option has one of its values."""
    if value not in choices:
        raise ValueError(
            f"{name} is {value!r}; {' or '.join(choices)} is needed"
        )


def identified(n, p, factors):
    """Check that there are observations enough for a mixed model."""
    if n <= p:
        raise ValueError(
            f"X has {p} columns and {n} rows; more rows than columns are "
            "needed"
        )
    for k, (names, _, Z_k) in enumerate(factors):
        if len(names) < 2:
            raise ValueError(
                f"levels of factors[{k}] has the one level {names[0]!r}; two "
                "or more are needed"
            )
        if not abs(Z_k).max(axis=0, initial=0).all():
            raise ValueError(f"Z of factors[{k}] has a column of zeros")
        effects = len(names) * Z_k.shape[1]
        if effects >= n:
            raise ValueError(
                f"factors[{k}] has {effects} effects, in {len(names)} levels, "
                f"and there are {n} observations; σ² and its covariance "
                "matrix cannot be told apart"
            )


def outside(X, products):
    """Check that no factor's effects are all combinations of X's columns."""
    c = products
    explained = np.linalg.lstsq(c.XtX, c.XtZ, rcond=None)[0] * c.XtZ
    left = np.diagonal(c.ZtZ) - explained.sum(axis=0)
    for k, columns in enumerate(c.columns):
        if left[columns].sum() < 1e-10 * np.diagonal(c.ZtZ)[columns].sum():
            raise ValueError(
                f"factors[{k}] has effects that are all combinations of the "
                "columns of X; REML has nothing to estimate them from"
            )


def not_exact(name, y, rest):
    """Check that something of each response is left to be explained."""
    if y.ndim == 2 and not y.shape[1]:
        raise ValueError(f"{name} has shape {y.shape}; a column is needed")
    scale = abs(y).max(axis=0, initial=0)
    exact = abs(rest).max(axis=0, initial=0) <= 1e-12 * scale
    if exact.any():
        which = f"{name}[:, {int(np.argmax(exact))}]" if y.ndim == 2 else name
        raise ValueError(
            f"{which} is fitted exactly by X, as a constant is by an "
            "intercept; there is no variance to estimate"
        )


def names(fixed, factors, p, effects):
    """Return names for columns of X and for factors with their effects."""
    if fixed is None:
        fixed = [f"X[:, {i}]" for i in range(p)]
    if factors is None:
        factors = {
            f"factors[{k}]": [f"Z[:, {i}]" for i in range(q)]
            for k, q in enumerate(effects)
        }
    if len(fixed) != p:
        raise ValueError(f"fixed has {len(fixed)} names; X has {p} columns")
    found = [len(own) for own in factors.values()]
    if found != list(effects):
        raise ValueError(
            f"factors names {found} effects; the model has {list(effects)}"
        )
    return fixed, factors

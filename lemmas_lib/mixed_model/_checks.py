"""What the arguments of a mixed model must be, and what is said if not.

The public functions of this room call these first.
"""

import numpy as np

from .._arguments import array, count, is_sequence, refuse_other_kinds


def real(name, value, least_ndim=0):
    """Return finite real numbers as an array of doubles."""
    x = array(name, value, least_ndim)
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
    if not is_sequence(value):
        raise TypeError(f"{name} is {value!r}; integers in a tuple are needed")
    if not len(value):
        raise ValueError(f"{name} is empty; one a factor is needed")
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
    refuse_other_kinds(name, value)
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


def outside(products):
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


def has_squares(name, unit):
    """Check that the root of a mean of squares is a number, and not 0."""
    if not ((unit > 0) & (unit < np.inf)).all():
        raise ValueError(
            f"{name} has entries so large or small that their squares are no "
            "numbers; give it in another unit"
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


def parameters(p, effects, sigma2, D, beta, leading=("v",)):
    """Return σ², the D_k and β as checked arrays."""
    sigma2 = real("sigma2", sigma2)
    ends("sigma2", sigma2, (), {}, leading)
    positive("sigma2", sigma2)
    D = [real(f"D[{k}]", D_k) for k, D_k in enumerate(D)]
    same_length(factors=effects, D=D)
    for k, (D_k, q_k) in enumerate(zip(D, effects, strict=True)):
        size = {"q_k": q_k}
        ends(f"D[{k}]", D_k, ("q_k", "q_k"), size, leading)
        semidefinite(f"D[{k}]", D_k)
    if beta is not None:
        beta = real("beta", beta)
        ends("beta", beta, ("p",), {"p": p}, leading)
    return sigma2, D, beta


def block_diagonal(name, x, columns, effects):
    """Check that no two levels of a factor have a product, up to rounding."""
    rounding = _rounding(x)
    for k, (place, q) in enumerate(zip(columns, effects, strict=True)):
        own = x[place, place]
        level = np.arange(len(own)) // q
        if (abs(own[level[:, None] != level]) > rounding).any():
            raise ValueError(
                f"{name} is not 0 between two levels of factors[{k}]; an "
                "observation belongs to one level of a factor"
            )

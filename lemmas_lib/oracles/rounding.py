"""How far a sum in floating point is from the exact one, and may be at most.

The exact sum is the loop's, in rational arithmetic. The bound is the usual
one for inner products: with unit roundoff `u`, a result that every term
reaches in at most `K` roundings, in whatever order they are added, is
within

    `γ_K Σ_t |t|`, with `γ_K = K·u / (1 − K·u)`,

of the exact one, the sum of the terms `t`, where nothing overflows or
underflows: Higham (2002), chapter 3. `K` is counted for the longest of the
routes that a function may take. Half precision is summed in double, and
rounded once.
"""

from fractions import Fraction

import numpy as np

from .. import _shapes
from . import loops
from .arithmetic import fractions

ROUNDINGS = {
    "sum_abt": lambda l, k, **_: l * k,
    "sum_acbt": lambda l, k1, k2, **_: max(k1 + l * k2, k2 + l * k1),
    "sum_residual_outer": lambda l, k1, k2, **_: 2 * (k2 + 1) + l * k1,
    "sum_kron": lambda l, **_: l,
    "sum_kron_abt_cdt": lambda l1, l2, k1, k2, **_: max(
        l1 + l2 + k1 * k2, k1 + k2 + l1 * l2
    ),
    "sum_kron_bct": lambda l1, l2, k, **_: max(k + l1 * l2, l1 + l2 * k),
    "sumAijBijt": lambda l1, l2, n2, **_: l1 * l2 * n2,
    "sumAijKronBij": lambda l1, l2, **_: l1 * l2,
}


def exact(name, *arguments):
    """Return a sum exactly, as an array of fractions.

    Parameters
    ----------
    name : str
        The name of a function, such as ``"sum_abt"``.
    *arguments
        Its arguments, of which the arrays hold finite real numbers.

    Returns
    -------
    ndarray of Fraction

    Examples
    --------
    >>> A = np.array([[0.1, 1e16], [1.0, -1e16]])
    >>> print(exact("sum_abt", A, np.ones((2, 2)), 1) - Fraction(0.1))
    [[Fraction(1, 1)]]
    """
    return getattr(loops, name)(*map(fractions, arguments))


def bound(name, *arguments):
    """Return `γ_K Σ_t |t|`, how far from exact each entry may be.

    In half precision `(γ_K + u + γ_K·u) Σ_t |t|`, with `γ_K` as in double
    precision and `u = 2⁻¹¹` for the one rounding of the result.

    Parameters
    ----------
    name, *arguments
        As in ``exact``; the arrays have one floating-point dtype.

    Returns
    -------
    ndarray of Fraction

    Examples
    --------
    >>> A, B = np.ones((4, 1)), np.full((4, 1), 0.5)
    >>> print(round(float(bound("sum_abt", A, B, 1)[0, 0]) / 2**-53, 6))
    8.0
    """
    *arrays, sizes = getattr(_shapes, name)(*arguments)
    unit, once = Fraction(float(np.finfo(arrays[0].dtype).eps)) / 2, 0
    if arrays[0].dtype == np.float16:
        unit, once = Fraction(1, 2**53), unit
    steps = ROUNDINGS[name](**sizes) * unit
    part = steps / (1 - steps)
    large = [abs(fractions(x)) for x in arrays]
    if name == "sum_residual_outer":
        A, B, C = large
        E = A + B @ C
        terms = loops.sum_abt(E, E, sizes["n"])
    else:
        terms = getattr(loops, name)(*large, *arguments[len(large) :])
    return terms * (part + once + part * once)


def errors(function, *arguments):
    """Return how far a sum of the library and the loop are from exact.

    Parameters
    ----------
    function : callable
        A sum, such as ``lemmas_lib.sum_abt``.
    *arguments
        As in ``bound``.

    Returns
    -------
    dict of str to float
        ``"library"`` and ``"loop"``, the largest error over its bound;
        ``"relative"``, the library's largest error over the exact entry.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> A, B = rng.normal(size=(2, 60, 3))
    >>> from lemmas_lib import sum_abt
    >>> found = errors(sum_abt, A, B, 2)
    >>> found["library"] <= 1 and found["loop"] <= 1
    True
    """
    name = function.__name__
    right, most = exact(name, *arguments), bound(name, *arguments)
    library, loop = (
        abs(fractions(way(*arguments)) - right)
        for way in (function, getattr(loops, name))
    )
    return {
        "library": _largest(library, most),
        "loop": _largest(loop, most),
        "relative": _largest(library, abs(right)),
    }


KINDS = "normal", "badly scaled", "cancelling"


def draw(kind, rng, shapes, dtype="float64"):
    """Draw the matrices of a sum: easy ones, or ones that lose digits.

    Parameters
    ----------
    kind : {"normal", "badly scaled", "cancelling"}
        Rows and columns of very unlike size, or a lower half of the first
        matrix that nearly undoes what the upper half adds to the sum.
    rng : numpy.random.Generator
    shapes : sequence of (int, int)
    dtype : {"float64", "float32", "float16"}, optional

    Returns
    -------
    list of ndarray

    Examples
    --------
    >>> A, B = draw("cancelling", np.random.default_rng(0), [(4, 1), (4, 1)])
    >>> bool(abs(A.T @ B)[0, 0] < 1e-5)
    True
    """
    drawn = [rng.normal(size=shape) for shape in shapes]
    if kind == "badly scaled":
        reach = {2: 1, 4: 12, 8: 120}[np.dtype(dtype).itemsize]
        for x in drawn:
            for axis in (x, x.T):
                powers = rng.integers(-reach, reach + 1, len(axis))
                axis *= np.ldexp(1.0, powers)[:, None]
    if kind == "cancelling":
        for x in drawn:
            half = len(x) // 2
            sign = -1 if x is drawn[0] else 1
            noise = 1e-6 * rng.normal(size=(half, x.shape[1]))
            x[half : 2 * half] = sign * x[:half] + noise
            x[2 * half :] = 0
    return [x.astype(dtype) for x in drawn]


def _largest(part, whole):
    """Return the largest quotient, where 0 of 0 is 0."""
    pairs = zip(part.ravel(), whole.ravel(), strict=True)
    return max(
        (float(p / w) if w else float("inf") for p, w in pairs if p),
        default=0.0,
    )

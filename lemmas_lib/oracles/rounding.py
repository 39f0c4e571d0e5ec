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
from . import adjoints, loops
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

# The same for the cotangents of the arguments, by ``gradients``.
OF_COTANGENTS = {
    "sum_abt": lambda n_A, n_B, **_: (n_B, n_A),
    "sum_acbt": lambda l, n_A, n_B, k1, k2, **_: (
        n_B + k2, n_B + l * n_A, k1 + n_A,
    ),
    "sum_residual_outer": lambda l, n, k1, k2, **_: (
        n + k2 + 2, n + k2 + 2 + k1, n + k2 + 2 + l * n,
    ),
    "sum_kron": lambda n_A, n_B, k1, k2, **_: (n_B * k2, n_A * k1),
    "sum_kron_abt_cdt": lambda l1, l2, n_A, n_B, n_C, n_D, k1, k2: (
        max(l2 + n_B * n_D + n_C * k2, k2 + n_C * n_D + l2 * n_B),
        max(l1 + n_A * n_C + n_D * k2, k2 + n_C * n_D + l1 * n_A),
        max(l2 + n_B * n_D + n_A * k1, k1 + n_A * n_B + l2 * n_D),
        max(l1 + n_A * n_C + n_B * k1, k1 + n_A * n_B + l1 * n_C),
    ),
    "sum_kron_bct": lambda l1, l2, n1_A, n2_A, n_B, n_C, k: (
        max(k + n_B * n_C, n_C + n_B * k),
        max(n1_A * n2_A + l2 * n_C, n_C + n1_A * l2 * n2_A),
        max(n1_A * n2_A + l1 * n_B, l1 + n1_A * n2_A * n_B),
    ),
    "sumAijBijt": lambda n1, n3, **_: (n3, n1),
    "sumAijKronBij": lambda n1, n2, n3, n4, **_: (n3 * n4, n1 * n2),
}  # fmt: skip


def roundings(name, sizes, weighted=False):
    """Return the count `K` for a sum of given sizes.

    A weight of a block is one rounding more. Those of pairs mix the blocks of
    one side first, which is a sum of its own.

    Parameters
    ----------
    name : str
        The name of a function, such as ``"sum_abt"``.
    sizes : mapping of str to int
        The sizes of its symbols; with weights of pairs ``l_A`` and ``l_B``
        stand for ``l``.
    weighted : bool, optional

    Returns
    -------
    int

    Examples
    --------
    >>> roundings("sum_abt", {"l": 5, "k": 3})
    15
    >>> roundings("sum_abt", {"l_A": 5, "l_B": 7, "k": 3}, weighted=True)
    26
    """
    count = ROUNDINGS[name]
    if "l_A" in sizes:
        a, b = sizes["l_A"], sizes["l_B"]
        return max(a + count(l=b, **sizes), b + count(l=a, **sizes))
    return count(**sizes) + weighted


def exact(name, *arguments, **weights):
    """Return a sum exactly, as an array of fractions.

    Parameters
    ----------
    name : str
        The name of a function, such as ``"sum_abt"``.
    *arguments, **weights
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
    weights = {key: fractions(w) for key, w in weights.items()}
    return getattr(loops, name)(*map(fractions, arguments), **weights)


def bound(name, *arguments, **weights):
    """Return `γ_K Σ_t |t|`, how far from exact each entry may be.

    In half precision `(γ_K + u + γ_K·u) Σ_t |t|`, with `γ_K` as in double
    precision and `u = 2⁻¹¹` for the one rounding of the result.

    Parameters
    ----------
    name, *arguments, **weights
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
    *arrays, sizes = getattr(_shapes, name)(*arguments, **weights)
    part = _part(roundings(name, sizes, bool(weights)), arrays[0].dtype)
    large = [abs(fractions(x)) for x in arrays if x is not None]
    w = {"weights": large.pop()} if weights else {}
    if name == "sum_residual_outer":
        A, B, C = large
        E = A + B @ C
        terms = loops.sum_abt(E, E, sizes["n"], **w)
    else:
        terms = getattr(loops, name)(*large, *arguments[len(large) :], **w)
    return terms * part


def cotangent_bounds(name, G, *arguments):
    """Return `γ_K Σ_t |t|` for each entry of the cotangents of a sum.

    Parameters
    ----------
    name : str
        The name of a sum, such as ``"sum_abt"``.
    G : array_like
        The cotangent of the sum.
    *arguments
        As in ``bound``.

    Returns
    -------
    list of ndarray of Fraction

    Examples
    --------
    >>> A, B = np.ones((4, 1)), np.full((4, 1), 0.5)
    >>> of_A, of_B = cotangent_bounds("sum_abt", [[1.0]], A, B, 1)
    >>> print(round(float(of_A[0, 0]) / 2**-53, 6))
    0.5
    """
    *arrays, sizes = getattr(_shapes, name)(*arguments)
    arrays = [x for x in arrays if x is not None]
    large = [abs(fractions(x)) for x in (np.asarray(G), *arrays)]
    if name == "sum_residual_outer":
        large[2] = -large[2]  # so that A − BC adds up what is large
    found = getattr(adjoints, name)(*large, *arguments[len(arrays) :])
    counts = OF_COTANGENTS[name](**sizes)
    return [
        abs(terms) * _part(count, arrays[0].dtype)
        for terms, count in zip(found, counts, strict=True)
    ]


def _part(count, dtype):
    """Return `γ_K`, or in half precision `γ_K + u + γ_K·u`."""
    unit, once = Fraction(float(np.finfo(dtype).eps)) / 2, 0
    if dtype == np.float16:
        unit, once = Fraction(1, 2**53), unit
    part = count * unit / (1 - count * unit)
    return part + once + part * once


def errors(function, *arguments, **weights):
    """Return how far a sum of the library and the loop are from exact.

    Parameters
    ----------
    function : callable
        A sum, such as ``lemmas_lib.sum_abt``.
    *arguments, **weights
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
    right = exact(name, *arguments, **weights)
    most = bound(name, *arguments, **weights)
    library, loop = (
        abs(fractions(way(*arguments, **weights)) - right)
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

"""What fits together: the shapes of the arguments of each lemma.

One function a lemma, shared by the sums and their oracles, so that all refuse
the same input with the same message. Each returns the matrices and the size of
every symbol.
"""

import functools
import re
import types

import numpy as np

from ._arguments import count, heights, matrices, pair, same_width


def sum_abt(A, B, n):
    A, B = matrices("AB", A, B)
    n_a, n_b = heights("n", n)
    pattern = "A (l·n_A, k), B (l·n_B, k)"
    known = ("n_A", n_a), ("n_B", n_b)
    return A, B, conform(pattern, known, A.shape, B.shape)


def sum_acbt(A, C, B, n):
    A, C, B = matrices("ACB", A, C, B)
    n_a, n_b = heights("n", n)
    pattern = "A (l·n_A, k1), C (k1, k2), B (l·n_B, k2)"
    known = ("n_A", n_a), ("n_B", n_b)
    return A, C, B, conform(pattern, known, A.shape, C.shape, B.shape)


def sum_residual_outer(A, B, C, n):
    A, B, C = matrices("ABC", A, B, C)
    pattern = "A (l·n, k1), B (l·n, k2), C (k2, k1)"
    known = (("n", count("n", n)),)
    return A, B, C, conform(pattern, known, A.shape, B.shape, C.shape)


def sum_kron(A, B, n):
    A, B = matrices("AB", A, B)
    n_a, n_b = heights("n", n)
    pattern = "A (l·n_A, k1), B (l·n_B, k2)"
    known = ("n_A", n_a), ("n_B", n_b)
    return A, B, conform(pattern, known, A.shape, B.shape)


def sum_kron_abt_cdt(A, B, C, D, n1, n2):
    A, B, C, D = matrices("ABCD", A, B, C, D)
    (n_a, n_c), (n_b, n_d) = heights("n1", n1), heights("n2", n2)
    pattern = "A (l1·n_A, k1), B (l2·n_B, k1), C (l1·n_C, k2), D (l2·n_D, k2)"
    known = ("n_A", n_a), ("n_B", n_b), ("n_C", n_c), ("n_D", n_d)
    shapes = A.shape, B.shape, C.shape, D.shape
    return A, B, C, D, conform(pattern, known, *shapes)


def sum_kron_bct(A, B, C, n1, n2):
    A, B, C = matrices("ABC", A, B, C)
    (n1_a, n_b), (n2_a, n_c) = heights("n1", n1), heights("n2", n2)
    pattern = "A (l1·n1_A, l2·n2_A), B (l1·n_B, k), C (l2·n_C, k)"
    known = ("n1_A", n1_a), ("n2_A", n2_a), ("n_B", n_b), ("n_C", n_c)
    return A, B, C, conform(pattern, known, A.shape, B.shape, C.shape)


def sumAijBijt(A, B, pA, pB):
    A, B = matrices("AB", A, B)
    pA, pB = pair("pA", pA), pair("pB", pB)
    same_width(pA, pB)
    pattern = "A (l1·n1, l2·n2), B (l1·n3, l2·n2)"
    known = ("n1", pA[0]), ("n2", pA[1]), ("n3", pB[0])
    return A, B, conform(pattern, known, A.shape, B.shape)


def sumAijKronBij(A, B, pA, pB=None):
    A, B = matrices("AB", A, B)
    pA = pair("pA", pA)
    pB = pA if pB is None else pair("pB", pB)
    pattern = "A (l1·n1, l2·n2), B (l1·n3, l2·n4)"
    known = ("n1", pA[0]), ("n2", pA[1]), ("n3", pB[0]), ("n4", pB[1])
    return A, B, conform(pattern, known, A.shape, B.shape)


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

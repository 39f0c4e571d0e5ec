"""What fits together: the shapes of the arguments of each lemma.

One function a lemma, shared by the sums and their oracles, so that all refuse
the same input with the same message. Each returns the matrices, the weights
where there may be some, and the size of every symbol.
"""

import functools
import re
import types

import numpy as np

from ._arguments import count, heights, pair, same_width
from ._operands import matrices, matrix, with_others


def sum_abt(A, B, n, weights=None):
    A, B = matrices("AB", A, B)
    n_a, n_b = heights("n", n)
    known = ("n_A", n_a), ("n_B", n_b)
    if weights is None:
        pattern = "A (l·n_A, k), B (l·n_B, k)"
        return A, B, None, conform(pattern, known, A.shape, B.shape)
    A, B, w, l_a, l_b, symbols = _weights(weights, A, B, n_a, n_b)
    pattern = f"A ({l_a}·n_A, k), B ({l_b}·n_B, k), weights ({symbols})"
    return A, B, w, conform(pattern, known, A.shape, B.shape, w.shape)


def sum_acbt(A, C, B, n, weights=None):
    A, C, B = matrices("ACB", A, C, B)
    n_a, n_b = heights("n", n)
    pattern = "A (l·n_A, k1), C (k1, k2), B (l·n_B, k2)"
    known = ("n_A", n_a), ("n_B", n_b)
    shapes = A.shape, C.shape, B.shape
    if weights is None:
        return A, C, B, None, conform(pattern, known, *shapes)
    w, A, C, B = with_others("weights", weights, 1, "ACB", A, C, B)
    pattern += ", weights (l)"
    return A, C, B, w, conform(pattern, known, *shapes, w.shape)


def sum_residual_outer(A, B, C, n, weights=None):
    A, B, C = matrices("ABC", A, B, C)
    pattern = "A (l·n, k1), B (l·n, k2), C (k2, k1)"
    known = (("n", count("n", n)),)
    shapes = A.shape, B.shape, C.shape
    if weights is None:
        return A, B, C, None, conform(pattern, known, *shapes)
    w, A, B, C = with_others("weights", weights, 1, "ABC", A, B, C)
    pattern += ", weights (l)"
    return A, B, C, w, conform(pattern, known, *shapes, w.shape)


def sum_kron(A, B, n, weights=None):
    A, B = matrices("AB", A, B)
    n_a, n_b = heights("n", n)
    known = ("n_A", n_a), ("n_B", n_b)
    if weights is None:
        pattern = "A (l·n_A, k1), B (l·n_B, k2)"
        return A, B, None, conform(pattern, known, A.shape, B.shape)
    A, B, w, l_a, l_b, symbols = _weights(weights, A, B, n_a, n_b)
    pattern = f"A ({l_a}·n_A, k1), B ({l_b}·n_B, k2), weights ({symbols})"
    return A, B, w, conform(pattern, known, A.shape, B.shape, w.shape)


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


def cotangent(G, shape, *given):
    """Return a cotangent, of exactly the shape of the sum, and what is given.

    All of one kind.
    """
    G, *given = with_others("G", G, 2, "A", *given)
    if G.shape != shape:
        raise ValueError(
            f"G has shape {tuple(G.shape)}; that of the sum, {shape}, is "
            "needed"
        )
    return G, *given


def kron_rearrange(S, shape_a, shape_b):
    S = matrix("S", S)
    pattern = "S (n_A·n_B, k1·k2)"
    return S, conform(pattern, _of_factors(shape_a, shape_b), S.shape)


def kron_restore(R, shape_a, shape_b):
    R = matrix("R", R)
    pattern = "R (n_B·k2, n_A·k1)"
    return R, conform(pattern, _of_factors(shape_a, shape_b), R.shape)


def _of_factors(shape_a, shape_b):
    """Return the symbols that the shapes of two factors set."""
    n_a, k1 = pair("shape_a", shape_a, least=0)
    n_b, k2 = pair("shape_b", shape_b, least=0)
    return ("n_A", n_a), ("k1", k1), ("n_B", n_b), ("k2", k2)


def _weights(weights, A, B, n_a, n_b):
    """Return all, and the symbols of the numbers of blocks and of weights.

    They are one for each pair of blocks where their last two axes are as long
    as A and B have blocks, else one for each block.
    """
    w, A, B = with_others("weights", weights, 1, "AB", A, B)
    l_a, l_b = A.shape[-2] // n_a, B.shape[-2] // n_b
    fits = w.shape[-2:] == (l_a, l_b)
    if fits and w.ndim < max(A.ndim, B.ndim) and l_a == l_b:
        _refuse_two_meanings(w, A, B)
    if fits or (w.ndim > 1 and l_a != l_b):
        return A, B, w, "l_A", "l_B", "l_A, l_B"
    return A, B, w, "l", "l", "l"


def _refuse_two_meanings(w, A, B):
    """Refuse weights that may be one for each block of every item too."""
    try:
        np.broadcast_shapes(w.shape[:-1], A.shape[:-2], B.shape[:-2])
    except ValueError:
        return
    axes, l = max(A.ndim, B.ndim), w.shape[-1]
    pairs = (1,) * (axes - w.ndim) + tuple(w.shape)
    each = (1,) * (axes - w.ndim - 1) + (*w.shape, l)
    raise ValueError(
        f"weights has shape {tuple(w.shape)}, which may be l_A by l_B for "
        "pairs of blocks or l for the blocks of each item; write "
        f"weights.reshape{pairs} for pairs, (weights[..., None] * "
        f"np.eye({l})).reshape{each} for each item"
    )


@functools.lru_cache(1024)
def conform(pattern, known, *shapes):
    """Check shapes against their symbols; return the symbols' sizes.

    The verdict is kept: sums over small matrices are called often, and
    always with the same shapes.

    Parameters
    ----------
    pattern : str
        The name of each argument, its rows and columns or its entries, such
        as ``"A (l·n, k), weights (l)"``. The first argument with a symbol
        sets it, the later ones must agree. Leading axes must broadcast.
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
    for (name, symbols), shape in zip(_parsed(pattern), shapes, strict=True):
        before, own, shape = sizes.copy(), len(symbols), tuple(shape)
        lengths = zip(shape[-own:], symbols, strict=True)
        if not all(_bind(length, symbol, sizes) for length, symbol in lengths):
            raise ValueError(_misfit(name, shape, symbols, before))
        if len(shape) > own:
            try:
                batch = np.broadcast_shapes(batch, shape[:-own])
            except ValueError:
                raise ValueError(
                    f"{name} has shape {shape}, whose leading axes "
                    f"{shape[:-own]} do not broadcast with {batch}, those of "
                    f"{', '.join(batch_names)}"
                ) from None
            batch_names.append(name)
    return types.MappingProxyType(sizes)


@functools.cache
def _parsed(pattern):
    """Return the name and the symbols of each argument in a pattern."""
    found = re.findall(r"(\w+) \(([^)]+)\)", pattern)
    return [(name, tuple(symbols.split(", "))) for name, symbols in found]


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
    more = "…, " if len(shape) > len(symbols) else ""
    last = "," if len(symbols) == 1 and not more else ""
    where = ", ".join(f"{s} = {sizes[s]}" for s in met)
    return (
        f"{name} has shape {shape}, not ({more}{', '.join(symbols)}{last}) = "
        f"({more}{', '.join(wanted)}{last})" + f" with {where}" * bool(met)
    )

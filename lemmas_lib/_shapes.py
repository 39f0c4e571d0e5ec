"""The arguments of each lemma: what shape they must have to fit together.

One function a lemma, shared by ``sums``, ``loops`` and ``formulas``, so that
the three refuse the same input with the same message. Each returns the
matrices in their common dtype and the size of every symbol.
"""

from ._validate import conform, count, heights, matrices, pair, same_width


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
    pattern = "A (l1·n1, k1), B (l2·n2, k1), C (l1·n1, k2), D (l2·n2, k2)"
    known = ("n1", count("n1", n1)), ("n2", count("n2", n2))
    shapes = A.shape, B.shape, C.shape, D.shape
    return A, B, C, D, conform(pattern, known, *shapes)


def sum_kron_bct(A, B, C, n1, n2):
    A, B, C = matrices("ABC", A, B, C)
    pattern = "A (l1·n1, l2·n2), B (l1·n1, k), C (l2·n2, k)"
    known = ("n1", count("n1", n1)), ("n2", count("n2", n2))
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

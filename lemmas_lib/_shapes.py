"""The arguments of each lemma: what shape they must have to fit together.

One function a lemma, shared by ``sums``, ``loops`` and ``formulas``, so that
the three refuse the same input with the same message. Each returns the
matrices in their common dtype and the size of every symbol.
"""

from ._validate import conform, count, heights, matrices, pair, same_width


def sum_abt(A, B, n):
    A, B = matrices(A=A, B=B)
    n_a, n_b = heights("n", n)
    size = conform(
        {"n_A": n_a, "n_B": n_b},
        A=(A, "l·n_A", "k"),
        B=(B, "l·n_B", "k"),
    )
    return A, B, size


def sum_acbt(A, C, B, n):
    A, C, B = matrices(A=A, C=C, B=B)
    n_a, n_b = heights("n", n)
    size = conform(
        {"n_A": n_a, "n_B": n_b},
        A=(A, "l·n_A", "k1"),
        C=(C, "k1", "k2"),
        B=(B, "l·n_B", "k2"),
    )
    return A, C, B, size


def sum_residual_outer(A, B, C, n):
    A, B, C = matrices(A=A, B=B, C=C)
    size = conform(
        {"n": count("n", n)},
        A=(A, "l·n", "k1"),
        B=(B, "l·n", "k2"),
        C=(C, "k2", "k1"),
    )
    return A, B, C, size


def sum_kron(A, B, n):
    A, B = matrices(A=A, B=B)
    n_a, n_b = heights("n", n)
    size = conform(
        {"n_A": n_a, "n_B": n_b},
        A=(A, "l·n_A", "k1"),
        B=(B, "l·n_B", "k2"),
    )
    return A, B, size


def sum_kron_abt_cdt(A, B, C, D, n1, n2):
    A, B, C, D = matrices(A=A, B=B, C=C, D=D)
    size = conform(
        {"n1": count("n1", n1), "n2": count("n2", n2)},
        A=(A, "l1·n1", "k1"),
        B=(B, "l2·n2", "k1"),
        C=(C, "l1·n1", "k2"),
        D=(D, "l2·n2", "k2"),
    )
    return A, B, C, D, size


def sum_kron_bct(A, B, C, n1, n2):
    A, B, C = matrices(A=A, B=B, C=C)
    size = conform(
        {"n1": count("n1", n1), "n2": count("n2", n2)},
        A=(A, "l1·n1", "l2·n2"),
        B=(B, "l1·n1", "k"),
        C=(C, "l2·n2", "k"),
    )
    return A, B, C, size


def sumAijBijt(A, B, pA, pB):
    A, B = matrices(A=A, B=B)
    pA, pB = pair("pA", pA), pair("pB", pB)
    same_width(pA, pB)
    size = conform(
        {"n1": pA[0], "n2": pA[1], "n3": pB[0]},
        A=(A, "l1·n1", "l2·n2"),
        B=(B, "l1·n3", "l2·n2"),
    )
    return A, B, size


def sumAijKronBij(A, B, pA, pB=None):
    A, B = matrices(A=A, B=B)
    pA = pair("pA", pA)
    pB = pA if pB is None else pair("pB", pB)
    size = conform(
        {"n1": pA[0], "n2": pA[1], "n3": pB[0], "n4": pB[1]},
        A=(A, "l1·n1", "l2·n2"),
        B=(B, "l1·n3", "l2·n4"),
    )
    return A, B, size

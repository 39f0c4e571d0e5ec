"""Which of two routes a sum takes, decided from shapes, and what it forms.

Operations are counted for all items of a batch: what items share is formed
once. What is formed on the way is a ``Formed`` of the contraction.
"""

import functools
import math

from ._contraction import Formed, items, sizes


@functools.lru_cache(1024)
def acbt(n_a, n_b, A, C, B):
    """Say, from shapes, whether AC takes no more operations than BC'.

    With how the one that takes less is formed.
    """
    k1, k2 = C[-2:]
    every = items(A, C, B)
    through_a = n_a * k2 * (items(A, C) * k1 + every * n_b)
    through_b = n_b * k1 * (items(B, C) * k2 + every * n_a)
    by_a = through_a <= through_b
    n, rows = (n_a, A[-2]) if by_a else (n_b, B[-2])
    cuts = "A:i. C:.. B:i." if by_a else "B:i. C:.. A:i."
    # With the rows that it is formed of, of which BLAS may need a copy.
    held = n * (k1 + k2)
    formed = Formed((rows // n, 1), held, operands=2, cuts=cuts)
    return by_a, formed


@functools.lru_cache(1024)
def by_ac(n_a, n_b, A, C, B):
    """Say, from shapes, whether the cotangents take no more by AC than by BC'.

    Of one product with C each: AC, GBC' and A'GB, or BC', G'AC and B'G'A.
    """
    k1, k2 = C[-2:]
    every = items(A, C, B)
    by_a = n_a * k2 * (items(A, C) * k1 + every * (2 * k1 + 2 * n_b))
    by_b = n_b * k1 * (items(B, C) * k2 + every * (2 * k2 + 2 * n_a))
    return by_a <= by_b


@functools.lru_cache(1024)
def errors(n, A, B, C):
    """Return, from shapes, how E is formed."""
    return Formed(
        grid=(A[-2] // n, 1),
        held=n * (2 * A[-1] + B[-1]),  # BC, E and the rows of B
        operands=3,
        cuts="A:i. B:i. C:..",
        once=items(B, C) < items(A, B, C),
    )


def by_rows(n1_a, n2_a, n_b, n_c, l2, k, A):
    """Say whether Lemma 6 goes by the Q_j, and what is held of them.

    They are held whole, side by side and in another order.
    """
    held = 2 * n1_a * n_b * l2 * n2_a * k
    fewer = n1_a * n2_a * k <= n_c * (k + n1_a * n2_a + sizes.FORMED)
    large = math.prod(A) > sizes.SMALL
    return fewer and large and held <= sizes.STRIP, held


@functools.lru_cache(1024)
def by_two_sums(heights, A, B, C, D):
    """Say, from shapes, whether two sums take no more than two products."""
    n_a, n_b, n_c, n_d = heights
    k1, k2, l1, l2 = A[-1], D[-1], A[-2] // n_a, B[-2] // n_b
    every = items(A, B, C, D) * n_a * n_b * n_c * n_d
    sums = items(A, C) * l1 * n_a * n_c + items(B, D) * l2 * n_b * n_d
    products = items(A, B) * n_a * n_b * k1 + items(C, D) * n_c * n_d * k2
    return k1 * k2 * (sums + every) <= l1 * l2 * (products + every)


def weights(size, A, B, w, each):
    """Say, from shapes, whether weights go to B, and how that is formed.

    Weights of pairs have shape (..., l_A, l_B), others (..., l, 1). A block of
    one side meets one of the other in so many operations.
    """
    a, b = size["n_A"] * A[-1], size["n_B"] * B[-1]
    if "l_A" not in size:
        to_b = b * items(w, B) <= a * items(w, A)
        l, deep, cuts = size["l"], 1, "{}:i. weights:i. {}:i."
    else:
        every = items(w, A, B) * each
        by_a = size["l_B"] * (items(w, A) * size["l_A"] * a + every)
        by_b = size["l_A"] * (items(w, B) * size["l_B"] * b + every)
        to_b = by_b <= by_a
        l, deep = size["l_A"], size["l_B"]
        if not to_b:
            l, deep = deep, l
        cuts = "{}:k. weights:ik {}:i."
    held, names = (b, "BA") if to_b else (a, "AB")
    return to_b, Formed((l, 1), held, 2, cuts.format(*names), deep=deep)


def with_weights(formed):
    """Return how that is formed whose last operand are weights of blocks."""
    operands = len(formed.cuts.split()) + 1
    # What is scaled is held beside what it was made of.
    return formed._replace(
        operands=operands,
        held=2 * formed.held,
        cuts=f"{formed.cuts} weights:i.",
        once=False,
    )


@functools.lru_cache(1024)
def atgb(A, G, B):
    """Say, from shapes, whether G goes to B, and how GB is formed."""
    (n_a, n_b), k1, k2 = G[-2:], A[-1], B[-1]
    every = items(A, G, B) * k1 * k2
    by_b = n_a * (items(G, B) * n_b * k2 + every)
    by_a = n_b * (items(G, A) * n_a * k1 + every)
    to_b = by_b <= by_a
    held = n_a * k2 if to_b else n_b * k1
    cuts = "B:i. G:.. A:i." if to_b else "A:i. G:.. B:i."
    formed = Formed((A[-2] // n_a, 1), held, operands=2, cuts=cuts)
    return to_b, formed

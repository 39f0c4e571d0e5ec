"""The model of the chapters on scores: two crossed factors, small integers.

Five levels with two effects and four levels with three, so that no two sizes
are equal and whatever is exchanged or transposed shows. The parameters are
fractions of powers of two, with which exact arithmetic starts exactly.
"""

import numpy as np

LEVELS, EFFECTS = (5, 4), (2, 3)
BETA, SIGMA2 = np.array([1, -0.5]), 0.75
D = (
    np.array([[1, 0.25], [0.25, 0.5]]),
    np.array([[0.5, 0, -0.25], [0, 0.75, 0], [-0.25, 0, 1]]),
)


def data():
    """Return y, X and factors, the same at each call.

    Examples
    --------
    >>> y, X, factors = data()
    >>> y.shape, X.shape, [Z_k.shape for _, Z_k in factors]
    ((24,), (24, 2), [(24, 2), (24, 3)])
    """
    rng = np.random.default_rng(1)
    n = 24
    X = np.column_stack([np.ones(n), rng.integers(-2, 3, n)])
    factors = []
    for l_k, q_k in zip(LEVELS, EFFECTS, strict=True):
        slopes = rng.integers(-2, 3, (n, q_k - 1))
        level = rng.permutation(np.arange(n) % l_k)
        factors.append((level, np.column_stack([np.ones(n), slopes])))
    return rng.integers(-4, 5, n), X, factors

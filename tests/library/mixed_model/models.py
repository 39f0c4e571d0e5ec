"""Models that the tests share."""

import numpy as np
import pytest

from lemmas_lib import mixed_model as mm

METHODS = pytest.mark.parametrize("method", mm.METHODS)

# A small design in small integers, so that all is exact.
N, LEVELS, EFFECTS = 20, (5, 4), (2, 3)
BETA = np.array([1.0, -0.5])
SIGMA2 = 0.75
D = [
    np.array([[1.0, 0.25], [0.25, 0.5]]),
    np.array([[0.5, 0.125, -0.25], [0.125, 0.75, 0.0], [-0.25, 0.0, 1.0]]),
]
ONE, TWO = [0], [0, 1]
THREE = np.array([[0.375]])  # the matrix of a third factor, of 3 levels
DESIGNS = pytest.mark.parametrize(
    "which", [ONE, [1], TWO, [1, 0], [0, 1, 2], [2, 0, 1]]
)


def data(which=TWO, responses=None, seed=0):
    """Return y, X, factors and D; small integers, so that all is exact."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(N), rng.integers(-2, 3, N)])
    every = []
    for l, q in zip(LEVELS, EFFECTS, strict=True):
        regressors = rng.integers(-2, 3, (N, q))
        regressors[:, 0] = 1
        every.append((rng.permutation(np.arange(N) % l), regressors))
    shape = N if responses is None else (N, responses)
    y = rng.integers(-4, 5, shape)
    every.append((rng.permutation(np.arange(N) % 3), np.ones((N, 1))))
    return y, X, [every[k] for k in which], [[*D, THREE][k] for k in which]


def close(found, wanted, tolerance=1e-11):
    """Compare against the size of the largest entry."""
    wanted = np.asarray(wanted, dtype=float)
    assert found.shape == wanted.shape
    assert abs(found - wanted).max() < tolerance * abs(wanted).max()


# A larger one, in other numbers of levels.
GROUPS = (7, 5)


def problem(seed=0, which=(0, 1), n=60, responses=None, scale=1.0):
    """Return y, X and crossed factors of unequal numbers of effects."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    factors, D = [], []
    for k in which:
        q = EFFECTS[k]
        Z = np.column_stack([np.ones(n), rng.normal(size=(n, q - 1))])
        factors.append((rng.permutation(np.arange(n) % GROUPS[k]), Z))
        root = rng.normal(size=(q, q)) * scale
        D.append(root @ root.T)
    y = mm.simulate(X, factors, [2, -1], 0.5, D, rng, responses)
    return y, X, factors


def relative(found, wanted):
    """Return the largest error, absolute where the size is 0."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    scale = np.where(wanted == 0, 1, abs(wanted))
    return (abs(found - wanted) / scale).max()

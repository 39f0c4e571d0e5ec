"""Maxima on the boundary of the cone, and the steps that stay in it."""

import numpy as np
import pytest

from lemmas_lib import mixed_model as mm
from lemmas_lib.mixed_model import _cone, _coordinates

from .models import EFFECTS, METHODS, problem
from .test_climb import heavy_tailed


@METHODS
def test_the_conditions_of_a_maximum_hold_on_the_cone(method):
    """The score is 0 along the cone and points out of it elsewhere."""
    y, X, factors = problem(5, responses=40, scale=0.1)
    fit = mm.fit(y, X, factors, method)
    assert fit.converged.all()
    assert abs(fit.score[:, :3]).max() < 1e-7  # β and σ²
    end, on_the_boundary = 3, 0
    for q, C in zip(EFFECTS, fit.covariances, strict=True):
        width = q * (q + 1) // 2
        slope = fit.score[:, end : end + width].copy()
        end += width
        G = np.zeros((40, q, q))
        lower = [(i, j) for j in range(q) for i in range(j, q)]
        for place, (i, j) in enumerate(lower):
            half = slope[:, place] / (1 if i == j else 2)
            G[:, i, j] = G[:, j, i] = half
        D = C / fit.sigma2[:, None, None]
        size = abs(G).max(axis=(1, 2), keepdims=True) + 1
        assert (abs(G @ D) < 1e-5 * size * (1 + abs(D).max())).all()
        assert (np.linalg.eigvalsh(G)[:, -1] < 1e-5 * size[:, 0, 0]).all()
        assert (np.linalg.eigvalsh(C) > -1e-12).all()
        singular = np.linalg.eigvalsh(C)[:, 0] < 1e-9
        on_the_boundary += singular.sum()
    assert 10 < on_the_boundary < 80


@METHODS
@pytest.mark.parametrize("seed", range(4))
def test_a_variance_is_zero_only_where_the_likelihood_falls(seed, method):
    """What a step too long has cut to 0 is taken back where it rises."""
    fit = mm.fit(*heavy_tailed(seed, slopes=False), method)
    assert fit.converged.all()
    for k, zero in enumerate(fit.singular):
        slope = fit.score[:, 3 + k]
        assert zero.any() and (slope[zero] < 1e-4).all()
        assert (abs(slope[~zero]) < 1e-4).all()


def drawn(q, rank, items=4, seed=0):
    """Return semidefinite matrices of a rank, and their null spaces."""
    rng = np.random.default_rng(seed)
    vectors = np.linalg.qr(rng.normal(size=(items, q, q)))[0]
    values = np.where(np.arange(q) < rank, rng.uniform(1, 2, (items, q)), 0)
    D = _coordinates.from_eigen(values, vectors)
    return D, _coordinates.from_eigen(np.arange(q) >= rank, vectors)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_step_out_of_the_cone_is_cut_at_it(rank):
    q = 3
    D, null = drawn(q, rank)
    step = np.random.default_rng(1).normal(size=(4, q * (q + 1) // 2))
    (moved,), (left,) = _cone.retract([D], [null], 5 * step)
    values = np.linalg.eigvalsh(moved)
    assert (values > -1e-12).all()
    assert ((values > 1e-9).sum(axis=1) <= rank).all()
    assert np.allclose(left @ moved, 0, atol=1e-12)
    assert np.allclose(left @ left, left)
    kept = np.rint(np.trace(left, axis1=1, axis2=2))
    assert (kept == (values < 1e-9).sum(axis=1)).all()


def test_a_small_step_within_the_cone_is_taken_as_it_is():
    D, null = drawn(3, 3)
    step = 1e-3 * np.random.default_rng(2).normal(size=(4, 6))
    (moved,), (left,) = _cone.retract([D], [null], step)
    assert np.allclose(moved, D + _coordinates.matrix_of(step, 3))
    assert not left.any()


def test_a_null_space_gives_up_where_the_likelihood_rises():
    """Of two items with the same null space, one score points into it."""
    D, null = drawn(2, 1, items=1)
    G = np.concatenate([null, -null])
    null = np.concatenate([null, null])
    I, places = np.stack([np.eye(3)] * 2), [slice(0, 3)]
    (left,), freed = _cone.release(I, [G], [null], places, 0.5 * np.ones(2))
    assert freed.tolist() == [True, False]
    assert np.allclose(left[0], 0) and np.allclose(left[1], null[1])

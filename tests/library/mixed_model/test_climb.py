"""The way to the maximum: few steps, that rise, to where the score is 0."""

import itertools

import numpy as np
import pytest

from lemmas_lib import mixed_model as mm
from lemmas_lib.mixed_model import _climb, datasets

from .models import METHODS, problem


@METHODS
def test_three_factors_in_any_order_take_the_same_path(method):
    rng = np.random.default_rng(4)
    n = 60
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    factors = [
        (
            rng.permutation(np.arange(n) % l),
            np.column_stack([np.ones(n), rng.normal(size=(n, q - 1))]),
        )
        for l, q in [(7, 2), (5, 3), (4, 1)]
    ]
    # Noise alone: some factors start as low as their levels let them.
    y = rng.normal(size=n)
    first, *others = (
        mm.fit(y, X, [factors[k] for k in order], method)
        for order in itertools.permutations(range(3))
    )
    assert first.converged
    for other in others:
        assert np.allclose(other.path, first.path, rtol=1e-6, atol=1e-9)


def test_the_path_rises_and_ends_near_the_maximum():
    y, X, factors = problem(6, responses=5)
    fit = mm.fit(y, X, factors)
    for i in range(5):
        loglik, distance = fit.response(i).path
        steps = np.isfinite(loglik).sum()
        assert fit.iterations[i] in (steps - 1, steps)
        assert (np.diff(loglik[:steps]) > -1e-9).all()
        assert distance[steps - 1] < 1e-6


def heavy_tailed(seed, slopes):
    """Return responses to few groups, whose steps often leave the cone."""
    rng = np.random.default_rng(seed)
    n, v = 30, 300
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    Z, one = (X if slopes else X[:, :1]), X[:, :1]
    few, fewer = np.arange(n) % 5, rng.permutation(np.arange(n) % 3)
    y = rng.standard_t(2, size=(n, v))
    y += (rng.normal(size=(5, v)) * rng.choice([0, 0.3, 2], v))[few]
    return y, X, [(few, Z), (fewer, one)]


@METHODS
@pytest.mark.parametrize("seed", range(4))
def test_every_one_of_many_hard_responses_converges(seed, method):
    assert mm.fit(*heavy_tailed(seed, slopes=True), method).converged.all()


@pytest.mark.parametrize(
    "name, most",
    [("sleepstudy", 4), ("dyestuff", 3), ("dyestuff2", 1), ("pastes", 8),
     ("penicillin", 8)],
)  # fmt: skip
@METHODS
def test_a_fit_takes_few_steps(name, most, method):
    """A start at twice the first estimate takes one more."""
    fit = mm.fit(*datasets.model(name), method=method)
    assert fit.converged and fit.iterations <= most


def test_published_data_need_no_step_halved(monkeypatch):
    monkeypatch.setattr(_climb, "HALVINGS", 1)
    for name in datasets.NAMES:
        assert mm.fit(*datasets.model(name)).converged


def test_too_few_iterations_are_said():
    y, X, factors = problem(6)
    fit = mm.fit(y, X, factors, iterations=1)
    assert not fit.converged and fit.iterations == 1
    assert "not converged" in fit.summary()

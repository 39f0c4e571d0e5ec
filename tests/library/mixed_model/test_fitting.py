"""Fits against lme4's, against another optimiser, and against theory."""

import itertools

import numpy as np
import pytest
from scipy import optimize

from lemmas_lib import mixed_model as mm
from lemmas_lib.mixed_model import datasets, fitting

from .models import EFFECTS, GROUPS, METHODS, problem, relative


@METHODS
@pytest.mark.parametrize("name", datasets.NAMES)
def test_the_digits_of_lme4(name, method):
    fit = mm.fit(*datasets.model(name), method)
    wanted = datasets.lme4(name, method)
    assert fit.converged and fit.iterations < 10
    assert abs(fit.loglik - wanted["loglik"]) < 1e-6
    assert relative(fit.beta, wanted["beta"]) < 1e-5
    assert relative(fit.sigma2, wanted["sigma2"]) < 1e-5
    for found, C in zip(fit.covariances, wanted["covariances"], strict=True):
        assert relative(found, C) < (1e-5 if C.any() else 1e-6)


def best_of_another(products, effects, method):
    """Maximise over Cholesky factors of all D_k, from several starts."""
    df = products.n - products.p * (method == "REML")

    def matrices(x):
        D, end = [], 0
        for q in effects:
            L = np.zeros((len(x), q, q))
            width = q * (q + 1) // 2
            L[(slice(None), *np.tril_indices(q))] = x[:, end : end + width]
            end += width
            D.append(L @ L.swapaxes(1, 2))
        return D

    def deviances(x):
        D = matrices(x)
        # σ² at its maximum, from the score, which is linear in 1/σ².
        slope = mm.score(products, 1.0, D, method=method)[:, products.p]
        return -mm.loglik(products, (2 * slope + df) / df, D, method=method)

    size = sum(q * (q + 1) // 2 for q in effects)
    steps = 1e-6 * np.eye(size)

    def with_slope(x):
        """Return the deviance and its central differences, in one call."""
        values = deviances(np.vstack([x, x + steps, x - steps]))
        up, down = values[1 : size + 1], values[size + 1 :]
        return values[0], (up - down) / 2e-6

    rng = np.random.default_rng(1)
    starts = [rng.normal(size=size) for _ in range(3)]
    found = [
        optimize.minimize(
            with_slope, x, jac=True, method="BFGS", options={"gtol": 1e-7}
        )
        for x in starts
    ]
    return -min(result.fun for result in found)


@METHODS
@pytest.mark.parametrize("which", [(0,), (1,), (0, 1)])
@pytest.mark.parametrize("scale", [1.0, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_no_other_optimiser_finds_more(seed, scale, which, method):
    """With a small scale many maxima lie on the boundary."""
    y, X, factors = problem(seed, which, scale=scale)
    fit = mm.fit(y, X, factors, method)
    products = mm.cross_products(y, X, factors)
    effects = [EFFECTS[k] for k in which]
    other = best_of_another(products, effects, method)
    assert fit.converged
    assert fit.loglik > other - 1e-6


def small(seed):
    """Return a design that tells little: few levels, perhaps no noise."""
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(15, 50)), int(rng.integers(0, 3))
    X = np.column_stack([np.ones(n), rng.normal(size=n)])[:, :p]
    factors, D = [], []
    for _ in range(int(rng.integers(1, 3))):
        q = int(rng.integers(1, 4))
        l = int(rng.integers(2, max(3, n // q // 2)))
        levels = rng.integers(0, l, n)
        Z = np.column_stack([np.ones(n), rng.normal(size=(n, q - 1))])
        root = rng.normal(size=(q, q)) * rng.choice([0, 0.1, 1, 3])
        factors.append((levels, Z))
        D.append(root @ root.T)
    return mm.simulate(X, factors, np.zeros(p), 1, D, rng), X, factors


@METHODS
@pytest.mark.parametrize("seed", [27, 84, 134, 158, 174, 261])
def test_few_levels_and_the_edge_of_the_cone(seed, method):
    y, X, factors = small(seed)
    fit = mm.fit(y, X, factors, method)
    products = mm.cross_products(y, X, factors)
    effects = [Z.shape[1] for _, Z in factors]
    assert fit.converged and fit.iterations < 40
    assert fit.loglik > best_of_another(products, effects, method) - 1e-6


@METHODS
def test_many_responses_are_fitted_as_each_alone(method, monkeypatch):
    y, X, factors = problem(2, responses=6)
    monkeypatch.setattr(fitting, "PIECE", 1)  # a piece a response
    pieces = mm.fit(y, X, factors, method)
    monkeypatch.undo()
    together = mm.fit(y, X, factors, method)
    assert together.loglik.shape == (6,)
    for i in range(6):
        alone = mm.fit(y[:, i], X, factors, method)
        for many in (pieces, together):
            one = many.response(i)
            assert relative(one.loglik, alone.loglik) < 1e-10
            assert relative(one.beta, alone.beta) < 1e-6
            for name in ("covariances", "random_effects"):
                for a, b in zip(
                    getattr(one, name), getattr(alone, name), strict=True
                ):
                    assert a.shape == b.shape
                    assert abs(a - b).max() < 1e-5 * (1 + abs(b).max())
            assert one.score.shape == alone.score.shape
            assert one.information.shape == alone.information.shape
            assert one.path.shape[0] == 2
            # What a shorter path has not reached stands at its end.
            steps = np.isfinite(one.path[0]).sum()
            assert np.isfinite(one.path[:, :steps]).all()
            assert relative(one.path[0, steps - 1], one.loglik) < 1e-6
            for name in ("beta", "sigma2"):
                a, b = (getattr(f.standard_errors, name) for f in (one, alone))
                assert np.allclose(a, b, rtol=1e-4, equal_nan=True)


def test_units_order_and_labels_do_not_matter():
    y, X, factors = problem(1)
    fit = mm.fit(y, X, factors)
    order = np.random.default_rng(3).permutation(len(y))
    renamed = [
        (np.char.add("level ", levels.astype(str))[order], Z[order])
        for levels, Z in factors
    ]
    moved = 1e6 + 1e-3 * y
    other = mm.fit(moved[order], X[order], renamed)
    assert relative(1e6 * other.sigma2, fit.sigma2) < 1e-5
    assert relative(other.beta[0], 1e6 + 1e-3 * fit.beta[0]) < 1e-9
    for a, b in zip(other.covariances, fit.covariances, strict=True):
        assert abs(1e6 * a - b).max() < 1e-4 * abs(b).max()
    assert other.levels[0][3] == "level 3"
    swapped = mm.fit(y, X, factors[::-1])
    assert relative(swapped.loglik, fit.loglik) < 1e-12
    for a, b in zip(swapped.covariances, fit.covariances[::-1], strict=True):
        assert abs(a - b).max() < 1e-5 * abs(b).max()


@METHODS
def test_units_of_the_regressors_do_not_matter(method):
    y, X, [(subjects, Z)] = datasets.model("sleepstudy")
    fit = mm.fit(y, X, [(subjects, Z)], method)
    for unit, origin in ((86400, 0), (1e-6, 0), (1, 2000)):
        other = Z @ np.array([[1, origin], [0, unit]])
        found = mm.fit(y, X, [(subjects, other)], method)
        assert found.converged and found.iterations == fit.iterations
        assert abs(found.loglik - fit.loglik) < 1e-8
        slope = found.covariances[0][1, 1] * unit**2
        assert relative(slope, fit.covariances[0][1, 1]) < 1e-6
        error = found.standard_errors.covariances[0][1, 1] * unit**2
        wanted = fit.standard_errors.covariances[0][1, 1]
        assert relative(error, wanted) < 1e-4
        effects = found.random_effects[0] @ np.array([[1, 0], [origin, unit]])
        assert abs(effects - fit.random_effects[0]).max() < 1e-5
    large = mm.fit(1e3 * y, X, [(subjects, Z)], method)
    errors = large.standard_errors
    wanted = fit.standard_errors
    assert relative(errors.sigma2, 1e6 * wanted.sigma2) < 1e-6
    assert relative(errors.covariances[0], 1e6 * wanted.covariances[0]) < 1e-6
    assert relative(errors.beta, 1e3 * wanted.beta) < 1e-6
    df = len(y) - 2 * (method == "REML")
    assert relative(large.loglik, fit.loglik - df * np.log(1e3)) < 1e-12
    assert "boundary" not in large.summary()


@METHODS
def test_score_and_information_are_those_of_the_parameters(method):
    """At the estimates, from the cross-products of the data themselves."""
    y, X, factors = problem(7, n=200)
    Z = factors[0][1] @ np.array([[1, 5], [0, 3]])
    factors = [(factors[0][0], Z), factors[1]]
    y = 7 * y
    fit = mm.fit(y, X, factors, method)
    products = mm.cross_products(y, X, factors)
    D = [C / fit.sigma2 for C in fit.covariances]
    known = mm.information(products, fit.sigma2, D, method)
    assert abs(fit.information - known).max() < 1e-7 * abs(known).max()
    slope = mm.score(products, fit.sigma2, D, method=method)
    noise = np.sqrt(np.diagonal(known))
    assert (abs(fit.score - slope) < 1e-5 * noise).all()


def test_what_the_effects_fit_exactly_does_not_spoil_the_rest():
    rng = np.random.default_rng(0)
    levels, one = np.arange(60) % 6, np.ones((60, 1))
    exact = rng.normal(size=6)[levels]
    noise = rng.normal(size=60)
    both = mm.fit(np.column_stack([noise, exact]), one, [(levels, one)])
    alone = mm.fit(noise, one, [(levels, one)])
    assert both.converged.tolist() == [True, False]
    assert relative(both.loglik[0], alone.loglik) < 1e-12


def test_one_column_and_no_fixed_effects():
    rng = np.random.default_rng(0)
    levels, one = np.arange(60) % 6, np.ones((60, 1))
    y = rng.normal(size=60) + rng.normal(size=6)[levels]
    column = mm.fit(y[:, None], one, [(levels, one)])
    assert column.loglik.shape == (1,)
    bare = mm.fit(y, np.zeros((60, 0)), [(levels, one)])
    ml = mm.fit(y, np.zeros((60, 0)), [(levels, one)], "ML")
    assert bare.beta.shape == (0,)
    assert relative(bare.loglik, ml.loglik) < 1e-12


@METHODS
def test_effects_solve_hendersons_equations(method):
    y, X, factors = problem(3, n=300)
    fit = mm.fit(y, X, factors, method)
    Z = mm.design_matrix(factors).toarray()
    D = [C / fit.sigma2 for C in fit.covariances]
    blocks = [
        np.kron(np.eye(l), np.linalg.inv(D_k))
        for l, D_k in zip(GROUPS, D, strict=True)
    ]
    zero = np.zeros((blocks[0].shape[0], blocks[1].shape[1]))
    precision = np.block([[blocks[0], zero], [zero.T, blocks[1]]])
    A = np.block([[X.T @ X, X.T @ Z], [Z.T @ X, Z.T @ Z + precision]])
    solution = np.linalg.solve(A, np.concatenate([X.T @ y, Z.T @ y]))
    effects = np.concatenate([b.ravel() for b in fit.random_effects])
    assert relative(fit.beta, solution[:2]) < 1e-8
    assert abs(effects - solution[2:]).max() < 1e-8
    # The inverse of the coefficients has the covariance matrix of β.
    covariance = fit.sigma2 * np.linalg.inv(A)[:2, :2]
    errors = np.sqrt(np.diagonal(covariance))
    assert relative(fit.standard_errors.beta, errors) < 1e-8


def test_inputs_stay_as_they_are():
    y, X, factors = problem()
    before = [a.copy() for a in (y, X, *itertools.chain(*factors))]
    mm.fit(y, X, factors)
    after = (y, X, *itertools.chain(*factors))
    assert all((a == b).all() for a, b in zip(before, after, strict=True))


def test_two_equal_regressors_do_not_crash():
    """Their covariance matrix is known only as a sum."""
    y, X, _ = problem()
    one = np.ones((60, 1))
    fit = mm.fit(y, X, [(np.arange(60) % 6, np.hstack([one, one]))])
    single = mm.fit(y, X, [(np.arange(60) % 6, one)])
    assert abs(fit.loglik - single.loglik) < 1e-6
    assert np.isnan(fit.standard_errors.sigma2)
    twice = mm.fit(y, X, 2 * [(np.arange(60) % 6, one)])
    assert abs(twice.loglik - single.loglik) < 1e-6
    assert np.isfinite(twice.loglik)


def bad(**changes):
    y, X, factors = problem()
    given = {"y": y, "X": X, "factors": factors} | changes
    return given


def missing(x, value=np.nan):
    x = np.array(x, dtype=float)
    x.flat[3] = value
    return x


Y, X, FACTORS = problem()
ONE = np.ones((60, 1))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"y": missing(Y)}, "y is nan at"),
        ({"X": missing(X, np.inf)}, "X is inf at"),
        ({"factors": [([None, *range(59)], ONE)]}, "missing entries"),
        ({"X": np.hstack([X, X[:, :1]])}, "^X'X .* combinations of others"),
        ({"y": np.full(60, 3.0)}, "y is fitted exactly"),
        ({"y": X @ [1.0, 2.0]}, "y is fitted exactly"),
        ({"y": np.column_stack([Y, X[:, 1]])}, r"y\[:, 1\] is fitted exactly"),
        ({"factors": [(np.zeros(60), ONE)]}, "one level"),
        ({"factors": [(np.arange(60), ONE)]}, "60 effects"),
        ({"factors": [(np.arange(60) % 30, np.hstack([ONE, ONE]))]},
         "60 effects"),
        ({"X": np.random.default_rng(0).normal(size=(60, 60))}, "60 columns"),
        ({"factors": [(np.arange(60) % 6, 0 * ONE)]}, "column of zeros"),
        ({"X": np.eye(6)[np.arange(60) % 6],
          "factors": [(np.arange(60) % 6, ONE)]}, "columns of X; REML"),
        ({"y": 1e200 * Y}, "y has entries so large or small"),
        ({"y": 1e-200 * Y}, "y has entries so large or small"),
        ({"y": np.zeros((60, 0))}, r"y has shape \(60, 0\)"),
        ({"y": Y[:-1]}, r"y has shape \(59,\)"),
        ({"X": X[:-1]}, r"X has shape \(59, 2\)"),
        ({"method": "MLE"}, "method is 'MLE'"),
        ({"iterations": 0}, "iterations"),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_is_refused(changes, words, monkeypatch):
    """Before any work is done."""
    monkeypatch.setattr(fitting, "maximise", None)
    with pytest.raises((ValueError, TypeError), match=words):
        mm.fit(**bad(**changes))

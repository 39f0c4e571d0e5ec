"""The mixed model against its definition, its loops and its own invariance.

Factors are crossed, with different numbers of levels and effects, because
equal ones hide exchanged indices.
"""

import dataclasses

import numpy as np
import pytest
from scipy.linalg import block_diag
from scipy.stats import multivariate_normal
from test_sums import peak_memory

from lemmas_lib import _likelihood, definitions, duplication_matrix, loops
from lemmas_lib import mixed_model as mm

METHODS = pytest.mark.parametrize("method", mm.METHODS)
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


@METHODS
@DESIGNS
@pytest.mark.parametrize("name", ["loglik", "score"])
def test_likelihood_and_its_slope_are_those_of_the_definition(
    name, which, method
):
    y, X, factors, D = data(which)
    products = mm.cross_products(y, X, factors)
    beta = None if method == "REML" else BETA
    found = getattr(mm, name)(products, SIGMA2, D, beta, method)
    by_definition = getattr(definitions, name)
    close(found, by_definition(y, X, factors, SIGMA2, D, beta, method))


@METHODS
@DESIGNS
def test_information_is_the_trace_in_fractions(which, method):
    _, X, factors, D = data(which)
    products = mm.cross_products(np.zeros(N), X, factors)
    found = mm.information(products, SIGMA2, D, method)
    close(found, definitions.information(X, factors, SIGMA2, D, method))


def test_loglik_is_scipys():
    y, X, factors, D = data()
    Z = mm.design_matrix(factors).toarray()
    blocks = [
        np.kron(np.eye(l), D_k) for l, D_k in zip(LEVELS, D, strict=True)
    ]
    zero = np.zeros((10, 12))
    whole = np.block([[blocks[0], zero], [zero.T, blocks[1]]])
    V = np.eye(N) + Z @ whole @ Z.T
    normal = multivariate_normal(X @ BETA, SIGMA2 * V)
    products = mm.cross_products(y, X, factors)
    close(mm.loglik(products, SIGMA2, D, BETA), normal.logpdf(y))
    assert (definitions.covariance(factors, D) == V).all()


def test_restricted_loglik_is_that_of_any_error_contrasts():
    """It differs from the density of K'y, K'X = 0, by a constant only."""
    y, X, factors, D = data()
    products = mm.cross_products(y, X, factors)
    K = np.linalg.svd(X)[0][:, 2:]
    gaps = []
    for scale in (0.5, 1, 3):
        scaled = [scale * D_k for D_k in D]
        V = definitions.covariance(factors, scaled).astype(float)
        normal = multivariate_normal(None, SIGMA2 * K.T @ V @ K)
        found = mm.loglik(products, SIGMA2, scaled, method="REML")
        gaps.append(found - normal.logpdf(K.T @ y))
    assert np.ptp(gaps) < 1e-10


@METHODS
def test_responses_share_the_design(method):
    """One call for all responses gives what one call for each gives."""
    y, X, factors, _ = data(responses=7)
    rng = np.random.default_rng(1)
    roots = [rng.normal(size=(7, q, q + 1)) for q in EFFECTS]
    each_D = [root @ root.swapaxes(1, 2) for root in roots]
    sigma2 = rng.uniform(0.5, 2, 7)
    products = mm.cross_products(y, X, factors)
    for function in (mm.loglik, mm.score, mm.information):
        together = function(products, sigma2, each_D, method=method)
        shared = function(products, SIGMA2, D, method=method)
        assert together.shape == shared.shape and len(together) == 7
        for i in range(7):
            alone = mm.cross_products(y[:, i], X, factors)
            D_i = [D_k[i] for D_k in each_D]
            found = function(alone, sigma2[i], D_i, method=method)
            close(together[i], found)
            close(shared[i], function(alone, SIGMA2, D, method=method))


@pytest.mark.parametrize("least", [1, 3 * 22**2])
def test_pieces_of_the_responses_change_nothing(least, monkeypatch):
    y, X, factors, _ = data(responses=7)
    products = mm.cross_products(y, X, factors)
    each_D = [np.array([D_k * (i + 1) for i in range(7)]) for D_k in D]
    whole = mm.score(products, SIGMA2, each_D)
    monkeypatch.setattr(mm, "PIECE", least)
    close(mm.score(products, SIGMA2, each_D), whole)
    close(mm.score(products, SIGMA2, [each_D[0], D[1]])[0], whole[0])
    with_betas = mm.score(products, [1.0], each_D, np.tile(BETA, (7, 1)))
    close(with_betas, mm.score(products, 1.0, each_D, BETA))


def test_many_parameters_for_one_response():
    y, X, factors, D = data(ONE)
    products = mm.cross_products(y, X, factors)
    scales = np.array([0.0, 0.5, 2.0])
    many = mm.loglik(products, SIGMA2, [scales[:, None, None] * D[0]])
    for scale, found in zip(scales, many, strict=True):
        close(found, mm.loglik(products, SIGMA2, [scale * D[0]]))


def test_estimated_beta_is_where_the_score_of_beta_vanishes():
    y, X, factors, D = data()
    products = mm.cross_products(y, X, factors)
    assert abs(mm.score(products, SIGMA2, D)[:2]).max() < 1e-12
    best = mm.loglik(products, SIGMA2, D)
    assert (best > mm.loglik(products, SIGMA2, D, BETA)).all()


def test_score_and_information_agree_with_the_loop_over_levels():
    """The sums over levels literally, from a dense inverse of V."""
    y, X, factors, D = data()
    Z = mm.design_matrix(factors).toarray()
    V = definitions.covariance(factors, D).astype(float)
    Vi = np.linalg.inv(V)
    N, t = Z.T @ Vi @ Z, Z.T @ Vi @ (y - X @ BETA)
    products = mm.cross_products(y, X, factors)
    found = mm.score(products, SIGMA2, D, BETA)
    fisher = mm.information(products, SIGMA2, D)
    places = slice(3, 6), slice(6, 12)
    for k, columns in enumerate(products.columns):
        q = EFFECTS[k]
        t_k, N_k = t[columns, None], N[columns, columns]
        G = loops.sum_abt(t_k, t_k, q) / (2 * SIGMA2)
        levels = [slice(q * j, q * (j + 1)) for j in range(LEVELS[k])]
        total = sum(N_k[j, j] for j in levels)
        dup = duplication_matrix(q).toarray()
        close(found[places[k]], (G - total / 2).ravel() @ dup)
        close(fisher[2, places[k]], total.ravel() @ dup / (2 * SIGMA2))
    R = N[products.columns[0], products.columns[1]]
    total = loops.sumAijKronBij(R, R, EFFECTS)
    dups = [duplication_matrix(q).toarray() for q in EFFECTS]
    close(fisher[places[0], places[1]], dups[0].T @ total @ dups[1] / 2)


def test_information_is_the_covariance_of_the_score():
    """Over 4000 draws; each entry within 5 of its Monte Carlo errors."""
    _, X, factors, D = data()
    rng = np.random.default_rng(2)
    y = mm.simulate(X, factors, BETA, SIGMA2, D, rng, responses=4000)
    products = mm.cross_products(y, X, factors)
    scores = mm.score(products, SIGMA2, D, BETA)
    fisher = mm.information(products, SIGMA2, D)[0]
    each = scores[:, :, None] * scores[:, None, :]
    error = each.std(axis=0) / np.sqrt(len(each))
    assert (abs(each.mean(axis=0) - fisher) < 5 * error).all()
    mean_error = scores.std(axis=0) / np.sqrt(len(scores))
    assert (abs(scores.mean(axis=0)) < 5 * mean_error).all()


def test_digits_survive_large_variances():
    """Where Z'Z − Z'ZWZ'Z would cancel, Z'V⁻¹Z does not."""
    y, X, factors, D = data(ONE)
    products = mm.cross_products(y, X, factors)
    large = [1e8 * D[0]]
    exact = definitions.score(y, X, factors, SIGMA2, large, BETA)
    close(mm.score(products, SIGMA2, large, BETA)[3:], exact[3:], 1e-10)


@pytest.mark.parametrize("v", [0, 1])
def test_no_response_or_one(v):
    y, X, factors, D = data(responses=v)
    products = mm.cross_products(y, X, factors)
    each_D = [np.tile(D_k, (v, 1, 1)) for D_k in D]
    for some_D in (D, each_D):
        found = mm.loglik(products, SIGMA2, some_D)
        assert found.shape == (v,) and found.flags.writeable
        assert mm.score(products, SIGMA2, some_D).shape == (v, 12)
        assert mm.information(products, SIGMA2, some_D).shape == (v, 12, 12)


def test_products_are_those_of_the_dense_matrices():
    y, X, factors, _ = data(responses=3)
    c = mm.cross_products(y, X, factors)
    Z = mm.design_matrix(factors).toarray()
    assert (c.XtX == X.T @ X).all() and (c.XtZ == X.T @ Z).all()
    assert (c.ZtZ == Z.T @ Z).all() and (c.Xty == (X.T @ y).T).all()
    assert (c.Zty == (Z.T @ y).T).all() and (c.yty == (y**2).sum(0)).all()
    assert (c.n, c.p, c.q) == (N, 2, 22)
    assert (c.levels, c.effects) == (LEVELS, EFFECTS)
    for i in range(N):
        row = np.zeros(22)
        start = 0
        for k, (levels, Z_k) in enumerate(factors):
            l, q = LEVELS[k], EFFECTS[k]
            row[start + q * levels[i] : start + q * (levels[i] + 1)] = Z_k[i]
            start += l * q
        assert (Z[i] == row).all()


def test_labels_of_any_kind_name_the_same_levels():
    y, X, factors, D = data(ONE)
    names = np.array(["b10", "a", "z", "c", "b9"])
    renamed = [(names[factors[0][0]], factors[0][1])]
    first = mm.score(mm.cross_products(y, X, factors), SIGMA2, D)
    close(mm.score(mm.cross_products(y, X, renamed), SIGMA2, D)[2:], first[2:])


def test_without_fixed_effects():
    y, _, factors, D = data(ONE)
    products = mm.cross_products(y, np.empty((N, 0)), factors)
    found = mm.score(products, SIGMA2, D)
    empty = np.empty((N, 0))
    close(found, definitions.score(y, empty, factors, SIGMA2, D, []))


def test_inputs_stay_as_they_are():
    y, X, factors, D = data(responses=2)
    D = [np.array(D_k) for D_k in D]
    arrays = [y, X, *(x for factor in factors for x in factor), *D]
    before = [x.copy() for x in arrays]
    products = mm.cross_products(y, X, factors)
    fields = [products.ZtZ, products.Zty, products.XtX]
    kept = [x.copy() for x in fields]
    for function in (mm.loglik, mm.score, mm.information):
        function(products, SIGMA2, D, method="REML")
    for old, new in zip(before + kept, arrays + fields, strict=True):
        assert (old == new).all()


def refused():
    y, X, factors, _ = data()
    levels, Z_1 = factors[0]
    products = mm.cross_products(y, X, factors)
    two = mm.cross_products(np.column_stack([y, y]), X, factors)
    nan, inf = y.astype(float), y.astype(float)
    nan[4], inf[5] = np.nan, np.inf
    skew = [np.array([[1, 0.5], [0, 1]]), D[1]]
    negative = [-D[0], D[1]]
    rng = np.random.default_rng(0)

    def make(*changed):
        return lambda: mm.cross_products(*changed)

    def at(function=mm.score, c=products, sigma2=1, D=D, **more):
        return lambda: function(c, sigma2, D, **more)

    yield make(y[:-1], X, factors), "y has shape (19,), not (n,) with n = 20"
    yield make(y, X[:-1], factors), "X has shape (19, 2), not (n, p)"
    yield make(nan, X, factors), "y is nan at (4,); every entry"
    yield make(inf, X, factors), "y is inf at (5,); every entry"
    yield make(y, np.c_[X, 0 * y], factors), "XtX is singular: some columns"
    yield make(y, X, [([], np.ones((0, 1)))]), "levels of factors[0] has shape"
    yield make(y + 1j, X, factors), "y has dtype complex128 and an entry"
    for entry in (True, "1", 1j, 10**400):
        mixed = y.astype(object)
        mixed[3] = entry
        yield make(mixed, X, factors), "y has dtype object and an entry"
    for missing in (None, np.nan, np.datetime64("NaT", "D")):
        holes = [missing, *"abab" * 4, "a", "b", "a"]
        yield make(y, X, [(holes, Z_1)]), "levels of factors[0] has missing"
    days = np.arange(20).astype("datetime64[ns]")
    days[3] = np.datetime64("NaT", "D")
    yield make(y, X, [(days, Z_1)]), "levels of factors[0] has missing"
    yield make(y, X, [([1, *"abab" * 4, *"aba"], Z_1)]), "cannot be ordered"
    masked = np.ma.array(levels, mask=levels == 1)
    yield make(y, X, [(masked, Z_1)]), "levels of factors[0] is a masked"
    yield make(y, X, [(levels[:, None], Z_1)]), "has shape (20, 1); (n,) is"
    yield make(y[:1], X[:1], [([1], [[1]])]), "n is 1; at least 2"
    yield make(y, X[:, [0, 0]], factors), "XtX is singular"
    yield make(y, X, []), "factors must be a list of pairs"
    yield make(y, X, {0: factors[0]}), "factors must be a list of pairs"
    yield make(y, X, [levels]), "factors[0] is not a pair"
    yield make(y, X, [(levels, Z_1, 1)]), "factors[0] is not a pair"
    yield make(y, X, [np.ones((2, 20))]), "factors[0] is not a pair"
    yield (
        make(y, X, [factors[0], (levels[1:], Z_1)]),
        "levels of factors[1] has shape (19,), not (n,) with n = 20",
    )
    yield (
        make(y, X, [(levels, Z_1[:, 0])]),
        "Z of factors[0] has shape (20,); (…, rows, columns) is needed",
    )
    yield (
        make(y, X, [(levels, Z_1[1:])]),
        "Z of factors[0] has shape (19, 2), not (n, q_k) with n = 20",
    )
    yield (
        make(y, X, [(np.where(levels == 1, np.nan, levels), Z_1)]),
        "levels of factors[0] has missing entries",
    )
    yield at(sigma2=0), "sigma2 is 0; more than 0"
    yield (
        at(sigma2=[1, 2, 3], c=two),
        "sigma2 has shape (3,); its leading axis must be 2, as in yty, or 1",
    )
    yield at(D=D[:1]), "D has 1 entries and factors has 2"
    yield at(D=D[::-1]), "D[0] has shape (3, 3), not (q_k, q_k)"
    yield at(D=skew), "D[0] differs from its transpose by 0.5"
    yield at(D=negative), "D[0] has the eigenvalue -1.1"
    barely = np.diag([1, -1e-6])
    yield at(D=[barely, D[1]]), "D[0] has the eigenvalue -1e-06"
    stack = np.array([1e9 * np.eye(2), barely])
    yield at(D=[stack, D[1]], c=two), "D[0] has the eigenvalue -1e-06"
    almost = np.c_[X, X.sum(axis=1) * (1 + 1e-15)]
    yield make(y, almost, factors), "XtX is singular"
    yield at(beta=[1, 2, 3]), "beta has shape (3,), not (p,) or (v, p)"
    yield at(beta=BETA, method="REML"), "beta is given; the likelihood of REML"
    yield at(method="reml"), "method is 'reml'; ML or REML"
    yield at(mm.information, method=None), "method is None"
    yield (
        lambda: mm.simulate(X, factors, BETA, 1, D, rng, responses=2.0),
        "responses is 2.0; an integer",
    )
    yield (
        lambda: mm.simulate(X, factors, BETA, [1, 2], D, rng),
        "sigma2 has shape (2,), not () ",
    )
    yield (
        lambda: mm.simulate(X[1:], factors, BETA, 1, D, rng),
        "X has shape (19, 2), not (n, p) with n = 20, p = 2",
    )


REFUSED = list(refused())


@pytest.mark.parametrize("call, words", REFUSED, ids=[w for _, w in REFUSED])
def test_what_does_not_fit_is_refused_by_name(call, words):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert words.strip() in str(caught.value)


def test_what_is_only_nearly_wrong_is_taken():
    y, X, factors, D = data()
    nearly = np.column_stack([X, X.sum(axis=1) + 1e-3 * y])
    products = mm.cross_products(y, nearly, factors)
    rounded = [D[0] + np.diag([0, -1e-14]), np.diag([1, 0, -1e-14])]
    rounded[0][0, 1] += 1e-15
    assert np.isfinite(mm.score(products, SIGMA2, rounded)).all()


def test_a_shared_matrix_with_a_leading_axis_is_inverted_once(monkeypatch):
    y, X, factors, D = data(responses=7)
    products = mm.cross_products(y, X, factors)
    shapes, inverse = [], _likelihood._inverse
    monkeypatch.setattr(
        _likelihood,
        "_inverse",
        lambda M: shapes.append(M.shape) or inverse(M),
    )
    stacked = mm.score(products, SIGMA2, [D_k[None] for D_k in D])
    # One matrix a level of the second factor, one for the first factor.
    assert shapes == [(4, 3, 3), (10, 10)]
    close(stacked, mm.score(products, SIGMA2, D))


def turned(c):
    """Return products of the same model in which no block is diagonal.

    The levels of a factor are mixed by a reflection, which leaves V and the
    sums over all levels as they are.
    """
    turns = []
    for l, q in zip(c.levels, c.effects, strict=True):
        v = np.arange(1.0, l + 1)
        reflection = np.eye(l) - 2 * np.outer(v, v) / (v @ v)
        turns.append(np.kron(reflection, np.eye(q)))
    Q = block_diag(*turns)
    found = dataclasses.replace(
        c, XtZ=c.XtZ @ Q, ZtZ=Q.T @ c.ZtZ @ Q, Zty=c.Zty @ Q
    )
    assert found._arranged.e == -1 < c._arranged.e
    return found


@METHODS
@DESIGNS
@pytest.mark.parametrize("stacked", ["none", "all", "first", "last"])
def test_no_factor_need_be_block_diagonal(which, method, stacked):
    y, X, factors, D = data(which, responses=3)
    c = mm.cross_products(y, X, factors)
    ends = {"none": (), "all": range(3), "first": [0], "last": [len(D) - 1]}
    scales = np.array([1, 2, 0.5])[:, None, None]
    D = [
        scales * D_k if k in ends[stacked] else D_k for k, D_k in enumerate(D)
    ]
    for name in ("loglik", "score", "information"):
        function = getattr(mm, name)
        wanted = function(c, SIGMA2, D, method=method)
        close(function(turned(c), SIGMA2, D, method=method), wanted, 1e-10)


@pytest.mark.parametrize(
    ("which", "responses"), [([0, 1, 2], 3000), ([1], 20000)]
)
def test_memory_does_not_grow_with_the_responses(
    which, responses, monkeypatch
):
    """Both where the factors that are left are wide and where none is."""
    y, X, factors, D = data(which, responses)
    products = mm.cross_products(y, X, factors)
    each_D = [np.tile(D_k, (responses, 1, 1)) for D_k in D]
    bound = 12 * 8 * mm.PIECE

    assert peak_memory(mm.score, products, SIGMA2, each_D) < bound
    monkeypatch.setattr(mm, "PIECE", 2**60)  # all at once
    assert peak_memory(mm.score, products, SIGMA2, each_D) > bound


def test_products_that_do_not_fit_are_refused():
    fields = dict(
        n=4, levels=(2,), effects=(1,), XtX=[[4]], XtZ=[[2, 2]],
        ZtZ=[[2, 0], [0, 2]], Xty=[10], Zty=[3, 7], yty=30,
    )  # fmt: skip
    mm.CrossProducts(**fields)
    wrong = dict(
        n=4.0, levels=2, effects=(1, 1), XtX=[4], XtZ=[[2], [2]],
        ZtZ=[[2]], Xty=10, Zty=[[3, np.nan]], yty=[[30]],
    )  # fmt: skip
    impossible = dict(
        n=0, XtX=[[-4]], ZtZ=[[2, 1], [0, 2]], yty=-30.0, Xty=[1j],
    )  # fmt: skip
    for name, value in impossible.items():
        with pytest.raises((ValueError, TypeError), match=name):
            mm.CrossProducts(**(fields | {name: value}))
    with pytest.raises(ValueError, match="diagonal of ZtZ has the entry -2"):
        mm.CrossProducts(**(fields | {"ZtZ": [[-2, 0], [0, 2]]}))
    with pytest.raises(ValueError, match="Zty has shape .3,., not .q,."):
        mm.CrossProducts(**(fields | {"Zty": [3, 7, 1]}))
    skew = dict(XtX=[[4, 1], [2, 3]], XtZ=[[2, 2], [1, 0]], Xty=[10, 4])
    with pytest.raises(ValueError, match="XtX differs from its transpose"):
        mm.CrossProducts(**(fields | skew))
    pairs = dict(Xty=[[1], [2]], Zty=[[1, 2], [1, 2], [3, 4]])
    with pytest.raises(ValueError, match="Zty has shape .3, 2.; its leading"):
        mm.CrossProducts(**(fields | pairs))
    for name, value in wrong.items():
        with pytest.raises((ValueError, TypeError), match=name):
            mm.CrossProducts(**(fields | {name: value}))

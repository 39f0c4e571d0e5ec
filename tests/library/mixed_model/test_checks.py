"""What a model refuses, by name."""

import numpy as np
import pytest

import lemmas_lib
from lemmas_lib import mixed_model as mm

from ..cases import in_threads
from .models import BETA, SIGMA2, D, data


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
        words = "y has dtype object and an entry"
        if entry == "1":
            words = "y has entries such as '1', which do not multiply"
        yield make(mixed, X, factors), words
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


def model():
    rng = np.random.default_rng(6)
    n = 60
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    y = rng.normal(size=(n, 3))
    factors = [
        (np.arange(n) % 7, X.copy()),
        (rng.permutation(np.arange(n) % 5), np.ones((n, 1))),
    ]
    return y, X, factors


def odd_copies(y, X, factors):
    """The same model from arrays that are views, read-only and swapped."""
    wide = np.zeros((2 * X.shape[0], 6))
    wide[::-2, ::2] = y
    y = wide[::-2, ::2]
    X = X.astype(">f8", order="F")
    for x in (y, X):
        x.flags.writeable = False
    factors = [
        (levels.astype("u1"), np.lib.stride_tricks.as_strided(Z))
        for levels, Z in factors
    ]
    return y, X, factors


def test_a_model_of_odd_arrays_is_the_same_model():
    plain = mm.cross_products(*model())
    odd = mm.cross_products(*odd_copies(*model()))
    D = [np.array([[1.0, 0.2], [0.2, 0.5]]), np.array([[0.7]])]
    for function in (mm.score, mm.loglik):
        given = function(odd, 0.5, D, beta=np.zeros(2))
        wanted = function(plain, 0.5, D, beta=np.zeros(2))
        assert np.allclose(given, wanted, rtol=1e-12)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", ["y", "X", "Z"])
def test_a_model_refuses_what_is_not_finite_by_name(which, value):
    y, X, factors = model()
    spoilt = {"y": y, "X": X, "Z": factors[0][1]}[which]
    spoilt[1, 1] = value
    with pytest.raises(ValueError, match=rf"\b{which}"):
        mm.cross_products(y, X, factors)


def test_models_and_operators_from_many_threads():
    data = model()
    c = mm.cross_products(*data)
    D = [np.eye(2), np.eye(1)]
    X = np.arange(24.0).reshape(4, 6)

    def everything():
        found = mm.fit(*data)
        return [
            found.beta, found.sigma2, *found.covariances,
            mm.score(c, 1, D, beta=np.ones(2)),
            mm.information(c, 1, D),
            lemmas_lib.vec(X), lemmas_lib.vecb(X, (2, 3)),
            lemmas_lib.reshape_f(X, (8, 3)),
            lemmas_lib.commutation_matrix(3, 4).toarray(),
            lemmas_lib.duplication_matrix(4).toarray(),
        ]  # fmt: skip

    alone, wrong = everything(), []

    def work():
        for _ in range(3):
            pairs = zip(everything(), alone, strict=True)
            wrong.extend(1 for a, b in pairs if not np.array_equal(a, b))

    in_threads(work)
    assert not wrong

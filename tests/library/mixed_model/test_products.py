"""The cross-products, and what cannot be one."""

import numpy as np
import pytest

from lemmas_lib import mixed_model as mm

from .models import EFFECTS, LEVELS, ONE, SIGMA2, N, close, data


def test_products_are_those_of_the_dense_matrices():
    y, X, factors, _ = data(responses=3)
    c = mm.cross_products(y, X, factors)
    Z = mm.design_matrix(factors).toarray()
    assert (c.XtX == X.T @ X).all() and (c.XtZ == X.T @ Z).all()
    assert (c.ZtZ == Z.T @ Z).all() and (c.Xty == (X.T @ y).T).all()
    assert (c.Zty == (Z.T @ y).T).all() and (c.yty == (y**2).sum(0)).all()
    assert (c.n, c.p, c.q) == (N, 2, 22)
    assert (c.levels, c.effects) == (LEVELS, EFFECTS)


def test_labels_of_any_kind_name_the_same_levels():
    y, X, factors, D = data(ONE)
    names = np.array(["b10", "a", "z", "c", "b9"])
    renamed = [(names[factors[0][0]], factors[0][1])]
    first = mm.score(mm.cross_products(y, X, factors), SIGMA2, D)
    close(mm.score(mm.cross_products(y, X, renamed), SIGMA2, D)[2:], first[2:])


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


def test_levels_of_one_factor_have_no_product():
    """Nothing that a factor's columns are could give one."""
    y, X, factors, _ = data()
    c = mm.cross_products(y, X, factors)
    fields = {name: value for name, value in vars(c).items() if name[0] != "_"}
    mm.CrossProducts(**fields)
    for k, place in ((0, (1, 2)), (1, (12, 21))):
        ZtZ = c.ZtZ.copy()
        ZtZ[place] = ZtZ[place[::-1]] = 1
        with pytest.raises(ValueError, match=rf"two levels of factors\[{k}\]"):
            mm.CrossProducts(**(fields | {"ZtZ": ZtZ}))


def test_products_of_levels_may_be_rounding():
    y, X, factors, _ = data()
    c = mm.cross_products(y, X, factors)
    fields = {name: value for name, value in vars(c).items() if name[0] != "_"}
    ZtZ = c.ZtZ + 1e-14 * (c.ZtZ == 0)
    rounded = mm.CrossProducts(**(fields | {"ZtZ": ZtZ}))
    D = [np.eye(q) for q in EFFECTS]
    close(mm.score(rounded, 1, D)[2:], mm.score(c, 1, D)[2:])


@pytest.mark.parametrize(
    ("name", "scale", "words"),
    [("y", 1e200, "yty is inf"), ("Z", 1e200, "ZtZ is inf"),
     ("no Z", 1, r"effects\[1\] is 0")],
)  # fmt: skip
def test_products_that_are_no_numbers_are_refused(name, scale, words):
    y, X, factors, _ = data()
    if name == "y":
        y = y * scale
    else:
        levels, Z = factors[1]
        Z = Z * scale if name == "Z" else np.zeros((N, 0))
        factors = [factors[0], (levels, Z)]
    with pytest.raises(ValueError, match=words):
        mm.cross_products(y, X, factors)
    if name == "no Z":
        with pytest.raises(ValueError, match=words):
            mm.fit(y, X, factors)


def test_no_factor_is_refused_by_name():
    fields = dict(
        n=4, levels=(), effects=(), XtX=[[4]], XtZ=np.empty((1, 0)),
        ZtZ=np.empty((0, 0)), Xty=[10], Zty=[], yty=30,
    )  # fmt: skip
    with pytest.raises(ValueError, match="levels is empty"):
        mm.CrossProducts(**fields)


def test_a_block_that_is_not_symmetric_is_refused():
    fields = dict(
        n=4, levels=(1,), effects=(2,), XtX=[[4]], XtZ=[[4, 6]],
        ZtZ=[[4, 6], [5, 14]], Xty=[10], Zty=[10, 20], yty=30,
    )  # fmt: skip
    with pytest.raises(ValueError, match="ZtZ differs from its transpose"):
        mm.CrossProducts(**fields)
    mm.CrossProducts(**(fields | {"ZtZ": [[4, 6], [6, 14]]}))

"""The sums over levels beside their loops."""

import numpy as np

from lemmas_lib import duplication_matrix
from lemmas_lib import mixed_model as mm
from lemmas_lib.oracles import definitions, loops

from .models import BETA, EFFECTS, LEVELS, SIGMA2, close, data


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

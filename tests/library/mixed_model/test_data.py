"""The rows of Z, and labels of any kind."""

import numpy as np

from lemmas_lib import mixed_model as mm

from .models import EFFECTS, LEVELS, N, data


def test_a_row_of_Z_has_each_factor_s_regressors_at_its_level():
    _, _, factors, _ = data()
    Z = mm.design_matrix(factors).toarray()
    for i in range(N):
        row = np.zeros(22)
        start = 0
        for k, (levels, Z_k) in enumerate(factors):
            l, q = LEVELS[k], EFFECTS[k]
            row[start + q * levels[i] : start + q * (levels[i] + 1)] = Z_k[i]
            start += l * q
        assert (Z[i] == row).all()


def test_levels_are_sorted_by_their_labels():
    labels = np.array(["b10", "a", "b9"])
    Z = mm.design_matrix([(labels, np.array([[1], [2], [3]]))]).toarray()
    assert Z.tolist() == [[0, 1, 0], [2, 0, 0], [0, 0, 3]]

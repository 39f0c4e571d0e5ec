"""What D determines: once where it is shared, and to its digits."""

from lemmas_lib import mixed_model as mm
from lemmas_lib.mixed_model import _absorb
from lemmas_lib.oracles import definitions

from .models import BETA, ONE, SIGMA2, close, data


def test_digits_survive_large_variances():
    """Where Z'Z − Z'ZWZ'Z would cancel, Z'V⁻¹Z does not."""
    y, X, factors, D = data(ONE)
    products = mm.cross_products(y, X, factors)
    large = [1e8 * D[0]]
    exact = definitions.score(y, X, factors, SIGMA2, large, BETA)
    close(mm.score(products, SIGMA2, large, BETA)[3:], exact[3:], 1e-10)


def test_a_shared_matrix_with_a_leading_axis_is_inverted_once(monkeypatch):
    y, X, factors, D = data(responses=7)
    products = mm.cross_products(y, X, factors)
    shapes, inverse = [], _absorb._inverse
    monkeypatch.setattr(
        _absorb,
        "_inverse",
        lambda M: shapes.append(M.shape) or inverse(M),
    )
    stacked = mm.score(products, SIGMA2, [D_k[None] for D_k in D])
    # One matrix a level of the second factor, one for the first factor.
    assert shapes == [(4, 3, 3), (10, 10)]
    close(stacked, mm.score(products, SIGMA2, D))

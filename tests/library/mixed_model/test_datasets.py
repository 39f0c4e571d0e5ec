"""The published data, and what lme4 found in them."""

import numpy as np
import pytest

from lemmas_lib.mixed_model import datasets


@pytest.mark.parametrize("name", datasets.NAMES)
def test_a_model_has_its_rows_and_what_lme4_found_has_its_shapes(name):
    y, X, factors = datasets.model(name)
    assert len(y) == len(X) == len(next(iter(datasets.load(name).values())))
    for method in ("ML", "REML"):
        found = datasets.lme4(name, method)
        assert found["beta"].shape == (X.shape[1],)
        shapes = [C.shape for C in found["covariances"]]
        assert shapes == [(Z.shape[1],) * 2 for _, Z in factors]
        assert found["sigma2"] > 0 and np.isfinite(found["loglik"])


def test_an_unknown_data_set_is_refused_with_the_known_ones():
    for call in (
        lambda: datasets.load("cake"),
        lambda: datasets.model("cake"),
        lambda: datasets.lme4("cake", "ML"),
    ):
        with pytest.raises(ValueError, match="'cake'; dyestuff or "):
            call()
    with pytest.raises(ValueError, match="method is 'reml'; ML or REML"):
        datasets.lme4("pastes", "reml")

"""One response of many, and what cannot be summarised."""

import numpy as np
import pytest

from lemmas_lib import mixed_model as mm

from .models import problem

Y, X, FACTORS = problem()


def test_a_response_taken_out_is_a_copy():
    y, X, factors = problem(2, responses=2)
    many = mm.fit(y, X, factors)
    one = many.response(0)
    one.beta[...] = 0
    assert many.beta[0].all() and one.loglik.shape == ()
    assert isinstance(one.converged, np.ndarray)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f: f.response(0), "one response already"),
        (lambda f: f.summary(["a"]), "fixed has 1 names"),
        (lambda f: f.summary(None, {"a": ["b"]}), "the model has"),
    ],
)
def test_what_cannot_be_summarised_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call(mm.fit(Y, X, FACTORS))
    many = mm.fit(np.column_stack([Y, 2 * Y]), X, FACTORS)
    with pytest.raises(ValueError, match=r"take fit.response\(i\)"):
        many.summary()

"""The cotangents block by block are the difference quotients."""

import re

import numpy as np
import pytest

from lemmas_lib.oracles import adjoints, differences, loops

from ..cases import CASES, every_sum, integers, sized


def problem(name):
    shapes, extra = sized(name, l=(3, 2), n=(2, 1, 3, 2), k=(2, 3))
    rng = np.random.default_rng(1)
    matrices = [integers(rng, s, "int64") for s in shapes]
    total = getattr(loops, name)(*matrices, *extra)
    return integers(rng, total.shape, "int64"), matrices, extra


@every_sum
def test_they_are_the_difference_quotients(name):
    G, matrices, extra = problem(name)
    found = getattr(adjoints, name)(G, *matrices, *extra)
    expected = differences.gradient(name, G, *matrices, *extra)
    assert len(found) == len(matrices)
    assert all(map(np.array_equal, found, expected))


@every_sum
def test_stacks_are_refused(name):
    shapes, extra = CASES[name](lambda _: 2)
    matrices = [np.ones(s) for s in shapes]
    G = np.ones((1, *getattr(loops, name)(*matrices, *extra).shape))
    with pytest.raises(ValueError, match=r"G has shape .* that of the sum"):
        getattr(adjoints, name)(G, *matrices, *extra)
    matrices[0] = matrices[0][None]
    said = f"A has shape {matrices[0].shape}; a single matrix"
    with pytest.raises(ValueError, match=re.escape(said)):
        getattr(adjoints, name)(G[0], *matrices, *extra)

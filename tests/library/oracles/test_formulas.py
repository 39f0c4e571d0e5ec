"""The formulas of the chapters are the loops."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lemmas_lib.oracles import formulas, loops

from ..cases import CASES, every_sum, integers


@every_sum
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_the_loop_is_the_formula(name, data):
    shapes, extra = CASES[name](data.draw)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    matrices = [integers(rng, shape) for shape in shapes]
    loop = getattr(loops, name)(*matrices, *extra)
    assert np.array_equal(loop, getattr(formulas, name)(*matrices, *extra))

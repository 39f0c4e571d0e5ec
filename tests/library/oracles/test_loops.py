"""Both sides of each lemma take single matrices alone."""

import re

import numpy as np
import pytest

from lemmas_lib.oracles import formulas, loops

from ..cases import CASES, every_sum


@every_sum
@pytest.mark.parametrize("module", [loops, formulas])
def test_oracles_refuse_stacks(module, name):
    shapes, extra = CASES[name](lambda _: 2)
    for which, shape in enumerate(shapes):
        matrices = [np.ones(s) for s in shapes]
        matrices[which] = np.ones((1, *shape))
        said = f"has shape {(1, *shape)}; a single matrix"
        with pytest.raises(ValueError, match=re.escape(said)):
            getattr(module, name)(*matrices, *extra)

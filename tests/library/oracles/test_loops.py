"""Both sides of each lemma take single matrices alone."""

import re

import numpy as np
import pytest

from lemmas_lib.oracles import formulas, loops

x = np.ones


@pytest.mark.parametrize("module", [loops, formulas])
def test_oracles_refuse_stacks(module):
    wanted = re.escape("has shape (1, 4, 4); a single matrix")
    stack, C, n = x((1, 4, 4)), x((4, 4)), 2
    for call in (
        lambda: module.sum_abt(stack, C, n),
        lambda: module.sum_acbt(C, stack, C, n),
        lambda: module.sum_residual_outer(C, C, stack, n),
        lambda: module.sum_kron(C, stack, n),
        lambda: module.sum_kron_abt_cdt(C, C, C, stack, n, n),
        lambda: module.sum_kron_bct(stack, C, C, n, n),
        lambda: module.sumAijBijt(C, stack, (n, n), (n, n)),
        lambda: module.sumAijKronBij(stack, C, (n, n)),
    ):
        with pytest.raises(ValueError, match=wanted):
            call()

"""What the tests of the contraction share."""

from unittest import mock

import pytest

from lemmas_lib._contraction import plan, sizes

from ..cases import peak_memory

kernels = plan.kernels()  # None where there is no Numba
with_kernels = pytest.mark.skipif(kernels is None, reason="without Numba")
MIB = 2**20


def without_kernels():
    """Return a patch under which NumPy does the work."""
    return mock.patch.object(plan, "kernels", lambda: None)


def ways_taken(function, *arguments):
    """Return the ways that the contractions of a call take, in their order.

    None is planned where two small matrices take the lemma as stated.
    """
    taken, choose = [], plan.choose

    def watched(*arguments):
        chosen = choose(*arguments)
        taken.append(chosen.way)
        return chosen

    with mock.patch.object(plan, "choose", watched):
        function(*arguments)
    return taken


def held(function, *arguments):
    """Return the most bytes a call holds, by NumPy alone and by the kernel."""
    with without_kernels():
        yield peak_memory(function, *arguments)
    with mock.patch.object(sizes, "KERNEL_FROM", 1):
        yield peak_memory(function, *arguments)

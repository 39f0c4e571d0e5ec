"""What the tests of the contraction share."""

import contextlib
import importlib
from unittest import mock

import numpy as np
import pytest

from lemmas_lib._contraction import compiled, loading, plan, sizes

from ..cases import integers, peak_memory

kernels = loading.module()  # None where there is no Numba
with_kernels = pytest.mark.skipif(kernels is None, reason="without Numba")
MIB = 2**20


def needs(name):
    """Skip a test where a package is missing, or broken."""
    try:
        importlib.import_module(name)
    except Exception as error:
        return pytest.mark.skip(f"without {name}: {error!r}")
    return pytest.mark.skipif(False, reason=f"{name} is there")


with_numba = needs("numba")

# Whatever asks for a kernel gets it at once.
AT_ONCE = {"LOADING": 0, "COMPILING": 0, "KERNEL_FROM": 1, "KERNEL_ITEM": 1}


def at_once(**constants):
    """Return a patch under which kernels do the work, if there are any."""
    return mock.patch.multiple(sizes, **AT_ONCE | constants)


def without_kernels():
    """Return a patch under which NumPy does the work."""
    return mock.patch.object(loading, "kernel", lambda *_: None)


@contextlib.contextmanager
def few_kernels(pairs=0):
    """Let all shapes of blocks share the panels of one tile.

    Only those of so many pairs of entries have rows of their own: each kernel
    takes a second to compile, once.
    """
    with (
        mock.patch.object(compiled, "_tile_rows", lambda rows: 2),
        mock.patch.object(sizes, "ROWS_PAIRS", pairs),
    ):
        yield


def laid_out(rng, shape, dtype, alike=0):
    """Return integers with axes that lie in any order and direction.

    So many of the last ones lie side by side in their order.
    """
    free = len(shape) - alike
    order = [*rng.permutation(free), *range(free, len(shape))]
    steps = [*rng.choice([-2, -1, 1, 2], free), *[1] * alike]
    memory = integers(rng, [shape[i] * abs(steps[i]) for i in order])
    x = memory.astype(dtype).transpose(np.argsort(order))
    return x[tuple(slice(None, None, step) for step in steps)]


def expected(A, B):
    S = np.einsum("...ijab,...ijcd->...abcd", A, B)
    return S.reshape(len(S), A[0, 0, 0].size, B[0, 0, 0].size)


def plans_made(function, *arguments):
    """Return the plans of the contractions of a call, in their order.

    None is made where two small matrices take the lemma as stated.
    """
    made, choose = [], plan.choose

    def watched(*arguments):
        made.append(choose(*arguments))
        return made[-1]

    with mock.patch.object(plan, "choose", watched):
        function(*arguments)
    return made


def ways_taken(function, *arguments):
    """Return the ways by NumPy that the contractions of a call would take."""
    return [chosen.way for chosen in plans_made(function, *arguments)]


def held(function, *arguments):
    """Return the most bytes a call holds, by NumPy alone and by kernels."""
    with without_kernels():
        yield peak_memory(function, *arguments)
    with at_once(), few_kernels():
        yield peak_memory(function, *arguments)

"""Every sum as a function of its arrays alone, with its oracle for batches."""

from typing import NamedTuple

import numpy as np
import pytest

import lemmas_lib
from lemmas_lib import gradients
from lemmas_lib.oracles import loops
from tests.library.cases import (
    SUMS,
    WEIGHTED,
    by_kind,
    case,
    shapes_weighted,
)

# Without weights, with those of blocks, and with those of pairs.
CALLS = {name: (name, None) for name in SUMS} | {
    f"{name}, w_{'ij' if pairs else 'i'}": (name, pairs)
    for name, pairs in WEIGHTED
}

# No two are equal, and A has not as many blocks as B where pairs have weights.
UNEQUAL = dict(l=(5, 7), n=(2, 3, 4, 1), k=(6, 8), l_a=4)
SMALL = dict(l=(2, 1), n=(2, 1, 1, 2), k=(1, 2), l_a=3)

# The stacks of arguments in turn: they broadcast, and one is none.
BATCHES = (2, 1), (3,), ()

every_call = pytest.mark.parametrize("name", CALLS)


class Call(NamedTuple):
    """A sum with the heights that it is told, to be called with arrays."""

    name: str
    weighted: bool
    shapes: list  # of one item of each argument
    extra: list

    def __call__(self, *arrays):
        return self.of(lemmas_lib, *arrays)

    def gradient(self, G, *arrays):
        """Return the cotangents of all arrays."""
        *arrays, given = self._given(arrays)
        function = getattr(gradients, self.name)
        return function(G, *arrays, *self.extra, **given)

    def of(self, module, *arrays):
        """Return what a module's function of this name does."""
        *arrays, given = self._given(arrays)
        return getattr(module, self.name)(*arrays, *self.extra, **given)

    def _given(self, arrays):
        if self.weighted:
            *arrays, w = arrays
            return *arrays, {"weights": w}
        return *arrays, {}

    def drawn(self, rng, batches=((),), least=-2, most=2):
        """Return small integers, in stacks of these shapes in turn."""
        stacks = [batches[i % len(batches)] for i in range(len(self.shapes))]
        pairs = zip(stacks, self.shapes, strict=True)
        return [rng.integers(least, most + 1, s + own) for s, own in pairs]

    def oracle(self, *arrays):
        """Return the sum of each item, by the loop."""
        own = [len(shape) for shape in self.shapes]
        cut = [(x, x.ndim - n) for x, n in zip(arrays, own, strict=True)]
        batch = np.broadcast_shapes(*(x.shape[:at] for x, at in cut))
        stacks = [np.broadcast_to(x, batch + x.shape[at:]) for x, at in cut]
        none = self.of(
            loops,
            *(
                np.zeros(s, x.dtype)
                for s, x in zip(self.shapes, arrays, strict=True)
            ),
        )
        S = np.empty(batch + none.shape, none.dtype)
        for index in np.ndindex(batch):
            S[index] = self.of(loops, *(x[index] for x in stacks))
        return S


def call(name, l, n, k, l_a):
    """Return a sum at the sizes of its symbols, which take them in turn."""
    name, pairs = CALLS[name]
    sizes = by_kind(name, l, n, k) | {"l_A": l_a}
    if pairs is None:
        return Call(name, False, *case(name, sizes))
    shapes, own, extra = shapes_weighted(name, pairs, sizes)
    return Call(name, True, [*shapes, own], extra)

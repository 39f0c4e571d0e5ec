"""Sums over the chunks of Dask's arrays: of each by itself, then in a tree.

A chunk is cut as a strip is, between blocks, and the sum over it is that of
any arrays. Nothing is computed here: Dask decides where and when.
"""

import functools
import itertools
import math
from typing import NamedTuple

import numpy as np

from .._arrays import reshaped

# Terms that are added at once along each axis.
AT_ONCE = 4

# Where this is False in Dask's configuration, chunks that end within a block
# are refused; else they are cut anew.
MAY_RECHUNK = "lemmas_lib.rechunk"

# The names of axes that are cut between blocks.
BLOCKS = "ijk"


class Axis(NamedTuple):
    """How an axis is cut: with those of the same name, between blocks."""

    name: str  # i, j or k, or a word for a batch axis and for what is whole
    step: int  # the length of a block, 0 where it is whole or has none

    def ends(self, chunks):
        """Return where chunks end, counted in blocks, each at the nearest."""
        inner = itertools.accumulate(chunks[:-1])
        return {(2 * n + self.step) // (2 * self.step) for n in inner}

    def chunks(self, length, ends):
        """Return the lengths of the chunks that end there."""
        if not (self.step and length):
            return (length,)
        ends = sorted({0, *ends.get(self.name, ()), length // self.step})
        if length == self.step:  # of a batch it may serve all items
            ends = 0, 1
        return tuple(self.step * (b - a) for a, b in itertools.pairwise(ends))


def added_up(function, cuts, counts, operands):
    """Return Σ function(counts, *chunks), as an array of Dask.

    ``cuts`` has the name of each operand, a colon and two letters, for its
    rows and columns: i, j and k, of which there are so many ``counts`` of
    blocks, or a dot, where it is whole. The function is told how many blocks
    its chunks have.
    """
    from dask.array import blockwise
    from dask.array.utils import meta_from_array

    counts = dict(zip(BLOCKS, counts, strict=True))
    axes = [
        _cut_axes(X, cut[-2:], counts)
        for X, cut in zip(operands, cuts, strict=True)
    ]
    for X, own, cut in zip(operands, axes, cuts, strict=True):
        _refuse_cut_blocks(X, own, cut[:-3])
    operands = _aligned(operands, axes)
    names = [tuple(axis.name for axis in own) for own in axes]
    batch = max(names, key=len)[:-2]
    summed = sorted({name for own in names for name in own[-2:]})
    term = functools.partial(_term, function, axes, len(summed))
    none = term(*map(_none, operands, axes))
    terms = blockwise(
        term,
        (*batch, *summed, "m", "n"),
        *itertools.chain(*zip(operands, names, strict=True)),
        new_axes={"m": none.shape[-2], "n": none.shape[-1]},
        adjust_chunks=_of_batch(operands, axes) | dict.fromkeys(summed, 1),
        align_arrays=False,
        meta=meta_from_array(operands[0]._meta, none.ndim, none.dtype),
    )
    along = tuple(range(len(batch), len(batch) + len(summed)))
    at_once = dict.fromkeys(along, AT_ONCE)
    return terms.sum(axis=along, dtype=none.dtype, split_every=at_once)


def _cut_axes(X, letters, counts):
    """Return how the axes of an operand are cut."""
    axes = [Axis(f"batch {n}", 1) for n in range(X.ndim - 2, 0, -1)]
    whole = "rows", "columns"
    for length, letter, name in zip(X.shape[-2:], letters, whole, strict=True):
        if letter == ".":
            axes.append(Axis(name, 0))
        else:
            blocks = counts[letter]
            axes.append(Axis(letter, length // blocks if blocks else 0))
    return axes


def _refuse_cut_blocks(X, axes, name):
    """Refuse chunks that end within a block, where the caller asks for it."""
    import dask

    if dask.config.get(MAY_RECHUNK, True):
        return
    places = range(-X.ndim, 0)
    for at, axis, chunks in zip(places, axes, X.chunks, strict=True):
        length = X.shape[at]
        cut = [
            n
            for n in itertools.accumulate(chunks[:-1])
            if 0 < n < length and (not axis.step or n % axis.step)
        ]
        if cut:
            ends = {axis.name: axis.ends(chunks)} if axis.step else {}
            fits = axis.chunks(length, ends)
            raise ValueError(
                f"{name} has chunks {chunks} along axis {at}, of which one "
                f"ends within a block, at {cut[0]}; {name}.rechunk"
                f"({{{at}: {fits}}}) does not cut it"
            )


def _aligned(operands, axes):
    """Return operands whose chunks end between blocks, and where all do."""
    ends = {}
    for X, own in zip(operands, axes, strict=True):
        # What becomes whole along one axis is cut the more along others.
        merged = math.prod(
            len(chunks)
            for axis, chunks in zip(own, X.chunks, strict=True)
            if not axis.step
        )
        for axis, chunks in zip(own, X.chunks, strict=True):
            if axis.step:
                found = axis.ends(chunks)
                if axis.name in BLOCKS:
                    found |= _finer(found, sum(chunks) // axis.step, merged)
                ends.setdefault(axis.name, set()).update(found)
    return [
        X.rechunk(
            tuple(
                axis.chunks(length, ends)
                for axis, length in zip(own, X.shape, strict=True)
            )
        )
        for X, own in zip(operands, axes, strict=True)
    ]


def _of_batch(operands, axes):
    """Return, by name, the chunks of batch axes: of one operand, or of all."""
    found = {}
    for X, own in zip(operands, axes, strict=True):
        for axis, chunks in zip(own[:-2], X.chunks, strict=False):
            one = sum(chunks) == 1 and axis.name in found
            found |= {} if one else {axis.name: chunks}
    return found


def _finer(ends, length, parts):
    """Return ends between others, so that each chunk is cut in so many."""
    bounds = sorted({0, *ends, length})
    return {
        end
        for a, b in itertools.pairwise(bounds)
        for end in range(a, b, max(1, (b - a) // parts))
    }


def _term(function, axes, summed, *chunks):
    """Return the sum over one chunk of each operand, to be added along axes.

    So many of length one come before the last two.
    """
    counts = dict.fromkeys(BLOCKS, 1)
    for X, own in zip(chunks, axes, strict=True):
        for axis, length in zip(own[-2:], X.shape[-2:], strict=True):
            if axis.name in counts:
                counts[axis.name] = length // axis.step if axis.step else 0
    S = function(tuple(counts.values()), *chunks)
    return reshaped(S, 2, *(1,) * summed, *S.shape[-2:])


def _none(X, axes):
    """Return an array like X, without blocks or items."""
    shape = [
        0 if axis.step or axis.name in BLOCKS else length
        for axis, length in zip(axes, X.shape, strict=True)
    ]
    return np.broadcast_to(np.zeros((), X.dtype), shape)

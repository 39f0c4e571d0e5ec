"""What is taken a piece at a time, so that no more is held for larger input.

Slices of a range, tiles of a grid of blocks, strips of a product that is
formed on the way, items of a batch.
"""

import functools
import itertools
import math
from typing import NamedTuple

import numpy as np

from . import sizes

ALL = slice(None)


def slices(length, step):
    """Cut a range into slices of the given length, at least 1.

    An empty range has one slice, which is empty too.
    """
    step = max(1, step)
    for start in range(0, max(1, length), step):
        yield slice(start, min(start + step, length))


def tiles(rows, columns, most):
    """Cut a grid of blocks into tiles of at most so many blocks, at least 1.

    The tiles are as wide as they can be.
    """
    step = max(1, min(columns, most))
    for i in slices(rows, most // step):
        for j in slices(columns, step):
            yield i, j


def total(terms):
    """Add up arrays, in the memory of the first, holding two at a time."""
    terms = iter(terms)
    result = next(terms)
    for term in terms:
        result += term
        del term  # or it would be held while the next one is computed
    return result


def rows(X, blocks, height):
    """Return the rows of some blocks, or of all of them."""
    if blocks is ALL:
        return X
    return X[..., blocks.start * height : blocks.stop * height, :]


def mT(X):
    """Return the transpose of each matrix, as NumPy 2 has it as X.mT."""
    return X.swapaxes(-1, -2)


@functools.lru_cache(1024)
def items(*shapes):
    """Return how many matrices the broadcast batch of some shapes has."""
    return math.prod(np.broadcast_shapes(*(shape[:-2] for shape in shapes)))


class Formed(NamedTuple):
    """What a lemma forms on the way, such as BC', and in which strips."""

    grid: tuple  # how many blocks it has, down and across
    held: int  # entries that are held for one of them, in one item
    operands: int  # it is formed of so many, the first ones
    once: bool = False  # a strip serves all items: the batch is not cut


def in_strips(part, formed, *operands):
    """Add up part(i, j, *operands) over slices i and j of a grid of blocks.

    A part forms a strip, which holds STRIP entries at most, for all its blocks
    and all items that it is formed for. The batch is cut before the grid.
    """
    axes = max([X.ndim for X in operands])
    own = operands[: formed.operands]
    v = 1 if axes == 2 else items(*(X.shape for X in own))
    item = formed.held * formed.grid[0] * formed.grid[1]
    if item * v <= sizes.STRIP:
        return part(ALL, ALL, *operands)
    if v == 1 or formed.once:
        grid = tiles(*formed.grid, sizes.STRIP // (formed.held * v))
        return total(part(i, j, *operands) for i, j in grid)
    operands = [X[(None,) * (axes - X.ndim)] for X in operands]
    lengths = [
        max(X.shape[axis] for X in operands[: formed.operands])
        for axis in range(axes - 2)
    ]
    axis = next(a for a, length in enumerate(lengths) if length > 1)
    some_parts = functools.partial(in_strips, part, formed)
    step = sizes.STRIP * lengths[axis] // (item * v)
    return over_batch(some_parts, step, operands, axis)


def over_batch(function, step, operands, axis=0):
    """Call a function on so many items of a batch at once, at least 1.

    They are taken along one axis. Operands all have as many, and one that has
    length 1 there belongs to all items.
    """
    before = (ALL,) * axis
    batch = np.broadcast_shapes(*(X.shape[:-2] for X in operands))
    out = None
    for some in slices(batch[axis], step):
        index = (*before, some)
        part = function(
            *(X[index] if X.shape[axis] > 1 else X for X in operands)
        )
        if out is None:
            shape = (*part.shape[:axis], batch[axis], *part.shape[axis + 1 :])
            out = np.empty(shape, dtype=part.dtype)
        out[index] = part
    return out


def one_batch_axis(function, at_once, own, operands):
    """Call a function that takes one batch axis at most, with any number.

    ``own`` is the number of last axes that are not batch axes. Those before
    become one where they lie as one in memory; else this is a loop over the
    shortest of them. Items of which a tile holds many go to ``at_once``,
    which takes any number of axes.
    """
    axes = max([X.ndim for X in operands]) - own
    if axes <= 1:
        return function(*operands)
    batch = np.broadcast_shapes(*(X.shape[:-own] for X in operands))
    merged = [_with_one_axis(X, own, batch) for X in operands]
    if all(X is not None for X in merged):
        S = function(*merged)
        return S.reshape(*batch, *S.shape[-2:])
    length, axis = min((n, axis) for axis, n in enumerate(batch) if n > 1)
    item = sum(math.prod(X.shape[-own:]) for X in operands)
    each = max(1, item * math.prod(batch) // length)
    out = None
    for some in slices(length, sizes.TILE // each):
        part = [_along(X, some, axis - axes - own) for X in operands]
        if each <= sizes.TILE:
            S = at_once(*part)
        else:
            S = one_batch_axis(function, at_once, own, part)
        if out is None:
            out = np.empty((*batch, *S.shape[-2:]), dtype=S.dtype)
        out[(*(ALL,) * axis, some)] = S
    return out


def _along(X, some, axis):
    """Return a slice along an axis, counted from the end, that X may lack."""
    if X.ndim < -axis or X.shape[axis] == 1:
        return X
    return X[(..., some, *(ALL,) * (-axis - 1))]


def _with_one_axis(X, own, batch):
    """Return a view of X with the batch in one axis, or None; X if shared."""
    first = X.ndim - own
    axes = [
        (n, step)
        for n, step in zip(X.shape[:first], X.strides[:first], strict=True)
        if n != 1
    ]
    if not axes:  # it is the same for all items
        return X.reshape(X.shape[first:])
    if 0 in batch:
        return np.empty((0, *X.shape[first:]), dtype=X.dtype)
    if [n for n, _ in axes] != [n for n in batch if n != 1]:
        return None
    pairs = itertools.pairwise(axes)
    if any(step != n * inner for (_, step), (n, inner) in pairs):
        return None
    return X.reshape(math.prod(batch), *X.shape[first:])

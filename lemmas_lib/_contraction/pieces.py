"""What is taken a piece at a time, so that no more is held for larger input.

Slices of a range, tiles of a grid of blocks, strips of a product that is
formed on the way, items of a batch.
"""

import functools
import itertools
import math
from typing import NamedTuple

import numpy as np

from .._arrays import converted, is_chunked
from . import chunks, sizes

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


@functools.lru_cache(1024)
def items(*shapes):
    """Return how many matrices the broadcast batch of some shapes has."""
    return math.prod(np.broadcast_shapes(*(shape[:-2] for shape in shapes)))


def summed_in(*operands):
    """Return the dtype that holds all operands, and that of their sums.

    In half precision a sum that is rounded at each step stops growing at 2048
    ones, so what is narrow is summed in double precision, and rounded once.
    """
    dtype = operands[0].dtype
    if type(operands[0]) is not np.ndarray:  # those are of one dtype
        return dtype, dtype
    if any(X.dtype is not dtype for X in operands) or not dtype.isnative:
        dtype = np.result_type(*operands)
    return dtype, np.dtype(float) if dtype.char == "e" else dtype


class Formed(NamedTuple):
    """What a lemma forms on the way, such as BC', and in which strips."""

    grid: tuple  # how many blocks it has, down and across
    held: int  # entries that are held for one of them, in one item
    operands: int  # it is formed of so many, the first ones
    cuts: str  # how each operand is cut with the grid, as in "A:i. B:ij"
    once: bool = False  # a strip serves all items: the batch is not cut
    tiled: int = 0  # the last operands, which are read as they are, in tiles
    deep: int = 1  # blocks along k, which only chunks cut


def in_strips(part, formed, *operands):
    """Add up part(*operands) over the strips of what it forms of them.

    A strip holds STRIP entries at most, for all its blocks and all items that
    it is formed for. The batch is cut before the grid. Where it is cut down
    (i) or across (j), so are the rows and columns of an operand that have
    these letters. What a strip is formed of is converted with it, but for what
    the contraction converts. The part is told the entries of what it is a
    ``strip_of``.

    Arrays of other libraries are taken in one piece, for what is to be traced
    has no loops; Dask's in their chunks, which are cut between blocks as well,
    and along k too.
    """
    if type(operands[0]) is not np.ndarray:
        return _elsewhere(part, formed, operands)
    if _is_one_strip(formed, operands):
        return part(*operands)
    dtype, wide = summed_in(*operands)
    part = functools.partial(part, strip_of=sum(X.size for X in operands))
    S = _in_strips(part, formed, wide, *operands)
    return S if wide is dtype else S.astype(dtype)


def _elsewhere(part, formed, operands):
    """Add up a part of arrays of another library."""
    if not is_chunked(operands[0]):
        return part(*operands)
    dtype = operands[0].dtype
    if dtype.char == "e":  # rounded once, after all chunks
        wide = [converted(X, float) for X in operands]
        return converted(_elsewhere(part, formed, wide), dtype)
    cuts = formed.cuts.split()
    # Where no rows are cut, the sums within the part are over chunks.
    if all(cut[-2] == "." for cut in cuts):
        return part(*operands)
    of_chunks = functools.partial(_of_few_blocks, part, formed)
    return chunks.added_up(
        of_chunks, cuts, (*formed.grid, formed.deep), operands
    )


def _of_few_blocks(part, formed, grid, *operands):
    """Add up a part of one chunk of each operand, with so many blocks."""
    return in_strips(part, formed._replace(grid=grid[:2]), *operands)


def _is_one_strip(formed, operands):
    """Say, quickly, whether these are small matrices of one dtype."""
    dtype = operands[0].dtype
    for X in operands:
        if X.ndim > 2 or X.dtype is not dtype:
            return False
    down, across = formed.grid
    return formed.held * down * across <= sizes.STRIP and dtype.char != "e"


def _in_strips(part, formed, dtype, *operands):
    axes = max([X.ndim for X in operands])
    own = operands[: formed.operands]
    v = 1 if axes == 2 else items(*(X.shape for X in own))
    blocks = formed.grid[0] * formed.grid[1]
    item = formed.held * blocks
    copied = [X for X in own[: _copied(formed)] if X.dtype is not dtype]
    item += sum(X.shape[-2] * X.shape[-1] for X in copied)
    if not blocks or item * v <= sizes.STRIP:
        return part(*_converted(formed, dtype, operands))
    each = -(-item // blocks) * v
    if v == 1 or (formed.once and each <= sizes.STRIP):
        grid = tiles(*formed.grid, sizes.STRIP // each)
        strips = (_cut(formed, operands, i, j) for i, j in grid)
        return total(part(*_converted(formed, dtype, X)) for X in strips)
    operands = [X[(None,) * (axes - X.ndim)] for X in operands]
    lengths = [
        max(X.shape[axis] for X in operands[: formed.operands])
        for axis in range(axes - 2)
    ]
    axis = next(a for a, length in enumerate(lengths) if length > 1)
    some_parts = functools.partial(_in_strips, part, formed, dtype)
    step = sizes.STRIP * lengths[axis] // (item * v)
    return over_batch(some_parts, step, operands, axis)


def _copied(formed):
    """Return how many operands are converted whole, with a strip."""
    return formed.operands - formed.tiled


def _converted(formed, dtype, operands):
    """Return operands so that what is formed of them has the right dtype."""
    if all(X.dtype is dtype for X in operands):
        return operands
    own, others = operands[: _copied(formed)], operands[_copied(formed) :]
    return *(X.astype(dtype, copy=False) for X in own), *others


def _cut(formed, operands, i, j):
    """Return the pieces of the operands that belong to a strip."""
    strip = {"i": (i, formed.grid[0]), "j": (j, formed.grid[1])}
    pieces = []
    for X, letters in zip(operands, formed.cuts.split(), strict=True):
        for axis, letter in zip((-2, -1), letters[-2:], strict=True):
            if letter in strip:
                blocks, length = strip[letter]
                takes = X.shape[axis] // length
                some = slice(blocks.start * takes, blocks.stop * takes)
                X = _along(X, some, axis)
        pieces.append(X)
    return pieces


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
        at = axis - axes - own
        part = [
            X if X.ndim < -at or X.shape[at] == 1 else _along(X, some, at)
            for X in operands
        ]
        if each <= sizes.TILE:
            S = at_once(*part)
        else:
            S = one_batch_axis(function, at_once, own, part)
        if out is None:
            out = np.empty((*batch, *S.shape[-2:]), dtype=S.dtype)
        out[(*(ALL,) * axis, some)] = S
    return out


def _along(X, some, axis):
    """Return a slice along an axis that is counted from the end."""
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
    if [n for n, _ in axes] != [n for n in batch if n != 1]:
        return None
    pairs = itertools.pairwise(axes)
    if any(step != n * inner for (_, step), (n, inner) in pairs):
        return None
    return X.reshape(math.prod(batch), *X.shape[first:])

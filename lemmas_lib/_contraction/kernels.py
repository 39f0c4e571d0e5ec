"""What Numba compiles: sums over blocks, on one thread, without the GIL.

``rows`` is written out for one shape of block. Every pair of entries has a sum
of its own, which stays in a register, and every entry is read where it lies.
Nothing is faster, but the blocks must be small, and lie in rows. ``runs``
takes larger ones of one row. They are read where they lie, and their sum stays
in the first cache. ``panels`` takes any blocks: it copies them a piece at a
time into panels, a row for each of their entries, that stay in the first or
second cache, and multiplies these by the ``rows`` of tiles, some rows by some.

All add the outer products of the flattened blocks of a part to ``out``, the
sum of each item. A matrix is the memory from its first entry on, and its place
in it: the position of the first item and block of the part, and the steps
along (v, l1, l2, height, width), all in entries. ``counts`` are v, l1 and l2.

Importing this module imports Numba.
"""

import types

import numba
import numpy as np

# Sums may be reordered, as BLAS does; NaN and infinities are as they are.
# Memory is passed as its first entry, so no bounds are checked.
OPTIONS = {
    "nogil": True,
    "fastmath": {"reassoc", "contract"},
    "error_model": "numpy",
    "boundscheck": False,
}

# What is tuned, as in ``sizes``, but compiled into the kernels: Numba keeps
# them until this file changes. So many panels, or fours of runs, are summed
# first, and then their sums: a long sum loses fewer digits in pieces, which
# counts in single precision. And blocks that do not follow one another are
# copied so many at a time, while what they share lines of the cache with is
# there.
GROUP = 128
SOME = 32

# The rows of a tile, as ``_with_tiles`` sets them.
HEIGHT = WIDTH = _tile = None

# As an index an unsigned number needs no check for counting from the end,
# and only without that check do loops run on whole vectors.
_u = numba.uintp


def to_compile(kind, dtype, *shape, cache):
    """Return a function for Numba to compile, and the types of its arguments.

    The shape is that of the blocks, as in ``rows``, or that of a tile.
    """
    if kind == "rows":
        function, more = rows(*shape), [_integers(2)]
    elif kind == "runs":  # as a copy, which may be named for the dtype
        function = types.FunctionType(runs.__code__, globals())
        more = []
    else:
        function = _with_tiles(*shape)
        more = *[_integers(2)] * 3, numba.boolean, numba.boolean
    # Numba keeps what it compiles under the name: one for each dtype.
    function.__qualname__ = f"{function.__name__}_{dtype}"
    number = numba.from_dtype(np.dtype(dtype))
    matrix = numba.types.Array(number, 1, "C", readonly=True), _integers(6)
    signature = *matrix, *matrix, _integers(3), *more, number[:, :, ::1]
    return numba.njit(cache=cache, **OPTIONS)(function), signature


def _with_tiles(height, width):
    """Return ``panels`` with tiles of so many rows of a and of b."""
    tile = rows((height, 1), (width, 1), False, False)
    space = globals() | {"HEIGHT": height, "WIDTH": width}
    space["_tile"] = numba.njit(**OPTIONS)(tile)
    multiply = types.FunctionType(_multiply.__code__, space)
    space["_multiply"] = numba.njit(**OPTIONS)(multiply)
    name = f"panels_{height}_{width}"
    return types.FunctionType(panels.__code__, space, name)


def _integers(number):
    return numba.types.UniTuple(numba.int64, number)


def rows(block_a, block_b, same, first):
    """Return the sum for blocks of such shapes, as a function to compile.

    It adds Σ_ij of the outer products of flattened blocks to ``out[item]``,
    from ``corner`` on. The entries of a row of blocks follow one another. If
    they are to be read ``first``, so they are before they are used, in the
    order of memory, because a processor does not foresee several ways through
    one page of it.
    """
    matrices = [("a", *block_a), ("b", *block_b)][: 1 if same else 2]
    entries = [
        [
            f"{x}[{x}{r} + j * u({width}) + u({c})]"
            for r in range(height)
            for c in range(width)
        ]
        for x, height, width in matrices
    ]
    if same:
        entries.append([f"x{p}" for p in range(len(entries[0]))])
    pairs = [
        (p, q)
        for p in range(len(entries[0]))
        for q in range(p + 1 if same else len(entries[1]))
    ]
    name = "rows_{}_{}_{}_{}".format(*block_a, *block_b)
    name += "_same" * same + "_first" * first
    lines = [
        f"def {name}(a, place_a, b, place_b, counts, corner, out):",
        " start_a, item_a, step_a, _, down_a, _ = place_a",
        " start_b, item_b, step_b, _, down_b, _ = place_b",
        " v, l1, l2 = counts",
        " zero = seen = out.dtype.type(0)",
        " for item in range(v):",
        *(f"  s{p}_{q} = zero" for p, q in pairs),
        "  for i in range(l1):",
        *(
            f"   {x}{r} = u(start_{x} + item * item_{x} + i * step_{x}"
            f" + {r} * down_{x})"
            for x, height, _ in matrices
            for r in range(height)
        ),
        *(
            f"   for t in range(u(l2 * {width})): seen += {x}[{x}{r} + t]"
            for x, height, width in matrices
            for r in range(height if first else 0)
        ),
        *(f"   p{p}_{q} = zero" for p, q in pairs),
        "   for j in range(u(l2)):",
        *(f"    x{p} = {entry}" for p, entry in enumerate(entries[0])),
        *(f"    y{q} = {entry}" for q, entry in enumerate(entries[1])),
        *(f"    p{p}_{q} += x{p} * y{q}" for p, q in pairs),
        *(f"   s{p}_{q} += p{p}_{q}" for p, q in pairs),
        "  p, q = corner",
        *(f"  out[item, p + {p}, q + {q}] += s{p}_{q}" for p, q in pairs),
        # What is seen is returned, or it would not be read.
        " return seen",
    ]
    # With this file's name Numba keeps what it compiles till the file changes.
    space = {"u": _u, "__name__": __name__}
    exec(compile("\n".join(lines), __file__, "exec"), space)
    return space[name]


def runs(a, place_a, b, place_b, counts, out):
    """Add the outer products of blocks of one row, read where they lie.

    Four at a time, so that an entry of the sum is read and written less often
    than it is added to.
    """
    start_a, item_a, step_a = place_a[:3]
    start_b, item_b, step_b = place_b[:3]
    v, l1, l2 = counts
    _, m, n = out.shape
    group = np.zeros((1, m, n), a.dtype)
    for item in range(v):
        done = 0
        for i in range(l1):
            at_a = start_a + item * item_a + i * step_a
            at_b = start_b + item * item_b + i * step_b
            for j in range(0, l2, 4):
                _add_runs(a, at_a + j * m, b, at_b + j * n, l2 - j, group)
                done += 1
                if done % GROUP == 0:
                    _move(group, out, item)
        _move(group, out, item)


@numba.njit(**OPTIONS)
def _add_runs(a, at_a, b, at_b, left, group):
    """Add the next four outer products, or those that are left."""
    m, n = _u(group.shape[1]), _u(group.shape[2])
    a0, b0 = _u(at_a), _u(at_b)
    if left < 4:
        for t in range(_u(left)):
            for p in range(m):
                for q in range(n):
                    x, y = a[a0 + t * m + p], b[b0 + t * n + q]
                    group[0, p, q] += x * y
        return
    a1, b1 = a0 + m, b0 + n
    a2, b2 = a1 + m, b1 + n
    a3, b3 = a2 + m, b2 + n
    for p in range(m):
        x0, x1, x2, x3 = a[a0 + p], a[a1 + p], a[a2 + p], a[a3 + p]
        for q in range(n):
            one = x0 * b[b0 + q] + x1 * b[b1 + q]
            group[0, p, q] += one + x2 * b[b2 + q] + x3 * b[b3 + q]


def panels(
    a, place_a, b, place_b, counts, block_a, block_b, many, across, same, out
):
    """Add Σ_ij of the outer products of flattened blocks to ``out``.

    ``out`` is (v, rows, columns), of whole tiles. A panel takes so ``many``
    blocks of either axis. It is copied ``across``, along the columns of
    blocks, or along the rows.
    """
    v, l1, l2 = counts
    length = many[0] * many[1]
    _, rows_a, rows_b = out.shape
    panel_a = np.zeros(rows_a * length, a.dtype)
    panel_b = panel_a if same else np.zeros(rows_b * length, b.dtype)
    group = np.zeros((1, rows_a, rows_b), a.dtype)
    for item in range(v):
        done = 0
        for i in range(0, l1, many[0]):
            for j in range(0, l2, many[1]):
                first = item, i, j
                size = min(many[0], l1 - i), min(many[1], l2 - j)
                some = first, size, across, length
                _pack(a, place_a, block_a, some, panel_a)
                if not same:
                    _pack(b, place_b, block_b, some, panel_b)
                n = size[0] * size[1]
                _multiply(panel_a, panel_b, length, n, same, group)
                done += 1
                if done % GROUP == 0:
                    _move(group, out, item)
        _move(group, out, item)


@numba.njit(**OPTIONS)
def _pack(x, place, block, some, panel):
    """Copy some blocks into a panel, so that each of its rows is an entry."""
    first, size, across, length = some
    start, item, step1, step2, down, beside = place
    start += first[0] * item + first[1] * step1 + first[2] * step2
    many1, many2 = size
    if not across:
        step1, step2, many1, many2 = step2, step1, many2, many1
    once = many2 if step2 == 1 else min(many2, SOME)
    for i in range(many1):
        for begin in range(0, many2, once):
            count = _u(min(once, many2 - begin))
            for p in range(block[0]):
                for q in range(block[1]):
                    source = start + i * step1 + begin * step2
                    source = _u(source + p * down + q * beside)
                    target = (p * block[1] + q) * length + i * many2
                    target = _u(target + begin)
                    if step2 == 1:
                        for j in range(count):
                            panel[target + j] = x[source + j]
                    else:
                        for j in range(count):
                            panel[target + j] = x[source + j * _u(step2)]


@numba.njit(**OPTIONS)
def _move(group, out, item):
    """Add a group to the sum of an item, and begin the next one.

    In loops, because sums of whole arrays take seconds to compile.
    """
    for p in range(group.shape[1]):
        for q in range(group.shape[2]):
            out[item, p, q] += group[0, p, q]
            group[0, p, q] = 0


def _multiply(a, b, length, n, same, out):
    """Add the products of the rows of a and b to out, a tile at a time."""
    counts = 1, 1, n
    for p in range(0, out.shape[1], HEIGHT):
        for q in range(0, p + WIDTH if same else out.shape[2], WIDTH):
            place_a = p * length, 0, 0, 0, length, 0
            place_b = q * length, 0, 0, 0, length, 0
            _tile(a, place_a, b, place_b, counts, (p, q), out)

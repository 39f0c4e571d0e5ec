"""What the tests share: every sum at random sizes, arrays of every kind.

``CASES[name](draw)`` returns the shapes of the matrices in the order of the
signature, and the arguments that follow them.
"""

import math
import threading
import tracemalloc
from collections import namedtuple
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import strategies as st

Case = namedtuple("Case", "shapes extra")
few = st.integers(1, 3)
blocks = st.integers(0, 3)  # a sum may be empty
widths = st.integers(0, 3)


def _sum_abt(draw):
    l, n_a, n_b, k = draw(blocks), draw(few), draw(few), draw(widths)
    return Case([(l * n_a, k), (l * n_b, k)], [(n_a, n_b)])


def _sum_acbt(draw):
    l, n_a, n_b = draw(blocks), draw(few), draw(few)
    k1, k2 = draw(widths), draw(widths)
    return Case([(l * n_a, k1), (k1, k2), (l * n_b, k2)], [(n_a, n_b)])


def _sum_residual_outer(draw):
    l, n, k1, k2 = draw(blocks), draw(few), draw(widths), draw(widths)
    return Case([(l * n, k1), (l * n, k2), (k2, k1)], [n])


def _sum_kron(draw):
    l, n_a, n_b = draw(blocks), draw(few), draw(few)
    return Case(
        [(l * n_a, draw(widths)), (l * n_b, draw(widths))], [(n_a, n_b)]
    )


def _sum_kron_abt_cdt(draw):
    l1, l2, n_a, n_b, n_c, n_d = *(draw(blocks) for _ in "12"), *_few(draw, 4)
    k1, k2 = draw(widths), draw(widths)
    return Case(
        [(l1 * n_a, k1), (l2 * n_b, k1), (l1 * n_c, k2), (l2 * n_d, k2)],
        [(n_a, n_c), (n_b, n_d)],
    )


def _sum_kron_bct(draw):
    l1, l2, n1, n2, n_b, n_c = *(draw(blocks) for _ in "12"), *_few(draw, 4)
    k = draw(widths)
    return Case(
        [(l1 * n1, l2 * n2), (l1 * n_b, k), (l2 * n_c, k)],
        [(n1, n_b), (n2, n_c)],
    )


def _sum_aij_bijt(draw):
    l1, l2, n1, n2, n3 = *(draw(blocks) for _ in "12"), *_few(draw, 3)
    return Case([(l1 * n1, l2 * n2), (l1 * n3, l2 * n2)], [(n1, n2), (n3, n2)])


def _sum_aij_kron_bij(draw):
    l1, l2, n1, n2, n3, n4 = *(draw(blocks) for _ in "12"), *_few(draw, 4)
    return Case([(l1 * n1, l2 * n2), (l1 * n3, l2 * n4)], [(n1, n2), (n3, n4)])


def _few(draw, number):
    return [draw(few) for _ in range(number)]


CASES = {
    "sum_abt": _sum_abt,
    "sum_acbt": _sum_acbt,
    "sum_residual_outer": _sum_residual_outer,
    "sum_kron": _sum_kron,
    "sum_kron_abt_cdt": _sum_kron_abt_cdt,
    "sum_kron_bct": _sum_kron_bct,
    "sumAijBijt": _sum_aij_bijt,
    "sumAijKronBij": _sum_aij_kron_bij,
}

DTYPES = [
    "int8", "int64", "uint16", "float16", "float32", "float64",
    "longdouble", "complex64", "complex128", "object",
]  # fmt: skip


def integers(rng, shape, dtype="float64"):
    """Return small integers in any dtype: every sum of them is exact."""
    x = rng.integers(-2, 3, shape)
    if dtype == "object":
        fractions = [Fraction(int(v), 3) for v in x.ravel()]
        return np.array(fractions, dtype=object).reshape(shape)
    if np.dtype(dtype).kind == "u":
        x = abs(x)
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.integers(-2, 3, shape)
    return x.astype(dtype)


def _strided(x):
    wide = np.zeros((*x.shape[:-2], 2 * x.shape[-2], 3 * x.shape[-1]), x.dtype)
    wide[..., ::2, ::3] = x
    return wide[..., ::2, ::3]


def unaligned(x):
    """Return a copy that begins one byte off."""
    memory = np.zeros(x.nbytes + 1, dtype="u1")
    odd = memory[1:].view(x.dtype).reshape(x.shape)
    odd[...] = x
    return odd


LAYOUTS = {
    "C": np.ascontiguousarray,
    "F": lambda x: x.swapaxes(-1, -2).copy().swapaxes(-1, -2),
    "fortran, batch last": np.asfortranarray,
    "strided": _strided,
    "negative rows": lambda x: x[..., ::-1, :].copy()[..., ::-1, :],
    "negative columns": lambda x: x[..., ::-1].copy()[..., ::-1],
}


def in_threads(work, number=8):
    """Run the same work in many threads at once."""
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _overlapping(rng, shape):
    """Rows that begin one entry further on in the same memory."""
    rows, columns = shape
    memory = integers(rng, rows + columns)
    return np.lib.stride_tricks.as_strided(
        memory, shape, (memory.itemsize, memory.itemsize)
    )


def _repeated(rng, shape):
    return np.broadcast_to(integers(rng, (1, shape[1])), shape)


def _far_apart(rng, shape):
    """Entries a megabyte apart, of which only they are ever touched."""
    rows, columns = shape
    memory = np.empty((max(rows, 1), max(columns, 1) * 2**17))
    x = memory[:rows, : columns * 2**17 : 2**17]
    x[...] = integers(rng, shape)
    return x


def _of_a_record(rng, shape):
    record = np.zeros(shape, dtype=[("skipped", "u1"), ("value", "f8")])
    record["value"] = integers(rng, shape)
    return record["value"]


def _read_only(rng, shape):
    x = integers(rng, shape)
    x.flags.writeable = False
    return x


MEMORY = {
    "overlapping": _overlapping,
    "repeated": _repeated,
    "far apart": _far_apart,
    "unaligned": lambda rng, s: unaligned(integers(rng, s)),
    "field of a record": _of_a_record,
    "read-only": _read_only,
    "other byte order": lambda rng, s: integers(rng, s).astype(">f8"),
    "np.matrix": lambda rng, s: integers(rng, s).view(np.matrix),
    "list": lambda rng, s: integers(rng, s).tolist(),
}


def each_item(oracle, matrices, extra):
    """Map an oracle for single matrices over the broadcast batch axes."""
    batch = np.broadcast_shapes(*(x.shape[:-2] for x in matrices))
    stacks = [np.broadcast_to(x, batch + x.shape[-2:]) for x in matrices]
    items = [
        oracle(*(x[index] for x in stacks), *extra)
        for index in np.ndindex(batch)
    ]
    return np.array(items).reshape(batch + items[0].shape)


class Draw:
    """Stands in for hypothesis' draw: the next of the sizes given."""

    def __init__(self, *sizes):
        self.sizes = iter(sizes)

    def __call__(self, _):
        return next(self.sizes)


# Sizes in the order in which they are drawn; all of them unequal.
SIZES = {
    "sum_abt": (5, 2, 3, 4),
    "sum_acbt": (5, 2, 3, 4, 6),
    "sum_residual_outer": (5, 2, 3, 4),
    "sum_kron": (5, 2, 3, 4, 6),
    "sum_kron_abt_cdt": (8, 9, 2, 3, 4, 5, 6, 7),
    "sum_kron_bct": (5, 7, 2, 3, 4, 6, 8),
    "sumAijBijt": (5, 7, 2, 3, 4),
    "sumAijKronBij": (5, 7, 2, 3, 4, 6),
}


# At these sizes Lemmas 2 and 5 take the other of their two routes.
OTHER_ROUTE = {
    "sum_acbt": (5, 5, 2, 3, 6),
    "sum_kron_abt_cdt": (5, 7, 2, 3, 4, 6, 40, 8),
}


def peak_memory(function, *arguments):
    """Return the most bytes that a call holds at once."""
    function(*arguments)
    tracemalloc.start()
    function(*arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


class Counted:
    """A number that counts the products made of it."""

    products = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        Counted.products += 1
        return Counted(self.value * other.value)

    def __add__(self, other):
        return Counted(self.value + getattr(other, "value", other))

    __radd__ = __add__

    def __sub__(self, other):
        return Counted(self.value - other.value)


def counted(shape):
    """Return a matrix of such numbers, all of them 1."""
    ones = [Counted(1) for _ in range(math.prod(shape))]
    return np.array(ones).reshape(shape)


def products(function, shapes, extra):
    """Return of how many products of numbers a call is made."""
    matrices = [counted(shape) for shape in shapes]
    Counted.products = 0
    function(*matrices, *extra)
    return Counted.products


every_sum = pytest.mark.parametrize("name", CASES)

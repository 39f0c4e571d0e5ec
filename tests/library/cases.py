"""What the tests share: every sum at random sizes, arrays of every kind.

``CASES[name](draw)`` returns the shapes of the matrices in the order of the
signature, and the arguments that follow them; ``sized`` does at given sizes.
"""

import functools
import math
import re
import threading
import tracemalloc
from collections import namedtuple
from fractions import Fraction

import numpy as np
import pytest

Case = namedtuple("Case", "shapes extra")

# Each sum by the book: its matrices in the order of the signature, with rows
# and columns, and the heights or shapes of blocks that follow them. A symbol
# is a number of blocks (l), of rows or columns in one (n), or a width (k).
# Not taken from the library, which is checked against it.
SUMS = {
    "sum_abt": ("A (l n_A, k), B (l n_B, k)", "n_A n_B"),
    "sum_acbt": ("A (l n_A, k1), C (k1, k2), B (l n_B, k2)", "n_A n_B"),
    "sum_residual_outer": ("A (l n, k1), B (l n, k2), C (k2, k1)", "n"),
    "sum_kron": ("A (l n_A, k1), B (l n_B, k2)", "n_A n_B"),
    "sum_kron_abt_cdt": (
        "A (l1 n_A, k1), B (l2 n_B, k1), C (l1 n_C, k2), D (l2 n_D, k2)",
        "n_A n_C, n_B n_D",
    ),
    "sum_kron_bct": (
        "A (l1 n1_A, l2 n2_A), B (l1 n_B, k), C (l2 n_C, k)",
        "n1_A n_B, n2_A n_C",
    ),
    "sumAijBijt": ("A (l1 n1, l2 n2), B (l1 n3, l2 n2)", "n1 n2, n3 n2"),
    "sumAijKronBij": ("A (l1 n1, l2 n2), B (l1 n3, l2 n4)", "n1 n2, n3 n4"),
}

# The sums that take weights: of blocks, and of pairs of blocks.
WEIGHTED = [
    ("sum_abt", False), ("sum_abt", True), ("sum_acbt", False),
    ("sum_residual_outer", False), ("sum_kron", False), ("sum_kron", True),
]  # fmt: skip

# The least and the largest size of a kind. A sum may be empty.
KINDS = {"l": (0, 3), "n": (1, 3), "k": (0, 3)}


@functools.cache
def matrices_of(name):
    """Return the rows and columns of each matrix of a sum, as symbols."""
    found = re.findall(r"(\w+) \(([^,]+), ([^)]+)\)", SUMS[name][0])
    return {X: (rows.split(), columns.split()) for X, rows, columns in found}


@functools.cache
def extra_of(name):
    """Return what follows the matrices of a sum, each as its symbols."""
    return [part.split() for part in SUMS[name][1].split(", ")]


@functools.cache
def symbols_of(name):
    """Return the symbols of a sum as they come up."""
    return list(dict.fromkeys(re.findall(r"\b[lnk]\w*", SUMS[name][0])))


def case(name, sizes):
    """Return a sum at the sizes of its symbols."""
    shapes = [
        tuple(math.prod(sizes[s] for s in product) for product in shape)
        for shape in matrices_of(name).values()
    ]
    given = [tuple(sizes[s] for s in part) for part in extra_of(name)]
    return Case(shapes, [n if len(n) > 1 else n[0] for n in given])


def by_kind(name, l, n, k):
    """Return the sizes of a sum whose symbols take those of their kind."""
    turns = {"l": iter(l), "n": iter(n), "k": iter(k)}
    return {s: next(turns[s[0]]) for s in symbols_of(name)}


def sized(name, l, n, k):
    """Return a sum whose symbols take the sizes of their kind in turn."""
    return case(name, by_kind(name, l, n, k))


def unequal(name):
    """Return a sum at sizes of which no two are equal."""
    return sized(name, l=(8, 9), n=(2, 3, 4, 5), k=(6, 7))


def sizes_of(name, draw):
    """Return sizes of the symbols of a sum, drawn each by its kind."""
    from hypothesis import strategies as st  # the tests of arrays lack it

    return {s: draw(st.integers(*KINDS[s[0]])) for s in symbols_of(name)}


def drawn(name, draw):
    """Return a sum at sizes that are drawn."""
    return case(name, sizes_of(name, draw))


def shapes_weighted(name, pairs, sizes):
    """Return the shapes of matrices and weights, and the heights."""
    shapes, extra = case(name, sizes)
    if not pairs:
        return shapes, (sizes["l"],), extra
    # A has other blocks than the last matrix.
    (symbol,) = [s for s in matrices_of(name)["A"][0] if s[0] == "n"]
    shapes[0] = sizes["l_A"] * sizes[symbol], shapes[0][1]
    return shapes, (sizes["l_A"], sizes["l"]), extra


CASES = {name: functools.partial(drawn, name) for name in SUMS}

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


# At these sizes Lemmas 2 and 5 take the other of their two routes.
OTHER_ROUTE = {
    "sum_acbt": dict(l=(5,), n=(5, 2), k=(3, 6)),
    "sum_kron_abt_cdt": dict(l=(5, 7), n=(2, 3, 4, 6), k=(40, 8)),
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

"""Measure every sum beside its peers, over sizes, layouts and dtypes.

Writes lemmas_lib/book/data/benchmark.json, which the book shows. With
arguments, only the sums so named are measured again:

    python tests/benchmarks/sums.py sum_abt sum_kron
"""

import importlib.metadata
import statistics
import sys
from collections import namedtuple

import numpy as np
import tables
from measure import (
    digits,
    first_calls,
    peak_bytes,
    rates,
    reading,
    seconds,
    write,
)
from peers import (
    blmm_kroneckers,
    blmm_products,
    einsums,
    row_major,
    without_numba,
)

import lemmas_lib
from lemmas_lib._contraction.sizes import KERNEL_FROM
from lemmas_lib.book.measured import record
from lemmas_lib.book.timing import spoken
from lemmas_lib.oracles import loops

Case = namedtuple("Case", "name sizes order dtype", defaults=["C", "float64"])
Problem = namedtuple("Problem", "arguments formula peers operations blocks")

# Beyond this number of blocks the loop takes minutes.
MOST_BLOCKS = 5e5

# A small input is read from the cache, so that no floor can be told.
LEAST_BYTES = 2**23

# A large one is read as fast as memory gives.
LARGE_BYTES = 2**26

BOTH = "CF"
P1 = [
    ((8, 2, 4), BOTH, ["float64"]),
    ((4000, 2, 100), BOTH, ["float64", "float32"]),
    ((400000, 2, 100), BOTH, ["float64", "float32"]),
    ((400000, 2, 8), BOTH, ["float64"]),
    ((1000000, 2, 8), BOTH, ["float64"]),
    ((4000000, 2, 2), BOTH, ["float64"]),
    ((800000, 4, 1), "C", ["float64"]),
    ((40000, 10, 100), BOTH, ["float64", "float32"]),
    ((4000, 40, 1000), BOTH, ["float64"]),
    ((16000, 400, 500), BOTH, ["float64"]),
]
P2 = [
    ((8, 6, 2, 3), BOTH, ["float64"]),
    ((400, 800, 2, 2), BOTH, ["float64"]),
    ((2000, 2000, 2, 2), BOTH, ["float64", "float32"]),
    ((6000, 6000, 2, 2), BOTH, ["float64", "float32"]),
    ((6000, 6000, 1, 2), "C", ["float64"]),
    ((3000, 3000, 3, 3), BOTH, ["float64"]),
    ((3000, 3000, 5, 5), BOTH, ["float64"]),
    ((3000, 3000, 10, 10), BOTH, ["float64", "float32"]),
    ((3000, 3000, 30, 30), "C", ["float64"]),
    ((30000, 30, 2, 2), "C", ["float64"]),
    ((30, 30000, 2, 2), "C", ["float64"]),
]
OTHERS = [
    Case("sum_abt", dict(m=400000, n=2, k=100, same=True)),
    Case("sumAijKronBij", dict(m1=6000, m2=6000, n1=2, n2=2, same=True)),
    Case("sum_acbt", dict(m=1000, n=2, k1=100, k2=3)),
    Case("sum_acbt", dict(m=400000, n=2, k1=100, k2=3)),
    Case("sum_acbt", dict(m=400000, n=2, k1=20, k2=20)),
    Case("sum_residual_outer", dict(m=1000, n=2, k1=100, k2=3)),
    Case("sum_residual_outer", dict(m=400000, n=2, k1=100, k2=3)),
    Case("sum_kron", dict(m=4000, n=2, k1=4000, k2=1)),
    Case("sum_kron", dict(m=1000000, n=2, k1=3, k2=3)),
    Case("sum_kron", dict(m=1000000, n=2, k1=3, k2=3), "F"),
    Case(
        "sum_kron_abt_cdt",
        dict(m1=1000, m2=1200, n1=2, n2=2, k1=1000, k2=1000),
    ),
    Case("sum_kron_abt_cdt", dict(m1=40000, m2=30000, n1=2, n2=3, k1=5, k2=4)),
    Case("sum_kron_bct", dict(m1=400, m2=800, n1=2, n2=2, k=100)),
    Case("sum_kron_bct", dict(m1=4000, m2=4000, n1=2, n2=2, k=20)),
    Case("sumAijBijt", dict(v=10000, m1=20, m2=6, n1=2, n2=2)),
    Case("sumAijKronBij", dict(v=10000, m1=20, m2=20, n1=2, n2=2)),
    Case("sumAijKronBij", dict(v=100, m1=400, m2=400, n1=2, n2=2)),
]


def cases():
    for (m, n, k), orders, dtypes in P1:
        for dtype in dtypes:
            for order in orders:
                yield Case("sum_abt", dict(m=m, n=n, k=k), order, dtype)
    for (m1, m2, n1, n2), orders, dtypes in P2:
        for dtype in dtypes:
            for order in orders:
                sizes = dict(m1=m1, m2=m2, n1=n1, n2=n2)
                yield Case("sumAijKronBij", sizes, order, dtype)
    yield from OTHERS


def cut(X, n1, n2):
    """Return blocks as a view (…, l1, n1, l2, n2)."""
    rows, columns = X.shape[-2:]
    return X.reshape(*X.shape[:-2], rows // n1, n1, columns // n2, n2)


def vecs(X, n1, n2):
    """Return vecb(X), each block row by row."""
    return cut(X, n1, n2).swapaxes(-3, -2).reshape(-1, n1 * n2)


def laid_out(S, a1, a2, b1, b2):
    """Return the Kronecker sum that S = vecs(A)' vecs(B) holds."""
    return S.reshape(a1, a2, b1, b2).swapaxes(1, 2).reshape(a1 * b1, a2 * b2)


def sum_abt(draw, m, n, k, same=False):
    A = draw(m, k)
    B = A if same else draw(m, k)
    blocks = cut(A, n, k)[:, :, 0], cut(B, n, k)[:, :, 0]
    return Problem(
        (A, B, n),
        lambda: row_major(A, n).T @ row_major(B, n),
        blmm_products(A, B, [n, k], [n, k]) | einsums("iac,ibc->ab", *blocks),
        2 * m * n * k,
        m // n,
    )


def sum_acbt(draw, m, n, k1, k2):
    A, B, C = draw(m, k1), draw(m, k2), draw(k1, k2)
    blocks = cut(A, n, k1)[:, :, 0], C, cut(B, n, k2)[:, :, 0]
    return Problem(
        (A, C, B, n),
        lambda: row_major(A @ C, n).T @ row_major(B, n),
        einsums("iac,cd,ibd->ab", *blocks),
        2 * m * min(k2 * (k1 + n), k1 * (k2 + n)),
        m // n,
    )


def sum_residual_outer(draw, m, n, k1, k2):
    A, B, C = draw(m, k1), draw(m, k2), draw(k2, k1)

    def formula():
        E = row_major(A - B @ C, n)
        return E.T @ E

    def einsum():
        E = (A - B @ C).reshape(m // n, n, k1)
        return np.einsum("iac,ibc->ab", E, E)

    return Problem(
        (A, B, C, n),
        formula,
        {"einsum": einsum},
        2 * m * k1 * (k2 + n),
        m // n,
    )


def sum_kron(draw, m, n, k1, k2):
    A, B = draw(m, k1), draw(m, k2)
    blocks = cut(A, n, k1)[:, :, 0], cut(B, n, k2)[:, :, 0]
    return Problem(
        (A, B, n),
        lambda: laid_out(vecs(A, n, k1).T @ vecs(B, n, k2), n, k1, n, k2),
        einsums("iac,ibd->abcd", *blocks),
        2 * m * n * k1 * k2,
        m // n,
    )


def sum_kron_abt_cdt(draw, m1, m2, n1, n2, k1, k2):
    A, B, C, D = draw(m1, k1), draw(m2, k1), draw(m1, k2), draw(m2, k2)

    def formula():
        left = vecs(A, n1, k1).T @ vecs(C, n1, k2)
        right = vecs(B, n2, k1).T @ vecs(D, n2, k2)
        left = laid_out(left, n1, k1, n1, k2)
        return left @ laid_out(right, n2, k1, n2, k2).T

    a, c = (cut(X, n1, X.shape[1])[:, :, 0] for X in (A, C))
    b, d = (cut(X, n2, X.shape[1])[:, :, 0] for X in (B, D))
    two_sums = k1 * k2 * (m1 * n1 + m2 * n2 + n1 * n1 * n2 * n2)
    two_products = m1 * m2 * (k1 + k2 + n1 * n2)
    return Problem(
        (A, B, C, D, n1, n2),
        formula,
        einsums("iac,jbc,ied,jfd->aebf", a, b, c, d),
        2 * min(two_sums, two_products),
        m1 * m2 // (n1 * n2),
    )


def sum_kron_bct(draw, m1, m2, n1, n2, k):
    A, B, C = draw(m1, m2), draw(m1, k), draw(m2, k)

    def formula():
        S = vecs(A, n1, n2).T @ vecs(B @ C.T, n1, n2)
        return laid_out(S, n1, n2, n1, n2)

    b, c = cut(B, n1, k)[:, :, 0], cut(C, n2, k)[:, :, 0]
    return Problem(
        (A, B, C, n1, n2),
        formula,
        einsums("iajb,iek,jfk->aebf", cut(A, n1, n2), b, c),
        2 * m1 * m2 * (k + n1 * n2),
        m1 * m2 // (n1 * n2),
    )


def sumAijBijt(draw, v, m1, m2, n1, n2):
    A, B = draw(v, m1, m2), draw(v, m1, m2)
    a, b = (x.reshape(v, m1 // n1, n1, m2) for x in (A, B))
    return Problem(
        (A, B, (n1, n2), (n1, n2)),
        None,
        blmm_products(A, B, [n1, n2], [n1, n2])
        | einsums("viac,vibc->vab", a, b),
        2 * v * m1 * m2 * n1,
        np.inf,
    )


def sumAijKronBij(draw, m1, m2, n1, n2, v=None, same=False):
    stack = () if v is None else (v,)
    A = draw(*stack, m1, m2)
    B = A if same else draw(*stack, m1, m2)
    subscripts = "iajb,icjd->acbd"
    if v is not None:
        subscripts = "viajb,vicjd->vacbd"

    def formula():
        S = vecs(A, n1, n2).T @ vecs(B, n1, n2)
        return laid_out(S, n1, n2, n1, n2)

    return Problem(
        (A, B, (n1, n2)),
        None if stack else formula,
        blmm_kroneckers(A, B, (n1, n2))
        | einsums(subscripts, cut(A, n1, n2), cut(B, n1, n2)),
        2 * (v or 1) * m1 * m2 * n1 * n2,
        np.inf if stack else m1 * m2 // (n1 * n2),
    )


def measure(case, limits):
    rng = np.random.default_rng(0)

    def draw(*shape):
        return rng.random(shape, dtype=case.dtype).astype(
            case.dtype, order=case.order
        )

    problem = globals()[case.name](draw, **case.sizes)
    arguments = problem.arguments
    matrices = {id(x): x for x in arguments if isinstance(x, np.ndarray)}
    matrices = matrices.values()  # one that stands twice is read once

    def library():
        return function(*arguments)

    function = getattr(lemmas_lib, case.name)
    ways = {tables.OURS: library}
    if sum(x.size for x in matrices) >= KERNEL_FROM:
        ways[tables.NUMPY_ALONE] = without_numba(library)
    if problem.blocks <= MOST_BLOCKS:
        ways[tables.LOOP] = lambda: getattr(loops, case.name)(*arguments)
    if problem.formula:
        ways["formula"] = problem.formula
    ways |= problem.peers
    read = sum(x.nbytes for x in matrices)
    if read >= LEAST_BYTES:
        ways["reading"] = reading(matrices)
    row = case._asdict() | {"seconds": seconds(ways), "bytes": read}
    row["operations"] = problem.operations
    row["peak"] = peak_bytes(library)
    if read >= LEAST_BYTES:
        computing = problem.operations / limits[case.dtype]
        row["reading"] = row["seconds"].pop("reading")
        row["floor"] = digits(max(computing, row["reading"]))
    row["peer"] = tables.fastest_peer(row["seconds"])
    return row


def line(row):
    """Return what was measured of one case, in a line."""
    sizes = ",".join(str(size) for size in row["sizes"].values())
    times, peer = row["seconds"], row["peer"]
    ours = times[tables.OURS]
    text = f"{row['name']} ({sizes}) {row['order']} {row['dtype']}: "
    text += f"{spoken(ours)}, {ours / times[peer]:.2f} × {peer}"
    if "floor" in row:
        text += f", {ours / row['floor']:.2f} × floor"
        if tables.NUMPY_ALONE in times:
            alone = times[tables.NUMPY_ALONE]
            text += f", NumPy alone {alone / row['floor']:.2f} × floor"
    return text


def versions():
    found = {}
    for name in ("numba", "pyblmm", "opt_einsum", "torch", "jax"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main(names):
    limits = rates()
    for dtype in ("float64", "float32"):  # so that no case waits for Numba
        X = np.ones((KERNEL_FROM, 1), dtype=dtype)
        lemmas_lib.sum_abt(X, X.copy(), 2)
    chosen = [case for case in cases() if not names or case.name in names]
    rows = []
    if names:  # keep what is not measured
        kept = record("benchmark")["rows"]
        rows = [row for row in kept if row["name"] not in names]
    for number, case in enumerate(chosen, start=1):
        rows.append(measure(case, limits))
        print(f"[{number}/{len(chosen)}]", line(rows[-1]), flush=True)
    limits["memory"] = digits(
        statistics.median(
            row["bytes"] / row["reading"]
            for row in rows
            if row["bytes"] >= LARGE_BYTES and "reading" in row
        )
    )
    first = first_calls()
    write(
        "benchmark",
        versions=versions(),
        limits=limits,
        first_calls=first,
        rows=rows,
        tables=tables.benchmark(rows, limits, first),
    )


if __name__ == "__main__":
    main(sys.argv[1:])

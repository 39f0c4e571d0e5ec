"""Measure every sum, and what else is done with them, beside their peers.

Writes the record of this machine into lemmas_lib/book/data/benchmark.json,
which the book shows, and keeps those of other machines. Says at the end which
targets are met. With arguments, only the sums so named are measured again:

    python tests/benchmarks/sums.py sum_abt sum_kron
"""

import importlib.metadata
import sys

import numpy as np
import others
import tables
from cases import Problem, cases
from measure import (
    dated,
    digits,
    first_calls,
    load_kernels_at_once,
    machine_name,
    peak_bytes,
    rates,
    reading,
    seconds,
    seconds_after_blas,
    write,
)
from peers import (
    blmm_kroneckers,
    blmm_products,
    cut,
    einsums,
    laid_out,
    row_major,
    vecs,
    without_numba,
)
from targets import TINY_BYTES, judged

import lemmas_lib
from lemmas_lib._contraction.sizes import KERNEL_FROM
from lemmas_lib.book.measured import MEASURED, SUMS, markdown, record
from lemmas_lib.book.timing import spoken
from lemmas_lib.oracles import loops

# Beyond this number of blocks the loop takes seconds.
MOST_BLOCKS = 2e5

# What is smaller may be read from a cache, so that no floor can be told.
LARGE_BYTES = 2**26

READING = "reading"

# A peer that takes so many times as long as the fastest is timed once.
SLOWER = 1.5


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

    if case.name in SUMS:
        problem = globals()[case.name](draw, **case.sizes)
        function = getattr(lemmas_lib, case.name)
        loop = getattr(loops, case.name)
    else:
        problem, function, loop = others.problem(case, draw)
    arguments = problem.arguments
    matrices = {id(x): x for x in arguments if isinstance(x, np.ndarray)}
    matrices = matrices.values()  # one that stands twice is read once

    def library():
        return function(*arguments)

    ways = {tables.OURS: library}
    if sum(x.size for x in matrices) >= KERNEL_FROM:
        ways[tables.NUMPY_ALONE] = without_numba(library)
    read = sum(x.nbytes for x in matrices)
    if read >= LARGE_BYTES and case.name in SUMS:
        ways[READING] = reading(matrices)
    own = list(ways)
    if problem.blocks <= MOST_BLOCKS:
        ways[tables.LOOP] = lambda: loop(*arguments)
    if problem.formula:
        ways["formula"] = problem.formula
    ways |= problem.peers
    row = case._asdict() | {"bytes": read, "operations": problem.operations}
    computing = problem.operations / limits[case.dtype]
    row |= over_floor(seconds(ways, own, SLOWER), computing)
    row["peer"] = tables.fastest_peer(row["seconds"])
    row["peak"] = peak_bytes(library)
    some = [tables.OURS, READING, row["peer"]]
    if read < TINY_BYTES:
        some.append("formula")
    again = {name: ways[name] for name in some if name in ways}
    row["between"] = over_floor(seconds_after_blas(again), computing)
    return row | {"targets": judged(row)}


def over_floor(times, computing):
    """Return times with the floor that they are over, if there is one."""
    if READING not in times:
        return {"seconds": times}
    read = times.pop(READING)
    floor = digits(max(computing, read))
    return {"seconds": times, "reading": read, "floor": floor}


def line(row):
    """Return what was measured of one case, in a line."""
    text = f"{tables.case(row)}: {spoken(row['seconds'][tables.OURS])}"
    for target in row["targets"]:
        text += f", {target['alone']} and {target['after BLAS']}"
        text += f" × {target['over']}" + " (!)" * (not target["met"])
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
    load_kernels_at_once()
    name, machines = machine_name(), record("benchmark")["machines"]
    known = machines.get(name, {"rows": []}) if names else {"rows": []}
    # What is kept was judged by the limits that were measured with it.
    limits = known.get("limits") or rates()
    chosen = [case for case in cases() if not names or case.name in names]
    rows = [row for row in known["rows"] if row["name"] not in names]
    for number, case in enumerate(chosen, start=1):
        rows.append(measure(case, limits))
        print(f"[{number}/{len(chosen)}]", line(rows[-1]), flush=True)
    rows.sort(key=lambda row: list(MEASURED).index(row["name"]))
    machines[name] = dated(
        versions=versions(),
        limits=limits,
        first_calls=known.get("first_calls") or first_calls(),
        rows=rows,
        tables=tables.benchmark(rows),
    )
    shown = {"machines": machines, "tables": tables.together(machines)}
    write("benchmark", shown)
    for table in (tables.reached(rows), shown["tables"]["targets"]):
        print(f"\n{markdown(table)}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""What is proved of matrices is what the library computes.

Coq compares them: all that must agree in one file, all that it must refuse in
another. Where one of the two does not go through, each test asks for itself.
Without Coq they are skipped, and ``make proofs`` says what to install.
"""

import itertools
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import lemmas_lib
from lemmas_lib import commutation_matrix, reshape_f, vec, vecb
from lemmas_lib.book import as_printed
from workshop import prove

ROOT = Path(__file__).resolve().parents[1]
# The sizes in the order of the functions below. In the first two rows none is
# 1 and those of K in Lemma 6 differ, because it cannot be told from its
# transpose where they do not.
SIZES = [
    [2, 3, 3, 2, 4, 2, 3, 2],
    [3, 2, 2, 3, 2, 4, 2, 3],
    [1, 4, 2, 1, 3, 1, 2, 1],
]


@pytest.fixture(scope="session")
def compiled(coq, tmp_path_factory):
    """Return a folder with what computes, compiled."""
    sources, build = (tmp_path_factory.mktemp(name) for name in ("v", "vo"))
    for name in ("definitions", "notation", "computed"):
        shutil.copy(ROOT / f"proofs/{name}.v", sources)
    prove.compile_all(sources, build)
    return build


def mx(rows, columns, X):
    """Write a matrix of integers in Coq's language, with its shape."""
    lines = [
        "; ".join(f"Posz {x}" if x >= 0 else f"Negz {-x - 1}" for x in row)
        for row in np.asarray(X).tolist()
    ]
    listed = f"[:: {'; '.join(f'[:: {line}]' for line in lines)}]"
    return f"(mx ({rows}) ({columns}) (entries {listed}))"


HEAD = """\
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions computed.
Local Open Scope ring_scope.
"""
EVALUATE = "Proof. evaluate; apply: eq_table."


def confirm(build, *goals):
    """Have Coq prove that expressions are what the library returned.

    Of each goal both sides are matrices, so that a wrong shape is refused as
    a wrong entry is.
    """
    compile_lines(
        build, "goals.v",
        [
            f"Goal {expression} = {mx(*X.shape, X)}.\n"
            f"{EVALUATE} by vm_compute. Qed."
            for expression, X in goals
        ],
    )  # fmt: skip


def refuse(build, *goals):
    """Have Coq refuse each: to prove an entry, or to compare two shapes.

    Up to there it must come: Fail is about what follows on its line.
    """
    lines = []
    for expression, X, wrong in goals:
        other = mx(*X.shape, X)
        lines += {
            "entry": [
                f"Goal {expression} = {other}. {EVALUATE}",
                "Fail by vm_compute.",
                "Abort.",
            ],
            "shape": [
                f"Check {expression}. Check {other}.",
                f"Fail Goal {expression} = {other}.",
            ],
        }[wrong]
    compile_lines(build, "refused.v", lines)


def compile_lines(build, name, lines):
    (build / name).write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    prove.compiled(build, name)


def draw(rng, *shapes):
    return [rng.integers(-4, 5, shape) for shape in shapes]


def operators():
    """Return goals: each operator is the one of the library."""
    rng = np.random.default_rng(71)
    for l1, l2, n1, n2, *_ in SIZES:
        p, q = l1 * n1, l2 * n2
        (X,) = draw(rng, (p, q))
        whole = mx(f"{l1} * {n1}", q, X)
        blocks = mx(f"{l1} * {n1}", f"{l2} * {n2}", X)
        yield f"vec {whole}", vec(X)[:, None]
        yield f"{whole}^({n1}, {l1 * q})", reshape_f(X, (n1, l1 * q))
        yield f"{whole}^row({n1}, {l1 * q})", X.reshape(n1, l1 * q)
        yield f"vecb_rows {whole}", vecb(X, (n1, q))
        yield f"vecb {blocks}", vecb(X, (n1, n2))
        yield f"@K _ {p} {q}", commutation_matrix(p, q).toarray()
        yield f"@K _ {q} {p}", as_printed.comMat(p, q)


def sum_abt(rng, l, nA, nB, k, *_):
    A, B = draw(rng, (l * nA, k), (l * nB, k))
    expression = (
        f"\\sum_(i < {l}) row_block {mx(f'{l} * {nA}', k, A)} i"
        f" *m (row_block {mx(f'{l} * {nB}', k, B)} i)^T"
    )
    return expression, (A, B, (nA, nB))


def sum_acbt(rng, l, nA, nB, k1, k2, *_):
    A, C, B = draw(rng, (l * nA, k1), (k1, k2), (l * nB, k2))
    expression = (
        f"\\sum_(i < {l}) row_block {mx(f'{l} * {nA}', k1, A)} i"
        f" *m {mx(k1, k2, C)}"
        f" *m (row_block {mx(f'{l} * {nB}', k2, B)} i)^T"
    )
    return expression, (A, C, B, (nA, nB))


def sum_residual_outer(rng, l, n, k1, k2, *_):
    A, B, C = draw(rng, (l * n, k1), (l * n, k2), (k2, k1))
    residual = (
        f"(row_block {mx(f'{l} * {n}', k1, A)} i"
        f" - row_block {mx(f'{l} * {n}', k2, B)} i *m {mx(k2, k1, C)})"
    )
    expression = f"\\sum_(i < {l}) {residual} *m {residual}^T"
    return expression, (A, B, C, n)


def sum_kron(rng, l, nA, nB, k1, k2, *_):
    A, B = draw(rng, (l * nA, k1), (l * nB, k2))
    expression = (
        f"\\sum_(i < {l}) row_block {mx(f'{l} * {nA}', k1, A)} i"
        f" ⊗ row_block {mx(f'{l} * {nB}', k2, B)} i"
    )
    return expression, (A, B, (nA, nB))


def product(A, B):
    return f"(row_block {A} i *m (row_block {B} j)^T)"


def sum_kron_abt_cdt(rng, l1, l2, nA, nC, nB, nD, k1, k2):
    sizes = (l1, nA, k1), (l2, nB, k1), (l1, nC, k2), (l2, nD, k2)
    drawn = draw(rng, *((l * n, k) for l, n, k in sizes))
    A, B, C, D = (
        mx(f"{l} * {n}", k, X)
        for (l, n, k), X in zip(sizes, drawn, strict=True)
    )
    expression = (
        f"\\sum_(j < {l2}) \\sum_(i < {l1}) {product(A, B)} ⊗ {product(C, D)}"
    )
    return expression, (*drawn, (nA, nC), (nB, nD))


def sum_kron_bct(rng, l1, l2, n1A, nB, n2A, nC, k, *_):
    A, B, C = draw(rng, (l1 * n1A, l2 * n2A), (l1 * nB, k), (l2 * nC, k))
    rows = mx(f"{l1} * {nB}", k, B), mx(f"{l2} * {nC}", k, C)
    expression = (
        f"\\sum_(j < {l2}) \\sum_(i < {l1})"
        f" block {mx(f'{l1} * {n1A}', f'{l2} * {n2A}', A)} i j"
        f" ⊗ {product(*rows)}"
    )
    return expression, (A, B, C, (n1A, nB), (n2A, nC))


def sumAijBijt(rng, l1, l2, n1, n2, n3, *_):
    A, B = draw(rng, (l1 * n1, l2 * n2), (l1 * n3, l2 * n2))
    width = f"{l2} * {n2}"
    expression = (
        f"\\sum_(i < {l1}) \\sum_(j < {l2})"
        f" block {mx(f'{l1} * {n1}', width, A)} i j"
        f" *m (block {mx(f'{l1} * {n3}', width, B)} i j)^T"
    )
    return expression, (A, B, (n1, n2), (n3, n2))


def sumAijKronBij(rng, l1, l2, n1, n2, n3, n4, *_):
    A, B = draw(rng, (l1 * n1, l2 * n2), (l1 * n3, l2 * n4))
    expression = (
        f"\\sum_(i < {l1}) \\sum_(j < {l2})"
        f" block {mx(f'{l1} * {n1}', f'{l2} * {n2}', A)} i j"
        f" ⊗ block {mx(f'{l1} * {n3}', f'{l2} * {n4}', B)} i j"
    )
    return expression, (A, B, (n1, n2), (n3, n4))


SUMS = [
    sum_abt, sum_acbt, sum_residual_outer, sum_kron, sum_kron_abt_cdt,
    sum_kron_bct, sumAijBijt, sumAijKronBij,
]  # fmt: skip


def goals_of(drawn, function=None):
    """Return the goals of one sum, computed by the given function."""
    rng = np.random.default_rng(72)
    function = function or getattr(lemmas_lib, drawn.__name__)
    asked = [drawn(rng, *sizes) for sizes in SIZES]
    return [(expression, function(*given)) for expression, given in asked]


def all_goals():
    """Return what is to be proved, by what it is about."""
    sums = {drawn.__name__: goals_of(drawn) for drawn in SUMS}
    return {"operators": list(operators())} | sums


@pytest.fixture(scope="session")
def all_hold(compiled):
    """Tell whether Coq proves all goals, in one file."""
    try:
        confirm(compiled, *itertools.chain(*all_goals().values()))
    except subprocess.CalledProcessError:
        return False
    return True


@pytest.mark.parametrize("name", ["operators", *(f.__name__ for f in SUMS)])
def test_what_is_proved_is_what_the_library_computes(name, all_hold, compiled):
    if not all_hold:  # then which of them do not?
        confirm(compiled, *all_goals()[name])


def test_every_sum_of_the_library_that_is_proved_is_compared():
    text = (ROOT / "proofs/computed.v").read_text(encoding="utf-8")
    functions = {n for n in lemmas_lib.__all__ if n.startswith("sum")}
    proved = set(re.findall(r"Lemma mx_(\w+)", text)) & functions
    assert {drawn.__name__ for drawn in SUMS} == proved


def wrong_entry(X):
    X = X.copy()
    X[-1, 0] += 1
    return X


def with_the_other_K(A, B, C, n1, n2):
    """Lemma 6 with its K transposed, as the source prints it."""
    (n1A, nB), (n2A, nC) = n1, n2
    S = vecb(B @ C.T, (nB, nC)).T @ vecb(A, (n1A, n2A))
    K = commutation_matrix(n1A, nC).toarray()
    P = np.kron(np.kron(np.eye(n2A, dtype=int), K), np.eye(nB, dtype=int))
    return reshape_f((P @ vec(S))[:, None], (n1A * nB, n2A * nC))


def all_refused():
    """Return what is to be refused, and what is wrong in it, by a name."""
    right = {drawn.__name__: goals_of(drawn)[0] for drawn in SUMS}
    found = {
        name: (expression, wrong_entry(X), "entry")
        for name, (expression, X) in right.items()
    }
    expression, X = right["sum_kron"]
    found["order"] = expression, X[:, ::-1], "entry"
    found["shape"] = expression, X[:-1], "shape"
    # In the last of the sizes this K is the same.
    first, second, _ = goals_of(sum_kron_bct, with_the_other_K)
    found["the other K"] = *first, "entry"
    found["the other K again"] = *second, "entry"
    return found


@pytest.fixture(scope="session")
def all_fail(compiled):
    """Tell whether Coq refuses all that it must, in one file."""
    try:
        refuse(compiled, *all_refused().values())
    except subprocess.CalledProcessError:
        return False
    return True


@pytest.mark.parametrize(
    "name",
    [
        *(drawn.__name__ for drawn in SUMS), "order", "shape", "the other K",
        "the other K again",
    ],
)  # fmt: skip
def test_a_wrong_result_is_refused(name, all_fail, compiled):
    if not all_fail:  # then which of them is not refused?
        refuse(compiled, all_refused()[name])

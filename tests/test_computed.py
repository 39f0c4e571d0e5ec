"""What is proved of matrices is what the library computes.

Coq compares them: all that must agree in one file, all that it must refuse in
another. Where one of the two does not go through, each test asks for itself.
Without Coq they are skipped, and ``make proofs`` says what to install.
"""

import itertools
import math
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

from . import computed_7_to_10
from .library.cases import by_kind, case, matrices_of

THEOREMS = computed_7_to_10.THEOREMS
ROOT = Path(__file__).resolve().parents[1]
# In the first two rows none is 1 and those of K in Lemma 6 differ, because it
# cannot be told from its transpose where they do not.
SIZES = [
    dict(l=(2, 3), n=(3, 2, 4, 2), k=(3, 2)),
    dict(l=(3, 2), n=(2, 3, 2, 4), k=(2, 3)),
    dict(l=(1, 4), n=(2, 1, 3, 1), k=(2, 1)),
]

# The left-hand side of each sum in Coq's language, of the matrices and sizes
# of library/cases.py.
SUMS = {
    "sum_abt": r"\sum_(i < {l}) row_block {A} i *m (row_block {B} i)^T",
    "sum_acbt": (
        r"\sum_(i < {l}) row_block {A} i *m {C} *m (row_block {B} i)^T"
    ),
    "sum_residual_outer": (
        r"\sum_(i < {l}) (row_block {A} i - row_block {B} i *m {C})"
        r" *m (row_block {A} i - row_block {B} i *m {C})^T"
    ),
    "sum_kron": r"\sum_(i < {l}) row_block {A} i ⊗ row_block {B} i",
    "sum_kron_abt_cdt": (
        r"\sum_(j < {l2}) \sum_(i < {l1})"
        r" (row_block {A} i *m (row_block {B} j)^T)"
        r" ⊗ (row_block {C} i *m (row_block {D} j)^T)"
    ),
    "sum_kron_bct": (
        r"\sum_(j < {l2}) \sum_(i < {l1})"
        r" block {A} i j ⊗ (row_block {B} i *m (row_block {C} j)^T)"
    ),
    "sumAijBijt": (
        r"\sum_(i < {l1}) \sum_(j < {l2})"
        r" block {A} i j *m (block {B} i j)^T"
    ),
    "sumAijKronBij": (
        r"\sum_(i < {l1}) \sum_(j < {l2}) block {A} i j ⊗ block {B} i j"
    ),
}


@pytest.fixture(scope="session")
def compiled(coq, tmp_path_factory):
    """Return a folder with what computes, compiled."""
    sources, build = (tmp_path_factory.mktemp(name) for name in ("v", "vo"))
    for name in ("definitions", "notation", "computed", "computed_7_to_10"):
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
From Book Require Import definitions computed computed_7_to_10.
Local Open Scope ring_scope.
"""
EVALUATE = "Proof. evaluate_7_to_10; apply: eq_table."


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


def draw(rng, shape):
    return rng.integers(-4, 5, shape)


def operators():
    """Return goals: each operator is the one of the library."""
    rng = np.random.default_rng(71)
    for sizes in SIZES:
        (l1, l2), (n1, n2, *_) = sizes["l"], sizes["n"]
        p, q = l1 * n1, l2 * n2
        X = draw(rng, (p, q))
        whole = mx(f"{l1} * {n1}", q, X)
        blocks = mx(f"{l1} * {n1}", f"{l2} * {n2}", X)
        yield f"vec {whole}", vec(X)[:, None]
        yield f"{whole}^({n1}, {l1 * q})", reshape_f(X, (n1, l1 * q))
        yield f"{whole}^row({n1}, {l1 * q})", X.reshape(n1, l1 * q)
        yield f"vecb_rows {whole}", vecb(X, (n1, q))
        yield f"vecb {blocks}", vecb(X, (n1, n2))
        yield f"@K _ {p} {q}", commutation_matrix(p, q).toarray()
        yield f"@K _ {q} {p}", as_printed.comMat(p, q)


def goals_of(name, function=None):
    """Return the goals of one sum, computed by the given function."""
    rng = np.random.default_rng(72)
    function = function or getattr(lemmas_lib, name)
    goals = []
    for kinds in SIZES:
        sizes = by_kind(name, **kinds)
        shapes, extra = case(name, sizes)
        matrices = [draw(rng, shape) for shape in shapes]
        written = {
            X: mx(*(" * ".join(str(sizes[s]) for s in p) for p in shape), x)
            for (X, shape), x in zip(
                matrices_of(name).items(), matrices, strict=True
            )
        }
        expression = SUMS[name].format(**sizes, **written)
        goals.append((expression, function(*matrices, *extra)))
    return goals


def goals_of_theorem(name):
    """Return the goals of one theorem that states no sum of SUMS."""
    rng = np.random.default_rng(73)
    matrices, expressions, function = THEOREMS[name]
    shapes = {
        X: [side.split() for side in (rows, columns)]
        for X, rows, columns in re.findall(r"(\w+) \((.+?), (.+?)\)", matrices)
    }
    goals = []
    for sizes in computed_7_to_10.SIZES:
        given, written = {}, {}
        for X, sides in shapes.items():
            numbers = [[sizes[s] for s in side] for side in sides]
            given[X] = draw(rng, [math.prod(side) for side in numbers])
            rows, columns = (" * ".join(map(str, side)) for side in numbers)
            written[X] = mx(rows, columns, given[X])
        for expression, X in zip(
            expressions, function(**given, **sizes), strict=True
        ):
            goals.append((expression.format(**sizes, **written), X))
    return goals


def all_goals():
    """Return what is to be proved, by what it is about."""
    sums = {name: goals_of(name) for name in SUMS}
    theorems = {name: goals_of_theorem(name) for name in THEOREMS}
    return {"operators": list(operators())} | sums | theorems


@pytest.fixture(scope="session")
def all_hold(compiled):
    """Tell whether Coq proves all goals, in one file."""
    try:
        confirm(compiled, *itertools.chain(*all_goals().values()))
    except subprocess.CalledProcessError:
        return False
    return True


@pytest.mark.parametrize("name", ["operators", *SUMS, *THEOREMS])
def test_what_is_proved_is_what_the_library_computes(name, all_hold, compiled):
    if not all_hold:  # then which of them do not?
        confirm(compiled, *all_goals()[name])


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
    right = {name: goals_of(name)[0] for name in SUMS}
    found = {
        name: (expression, wrong_entry(X), "entry")
        for name, (expression, X) in right.items()
    }
    for name in THEOREMS:
        expression, X = goals_of_theorem(name)[-1]
        found[name] = expression, wrong_entry(X), "entry"
    expression, X = right["sum_kron"]
    found["order"] = expression, X[:, ::-1], "entry"
    found["shape"] = expression, X[:-1], "shape"
    # The rows of A • B in place of those of B • A.
    expression, X = goals_of_theorem("lemma_10_rows")[0]
    turned = X.reshape(-1, 3, 2).swapaxes(1, 2).reshape(X.shape)
    found["factors"] = expression, turned, "entry"
    # In the last of the sizes this K is the same.
    first, second, _ = goals_of("sum_kron_bct", with_the_other_K)
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
        *SUMS, *THEOREMS, "order", "shape", "factors", "the other K",
        "the other K again",
    ],
)  # fmt: skip
def test_a_wrong_result_is_refused(name, all_fail, compiled):
    if not all_fail:  # then which of them is not refused?
        refuse(compiled, all_refused()[name])

"""The proofs: what the chapters show of them, and what they say of the code.

Coq is asked for the last part; without it those tests are skipped, and
``make proofs`` says what to install.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from docutils import nodes

import lemmas_lib
from lemmas_lib import as_printed, commutation_matrix, reshape_f, vec, vecb

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "proofs"), str(ROOT / "book" / "_ext")]
import check  # noqa: E402
import proved  # noqa: E402

FILES = sorted((ROOT / "proofs").glob("*.v"))
THEOREM = re.compile(r"^(Theorem (\w+).*?)\n+Proof\b", re.M | re.S)
# Without a formal statement in their chapters: these have too many.
UNSHOWN = {"notation", "errata"}
# The sizes in the order of the functions below. In the first two rows none is
# 1 and no neighbours are equal, because K cannot be told from its transpose
# where they are.
SIZES = [[2, 3, 3, 2, 4, 2], [3, 2, 2, 3, 2, 4], [1, 4, 2, 1, 3, 1]]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_chapter_shows_its_formal_statements(path):
    """Letter by letter, and all of them."""
    stated = [s for s, _ in THEOREM.findall(path.read_text(encoding="utf-8"))]
    if not stated or path.stem in UNSHOWN:
        return
    chapter = nbformat.read(ROOT / f"book/{path.stem}.ipynb", as_version=4)
    prose = "\n".join(
        c.source for c in chapter.cells if c.cell_type == "markdown"
    )
    shown = re.findall(r"```coq\n(.*?)\n```", prose, re.S)
    assert shown == stated, f"differs from {path.relative_to(ROOT)}"
    for words in ("all sizes", "any commutative ring", "checked by machine"):
        assert words in prose
    assert f"(proofs_source.md#{path.stem}v)" in prose


def test_every_lemma_and_corollary_has_a_theorem():
    names = {
        name
        for path in FILES
        for _, name in THEOREM.findall(path.read_text(encoding="utf-8"))
    }
    for statement in [f"lemma_{n}" for n in range(1, 7)] + [
        f"corollary_{n}" for n in (1, 2)
    ]:
        own = rf"{statement}(_\w+)?"
        assert any(re.fullmatch(own, name) for name in names), statement


def test_the_page_of_proofs_shows_every_file():
    page = (ROOT / "book/proofs_source.md").read_text(encoding="utf-8")
    shown = re.findall(r"{literalinclude} \.\./proofs/(\w+)\.v", page)
    assert sorted(shown) == [path.stem for path in FILES]
    assert re.findall(r"^## (\w+)\.v$", page, re.M) == shown


def test_the_page_that_explains_a_statement_has_it_as_it_is():
    page = (ROOT / "book/proofs.md").read_text(encoding="utf-8")
    lemma = (ROOT / "proofs/lemma_1.v").read_text(encoding="utf-8")
    assert re.findall(r"```coq\n(.*?)\n```", page, re.S) == [
        statement for statement, _ in THEOREM.findall(lemma)
    ]


@pytest.fixture(scope="session")
def coq(tmp_path_factory):
    """Skip where there is no Coq, or not all of its libraries."""
    try:
        check.require_coq(tmp_path_factory.mktemp("coq"))
    except SystemExit as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def compiled(coq, tmp_path_factory):
    """Return a folder with what computes, compiled."""
    sources, build = (tmp_path_factory.mktemp(name) for name in ("v", "vo"))
    for name in ("definitions", "notation", "computed"):
        shutil.copy(ROOT / f"proofs/{name}.v", sources)
    check.compile_all(sources, build)
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


def confirm(build, goals):
    """Have Coq prove that expressions are what the library returned.

    Of each goal both sides are matrices, so that a wrong shape is refused as
    a wrong entry is.
    """
    lines = [HEAD]
    for expression, X in goals:
        lines.append(
            f"Goal {expression} = {mx(*X.shape, X)}.\n"
            "Proof. evaluate; apply: eq_table; by vm_compute. Qed."
        )
    (build / "goals.v").write_text("\n".join(lines), encoding="utf-8")
    check.compiled(build, "goals.v")


def draw(rng, *shapes):
    return [rng.integers(-4, 5, shape) for shape in shapes]


def test_the_operators_are_those_of_the_library(compiled):
    rng = np.random.default_rng(71)
    goals = []
    for l1, l2, n1, n2, *_ in SIZES:
        p, q = l1 * n1, l2 * n2
        (X,) = draw(rng, (p, q))
        whole = mx(f"{l1} * {n1}", q, X)
        blocks = mx(f"{l1} * {n1}", f"{l2} * {n2}", X)
        goals += [
            (f"vec {whole}", vec(X)[:, None]),
            (f"{whole}^({n1}, {l1 * q})", reshape_f(X, (n1, l1 * q))),
            (f"{whole}^row({n1}, {l1 * q})", X.reshape(n1, l1 * q)),
            (f"vecb_rows {whole}", vecb(X, (n1, q))),
            (f"vecb {blocks}", vecb(X, (n1, n2))),
            (f"@K _ {p} {q}", commutation_matrix(p, q).toarray()),
            (f"@K _ {q} {p}", as_printed.comMat(p, q)),
        ]
    confirm(compiled, goals)


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


def sum_kron_abt_cdt(rng, l1, l2, n1, n2, k1, k2, *_):
    shapes = (l1 * n1, k1), (l2 * n2, k1), (l1 * n1, k2), (l2 * n2, k2)
    drawn = draw(rng, *shapes)
    height1, height2 = f"{l1} * {n1}", f"{l2} * {n2}"
    sizes = (height1, k1), (height2, k1), (height1, k2), (height2, k2)
    A, B, C, D = (mx(*s, X) for s, X in zip(sizes, drawn, strict=True))
    expression = (
        f"\\sum_(j < {l2}) \\sum_(i < {l1}) {product(A, B)} ⊗ {product(C, D)}"
    )
    return expression, (*drawn, n1, n2)


def sum_kron_bct(rng, l1, l2, n1, n2, k, *_):
    A, B, C = draw(rng, (l1 * n1, l2 * n2), (l1 * n1, k), (l2 * n2, k))
    height1, height2 = f"{l1} * {n1}", f"{l2} * {n2}"
    expression = (
        f"\\sum_(j < {l2}) \\sum_(i < {l1})"
        f" block {mx(height1, height2, A)} i j"
        f" ⊗ {product(mx(height1, k, B), mx(height2, k, C))}"
    )
    return expression, (A, B, C, n1, n2)


def sumAijBijt(rng, l1, l2, n1, n2, n3, *_):
    A, B = draw(rng, (l1 * n1, l2 * n2), (l1 * n3, l2 * n2))
    width = f"{l2} * {n2}"
    expression = (
        f"\\sum_(i < {l1}) \\sum_(j < {l2})"
        f" block {mx(f'{l1} * {n1}', width, A)} i j"
        f" *m (block {mx(f'{l1} * {n3}', width, B)} i j)^T"
    )
    return expression, (A, B, (n1, n2), (n3, n2))


def sumAijKronBij(rng, l1, l2, n1, n2, n3, n4):
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


every_sum = pytest.mark.parametrize("drawn", SUMS, ids=lambda f: f.__name__)


def goals_of(drawn, function):
    """Return the goals of one sum, computed by the given function."""
    rng = np.random.default_rng(72)
    asked = [drawn(rng, *sizes) for sizes in SIZES]
    return [(expression, function(*given)) for expression, given in asked]


@every_sum
def test_what_is_proved_is_what_the_library_computes(drawn, compiled):
    function = getattr(lemmas_lib, drawn.__name__)
    confirm(compiled, goals_of(drawn, function))


def test_every_sum_of_the_library_that_is_proved_is_compared():
    text = (ROOT / "proofs/computed.v").read_text(encoding="utf-8")
    functions = {n for n in lemmas_lib.__all__ if n.startswith("sum")}
    proved = set(re.findall(r"Lemma mx_(\w+)", text)) & functions
    assert {drawn.__name__ for drawn in SUMS} == proved


def wrong_entry(X):
    X[-1, 0] += 1
    return X


@pytest.mark.parametrize(
    ("drawn", "spoil"),
    [(drawn, wrong_entry) for drawn in SUMS]
    + [(sum_kron, lambda X: X[:, ::-1]), (sum_kron, lambda X: X[:-1])],
    ids=[drawn.__name__ for drawn in SUMS] + ["order", "shape"],
)
def test_a_wrong_result_is_refused(drawn, spoil, compiled):
    function = getattr(lemmas_lib, drawn.__name__)
    expression, X = goals_of(drawn, function)[0]
    with pytest.raises(subprocess.CalledProcessError) as refused:
        confirm(compiled, [(expression, spoil(X.copy()))])
    assert re.search("No applicable tactic|has type", refused.value.stdout)


def with_the_other_K(A, B, C, n1, n2):
    """Lemma 6 with K_{n1,n2}, as the source prints it."""
    S = vecb(B @ C.T, (n1, n2)).T @ vecb(A, (n1, n2))
    K = commutation_matrix(n1, n2).toarray()
    P = np.kron(np.kron(np.eye(n2, dtype=int), K), np.eye(n1, dtype=int))
    return reshape_f((P @ vec(S))[:, None], (n1 * n1, n2 * n2))


def test_the_commutation_matrix_of_the_other_direction_is_refused(compiled):
    for goal in goals_of(sum_kron_bct, with_the_other_K)[:2]:
        with pytest.raises(subprocess.CalledProcessError) as refused:
            confirm(compiled, [goal])
        assert "No applicable tactic" in refused.value.stdout


def run(tmp_path, text, *options, **environment):
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "claim.v").write_text(text)
    return subprocess.run(
        [sys.executable, ROOT / "proofs/check.py", "--sources", sources,
         "--build", tmp_path / "out", *options],
        capture_output=True, text=True, **environment,
    )  # fmt: skip


def recorded(tmp_path):
    return proved.Proofs(tmp_path / "sources", tmp_path / "out.json")


def test_a_proof_is_reported_and_recorded(coq, tmp_path):
    text = "Theorem lemma_1 : 1 + 1 = 2. Proof. reflexivity. Qed."
    done = run(tmp_path, text, "--recheck")
    assert done.returncode == 0, done.stderr
    assert "* Axioms: <none>" in done.stdout
    assert "claim.lemma_1: Closed under the global context" in done.stdout
    record = recorded(tmp_path)
    assert [each["name"] for each in record.of("Lemma 1")] == ["lemma_1"]
    assert not record.of("Lemma 10") and not record.of("Lemma 2")
    assert record.note().startswith("Checked by Coq")
    (tmp_path / "sources/claim.v").write_text(f"{text} (* changed *)")
    assert recorded(tmp_path).missing == "changed since"
    assert "run make proofs" in recorded(tmp_path).note()


FALSE = "lemma_1 : 1 + 1 = 3. Proof."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"Theorem {FALSE} reflexivity. Qed.", "Unable to unify"),
        (f"Theorem {FALSE} Admitted.", "has the word Admitted"),
        (f"  Corollary {FALSE} admit. Qed.", "has the word admit"),
        ("Axiom false : False.", "has the word Axiom"),
        (
            f"Conjecture f : False. Example {FALSE} exfalso. exact f. Qed.",
            "Not proved without assumptions: claim.lemma_1",
        ),
        ("Definition two := 2.", "there is no theorem"),
        ("(* Theorem no : False. *)", "there is no theorem"),
    ],
    ids=[
        "false", "admitted", "indented", "axiom", "conjecture", "none",
        "comment",
    ],
)  # fmt: skip
def test_what_is_not_proved_is_refused(text, said, coq, tmp_path):
    (tmp_path / "out.json").write_text("an older record")
    done = run(tmp_path, text)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Not proved" in done.stderr
    assert recorded(tmp_path).missing == "not recorded"


def test_where_coq_is_missing_it_is_said_what_to_install(tmp_path):
    done = run(tmp_path, "", env={"PATH": str(tmp_path)})
    assert done.returncode == 1
    assert "apt-get install coq libcoq-mathcomp-algebra" in done.stderr
    assert "nothing was installed" in done.stderr


def test_without_a_record_the_ledger_says_so(tmp_path):
    record = proved.Proofs(tmp_path, tmp_path / "proofs.json")
    assert record.missing == "not recorded"
    assert record.theorems() == [] and record.of("Lemma 1") == []
    assert "run make proofs" in record.note()


def test_the_book_reads_what_the_checker_writes():
    assert proved.digests(ROOT / "proofs") == check.digests(ROOT / "proofs")
    assert proved.CLOSED == check.CLOSED


def test_the_table_shows_which_theorem_rests_on_what():
    theorems = [
        {"file": "a", "name": "one", "assumptions": check.CLOSED},
        {"file": "a", "name": "two", "assumptions": "Axioms: false"},
    ]
    shown = proved.answers(theorems).replace("\N{NO-BREAK SPACE}", " ")
    assert shown == f"one: {check.CLOSED}, two: Axioms: false"
    assert check.CLOSED == proved.answers(theorems[:1]).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert isinstance(proved.counted(None, "", []), nodes.Text)

"""The proofs: what the chapters show of them, and what the checker says.

That the library computes what is proved is in test_computed.py.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from docutils import nodes

from lemmas_lib.book import measured
from workshop import prove
from workshop.extensions import proved

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "proofs").glob("*.v"))
THEOREM = re.compile(r"^(Theorem (\w+).*?)\n+Proof\b", re.M | re.S)
# Without a formal statement in their chapters: these have too many.
UNSHOWN = {"notation", "errata"}


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


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_proof_fits_its_page(path):
    """Where all of them are shown, none scrolls on a wide screen."""
    for line in path.read_text(encoding="utf-8").splitlines():
        assert len(line) <= 78, line


def test_every_lemma_and_corollary_has_a_theorem():
    names = {
        name
        for path in FILES
        for _, name in THEOREM.findall(path.read_text(encoding="utf-8"))
    }
    for statement in measured.MEASURED.values():
        own = rf"{statement.lower().replace(' ', '_')}(_\w+)?"
        found = any(re.fullmatch(own, name) for name in names)
        assert found, f"proofs/ has no theorem of {statement}"


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


def run(tmp_path, text, *options, **environment):
    sources = tmp_path / "sources"
    sources.mkdir(exist_ok=True)
    (sources / "claim.v").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "workshop.prove", "--sources", sources,
         "--build", tmp_path / "out", *options],
        cwd=ROOT, capture_output=True, text=True, **environment,
    )  # fmt: skip


def recorded(tmp_path):
    return proved.Proofs(tmp_path / "sources")


def test_the_record_is_of_the_proofs_as_they_are():
    changed = proved.Proofs(ROOT / "proofs").changed
    assert not changed, f"make proofs, and commit checked.json: {changed}"


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
    assert recorded(tmp_path).changed == ["claim"]
    assert recorded(tmp_path).note() == (
        "Not checked as they stand here: claim.v."
    )
    assert not recorded(tmp_path).of("Lemma 1")


def test_one_file_is_checked_alone_and_leaves_no_record(coq, tmp_path):
    text = "Theorem lemma_1 : 1 + 1 = 2. Proof. reflexivity. Qed."
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/other.v").write_text("This is no proof.")
    done = run(tmp_path, text, "--only", "claim")
    assert done.returncode == 0, done.stderr
    assert "claim.lemma_1: Closed under the global context" in done.stdout
    assert not (tmp_path / "sources" / prove.RECORD).exists()


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
    done = run(tmp_path, text)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Not proved" in done.stderr
    assert recorded(tmp_path).changed == ["claim"]


def test_where_coq_is_missing_it_is_said_what_to_install(tmp_path):
    done = run(tmp_path, "", env={"PATH": str(tmp_path)})
    assert done.returncode == 1
    assert "apt-get install coq libcoq-mathcomp-algebra" in done.stderr
    assert "nothing was installed" in done.stderr


def test_a_record_keeps_its_date_until_it_says_something_new(tmp_path):
    path = tmp_path / prove.RECORD
    record = {"coq": "8.16", "sources": {}, "statements": []}
    path.write_text(json.dumps({"date": "2020-02-20"} | record))
    prove.keep(record, path)
    assert "2020-02-20" in path.read_text()
    prove.keep(record | {"coq": "8.18"}, path)
    assert "2020" not in path.read_text() and "8.18" in path.read_text()


def test_the_book_reads_what_the_checker_writes():
    assert proved.digests(ROOT / "proofs") == prove.digests(ROOT / "proofs")
    assert proved.CLOSED == prove.CLOSED


def test_the_table_shows_which_theorem_rests_on_what():
    theorems = [
        {"file": "a", "name": "one", "assumptions": prove.CLOSED},
        {"file": "a", "name": "two", "assumptions": "Axioms: false"},
    ]
    shown = proved.answers(theorems).replace("\N{NO-BREAK SPACE}", " ")
    assert shown == f"one: {prove.CLOSED}, two: Axioms: false"
    assert prove.CLOSED == proved.answers(theorems[:1]).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert isinstance(proved.counted(None, "", []), nodes.Text)

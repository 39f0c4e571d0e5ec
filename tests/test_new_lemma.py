"""make new-lemma: a beginning in every place, or nothing at all."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from workshop import new_lemma, places, repository_files

from . import test_book

ROOT = Path(__file__).resolve().parents[1]
NEXT = max(places.numbers(ROOT)) + 1
GIVEN = str(NEXT), "sum_abc", "Sum of $A_iB_iC_i$"


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the repository."""
    repository_files.copy(ROOT, tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def texts(root):
    """Return the text of every file of a repository."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in repository_files.files(root)
    }


def run(root, *command):
    return subprocess.run(
        [sys.executable, "-c", *command], cwd=root, capture_output=True,
        text=True,
    )  # fmt: skip


def test_a_new_lemma_has_a_beginning_in_every_place(copy, capsys):
    before = texts(copy)
    new_lemma.add(copy, *GIVEN)
    printed = capsys.readouterr().out
    after = texts(copy)
    changed = {file for file in after if after[file] != before.get(file)}
    own = {f"book/lemma_{NEXT}.ipynb", f"proofs/lemma_{NEXT}.v"}
    files = {place.file for place in places.PLACES}
    assert changed == files | own | {"CHANGELOG.md"}
    left = list(places.left(copy))
    for place in places.PLACES:
        text = places.read(copy, place.file)
        for number, name in places.sums(copy).items():
            assert place.find(text, name, number), (place.file, name)
        if place.write:
            assert place.file in {file for file, *_ in left}, place.file
            line = re.escape(place.file) + rf":\d+  {re.escape(place.what)}"
            assert re.search(line, printed), place.file
    assert own <= {file for file, *_ in left}
    assert all(file in printed for file in own)


def test_the_beginnings_are_lemma_1_and_run(copy):
    """Lint and imports are as they were, and the loop is the sum."""
    new_lemma.add(copy, *GIVEN)
    said = run(
        copy,
        "import numpy as np, lemmas_lib, tests.benchmarks.cases\n"
        "from lemmas_lib.book import identities, measured\n"
        "from lemmas_lib.oracles import formulas, loops, rounding\n"
        "from tests.library import cases\n"
        "A = np.arange(12).reshape(6, 2)\n"
        "for room in lemmas_lib, loops, formulas:\n"
        "    print(room.sum_abc(A, A, 2).tolist())\n"
        f"identities.lemma_{NEXT}(A, A, 2)\n"
        "print(cases.unequal('sum_abc'), rounding.ROUNDINGS['sum_abc'])\n"
        "print(measured.gain('sum_abc'))",
    )
    assert said.returncode == 0, said.stderr
    first, second, third, *_, last = said.stdout.splitlines()
    assert first == second == third
    assert last.endswith("not measured yet.")
    ruff = Path(sys.executable).with_name("ruff")
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [ruff, *command, "."], cwd=copy, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout


def test_the_chapter_has_every_section_and_its_metadata(copy):
    new_lemma.add(copy, *GIVEN)
    path = copy / "book" / f"lemma_{NEXT}.ipynb"
    nbformat.validate(test_book.read(path))
    test_book.test_sections_stand_in_the_promised_order(path)
    test_book.test_the_statement_is_a_quote_with_the_number(path)
    test_book.test_code_fits_the_page(path)
    test_book.test_no_metadata_of_a_cell_are_in_vain(path)
    test_book.test_solutions_are_folded(path)
    pictures = [
        cell
        for cell in test_book.code(path)
        if "image" in cell.metadata.get("mystnb", {})
    ]
    assert len(pictures) == 2


def test_a_new_lemma_keeps_the_formula_of_its_title():
    """Dollars mean something to make, and to the shell that it calls."""
    title = "Sum of $A_i$ and $$ and 'B'"
    done = subprocess.run(
        ["make", "--silent", "--eval",
         "show:\n\t@echo \"$$LEMMA_TITLE\"",
         "--eval", "show: export LEMMA_TITLE = $(value TITLE)",
         "show", f"TITLE={title}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "new-lemma: export LEMMA_TITLE = $(value TITLE)" in makefile
    assert done.stdout == f"{title}\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("seven", *GIVEN[1:]), "NUMBER is 'seven'"),
        ((str(NEXT - 1), *GIVEN[1:]), f"Lemma {NEXT - 1} is there already"),
        ((str(NEXT + 1), *GIVEN[1:]), f"the next lemma is {NEXT}"),
        ((GIVEN[0], "sum abc", GIVEN[2]), "FUNCTION is 'sum abc'"),
        ((GIVEN[0], "product", GIVEN[2]), "begins with sum_"),
        ((GIVEN[0], "sum_kron", GIVEN[2]), "'sum_kron', which is there"),
        ((GIVEN[0], "sum_products", GIVEN[2]), "'sum_products', which is"),
        ((GIVEN[0], "sum_lemma_1", GIVEN[2]), "name what is summed"),
        ((*GIVEN[:2], ""), "TITLE is ''"),
        ((*GIVEN[:2], "Sum\rof"), "TITLE is"),
        ((*GIVEN[:2], "Sum of $A_i"), "between two dollars"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    given, said, copy
):
    before = texts(copy)
    with pytest.raises(SystemExit, match=re.escape(said)):
        new_lemma.add(copy, *given)
    assert texts(copy) == before


@pytest.mark.parametrize(
    ("file", "word", "said"),
    [
        (
            "book/cheat_sheet.md",
            f"[Lemma {max(places.sums(ROOT))}]",
            "has no row of",
        ),
        ("_toc.yml", "book/lemma_1\n", "has no line of"),
        ("CHANGELOG.md", "## Unreleased", "has no '### Added'"),
        ("lemmas_lib/__init__.py", '    "sum_kron",\n', "has no name in"),
        ("proofs/lemma_1.v", "Theorem lemma_1", "has no theorem lemma_1"),
    ],
)
def test_where_a_place_is_not_found_nothing_is_written(file, word, said, copy):
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert word in text
    path.write_text(text.replace(word, "elsewhere\n"), encoding="utf-8")
    before = texts(copy)
    with pytest.raises(SystemExit, match=f"{file} {said}"):
        new_lemma.add(copy, *GIVEN)
    assert texts(copy) == before


def test_a_file_of_the_new_lemma_is_not_replaced(copy):
    path = copy / "proofs" / f"lemma_{NEXT}.v"
    path.write_text("(* mine *)\n")
    with pytest.raises(SystemExit, match=f"{path.name} is there already"):
        new_lemma.add(copy, *GIVEN)
    assert path.read_text() == "(* mine *)\n"


def test_a_notebook_keeps_its_form(copy):
    """Its lines are copied as text: it is still one, and nothing else is."""
    new_lemma.add(copy, *GIVEN)
    for name in ("index", "accuracy"):
        text = (copy / "book" / f"{name}.ipynb").read_text(encoding="utf-8")
        form = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
        assert text == form + "\n"

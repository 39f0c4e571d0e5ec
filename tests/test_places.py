"""Every lemma stands in every place, and nothing is left to be written.

What is said where one was forgotten names the file.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lemmas_lib.book import measured
from workshop import places, repository_files

from .library import cases
from .test_computed import SUMS as COMPUTED

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = places.numbers(ROOT)


@pytest.mark.parametrize(
    "place", places.PLACES, ids=lambda p: f"{p.file}, {p.what}"
)
def test_every_lemma_stands_in_every_place(place):
    said = list(places.forgotten(ROOT, [place]))
    assert not said, said[0]


def test_a_book_without_a_row_is_not_built(tmp_path):
    """make book says in which file it is missing, and does nothing."""
    repository_files.copy(ROOT, tmp_path)
    sheet = tmp_path / "book" / "cheat_sheet.md"
    text = sheet.read_text(encoding="utf-8")
    sheet.write_text(text.replace("| [Lemma 2](", "| [Lemma 9]("))
    done = subprocess.run(
        [sys.executable, "-m", "workshop.build"], cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and not (tmp_path / "_build").exists()
    [line] = done.stderr.splitlines()
    assert line.startswith("book/cheat_sheet.md has no row of Lemma 2, sum_")


def test_every_sum_says_first_what_states_it():
    """Under its number it is looked for in all places."""
    for name, which in measured.SUMS.items():
        assert re.fullmatch(r"(Lemma|Corollary) \d+", which), (
            f"lemmas_lib/sums.py: the docstring of {name} must open with its "
            "number, as in 'Lemma 1: …'"
        )
    assert NUMBERS == list(range(1, len(NUMBERS) + 1))


def test_every_lemma_has_a_chapter_and_a_proof():
    assert set(places.sums(ROOT)) <= set(NUMBERS)
    for folder, suffix in ("book", "ipynb"), ("proofs", "v"):
        wanted = {f"lemma_{number}.{suffix}" for number in NUMBERS}
        found = {path.name for path in (ROOT / folder).glob("lemma_*")}
        assert found == wanted, f"{folder}/ has not a file for each lemma"


def test_the_first_page_and_the_cheat_sheet_lead_to_every_lemma():
    for page in "index.ipynb", "cheat_sheet.md":
        text = (ROOT / "book" / page).read_text(encoding="utf-8")
        for number in NUMBERS:
            link = f"[Lemma {number}](lemma_{number}.ipynb)"
            assert link in text, f"book/{page} has no {link}"


def test_the_tests_know_every_sum():
    """The two final functions too, which have no chapters of their own."""
    assert set(cases.SUMS) == set(measured.SUMS), "tests/library/cases.py"
    assert set(COMPUTED) == set(measured.SUMS), "tests/test_computed.py"


def test_nothing_is_left_to_be_written():
    """make new-lemma marks with a word what is."""
    left = [f"{file}:{line}: {text}" for file, line, text in places.left(ROOT)]
    assert not left, "\n".join(["still to be written:", *left])


# From five on: two sums or four may be a matter of mathematics.
COUNT = r"(five|six|seven|eight|nine|ten|eleven|twelve|[5-9]|1\d)"


def test_no_prose_counts_the_lemmas():
    """A count would be wrong with the next one."""
    last = len(NUMBERS)
    count = rf"\b{COUNT} (lemmas|sums|chapters)\b|\bLemmas 1 (to|–) {last}\b"
    for path in repository_files.files(ROOT):
        if path.suffix in {".ipynb", ".md"}:
            text = path.read_text(encoding="utf-8")
            found = re.search(count, text, re.I)
            assert not found, f"{path.relative_to(ROOT)} says {found[0]!r}"

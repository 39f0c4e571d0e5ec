"""make test-lemma: which tests are of a lemma, and what it says is left."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from workshop import places, try_lemma

ROOT = Path(__file__).resolve().parents[1]
LEMMAS = places.sums(ROOT)


def test_the_tests_of_a_lemma_are_not_those_of_a_longer_name():
    names = ["sum_kron", "sum_kron_bct", "sum_abt"]
    asked = try_lemma.selection(1, "sum_kron", names)
    words = re.findall(r"\w+", asked.replace("and not", "AND_NOT"))
    for name, wanted in (
        ("test_it[sum_kron]", True),
        ("test_it[sum_kron_bct]", False),
        ("lemma_1.ipynb", True),
        ("lemma_10.ipynb", False),
        ("test_places.py", True),
        ("test_other[sum_abt]", False),
    ):
        values = {w: w in name for w in words if w not in {"or", "AND_NOT"}}
        assert eval(asked, {}, values) == wanted, name


def test_a_lemma_without_a_function_has_the_tests_of_its_number():
    asked = try_lemma.selection(7, None, ["sum_kron", "sum_abt"])
    assert asked.startswith("(lemma_7 and not lemma_70 and not")
    found = try_lemma.files(7, None)
    assert "book/lemma_7.ipynb" in found
    assert "tests/library/book/test_identities.py" in found
    assert set(found) <= set(try_lemma.files(7, "sum_abt"))


def test_every_file_is_looked_into_that_tests_all_sums():
    number, name = max(LEMMAS), LEMMAS[max(LEMMAS)]
    found = try_lemma.files(number, name)
    for file in (
        f"book/lemma_{number}.ipynb", "lemmas_lib/sums.py",
        "tests/library/test_sums.py", "tests/library/test_hostile.py",
        "tests/test_outputs.py", "tests/test_places.py",
        "tests/library/contraction/test_ways.py",
        "tests/library/book/test_identities.py",
    ):  # fmt: skip
        assert file in found
    assert all((ROOT / file).is_file() for file in found)


def test_what_is_said_in_other_words_is_a_test():
    for test in try_lemma.SAID:
        file, name = test.split("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_an_unknown_lemma_is_refused_with_the_known_ones():
    for number in ("99", "", "seven"):
        with pytest.raises(SystemExit, match=f"N is '{number}'.* 1, 2, 3"):
            try_lemma.main(number)


def test_what_is_left_and_what_is_red_is_told(monkeypatch, capsys):
    def commands(*_):
        for what, code in ("one", 0), ("other", 3):
            yield what, [sys.executable, "-c", f"print(6 * 7); exit({code})"]

    left = [("book/a.md", 3, "TODO: a row")]
    monkeypatch.setattr(try_lemma, "commands", commands)
    monkeypatch.setattr(places, "left", lambda root: left)
    with pytest.raises(SystemExit, match="Red: 1 beginnings .*; other$"):
        try_lemma.main("1")
    printed = capsys.readouterr().out
    assert "book/a.md:3: TODO: a row" in printed
    assert "\none: green\nother: red\n42\n" in printed


def test_make_passes_the_number_on():
    done = subprocess.run(
        ["make", "--dry-run", "test-lemma", "N=4"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert 'workshop.try_lemma "4"' in done.stdout

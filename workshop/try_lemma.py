"""Check one lemma in about a minute, for make test-lemma.

    make test-lemma N=7

It says what is still to be written, and runs what concerns the lemma: the
linters, its unit tests and doctests, its chapter, what the tests want of
every place, and its proof where Coq is there. What else ``make test`` runs is
of other chapters, or of all.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from workshop import execute, places

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

# Tests of what stands where, which name no lemma.
OF_ALL = "test_book", "test_languages", "test_places"

# What is said here in other words.
SAID = [
    "tests/test_book.py::test_the_chapters_were_executed_with_this_library",
    "tests/test_places.py::test_nothing_is_left_to_be_written",
]

# What a file has whose tests go over all sums. In tests/ itself all may name
# a chapter; what Coq computes is left out, because it takes all sums at once.
EVERY = "CASES", "every_sum", "SUMS"
LEFT_OUT = "test_computed.py"


def selection(number, name, names):
    """Return what pytest -k takes: the tests that name the lemma."""
    further = [f"lemma_{number}{digit}" for digit in range(10)]
    lemma = " and not ".join([f"lemma_{number}", *further])
    chosen = [f"({lemma})", *OF_ALL]
    if name:
        longer = [n for n in names if name in n and n != name]
        chosen.insert(0, f"({' and not '.join([name, *longer])})")
    return " or ".join(chosen)


def files(number, name):
    """Return the files in which such tests may be; to look is quick."""
    words = "|".join([*([name] if name else []), f"lemma_{number}", *EVERY])
    found = [f"book/lemma_{number}.ipynb"]
    found += [
        f"tests/{path.name}"
        for path in sorted((ROOT / "tests").glob("test_*.py"))
        if path.name != LEFT_OUT
    ]
    for folder in ("tests/library", "lemmas_lib"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if re.search(rf"\b(?:{words})", text):
                found.append(str(path.relative_to(ROOT)))
    return found


def commands(number, name, names):
    """Yield what is run, by what it is about."""
    yield "the linters", [BIN / "ruff", "check", "--quiet", "."]
    yield "the format", [BIN / "ruff", "format", "--check", "--quiet", "."]
    yield "the imports", [BIN / "lint-imports", "--no-logo", "--no-cache"]
    yield "the tests and the chapter", [
        sys.executable, "-m", "pytest", "-q", "--tb", "short",
        "-n", "logical",
        *(f"--deselect={test}" for test in SAID),
        "-k", selection(number, name, names), *files(number, name),
    ]  # fmt: skip
    if shutil.which("coqc"):
        yield "the proof", [
            sys.executable, "-m", "workshop.prove", "--only",
            f"lemma_{number}", "--build", "_build/one_proof",
        ]  # fmt: skip


def main(number):
    names, numbers = places.sums(ROOT), places.numbers(ROOT)
    if not re.fullmatch(r"\d+", number) or int(number) not in numbers:
        known = ", ".join(map(str, numbers))
        raise SystemExit(f"N is {number!r}; the lemmas are {known}")
    start, red = time.perf_counter(), []
    left = list(places.left(ROOT))
    for file, line, text in left:
        print(f"{file}:{line}: {text}")
    if left:
        red.append(f"{len(left)} beginnings are to be written")
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    name = names.get(int(number))
    listed = commands(int(number), name, names.values())
    started = [
        (what, subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ))
        for what, command in listed
    ]  # fmt: skip
    for what, process in started:
        said, _ = process.communicate()
        print(f"{what}: {'red' if process.returncode else 'green'}")
        if process.returncode:
            print(said)
            red.append(what)
    print(f"Lemma {number}: {time.perf_counter() - start:.0f} s")
    if not shutil.which("coqc"):
        print("The proof was not checked: there is no Coq (make proofs).")
    if execute.outdated():
        print("The other chapters are of another library: make notebooks.")
    if red:
        raise SystemExit(f"Red: {'; '.join(red)}")


if __name__ == "__main__":
    main(sys.argv[1])

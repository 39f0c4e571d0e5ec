"""The book under fault: each must stop make book or make test, and say why.

A fault is made in a copy of the repository, which uses the environment of
this one. What was said is kept in faults.json beside this file. Run by
make faults: some faults need a build of the site.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from .common import change, copied, library_wrong

HERE = Path(__file__).parent
SEEN = {}


@pytest.fixture
def copy(tmp_path):
    return copied(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def record():
    yield
    if len(SEEN) == len(FAULTS):
        rows = [SEEN[name] for name in FAULTS]
        text = json.dumps(rows, indent=1, ensure_ascii=False)
        (HERE / "faults.json").write_text(text + "\n", encoding="utf-8")


def second_cell_is(code):
    def fault(copy):
        path = copy / "book/notation.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        cells[1]["source"] = [code]
        path.write_text(json.dumps(notebook), encoding="utf-8")

    return fault


def picture_missing(copy):
    change(
        copy / "book/references.md", "# References",
        "# References\n\n![A picture](_static/none.png)",
    )  # fmt: skip


def link_broken(copy):
    change(copy / "book/cheat_sheet.md", "(lemma_1.ipynb)", "(lemma_9.ipynb)")


def heading_renamed(copy):
    change(copy / "book/references.md", "### Higham (2002)", "### Higham")


def output_stale(copy):
    change(copy / "book/notation.ipynb", '"[1 2 3 4 5 6]', '"[1 2 3 4 5 7]')


def library_newer(copy):
    change(
        copy / "lemmas_lib/book/drawing.py", "import ", "import math\nimport "
    )


BOOK = ["make", "book"]
# What make pdf begins with; what it prints with is not in this environment.
PAPER = [".venv/bin/python", "-m", "workshop.build", "--builder", "singlehtml"]
NOTATION = [".venv/bin/python", "-m", "pytest", "book/notation.ipynb"]
MAKES = {tuple(BOOK): "make book", tuple(PAPER): "make pdf"}
EXECUTED = [
    ".venv/bin/python", "-m", "pytest", "tests/test_book.py", "-k",
    "executed_with_this_library",
]  # fmt: skip

# What happens, how, the command that must stop, and what it must say.
FAULTS = {
    "a cell raises": (
        second_cell_is("raise ValueError('a fault')"), BOOK,
        "A cell of a notebook raised", "notation",
    ),
    "a kernel dies": (
        second_cell_is("import os; os._exit(1)"), BOOK,
        "The kernel of a notebook died", "notation",
    ),
    "a picture is missing": (
        picture_missing, BOOK, "A picture is missing", "none.png",
    ),
    "a link to a page that is not there": (
        link_broken, BOOK, "A link leads nowhere", "lemma_9",
    ),
    "a link to a heading that was renamed": (
        heading_renamed, BOOK, "A link leads nowhere", "higham-2002",
    ),
    "a cell raises, in the tests": (
        second_cell_is("raise ValueError('a fault')"), NOTATION,
        "execute the notebooks again (make notebooks)", "notation.ipynb",
    ),
    "a kernel dies, in the tests": (
        second_cell_is("import os; os._exit(1)"), NOTATION,
        "execute the notebooks again (make notebooks)", "notation.ipynb",
    ),
    "an output is stale": (
        output_stale, NOTATION,
        "execute the notebooks again (make notebooks)", "notation.ipynb",
    ),
    "the library computes something else": (
        library_wrong, NOTATION,
        "execute the notebooks again (make notebooks)", "notation.ipynb",
    ),
    "the library is newer than the chapters": (
        library_newer, EXECUTED, "make notebooks", "book/drawing.py",
    ),
    "the library is newer than the chapters, on paper": (
        library_newer, PAPER, "which paper shows", "book/drawing.py",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_it_stops_and_says_what_to_do(name, copy):
    fault, command, advice, where = FAULTS[name]
    fault(copy)
    done = subprocess.run(
        command, cwd=copy, text=True, capture_output=True,
        env=os.environ | {"PYTHONPATH": str(copy), "REVISION": "fault"},
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert where in said
    # A line of pytest's may begin with its mark; it shows the code as well.
    lines = [
        re.sub(r"^E\s+(AssertionError: )?", "", line)
        for line in said.splitlines()
        if not line.strip().startswith('"')
    ]
    line = next((line for line in lines if advice in line), None)
    assert line, said[-3000:]
    SEEN[name] = {
        "fault": name,
        "command": MAKES.get(tuple(command), "make test"),
        "said": line.removeprefix("- ").strip(),
    }

"""Where a lemma stands: every place that has something for each of them.

Some lemmas state a sum, which has a function of ``sums`` and stands in every
place; the others say what else can be done with one, and stand where only
their number is asked for. ``make new-lemma`` leaves a beginning in each; the
tests and ``make book`` refuse a place that was forgotten. What is still to be
written is marked with the word TODO.
"""

import re
from typing import NamedTuple

from workshop import repository_files

TODO = "TODO"

# These speak of the word.
ABOUT_TODO = {
    "CONTRIBUTING.md", "Makefile", "tests/test_new_lemma.py",
    "tests/test_try_lemma.py", "workshop/new_lemma.py",
    "workshop/places.py", "workshop/try_lemma.py",
}  # fmt: skip

# What a lemma has in a file of a kind: a function of Python, an entry of a
# dict, a row of a table in a notebook.
FUNCTION = r"^def {name}\(.*?\n\n\n"
ENTRY = r'^    "{name}": .*?,\n(?=    ["#]|\}})'
ROW = r'^    "\| [^\n]*'


class Place(NamedTuple):
    """A place: its file, and the pattern of what each lemma has there.

    In the pattern {name} is the function of a sum, {number} the number of the
    lemma; one without {name} is a place of every lemma. ``write`` says what is
    to be written in a beginning, which ``mark`` marks: a pattern, and what
    takes its place. Without one nothing is left to be written.
    """

    file: str
    what: str
    pattern: str
    write: str = ""
    mark: tuple = ()
    ordered: bool = False  # by name, and not by number

    def lemmas(self, root):
        """Return the lemmas that stand here, with their functions or None."""
        found = sums(root)
        if "{name}" in self.pattern:
            return found
        return {number: found.get(number) for number in numbers(root)}

    def find(self, text, name, number):
        """Match what a lemma has in the text of the file."""
        pattern = self.pattern.format(name=name, number=number)
        return re.search(pattern, text, re.M | re.S)


def above(write, start="#", end=""):
    """Return the mark that is a comment on the line above."""
    return (r"\A", f"{start} {TODO}: {write}{end}\n")


def function(file, what, write, pattern=FUNCTION):
    return Place(file, what, pattern, write, above(write))


def entry(file, what, write, pattern=ENTRY):
    return Place(file, what, pattern, write, above(write, "    #"))


def row(file, what, pattern, write):
    return Place(file, what, pattern, write, (r"\| ", f"| {TODO} "))


LANGUAGES = "einsum", "jax", "julia", "matlab", "numpy", "pytorch", "r"

PLACES = [
    function("lemmas_lib/sums.py", "function",
             "formula, shapes, cost, source, examples, and the work"),
    Place("lemmas_lib/__init__.py", "import", r"^    {name},\n",
          ordered=True),
    Place("lemmas_lib/__init__.py", "name in __all__", r'^    "{name}",\n',
          ordered=True),
    function("lemmas_lib/_shapes.py", "shapes",
             "the matrices, the pattern and the heights"),
    function("lemmas_lib/oracles/loops.py", "loop",
             "the left side, block by block, and an example"),
    function("lemmas_lib/oracles/formulas.py", "formula",
             "the right side, which shares no algebra with the loop"),
    entry("lemmas_lib/oracles/rounding.py", "count of roundings",
          "how many roundings a term meets, by the longest route"),
    function("lemmas_lib/book/identities.py", "picture",
             "both sides, drawn from real matrices",
             r"^def lemma_{number}\(.*?\n\n\n"),
    function("tests/library/book/test_identities.py",
             "test of the picture", "what the picture must show",
             r"^def test_lemma_{number}_.*?\n\n\n"),
    entry("tests/library/cases.py", "shapes for the tests",
          "its matrices by the book, and the heights that follow them"),
    entry("tests/test_computed.py", "sum for Coq",
          "the left side in Coq's language"),
    Place("proofs/computed.v", "function that computes",
          r"^Definition {name}_at .*?\nQed\.\n\n",
          "the left side as a function, and that it is one",
          above("the left side as a function, and that it is.", "(*", " *)")),
    Place("proofs/computed.v", "line of evaluate",
          r"^    mx_{name},\n"),
    Place("book/proofs_source.md", "section",
          r"^## lemma_{number}\.v\n\n.*?\n```\n\n"),
    *(
        Place(f"tests/languages/{stem}.txt", "line",
              rf"^# Lemma {{number}}(?:: {TODO})?\n[^\n]*\n",
              "the sum in that language", (r"\n", f": {TODO}\n"))
        for stem in LANGUAGES
    ),
    entry("tests/benchmarks/cases.py", "sizes",
          "cases that are tiny, in the caches, and large",
          r'(?:^    Case\(\s*"{name}",.*?\),\n(?=    Case|    #|\]))+'),
    function("tests/benchmarks/sums.py", "case",
             "the formula in NumPy, the peers, and the operations",
             r"^def {name}\(draw.*?\n\n\n"),
    entry("tests/benchmarks/accuracy.py", "sizes",
          "matrices and heights, of some thousand terms"),
    row("book/index.ipynb", "row of the sums",
        ROW + r"\| \[Lemma {number}\]\([^\n]*\[`{name}\([^\n]*\n",
        "the sum, the call and the cost"),
    row("book/index.ipynb", "row of the finder",
        ROW + r"\[Lemma {number}\]\(lemma_{number}\.ipynb\), `{name}\("
        r"[^\n]*\n", "four answers, and the rest as in the table above"),
    row("book/cheat_sheet.md", "row",
        rf"^\| (?:{TODO} )?\[Lemma {{number}}\]\([^\n]*`{{name}}\([^\n]*\n",
        "both sides, the call and the cost"),
    row("book/accuracy.ipynb", "row of the counts",
        ROW + r"\| `{name}` \|[^\n]*\n", "the count, as in rounding.py"),
    Place("_toc.yml", "line", r"^ +- file: book/lemma_{number}\n"),
]  # fmt: skip


def numbers(root):
    """Return the numbers of all lemmas, those of their chapters, in order."""
    found = (root / "book").glob("lemma_*.ipynb")
    return sorted(int(path.stem.removeprefix("lemma_")) for path in found)


def sums(root):
    """Return the functions of the sums by their lemmas' numbers, in order."""
    text = (root / "lemmas_lib" / "sums.py").read_text(encoding="utf-8")
    head = r'^def (\w+)\([^)]*\):\n    r?"""Lemma (\d+):'
    found = re.findall(head, text, re.M)
    return {int(number): name for name, number in found}


def read(root, file):
    """Return a file's text, at whose end a function ends as elsewhere."""
    return (root / file).read_text(encoding="utf-8") + "\n\n"


def forgotten(root, among=PLACES):
    """Yield a sentence for each place in which a lemma is missing."""
    for place in among:
        text = read(root, place.file)
        for number, name in place.lemmas(root).items():
            if not place.find(text, name, number):
                which = f"Lemma {number}" + f", {name}" * bool(name)
                yield (
                    f"{place.file} has no {place.what} of {which}; write it "
                    "as that of the others"
                )


def left(root):
    """Yield what is still to be written: the file, the line, and its text."""
    kinds = {".ipynb", ".md", ".py", ".txt", ".v", ".yml"}
    for path in repository_files.files(root):
        file = path.relative_to(root).as_posix()
        if file in ABOUT_TODO or path.suffix not in kinds:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if re.search(rf"\b{TODO}\b", line):
                yield file, number, line.strip()

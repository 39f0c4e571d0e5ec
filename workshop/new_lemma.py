"""Start the chapter of a new lemma, for make new-lemma.

    make new-lemma NUMBER=7 FUNCTION=sum_abc TITLE='Sum of $A_iB_iC_i$'

It has the sections of every lemma, in their order, and what each must hold
after the word TODO, which the tests refuse. CONTRIBUTING.md has the steps
that follow.
"""

import re
import sys
from pathlib import Path

import nbformat

from workshop.execute import KERNEL

ROOT = Path(__file__).resolve().parents[1]

IMPORTS = """\
import numpy as np

from lemmas_lib import {function}
from lemmas_lib.book import identities, measured, plots, timing
from lemmas_lib.oracles import formulas, loops"""

# What stands folded on the site, and under which name.
FOLDS = {"hide-input": "Installation and imports", "hide-cell": "Solution"}

# The cells: their text, or that of code and its tag.
CHAPTER = [
    """\
# Lemma {number}: {title}

TODO: when one meets this sum, in one or two sentences.""",
    ("{install}" + IMPORTS, "hide-input"),
    """\
> **Lemma {number}** ({title}). TODO: the shapes. Then
>
> $$TODO = TODO.$$

TODO: what is to be known, and a small example in one call:""",
    """\
l, n, k = 3, 2, 2
A = np.arange(1, 13).reshape(k, l * n).T
print({function}(A, n))""",
    ('measured.gain("{function}")', "remove-input"),
    "identities.lemma_{number}(A, n)",
    """\
*TODO: a caption. The cell above needs alternative text, as metadata.*

## Is it my sum?

TODO: stacks, transposed blocks, weights, unequal groups, symmetric cases; each
with its line of code, and where no lemma is needed.

## Why it holds

TODO: the proof. ∎

| symbol | variable | shape |
|:--|:--|:--|
| $A$ | `A` | `(l*n, k)` |

### The formal statement

TODO: the statement in Coq, if there is one.

## In practice: TODO

TODO: data or a model that the reader knows.

## The check

Loop, formula and library agree exactly on integers, at random sizes.""",
    """\
rng = np.random.default_rng({number})


def agree():
    l, n, k = rng.integers(1, 7, 3)
    A = rng.integers(-9, 10, (l * n, k))
    loop = loops.{function}(A, n)
    formula = formulas.{function}(A, n)
    library = {function}(A, n)
    return np.all((loop == formula) & (loop == library))


print(all(agree() for _ in range(200)))""",
    """\
## When it fails

TODO: drop each assumption, and show in a cell what goes wrong.

## The cost

TODO: operations and bytes, and a timing with `timing.scaling`, which
`plots` shows.

## In your language

TODO: the table that `tests/test_languages.py` makes.

## Exercises

**1.** TODO: three or more, from seeing to proving.""",
    ("print({function}(A, n))", "hide-cell"),
    """\
## Where it is used

TODO: where the sum is met.

In the library: [`{function}`](api/sums.md#{anchor}). In words: *TODO*.

## References

- TODO""",
]


def chapter(number, function, title, install):
    """Return the notebook of a chapter that is still to be written."""
    known = dict(
        number=number, function=function, title=title, install=install,
        anchor=function.lower(),
    )  # fmt: skip
    cells = []
    for place, text in enumerate(CHAPTER):
        text, *tags = [text] if isinstance(text, str) else text
        is_prose = text.startswith(("#", "*", ">"))
        make = (
            nbformat.v4.new_markdown_cell
            if is_prose
            else nbformat.v4.new_code_cell
        )
        cell = make(text.format(**known))
        cell["id"] = f"lemma-{number}-{place:02}"
        cell["metadata"] = folded(*tags)
        cells.append(cell)
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def installation():
    """Return how the first cell of every chapter begins."""
    path = ROOT / "book" / "lemma_1.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    first = next(cell for cell in cells if cell.cell_type == "code")
    return first.source.partition("import numpy")[0]


def folded(*tags):
    """Return the metadata of a cell with such tags."""
    prompts = {
        f"code_prompt_{when}": FOLDS[tag]
        for tag in tags
        if tag in FOLDS
        for when in ("hide", "show")
    }
    found = {"tags": list(tags), "mystnb": prompts}
    return {key: value for key, value in found.items() if value}


def add(root, number, function, title):
    """Write the chapter and its line of the contents."""
    if not re.fullmatch(r"[1-9]\d*", number):
        raise SystemExit(f"NUMBER is {number!r}, not a whole number")
    if not function.isidentifier():
        raise SystemExit(f"FUNCTION is {function!r}, not a name in Python")
    if not title:
        raise SystemExit("TITLE is empty; say what is summed")
    path = root / "book" / f"lemma_{number}.ipynb"
    if path.exists():
        raise SystemExit(f"{path.name} is there already")
    nbformat.write(chapter(number, function, title, installation()), path)
    contents = root / "_toc.yml"
    lines = contents.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if "book/lemma_" in line)
    lines.insert(last + 1, f"      - file: book/lemma_{number}\n")
    contents.write_text("".join(lines), encoding="utf-8")
    print(f"book/{path.name} and its line in _toc.yml: replace every TODO.")
    print("What is still to be done is in CONTRIBUTING.md.")


if __name__ == "__main__":
    add(ROOT, *sys.argv[1:])

"""Leave a beginning of a new lemma in every place, for make new-lemma.

    make new-lemma NUMBER=7 FUNCTION=sum_abc TITLE='Sum of $A_iB_iC_i$'

Each is a copy of what Lemma 1 has there, under the new name, after that of the
last lemma; only the chapter has a template. What is to be written instead
stands after the word TODO, which the tests refuse. Where anything is in the
way nothing is written at all.
"""

import os
import re
import sys
from pathlib import Path

import nbformat

from workshop import places
from workshop.execute import METADATA

ROOT = Path(__file__).resolve().parents[1]

IMPORTS = """\
import numpy as np

from lemmas_lib import {function}
from lemmas_lib.book import identities, measured
from lemmas_lib.book import plots, timing
from lemmas_lib.oracles import formulas, loops"""

PROOF = """\
(* Chapter book/lemma_{number}. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_1.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* TODO: the statement, and its proof. *)
{theorem}
Proof. exact: lemma_1. Qed.
"""

ALT = "TODO: what the picture shows, in a sentence or two."

# What stands folded on the site, and under which name.
FOLDS = {"hide-input": "Installation and imports", "hide-cell": "Solution"}

# The cells: their text, or that of code with its tag or alternative text.
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
A = np.arange(1, 13).reshape(2, 6).T
B = np.array(
    [[1, 0], [0, 1], [1, 1], [0, 0], [2, 0], [0, 1]]
)
print({function}(A, B, 2))""",
    ('measured.gain("{function}")', "remove-input"),
    ("identities.lemma_{number}(A, B, 2)", ALT),
    """\
*TODO: a caption.*

## Is it my sum?

TODO: stacks, transposed blocks, weights, unequal groups, symmetric cases; each
with its line of code, and where no lemma is needed.

## Why it holds

TODO: the proof. ∎

| symbol | variable | shape |
|:--|:--|:--|
| $A$ | `A` | `(l*n, k)` |
| $B$ | `B` | `(l*n, k)` |
| the sum | `loop` | `(n, n)` |

Both sides, literally:""",
    """\
l, n, k = 3, 2, 2
loop = np.zeros((n, n), dtype=int)
for i in range(l):
    rows = slice(n * i, n * (i + 1))
    loop += A[rows] @ B[rows].T
# TODO: and the formula
print((loop == {function}(A, B, n)).all())""",
    """\
### The formal statement

Proved for all sizes, over any commutative ring: \
[the proof](proofs_source.md#lemma_{number}v), checked by machine, and \
[how to read the statement](proofs.md). \
TODO: the theorem of proofs/lemma_{number}.v, letter by letter.

```coq
{theorem}
```

## In practice: TODO

TODO: data or a model that the reader knows.

## The check

Loop, formula and library agree exactly on integers, at random sizes.""",
    """\
rng = np.random.default_rng({number})


def agree():
    l, n, k = rng.integers(1, 9, 3)  # TODO: all sizes
    A = rng.integers(-9, 10, (l * n, k))
    B = rng.integers(-9, 10, (l * n, k))
    loop = loops.{function}(A, B, n)
    formula = formulas.{function}(A, B, n)
    library = {function}(A, B, n)
    return np.all((loop == formula) & (loop == library))


print(all(agree() for _ in range(200)))""",
    """\
## When it fails

TODO: drop each assumption, and show in a cell what goes wrong.

## The cost

TODO: operations and bytes.""",
    (
        """\
def make(l, n=5, k=2):
    return *(rng.normal(size=(l * n, k)) for _ in "AB"), n


ways = {{
    "loop": loops.{function},
    "formula": formulas.{function},
    "library": {function},
}}
sizes = timing.geometric(30, 3000, 7)
times = timing.scaling(ways, make, sizes)
plots.scaling(times, sizes, "number of blocks $l$")""",
        ALT,
    ),
    """\
*TODO: a caption, with the sizes.*

## In your language

`A`, `B`, `l`, `n` and `k` are those of this chapter, `np` is `numpy` and \
`jnp` is `jax.numpy`; a test runs each line but Julia's, and compares it with \
the loop. TODO: the table of the lines in tests/languages, which \
make test-lemma prints where it is another.

## Exercises

**1.** TODO: from seeing""",
    ("print({function}(A, B, 2))", "hide-cell"),
    """\
**2.** TODO: through using

**3.** TODO: to proving.""",
    """\
## Where it is used

In the library: [`{function}`](api/sums.md#{anchor}). In words: \
*TODO: words that a reader may search for*, *each in italics*.

TODO: where the sum is met.

## References

- TODO""",
]


def chapter(known):
    """Return the notebook of a chapter that is still to be written."""
    cells = []
    for place, text in enumerate(CHAPTER):
        text, *more = [text] if isinstance(text, str) else text
        is_prose = text.startswith(("#", "*", ">"))
        make = (
            nbformat.v4.new_markdown_cell
            if is_prose
            else nbformat.v4.new_code_cell
        )
        cell = make(text.format(**known))
        cell["id"] = f"lemma-{known['number']}-{place:02}"
        alt = {"mystnb": {"image": {"alt": ALT}}}
        cell["metadata"] = alt if more == [ALT] else folded(*more)
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def installation(root):
    """Return how the first cell of every chapter begins."""
    path = root / "book" / "lemma_1.ipynb"
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


def renamed(text, first, known):
    """Return what Lemma 1 has under the names of the new lemma."""
    text = text.replace(first, known["function"])
    return re.sub(r"([Ll]emma[ _])1(?!\d)", rf"\g<1>{known['number']}", text)


def beginning(place, text, names, known):
    """Return a file's text with a beginning of the lemma in a place."""
    found = {
        number: place.find(text, name, number)
        for number, name in names.items()
    }
    for number in names:
        if not found[number]:
            raise SystemExit(
                f"{place.file} has no {place.what} of Lemma {number}, by "
                "which a new lemma finds where it belongs. Nothing was "
                "written."
            )
    first, *_, last = names
    new = renamed(found[first][0], names[first], known)
    if place.mark:
        pattern, mark = place.mark
        new = re.sub(pattern, lambda _: mark, new, count=1)
    after = found[last].end()
    if place.ordered:
        by_name = sorted(names, key=names.get)
        before = [n for n in by_name if names[n] < known["function"]]
        after = (
            found[before[-1]].end() if before else found[by_name[0]].start()
        )
    return text[:after] + new + text[after:]


def beginnings(root, number, function, title):
    """Return the new text of every file that is to hold something."""
    refuse_what_does_not_fit(root, number, function, title)
    first, *_ = places.sums(root).values()
    known = {
        "number": int(number), "function": function, "title": title,
        "install": installation(root), "anchor": function,
    }  # fmt: skip
    texts = {}
    for place in places.PLACES:
        text = texts.get(place.file) or places.read(root, place.file)
        names = place.lemmas(root)
        texts[place.file] = beginning(place, text, names, known)
    file = "CHANGELOG.md"
    head, added, rest = places.read(root, file).partition("\n### Added\n\n")
    if not added or head.count("\n## ") != 1:
        raise SystemExit(
            f"{file} has no '### Added' under '## Unreleased'. Nothing was "
            "written."
        )
    line = f"- TODO: Lemma {number}, `{function}`.\n"
    texts[file] = head + added + line + rest
    proof = places.read(root, "proofs/lemma_1.v")
    theorem = re.search(
        r"^Theorem lemma_1 .*?\.\n(?=Proof)", proof, re.M | re.S
    )
    if not theorem:
        raise SystemExit(
            "proofs/lemma_1.v has no theorem lemma_1. Nothing was written."
        )
    known["theorem"] = renamed(theorem[0], first, known).strip()
    texts[f"proofs/lemma_{number}.v"] = PROOF.format(**known)
    texts[f"book/lemma_{number}.ipynb"] = nbformat.writes(chapter(known))
    return {file: text.rstrip("\n") + "\n" for file, text in texts.items()}


def refuse_what_does_not_fit(root, number, function, title):
    """Stop where the number, the function or the title cannot be taken."""
    numbers = places.numbers(root)
    following = max(numbers) + 1
    if not re.fullmatch(r"[1-9]\d*", number):
        raise SystemExit(f"NUMBER is {number!r}, not a whole number")
    if int(number) in numbers:
        raise SystemExit(
            f"NUMBER is {number}: Lemma {number} is there already"
        )
    if int(number) != following:
        raise SystemExit(f"NUMBER is {number}; the next lemma is {following}")
    if not re.fullmatch(r"sum_[a-z0-9]+(_[a-z0-9]+)*", function):
        raise SystemExit(
            f"FUNCTION is {function!r}; a name in small letters that begins "
            "with sum_ is needed, such as sum_abt"
        )
    if re.search(r"lemma_\d", function):
        raise SystemExit(f"FUNCTION is {function!r}; name what is summed")
    taken = places.read(root, "lemmas_lib/sums.py")
    if re.search(rf"\b_?{function}\b", taken):
        raise SystemExit(f"FUNCTION is {function!r}, which is there already")
    if len(title.strip().splitlines()) != 1 or title.count("$") % 2:
        raise SystemExit(
            f"TITLE is {title!r}; say in a line what is summed, its formula "
            "between two dollars"
        )
    for file in (f"proofs/lemma_{number}.v", f"book/lemma_{number}.ipynb"):
        if os.path.lexists(root / file):
            raise SystemExit(f"{file} is there already")


def add(root, number, function, title):
    """Leave a beginning in every place, and say what to write in each."""
    texts = beginnings(root, number, function, title)
    for file, text in texts.items():
        (root / file).write_text(text, encoding="utf-8")
    print(f"Lemma {number} is begun in these places, each a copy of what")
    print("Lemma 1 has there. Write in its stead, and take the TODO away:")
    for place in places.PLACES:
        text = texts[place.file]
        begin = place.find(text + "\n\n", function, number).start()
        where = f"{place.file}:{text.count(chr(10), 0, begin) + 1}"
        print(f"  {where}  {place.what}: {place.write or 'done'}")
    print("  CHANGELOG.md  a line")
    print(f"  proofs/lemma_{number}.v  the statement, and its proof")
    print(f"  book/lemma_{number}.ipynb  what stands after each TODO")
    print(
        f"Then: make test-lemma N={number}. CONTRIBUTING.md tells the order."
    )


if __name__ == "__main__":
    add(ROOT, *sys.argv[1:])

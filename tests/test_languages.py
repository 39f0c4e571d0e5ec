"""The sums in other languages: each line runs, and stands in its chapter.

A file of languages/ has one line a lemma, made of the matrices and sizes of
the chapter. Where its language is installed, the lines are compared with the
loops.
"""

import os
import shutil
import subprocess
import sys
from collections import namedtuple
from importlib.machinery import PathFinder
from pathlib import Path

import nbformat
import numpy as np
import pytest

from lemmas_lib import kron_rearrange, vec
from lemmas_lib.oracles import adjoints, loops
from workshop import places

from .library.cases import case, extra_of, matrices_of

ROOT = Path(__file__).resolve().parents[1]
PATH = [*sys.path, str(ROOT / ".peers")]  # where make bench puts JAX

SIZES = {  # no two of them equal
    "l": 5, "n": 3, "k": 4,
    "l1": 6, "l2": 7, "n1": 2, "n2": 8, "k1": 9, "k2": 10,
}  # fmt: skip

SUMS, LEMMAS = places.sums(ROOT), places.numbers(ROOT)
l, n, k, k1, k2 = (SIZES[symbol] for symbol in ("l", "n", "k", "k1", "k2"))
A1, B2 = (l * n, k1), (l * n, k2)
GROUPS = np.repeat([0, 1, 2, 3], [3, 1, 5, 2])


def by_groups(A, B, g):
    """Return in row g vec(A_g'B_g)', of the rows with that label."""
    labels = g.ravel()
    products = [A[labels == v].T @ B[labels == v] for v in np.unique(labels)]
    return np.array([vec(X) for X in products])


def nearest(S):
    """Return the nearest Kronecker product of a (2, 3) and a (4, 5)."""
    u, s, v = np.linalg.svd(kron_rearrange(S, (2, 3), (4, 5)))
    A, B = v[0].reshape(3, 2).T, u[:, 0].reshape(5, 4).T
    return s[0] * np.kron(A, B)


# What the lines of the other lemmas return, of matrices of which shapes. The
# column g has the label of each row.
OTHERS = {
    7: (dict(A=A1, B=B2, X=(k2, k1)),
        lambda A, B, X: loops.sum_kron(A, B, n) @ vec(X)[:, None]),
    8: (dict(G=(n * n, k1 * k2), A=A1, B=B2),
        lambda G, A, B: adjoints.sum_kron(G, A, B, n)[0]),
    9: (dict(A=(l * n, k), B=(l * n, k), W=(l, l)),
        lambda A, B, W: loops.sum_abt(A, B, n, weights=W)),
    10: (dict(A=(11, k1), B=(11, k2), g=GROUPS[:, None]), by_groups),
    11: (dict(S=(8, 15)), nearest),
}  # fmt: skip

# What runs a program, how it begins, how it writes a matrix, and how it prints
# the shape and the columns of the sum that a line returns.
Language = namedtuple("Language", "command start matrix show")


def python(module, start, matrix):
    found = sys.executable if PathFinder.find_spec(module, PATH) else None
    show = "S = {}\nprint(*S.shape, *S.T.reshape(-1).tolist())"
    return Language([found], start, lambda X: f"{matrix}({X.tolist()})", show)


def columns(X):
    """Return the entries as a list, column by column."""
    return ", ".join(map(str, X.T.ravel()))


# In the order of the tables. Debian has no Julia.
LANGUAGES = {
    "numpy": python("numpy", "import numpy as np", "np.array"),
    "einsum": python("numpy", "import numpy as np", "np.array"),
    "pytorch": python("torch", "import torch", "torch.tensor"),
    "jax": python("jax", "import jax.numpy as jnp", "jnp.array"),
    "r": Language(
        [shutil.which("Rscript"), "--vanilla"],
        "options(digits = 15)",
        lambda X: f"matrix(c({columns(X)}), {len(X)})",
        'S <- {{{}}}; cat(dim(S), S, "\\n")',
    ),
    "julia": None,
    "matlab": Language(
        [shutil.which("octave-cli"), "--norc", "--no-history"],
        "",
        lambda X: f"reshape([{columns(X)}], {len(X)}, [])",
        '{}; printf("%d ", size(ans), ans); disp("")',
    ),
}


def read(stem):
    """Return the name of a language, the headings of its lines, the lines."""
    text = (ROOT / f"tests/languages/{stem}.txt").read_text(encoding="utf-8")
    name, *rest = text.splitlines()
    return name.removeprefix("# "), rest[::2], rest[1::2]


def problem(number):
    """Return random matrices of integers for a lemma, and what is expected.

    Blocks that meet have one height: n, or n1 and n2.
    """
    rng = np.random.default_rng(number)
    if number in OTHERS:
        shapes, function = OTHERS[number]
        matrices = {
            name: rng.integers(-9, 10, shape) if len(shape) == 2 else shape
            for name, shape in shapes.items()
        }
        return matrices, function(**matrices)
    name = SUMS[number]
    parts = extra_of(name)
    heights = ["n"] if len(parts) == 1 else ["n1", "n2"]
    sizes = SIZES | {
        symbol: SIZES[n]
        for n, symbols in zip(heights, parts, strict=True)
        for symbol in symbols
    }
    drawn = [rng.integers(-9, 10, s) for s in case(name, sizes).shapes]
    matrices = dict(zip(matrices_of(name), drawn, strict=True))
    total = getattr(loops, name)(*drawn, *(SIZES[n] for n in heights))
    return matrices, total


def test_each_file_has_one_line_a_lemma():
    files = (ROOT / "tests/languages").iterdir()
    assert sorted(path.stem for path in files) == sorted(LANGUAGES)
    for stem, language in LANGUAGES.items():
        name, heads, lines = read(stem)
        assert heads == [f"# Lemma {number}" for number in LEMMAS], name
        assert len(lines) == len(LEMMAS), name
        assert "|" not in "".join(lines), f"{name}: it ends a cell"
        assert name.endswith(" (not run)") == (language is None), name


@pytest.mark.parametrize("stem", [s for s in LANGUAGES if LANGUAGES[s]])
def test_each_line_returns_the_sum(stem, tmp_path):
    """All lemmas in one program, at unequal sizes."""
    language = LANGUAGES[stem]
    name, _, lines = read(stem)
    if None in language.command:
        pytest.skip(f"{name} is not installed")
    program = [language.start, *(f"{n} = {SIZES[n]};" for n in SIZES)]
    for number, line in zip(LEMMAS, lines, strict=True):
        for X, values in problem(number)[0].items():
            program.append(f"{X} = {language.matrix(values)};")
        program.append(language.show.format(line))
    (tmp_path / "program").write_text("\n".join(program) + "\n")
    done = subprocess.run(
        [*language.command, tmp_path / "program"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(PATH)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    for number, found in zip(LEMMAS, printed, strict=True):
        _, total = problem(number)
        expected = [*total.shape, *total.T.ravel()]
        returned = [float(x) for x in found.split()]
        if number == 11:  # of which the entries are no integers
            expected = pytest.approx(expected, rel=1e-4, abs=1e-4)
        assert returned == expected, f"{name}, Lemma {number}"


def table(number):
    """Return what a chapter shows, from the files."""
    rows = ["| language | the sum |", "|:--|:--|"]
    for name, _, lines in map(read, LANGUAGES):
        rows.append(f"| {name} | `{lines[number - 1]}` |")
    return "\n".join(rows)


@pytest.mark.parametrize("number", LEMMAS)
def test_a_chapter_shows_each_line(number):
    chapter = nbformat.read(ROOT / f"book/lemma_{number}.ipynb", as_version=4)
    sections = "\n".join(cell.source for cell in chapter.cells).split("\n## ")
    own = [s for s in sections if s.startswith("In your language\n")]
    assert own, f"lemma_{number}.ipynb has no section: ## In your language"
    assert table(number) in own[0], f"it has not:\n{table(number)}"

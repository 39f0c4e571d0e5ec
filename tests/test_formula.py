"""The plain formulas of docstrings, as TeX: each sign, and what is refused."""

import ast
import re
from pathlib import Path

import pytest

from tests import small_site
from workshop.extensions import formula

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "lemmas_lib").rglob("*.py"))
BETWEEN = re.compile(r"(?<!`)`([^`]+)`(?!`)")


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("A_i B_i'", "A_{i} B_{i}'"),
        ("AB'", "A B'"),
        ("k1", "k_{1}"),
        ("n2_A", "n_{2A}"),
        ("I_n_B", "I_{n_{B}}"),
        ("I_k1", "I_{k_{1}}"),
        ("I_n2_A", "I_{n_{2A}}"),
        ("K_{n2,n_A}", "K_{n_{2}, n_{A}}"),
        ("A_1'", "A_{1}'"),
        ("Z_(k,j)'V⁻¹e", "Z_{(k, j)}' V^{-1} e"),
        ("N_(k,j)(k,j)", "N_{(k, j)(k, j)}"),
        ("q_k(q_k+1)/2", "q_{k} (q_{k} + 1) / 2"),
        ("A^(n,kl)", "A^{(n, kl)}"),
        ("(BC')^(n,k1·l)'", r"(B C')^{(n, k_{1} l)\prime}"),
        ("x²'", r"x^{2\prime}"),
        ("X''", "X''"),
        ("σ⁻² X", r"\sigma^{-2} X"),
        ("𝒟⁺", r"\mathcal{D}^{+}"),
        ("2⁻¹¹", "2^{-11}"),
        ("b̃'ã", r"\tilde{b}' \tilde{a}"),
        ("Ē_i", r"\bar{E}_{i}"),
        ("⟨G, 𝓡(S)⟩", r"\langle G, \mathcal{R} (S) \rangle"),
        ("Σ_ij A_ij ⊗ B_ij", r"\sum_{ij} A_{ij} \otimes B_{ij}"),
        ("Σ_(k,j) t", r"\sum_{(k, j)} t"),
        ("½ tr(P ∂V)", r"\tfrac12 \operatorname{tr} (P \partial V)"),
        ("vec'(X)", r"\operatorname{vec}' (X)"),
        ("log|V|", r"\log | V |"),
        ("2·l·k·n_A", "2 l k n_{A}"),
        ("l·2", r"l \cdot 2"),
        ("n × n", r"n \times n"),
        ("n − 1.5", "n - 1.5"),
        ("A_1 + A_2 + …", r"A_{1} + A_{2} + \cdots"),
        ("(x_1, …, x_q)", r"(x_{1}, \ldots, x_{q})"),
        ("(..., p·q)", r"(\ldots, p q)"),
    ],
)
def test_a_formula_is_tex(text, tex):
    assert formula.translate(text) == [tex]


def test_a_line_may_break_before_what_relates_the_sides():
    """And in a wide formula before an operation or a function."""
    assert formula.translate("x = E^(n,kl) ≤ b − c ~ N(0, σ²D)") == [
        "x", "{} = E^{(n, kl)}", r"{} \le b - c",
        r"{} \sim N (0, \sigma^{2} D)",
    ]  # fmt: skip
    assert formula.translate("[(−I ⊗ K ⊗ I) vec(x + vec(y))]²") == [
        "[(- I", r"{} \otimes K", r"{} \otimes I)",
        r"{} \operatorname{vec} (x", r"{} + \operatorname{vec} (y))]^{2}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rows", "the word rows"),
        ("A * B", r"\* is not"),
        ("a-b", "- is not"),
        ("é", "is not known"),
        ("Σ = V", "over what the sum is"),
        ("A^2", "no bracket"),
        ("A_", "no index"),
        ("A_+", "no index"),
        ("A _i", "_ is not known here"),
        ("(A", r"not closed by \)"),
        ("[A)", r"\) is not"),
        ("A)", r"\) is not"),
        ("{A}", "{ is not"),
        ("K_{a,b", "not closed by }"),
        ("A_1_2", "two indices"),
        ("A1_2", "two indices"),
        ("A²_i³", "two powers"),
        ("A_{}", "index is empty"),
        (" ", "nothing in it"),
    ],
)
def test_what_is_not_known_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        formula.translate(text)


def docstrings():
    """Yield where each docstring of the library is, its name and its text."""
    kinds = ast.Module, ast.ClassDef, ast.FunctionDef
    for path in MODULES:
        place = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kinds) and ast.get_docstring(node):
                name = getattr(node, "name", "")
                yield place, name, ast.get_docstring(node)


def test_every_formula_of_the_library_is_known():
    found = [
        formula.translate(text)
        for _, _, doc in docstrings()
        for text in BETWEEN.findall(doc)
    ]
    assert len(found) > 300


def test_no_formula_of_the_public_library_is_left_unmarked():
    """But for shapes in the types of arguments, and for examples."""
    index = r"\b[A-Za-z]\d?_(?:[a-z]{1,2}|[A-Z])\b"
    signs = re.compile(f"[Σσβε𝒟½⊗·−²⁻]|{index}|[A-Z]'(?!s)")
    for place, name, doc in docstrings():
        if re.search(r"/_(?!_init__)", place) or name.startswith("_"):
            continue
        text = doc.partition("\nExamples\n")[0]
        text = re.sub("``.*?``|`.*?`", "", text, flags=re.DOTALL)
        text = re.sub(r"^.*\bshapes? \(.*$", "", text, flags=re.MULTILINE)
        assert not signs.search(text), (place, name)


@pytest.mark.parametrize("text", ["Σ_i A_i = B", "sum_i A_i"])
def test_an_unknown_formula_stops_the_build(text, tmp_path):
    page = f"Page\n====\n\nIt is `{text}`, and ``code`` is code.\n"
    (tmp_path / "index.rst").write_text(page, encoding="utf-8")
    (tmp_path / "conf.py").write_text(
        'extensions = ["workshop.extensions.formula"]\n'
        'default_role = "formula"\n'
    )
    done = small_site.build(tmp_path, "pseudoxml")
    known = text.startswith("Σ")
    assert (done.returncode == 0) == known, done.stderr
    if known:
        tree = (tmp_path / "out" / "index.pseudoxml").read_text("utf-8")
        assert tree.count("<math>") == 2 and tree.count("<literal>") == 1
    else:
        assert "index.rst:4" in done.stderr
        assert "`sum_i A_i` the word sum is not known" in done.stderr

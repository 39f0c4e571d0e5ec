"""The mistakes that make mutants makes."""

import sys
from pathlib import Path

import pytest

MUTANTS = Path(__file__).parent / "mutants"
sys.path.insert(0, str(MUTANTS))
import kinds  # noqa: E402


@pytest.mark.parametrize(
    ("text", "kind", "changed"),
    [
        ("X.T @ Y", "transpose dropped", "X @ Y"),
        ("X.swapaxes(-1, -2)", "transpose dropped", "X"),
        ("X.reshape(p, q)", "reshape in the other order",
         'X.reshape(p, q, order="F")'),
        ("A + B", "sign", "(A - B)"),
        ("G / 2", "factor lost", "G"),
        ("f(x[:, :-1])", "axis", "f(x[:, :-2])"),
        ("K(a, b)", "places exchanged", "K(b, a)"),
        ("x[i, j]", "places exchanged", "x[j, i]"),
        ("(p, q)", "places exchanged", "(q, p)"),
        ("x[i:j + 1]", "off by one", "x[i:(j + 1) - 1]"),
        ("range(0, n, 2)", "off by one", "range(0, (n) - 1, 2)"),
        ("if x < 0:\n    raise E", "check removed", "pass"),
        ("_validate.square(X)", "check removed", "pass"),
        ("if x:\n    y()", "branches exchanged", "if not (x):\n    y()"),
        ("a if c else b", "branches exchanged", "(b if c else a)"),
        ("a and b", "condition left out", "((b))"),
        ("duplication(q) @ x", "𝒟 and 𝒟⁺ exchanged",
         "np.linalg.pinv(duplication(q)).T @ x"),
        ("np.linalg.pinv(D) @ x", "𝒟 and 𝒟⁺ exchanged", "D.T @ x"),
    ],
)  # fmt: skip
def test_a_mistake_is_made(text, kind, changed):
    made = {m.text for m in kinds.mutants(text) if m.kind == kind}
    assert changed in made


@pytest.mark.parametrize(
    "text", ["isinstance(x, (a, b))", "x in (a, b)", "max(a, b)"]
)
def test_what_is_no_mistake_is_not_made(text):
    assert list(kinds.mutants(text)) == []


def test_any_negative_number_stands_for_the_rest_in_a_reshape():
    (only,) = kinds.mutants("x.reshape(-1, n)")
    assert only.kind == "reshape in the other order"


def test_a_mistake_is_found_again_where_lines_moved():
    (one,) = kinds.mutants("def f(A):\n    return A.T")
    (two,) = kinds.mutants("x = 1\n\n\ndef f(A):\n    return A.T")
    assert (one.definition, one.offset) == (two.definition, two.offset)
    assert one.name == two.name == "f: A.T → A (transpose dropped)"
    assert two.line == one.line + 3

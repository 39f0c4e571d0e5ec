"""The mistakes that make mutants makes, and the score that it committed."""

import json
import sys
from pathlib import Path

import pytest
import tomllib

MUTANTS = Path(__file__).parent / "mutants"
sys.path.insert(0, str(MUTANTS))
import kinds  # noqa: E402


@pytest.mark.parametrize(
    ("text", "kind", "changed"),
    [
        ("X.T @ Y", "transpose dropped", "X @ Y"),
        ("X.swapaxes(-1, -2)", "transpose dropped", "X"),
        ("X.transpose(axes)", "transpose dropped", "X"),
        ("t(X) @ Y", "transpose dropped", "X @ Y"),
        ("X.reshape(p, q)", "reshape in the other order",
         'X.reshape(p, q, order="F")'),
        ("(A @ B).reshape(p, q)", "reshape in the other order",
         '(A @ B).reshape(p, q, order="F")'),
        ("(A + B).T @ C", "transpose dropped", "(A + B) @ C"),
        ("A + B", "sign", "(A - B)"),
        ("a + (b + c)", "sign", "(a - (b + c))"),
        ("-(a + b) / 2", "sign", "(a + b) / 2"),
        ("2 * (a + b) * c", "factor lost", "(a + b) * c"),
        ("G / 2", "factor lost", "G"),
        ("f(x[:, :-1])", "axis", "f(x[:, :-2])"),
        ("K(a, b)", "places exchanged", "K(b, a)"),
        ("x[i, j]", "places exchanged", "x[j, i]"),
        ("A @ (B + C)", "places exchanged", "((B + C) @ A)"),
        ("x.reshape(*l, p, q)", "places exchanged", "x.reshape(*l, q, p)"),
        ("(p, q)", "places exchanged", "(q, p)"),
        ("x[i:j + 1]", "off by one", "x[i:(j + 1) - 1]"),
        ("range(0, n, 2)", "off by one", "range(0, (n) - 1, 2)"),
        ("if x < 0:\n    raise E", "check removed", "pass"),
        ("_validate.square(X)", "check removed", "pass"),
        ("if x:\n    y()", "branches exchanged", "if not (x):\n    y()"),
        ("a if c else b", "branches exchanged", "(b if c else a)"),
        ("a and b", "condition left out", "(b)"),
        ("a and b or c", "condition left out", "(a and b)"),
        ("duplication(q) @ x", "𝒟 and 𝒟⁺ exchanged",
         "np.linalg.pinv(duplication(q)).T @ x"),
        ("np.linalg.pinv(D) @ x", "𝒟 and 𝒟⁺ exchanged", "D.T @ x"),
    ],
)  # fmt: skip
def test_a_mistake_is_made(text, kind, changed):
    made = {m.text for m in kinds.mutants(text) if m.kind == kind}
    assert changed in made


@pytest.mark.parametrize(
    "text", ["isinstance(x, (a, b))", "x in (a, b)", "max(a, b)", "A @ A"]
)
def test_what_is_no_mistake_is_not_made(text):
    assert list(kinds.mutants(text)) == []


def test_any_negative_number_stands_for_the_rest_in_a_reshape():
    found = {mutant.kind for mutant in kinds.mutants("x.reshape(-1, n)")}
    assert found == {"reshape in the other order", "places exchanged"}


def test_an_axis_is_named_with_what_it_is_the_axis_of():
    (one,) = kinds.mutants("y = x.sum(\n    axis=-1)")
    assert (one.old, one.new) == ("x.sum( axis=-1)", "x.sum( axis=-2)")
    assert one.text == "y = x.sum(\n    axis=-2)"


def test_a_mistake_is_found_again_where_lines_moved():
    (one,) = kinds.mutants("def f(A):\n    return A.T")
    (two,) = kinds.mutants("x = 1\n\n\ndef f(A):\n    return A.T")
    assert (one.definition, one.offset) == (two.definition, two.offset)
    assert one.name == two.name == "f: A.T → A (transpose dropped)"
    assert two.line == one.line + 3


def test_each_survivor_has_a_reason_and_each_reason_a_survivor():
    score = json.loads((MUTANTS / "score.json").read_text(encoding="utf-8"))
    reasons = tomllib.loads((MUTANTS / "reasons.toml").read_text("utf-8"))
    given = {each["reason"]: each["mutants"] for each in reasons["equivalent"]}
    assert {r: sorted(set(n)) for r, n in score["survivors"].items()} == {
        r: sorted(n) for r, n in given.items()
    }

"""The mistakes that make mutants makes, and the score that it committed."""

import json

import pytest
import tomllib

from workshop.mutants import carry, kinds, run


@pytest.mark.parametrize(
    ("text", "kind", "changed"),
    [
        ("X.T @ Y", "transpose dropped", "X @ Y"),
        ("X.swapaxes(-1, -2)", "transpose dropped", "X"),
        ("X.transpose(axes)", "transpose dropped", "X"),
        ("mT(X) @ Y", "transpose dropped", "X @ Y"),
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
        ("_arguments.square(X)", "check removed", "pass"),
        ("_checks.square(X)", "check removed", "pass"),
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


PLAIN = "class C:\n    def f(A):\n        return A.T, -A\n"
MOVED = """
x = 1


class C:
    \"\"\"About.\"\"\"

    def f(A):  # A comment.
        \"\"\"Transpose.\"\"\"
        return A.T, -A
"""


def keys(module, text):
    return [run.key(run.described(module, m)) for m in kinds.mutants(text)]


def test_a_mistake_is_found_again_where_only_its_surroundings_changed():
    one, two = list(kinds.mutants(PLAIN)), list(kinds.mutants(MOVED))
    assert [m.name for m in one] == [m.name for m in two]
    assert one[0].name == "C.f: A.T, -A → -A, A.T (places exchanged)"
    assert len(set(keys("a", PLAIN))) == len(one) == 3
    assert keys("a", PLAIN) == keys("a", MOVED) != keys("b", PLAIN)
    assert two[0].line > one[0].line


@pytest.mark.parametrize("new", ["-A.T, A", "A.T, A", "B.T, -A"])
def test_a_mistake_is_tried_again_where_the_code_changed(new):
    changed = PLAIN.replace("A.T, -A", new)
    assert not set(keys("a", PLAIN)) & set(keys("a", changed))


def test_mistakes_are_made_in_all_of_the_core_and_of_the_mixed_model():
    library = run.ROOT / "lemmas_lib"
    chosen = set(run.modules(library).values())
    every = set(library.rglob("*.py"))
    left = {path.relative_to(library).as_posix() for path in every - chosen}
    rooms = {name.split("/")[0] for name in left if "/" in name}
    assert {"book", "oracles"} < rooms
    assert {n for n in left if not n.startswith(("book/", "oracles/"))} == {
        "__init__.py",
        "_contraction/__init__.py",
        "mixed_model/__init__.py",
        "mixed_model/datasets.py",
    }
    assert run.modules(library).keys() >= {"sums", "_contraction.kernels"}


OLD = {
    "a": "def same(X):\n    return X.T\n\n\ndef other(X):\n    return a.f(-X)",
    "c": "def twin(X):\n    return -X",
    "d": "def twin(X):\n    return -X",
}
NEW = {
    "b": 'def same(X):\n    """About."""\n    return X.T\n',
    "e": "def twin(X):\n    return -X\n\n\ndef other(X):\n    return b.f(-X)",
}


def written(folder, modules):
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)
    return carry.described({n: folder / f"{n}.py" for n in modules})


def test_what_was_found_moves_with_the_code(tmp_path):
    """And not where it changed, or where it is not known which it was."""
    before, now = written(tmp_path, OLD), written(tmp_path, NEW)
    lines = [
        json.dumps(each | {"units": f"test_{each['name']}"}) for each in before
    ]
    (tmp_path / "found.jsonl").write_text("\n".join(lines))
    pairs = carry.same(before, now)
    (one,) = carry.carried(
        pairs, carry.found_in(tmp_path / "found.jsonl", before)
    )
    assert one["name"] == "b.same: X.T → X (transpose dropped)"
    assert one["units"] == "test_a.same: X.T → X (transpose dropped)"
    assert "notebooks" not in one
    reasons = tmp_path / "reasons.toml"
    names = [one["name"].replace("b.", "a."), 'a.f: "x" → y (sign)']
    text = f"mutants = [\n    {json.dumps(names[0], ensure_ascii=False)},\n"
    text += f"    {json.dumps(names[1], ensure_ascii=False)},\n]\n"
    reasons.write_text(text, encoding="utf-8")
    carry.renamed(reasons, pairs)
    assert tomllib.loads(reasons.read_text("utf-8"))["mutants"] == [
        one["name"], names[1],
    ]  # fmt: skip


def test_a_score_tells_what_survived_and_what_the_tests_found(tmp_path):
    text = "def f(X):\n    return X.T\n\n\ndef g(X):\n    return -X\n"
    mutants = written(tmp_path, {"a": text, "b": text})
    counts = {"mutants": 2, "units": 1, "none": 1}
    score = {
        "modules": {"a": counts, "b": counts | {"units": 0}},
        "survivors": {"why": ["a.g: -X → X (sign)"]},
    }
    found = dict(carry.of_score(score, mutants))
    assert [found.get(run.key(each)) for each in mutants] == [
        {"units": "the unit tests"},
        {"units": "survived", "notebooks": "survived"},
        None,
        None,
    ]


def test_each_survivor_has_a_reason_and_each_reason_a_survivor():
    score = json.loads(run.SCORE.read_text(encoding="utf-8"))
    reasons = tomllib.loads((run.HERE / "reasons.toml").read_text("utf-8"))
    given = {each["reason"]: each["mutants"] for each in reasons["equivalent"]}
    assert {r: sorted(set(n)) for r, n in score["survivors"].items()} == {
        r: sorted(n) for r, n in given.items()
    }


@pytest.mark.parametrize(
    ("which", "found", "has_reason", "due"),
    [
        ("units", {}, False, True),
        ("units", {}, True, True),
        ("units", {"units": "a test"}, False, False),
        ("notebooks", {"units": "a test"}, False, False),
        ("notebooks", {"units": "survived"}, False, True),
        ("notebooks", {"units": "survived"}, True, False),
    ],
)
def test_notebooks_try_what_the_unit_tests_miss(which, found, has_reason, due):
    assert run.is_due(which, found, has_reason, None) == due


def test_every_reason_is_one_for_a_mutant_that_there_is():
    made = {
        run.described(name, mutant)["name"]
        for name, path in run.modules(run.LIBRARY).items()
        for mutant in kinds.mutants(path.read_text(encoding="utf-8"))
    }
    assert set(run.explained()) <= made

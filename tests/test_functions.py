"""The pages of functions: nothing left out, and linked by what is true."""

import ast
import importlib
import re
from pathlib import Path

import nbformat
import pytest

import lemmas_lib
from lemmas_lib import mixed_model
from workshop.extensions import functions, library

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "book" / "api").glob("*.md"))
ONLY_FOR_ERRATA = {"lemmas_lib.book.as_printed"}
MODULES = sorted(
    {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ROOT.glob("lemmas_lib/**/*.py")
        if "/_" not in path.as_posix()
    }
    - ONLY_FOR_ERRATA
)

every_module = pytest.mark.parametrize("module", MODULES)


def module_of(page):
    """Return the module that a page names."""
    (module,) = functions.ROOM.findall(page.read_text(encoding="utf-8"))
    return module


def test_every_module_has_its_page_and_its_row():
    assert [module_of(page) for page in PAGES] == sorted(
        MODULES, key=lambda module: module.rpartition(".")[2]
    )
    for page in PAGES:
        assert module_of(page).endswith(f".{page.stem}")
    tables = functions.TABLE.findall(
        (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    )
    assert sorted(" ".join(tables).split()) == MODULES


def expanded(text):
    """Return the text of a page as Sphinx reads it."""
    source = [text]
    functions.expand(None, "book/api/some", source)
    return source[0]


@every_module
def test_every_function_has_a_heading_on_the_page_of_its_module(module):
    """What is defined is read from the text, and not as the page does it."""
    path = ROOT / (module.replace(".", "/") + ".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defined = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
    ]
    text = expanded(f"```{{functions}} {module}\n```\n")
    headings = re.findall(r"^## (\w+)$", text, re.M)
    assert headings[: len(defined)] == defined
    shown = re.findall(r"^\.\. auto(?:function|class):: ([\w.]+)$", text, re.M)
    assert [name.rpartition(".")[2] for name in shown] == headings
    row = expanded(f"```{{modules}} {module}\n```\n")
    page = module.rpartition(".")[2]
    for name in headings:
        assert f"[`{name}`](api/{page}.md#{name.lower()})" in row


def test_everything_that_is_exported_is_shown_once_by_its_short_name():
    shown = [
        library.shown(module, name)
        for module in MODULES
        for name in library.functions(module)
    ]
    for room in (lemmas_lib, mixed_model):
        for name in room.__all__:
            if callable(getattr(room, name)):
                assert shown.count(f"{room.__name__}.{name}") == 1, name


@pytest.mark.parametrize("module", library.ORACLES)
def test_every_function_with_an_oracle_leads_to_it_and_back(module):
    """Score, information and likelihood have one, each of the sums two."""
    for name in library.functions(module):
        oracles = library.checked_by(module, name)
        assert oracles == [*library.ORACLES[module]]
        for oracle in oracles:
            assert library.checks(oracle, name) == [module]
    assert library.checks("lemmas_lib.oracles.definitions", "covariance") == []
    assert library.checked_by("lemmas_lib.operators", "vec") == []


def test_a_class_is_shown_with_its_own_methods_and_properties():
    assert library.members(mixed_model.CrossProducts) == ["p", "q", "columns"]
    assert library.members(mixed_model.Fit) == ["response", "summary"]
    assert library.members(mixed_model.StandardErrors) == []
    assert library.members(mixed_model.fit) == []
    text = expanded("```{functions} lemmas_lib.mixed_model.result\n```\n")
    assert "   :members: response, summary\n```" in text


CODE = """
if "google.colab" in sys.modules:
    %pip install something
import numpy as np
from lemmas_lib import sum_kron, vec as stacked, mixed_model
from lemmas_lib.book import plots
from lemmas_lib.oracles import loops
def f(A, sum_abt):
    return stacked(A), np.linalg.norm(A), A.T, sum_abt
"""


def test_a_use_is_a_call_by_any_name_and_an_import_is_none(tmp_path):
    path = tmp_path / "chapter.ipynb"
    cells = [
        nbformat.v4.new_markdown_cell("loops.sum_kron"),
        nbformat.v4.new_code_cell(CODE),
        nbformat.v4.new_code_cell("loops.sum_abt, mixed_model.datasets.load"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert library.used(path) == {
        ("lemmas_lib.operators", "vec"),
        ("lemmas_lib.oracles.loops", "sum_abt"),
        ("lemmas_lib.mixed_model.datasets", "load"),
    }


@every_module
def test_every_source_is_a_heading_of_the_references(module):
    """So it is a link on the site."""
    page = (ROOT / "book" / "references.md").read_text(encoding="utf-8")
    known = "|".join(map(re.escape, re.findall("^### (.+)$", page, re.M)))
    docs = [importlib.import_module(module).__doc__]
    docs += [thing.__doc__ for thing in library.functions(module).values()]
    for doc in filter(None, docs):
        text = " ".join(doc.split())
        for source in text.split("Source: ")[1:]:
            assert re.search(known, source), source
        for place in re.finditer(r"\((?:1|2)\d{3}\)", text):
            assert re.search(f"(?:{known})$", text[: place.end()]), text

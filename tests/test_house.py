"""The house: what stands where, under which name, and that it says so."""

import ast
import collections
import importlib
import inspect
from pathlib import Path

import pytest

from workshop import repository_files

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "lemmas_lib"
TESTS = ROOT / "tests" / "library"
# Those of what only arrays of other libraries need, which are there alone.
OTHERS = ROOT / "tests" / "arrays"
PYTHON = [
    path for path in repository_files.files(ROOT) if path.suffix == ".py"
]
MODULES = sorted(path for path in PYTHON if path.is_relative_to(LIBRARY))
MOST_LINES = 360  # about 350
# Constants alone, which every test of the room reads, and a quotation.
WITHOUT_TESTS = {"_contraction/sizes.py", "book/as_printed.py"}


def place(path):
    return path.relative_to(LIBRARY).as_posix()


def name(path):
    """Return a module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def is_private(path):
    return any(p.startswith("_") and p != "__init__.py" for p in parts(path))


def parts(path):
    return path.relative_to(LIBRARY).parts


def defined(path):
    """Return the names that a module defines at its top."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Assign):
            found += [t.id for t in node.targets if isinstance(t, ast.Name)]
    return found


@pytest.mark.parametrize(
    "path", PYTHON, ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_a_file_says_first_what_belongs_in_it(path):
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert doc and doc.splitlines()[0].endswith((".", ":")), path


@pytest.mark.parametrize(
    "path", PYTHON, ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_a_long_file_says_why(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > MOST_LINES:
        assert any("Longer than other" in line for line in lines[:40]), (
            f"{path} has {len(lines)} lines"
        )


def own_test(path):
    """Return the file in which a module is to be tested."""
    *folders, last = (part.removeprefix("_") for part in parts(path))
    return TESTS.joinpath(*folders, f"test_{last}")


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_a_module_is_tested_under_its_name(path):
    if path.name != "__init__.py" and place(path) not in WITHOUT_TESTS:
        own = own_test(path)
        assert own.is_file() or (OTHERS / own.name).is_file(), own


def test_no_private_name_means_two_things():
    """The arguments of a lemma and the lemma have one name on purpose."""
    owners = collections.defaultdict(list)
    for path in MODULES:
        for found in defined(path):
            private = is_private(path) and place(path) != "_shapes.py"
            if found != "__all__" and (found.startswith("_") or private):
                owners[found].append(place(path))
    assert {n: where for n, where in owners.items() if len(where) > 1} == {}


def public(path):
    """Return the public functions and methods that a module defines."""
    module = importlib.import_module(name(path))
    for found in defined(path):
        thing = getattr(module, found)
        if found.startswith("_"):
            continue
        if inspect.isfunction(thing):
            yield thing
        if inspect.isclass(thing):
            own = vars(thing).items()
            yield from (
                method
                for name, method in own
                if inspect.isfunction(method) and not name.startswith("_")
            )


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if not is_private(p)
     and place(p) != "book/as_printed.py"],
    ids=place,
)  # fmt: skip
def test_every_public_function_has_an_example(path):
    """Where the underscore is missing a reader may call it."""
    for function in public(path):
        assert ">>> " in (function.__doc__ or ""), function.__qualname__


def test_a_test_reads_private_names_of_its_own_room_only():
    for path in sorted(TESTS.rglob("*.py")):
        room = path.relative_to(TESTS).parts[0]
        own = room.removesuffix(".py").removeprefix("test_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for module in imported(node):
                if "._" in module:
                    _, first, *_ = module.split(".")
                    first = first.removeprefix("_")
                    assert first in {own, "arrays"}, (path, module)


def imported(node):
    """Return the dotted names of the library that a statement imports."""
    if isinstance(node, ast.ImportFrom) and node.module:
        if node.module.startswith("lemmas_lib") and not node.level:
            yield from (f"{node.module}.{a.name}" for a in node.names)
    if isinstance(node, ast.Import):
        yield from (
            a.name for a in node.names if a.name.startswith("lemmas_lib")
        )

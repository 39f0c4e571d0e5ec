"""What the library offers, what checks what, and which chapters use it."""

import ast
import functools
import inspect
import pkgutil
import re
from pathlib import Path

import nbformat

import lemmas_lib
from lemmas_lib import mixed_model

# The packages from which a reader imports by name.
ROOMS = lemmas_lib, mixed_model

# The modules of which each function has oracles, under its own name.
ORACLES = {
    "lemmas_lib.sums": (
        "lemmas_lib.oracles.loops", "lemmas_lib.oracles.formulas",
    ),
    "lemmas_lib.gradients": ("lemmas_lib.oracles.adjoints",),
    "lemmas_lib.mixed_model.likelihood": ("lemmas_lib.oracles.definitions",),
}  # fmt: skip


def functions(module):
    """Return the functions and classes of a module's page, by name.

    What a room exports from a private module stands with the public one that
    has it, after what is defined there.
    """
    own, others = {}, {}
    for name, thing in vars(pkgutil.resolve_name(module)).items():
        home = getattr(thing, "__module__", None)
        if name.startswith("_") or not callable(thing) or not home:
            continue
        if home == module:
            own[name] = thing
        elif "._" in home and inspect.isclass(thing) and _room(name, thing):
            others[name] = thing
    return own | others


def shown(module, name):
    """Return the dotted name by which a reader imports a function."""
    room = _room(name, functions(module)[name])
    return f"{room.__name__ if room else module}.{name}"


def _room(name, thing):
    for room in ROOMS:
        if name in room.__all__ and getattr(room, name) is thing:
            return room
    return None


def members(thing):
    """Return the public methods and properties of a class, if it is one."""
    kinds = (property, functools.cached_property)
    own = vars(thing) if inspect.isclass(thing) else {}
    return [
        name
        for name, member in own.items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, kinds))
    ]


def checked_by(module, name):
    """Return the modules of the oracles of a function."""
    oracles = ORACLES.get(module, ())
    return [oracle for oracle in oracles if name in functions(oracle)]


def checks(module, name):
    """Return the module that has what an oracle checks, in a list."""
    return [
        checked
        for checked, oracles in ORACLES.items()
        if module in oracles and name in functions(checked)
    ]


@functools.cache
def used(path):
    """Return what the code of a notebook uses of the library.

    Each as the module that defines it and its name there.
    """
    cells = nbformat.read(Path(path), as_version=4).cells
    code = "\n".join(c.source for c in cells if c.cell_type == "code")
    tree = ast.parse(re.sub(r"^( *)%.*", r"\1pass", code, flags=re.MULTILINE))
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            if node.module.partition(".")[0] == "lemmas_lib":
                for alias in node.names:
                    thing = pkgutil.resolve_name(f"{node.module}:{alias.name}")
                    known[alias.asname or alias.name] = thing

    def meant(node):
        if isinstance(node, ast.Name):
            return known.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = meant(node.value)
            if inspect.ismodule(owner):
                return getattr(owner, node.attr)
        return None

    things = filter(callable, map(meant, ast.walk(tree)))
    return {(thing.__module__, thing.__name__) for thing in things}

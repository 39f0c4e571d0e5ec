"""Carry over what was found of mutants in another checkout of the library.

    python -m workshop.mutants.carry FOUND OLD

For modules that have got other names or places since the checkout OLD. FOUND
is its _build/mutants/found.jsonl or, where that is lost, its score.json, which
says what survived and in which modules the unit tests found all the others.

A definition that stands here with the same code, in whatever module, keeps
what was found of its mutants: that is added to _build/mutants/found.jsonl.
Names in reasons.toml follow. make mutants then tries the other mutants.
"""

import argparse
import collections
import json
from pathlib import Path

import tomllib

from workshop.execute import LIBRARY
from workshop.mutants import kinds, reached, run


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("found", type=Path)
    parser.add_argument("old", type=Path, help="a checkout's folder")
    asked = parser.parse_args()
    library = asked.old / "lemmas_lib"
    paths = {reached.dotted(library, p): p for p in library.rglob("*.py")}
    before, now = described(paths), described(run.modules(LIBRARY))
    pairs = same(before, now)
    results = carried(pairs, found_in(asked.found, before))
    run.WORK.mkdir(parents=True, exist_ok=True)
    with run.FOUND.open("a", encoding="utf-8") as file:
        for each in results:
            file.write(json.dumps(each, ensure_ascii=False) + "\n")
    renamed(run.HERE / "reasons.toml", pairs)
    print(f"{len(results)} of {len(now)} mutants carried over")


def described(paths):
    """Return all mutants of some modules, as run describes them."""
    return [
        run.described(module, mutant)
        for module, path in paths.items()
        for mutant in kinds.mutants(path.read_text(encoding="utf-8"))
    ]


def same(before, now):
    """Return the pairs of mutants of definitions with the same code.

    Where two modules have the same definition, which is which is not known.
    """
    by_code = collections.defaultdict(lambda: ([], []))
    for side, mutants in enumerate((before, now)):
        for each in mutants:
            code = each["definition"], each["ordinal"]
            by_code[code][side].append(each)
    return [
        (old, new)
        for olds, news in by_code.values()
        if len(olds) == len(news) == 1
        for old, new in zip(olds, news, strict=True)
    ]


def carried(pairs, found):
    """Return what was found of the old ones, under the names of the new."""
    return [
        new | known for old, new in pairs if (known := found.get(run.key(old)))
    ]


def found_in(path, mutants):
    """Return by which test or cell each of the mutants was found."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return dict(of_score(json.loads(text), mutants))
    found = collections.defaultdict(dict)
    for each in map(json.loads, text.splitlines()):
        ways = set(run.WAYS) & set(each)
        found[run.key(each)].update({which: each[which] for which in ways})
    return found


def of_score(score, mutants):
    """Yield what a score tells of each mutant, where it tells anything."""
    survivors = collections.Counter(sum(score["survivors"].values(), []))
    alike = collections.Counter(each["name"] for each in mutants)
    by_units = {
        module
        for module, counts in score["modules"].items()
        if counts["units"] + counts["none"] == counts["mutants"]
    }
    for each in mutants:
        name = each["name"]
        if name in survivors:
            if survivors[name] == alike[name]:  # else, which of them?
                yield run.key(each), dict.fromkeys(run.WAYS, run.SURVIVED)
        elif each["module"] in by_units:
            yield run.key(each), {"units": "the unit tests"}


def renamed(path, pairs):
    """Write the new names of mutants into a file of reasons."""
    modules = {
        old["name"]: (old["module"], new["module"]) for old, new in pairs
    }
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for place, line in enumerate(lines):
        if line.startswith('    "'):
            (name,) = tomllib.loads(f"names = [{line}]")["names"]
            old, new = modules.get(name, ("", ""))
            lines[place] = line.replace(f'"{old}.', f'"{new}.', 1)
    path.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Make one mistake at a time in lemmas_lib, and see the tests turn red.

    python -m workshop.mutants.run [--modules sums operators] [--jobs 2]

Each mutant runs in a copy of the repository, under the unit tests and, where
these miss it, under the notebooks; of both those run that reach the place,
quick ones first. What was found is kept in _build/mutants/found.jsonl, so
that a run that was stopped goes on where it was; a function whose code has
changed since begins anew. Where tests were taken out, remove the file: what
they found stays in it. The score of all goes to workshop/mutants/score.json.

Tools such as mutmut and cosmic-ray exchange operators and numbers, and know
nothing of transposes, reshapes and commutation matrices: see kinds.py.
"""

import argparse
import collections
import datetime
import hashlib
import itertools
import json
import os
import pickle
import queue
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tomllib

from workshop import execute, repository_files
from workshop.execute import LIBRARY, ROOT
from workshop.mutants import forked, kinds, reached

HERE = Path(__file__).parent
WORK = ROOT / "_build" / "mutants"
FOUND = WORK / "found.jsonl"
SCORE = HERE / "score.json"
WAYS = "units", "notebooks"

# The rooms of the library in which mistakes are made, and what in them only
# reads data. The oracles are what the tests compare with.
ROOMS = "", "_contraction", "mixed_model"
LEFT_ALONE = {"mixed_model.datasets"}


def modules(library):
    """Return the modules in which mistakes are made, by their names."""
    every = {
        reached.dotted(library, path): path
        for room in ROOMS
        for path in sorted((library / room).glob("*.py"))
        if path.stem != "__init__"
    }
    return {n: path for n, path in every.items() if n not in LEFT_ALONE}


MODULES = list(modules(LIBRARY))
TESTS = ["tests/library", "lemmas_lib"]
CHAPTERS = [
    f"book/{path.name}" for path in sorted((ROOT / "book").glob("*.ipynb"))
]
SURVIVED = forked.SURVIVED
WHILE = 20  # seconds
UNEXPLAINED = "no reason is known"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--modules", nargs="*", default=MODULES)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--every", type=int, default=1, help="one of so many")
    parser.add_argument(
        "--again", choices=WAYS, help="those that survived these, once more"
    )
    asked = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    copies = queue.Queue()
    for folder in made(WORK, asked.jobs):
        copies.put(forked.Copy(folder))
    digests, reasons = execute.digests(), explained()
    lock = threading.Lock()
    looks = Looks(copies.queue[0])
    tasks = [
        (described(module, mutant), mutant)
        for module in asked.modules
        for mutant in list(kinds.mutants(looks.texts[module]))[:: asked.every]
    ]

    def one(which, kept, mutant):
        copy = copies.get()
        start = time.perf_counter()
        path = copy.folder / "lemmas_lib" / file_of(kept["module"])
        path.write_text(mutant.text, encoding="utf-8")
        tests = looks.at(which, kept["module"], mutant.statement)
        if kept["name"] in reasons:
            tests = looks.quick(tests)
        by = copy.look(tests, looks.patience(tests))
        path.write_text(looks.texts[kept["module"]], encoding="utf-8")
        copies.put(copy)
        seconds = round(time.perf_counter() - start, 1)
        with lock, FOUND.open("a", encoding="utf-8") as file:
            text = json.dumps(kept | {which: by}, ensure_ascii=False)
            file.write(text + "\n")
        print(kept["line"], kept["name"], by, seconds, sep=" | ", flush=True)

    for which in WAYS:
        known = found_before()
        todo = [
            (which, kept, mutant)
            for kept, mutant in tasks
            if is_due(
                which, known[key(kept)], kept["name"] in reasons, asked.again
            )
        ]
        print(f"{which}: {len(todo)} of {len(tasks)} mutants", flush=True)
        with ThreadPoolExecutor(asked.jobs) as pool:
            list(pool.map(lambda task: one(*task), todo))
    known = found_before()
    results = [known[key(kept)] | kept for kept, _ in tasks]
    found = score(results, reasons, digests)
    if asked.modules == MODULES and asked.every == 1:
        text = json.dumps(found, indent=1, ensure_ascii=False)
        SCORE.write_text(text + "\n", encoding="utf-8")
    unexplained = found["survivors"].get(UNEXPLAINED)
    if unexplained:
        sys.exit("\n".join(["Survived without a reason:", *unexplained]))


def made(work, number):
    """Return copies of what git knows, all alike, with compiled tests."""
    first, *others = (work / f"copy_{n}" for n in range(number))
    for folder in (first, *others):
        shutil.rmtree(folder, ignore_errors=True)
    repository_files.copy(ROOT, first)
    subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", *TESTS],
        cwd=first, env=os.environ | {"PYTHONPATH": str(first)},
        check=True, capture_output=True,
    )  # fmt: skip
    for folder in others:
        shutil.copytree(first, folder)
    return first, *others


def green(copy, names):
    """Return how many seconds some take without a mutant; they must pass."""
    start = time.perf_counter()
    found = copy.look(names, 900)
    if found != SURVIVED:
        sys.exit(f"Red without any mutant: {found}")
    return time.perf_counter() - start


class Looks:
    """Which tests look at a statement, by a run of all in a copy."""

    def __init__(self, copy):
        folder = copy.folder
        library = modules(folder / "lemmas_lib")
        self.texts = {
            n: path.read_text("utf-8") for n, path in library.items()
        }
        digest = hashlib.sha256()
        for path in [
            *sorted((folder / "lemmas_lib").rglob("*.py")),
            *sorted((folder / "tests" / "library").rglob("*.py")),
            *(folder / name for name in CHAPTERS),
        ]:
            digest.update(path.read_bytes())
        kept = WORK / f"reached_{digest.hexdigest()[:12]}.pickle"
        if not kept.is_file():
            print("looking which tests reach which lines", flush=True)
            found = reached.reached(folder, TESTS, CHAPTERS)
            kept.write_bytes(pickle.dumps(found))
        self.lines, self.seconds = pickle.loads(kept.read_bytes())
        names = set(self.seconds)
        self.of_kind = {"units": names, "notebooks": set(CHAPTERS)}
        # A test that reaches no line runs the library in another process.
        every = (n for ls in self.lines.values() for n in ls.values())
        self.elsewhere = names.difference(*every)
        green(copy, list(names))
        for chapter in CHAPTERS:
            self.seconds[chapter] = green(copy, [chapter])

    def at(self, which, module, statement):
        """Return the tests or the chapters that look at it, quick first.

        What none reaches is compiled, or runs at import: then all that reach
        anything else of the module.
        """
        lines = self.lines[module]
        span = range(statement.lineno, statement.end_lineno + 1)
        names = {n for line in span for n in lines.get(line, ())}
        of_kind = self.of_kind[which]
        names = names & of_kind or set().union(*lines.values()) & of_kind
        names |= of_kind & self.elsewhere
        return sorted(names, key=self.seconds.get)

    def quick(self, tests):
        """Return those that are done in a while: no test is to find it."""
        ends = itertools.accumulate(self.seconds[name] for name in tests)
        return [t for t, end in zip(tests, ends, strict=True) if end <= WHILE]

    def patience(self, tests):
        """Return after how many seconds a mutant must be in a loop."""
        return 60 + 3 * sum(self.seconds[name] for name in tests)


def described(module, mutant):
    """Return what is kept of a mutant."""
    digest = hashlib.sha256(mutant.definition.encode()).hexdigest()[:12]
    return {
        "module": module,
        "definition": digest,
        "ordinal": mutant.ordinal,
        "line": mutant.line,  # only to be shown
        "kind": mutant.kind,
        "name": f"{module}.{mutant.name}",
    }


def key(kept):
    """Return what stays the same while the code of the definition does."""
    return kept["module"], kept["definition"], kept["ordinal"]


def file_of(module):
    """Return the file of a module, by its path in the library."""
    return module.replace(".", "/") + ".py"


def found_before():
    """Return all that was found of the mutants, in this run or before."""
    found = collections.defaultdict(dict)
    if FOUND.is_file():
        for line in FOUND.read_text(encoding="utf-8").splitlines():
            kept = json.loads(line)
            found[key(kept)].update(kept)
    return found


def explained():
    """Return the reasons why mutants survive, by their names."""
    reasons = tomllib.loads((HERE / "reasons.toml").read_text("utf-8"))
    return {
        name: each["reason"]
        for each in reasons["equivalent"]
        for name in each["mutants"]
    }


def is_due(which, found, has_reason, again):
    """Tell whether a mutant is to be tried, by what was found before."""
    if which in found:
        return again == which and found[which] == SURVIVED and not has_reason
    if which == "units":
        return True
    # What computes the same survives the notebooks where it did the tests.
    return found.get("units") == SURVIVED and not has_reason


def survives(found):
    return all(found.get(which, SURVIVED) == SURVIVED for which in WAYS)


def score(results, reasons, digests):
    """Count what was killed, and give each survivor its reason."""
    modules = {
        name: {"digest": digests[file_of(name)], **counted(own)}
        for name in MODULES
        if (own := [r for r in results if r["module"] == name])
    }
    kinds_found = {
        kind: counted([r for r in results if r["kind"] == kind])
        for kind in sorted({r["kind"] for r in results})
    }
    survivors = collections.defaultdict(list)
    for result in filter(survives, results):
        name = result["name"]
        survivors[reasons.get(name, UNEXPLAINED)].append(name)
    return {
        "date": f"{datetime.date.today()}",
        "modules": modules,
        "kinds": kinds_found,
        "survivors": survivors,
    }


def counted(results):
    missed = [r for r in results if r.get("units", SURVIVED) == SURVIVED]
    none = sum(map(survives, results))
    return {
        "mutants": len(results),
        "units": len(results) - len(missed),
        "notebooks": len(missed) - none,
        "none": none,
    }


if __name__ == "__main__":
    main()

"""Make one mistake at a time in lemmas_lib, and see the tests turn red.

    python tests/mutants/run.py [--modules sums operators] [--jobs 2]

Each mutant runs in a copy of the repository, twice: under the unit tests
alone, and under the notebooks alone. What was found is kept in
_build/mutants/found.jsonl, so that a run that was stopped goes on where it
was; a module that has changed since begins anew. At the end the score of all
that was found is written to tests/mutants/score.json.

Tools such as mutmut and cosmic-ray exchange operators and numbers, and know
nothing of transposes, reshapes and commutation matrices: see kinds.py.
"""

import argparse
import collections
import datetime
import functools
import hashlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kinds
import tomllib

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "book" / "_tools"))
import repository_files  # noqa: E402

WORK = ROOT / "_build" / "mutants"
FOUND = WORK / "found.jsonl"
SCORE = HERE / "score.json"

# What is mutated, and the tests and chapters that look at it first.
MODULES = {
    "operators": ("test_operators", "notation lemma_4"),
    "_validate": ("test_validate test_mixed_model test_fit", "functions fit"),
    "_primitives": ("test_sums test_roads", "lemma_4 speed"),
    "_kernels": ("test_roads test_sums", "speed"),
    "sums": ("test_sums", "lemma_1 lemma_2 lemma_3 lemma_4 lemma_5 lemma_6"),
    "_likelihood": ("test_mixed_model test_fit", "blmm_score fit"),
    "_scoring": ("test_fit", "fit"),
    "mixed_model": ("test_mixed_model test_fit", "blmm_score fit"),
    "_summary": ("test_fit", "fit"),
}
UNIT_TESTS = [
    "test_operators", "test_validate", "test_sums", "test_roads",
    "test_hostile", "test_rounding", "test_mixed_model", "test_fit",
]  # fmt: skip
CHAPTERS = sorted(path.stem for path in (ROOT / "book").glob("*.ipynb"))
SHOWN = "module", "line", "name", "units", "notebooks", "seconds"
TIMEOUT = 600
UNEXPLAINED = "no reason is known"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--modules", nargs="*", default=list(MODULES))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="one of so many")
    asked = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    tasks = [
        (described(module, mutant), mutant)
        for module in asked.modules
        for mutant in list(kinds.mutants(text_of(module)))[:: asked.every]
    ]
    known = current()
    todo = [task for task in tasks if key(task[0]) not in known]
    print(f"{len(tasks)} mutants, {len(todo)} to run", flush=True)
    copies = queue.Queue()
    for number in range(asked.jobs):
        copies.put(copy(WORK / f"copy_{number}"))
    check_the_tests(copies)
    lock = threading.Lock()

    def one(task):
        folder = copies.get()
        try:
            found = run(folder, *task)
        finally:
            copies.put(folder)
        with lock, FOUND.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")
        print(*(found[name] for name in SHOWN), sep=" | ", flush=True)

    with ThreadPoolExecutor(asked.jobs) as pool:
        list(pool.map(one, todo))
    found = score(current().values())
    SCORE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    open_questions = [
        survivor["name"]
        for survivor in found["survivors"]
        if survivor["reason"] == UNEXPLAINED
    ]
    if open_questions:
        sys.exit("Survived without a reason:\n" + "\n".join(open_questions))


@functools.cache
def text_of(module):
    """Return a module as it was when the run began."""
    path = ROOT / "lemmas_lib" / f"{module}.py"
    return path.read_text(encoding="utf-8")


@functools.cache
def digest(module):
    return hashlib.sha256(text_of(module).encode()).hexdigest()[:12]


def described(module, mutant):
    """Return what is kept of a mutant."""
    names = "line", "column", "kind", "name", "old", "new"
    kept = {name: getattr(mutant, name) for name in names}
    return {"module": module, "digest": digest(module), **kept}


def key(described):
    names = "module", "digest", "line", "column", "old", "new"
    return tuple(described[name] for name in names)


def current():
    """Return all that was found of the modules as they are, in any run."""
    if not FOUND.is_file():
        return {}
    found = map(json.loads, FOUND.read_text(encoding="utf-8").splitlines())
    return {key(r): r for r in found if r["digest"] == digest(r["module"])}


def copy(folder):
    """Copy what git knows, and return the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    return repository_files.copy(ROOT, folder)


def check_the_tests(copies):
    """Stop unless they pass on the code as it is, in the copy itself."""
    folder = copies.get()
    for tests in commands("sums"):
        outcome = pytest(folder, tests)
        if outcome != "survived":
            sys.exit(f"Without any mutant: {outcome}")
    broken = folder / "lemmas_lib" / "sums.py"
    text = broken.read_text(encoding="utf-8")
    broken.write_text("raise SystemError('of the copy')\n")
    for tests in commands("sums"):
        if pytest(folder, tests) == "survived":
            sys.exit("The tests do not import the library of the copy.")
    broken.write_text(text, encoding="utf-8")
    copies.put(folder)


def commands(module):
    """Return the unit tests and the chapters, those of a module first."""
    tests, chapters = (names.split() for names in MODULES[module])
    tests = dict.fromkeys([*tests, *UNIT_TESTS])
    chapters = dict.fromkeys([*chapters, *CHAPTERS])
    return (
        [*(f"tests/{name}.py" for name in tests), "lemmas_lib"],
        [f"book/{name}.ipynb" for name in chapters],
    )


def run(folder, described, mutant):
    module = described["module"]
    path = folder / "lemmas_lib" / f"{module}.py"
    path.write_text(mutant.text, encoding="utf-8")
    start = time.perf_counter()
    try:
        units, notebooks = (pytest(folder, c) for c in commands(module))
    finally:
        path.write_text(text_of(module), encoding="utf-8")
    seconds = round(time.perf_counter() - start, 1)
    results = {"units": units, "notebooks": notebooks, "seconds": seconds}
    return described | results


def pytest(folder, tests):
    """Return "survived", or the first test that failed."""
    environment = os.environ | {
        "PYTHONPATH": str(folder),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "--no-header",
             "-p", "no:cacheprovider", *tests],
            cwd=folder, env=environment, capture_output=True, text=True,
            timeout=TIMEOUT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "timeout"
    if done.returncode == 0:
        return "survived"
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M)
    return failed[1] if failed else f"stopped with {done.returncode}"


def score(results):
    reasons = tomllib.loads((HERE / "reasons.toml").read_text("utf-8"))
    kinds_of = collections.defaultdict(collections.Counter)
    survivors = []
    for result in results:
        killed = {
            "units": result["units"] != "survived",
            "notebooks": result["notebooks"] != "survived",
        }
        count = kinds_of[result["kind"]]
        count["mutants"] += 1
        count["units"] += killed["units"]
        count["notebooks"] += killed["notebooks"]
        count["both"] += any(killed.values())
        if not any(killed.values()):
            name = f"{result['module']}.{result['name']}"
            reason = reasons.get(name, UNEXPLAINED)
            survivors.append({"name": name, "reason": reason})
    return {
        "date": f"{datetime.date.today()}",
        "modules": sorted({result["module"] for result in results}),
        "kinds": {kind: dict(kinds_of[kind]) for kind in sorted(kinds_of)},
        "survivors": survivors,
    }


if __name__ == "__main__":
    main()

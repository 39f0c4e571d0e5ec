"""Which tests and which chapters reach a line of lemmas_lib.

``reached(folder, tests, chapters)`` runs them there under coverage. It gives
pytest this file as a plugin, which tells coverage which test is running. A
chapter runs in IPython: nbval kills its kernels, and what they counted.
"""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import coverage

SECONDS = "seconds.json"


def reached(folder, tests, chapters):
    """Return {module: {line: names}}, and the seconds that a test takes."""
    data = folder / ".coverage"
    options = ["--source=lemmas_lib", f"--data-file={data}"]
    _run(folder, ".", *options, "-m", "pytest", "-p", __name__, *tests)
    lines = _lines(folder, data)
    seconds = json.loads((folder / SECONDS).read_text(encoding="utf-8"))
    for chapter in map(Path, chapters):
        _run(folder, chapter.parent, *options, "-m", "IPython", chapter.name)
        for module, found in _lines(folder, data).items():
            for line in found:
                names = lines[module].setdefault(line, set())
                names.add(str(chapter))
    return lines, seconds


def _run(folder, place, *arguments):
    # The library of the copy first, not the installed one.
    done = subprocess.run(
        [sys.executable, "-m", "coverage", "run", *arguments],
        cwd=folder / place, env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"Red without any mutant:\n{done.stdout[-3000:]}")


def _lines(folder, path):
    """Return what was reached, and by which tests; a chapter has no name."""
    data = coverage.CoverageData(str(path))
    data.read()
    for file in data.measured_files():
        if not Path(file).is_relative_to(folder):
            sys.exit(f"Not the library of the copy is tested, but {file}")
    return {
        dotted(folder / "lemmas_lib", file): {
            line: set(filter(None, names))
            for line, names in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }


def dotted(library, path):
    """Return the name of a module within the library: mixed_model._absorb."""
    return ".".join(Path(path).relative_to(library).with_suffix("").parts)


# The plugin.

_seconds = {}


def pytest_runtest_protocol(item):
    # What a test before it kept in a cache would not be reached again.
    for name, module in list(sys.modules.items()):
        if name.startswith("lemmas_lib"):
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()
    coverage.Coverage.current().switch_context(item.nodeid)


def pytest_runtest_logreport(report):
    before = _seconds.get(report.nodeid, 0)
    _seconds[report.nodeid] = before + report.duration


def pytest_sessionfinish():
    Path(SECONDS).write_text(json.dumps(_seconds), encoding="utf-8")

"""Run tests or chapters in a fork that has imported all but the library.

A mutant lives for a second or two, and starting Python, NumPy, pytest and a
kernel would take longer. So each copy of the repository has a server, which is
this module run in it: there Python finds the library of the copy. For each
mutant the server forks.

A chapter runs without nbval, cell by cell as in its kernel, and is compared
as nbval does: what is printed and shown, but no pictures, and nothing that
needs a library which is missing. What it times, it times once, at the smallest
size.
"""

import contextlib
import importlib
import io
import json
import multiprocessing
import os
import subprocess
import sys
import warnings
from pathlib import Path

SURVIVED = "survived"
RAISED = "raised"
INSTANT = 1e-9
PRELOADED = [
    "numpy", "scipy.sparse", "scipy.linalg", "scipy.optimize", "pytest",
    "matplotlib.pyplot", "matplotlib_inline.backend_inline", "IPython",
    "nbformat", "nbval", "hypothesis", "numba", "threadpoolctl",
]  # fmt: skip


class Copy:
    """A copy of the repository, and the server in it."""

    def __init__(self, folder):
        self.folder = folder
        self._server = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=os.environ | {
                "PYTHONPATH": str(folder),
                # Two mutants of one second would share their bytecode.
                "PYTHONDONTWRITEBYTECODE": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            },
        )  # fmt: skip

    def look(self, names, timeout):
        """Return "survived", or the first test or cell that failed.

        As under nbval, every chapter has a process of its own.
        """
        runs = [[name] for name in names if name.endswith(".ipynb")]
        for some in runs or [names] * bool(names):
            found = self._ask(some, timeout)
            if found != SURVIVED:
                return found
        return SURVIVED

    def _ask(self, names, timeout):
        question = json.dumps([names, timeout])
        print(question, file=self._server.stdin, flush=True)
        found = json.loads(self._server.stdout.readline())
        if found is None:
            raise RuntimeError(f"pytest does not run {names}")
        return found


def serve():
    """Answer what ``Copy`` asks, until it is gone."""
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(_in_fork(*json.loads(line))), flush=True)


def _in_fork(names, timeout):
    """Return what was found; None where pytest did not come to run them."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_look, args=(there, names))
    process.start()
    there.close()
    found = "the process died"
    with contextlib.suppress(EOFError):
        found = here.recv() if here.poll(timeout) else "timeout"
    process.join(5)
    process.kill()
    process.join()
    return found


def _look(there, names):
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    chapter = Path(names[0]).suffix == ".ipynb"
    there.send(_chapter(Path(names[0])) if chapter else _tests(names))


def _tests(names):
    """Return None where pytest did not come to run them."""
    import pytest

    first = First()
    # Hypothesis is imported before pytest can rewrite its assertions.
    known = "ignore::pytest.PytestAssertRewriteWarning"
    options = ["-x", "-q", "-p", "no:cacheprovider", "-W", known]
    code = pytest.main([*options, *names], plugins=[first])
    return SURVIVED if code == 0 else first.failed


class First:
    """Remembers the first test that failed, or the file that is broken."""

    failed = None

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed = self.failed or report.nodeid

    pytest_collectreport = pytest_runtest_logreport


def _chapter(path):
    """Find the first cell that does not show what is committed."""
    import nbformat
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib import pyplot

    from lemmas_lib.book.libraries import missing

    shell = InteractiveShell()
    shell.display_pub = CapturingDisplayPublisher()
    shell.user_ns["__name__"] = "__main__"
    notebook = nbformat.read(path, as_version=4)
    os.chdir(path.parent)
    warnings.resetwarnings()
    code = [c for c in notebook.cells if c.cell_type == "code"]
    for number, cell in enumerate(code):
        _time_once()
        shown = _shown(shell, cell.source)
        lacks = missing(cell.metadata.get("tags", ()))
        if shown == RAISED or not lacks and shown != _committed(cell):
            return f"{path}::Cell {number}"
        pyplot.close("all")  # as the kernel does, or there are too many
    return SURVIVED


def _time_once():
    """Replace timings by one call of each way, at the first size alone."""
    timing = sys.modules.get("lemmas_lib.book.timing")
    if not timing or timing.LEAST == INSTANT:
        return
    scaling, timing.LEAST = timing.scaling, INSTANT

    def brief(ways, make, sizes, repeats=None):
        times = scaling(ways, make, sizes[:1], repeats=1)
        return {name: found * len(sizes) for name, found in times.items()}

    timing.scaling = brief
    timing.compare.__defaults__ = (1,)


def _shown(shell, source):
    shown = []
    shell.display_trap.hook = lambda value: shown.append(
        None if value is None else shell.display_formatter.format(value)[0]
    )
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        done = shell.run_cell(source)
    if not done.success:
        return RAISED
    printed = out.getvalue(), err.getvalue()
    return *printed, [_text(data) for data in shown if data]


def _committed(cell):
    printed = {"stdout": "", "stderr": ""}
    shown = []
    for output in cell.outputs:
        if output.output_type == "stream":
            printed[output.name] += output.text
        elif output.output_type == "execute_result":
            shown.append(_text(output.data))
    return *printed.values(), shown


def _text(data):
    return data.get("text/markdown") or data.get("text/plain")


if __name__ == "__main__":
    serve()

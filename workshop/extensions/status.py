"""The status page: what this build ran on, and the ledger of all checks.

Nothing in it is typed: the ledger reads the notebooks that the build has just
executed, the committed record of the proofs, and what ``make test`` left, if
that was at the revision that is built. Chapters that were not executed are
named with the reason.
"""

import datetime
import functools
import importlib.metadata
import inspect
import re
from pathlib import Path
from xml.etree import ElementTree

import nbformat
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.util.docutils import SphinxDirective

import lemmas_lib
from lemmas_lib import kronecker, mixed_model, sums
from lemmas_lib.book import timing
from workshop.extensions.execution import unexecuted
from workshop.extensions.proved import Proofs, counted, theorems
from workshop.extensions.tables import link, table
from workshop.repository_files import revision

PACKAGES = [
    "jupyter-book", "Sphinx", "myst-nb", "scipy", "matplotlib", "numba",
    "lemmas_lib",
]  # fmt: skip

# Where the functions are that compute a statement.
ROOMS = sums, kronecker, mixed_model

UNEXECUTED = (
    "No notebook was executed in this build: the outputs are those that are "
    "committed, which the tests compare."
)

# The sections of a chapter in which a statement is tried, by their openings.
CHECK = ("The check",)
BREAK = ("When it fails", "What wrong", "What the wrong")


class Facts(SphinxDirective):
    """A table of the revision, the machine and the versions of this build."""

    def run(self):
        self.env.note_reread()  # a later build is another
        now = datetime.datetime.now(datetime.UTC)
        facts = {
            "revision": revision(Path(self.env.srcdir)),
            "built": f"{now:%Y-%m-%d %H:%M} UTC",
            **timing.machine(),
            **{name: _version(name) for name in PACKAGES},
        }
        return [table(["what", "which"], facts.items())]


class computed(nodes.General, nodes.Element):
    """Where something goes once every notebook has been executed."""


class Ledger(SphinxDirective):
    """What was checked of each statement, in this build and by the tests."""

    def run(self):
        self.env.note_reread()
        return [computed(by=ledger)]


class Executed(SphinxDirective):
    """Which notebooks were executed in this build, and how long it took."""

    def run(self):
        self.env.note_reread()
        return [computed(by=executed)]


class Proved(SphinxDirective):
    """The theorems that Coq accepted, and on what each rests."""

    def run(self):
        self.env.note_reread()  # make proofs may run between two builds
        return [computed(by=theorems)]


def fill(app, doctree, docname):
    for place in list(doctree.findall(computed)):
        place.replace_self(place["by"](app, docname))


def ledger(app, docname):
    record = Record(
        Path(app.outdir).parent / "tests.xml", revision(Path(app.srcdir))
    )
    proofs = Proofs.of_build(app)
    outputs = Path(app.outdir).parent / "jupyter_execute"
    rows = []
    for chapter in filter(app.env.statements.get, _in_order(app)):
        source = Path(app.srcdir, chapter).with_suffix(".ipynb")
        # The file is there in any case; unexecuted it is the source itself.
        if NbMetadataCollector.get_exec_data(app.env, chapter):
            counts = compared(source, outputs / f"{chapter}.ipynb")
        else:
            counts = ["not executed"] * 3
        for statement, anchor in app.env.statements[chapter]:
            functions = functions_of(statement)
            # An empty literal would be drawn all the same.
            names = nodes.literal("", ", ".join(functions))
            row = [
                link(
                    app, docname, chapter, nodes.Text(statement), anchor=anchor
                ),
                names if functions else "",
                *counts,
                counted(app, docname, proofs.of(statement)),
            ]
            if record.all:
                row.append(record.of(statement, functions))
            rows.append(row)
    head = [
        "statement", "function", "outputs as committed",
        "verdicts of the check", "cells that break it", "proved",
    ]  # fmt: skip
    notes = [proofs.note()]
    if record.all:
        head.append("tests passed")
        notes.append(record.note())
    ledger = table(head, rows)
    ledger["classes"].append("measured")  # as wide as such tables are
    return [ledger, *(nodes.paragraph("", n) for n in notes)]


def executed(app, docname):
    rows, total = [], 0
    lacking = unexecuted(Path(app.srcdir))
    for chapter in _in_order(app):
        data = NbMetadataCollector.get_exec_data(app.env, chapter)
        if data:
            total += data["runtime"]
            rows.append(
                [
                    link(app, docname, chapter),
                    f"{data['runtime']:.1f} s",
                    "ran to its end" if data["succeeded"] else "failed",
                ]
            )
        elif libraries := lacking.get(f"{chapter}.ipynb"):
            rows.append(
                [
                    link(app, docname, chapter),
                    "–",
                    f"not executed, for want of {', '.join(libraries)}: the "
                    "outputs are those that are committed, and that the tests "
                    "compare where these libraries are",
                ]
            )
    if not total:
        return [nodes.paragraph("", UNEXECUTED)]
    ran = len(rows) - len(lacking)
    note = nodes.paragraph("", f"{ran} notebooks in {total:.0f} s.")
    return [table(["notebook", "time", "result"], rows), note]


def _in_order(app):
    root = app.config.root_doc
    return [root, *app.env.toctree_includes[root]]


def compared(source, executed):
    """Compare the outputs of a notebook's cells with the committed ones.

    Returns
    -------
    same, verdicts, broken : str
        How many outputs are as committed, of how many; what the section of
        the check printed; how many cells break an assumption.
    """
    before, after = (
        nbformat.read(p, as_version=4) for p in (source, executed)
    )
    same, total, checks, broken, section = 0, 0, "", 0, ""
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "markdown":
            heads = re.findall(r"^## (.+)$", old.source, re.M)
            section = heads[-1] if heads else section
            continue
        old, new = _texts(old), _texts(new)
        total += max(len(old), len(new))
        same += sum(a == b for a, b in zip(old, new, strict=False))
        if section.startswith(CHECK):
            checks += "".join(new)
        broken += section.startswith(BREAK)
    counts = {
        verdict: len(re.findall(rf"\b{verdict}\b", checks))
        for verdict in ("True", "False")
    }
    verdicts = ", ".join(f"{n} {v}" for v, n in counts.items() if n)
    return f"{same} of {total}", verdicts or "none", str(broken)


def _texts(cell):
    """Return what a cell printed; a picture has no exact text."""
    texts, streams = [], {}
    for output in cell.outputs:
        data = output.get("data", {})
        if output.output_type == "stream":
            # In how many pieces it came is a matter of time.
            streams[output.name] = streams.get(output.name, "") + output.text
        elif "image/png" not in data:
            texts.append(data.get("text/markdown") or data.get("text/plain"))
    return [*streams.values(), *texts]


class Record:
    """The results of ``make test`` at a revision, if there are any.

    What was passed by something else than what is built says nothing of it.
    """

    def __init__(self, path, revision):
        self.passed, self.all, self.date = [], [], None
        try:
            (suite,) = ElementTree.parse(path).getroot()
        except (OSError, ValueError, ElementTree.ParseError):
            return
        known = revision != "unknown" and not revision.endswith("-dirty")
        if not known or suite.get("name") != revision:
            return
        self.date = datetime.datetime.fromisoformat(suite.get("timestamp"))
        for case in suite.iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            outcomes = {child.tag for child in case}
            if "skipped" not in outcomes:
                self.all.append(name)
                if not outcomes & {"failure", "error"}:
                    self.passed.append(name)

    def of(self, statement, functions):
        """Count the tests that name a statement or one of its functions."""
        own = {statement.lower().replace(" ", "_"), *functions}
        passed = sum(bool(own & named(test)) for test in self.passed)
        every = sum(bool(own & named(test)) for test in self.all)
        return f"{passed} of {every}"

    def note(self):
        date = self.date.astimezone(datetime.UTC)
        return (
            "Tests passed: of the unit tests and examples that name the "
            "statement or its function, many of which draw hundreds of cases."
            f" In all {len(self.passed)} of {len(self.all)} passed on "
            f"{date:%Y-%m-%d %H:%M} UTC at this revision, the cells of the "
            "notebooks among them."
        )


def named(test):
    """Return the statements and functions that stand in the name of a test."""
    names = [name for room in ROOMS for name in _own(room)]
    # The longest first: sum_kron_bct is not a test of sum_kron.
    longest = "|".join(sorted(names, key=len, reverse=True))
    pattern = rf"(?<![a-zA-Z])(?:{longest}|lemma_\d+)(?![a-zA-Z\d])"
    return set(re.findall(pattern, test))


def _own(room):
    """Return the public functions of a module or a package by name."""
    public = getattr(room, "__all__", lemmas_lib.__all__)
    return {
        name: thing
        for name, thing in inspect.getmembers(room, inspect.isfunction)
        if name in public and thing.__module__.startswith(room.__name__)
    }


@functools.cache
def functions_of(statement):
    """Return the functions whose docstring names a statement first."""
    found = {}
    for room in ROOMS:
        for name, function in _own(room).items():
            first = re.search(
                r"(?:Lemma|Corollary|Proposition)s? \d+(?:(?:,| and) \d+)*",
                function.__doc__,
            )
            if first:
                kind, *numbers = re.findall(r"[A-Z][a-z]+|\d+", first[0])
                if statement in {f"{kind.rstrip('s')} {n}" for n in numbers}:
                    found[name] = function
    return found


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def setup(app):
    app.add_directive("build-facts", Facts)
    app.add_directive("ledger", Ledger)
    app.add_directive("executed", Executed)
    app.add_directive("proved", Proved)
    app.add_node(computed)
    app.connect("doctree-resolved", fill)
    return {"version": "1", "parallel_read_safe": True}

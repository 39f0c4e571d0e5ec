"""The page of checks: mutants and faults, as the committed runs found them.

Nothing in its tables is typed: they read workshop/mutants/score.json and
tests/faults/faults.json, which make mutants and make faults leave.
"""

import collections
import itertools
import json
import re

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from workshop.execute import ROOT, digests
from workshop.extensions.tables import table

SCORE = ROOT / "workshop" / "mutants" / "score.json"
FAULTS = ROOT / "tests" / "faults" / "faults.json"
WHAT = {
    "make book": "the build",
    "make test": "the tests",
    "make pdf": "the printing",
}
COUNTS = {
    "mutants": "mutants",
    "units": "found by the unit tests",
    "notebooks": "found by the notebooks alone",
    "none": "found by none",
}


class Record(SphinxDirective):
    """Something that is read from a committed file."""

    file = SCORE

    def run(self):
        self.env.note_reread()  # the library may change and the file not
        return self.shown(json.loads(self.file.read_text(encoding="utf-8")))


class Kinds(Record):
    """How many mutants of each kind there are, and how many are found."""

    def shown(self, score):
        kinds = score["kinds"]
        total = sum(
            map(collections.Counter, kinds.values()), collections.Counter()
        )
        rows = [
            [kind, *_counts(found)]
            for kind, found in [*kinds.items(), ("all", total)]
        ]
        return [table(["the mistake", *COUNTS.values()], rows)]


class Modules(Record):
    """The same for each module of the library."""

    def shown(self, score):
        rows = [
            [nodes.literal("", name), *_counts(found)]
            for name, found in score["modules"].items()
        ]
        return [
            table(["module", *COUNTS.values()], rows),
            nodes.paragraph("", _date(score)),
        ]


class Survivors(Record):
    """The mutants that neither tests nor notebooks find, by their reason."""

    def shown(self, score):
        found = nodes.definition_list()
        for reason, names in score["survivors"].items():
            listed = nodes.bullet_list()
            for name, places in collections.Counter(names).items():
                listed += nodes.list_item("", _mutant(name, places))
            found += nodes.definition_list_item(
                "", nodes.term("", reason), nodes.definition("", listed)
            )
        return [found]


class Faults(Record):
    """What the build or the tests say where the book is broken."""

    file = FAULTS

    def shown(self, faults):
        rows = []
        for (command, said), alike in itertools.groupby(
            faults, lambda each: (each["command"], each["said"])
        ):
            which = "; ".join(each["fault"] for each in alike)
            rows.append([which, WHAT[command], said])
        return [table(["what is wrong", "stopped", "what it says"], rows)]


def _counts(counts):
    return [str(counts[name]) for name in COUNTS]


def _mutant(name, places):
    """Return what a mutant changes, from the name that run.py gives it."""
    function, old, new, kind = re.fullmatch(
        r"([\w.]+): (.*) → (.*) \((.*?)\)", name
    ).groups()
    return nodes.paragraph(
        "", "", nodes.literal("", function), nodes.Text(f", {kind}: "),
        nodes.literal("", old), nodes.Text(" → "), nodes.literal("", new),
        nodes.Text(f", in {places} places" if places > 1 else ""),
    )  # fmt: skip


def _date(score):
    now = digests()
    changed = [
        name
        for name, counts in score["modules"].items()
        if counts["digest"] != now.get(name.replace(".", "/") + ".py")
    ]
    text = f"Tried on {score['date']}"
    if changed:
        text += f"; changed since: {', '.join(changed)}"
    return f"{text}."


def setup(app):
    app.add_directive("mutants-by-kind", Kinds)
    app.add_directive("mutants-by-module", Modules)
    app.add_directive("survivors", Survivors)
    app.add_directive("faults", Faults)
    return {"version": "1", "parallel_read_safe": True}

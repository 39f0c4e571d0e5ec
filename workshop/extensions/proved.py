"""What the proof checker found: the committed record of ``make proofs``.

Nothing is said to be proved that was not checked as it now stands: a file of
proofs that has changed since is known by its digest.
"""

import json
from pathlib import Path

from docutils import nodes

from workshop.extensions.tables import link, table
from workshop.prove import CLOSED, RECORD, digests

SOURCE = "book/proofs_source"


class Proofs:
    """The record of a folder of proofs, as far as they are still the same."""

    def __init__(self, folder):
        path, now = folder / RECORD, digests(folder)
        self.record = {"statements": [], "sources": {}}
        if path.is_file():
            self.record = json.loads(path.read_text(encoding="utf-8"))
        before = self.record["sources"]
        # A proof rests on other files, so that one change is a change of all.
        self.changed = sorted(
            n for n in before | now if before.get(n) != now.get(n)
        )

    @classmethod
    def of_build(cls, app):
        return cls(Path(app.srcdir, "proofs"))

    def theorems(self):
        """Return all theorems, without the lemmas on the way to them."""
        found = [] if self.changed else self.record["statements"]
        return [each for each in found if each["kind"] == "Theorem"]

    def of(self, statement):
        """Return the theorems of a statement that rest on nothing else."""
        name = statement.lower().replace(" ", "_")
        return [
            each
            for each in self.theorems()
            if f"{each['name']}_".startswith(f"{name}_")
            and each["assumptions"] == CLOSED
        ]

    def note(self):
        if self.changed or not self.record["sources"]:
            names = ", ".join(f"{name}.v" for name in self.changed)
            return f"Not checked as they stand here: {names}."
        return f"Checked by Coq {self.record['coq']} on {self.record['date']}."


def theorems(app, docname):
    """Return a table of the theorems, and on what each rests."""
    proofs = Proofs.of_build(app)
    note = nodes.paragraph("", proofs.note())
    if proofs.changed:
        return [note]
    files = {}
    for each in proofs.theorems():
        files.setdefault(each["file"], []).append(each)
    chapters = [Path(page).name for page in app.env.external_site_map]
    rows = [
        [linked(app, docname, files[name]), answers(files[name])]
        for name in sorted(files, key=lambda name: _place(name, chapters))
    ]
    return [table(["theorems", "rest on, in Coq's words"], rows), note]


def _place(name, chapters):
    """Return where a chapter stands in the book; other files come last."""
    return chapters.index(name) if name in chapters else len(chapters)


def linked(app, docname, theorems):
    """Return the names of theorems, each a link to the file that proves it."""
    found = nodes.inline()
    for theorem in theorems:
        found += nodes.Text(", " if len(found) else "")
        name = nodes.literal("", theorem["name"])
        found += _proof(app, docname, theorem, name)
    return found


def counted(app, docname, theorems):
    """Return how many theorems there are, as one link, or a dash."""
    if not theorems:
        return nodes.Text("–")
    number = len(theorems)
    text = nodes.Text(f"{number} theorem{'s' if number > 1 else ''}")
    return _proof(app, docname, theorems[0], text)


def _proof(app, docname, theorem, shown):
    """Return a link to the file that proves a theorem."""
    anchor = nodes.make_id(f"{theorem['file']}.v")
    return link(app, docname, SOURCE, shown, anchor=anchor)


def answers(theorems):
    """Return what Coq said of some theorems, on one line where it is short."""
    said = {each["name"]: each["assumptions"] for each in theorems}
    if set(said.values()) == {CLOSED}:
        return CLOSED.replace(" ", "\N{NO-BREAK SPACE}")
    return ", ".join(f"{name}: {answer}" for name, answer in said.items())

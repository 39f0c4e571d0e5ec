"""The page of measurements: the tables of the benchmark, machine by machine.

Nothing in them is typed: they are read from the committed record.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from lemmas_lib.book import measured


class Measurements(SphinxDirective):
    """A section for each machine, and in it a table for each sum."""

    def run(self):
        self.env.note_reread()  # the record may change and the page not
        found = measured.record("benchmark")["machines"]
        return [self.section(name, found[name]) for name in found]

    def section(self, name, found):
        where = nodes.paragraph("", measured.where(found))
        made = nodes.section("", nodes.title("", name), where)
        made["names"].append(nodes.fully_normalize_name(name))
        self.state.document.note_implicit_target(made, made)
        for which, table in found["tables"].items():
            text = f"**{measured.MEASURED[which]}**, `{which}`:\n\n"
            made += self.parse_text_to_nodes(text + measured.markdown(table))
        missing = ", ".join(f"`{n}`" for n in measured.unmeasured(found))
        if missing:
            text = f"Not measured on this machine yet: {missing}."
            made += self.parse_text_to_nodes(text)
        for table in made.findall(nodes.table):
            table["classes"].append("measured")
        return made


def setup(app):
    app.add_directive("measurements", Measurements)
    return {"version": "1", "parallel_read_safe": True}

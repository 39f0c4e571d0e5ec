"""Turn a quote that opens with a bold "Lemma 4" into a linkable box.

Statements stay plain Markdown, which reads well in Jupyter, on GitHub and in
Colab:

    > **Lemma 4** (Sum of Kronecker products). Let …

On the site the quote becomes a box with the anchor ``lemma-4``, an entry of
the index, which the search shows first, and a line to cite it by. Definitions,
theorems, corollaries and propositions are treated alike. So are short
statements, but that no list has them, because no function computes them.

Entries of the index, too, are the functions and the words of a chapter's line

    In the library: [`sum_kron`](…). In words: *sum of Kronecker products*.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

UNLISTED = "Statement"
KINDS = f"Lemma|Definition|Theorem|Corollary|Proposition|{UNLISTED}"
HEAD = re.compile(rf"({KINDS}) (\d+)")


class LemmaBox(SphinxTransform):
    """Replace each such quote by a box in the style of a proof."""

    default_priority = 400

    def apply(self):
        for quote in list(self.document.findall(nodes.block_quote)):
            head = _head(quote)
            if head:
                quote.replace_self(self.box(quote, *head))
        for line in list(self.document.findall(nodes.paragraph)):
            if line.astext().startswith(("In the library: ", "In words: ")):
                terms = [
                    part.astext()
                    for kind in (nodes.literal, nodes.emphasis)
                    for part in line.findall(kind)
                ]
                section = line.parent  # its title must stay first
                section.insert(1, _entries(terms, section["ids"][0]))

    def box(self, quote, kind, number):
        name, anchor = f"{kind} {number}", f"{kind.lower()}-{number}"
        if kind != UNLISTED:
            _statements(self.env).setdefault(self.env.docname, []).append(
                (name, anchor)
            )
        box = nodes.container(
            classes=["statement", kind.lower()], ids=[anchor]
        )
        link = nodes.reference(
            "", "#", refuri=f"#{anchor}", classes=["headerlink"], internal=True
        )
        link["reftitle"] = f"Link to {name}"
        quote.next_node(nodes.paragraph).append(link)
        box += _entries([name], anchor)
        box.extend(quote.children)
        box += self.citation(name, anchor)
        return box

    def citation(self, name, anchor):
        """Return how to cite the statement, at its address if it has one."""
        authors, year = self.config.author, self.config.copyright
        line = nodes.paragraph()
        line += nodes.Text(f"{authors} ({year}), {name}, ")
        line += nodes.emphasis("", self.config.html_title)
        line += nodes.Text(f", version {self.config.version}")
        site = self.config.html_baseurl
        if site:
            address = f"{site}{self.env.docname}.html#{anchor}"
            line += nodes.Text(", ")
            line += nodes.reference("", address, refuri=address)
        line += nodes.Text(".")
        opened = "<details><summary>Cite</summary>"
        return nodes.container(
            "",
            nodes.raw("", opened, format="html"),
            line,
            nodes.raw("", "</details>", format="html"),
            classes=["cite"],
        )


def _head(quote):
    """Return the kind and number that a quote opens with, or None."""
    first = quote.next_node(nodes.paragraph)
    # The parser may put an empty text before the bold one.
    parts = [part for part in first or () if part.astext()]
    if not parts or not isinstance(parts[0], nodes.strong):
        return None
    found = HEAD.fullmatch(parts[0].astext())
    return found and found.groups()


def _entries(terms, anchor):
    """Return main entries of the index, which the search ranks first."""
    return addnodes.index(
        entries=[("single", term, anchor, "main", None) for term in terms]
    )


def _statements(env):
    """Return all statements found so far, as (name, anchor), by chapter."""
    if not hasattr(env, "statements"):
        env.statements = {}
    return env.statements


def _forget(app, env, docname):
    _statements(env).pop(docname, None)


def setup(app):
    app.add_transform(LemmaBox)
    app.connect("env-purge-doc", _forget)
    return {"version": "1", "parallel_read_safe": False}

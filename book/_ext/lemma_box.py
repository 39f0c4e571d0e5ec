"""Turn a quote that opens with a bold "Lemma 4" into a linkable box.

Statements stay plain Markdown, which reads well in Jupyter, on GitHub and in
Colab:

    > **Lemma 4** (Sum of Kronecker products). Let …

On the site the quote becomes a box with the anchor ``lemma-4``. Definitions,
theorems, corollaries and propositions are treated alike.
"""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

KINDS = "Lemma|Definition|Theorem|Corollary|Proposition"
HEAD = re.compile(rf"({KINDS}) (\d+)")


class LemmaBox(SphinxTransform):
    """Replace each such quote by a box in the style of a proof."""

    default_priority = 400

    def apply(self):
        for quote in list(self.document.findall(nodes.block_quote)):
            head = _head(quote)
            if head:
                quote.replace_self(_box(quote, *head))


def _head(quote):
    """Return the kind and number that a quote opens with, or None."""
    first = quote.next_node(nodes.paragraph)
    # The parser may put an empty text before the bold one.
    parts = [part for part in first or () if part.astext()]
    if not parts or not isinstance(parts[0], nodes.strong):
        return None
    found = HEAD.fullmatch(parts[0].astext())
    return found and found.groups()


def _box(quote, kind, number):
    anchor = f"{kind.lower()}-{number}"
    box = nodes.container(classes=["statement", kind.lower()], ids=[anchor])
    link = nodes.reference(
        "", "#", refuri=f"#{anchor}", classes=["headerlink"], internal=True
    )
    link["reftitle"] = f"Link to {kind} {number}"
    quote.next_node(nodes.paragraph).append(link)
    box.extend(quote.children)
    return box


def setup(app):
    app.add_transform(LemmaBox)
    return {"version": "1", "parallel_read_safe": True}

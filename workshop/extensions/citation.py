"""How the book is cited: at the foot of every page, from CITATION.cff.

Also its authors, wherever else they are named.
"""

import re
from html import escape
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

FOOT = """\
<details class="citation">
<summary>Cite this book</summary>
<p>{line}</p>
<div class="highlight"><pre>{bibtex}</pre></div>
</details>
<p>Text and code are under the <a href="{licence}">{name} licence</a>.</p>
"""


def read(root):
    """Return the citation file as a dict."""
    text = (root / "CITATION.cff").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def authors(citation):
    """Return the names of the authors, of people and of others."""
    parts = "given-names", "name-particle", "family-names", "name-suffix"
    found = [
        author.get("name")
        or " ".join(author[part] for part in parts if author.get(part))
        for author in citation["authors"]
    ]
    if not found or not all(found):
        raise ExtensionError(
            "CITATION.cff does not name its authors: each has a name, or "
            "given-names and family-names"
        )
    return found


def bibtex(citation, year):
    """Return the entry of the book; what nobody has said is left out."""
    fields = {
        # In braces, because a name may have a comma or "and" in it.
        "author": " and ".join(f"{{{tex(n)}}}" for n in authors(citation)),
        "title": f"{{{tex(citation['title'])}}}",
        "year": year,
        "version": tex(str(citation["version"])),
        "url": citation.get("url"),
    }
    given = [f"  {k} = {{{v}}}" for k, v in fields.items() if v]
    return "@misc{matrix-lemmas,\n" + ",\n".join(given) + "\n}"


def tex(text):
    """Return text as TeX takes it."""
    return re.sub(r"([&%$#_{}])", r"\\\1", text)


def line(citation, year):
    """Return the words by which the book is cited, as HTML."""
    names = escape(", ".join(authors(citation)))
    title, version = (
        escape(str(citation[key])) for key in ("title", "version")
    )
    return f"{names} ({year}). <em>{title}</em>, version {version}."


class Citation(SphinxDirective):
    """The same on a page: the words, and the entry for BibTeX."""

    def run(self):
        citation, year = self.config.citation, self.config.copyright
        words = nodes.raw("", f"<p>{line(citation, year)}</p>", format="html")
        entry = bibtex(citation, year)
        return [words, nodes.literal_block(entry, entry, language="bibtex")]


def configure(app, config):
    """Take the authors and the version from the file."""
    config.citation = read(Path(app.srcdir))
    config.author = ", ".join(authors(config.citation))
    config.version = config.release = config.citation["version"]


def sign(app, pagename, templatename, context, doctree):
    """Put the foot on a page."""
    citation, year = app.config.citation, app.config.copyright
    context["theme_extra_footer"] = FOOT.format(
        line=line(citation, year),
        bibtex=escape(bibtex(citation, year)),
        licence=app.builder.get_relative_uri(pagename, "book/references")
        + "#licence",
        name=citation["license"],
    )


def setup(app):
    # A value of the build, which no reader of the configuration sets.
    app.add_config_value("citation", None, "env")
    app.add_directive("citation", Citation)
    app.connect("config-inited", configure)
    # After the theme has set its own.
    app.connect("html-page-context", sign, priority=900)
    return {"version": "1", "parallel_read_safe": True}

"""The pages of functions, one a module, linked both ways.

A page of book/api names its module alone,

    ```{functions} lemmas_lib.sums
    ```

and gets what the module says of itself, and a heading, links and the docstring
for each of its functions. The page above them names several modules and gets a
table:

    ```{modules} lemmas_lib.sums lemmas_lib.operators
    ```

Nothing in a link is typed: a statement is known from its box in a chapter, an
oracle by its name, a use from the code of the notebooks, and a source by the
heading of the page of references, whose words a docstring has.
"""

import functools
import pkgutil
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from workshop.extensions import library
from workshop.extensions.status import computed, functions_of
from workshop.extensions.tables import link

API = "book/api/"
REFERENCES = "book/references"
# What checks and draws, which is not printed.
BEHIND = "lemmas_lib.oracles.", "lemmas_lib.book."
ROOM = re.compile(r"^```\{functions\} ([\w.]+)\n```$", re.MULTILINE)
TABLE = re.compile(r"^```\{modules\} ([\w. ]+)\n```$", re.MULTILINE)

OPENING = """\
```{{eval-rst}}
.. container:: docstring{behind}

   .. automodule:: {module}
```
"""

SECTION = """\
## {name}

```{{about}} {module} {name}
```

```{{eval-rst}}
.. auto{kind}:: {shown}
```
"""


def expand(app, docname, source):
    """Write out what stands for functions and for modules."""
    text = ROOM.sub(lambda found: _page(found[1]), source[0])
    source[0] = TABLE.sub(lambda found: _table(found[1].split()), text)


def _page(module):
    parts = [OPENING.format(module=module, behind=_behind(module))]
    for name, thing in library.functions(module).items():
        kind = "class" if isinstance(thing, type) else "function"
        shown = library.shown(module, name)
        members = ", ".join(library.members(thing))
        if members:
            shown += f"\n   :members: {members}"
        parts.append(
            SECTION.format(module=module, name=name, kind=kind, shown=shown)
        )
    return "\n".join(parts)


def _behind(module):
    """Return the class of what is not printed."""
    return " behind" if module.startswith(BEHIND) else ""


def _table(modules):
    rows = [
        f"````{{container}} modules{_behind(modules[0])}",
        "| module | what it holds | functions |",
        "|:--|:--|:--|",
    ]
    for module in modules:
        page = module.rpartition(".")[2]
        said = pkgutil.resolve_name(module).__doc__.splitlines()[0]
        found = ", ".join(
            f"[`{name}`](api/{page}.md#{name.lower()})"
            for name in library.functions(module)
        )
        said = re.sub("`(.*?)`", r"{formula}`\1`", said)
        rows.append(f"| [`{page}`](api/{page}.md) | {said} | {found} |")
    return "\n".join([*rows, "````"])


class About(SphinxDirective):
    """Where a function is stated, checked and used."""

    required_arguments = 2

    def run(self):
        self.env.note_reread()
        return [computed(by=functools.partial(about, *self.arguments))]


def about(module, name, app, docname):
    """Return a paragraph of links, or nothing."""
    link_to = functools.partial(link, app, docname)
    thing = pkgutil.resolve_name(f"{module}:{name}")
    stated = [
        (chapter, link_to(chapter, nodes.Text(statement), anchor=anchor))
        for chapter in _chapters(app)
        for statement, anchor in app.env.statements.get(chapter, ())
        # An oracle and a gradient have the name of a sum.
        if functions_of(statement).get(name) is thing
    ]
    chapters = [
        _short(link_to(chapter))
        for chapter in _chapters(app)
        if chapter not in dict(stated)
        and (module, name)
        in library.used(str(Path(app.srcdir, chapter).with_suffix(".ipynb")))
    ]
    said = {
        "Stated and proved as": [found for _, found in stated],
        "Checked against": [
            _function(link_to, oracle, name)
            for oracle in library.checked_by(module, name)
        ],
        "Checks": [
            _function(link_to, checked, name)
            for checked in library.checks(module, name)
        ],
        "Used in": chapters,
    }
    line = nodes.paragraph(classes=["about"])
    for opening, links in said.items():
        if links:
            classes = ["behind"] if opening == "Checked against" else []
            sentence = _sentence(opening, links)
            line += nodes.inline("", "", *sentence, classes=classes)
            line += nodes.Text(" ")
    return [line] if len(line) else []


def _chapters(app):
    """Return the notebooks in the order of the contents."""
    pages = app.env.toctree_includes[app.config.root_doc]
    return [p for p in pages if Path(app.srcdir, f"{p}.ipynb").is_file()]


def _short(link):
    """Keep of a chapter's title what stands before its colon."""
    before, colon, _ = link[0].astext().partition(":")
    if colon:
        link.children = []
        link += nodes.Text(before)
    return link


def _function(link_to, module, name):
    page = module.rpartition(".")[2]
    shown = nodes.literal("", f"{page}.{name}")
    anchor = library.shown(module, name)
    return link_to(f"{API}{page}", shown, anchor=anchor)


def _sentence(opening, links):
    yield nodes.Text(f"{opening} ")
    for place, each in enumerate(links):
        if place:
            last = place == len(links) - 1
            yield nodes.Text(" and " if last else ", ")
        yield each
    yield nodes.Text(".")


def cite(app, doctree, docname):
    """Link the sources that docstrings name to the page of references."""
    slugs = app.env.metadata[REFERENCES].get("myst_slugs", {})
    anchors = {title: anchor for _, anchor, title in slugs.values()}
    if not anchors:
        return
    # The longest first: one title may begin with another.
    longest = sorted(map(re.escape, anchors), key=len, reverse=True)
    known = re.compile("|".join(longest).replace(r"\ ", r"\s+"))
    for content in doctree.findall(_is_of_a_docstring):
        for text in list(content.findall(_is_no_link)):
            parts, end = [], 0
            for found in known.finditer(text):
                anchor = anchors[" ".join(found[0].split())]
                shown = nodes.Text(found[0])
                parts.append(nodes.Text(text[end : found.start()]))
                parts.append(
                    link(app, docname, REFERENCES, shown, anchor=anchor)
                )
                end = found.end()
            if parts:
                parts.append(nodes.Text(text[end:]))
                text.parent.replace(text, parts)


def _is_of_a_docstring(node):
    return (
        isinstance(node, addnodes.desc_content)
        or isinstance(node, nodes.container)
        and "docstring" in node["classes"]
    )


def _is_no_link(node):
    linked = isinstance(node.parent, nodes.reference)
    return isinstance(node, nodes.Text) and not linked


def setup(app):
    app.add_directive("about", About)
    app.connect("source-read", expand)
    # Once status.py has filled in what is computed.
    app.connect("doctree-resolved", cite, priority=800)
    return {"version": "1", "parallel_read_safe": True}

"""What the theme leaves to mend in each page.

Titles in a browser's tab, in search results and on cards lose their TeX.
Tables name the column in each cell, for screens so narrow that a row is shown
as a list. What folds in the sidebar has a name. A script that only draws
icons anew is left out.
"""

import html
import re
import textwrap

from docutils import nodes

from workshop.extensions.plain_text import plain


def text_of(title):
    """Return the plain text of a title."""
    return plain(re.sub("<[^>]*>", "", title))


def name_plainly(app, pagename, templatename, context, doctree):
    """Take the TeX out of the tab's title and of the card's words."""
    context["title"] = text_of(context.get("title", ""))
    context["without_icon_script"] = without_icon_script
    tags = plain(context.get("metatags", ""))
    if doctree:
        said = html.escape(opening(doctree))
        tags = re.sub(
            '((?:og:|name=")description" content=")[^"]*',
            lambda found: found[1] + said,
            tags,
        )
    context["metatags"] = tags


def opening(doctree):
    """Return how a page begins, in at most 200 characters."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = plain(paragraph.astext())
        if len(text) > 60 and not paragraph["classes"]:
            return textwrap.shorten(text, 200, placeholder=" …")
    return ""


def list_plainly(app):
    """Take it out of the titles that the search shows."""
    if app.builder.name == "html":
        index = app.builder.indexer
        for page, title in index._titles.items():
            index._titles[page] = text_of(title)
        for page, titles in index._all_titles.items():
            index._all_titles[page] = [(plain(t), at) for t, at in titles]
    return []


def without_icon_script(head):
    """The icons are in a font; the script, of 540 kB, draws them again."""
    return re.sub(r"<script[^>]*fontawesome\.js[^>]*></script>", "", head)


def name_folds(app, pagename, templatename, context, doctree):
    """Give what folds in the sidebar a name; the theme's is only a sign."""
    generate = context.get("generate_toctree_html")

    def named(**options):
        name = 'summary aria-label="the pages under it"'
        return str(generate(**options)).replace("<summary>", f"<{name}>")

    if generate:
        context["generate_toctree_html"] = named


def name_columns(app, doctree, docname):
    """Put the head of its column into each cell of a table, out of sight."""
    for table in doctree.findall(nodes.table):
        head = next(iter(table.findall(nodes.thead)), None)
        if head is None:
            continue
        for row in next(iter(table.findall(nodes.tbody))):
            for name, entry in zip(head[0], row, strict=True):
                if name.astext() and entry.astext():
                    text = [c for p in name.deepcopy() for c in p.children]
                    label = nodes.inline("", "", *text)
                    label["classes"].append("column-name")
                    entry.insert(0, label)


def keep_together(app, doctree, docname):
    """Let no line begin with the comma or full stop after a formula."""
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        after = parent[place + 1] if place + 1 < len(parent) else None
        if isinstance(after, nodes.Text) and after[0] in ".,;:)":
            joined = nodes.inline(classes=["together"])
            parent[place : place + 2] = [joined, nodes.Text(after[1:])]
            joined += [formula, nodes.Text(after[0])]


def setup(app):
    # Else a page without a formula has no MathJax for those of its sidebar.
    app.set_html_assets_policy("always")
    # After the outputs of the cells have become tables.
    app.connect("doctree-resolved", name_columns, priority=900)
    app.connect("doctree-resolved", keep_together, priority=900)
    app.connect("html-page-context", name_plainly, priority=900)
    app.connect("html-page-context", name_folds, priority=900)
    # The last event before the search's index is written.
    app.connect("html-collect-pages", list_plainly)
    return {"version": "1", "parallel_read_safe": True}

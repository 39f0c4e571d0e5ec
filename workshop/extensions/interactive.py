"""What answers to the reader: finder, long tables, pictures of Lemmas 1 and 4.

A page gets a script only if it has what the script knows. Where none runs, and
on paper, the tables and the still picture are as they are.
"""

import re

from docutils import nodes

# What stands in a page, and the files that it needs.
KNOWN = {
    ' id="find-your-sum"': ["finder.js"],
    ' class="long ': ["cards.js", "cards.css"],
    ' data-lemma="[14]"': ["reshape.js", "reshape.css"],
}

LONG = 10  # rows


def enliven(app, pagename, templatename, context, doctree):
    """Add to a page the scripts and styles that it needs."""
    if app.builder.name != "html":
        return
    for what, files in KNOWN.items():
        if re.search(what, context.get("body", "")):
            script, *styles = files
            app.add_js_file(script, loading_method="defer")
            for style in styles:
                app.add_css_file(style)


def mark_long(app, doctree, docname):
    """Mark the tables that fold on a narrow screen; the finder's is short."""
    for table in doctree.findall(nodes.table):
        rows = list(next(table.findall(nodes.tbody)))
        asked = "find-your-sum" in table.parent.get("ids", [])
        if len(rows) >= LONG and len(rows[0]) > 2 and not asked:
            table["classes"].insert(0, "long")


def setup(app):
    # After the outputs of the cells have become tables.
    app.connect("doctree-resolved", mark_long, priority=900)
    app.connect("html-page-context", enliven)
    return {"version": "1", "parallel_read_safe": True}

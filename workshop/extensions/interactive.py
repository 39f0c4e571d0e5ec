"""What answers to the reader: the finder, and the pictures of Lemmas 1 and 4.

A page gets a script only if it has what the script knows. Where none runs, and
on paper, the table and the still picture are as they are.
"""

import re

# What stands in a page, and the files that it needs.
KNOWN = {
    ' id="find-your-sum"': ["finder.js"],
    ' data-lemma="[14]"': ["reshape.js", "reshape.css"],
}


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


def setup(app):
    app.connect("html-page-context", enliven)
    return {"version": "1", "parallel_read_safe": True}

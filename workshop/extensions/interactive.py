"""The pictures of Lemmas 1 and 4 answer to the reader.

Their pages get the script that puts another picture in the place of the still
one, which stays on paper and where no script runs.
"""

import re


def enliven(app, pagename, templatename, context, doctree):
    """Add the script to a page with a picture that it knows."""
    page = context.get("body", "")
    if app.builder.name == "html" and re.search(' data-lemma="[14]"', page):
        app.add_js_file("reshape.js", loading_method="defer")
        app.add_css_file("reshape.css")


def setup(app):
    app.connect("html-page-context", enliven)
    return {"version": "1", "parallel_read_safe": True}

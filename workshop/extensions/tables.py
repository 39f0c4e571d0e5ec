"""Tables that are computed, and links within the book, made of nodes."""

from docutils import nodes


def link(app, docname, page, *shown, anchor=""):
    """Return a link to a page, or to a place in it; shown is its title."""
    uri = app.builder.get_relative_uri(docname, page)
    if anchor:
        uri += f"#{anchor}"
    shown = shown or [part.deepcopy() for part in app.env.titles[page]]
    return nodes.reference("", "", *shown, internal=True, refuri=uri)


def link_to_root(docname, file, text):
    """Return a link to a file that the site has at its root."""
    return nodes.reference("", text, refuri="../" * docname.count("/") + file)


def table(head, rows):
    """Return a table of texts and inline nodes."""
    made = nodes.table(classes=["colwidths-auto"])
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *map(_row, rows))
    made += group
    return made


def _row(cells):
    row = nodes.row()
    for cell in cells:
        inline = cell if isinstance(cell, nodes.Node) else nodes.Text(cell)
        row += nodes.entry("", nodes.paragraph("", "", inline))
    return row

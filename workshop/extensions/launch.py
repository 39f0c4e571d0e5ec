"""How a chapter is run: the buttons at its top, and what the page of it needs.

Where no address is known the buttons are where they always are, and lead to
the page that says how to launch a chapter all the same. For that the site has
the library as a file, which pip installs.
"""

import zipfile
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from workshop import execute
from workshop.extensions.execution import notebooks
from workshop.extensions.tables import link_to_root

PAGE = "book/launch"
LIBRARY = "lemmas_lib.zip"

# What pip needs beside the library to install it from a file.
NEEDED = "pyproject.toml", "README.md", "LICENSE"

LIVE = (
    "Run the cells of this page: loads code from unpkg.com and starts a "
    "machine at mybinder.org"
)


def is_known(config):
    """Tell whether Colab and Binder can find the chapters."""
    found = config.repository_address
    return bool(found and found.branch)


def configure(app, config):
    """Let buttons and live code be where there is something to fetch."""
    buttons = config.html_theme_options["launch_buttons"]
    if is_known(config):
        buttons["thebe"] = True
    else:
        buttons.clear()


def pack(app):
    """Put the library into a file that the site publishes."""
    if app.builder.name != "html":
        return
    folder = Path(app.outdir).parent / "library"
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(app.srcdir)
    with zipfile.ZipFile(
        folder / LIBRARY, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False
    ) as packed:
        needed = [root / name for name in NEEDED]
        for path in [*needed, *execute.files(root / "lemmas_lib")]:
            packed.write(path, Path("matrix-lemmas") / path.relative_to(root))
    app.config.html_extra_path.append(str(folder))


class Published(SphinxRole):
    """A link to a file at the root of the site, which paper has not."""

    def run(self):
        self.env.note_reread()  # for paper, for the site
        if self.env.app.builder.name != "html":
            return [nodes.literal("", self.text)], []
        return [link_to_root(self.env.docname, self.text, self.text)], []


class Downloads(SphinxDirective):
    """A list of the chapters, each as the notebook that it is."""

    def run(self):
        self.env.note_reread()  # for paper, for the site
        if self.env.app.builder.name != "html":
            return []
        pages = notebooks(self.env)
        line = nodes.paragraph(classes=["downloads"])
        for page in pages:
            file = f"_sources/{page}.ipynb"
            line += link_to_root(self.env.docname, file, Path(file).name)
            line += nodes.Text(" " if page != pages[-1] else "")
        return [line]


def offer(app, pagename, templatename, context, doctree):
    """Lead to the page, where the theme has nowhere else to lead to."""
    if not context.get("page_source_suffix") == ".ipynb":
        return
    page = context["pathto"](PAGE)
    own = {
        "type": "link", "url": page, "text": "Your machine",
        "tooltip": "Run on your own machine", "icon": "fas fa-laptop",
    }  # fmt: skip
    groups = context["header_buttons"]
    for group in groups:
        if group.get("label") == "launch-buttons":
            group["buttons"].append(own)
            for button in group["buttons"]:
                if button.get("label") == "launch-thebe":
                    button["tooltip"] = LIVE
            return
    services = [
        own | {
            "url": f"{page}#{name.lower()}", "text": name,
            "tooltip": f"How to run it in {name}",
            "icon": f"_static/images/logo_{name.lower()}.{kind}",
        }
        for name, kind in (("Binder", "svg"), ("Colab", "png"))
    ]  # fmt: skip
    groups.insert(
        0,
        {
            "type": "group", # As the theme has it, where it makes the group.
            "tooltip": "Launch interactive content",
            "icon": "fas fa-rocket", "buttons": [*services, own],
            "label": "launch-buttons",
        },
    )  # fmt: skip


def setup(app):
    app.add_role("published", Published())
    app.add_directive("downloads", Downloads)
    # After the address is known, and before the theme reads its options.
    app.connect("config-inited", configure, priority=200)
    app.connect("builder-inited", pack)
    # After the theme has made the buttons.
    app.connect("html-page-context", offer, priority=900)
    return {"version": "1", "parallel_read_safe": True}

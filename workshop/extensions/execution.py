"""What a build executes: every notebook anew, with the library beside it.

So nothing is published that another library printed. Only paper is made of the
outputs that are committed, and of those it asks which library made them. So is
a chapter for which other libraries are missing, such as PyTorch.
"""

import functools
import os
import subprocess
import sys
from pathlib import Path

from nbclient import NotebookClient
from sphinx.errors import ExtensionError

from workshop import execute

WHERE = "import lemmas_lib; print(lemmas_lib.__path__[0])"


def for_paper(app):
    """Stop where the outputs that are committed are another library's."""
    if app.builder.name == "singlehtml":
        app.config.nb_execution_mode = "off"
        said = execute.outdated()
        if said:
            raise ExtensionError(said)


def where_all_is_installed(app):
    """Leave a chapter as it is committed where it lacks a library."""
    app.config.nb_execution_excludepatterns = [
        *app.config.nb_execution_excludepatterns,
        *unexecuted(Path(app.srcdir)),
    ]


def unexecuted(source):
    """Return the chapters that lack a library, and which, by their files."""
    found = {
        path.relative_to(source).as_posix(): execute.missing(path)
        for path in sorted((source / "book").glob("*.ipynb"))
    }
    return {name: lacking for name, lacking in found.items() if lacking}


def with_this_library(app):
    """Stop where the kernels would import another."""
    if app.config.nb_execution_mode == "off":
        return
    done = subprocess.run(
        [sys.executable, "-c", WHERE],
        cwd=Path(app.srcdir, "book"), capture_output=True, encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    found, own = done.stdout.strip(), Path(app.srcdir, "lemmas_lib")
    if not found or execute.digests(Path(found)) != execute.digests(own):
        raise ExtensionError(
            f"The chapters would import lemmas_lib from {found or 'nowhere'}, "
            "not the one of this folder: pip install -e ."
        )


def notebooks(env):
    """Return the pages that are notebooks, by name."""
    return [
        name
        for name in sorted(env.found_docs)
        if str(env.doc2path(name)).endswith(".ipynb")
    ]


def again(app, env, added, changed, removed):
    """A second build executes all of them too: the library may be another."""
    return notebooks(env)


def setup(app):
    # Jupyter Book prints the path of the book to whatever terminal there is.
    sys.stdout.reconfigure(errors="backslashreplace")
    # Else what a cell prints in several pieces stands in several boxes; where
    # the notebooks' extension joins them, it puts line ends between.
    NotebookClient.__init__ = functools.partialmethod(
        NotebookClient.__init__, coalesce_streams=True
    )
    # Before the notebooks' extension reads how they are to be executed.
    app.connect("builder-inited", for_paper, priority=100)
    app.connect("builder-inited", with_this_library, priority=101)
    app.connect("builder-inited", where_all_is_installed, priority=102)
    app.connect("env-get-outdated", again)
    return {"version": "1", "parallel_read_safe": True}

"""Execute every notebook in place, so that its outputs can be committed.

Only what a reader or nbval needs is kept: the outputs and the execution
counts, no times, no kernel's version, nothing that Colab, JupyterLab or VS
Code leave behind; the differences stay small.

With which library they were executed stands in book/executed.json: pictures
are not compared, and could be those of an older one.

A chapter that shows other libraries, such as PyTorch, is left as it is where
one of them is missing, and the environment is named that has them all.
"""

import ast
import hashlib
import io
import itertools
import json
import re
import sys
import tokenize
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from lemmas_lib.book import libraries

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
LIBRARY = ROOT / "lemmas_lib"
RECORD = BOOK / "executed.json"
METADATA = {
    "kernelspec": {
        "display_name": "Python 3", "language": "python", "name": "python3",
    },
    "language_info": {"name": "python"},
}  # fmt: skip

# What a page reads of a cell's metadata beside its tags, under mystnb.
READ = {"code_prompt_hide", "code_prompt_show", "image"}


def unread(metadata):
    """Say which key of a cell's metadata no page reads, and what to write.

    An editor's own keys are nobody's mistake, and go.
    """
    mystnb = metadata.get("mystnb", {})
    image = mystnb.get("image", {}) if isinstance(mystnb, dict) else None
    if not isinstance(image, dict):
        mystnb, image = {"…": None}, {}
    meant = {"alt", "figure", "metadata", *READ} & set(metadata)
    wrong = [
        *sorted(meant),
        *(f"mystnb.{key}" for key in sorted(set(mystnb) - READ)),
        *(f"mystnb.image.{key}" for key in sorted(set(image) - {"alt"})),
    ]
    if not wrong:
        return ""
    return (
        f"no page reads the metadata {', '.join(wrong)} of a cell; the "
        'alternative text of a picture is {"mystnb": {"image": {"alt": "…"}}},'
        ' the name of a fold {"mystnb": {"code_prompt_show": "…"}}'
    )


def execute(path):
    notebook = read(path)
    for cell in notebook.cells:
        if said := unread(cell.metadata):
            raise SystemExit(f"{path.name}: {said}. It begins:\n{cell.source}")
    notebook = tidied(notebook, path.stem)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as wrong:
        raise SystemExit(f"{path.name}: {wrong}") from wrong
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",  # whatever its editor called it
        record_timing=False,
        coalesce_streams=True,  # else the pieces differ from run to run
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    nbformat.write(tidied(notebook, path.stem), path)


def missing(path):
    """Return the libraries that a notebook shows, and that are missing."""
    cells = read(path).cells
    tags = [tag for cell in cells for tag in cell.metadata.get("tags", ())]
    return libraries.missing(tags)


def read(path):
    """Return a notebook as it stands: nbformat itself draws missing ids."""
    text = path.read_text(encoding="utf-8")
    if json.loads(text)["nbformat"] == 4:
        return nbformat.v4.reads(text)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.pop("id", None)  # drawn
    return notebook


def tidied(notebook, stem):
    """Return a notebook without what its editor left, with all its ids."""
    notebook.metadata = METADATA
    notebook.nbformat_minor = 5  # the first with ids
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("id") != "view-in-github"  # Colab's own badge
    ]
    names = (f"{stem.replace('_', '-')}-{n:02}" for n in itertools.count())
    found = [cell.get("id", "") for cell in notebook.cells]
    taken, seen = set(found), set()
    for cell in notebook.cells:
        cell.metadata = {
            key: cell.metadata[key]
            for key in ("mystnb", "tags")
            if cell.metadata.get(key)
        }
        own = cell.get("id", "")
        if own in seen or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", own):
            cell["id"] = next(name for name in names if name not in taken)
        seen.add(own)
    return notebook


def digests(library=LIBRARY):
    """Return the digest of what each module does and each file of data holds.

    Comments, docstrings and blank lines do nothing, nor how a line ends.
    """
    found = {}
    for path in files(library):
        text = path.read_text(encoding="utf-8")
        content = bare(text) if path.suffix == ".py" else text
        name = path.relative_to(library).as_posix()
        found[name] = hashlib.sha256(content.encode()).hexdigest()[:16]
    return found


def files(library=LIBRARY):
    """Return the modules and the data of a library."""
    suffixes = {".py", ".json", ".csv"}
    return [p for p in sorted(library.rglob("*")) if p.suffix in suffixes]


def outdated():
    """Say which modules changed after the notebooks were executed, if any."""
    before, now = json.loads(RECORD.read_text(encoding="utf-8")), digests()
    changed = {n for n in before | now if before.get(n) != now.get(n)}
    if not changed:
        return ""
    return (
        f"{', '.join(sorted(changed))} of lemmas_lib changed after the "
        "notebooks were executed: make notebooks, and look at what git diff "
        "shows"
    )


def bare(source):
    """Return a module's text without comments, docstrings and blank lines."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    kinds = ast.Module, ast.ClassDef, ast.FunctionDef
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, kinds) and ast.get_docstring(node) is not None:
            text = node.body[0]
            for row in range(text.lineno - 1, text.end_lineno):
                lines[row] = ""
    return "\n".join(line for line in lines if line.strip())


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:]]
    for path in named or sorted(BOOK.glob("*.ipynb")):
        print(path.name, flush=True)
        if lacking := missing(path):
            print(
                f"  is left as it is, because {', '.join(lacking)} is not "
                "installed here; where it is: make .arrays/ready && "
                f".arrays/bin/python -m workshop.execute {path}"
            )
        else:
            execute(path)
    if not named:
        RECORD.write_text(json.dumps(digests(), indent=1) + "\n")

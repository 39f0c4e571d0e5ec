"""Execute every notebook in place, so that its outputs can be committed.

Only what a reader or nbval needs is kept: the outputs and the execution
counts, no times, no kernel's version; the differences stay small.

With which library they were executed stands in book/executed.json: pictures
are not compared, and could be those of an older one.
"""

import ast
import hashlib
import io
import json
import sys
import tokenize
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
LIBRARY = ROOT / "lemmas_lib"
RECORD = BOOK / "executed.json"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def execute(path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=120,
        record_timing=False,
        coalesce_streams=True,  # else the pieces differ from run to run
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    notebook.metadata = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        kept = {"tags", "mystnb"} & set(cell.metadata)
        cell.metadata = {key: cell.metadata[key] for key in sorted(kept)}
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def digests():
    """Return the digest of what each module does and each file of data holds.

    Comments, docstrings and blank lines do nothing.
    """
    found = {}
    for path in sorted(LIBRARY.rglob("*")):
        if path.suffix == ".py":
            content = bare(path.read_text(encoding="utf-8")).encode()
        elif path.suffix in {".json", ".csv"}:
            content = path.read_bytes()
        else:
            continue
        name = path.relative_to(LIBRARY).as_posix()
        found[name] = hashlib.sha256(content).hexdigest()[:16]
    return found


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
        execute(path)
    if not named:
        RECORD.write_text(json.dumps(digests(), indent=1) + "\n")

"""Execute every notebook in place, so that its outputs can be committed.

Only what a reader or nbval needs is kept: the outputs and the execution
counts, no times, no kernel's version; the differences stay small.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

BOOK = Path(__file__).resolve().parents[1]
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


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:]]
    for path in named or sorted(BOOK.glob("*.ipynb")):
        print(path.name, flush=True)
        execute(path)

"""What breaks a copy of the book, and makes one."""

from pathlib import Path

from workshop import repository_files

ROOT = Path(__file__).resolve().parents[2]


def copied(folder):
    """Return a copy of the repository that uses this environment."""
    repository_files.copy(ROOT, folder)
    # Not one link to all of it: make would empty what it finds behind it.
    (folder / ".venv").mkdir()
    for part in (ROOT / ".venv").iterdir():
        if part.name != "ready":
            (folder / ".venv" / part.name).symlink_to(part)
    (folder / ".venv" / "ready").touch()
    return folder


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} has changed: write the fault anew"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def library_wrong(copy):
    change(
        copy / "lemmas_lib/operators.py",
        "np.arange(a * b).reshape(b, a).T",
        "np.arange(a * b).reshape(a, b).T",
    )

"""The repository's address stands in one place, and its copies agree."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from workshop import repository_files, set_repository

ROOT = Path(__file__).resolve().parents[1]


def address(name):
    """Match owner/name after each host of a repository, and on its site."""
    hosts = r"github\.com|colab\.research\.google\.com/github"
    return re.compile(
        rf"(?:{hosts}|mybinder\.org/v2/gh)/([\w-]+/{re.escape(name)})\b"
        rf"|([\w-]+)\.github\.io/({re.escape(name)})\b"
    )


def addresses(path, name):
    text = path.read_text(encoding="utf-8", errors="ignore")
    found = address(name).findall(text)
    return {slug or f"{owner}/{name}" for slug, owner, name in found}


def assert_all_copies_agree(root, paths):
    owner, name = set_repository.current(root)
    copies = {path: addresses(path, name) for path in paths}
    with_address = {path for path, found in copies.items() if found}
    for path in with_address:
        # Not where a test speaks of an address that is nobody's.
        if "tests" not in path.relative_to(root).parts:
            assert copies[path] == {f"{owner}/{name}"}, path
    names = {path.name for path in with_address}
    chapters = {path.name for path in (ROOT / "book").glob("*.ipynb")}
    assert names >= chapters | {"README.md", "CITATION.cff", "pyproject.toml"}


def test_all_copies_agree_with_the_configuration():
    assert_all_copies_agree(
        ROOT, repository_files.files(ROOT, *repository_files.ALL)
    )


def test_every_install_cell_names_the_repository():
    owner, name = set_repository.current()
    line = f'REPOSITORY = "https://github.com/{owner}/{name}"'
    for path in (ROOT / "book").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        first = next(c for c in cells if c["cell_type"] == "code")
        source = "".join(first["source"])
        assert line in source.splitlines(), path
        assert "%pip install --quiet --no-deps git+{REPOSITORY}" in source


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the tracked files as a repository of their own."""
    repository_files.copy(ROOT, tmp_path, *repository_files.ALL)
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_a_new_address_reaches_every_copy(copy):
    old = "/".join(set_repository.current())
    set_repository.write(copy, "https://github.com/someone/their-lemmas.git")
    assert set_repository.current(copy) == ("someone", "their-lemmas")
    left = [
        p for p in copy.rglob("*") if p.is_file() and ".git" not in p.parts
    ]
    for path in left:
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert old not in text, path
    assert "someone.github.io/their-lemmas" in (copy / "README.md").read_text()
    assert_all_copies_agree(copy, left)


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.com/someone/lemmas",
        "https://github.com/someone",
        "https://github.com/_owner/lemmas",
        "someone/lemmas",
    ],
)
def test_an_address_of_another_form_is_refused(url, copy):
    with pytest.raises(SystemExit, match="https://github.com/OWNER/NAME"):
        set_repository.write(copy, url)

"""The book where a machine or a copy is unusual: it is right all the same.

Each circumstance is made in a copy of the repository of a few pages, which
uses the environment of this one, and built by the README's plain command. Run
by make faults.
"""

import json
import os
import re
import shutil
import subprocess

import pytest

from workshop import prove, repository_files

from .common import ROOT, change, copied, library_wrong

FEW = """\
format: jb-book
root: book/index
chapters:
  - file: book/notation
  - file: book/lemma_1
  - file: book/proofs
  - file: book/launch
  - file: book/references
  - file: book/status
"""


@pytest.fixture
def few(tmp_path):
    """Return a copy with few pages, in a path that is seldom tried."""
    copy = copied(tmp_path / "Ein Bücherregal")
    (copy / "_toc.yml").write_text(FEW)
    return copy


def run(folder, *command, **variables):
    inherited = {k: v for k, v in os.environ.items() if k != "REVISION"}
    done = subprocess.run(
        command, cwd=folder, capture_output=True,
        env=inherited | {"PYTHONPATH": str(folder)} | variables,
    )  # fmt: skip
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, said[-3000:]
    return said


def build(folder, **variables):
    """Build the site, and return a function that reads its pages."""
    run(folder, ".venv/bin/jupyter-book", "build", ".", **variables)

    def page(name):
        path = folder / "_build" / "html" / "book" / f"{name}.html"
        return path.read_text(encoding="utf-8")

    return page


def edited(path, change):
    """Change a notebook as a dict."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def as_committed(page):
    """Return how many outputs of Lemma 1 are as committed, and of how many."""
    rows = re.findall(r"(\d+) of (\d+)", page("status"))
    return rows[0]


def test_a_second_build_executes_with_the_library_as_it_is_now(few):
    same, total = as_committed(build(few))
    assert same == total
    library_wrong(few)
    change(
        few / "lemmas_lib/sums.py",
        'return sum_products(A, B, size["n_A"], size["n_B"])',
        'return 0 * sum_products(A, B, size["n_A"], size["n_B"])',
    )
    page = build(few)
    same, total = as_committed(page)
    assert int(same) < int(total)
    assert "False" in page("status") and "[[0 0]" in page("lemma_1")


def test_another_library_in_the_environment_stops_the_build(few, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(ROOT / "lemmas_lib", other / "lemmas_lib")
    with (other / "lemmas_lib" / "sums.py").open("a") as module:
        module.write("\nextra = 1\n")
    with pytest.raises(AssertionError, match="would import lemmas_lib from"):
        build(few, PYTHONPATH=str(other))


@pytest.mark.parametrize("backend", ["Agg", "pdf"])
def test_an_exported_backend_leaves_the_figures_there(few, backend):
    page = build(few, MPLBACKEND=backend)
    assert page("lemma_1").count("<svg") >= 2


def test_a_kernel_that_is_not_there_is_not_needed(few):
    def rename(content):
        content["metadata"]["kernelspec"]["name"] = "conda-env-lemmas-py"

    edited(few / "book/notation.ipynb", rename)
    assert build(few)("status").count("ran to its end") == 3
    python = few / ".venv" / "bin" / "python"
    run(few, python, "-m", "workshop.execute", "book/notation.ipynb")
    run(few, python, "-m", "pytest", "book/notation.ipynb")


def test_an_archive_is_built_and_has_no_revision(few):
    page = build(few)
    assert re.search("revision.*?unknown", page("status"), re.DOTALL)
    assert "git clone" not in page("launch")
    run(few, ".venv/bin/python", "-m", "pytest", "tests/test_house.py")


def test_within_another_repository_it_has_none_either(few):
    outer = few.parent
    run(outer, "git", "init", "--quiet")
    run(outer, "git", "remote", "add", "origin", "https://github.com/a/b")
    page = build(few)
    assert re.search("revision.*?unknown", page("status"), re.DOTALL)
    assert "github.com/a/b" not in page("launch")


def test_a_folder_of_somebody_else_is_built_and_git_says_why(few):
    run(few, "git", "init", "--quiet")
    variables = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    page = build(few, **variables)
    assert re.search("revision.*?unknown", page("status"), re.DOTALL)
    said = run(few, "make", "--dry-run", "lint", **variables)
    assert "safe.directory" in said


def test_without_git_it_is_built_all_the_same(few, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "env", "uname"):
        (tools / name).symlink_to(shutil.which(name))
    page = build(few, PATH=str(tools))
    assert re.search("revision.*?unknown", page("status"), re.DOTALL)


def test_line_ends_of_another_system_change_nothing(few):
    for path in repository_files.files(few):
        text = path.read_bytes()
        if b"\0" not in text:
            path.write_bytes(text.replace(b"\n", b"\r\n"))
    assert prove.digests(few / "proofs") == prove.digests(ROOT / "proofs")
    page = build(few)
    same, total = as_committed(page)
    assert same == total
    assert "Checked by Coq" in page("proofs")
    python = few / ".venv" / "bin" / "python"
    run(few, python, "-m", "pytest", "book/lemma_1.ipynb",
        "tests/library/mixed_model/test_datasets.py",
        "tests/test_book.py", "-k",
        "lemma_1 or datasets or executed_with_this")  # fmt: skip


def test_git_itself_writes_the_line_ends_of_this_one(few):
    windows = few.parent / "windows"
    run(few, "git", "init", "--quiet")
    run(few, "git", "add", "--all")
    run(few, "git", "-c", "user.name=a", "-c", "user.email=a@b.c",
        "commit", "--quiet", "-m", "all")  # fmt: skip
    run(few, "git", "clone", "--quiet", "-c", "core.autocrlf=true", few,
        windows)  # fmt: skip
    for path in windows.rglob("*.py"):
        assert b"\r" not in path.read_bytes(), path


@pytest.mark.parametrize(
    "variables", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}]
)
def test_a_terminal_that_knows_few_letters_stops_nothing(few, variables):
    build(few, **variables)
    python = few / ".venv" / "bin" / "python"
    shutil.copy(ROOT / "_toc.yml", few)  # or links lead nowhere
    run(few, python, "-m", "workshop.build", "--builder", "singlehtml",
        **variables)  # fmt: skip
    run(few, python, "-m", "workshop.execute", "book/notation.ipynb",
        **variables)  # fmt: skip


def test_workers_share_the_tests_as_they_must(few):
    python = few / ".venv" / "bin" / "python"
    run(few, python, "-m", "pytest", "-n", "2", "book/notation.ipynb",
        "book/lemma_1.ipynb")  # fmt: skip


def test_an_environment_is_made_in_any_path(few):
    for part in (few / ".venv").iterdir():
        part.unlink()
    run(few, "make", "test", "TESTS=book/notation.ipynb")

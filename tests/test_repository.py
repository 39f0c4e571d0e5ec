"""Where the repository is, in every kind of copy that a reader may have."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from workshop import address, repository_files, set_repository
from workshop.address import Address

ROOT = Path(__file__).resolve().parents[1]
URL = "https://github.com/someone/their-lemmas"


@pytest.fixture(autouse=True)
def no_revision_of_make(monkeypatch):
    monkeypatch.delenv("REVISION", raising=False)


def git(folder, *command):
    author = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(["git", *author, *command], cwd=folder, check=True)


@pytest.fixture
def unpacked(tmp_path):
    """Return a copy without git, as an archive leaves it."""
    copy = repository_files.copy(ROOT, tmp_path / "copy")
    config = copy / "_config.yml"
    text = config.read_text(encoding="utf-8")
    text = re.sub("(?m)^  (url|branch): .*$", r'  \1: ""', text)
    config.write_text(text, encoding="utf-8")
    return copy


@pytest.fixture
def cloned(unpacked):
    """Return it as a repository of one commit on the branch trunk."""
    git(unpacked, "init", "--quiet", "--initial-branch=trunk")
    git(unpacked, "add", "--all")
    git(unpacked, "commit", "--quiet", "-m", "all")
    return unpacked


def test_an_archive_has_no_address_and_no_revision(unpacked):
    assert address.current(unpacked) is None
    assert repository_files.revision(unpacked) == "unknown"
    files = repository_files.files(unpacked)
    assert unpacked / "_config.yml" in files and len(files) > 200


def test_within_another_repository_that_one_does_not_count(cloned):
    git(cloned, "remote", "add", "origin", URL)
    inner = cloned / "unpacked"
    repository_files.copy(ROOT, inner)
    (inner / "_config.yml").write_text('  url: ""\n  branch: ""\n')
    assert address.current(inner) is None
    assert repository_files.revision(inner) == "unknown"


def test_git_itself_says_why_it_does_not_trust_a_folder(
    cloned, monkeypatch, capsys
):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert repository_files.revision(cloned) == "unknown"
    assert "safe.directory" in capsys.readouterr().err
    assert len(repository_files.files(cloned)) > 200


def test_where_there_is_no_git_the_revision_is_unknown(cloned, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert repository_files.revision(cloned) == "unknown"


def test_ignored_files_are_not_of_the_repository(unpacked):
    (unpacked / "_build").mkdir()
    (unpacked / "_build" / "page.html").touch()
    (unpacked / "new.py").touch()
    found = repository_files.files(unpacked)
    assert unpacked / "new.py" in found
    assert unpacked / "_build" / "page.html" not in found


@pytest.mark.parametrize(
    ("remote", "found"),
    [
        (URL, True), (f"{URL}.git", True), (f"{URL}/", True),
        ("git@github.com:someone/their-lemmas.git", True),
        ("ssh://git@github.com/someone/their-lemmas", True),
        ("https://token@github.com/someone/their-lemmas", True),
        ("https://gitlab.com/someone/their-lemmas", False),
        ("/srv/their-lemmas", False),
    ],
)  # fmt: skip
def test_an_address_that_is_not_set_is_that_of_the_remote(
    cloned, remote, found
):
    git(cloned, "remote", "add", "origin", remote)
    expected = Address("someone", "their-lemmas") if found else None
    assert address.current(cloned) == expected


def test_a_clone_without_a_remote_has_no_address(cloned):
    assert address.current(cloned) is None


def test_the_branch_is_one_that_the_remote_has(cloned):
    git(cloned, "remote", "add", "origin", URL)

    def branch():
        return address.current(cloned).branch

    assert branch() == ""
    git(cloned, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert branch() == ""
    git(cloned, "symbolic-ref", "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main")  # fmt: skip
    assert branch() == "main"
    git(cloned, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    assert branch() == "trunk"
    git(cloned, "checkout", "--quiet", "--detach")
    assert branch() == "main"


def test_what_is_set_comes_before_what_the_clone_says(cloned):
    git(cloned, "remote", "add", "origin", "https://github.com/a/b")
    set_repository.write(cloned, URL)
    config = cloned / "_config.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('branch: ""', "branch: published"))
    found = address.current(cloned)
    assert found == Address("someone", "their-lemmas", "published")


@pytest.mark.parametrize(
    ("slug", "site"),
    [
        ("a/lemmas", "https://a.github.io/lemmas/"),
        ("a/A.github.io", "https://a.github.io/"),
    ],
)
def test_the_site_follows_from_the_repository(slug, site):
    found = address.parsed(f"https://github.com/{slug}")
    assert found.site == site and site.endswith(found.path)


def copies(root):
    """Return the addresses that stand in each file that has a copy."""
    pattern = r"https://github\.com/(\S+?/[\w-]*lemmas)\b(?!_)"
    paths = [root / "CITATION.cff", root / "_config.yml"]
    return {
        path.name: set(re.findall(pattern, path.read_text(encoding="utf-8")))
        for path in [*paths, *(root / "book").glob("*.ipynb")]
    }


def test_a_new_address_reaches_every_copy_and_a_newer_one_too(unpacked):
    for slug in ("someone/their-lemmas", "other/lemmas"):
        set_repository.write(unpacked, f"https://github.com/{slug}.git")
        owner, name = slug.split("/")
        found = copies(unpacked)
        assert len(found) > 15 and set(map(frozenset, found.values())) == {
            frozenset({slug})
        }
        for name_ in ("README.md", "CITATION.cff"):
            text = (unpacked / name_).read_text(encoding="utf-8")
            assert text.count(f"{owner}.github.io/{name}/") == 1
            assert slug == "someone/their-lemmas" or "their-" not in text


def test_all_copies_agree_with_the_configuration():
    """Set or not."""
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    url = re.search(r'^  url: "(.*)"$', text, re.M)[1]
    slug = {"/".join(url.rsplit("/", 2)[-2:])} if url else set()
    found = copies(ROOT)
    for name, slugs in found.items():
        assert slugs == slug, name


@pytest.mark.parametrize(
    "url",
    [
        "https://gitlab.com/someone/lemmas",
        "https://github.com/someone",
        "https://github.com/_owner/lemmas",
        "https://github.com/someone/..",
        "https://github.com/someone/.git",
        "someone/lemmas",
    ],
)
def test_an_address_of_another_form_is_refused(url, unpacked):
    before = copies(unpacked)
    with pytest.raises(SystemExit, match="https://github.com/OWNER/NAME"):
        set_repository.write(unpacked, url)
    assert copies(unpacked) == before


def test_a_citation_keeps_one_address_wherever_it_stood(unpacked):
    path = unpacked / "CITATION.cff"
    text = path.read_text(encoding="utf-8")
    path.write_text('url: "https://old.example"\n' + text, encoding="utf-8")
    set_repository.write(unpacked, URL)
    assert path.read_text(encoding="utf-8").count("\nurl: ") == 1
    assert "old.example" not in path.read_text(encoding="utf-8")


def test_where_a_file_is_missing_none_is_written(unpacked):
    (unpacked / "CITATION.cff").unlink()
    with pytest.raises(SystemExit, match="CITATION.cff is missing"):
        set_repository.write(unpacked, URL)
    assert address.current(unpacked) is None


@pytest.mark.parametrize(
    ("block", "found"),
    [
        ("  url:\n  branch:\n", None),
        ("  url: ~\n  branch: null\n", None),
        ("  path_to_book: a\n", None),
        (f"  url: '{URL}'  # ours\n", Address("someone", "their-lemmas")),
    ],
)
def test_the_configuration_may_be_written_in_any_way(block, found, tmp_path):
    text = f"html:\n  url: other\nrepository:\n{block}"
    (tmp_path / "_config.yml").write_text(text)
    assert address.current(tmp_path) == found


def test_the_repository_of_a_hook_does_not_count(cloned, monkeypatch):
    other = cloned / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    before = len(repository_files.files(cloned))
    for name in ("GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.setenv(name, str(other / ".git"))
    assert len(repository_files.files(cloned)) == before
    assert repository_files.revision(cloned) != "unknown"


def test_where_one_copy_has_no_place_none_is_written(unpacked):
    (unpacked / "README.md").write_text("Nothing.\n")
    before = copies(unpacked)
    with pytest.raises(SystemExit, match="README.md has no place"):
        set_repository.write(unpacked, URL)
    assert copies(unpacked) == before


def test_the_first_cells_install_alike():
    starts = set()
    for path in (ROOT / "book").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        first = next(c for c in cells if c["cell_type"] == "code")
        source = "".join(first["source"])
        install = "%pip install -qU --no-deps {LIBRARY} array-api-compat\n\n"
        assert source.count(install) == 1
        starts.add(source.partition(install)[0])
    assert len(starts) == 1


def test_no_workflow_names_a_branch():
    for path in (ROOT / ".github").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        assert "branches:" not in text, path

"""Libraries that may be missing: taken where they are, else named."""

import sys

import pytest

from lemmas_lib.book import libraries


@pytest.fixture
def without(monkeypatch):
    """Return a function that hides a library."""
    find = libraries.importlib.util.find_spec

    def hide(*names):
        monkeypatch.setattr(
            libraries.importlib.util, "find_spec",
            lambda name: None if name in names else find(name),
        )  # fmt: skip

    return hide


def test_what_is_installed_is_returned_and_nothing_said(capsys):
    assert libraries.found("json") is sys.modules["json"]
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("torch", "PyTorch is not installed: pip install torch\n"),
        ("dask", 'Dask is not installed: pip install "dask[array]"\n'),
        ("other", "other is not installed: pip install other\n"),
    ],
)
def test_what_is_missing_is_none_and_said(name, said, without, capsys):
    without(name)
    assert libraries.found(name) is None
    assert capsys.readouterr().out == said


def test_one_that_does_not_import_is_not_taken_for_missing(
    tmp_path, monkeypatch
):
    (tmp_path / "broken_library.py").write_text("import no_library\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_library"):
        libraries.found("broken_library")


def test_only_the_needs_among_the_tags_are_asked_for(without):
    without("torch", "jax")
    tags = ["hide-input", "needs-torch", "needs-json", "needs-jax"]
    assert libraries.missing([*tags, "needs-torch", "jax"]) == ["jax", "torch"]
    assert libraries.missing(["hide-input", "needs-json"]) == []

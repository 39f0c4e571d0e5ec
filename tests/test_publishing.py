"""What the site says of itself: its address, its citation, how to run it."""

import zipfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import tomllib
from nbclient import NotebookClient
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from workshop.extensions import citation, execution, launch

ROOT = Path(__file__).resolve().parents[1]

CONFIG = """\
repository:
  url: "{url}"
  branch: "{branch}"
"""
OPTIONS = """\
extensions = ["myst_parser", "workshop.extensions.address",
              "workshop.extensions.launch"]
html_theme_options = {"launch_buttons": {"colab_url": "https://colab"}}
"""


@pytest.fixture
def configured(tmp_path):
    """Return what Sphinx has as its configuration, given an address."""

    def of(url, branch):
        text = CONFIG.format(url=url, branch=branch)
        (tmp_path / "_config.yml").write_text(text)
        (tmp_path / "conf.py").write_text(OPTIONS)
        (tmp_path / "index.md").write_text(
            "# Page\n\n```{shell-lines}\ngit clone {url} here\nls\n```\n"
        )
        with docutils_namespace():
            app = Sphinx(
                tmp_path, tmp_path, tmp_path / "out", tmp_path / "trees",
                "pseudoxml", status=None, freshenv=True,
            )  # fmt: skip
            app.build()
        return app.config, (tmp_path / "out" / "index.pseudoxml").read_text()

    return of


URL = "https://github.com/a/lemmas"


@pytest.mark.parametrize("branch", ["trunk", ""])
def test_addresses_follow_from_that_of_the_repository(configured, branch):
    config, page = configured(URL, branch)
    site = "https://a.github.io/lemmas/"
    assert config.html_baseurl == config.ogp_site_url == site
    assert config.ogp_image == f"{site}_static/social.png"
    assert config.notfound_urls_prefix == "/lemmas/"
    options = config.html_theme_options
    assert options["use_repository_button"]
    # Without a branch there is nothing that Colab could open.
    launch = {"colab_url": "https://colab", "thebe": True} if branch else {}
    assert options["launch_buttons"] == launch
    assert f"git clone {URL} here" in page


def test_without_an_address_nothing_names_one(configured):
    config, page = configured("", "")
    assert not config.html_baseurl and not hasattr(config, "ogp_image")
    assert config.notfound_urls_prefix == "/"
    options = config.html_theme_options
    assert not options["use_repository_button"]
    assert options["launch_buttons"] == {} and "repository_url" not in options
    assert "git clone" not in page and "ls" in page


def test_an_address_of_another_form_stops_the_build(configured):
    with pytest.raises(ExtensionError, match="_config.yml: 'https://x.y/z'"):
        configured("https://x.y/z", "")


CITATION = {
    "title": "A book",
    "version": "1.2",
    "license": "MIT",
    "authors": [
        {
            "given-names": "Ada",
            "name-particle": "von",
            "family-names": "Byron",
        },
        {"name": "R&D <b>, and others"},
    ],
}


def test_a_citation_names_people_and_others():
    line = "Ada von Byron, R&amp;D &lt;b&gt;, and others (2026). "
    line += "<em>A book</em>, version 1.2."
    assert citation.line(CITATION, "2026") == line
    assert citation.bibtex(CITATION, "2026") == (
        "@misc{matrix-lemmas,\n"
        "  author = {{Ada von Byron} and {R\\&D <b>, and others}},\n"
        "  title = {{A book}},\n"
        "  year = {2026},\n"
        "  version = {1.2}\n"
        "}"
    )
    with_address = CITATION | {"url": "https://a.b"}
    assert "  url = {https://a.b}\n" in citation.bibtex(with_address, "2026")


@pytest.mark.parametrize("authors", [[], [{"alias": "a"}], [{"name": None}]])
def test_a_book_without_authors_is_not_built(authors):
    with pytest.raises(ExtensionError, match="CITATION.cff does not name"):
        citation.line(CITATION | {"authors": authors}, "2026")


def test_the_citation_is_of_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert citation.read(ROOT)["version"] == project["project"]["version"]


def test_the_library_is_packed_so_that_pip_finds_it(tmp_path):
    app = SimpleNamespace(
        builder=SimpleNamespace(name="html"), outdir=tmp_path / "html",
        srcdir=ROOT, config=SimpleNamespace(html_extra_path=[]),
    )  # fmt: skip
    launch.pack(app)
    (folder,) = app.config.html_extra_path
    with zipfile.ZipFile(Path(folder) / launch.LIBRARY) as packed:
        names = packed.namelist()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        assert f"matrix-lemmas/{name}" in names
    library = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "lemmas_lib").rglob("*.*")
        if path.suffix in {".py", ".csv", ".json"}
    }
    assert {f"matrix-lemmas/{name}" for name in library} < set(names)


def test_what_a_cell_printed_in_pieces_is_joined_as_it_came(monkeypatch):
    monkeypatch.setattr(NotebookClient, "__init__", NotebookClient.__init__)
    execution.setup(SimpleNamespace(connect=lambda *_, **__: None))
    code = "print('12', end='', flush=True); print(34, flush=True); print(5)"
    cell = nbformat.v4.new_code_cell(f"import time\n{code}")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    NotebookClient(notebook, kernel_name="python3").execute()
    assert [o.text for o in notebook.cells[0].outputs] == ["1234\n5\n"]

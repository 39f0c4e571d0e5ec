"""The Sphinx extension: statements become boxes, other quotes do not."""

import json
import pickle

import pytest

from tests import small_site

CONF = """
extensions = ["myst_parser", "workshop.extensions.lemma_box"]
myst_enable_extensions = ["dollarmath"]
html_title = "A book"
author = "its authors"
copyright = "2026"
version = "1.2"
html_baseurl = "https://books.example/a/"
"""

PAGE = """# Page

In the library: `sum_x`. In words: *sum of everything*.

> **Lemma 4** (Sums). Let $A$ be
>
> $$A = B.$$
>
> The end.

> **Statement 2** (Short). This too.

> An ordinary quote.

> **Bold**, but no statement.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    source = tmp_path_factory.mktemp("page")
    (source / "conf.py").write_text(CONF)
    (source / "index.md").write_text(PAGE)
    done = small_site.build(source)
    assert done.returncode == 0, done.stderr
    return source / "out"


@pytest.fixture(scope="module")
def html(site):
    return (site / "index.html").read_text()


def test_a_statement_becomes_a_box_with_an_anchor_and_a_link(html):
    assert html.count('id="lemma-4"') == 1
    box = html[html.index('id="lemma-4"') :]
    assert 'href="#lemma-4"' in box and 'title="Link to Lemma 4"' in box
    assert box.index("The end.") < box.index("<blockquote>")


def test_a_short_statement_has_a_box_and_is_not_listed(site, html):
    box = html[html.index('id="statement-2"') :]
    assert 'title="Link to Statement 2"' in box
    pickled = (site / ".doctrees" / "environment.pickle").read_bytes()
    assert pickle.loads(pickled).statements == {
        "index": [("Lemma 4", "lemma-4")]
    }


def test_other_quotes_stay_quotes(html):
    assert html.count("<blockquote>") == 2


def test_a_statement_says_how_to_cite_it(html):
    line = html[html.index("<summary>Cite</summary>") :]
    assert "its authors (2026), Lemma 4, " in line
    line = line[: line.index("</details>")]
    assert "<em>A book</em>" in line
    assert 'href="https://books.example/a/index.html#lemma-4"' in line


def test_number_function_and_words_are_main_entries_of_the_index(site):
    index = json.loads(
        (site / "searchindex.js").read_text()[len("Search.setIndex(") : -1]
    )["indexentries"]
    assert index["lemma 4"] == [[0, "lemma-4", True]]
    for term in ("sum_x", "sum of everything"):
        assert index[term] == [[0, "page", True]]

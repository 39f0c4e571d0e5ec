"""The chapters as files: complete, readable everywhere, safe to run alone."""

# Longer than other files, because a chapter is held to much.

import json
import re
import string
from pathlib import Path

import nbformat
import pytest

from lemmas_lib.book import measured
from workshop import execute, new_lemma

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
LEMMAS = [path for path in CHAPTERS if path.stem.startswith("lemma_")]

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
every_lemma = pytest.mark.parametrize("path", LEMMAS, ids=lambda p: p.stem)

SECTIONS = [
    "Is it my sum?",
    "Why it holds",
    "In practice",
    "The check",
    "When it fails",
    "The cost",
    "In your language",
    "Exercises",
    "Where it is used",
    "References",
]


def read(path):
    return nbformat.read(path, as_version=4)


def code(path):
    return [c for c in read(path).cells if c.cell_type == "code"]


def prose(path):
    return [c.source for c in read(path).cells if c.cell_type == "markdown"]


def test_the_contents_are_the_files():
    listed = re.findall(r"book/[\w/]+", (ROOT / "_toc.yml").read_text())
    book = ROOT / "book"
    pages = [*CHAPTERS, *book.glob("*.md"), *book.glob("api/*.md")]
    names = [page.relative_to(ROOT).with_suffix("") for page in pages]
    assert sorted(listed) == sorted(name.as_posix() for name in names)


def test_mathjax_is_served_by_the_site():
    """With its fonts and its licence, so that no page asks another site."""
    config = (ROOT / "_config.yml").read_text()
    path = re.search(r"^ +mathjax_path: (\S+)$", config, re.M)[1]
    script = ROOT / "book" / "_static" / path
    fonts = script.parent / "output" / "chtml" / "fonts" / "woff-v2"
    assert script.is_file() and "Apache" in (
        script.parent / "LICENSE"
    ).read_text(encoding="utf-8")
    assert len(list(fonts.glob("MathJax_*.woff"))) > 20


@every_chapter
def test_a_chapter_is_as_make_notebooks_leaves_it(path):
    """Not as Colab, JupyterLab or VS Code save it."""
    tidy = execute.tidied(read(path), path.stem)
    assert tidy == read(path), f"make notebooks: {path.name} is not tidy"


@every_chapter
def test_every_code_cell_was_executed(path):
    """nbval passes a cell unchecked that has neither count nor outputs."""
    counts = [cell.execution_count for cell in code(path)]
    assert counts == list(range(1, len(counts) + 1))


@every_chapter
def test_no_cell_is_exempt_from_comparison(path):
    """But for what needs another library, which make test-arrays has."""
    folds = {"hide-input", "hide-cell", "remove-input"}
    where = ROOT / "tests" / "arrays" / "requirements.txt"
    installed = re.findall(r"^[\w-]+", where.read_text(), re.M)
    needs = {f"needs-{name.replace('-', '_')}" for name in installed}
    allowed = folds | needs if path.stem == "arrays" else folds
    for cell in code(path):
        assert allowed.issuperset(cell.metadata.get("tags", [])), cell.source
        assert "nbval" not in cell.source.lower(), cell.source


@every_chapter
def test_no_error_or_warning_is_committed(path):
    for cell in code(path):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@every_chapter
def test_markdown_reads_well_without_the_site(path):
    """No directive, label, role or glue shows raw in Jupyter or Colab."""
    for text in prose(path):
        assert not re.search(r"^(:::|```\{)|\{\w+(:\w+)?\}`", text, re.M)
        assert not re.search(r"\$\$ +\(|^\(\w+\)=|^:\w+:", text, re.M)
        assert "glue" not in text


@every_chapter
def test_code_fits_the_page(path):
    """And a phone scrolls little."""
    for cell in code(path):
        for line in cell.source.splitlines():
            assert len(line) <= 60, line


@every_chapter
def test_every_figure_has_alternative_text(path):
    for cell in code(path):
        kinds = {kind for o in cell.outputs for kind in o.get("data", {})}
        if kinds & {"image/png", "image/svg+xml"}:
            image = cell.metadata.get("mystnb", {}).get("image", {})
            alt = image.get("alt", "")
            assert len(alt) > 40 and alt.endswith("."), (
                f"{path.name}: a sentence or two are needed in the metadata "
                f"mystnb.image.alt of the cell\n{cell.source}"
            )


@every_chapter
def test_no_metadata_of_a_cell_are_in_vain(path):
    for cell in read(path).cells:
        said = execute.unread(cell.metadata)
        assert not said, f"{path.name}: {said}:\n{cell.source}"


@pytest.mark.parametrize(
    ("metadata", "wrong"),
    [
        ({"alt": "A line."}, "alt"),
        ({"image": {"alt": "A line."}}, "image"),
        ({"metadata": {"mystnb": {}}}, "metadata"),
        ({"mystnb": {"alt": "A line."}}, "mystnb.alt"),
        ({"mystnb": {"image": {"text": "A line."}}}, "mystnb.image.text"),
        ({"mystnb": {"image": {"alt": "A line."}}, "collapsed": True}, ""),
        ({"tags": [], "outputId": "a", "id": "b"}, ""),
    ],
)
def test_metadata_that_no_page_reads_are_refused_by_name(
    metadata, wrong, tmp_path
):
    """And not taken away: what was written there was meant."""
    said = execute.unread(metadata)
    assert (f"metadata {wrong} of" in said) if wrong else not said
    if wrong:
        cell = nbformat.v4.new_code_cell("1 + 1", metadata=metadata)
        path = tmp_path / "chapter.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
        before = path.read_text(encoding="utf-8")
        with pytest.raises(SystemExit, match=r"mystnb.*image.*alt"):
            execute.execute(path)
        assert path.read_text(encoding="utf-8") == before


@every_chapter
def test_every_draw_is_seeded(path):
    for cell in code(path):
        assert "np.random" not in cell.source.replace(
            "np.random.default_rng(", ""
        )
        assert "default_rng()" not in cell.source


@every_chapter
def test_links_between_chapters_lead_somewhere(path):
    for text in prose(path):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert (path.parent / target).is_file(), target


def rows(text):
    """Return the tables of a page as a dict from function to its costs."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        name = re.match(r"\[`([\w.]+)", cells[-2]) if len(cells) > 1 else None
        if name:
            found.setdefault(name[1], []).append((line, cells[-1]))
    return found


def test_the_cheat_sheet_has_the_sums_and_costs_of_the_first_page():
    index = rows("\n".join(prose(ROOT / "book" / "index.ipynb")))
    sheet = rows((ROOT / "book" / "cheat_sheet.md").read_text("utf-8"))
    assert set(index) == set(measured.SUMS)
    for name, [(line, cost)] in index.items():
        [(other, its_cost)] = sheet[name]
        assert cost == its_cost, name
        assert line.split(" | ")[0].strip("| ") in other, name


def test_the_finder_has_the_sums_and_costs_of_the_table_above_it():
    """Corollary 1 has a second row, of the transposes."""
    text = "\n".join(prose(ROOT / "book" / "index.ipynb"))
    above, finder = text.split("\n## Find your sum\n")
    for name, [(line, cost)] in rows(above).items():
        total, lemma, *_ = line.strip("| ").split(" | ")
        [found] = [
            row
            for row in finder.splitlines()
            if f"| {total} | {lemma}," in row
        ]
        assert f"`{name}(" in found, name
        # A long cost is in two formulas in the one, so that it can break.
        its_cost = found.strip("| ").split(" | ")[-1]
        assert its_cost == cost.replace("$ $+\\,", " +"), name


def slug(heading):
    """Return the anchor that the site gives to a heading."""
    return re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-")


def test_the_chapters_were_executed_with_this_library():
    """Their pictures too, which are not compared."""
    said = execute.outdated()
    assert not said, said


def colab(notebook):
    """Save a notebook as Colab does."""
    badge = nbformat.v4.new_markdown_cell("<a href=…>Open in Colab</a>")
    badge.metadata = {"id": "view-in-github", "colab_type": "text"}
    notebook.cells.insert(0, badge)
    for place, cell in enumerate(notebook.cells[1:]):
        cell.metadata |= {"id": f"x{place}", "colab": {"base_uri": "…"}}
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 0
    notebook.metadata = {"colab": {"provenance": []}}


def jupyter_lab(notebook):
    """Save it as JupyterLab does, with a cell for trying something."""
    for cell in notebook.cells:
        cell.metadata |= {"editable": True, "slideshow": {"slide_type": ""}}
        cell.metadata.setdefault("tags", [])
    notebook.cells.append(nbformat.v4.new_code_cell("1"))
    notebook.metadata.language_info |= {"version": "3.13.1"}


def vs_code(notebook):
    """Save it as VS Code does, from an environment of Conda's."""
    name = {"name": "lemmas-env", "display_name": "lemmas-env"}
    notebook.metadata.kernelspec = name
    for cell in notebook.cells:
        cell.metadata["vscode"] = {"languageId": "python"}


@pytest.mark.parametrize("editor", [colab, jupyter_lab, vs_code])
def test_what_an_editor_leaves_is_taken_out(editor, tmp_path):
    path = tmp_path / "a_b.ipynb"
    cells = [
        nbformat.v4.new_markdown_cell("# A", id="a-b-00"),
        nbformat.v4.new_code_cell(
            "x = 6\nprint(x * 7)", id="a-b-01",
            metadata={"tags": ["hide-input"]},
            execution_count=1,
        ),
    ]  # fmt: skip
    cells[1].outputs = [nbformat.v4.new_output("stream", text="42\n")]
    clean = execute.tidied(nbformat.v4.new_notebook(cells=cells), "a_b")
    nbformat.write(clean, path)
    saved = read(path)
    editor(saved)
    for cell in saved.cells:  # in lines, as they stand in a file
        cell.source = cell.source.splitlines(keepends=True)
    path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(AssertionError, match="make notebooks"):
        test_a_chapter_is_as_make_notebooks_leaves_it(path)
    execute.execute(path)
    found = read(path)
    extra = found.cells[2:]  # what somebody tried is their own
    del found.cells[2:]
    assert found == clean
    assert len(extra) == (editor is jupyter_lab)


def test_an_id_that_is_twice_or_none_gets_one_of_the_chapter(tmp_path):
    path = tmp_path / "a_b.ipynb"
    cells = [nbformat.v4.new_code_cell("1") for _ in range(4)]
    content = dict(nbformat.v4.new_notebook(cells=cells))
    for cell, own in zip(cells, ("x", "x", "a b", ""), strict=True):
        cell["id"] = own
    del cells[3]["id"]
    path.write_text(json.dumps(content | {"cells": cells}))
    tidy = execute.tidied(execute.read(path), "a_b")
    ids = [cell["id"] for cell in tidy.cells]
    assert ids == ["x", "a-b-00", "a-b-01", "a-b-02"]
    nbformat.validate(tidy)


def test_a_comment_is_no_change_of_the_library_and_a_sign_is_one():
    module = '"""About."""\n\nX = 1  # one\n\n\ndef f(x):\n'
    body = '    """Twice."""\n    return x + x\n'
    other = module.replace("# one", "# 1").replace("About", "On")
    same = execute.bare(module + body) == execute.bare(
        other + body.replace("Twice", "Double")
    )
    assert same
    assert "return x + x" in execute.bare(module + body)
    changed = execute.bare(module + body.replace("+", "-"))
    assert execute.bare(module + body) != changed


def test_every_reference_is_cited_and_every_citation_is_one():
    page = (ROOT / "book" / "references.md").read_text(encoding="utf-8")
    listed = {slug(h) for h in re.findall(r"^### (.+)$", page, re.M)}
    pages = [p.read_text("utf-8") for p in (ROOT / "book").glob("*.md")]
    text = "\n".join(["\n".join(prose(p)) for p in CHAPTERS] + pages)
    cited = set(re.findall(r"\(references\.md#([^)]+)\)", text))
    assert cited == listed


def test_every_erratum_is_numbered_and_shown():
    """One marked executed is followed by a cell that prints what it shows."""
    cells = read(ROOT / "book" / "errata.ipynb").cells
    numbers, shown = [], None
    for cell in cells:
        if cell.cell_type == "code":
            if shown is False:
                shown = bool(cell.outputs)
            continue
        for part in re.split(r"(?=^\*\*Erratum )", cell.source, flags=re.M):
            head = re.match(r"\*\*Erratum (\d+)\*\* \((\w+)\)\. ", part)
            if not head:
                continue
            assert shown is not False, f"before erratum {head[1]}"
            numbers.append(int(head[1]))
            assert "*Printed:*" in part and "*Right:*" in part, head[1]
            kinds = {"executed", "omission", "wording", "timing"}
            assert head[2] in kinds, head[1]
            shown = False if head[2] == "executed" else None
    assert shown is not False
    assert numbers == list(range(1, len(numbers) + 1)) and numbers


def test_the_concordance_has_every_cell_every_erratum_and_every_note():
    """Letters are notes on notation, in the order of the alphabet."""
    text = "\n".join(prose(ROOT / "book" / "errata.ipynb"))
    errata = re.findall(r"^\*\*Erratum (\d+)\*\*", text, re.M)
    notes = re.findall(r"^\*\*Note ([A-Z])\.\*\* \*Printed:", text, re.M)
    assert notes == list(string.ascii_uppercase[: len(notes)]) and notes
    names, found = [*errata, *notes], set()
    page = (ROOT / "book" / "concordance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \|.* \| ?([^|]*) \|$", page, re.M)
    for _, which in rows:
        for part in which.split(", ") if which else ():
            first, *last = map(names.index, part.split("–"))
            found.update(names[first : (last or [first])[0] + 1])
    assert [cell for cell, _ in rows] == [str(n) for n in range(1, 43)]
    assert found == set(names)


@every_lemma
def test_sections_stand_in_the_promised_order(path):
    found = re.findall(r"^## (.+)$", "\n".join(prose(path)), re.M)
    assert [title.split(":")[0] for title in found] == SECTIONS


@every_chapter
def test_what_installs_comes_first_and_is_folded(path):
    install, *others = code(path)
    assert "%pip install" in install.source
    assert install.metadata == new_lemma.folded("hide-input")
    assert not any("%pip" in cell.source for cell in others)


@every_lemma
def test_the_first_screen_has_the_statement_the_call_and_its_gain(path):
    """And the picture follows."""
    opening, _, statement, call, gain, picture = read(path).cells[:6]
    assert opening.source.startswith("# Lemma")
    assert statement.source.startswith("> **Lemma")
    name = re.search(r'measured.gain\("([\w. ]+)"\)', gain.source)[1]
    assert call.source.count("print(") and call.outputs
    if name in measured.SUMS:
        assert f"print({name}(" in call.source
    assert picture.source.startswith("identities.lemma_")


@every_lemma
def test_solutions_are_folded(path):
    cells = read(path).cells
    first = next(i for i, c in enumerate(cells) if "## Exercises" in c.source)
    last = next(i for i, c in enumerate(cells) if "## Where it" in c.source)
    text = "\n".join(cell.source for cell in cells[first:last])
    assert len(re.findall(r"^\*\*\d\.\*\*", text, re.M)) >= 3
    for cell in cells[first:last]:
        if cell.cell_type == "code":
            assert cell.metadata == new_lemma.folded("hide-cell")


@every_lemma
def test_the_statement_is_a_quote_with_the_number(path):
    number = path.stem.removeprefix("lemma_")
    quotes = re.findall(
        r"^> \*\*(\w+ \d+)\*\* \(", "\n".join(prose(path)), re.M
    )
    assert quotes == [f"Lemma {number}"]


@every_lemma
def test_a_lemma_says_by_which_words_it_is_found(path):
    """The tests of the site search for each of them."""
    said = re.findall(
        r"^(?:In the library: \[`([\w.]+)`\].* )?In words: (.+)\.$",
        "\n".join(prose(path)),
        re.M,
    )
    assert len(said) == 1, f"{path.name}: In the library: […]. In words: *…*."
    ((name, words),) = said
    number = path.stem.removeprefix("lemma_")
    own = [
        n
        for n, which in measured.MEASURED.items()
        if which == f"Lemma {number}"
    ]
    # Two have no function of their own: an argument of others, and SciPy's.
    assert name in own or own in (["weights"], ["groups"])
    assert len(re.findall(r"\*[^*]+\*", words)) >= 3, words

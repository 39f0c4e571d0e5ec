"""Vectors: the same each time, in the colour of the text, on no ground."""

import re

import pytest

from lemmas_lib.book import plots, vectors

from .test_plots import CASES, PLOTS, draw


def test_vectors_are_the_same_each_time_and_have_names_of_their_own():
    first, second = plots.over_floor(CASES), plots.over_floor(CASES)
    assert first.svg == second.svg and ">three</text>" in first.svg
    other = draw("bars").figure
    names, others = (
        set(re.findall(r'id="(.*?)"', svg))
        for svg in (first.svg, vectors.Vectors(other).svg)
    )
    assert names and others and not names & others
    used = re.findall(r'(?:url\(|href=")#(.*?)[)"]', first.svg)
    assert used and names.issuperset(used)


@pytest.mark.parametrize("name", PLOTS)
def test_a_figure_is_in_the_colour_of_the_text_on_no_ground(name):
    drawn = getattr(plots, name)(*PLOTS[name])
    assert drawn.svg.startswith("<svg") and "max-width: 100%" in drawn.svg
    assert "currentColor" in drawn.svg and vectors.INK not in drawn.svg
    assert "#000000" not in drawn.svg
    ground = re.search(r'id="[^"]*patch_1".*?/>', drawn.svg, re.DOTALL)[0]
    assert "fill: none" in ground
    data, how = drawn._repr_mimebundle_()
    assert data == {"image/svg+xml": drawn.svg, "text/plain": "a figure"}
    assert how == {"image/svg+xml": {"needs_background": "light"}}

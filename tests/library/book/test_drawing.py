"""Pictures of matrices: every entry keeps the shade of its block."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from lemmas_lib.book import drawing

from .pictures import drawn_entries, names

A = np.arange(1, 13).reshape(4, 3)


def test_blocks_differ_in_shade_from_light_to_dark():
    drawn = drawn_entries(drawing.blocks({"A": A}, (2, 3)))
    assert [entry for entry, _ in drawn] == list(map(str, A.flat))
    upper, lower = ({shade for _, shade in drawn[s:][:6]} for s in (0, 6))
    assert len(upper) == len(lower) == 1
    assert upper.pop() > lower.pop()  # as RGB, in hexadecimals


def test_an_entry_keeps_its_shade_where_it_is_moved():
    picture = drawing.blocks({"A": A, "A′": A.T}, (2, 3))
    drawn = drawn_entries(picture)
    assert len(drawn) == 24 and len(set(drawn)) == 12
    assert names(picture) == ["A", "→", "A′"]


def test_memory_has_a_line_for_each_order():
    picture = drawing.memory(A, {"by rows": A, "by columns": A.T}, (2, 3))
    drawn = [entry for entry, _ in drawn_entries(picture)]
    assert drawn == list(map(str, [*A.flat, *A.T.flat]))
    assert len(set(drawn_entries(picture))) == 12


@pytest.mark.parametrize(
    ("X", "shape"), [(A, (3, 3)), (A, (2, 2)), (A // 2, (2, 3))]
)
def test_blocks_that_do_not_fill_or_entries_that_are_equal_are_refused(
    X, shape
):
    with pytest.raises(ValueError, match=r"shape \(4, 3\).*all differ"):
        drawing.blocks({"A": X}, shape)
    with pytest.raises(ValueError, match=r"shape \(4, 3\).*all differ"):
        drawing.memory(X, {"by rows": X}, shape)


def test_shades_go_from_light_to_dark_over_all_blocks():
    assert drawing.shades([0, 4]).tolist() == [0, 1]
    assert drawing.shades([0, 1], number=3).tolist() == [0, 0.5]
    assert drawing.shades([[0]]).tolist() == [[0]]


def test_numbers_can_be_read_on_every_shade():
    """With a contrast of 4.5, as WCAG asks for."""
    places = np.arange(21)
    row = drawing.Matrix("x", places[None], drawing.shades([places]))
    for ground, ink in re.findall(
        r'fill="#(\w{6})".*?fill="(black|white)"', drawing.equation([row]).svg
    ):
        rgb = [int(ground[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        light = drawing._luminance(rgb)
        other = {"black": 0, "white": 1}[ink]
        low, high = sorted([light, other])
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_what_has_no_shade_is_in_the_colour_of_the_text():
    svg = drawing.equation([drawing.plain("x", [[7]])]).svg
    assert 'fill="none"' in svg and "#" not in svg
    assert svg.count("currentColor") == 2


def test_names_have_sub_and_superscripts():
    picture = drawing.equation([drawing.plain("A_1^{(n,kl)}′ < x", [[1]])])
    text = ElementTree.fromstring(picture.svg)[0]
    parts = [(part.text, part.get("dy")) for part in text]
    assert parts == [
        ("A", None), ("1", "4"), ("(n,kl)", "-10.4"), ("′ < x", "6.4"),
    ]  # fmt: skip
    moved = sum(float(dy) for _, dy in parts if dy)
    assert abs(moved) < 1e-9  # back on the line


def test_nothing_is_cut_off():
    lines = [drawing.plain("x", A)], [drawing.plain("y", A.T), "=", "+"]
    root = ElementTree.fromstring(drawing.equation(*lines).svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    for part in root:
        x, y = float(part.get("x")), float(part.get("y"))
        side = drawing.CELL if part.tag.endswith("rect") else 4
        assert 0 <= x <= width - side and 0 <= y <= height - side


def test_a_picture_shows_vectors_and_says_when_they_change():
    first, second = (drawing.blocks({"A": A + i}, (2, 3)) for i in (0, 1))
    data, how = first._repr_mimebundle_()
    assert data == {"image/svg+xml": first.svg, "text/plain": repr(first)}
    assert how == {"image/svg+xml": {"needs_background": "light"}}
    assert repr(first) == repr(drawing.blocks({"A": A}, (2, 3)))
    assert repr(first) != repr(second)

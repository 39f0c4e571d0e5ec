"""Pictures of block matrices: every entry keeps the shade of its block."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lemmas_lib.book import drawing

A = np.arange(1, 13).reshape(4, 3)


def entries():
    """Return each entry drawn, left to right in rows, with its shade."""
    ax = plt.gca()
    shades = {p.get_xy(): p.get_facecolor() for p in ax.patches}
    texts = {
        (x - 0.5, y - 0.5): text.get_text()
        for text in ax.texts
        for x, y in [text.get_position()]
    }
    places = sorted(shades, key=lambda place: (-place[1], place[0]))
    return [(int(texts[place]), shades[place]) for place in places]


def test_blocks_differ_in_shade_from_light_to_dark():
    drawing.blocks({"$A$": A}, (2, 3))
    plt.gcf().canvas.draw()
    drawn = entries()
    assert [entry for entry, _ in drawn] == list(range(1, 13))
    upper, lower = ({shade for _, shade in drawn[s:][:6]} for s in (0, 6))
    assert len(upper) == len(lower) == 1
    assert sum(upper.pop()[:3]) > sum(lower.pop()[:3])


def test_an_entry_keeps_its_shade_where_it_is_moved():
    drawing.blocks({"$A$": A, "$A'$": A.T}, (2, 3))
    drawn = entries()
    assert len(drawn) == 24 and len(set(drawn)) == 12


def test_memory_has_a_line_for_each_order():
    orders = {"by rows": A, "by columns": A.T}
    drawing.memory(A, orders, (2, 3))
    drawn = [entry for entry, _ in entries()]
    assert drawn == [*A.ravel(), *A.T.ravel()]
    assert len(set(entries())) == 12


@pytest.mark.parametrize(
    ("X", "shape"), [(A, (3, 3)), (A, (2, 2)), (A // 2, (2, 3))]
)
def test_blocks_that_do_not_fill_or_entries_that_are_equal_are_refused(
    X, shape
):
    with pytest.raises(ValueError, match=r"shape \(4, 3\).*all differ"):
        drawing.blocks({"$A$": X}, shape)
    with pytest.raises(ValueError, match=r"shape \(4, 3\).*all differ"):
        drawing.memory(X, {"by rows": X}, shape)

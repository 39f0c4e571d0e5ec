"""The plots: what they draw, and the labels that say it."""

import numpy as np
import pytest

from lemmas_lib.book import plots

TIMES = {"loop": [2e-5, 2e-3], "library": [1e-5, 4e-5]}
POINTS = [(0.0, 1.0), (4.0, 3.0)]
LABELS = np.array(["a", "a", "b", "b"])
DAYS = np.array([0.0, 1.0, 0.0, 1.0])

PLOTS = {
    "scaling": (TIMES, [10, 100], "number of blocks"),
    "bars": ({"loop": 2e-3, "library": 5e-5},),
    "agreement": ([1, 2], np.array([[0.0, 2.0], [2.0, 2.0]])),
    "groups": (DAYS, DAYS, LABELS, {"alone": POINTS}, ("day", "time (ms)")),
    "shrinkage": (POINTS, POINTS, (2, 2), ("intercept (ms)", "slope (ms)")),
    "coverage": ({"$b$": 0.94, "$d$": 0.955}, 500),
    "iterations": ({"sleepstudy": [1, 1e-3]}, "distance"),
}


def draw(name):
    return getattr(plots, name)(*PLOTS[name]).figure.axes[0]


def lines(ax):
    drawn = lines_by_label(ax).items()
    return {label: line.get_xydata().tolist() for label, line in drawn}


def lines_by_label(ax):
    return {line.get_label(): line for line in ax.lines}


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_has_one_figure_with_labels_in_lower_case(name):
    ax = draw(name)
    figure = ax.figure
    found = [
        ax.get_xlabel() or figure.get_supxlabel(),
        ax.get_ylabel() or figure.get_supylabel(),
    ]
    texts = [text for text in found if text]
    assert texts and all(text == text.lower() for text in texts)
    if any("time" in text for text in texts):
        assert any("(ms)" in text for text in texts)


def test_times_are_drawn_in_milliseconds_over_a_line_of_their_slope():
    drawn = plots.scaling(*PLOTS["scaling"], slope=2)
    drawn = lines(drawn.figure.axes[0])
    assert drawn["loop"] == [[10, pytest.approx(0.02)], [100, 2]]
    reference = drawn["proportional to the size$^{2}$"]
    assert reference == [
        [10, pytest.approx(2e-4)],
        [100, pytest.approx(2e-2)],
    ]


def test_lines_differ_without_colour():
    ways = {way: [1, 0.1] for way in "abcd"}
    drawn = plots.iterations(ways, "distance").figure.axes[0].lines
    assert len({line.get_marker() for line in drawn}) == 4
    assert len({line.get_linestyle() for line in drawn}) == 4


def test_steps_may_be_others_than_iterations_and_start_late():
    late = {"one": [1, 0.1], "other": [np.nan, 0.5]}
    ax = plots.iterations(late, "error", "terms").figure.axes[0]
    assert ax.get_xlabel() == "terms"
    assert lines(ax)["other"][1] == [1, 0.5]


def test_the_first_bar_is_on_top():
    ax = draw("bars")
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == ["library", "loop"]  # from the bottom
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [pytest.approx(0.05), 2]


CASES = {
    "here": [("one", 1.1, 1.2, 1.3), ("two", 4, 5, None)],
    "there": [("two", 1.5, None, 1.6), ("three", 2, 3, None)],
}


def test_every_machine_has_its_cases_in_the_order_of_the_others():
    shown = plots.over_floor(CASES).figure.axes
    assert [ax.get_title("right") for ax in shown] == ["here", "there"]
    names = [tick.get_text() for tick in shown[0].get_yticklabels()]
    assert names == ["one", "two", "three"]
    assert shown[0].get_ylim()[0] > shown[0].get_ylim()[1]  # from the top
    here, there = map(lines, shown)
    assert here["alone"] == [[1.1, 0], [4, 1]]
    assert here["after BLAS"] == [[1.2, 0], [5, 1]]
    assert here["target"] == [[1.3, 0]]
    assert there["alone"] == [[1.5, 1], [2, 2]]
    assert there["after BLAS"] == [[3, 2]]
    assert all(ax.get_xscale() == "log" for ax in shown)


def test_ways_of_one_sum_differ_without_colour():
    drawn = lines_by_label(plots.over_floor(CASES).figure.axes[0])
    marks = {line.get_marker() for line in drawn.values()}
    assert len(marks) == len(drawn) == 4


def test_bars_of_a_mean_are_two_standard_errors_long():
    ax = draw("agreement")
    [bars] = ax.collections
    ends = [segment[:, 1].tolist() for segment in bars.get_segments()]
    error = 1 / np.sqrt(2)  # of the two draws 0 and 2
    assert ends == [
        pytest.approx([1 - 2 * error, 1 + 2 * error]),
        [2, 2],
    ]


def test_each_group_has_its_points_and_its_line():
    ax = draw("groups")
    shown = ax.figure.axes
    assert [a.texts[0].get_text() for a in shown if a.texts] == ["a", "b"]
    points, line = shown[1].lines
    assert points.get_xydata().tolist() == [[0, 0], [1, 1]]
    assert line.get_xydata().tolist() == [[0, 4], [1, 7]]


def test_an_arrow_leads_from_a_group_alone_to_it_in_the_model():
    names = "one", "other"
    drawn = plots.shrinkage(POINTS, [(1, 1.5), (3, 2.5)], (2, 2), names)
    ax = drawn.figure.axes[0]
    arrows = [(text.xyann, text.xy) for text in ax.texts]
    assert arrows == [((0, 1), (1, 1.5)), ((4, 3), (3, 2.5))]
    assert lines(ax)["all groups"] == [[2, 2]]


def test_rates_are_drawn_over_the_error_of_the_nominal_one():
    ax = draw("coverage")
    assert lines(ax)["rate"] == [[0.94, 0], [0.955, 1]]
    places = ax.patches[0].get_path().vertices
    places = ax.patches[0].get_patch_transform().transform(places)[:, 0]
    error = 2 * np.sqrt(0.95 * 0.05 / 500)
    assert min(places) == pytest.approx(0.95 - error)
    assert max(places) == pytest.approx(0.95 + error)

"""Timings: ways in turn, sizes one after the other, times in words."""

import itertools

import pytest

from lemmas_lib.book import timing


@pytest.fixture(autouse=True)
def _one_call_a_measurement(monkeypatch):
    monkeypatch.setattr(timing, "LEAST", 1e-9)


def test_the_ways_take_turns():
    called = []
    ways = {name: lambda name=name: called.append(name) for name in "ab"}
    assert list(timing.compare(ways, (), repeats=3)) == ["a", "b"]
    turns = [name for name, _ in itertools.groupby(called)]
    assert turns == ["a", "b"] * 4  # once to warm up


def test_a_time_is_the_median_of_seconds_a_call(monkeypatch):
    taken = iter([9, 1, 0, 6, 0, 2, 0, 4])  # every second one warms up
    monkeypatch.setattr(timing.timeit.Timer, "timeit", lambda *_: next(taken))
    assert timing.compare({"a": None}, (), repeats=3) == {"a": 4}


def test_every_way_has_a_time_at_every_size():
    seen = []
    times = timing.scaling(
        {"a": seen.append, "b": seen.append}, lambda size: (size,), [3, 5]
    )
    assert {way: len(each) for way, each in times.items()} == {"a": 2, "b": 2}
    assert [size for size, _ in itertools.groupby(seen)] == [3, 5]


@pytest.mark.parametrize(
    ("ends", "numbers"),
    [((30, 3000, 3), [30, 300, 3000]), ((1, 3, 9), [1, 2, 3])],
)
def test_sizes_grow_in_equal_ratios_and_none_stands_twice(ends, numbers):
    assert timing.geometric(*ends) == numbers


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (12.34, "12.3 s"),
        (0.0042, "4.20 ms"),
        (9.996e-4, "1.00 ms"),
        (1.239e-7, "124 ns"),
        (2e-10, "0.20 ns"),
    ],
)
def test_times_are_spoken_with_three_digits(seconds, text):
    assert timing.spoken(seconds) == text


def test_a_machine_has_a_name():
    assert all(timing.machine().values())

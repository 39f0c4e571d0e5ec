"""The committed measurements: complete, and shown as what they are."""

import pytest

import lemmas_lib
from lemmas_lib import timing

SUMS = [
    name for name in lemmas_lib.__all__ if name.startswith("sum")
]  # the functions that the benchmark measures


@pytest.mark.parametrize("name", SUMS)
def test_the_benchmark_shows_every_sum_beside_its_fastest_peer(name):
    benchmark = timing.Benchmark(name)
    table = str(benchmark).splitlines()
    head = [cell.strip() for cell in table[0].strip("|").split("|")]
    assert len(table) == len(benchmark.rows) + 4  # head, rule, blank, where
    for row, line in zip(benchmark.rows, table[2:], strict=False):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        shown = dict(zip(head, cells, strict=True))
        ways = dict(row["seconds"])
        ours = ways.pop("library")
        for not_a_peer in ("library, NumPy alone", "loop"):
            ways.pop(not_a_peer, None)
        fastest = min(ways.values())
        assert float(shown["/ peer"]) == pytest.approx(ours / fastest, 0.06)
        assert ways[shown["fastest peer"]] == fastest
    assert benchmark.data["machine"]["processor"] in table[-1]


def test_an_unknown_sum_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'sum_x'.*'sum_abt'"):
        timing.Benchmark("sum_x")


def test_the_roof_has_a_point_of_each_way_for_each_case():
    points, (operations, memory) = timing.roof()
    ours, peers = points["library"], points["fastest peer"]
    assert len(ours) == len(peers) > 20
    assert [x for x, _ in ours] == [x for x, _ in peers]
    assert operations > 1e9 and memory > 1e9


@pytest.mark.parametrize(
    "seconds, text",
    [(12.34, "12.3 s"), (0.0042, "4.20 ms"), (9.996e-4, "1.00 ms")],
)
def test_times_are_spoken_with_three_digits(seconds, text):
    assert timing.spoken(seconds) == text


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_rounding_errors_show_every_sum_within_its_bound(dtype):
    accuracy = timing.Accuracy(dtype)
    table = str(accuracy)
    assert {row["name"] for row in accuracy.rows} == set(SUMS)
    for row in accuracy.rows:
        assert row["library"] <= 1 and row["loop"] <= 1
        assert f"| {row['library']:.2g} | {row['loop']:.2g} |" in table
    assert accuracy.data["machine"]["processor"] in table
    with pytest.raises(ValueError, match="neither float64 nor float32"):
        timing.Accuracy("float16")


def test_the_fits_show_every_program_that_was_measured():
    data = timing.committed("fits")
    for case, what in (("InstEval", "-118825.8914"), ("many", "10000")):
        table = str(timing.Fits(case))
        assert what in table and data["date"] in table
        for program, way in data[case].items():
            assert (f"| {program} |" in table) == ("seconds" in way)
    with pytest.raises(ValueError, match="neither InstEval nor many"):
        timing.Fits("few")


def test_the_fits_compared_reach_the_same_maximum():
    ways = timing.committed("fits")["InstEval"]
    logliks = [way["loglik"] for way in ways.values()]
    assert max(logliks) - min(logliks) < 1e-3
    assert timing.committed("fits")["many"]["lemmas_lib"]["converged"] == 10000

"""The committed measurements: complete, and shown as what they are."""

import pytest

import lemmas_lib
from lemmas_lib.book import measured
from tests.benchmarks import measure, tables

SUMS = [
    name for name in lemmas_lib.__all__ if name.startswith("sum")
]  # the functions that the benchmark measures

SHOWN = {
    "accuracy": lambda found: tables.accuracy(found["rows"]),
    "benchmark": lambda found: tables.benchmark(
        found["rows"], found["limits"], found["first_calls"]
    ),
    "fits": lambda found: tables.fits(found["InstEval"], found["many"]),
    "source_sizes": lambda found: tables.source_sizes(found["rows"]),
}


def cells(table):
    """Return the rows of a table as dicts by its head, and its last line."""
    head, _, *rows, _, where = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in str(table).splitlines()
    )
    return [dict(zip(head, row, strict=True)) for row in rows], where[0]


@pytest.mark.parametrize("name", SHOWN)
def test_the_tables_of_a_record_show_what_it_measured(name):
    found = measured.record(name)
    assert found["tables"] == SHOWN[name](found)


@pytest.mark.parametrize("name", SHOWN)
def test_a_record_is_written_with_a_row_a_line(name):
    text = (measured.FILES / f"{name}.json").read_text(encoding="utf-8")
    assert text == measure.text(measured.record(name)) + "\n"


def test_nested_rows_have_a_line_each():
    text = measure.text({"a": "–", "b": [[1, "é"], [{"c": 2}]], "d": {"e": 3}})
    assert text.splitlines() == [
        "{",
        ' "a": "–",',
        ' "b": [',
        '  [1, "é"],',
        '  [{"c": 2}]',
        " ],",
        ' "d": {"e": 3}',
        "}",
    ]


@pytest.mark.parametrize("name", SHOWN)
def test_a_table_ends_with_date_and_machine(name):
    found = measured.record(name)
    for which in found["tables"]:
        table = measured.table(name, which)
        assert table._repr_markdown_() == repr(table)
        _, where = cells(table)
        assert where.startswith(f"Measured on {found['date']}: processor ")
        assert found["machine"]["processor"] in where
        for package, version in found.get("versions", {}).items():
            assert f"; {package} {version}" in where


def test_an_unknown_table_or_record_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'sum_x'.*'limits'.*'sum_abt'"):
        measured.table("benchmark", "sum_x")
    with pytest.raises(ValueError, match=r"'peers'.*'accuracy'.*'fits'"):
        measured.table("peers", "sum_abt")


@pytest.mark.parametrize("name", SUMS)
def test_the_benchmark_shows_every_sum_beside_its_fastest_peer(name):
    rows = [
        r for r in measured.record("benchmark")["rows"] if r["name"] == name
    ]
    shown, _ = cells(measured.table("benchmark", name))
    for row, line in zip(rows, shown, strict=True):
        ways = dict(row["seconds"])
        ours = ways.pop("library")
        for not_a_peer in ("library, NumPy alone", "loop"):
            ways.pop(not_a_peer, None)
        fastest = min(ways.values())
        assert float(line["/ peer"]) == pytest.approx(ours / fastest, 0.06)
        assert ways[line["fastest peer"]] == fastest


def test_the_roof_has_a_point_of_each_way_for_each_case():
    points, (operations, memory) = measured.roof()
    ours, peers = points["library"], points["fastest peer"]
    assert len(ours) == len(peers) > 20
    assert [x for x, _ in ours] == [x for x, _ in peers]
    assert ours != peers
    assert operations > 1e9 and memory > 1e9


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_rounding_errors_show_every_sum_within_its_bound(dtype):
    shown, _ = cells(measured.table("accuracy", dtype))
    assert {line["sum"].strip("`") for line in shown} == set(SUMS)
    for line in shown:
        assert float(line["library / bound"]) <= 1
        assert float(line["loop / bound"]) <= 1


def test_the_fits_show_every_program_that_was_measured():
    found = measured.record("fits")
    for which in ("InstEval", "many"):
        shown, _ = cells(measured.table("fits", which))
        ran = [name for name, way in found[which].items() if "seconds" in way]
        assert [line["program"] for line in shown] == ran


def test_the_fits_compared_reach_the_same_maximum():
    found = measured.record("fits")
    logliks = [way["loglik"] for way in found["InstEval"].values()]
    assert max(logliks) - min(logliks) < 1e-3
    assert found["many"]["lemmas_lib"]["converged"] == 10000


def test_what_was_not_measured_is_a_dash():
    row = {
        "name": "sum_abt", "sizes": {"n": 2, "same": True}, "order": "C",
        "dtype": "float32", "seconds": {"library": 1e-3, "jax": 2e-3},
        "peer": "jax", "peak": 2048,
    }  # fmt: skip
    limits = {"float64": 1e11, "float32": 2e11, "memory": 3e10}
    first_calls = {"compiled": 5, "from the cache": 0.5}
    shown = tables.benchmark([row], limits, first_calls)["sum_abt"]
    [line] = shown["rows"]
    assert dict(zip(shown["head"], line, strict=True)) == {
        "n": "2", "order": "C, single, B = A", "library": "1.00\xa0ms",
        "/ peer": "0.5", "/ floor": "–", "memory": "2\xa0KiB",
        "NumPy alone": "–", "loop": "–", "fastest peer": "jax",
        "its time": "2.00\xa0ms",
    }  # fmt: skip


def test_a_peer_that_did_not_run_is_not_shown():
    own = {"seconds": 2, "responses": 10, "loglik": -1.5}
    shown = tables.fits({"here": own}, {"here": own, "BLMM": {"error": "x"}})
    assert shown["many"]["rows"] == [["here", "10", "2.00 s", "5"]]


def test_the_fastest_peer_is_neither_the_library_nor_the_loop():
    seconds = {"library": 1, "library, NumPy alone": 2, "loop": 3, "jax": 9}
    assert tables.fastest_peer(seconds | {"einsum": 8}) == "einsum"

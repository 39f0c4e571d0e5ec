"""The record of arrays of other libraries: a table for each machine."""

from lemmas_lib.book import measured
from tests.benchmarks import tables


def test_arrays_have_a_table_for_each_machine_one_after_the_other():
    places = measured.record("arrays")["machines"]
    for found in places.values():
        assert found["tables"] == tables.arrays(found["rows"])
        assert {row["dtype"] for row in found["rows"]} == set(found["tables"])
    shown = str(measured.table("arrays", "float32")).split("\n\n")
    of_each = [
        str(measured.table("arrays", "float32", machine)).split("\n\n")
        for machine in places
    ]
    assert shown == [part for parts in of_each for part in parts]
    for parts, found in zip(of_each, places.values(), strict=True):
        assert parts[1:] == [measured.where(found)]


def test_a_library_that_was_not_there_has_no_time():
    rows = [
        {"name": "sum_abt", "sizes": {"l": 9, "n": 2, "k": 3},
         "dtype": "float32", "seconds": seconds}
        for seconds in ({"NumPy": 0.002}, {"NumPy": 3, "CuPy, GPU": 0.001})
    ]  # fmt: skip
    table = tables.arrays(rows)["float32"]
    assert table["head"][3:] == ["NumPy", "CuPy, GPU"]
    assert [row[3:] for row in table["rows"]] == [
        ["2.00\N{NO-BREAK SPACE}ms", "–"],
        ["3.00\N{NO-BREAK SPACE}s", "1.00\N{NO-BREAK SPACE}ms"],
    ]

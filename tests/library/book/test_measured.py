"""The committed measurements: complete, and shown as what they are."""

import pytest

from lemmas_lib.book import measured, timing
from tests.benchmarks import measure, tables, targets
from tests.library.cases import SUMS

SHOWN = {
    "accuracy": lambda found: tables.accuracy(found["rows"]),
    "benchmark": lambda found: tables.together(found["machines"]),
    "fits": lambda found: tables.fits(found["InstEval"], found["many"]),
    "source_sizes": lambda found: tables.source_sizes(found["rows"]),
}


every_machine = pytest.mark.parametrize("machine", measured.machines())


def rows_of(machine, name=None):
    """Return what was measured on a machine, of one sum or of all."""
    rows = measured.record("benchmark")["machines"][machine]["rows"]
    return [row for row in rows if name in (None, row["name"])]


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


@pytest.mark.parametrize("name", [*SHOWN, "arrays"])
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


def assert_says_where(table, found):
    """See when and where it was measured, and with which packages."""
    assert table._repr_markdown_() == repr(table)
    lines = str(table).splitlines()
    [where] = [x for x in lines if found["machine"]["processor"] in x][-1:]
    assert where.startswith(f"Measured on {found['date']}: processor ")
    for package, version in found.get("versions", {}).items():
        assert f"; {package} {version}" in where


@pytest.mark.parametrize("name", SHOWN)
def test_a_table_ends_with_date_and_machine(name):
    found = measured.record(name)
    for which in found["tables"]:
        for place in found.get("machines", {"": found}).values():
            assert_says_where(measured.table(name, which), place)


@every_machine
def test_so_does_a_table_of_one_machine(machine):
    found = measured.record("benchmark")["machines"][machine]
    for which in found["tables"]:
        shown = measured.table("benchmark", which, machine)
        assert_says_where(shown, found)
        assert str(shown).count("Measured on") == 1


def test_an_unknown_table_or_record_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"'sum_x'.*'limits'.*'targets'"):
        measured.table("benchmark", "sum_x")
    with pytest.raises(ValueError, match=r"'sum_x'.*'sum_abt'"):
        measured.table("benchmark", "sum_x", measured.machines()[0])
    with pytest.raises(ValueError, match=r"'peers'.*'accuracy'.*'fits'"):
        measured.table("peers", "sum_abt")
    with pytest.raises(ValueError, match=r"machine is 'an abacus'"):
        measured.table("benchmark", "sum_abt", "an abacus")


def test_every_sum_has_a_name():
    assert sorted(measured.SUMS) == sorted(SUMS)
    assert len(set(measured.SUMS.values())) == len(SUMS)


@every_machine
def test_the_tables_of_a_machine_show_what_it_measured(machine):
    found = measured.record("benchmark")["machines"][machine]
    assert found["tables"] == tables.benchmark(found["rows"])
    missing = measured.unmeasured(found)
    known = [n for n in measured.MEASURED if n not in missing]
    assert list(found["tables"]) == known and known


@every_machine
@pytest.mark.parametrize("name", SUMS)
def test_the_benchmark_shows_every_sum_beside_its_fastest_peer(name, machine):
    rows = rows_of(machine, name)
    if not rows:
        pytest.skip("not measured on this machine yet")
    shown, _ = cells(measured.table("benchmark", name, machine))
    for row, line in zip(rows, shown, strict=True):
        ways = dict(row["seconds"])
        ours = ways.pop("library")
        for not_a_peer in ("library, NumPy alone", "loop"):
            ways.pop(not_a_peer, None)
        fastest = min(ways.values())
        assert float(line["/ peer"]) == pytest.approx(ours / fastest, 0.06)
        assert ways[line["fastest peer"]] == fastest


@every_machine
def test_every_case_has_its_targets_and_what_it_reached(machine):
    for row in rows_of(machine):
        assert row["targets"] == targets.judged(row)
        if row["name"] in SUMS:
            assert row["targets"], row
            assert "floor" in row or row["bytes"] < 2**26


@every_machine
def test_no_two_large_sums_are_called_the_same(machine):
    names = [case[0] for case in measured.over_floor()[machine]]
    assert len(set(names)) == len(names) > 20


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_rounding_errors_show_every_sum_within_its_bound(dtype):
    shown, _ = cells(measured.table("accuracy", dtype))
    named = [line["sum"].strip("`") for line in shown]
    assert set(named) <= set(SUMS) and len(set(named)) >= 8
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


ROW = {
    "name": "sum_abt", "sizes": {"m": 10**6, "n": 2, "k": 9}, "order": "F",
    "dtype": "float32", "seconds": {"library": 1e-3, "jax": 2e-3},
    "peer": "jax", "peak": 2048, "bytes": 10**8,
}  # fmt: skip
FLOOR = {"floor": 8e-4}
BETWEEN = {"between": {"seconds": {"library": 3e-3, "jax": 2e-3}} | FLOOR}
TINY = {
    "seconds": {"library": 3e-6, "formula": 2e-6, "jax": 1e-6}, "bytes": 512,
}  # fmt: skip


def test_a_gain_is_told_where_a_loop_takes_the_longest():
    for machine in measured.machines():
        loops = {
            row["seconds"]["loop"]: row
            for row in rows_of(machine, "sum_kron_bct")
            if "loop" in row["seconds"]
        }
        row = loops[max(loops)]
        sizes, seconds = row["sizes"], row["seconds"]
        said = repr(measured.gain("sum_kron_bct"))
        assert f"l1 = {sizes['m1'] // sizes['n1']}, " in said
        assert f", k = {sizes['k']}: a loop" in said and machine in said
        for way in "loop", "library":
            assert f" {timing.spoken(seconds[way])}" in said


def test_no_gain_is_told_where_no_loop_was_timed():
    with pytest.raises(ValueError, match="'sumAijBijt'.*'sum_abt'"):
        measured.gain("sumAijBijt")


def test_what_no_machine_measured_yet_is_said_of_a_sum(monkeypatch):
    found = {"rows": [ROW | {"name": "sum_kron"}]}
    assert set(measured.unmeasured(found)) == set(measured.MEASURED) - {
        "sum_kron"
    }
    record = {"machines": {"here": found}}
    monkeypatch.setattr(measured, "record", lambda name: record)
    assert repr(measured.gain("sum_abt")) == (
        "The time of one call beside a loop is not measured yet."
    )


def test_what_was_not_measured_is_a_dash():
    row = ROW | {"sizes": {"n": 2, "same": True}}
    shown = tables.benchmark([row])["sum_abt"]
    [line] = shown["rows"]
    assert dict(zip(shown["head"], line, strict=True)) == {
        "n": "2", "order": "F, single, B = A", "library": "1.00\xa0ms",
        "NumPy alone": "–", "memory": "2\xa0KiB",
        "fastest peer": "jax", "/ peer": "0.5", "/ floor": "–",
        "after BLAS / peer": "–", "after BLAS / floor": "–",
    }  # fmt: skip


def test_a_loop_is_shown_beside_the_library_where_both_were_timed():
    def case(name, sizes, loop):
        seconds = {"library": 1e-3} | ({"loop": loop} if loop else {})
        return ROW | dict(
            name=name, sizes=sizes, order="C", dtype="float64", seconds=seconds
        )

    rows = [
        case("sum_abt", dict(m=8, n=2, k=3), 5e-3),
        case("sum_abt", dict(m=8, n=2, k=3, same=True), 7e-3),
        case("sum_abt", dict(m=80, n=2, k=3), None),
        case("sumAijKronBij", dict(m1=6, m2=8, n1=3, n2=4), 0.4),
        case("sumAijKronBij", dict(m1=6, m2=8, n1=3, n2=4, v=2), 0.3),
        case("sum_kron", dict(m=8, n=2, k1=3, k2=3), 0.2),
    ]
    rows += [rows[0] | {"order": "F"}, rows[0] | {"dtype": "float32"}]
    shown = tables.pays({"here": {"rows": rows}, "there": {"rows": []}})
    assert shown["head"] == ["sum", "blocks", "of shape", "here", "there"]
    assert shown["rows"] == [
        ["Lemma 1", "4", "2 × 3", "5", "–"],
        ["Corollary 2", "4", "3 × 4", "400", "–"],
    ]


def test_a_sum_is_shown_alone_and_after_blas():
    shown = tables.benchmark([ROW | FLOOR | BETWEEN])["sum_abt"]
    assert shown["rows"][0][-4:] == ["0.5", "1.2", "1.5", "3.8"]


def judged(row):
    found = targets.judged(row)
    return [
        (t["over"], t["most"], t["alone"], t.get("after BLAS"), t["met"])
        for t in found
    ]


def test_a_target_is_met_where_it_is_alone_and_after_blas():
    floor, peer, formula = measured.OVER
    assert judged(ROW) == [(peer, 1.1, 0.5, None, True)]
    assert judged(ROW | FLOOR) == [
        (floor, 1.6, 1.25, None, True),
        (peer, 1.1, 0.5, None, True),
    ]
    assert judged(ROW | FLOOR | BETWEEN) == [
        (floor, 1.6, 1.25, 3.75, False),
        (peer, 1.1, 0.5, 1.5, False),
    ]
    assert judged(ROW | TINY) == [(formula, 1.5, 1.5, None, True)]
    assert judged(ROW | TINY | {"name": "sum_acbt"})[0][:2] == (formula, 1.6)


@pytest.mark.parametrize(
    ("name", "sizes", "dtype", "most"),
    [
        ("sum_abt", {"n": 5}, "float64", 1.3),
        ("sum_abt", {"n": 12}, "float64", 2.2),
        ("sum_abt", {"n": 400}, "float64", None),
        ("sumAijBijt", {"n1": 2, "n2": 9}, "float64", 1.3),
        ("sum_kron", {"n": 2, "k1": 3, "k2": 3}, "float64", 1.3),
        ("sum_kron", {"n": 2, "k1": 3, "k2": 1000}, "float64", None),
        ("sumAijKronBij", {"n1": 3, "n2": 3}, "float32", 1.6),
        ("sumAijKronBij", {"n1": 5, "n2": 5}, "float64", 3),
        ("sum_acbt", {"n": 2, "k1": 3, "k2": 3}, "float64", None),
    ],
)
def test_the_shape_of_blocks_says_how_near_the_floor(name, sizes, dtype, most):
    row = ROW | FLOOR | {"name": name, "sizes": sizes, "dtype": dtype}
    found = {over: target for over, target, *_ in judged(row)}
    assert found.get("the floor") == most


def test_the_targets_show_the_worst_case_of_each_machine():
    rows = [ROW | FLOOR, ROW | FLOOR | BETWEEN]
    for row in rows:
        row["targets"] = targets.judged(row)
    measures = {
        "limits": {"float64": 1e11, "float32": 2e11, "memory": 4e10},
        "first_calls": {"compiled": 2, "from the cache": 0.3},
    }
    places = {name: {"rows": each} | measures
              for name, each in [("here", rows), ("there", [])]}  # fmt: skip
    shown = tables.together(places)
    assert [line[1:] for line in shown["targets"]["rows"]] == [
        ["the floor", "1.6", "1.25", "3.75", "1 of 2", "–", "–", "–"],
        ["the fastest peer", "1.1", "0.50", "1.50", "1 of 2", "–", "–", "–"],
    ]
    assert [line[1:] for line in shown["limits"]["rows"]] == [
        ["100"] * 2, ["200"] * 2, ["40"] * 2, ["20"] * 2,
        ["300 ms"] * 2, ["2.00 s"] * 2,
    ]  # fmt: skip
    listed = tables.reached(rows)["rows"]
    assert [line[-1] for line in listed] == ["yes", "yes", "**no**", "**no**"]
    assert listed[0][0] == "sum_abt, m = 1000000, n = 2, k = 9, F, float32"


@pytest.mark.parametrize(
    ("name", "sizes", "label"),
    [
        ("sum_abt", {"n": 2, "k": 9},
         "Lemma 1, n = 2, k = 9, columns, single"),
        ("sum_acbt", {"n": 2, "k1": 9, "k2": 3},
         "Lemma 2, n = 2, k = 9, 3, columns, single"),
        ("sumAijKronBij", {"v": 7, "m1": 4, "m2": 8, "n1": 2, "n2": 4},
         "Corollary 2, 2 × 4, v = 7, columns, single"),
        ("sumAijKronBij", {"m1": 4, "m2": 8000, "n1": 2, "n2": 4},
         "Corollary 2, 2 × 4, wide, columns, single"),
        ("sumAijKronBij",
         {"m1": 8000, "m2": 4, "n1": 2, "n2": 4, "same": True},
         "Corollary 2, 2 × 4, tall, B = A, columns, single"),
    ],
)  # fmt: skip
def test_a_case_is_called_by_its_blocks_and_how_they_lie(
    name, sizes, label, monkeypatch
):
    row = ROW | FLOOR | BETWEEN | {"name": name, "sizes": sizes}
    row["targets"] = [{"over": "the floor", "most": 1.6}]
    bare = ROW | FLOOR | {"targets": []}
    found = {"machines": {"here": {"rows": [row, bare, ROW]}}}
    monkeypatch.setattr(measured, "record", lambda name: found)
    first, second = measured.over_floor()["here"]
    assert first == (label, pytest.approx(1.25), pytest.approx(3.75), 1.6)
    assert second[1:] == (pytest.approx(1.25), None, None)


def test_a_peer_that_did_not_run_is_not_shown():
    own = {"seconds": 2, "responses": 10, "loglik": -1.5}
    shown = tables.fits({"here": own}, {"here": own, "BLMM": {"error": "x"}})
    assert shown["many"]["rows"] == [["here", "10", "2.00 s", "5"]]


def test_the_fastest_peer_is_neither_the_library_nor_the_loop():
    seconds = {"library": 1, "library, NumPy alone": 2, "loop": 3, "jax": 9}
    assert tables.fastest_peer(seconds | {"einsum": 8}) == "einsum"

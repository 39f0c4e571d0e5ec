"""The page of checks shows what the committed runs found."""

import json

import pytest
from test_status import table

from conftest import ROOT

TESTS = ROOT / "tests"


@pytest.fixture(scope="module")
def score():
    return json.loads((TESTS / "mutants/score.json").read_text("utf-8"))


def test_the_tables_count_the_same_mutants(visit, score):
    page = visit("book/checks.html").page
    kinds, modules = table(page, 0), table(page, 1)
    assert [row[0] for row in kinds[:-1]] == list(score["kinds"])
    assert [row[0] for row in modules] == list(score["modules"])
    for column in range(1, 5):
        total = int(kinds[-1][column])
        for rows in kinds[:-1], modules:
            assert sum(int(row[column]) for row in rows) == total > 0


def test_no_survivor_is_left_out(visit, score):
    page = visit("book/checks.html").page
    kinds = table(page, 0)
    survived = int(kinds[-1][1]) - int(kinds[-1][4])
    shown = page.locator("main dl dd li").all_text_contents()
    assert len(shown) == survived
    reasons = page.locator("main dl dt").all_text_contents()
    assert reasons == list(score["survivors"])


def test_every_fault_says_what_to_do(visit):
    rows = table(visit("book/checks.html").page, 2)
    faults = json.loads((TESTS / "faults/faults.json").read_text("utf-8"))
    assert [row[0] for row in rows] == [each["fault"] for each in faults]
    assert {row[1] for row in rows} == {"make book", "make test"}
    assert all("make" in row[2] or "mend" in row[2] for row in rows)

"""The page of checks shows what the committed runs found."""

import json
import re

import pytest
from test_status import table

from conftest import ROOT


@pytest.fixture(scope="module")
def score():
    return json.loads(
        (ROOT / "workshop/mutants/score.json").read_text("utf-8")
    )


@pytest.fixture
def page(visit):
    return visit("book/checks.html").page


def test_the_tables_count_the_same_mutants(page, score):
    kinds, modules = table(page, 0), table(page, 1)
    assert [row[0] for row in kinds[:-1]] == list(score["kinds"])
    assert [row[0] for row in modules] == list(score["modules"])
    totals = [int(count) for count in kinds[-1][1:]]
    for rows in kinds[:-1], modules:
        counts = [[int(count) for count in row[1:]] for row in rows]
        assert [sum(column) for column in zip(*counts, strict=True)] == totals
    made, *ended = totals
    assert made == sum(ended) > 0


def test_every_kind_of_mistake_is_explained(page, score):
    explained = page.locator("main li strong").all_text_contents()
    assert sorted(explained) == sorted(score["kinds"])


def test_no_survivor_is_left_out(page, score):
    survived = int(table(page, 0)[-1][4])
    assert sum(map(len, score["survivors"].values())) == survived
    assert page.locator("main dl dt").all_text_contents() == list(
        score["survivors"]
    )
    shown = page.locator("main dl dd li").all_text_contents()
    places = [re.search(r", in (\d+) places$", text) for text in shown]
    assert sum(int(found[1]) if found else 1 for found in places) == survived
    assert all(re.match(r"\w+\.[\w.]+, .+: .+ → .+", text) for text in shown)


def test_every_fault_says_what_to_do(page):
    rows = table(page, 2)
    faults = json.loads((ROOT / "tests/faults/faults.json").read_text("utf-8"))
    named = "; ".join(row[0] for row in rows)
    assert named == "; ".join(each["fault"] for each in faults)
    assert {row[2] for row in rows} == {each["said"] for each in faults}

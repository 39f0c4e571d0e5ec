"""The finder of the first page: four questions that end in a sum."""

import pytest


@pytest.fixture(params=[1300, 360])
def page(fresh, request):
    return fresh("book/index.html", request.param)


def found(page):
    return page.locator("#find-your-sum tbody tr:visible")


def choose(page, question, answer):
    page.get_by_label(question).select_option(answer)


def offered(page, question):
    options = page.get_by_label(question).locator("option")
    return options.all_inner_texts()[1:]


def test_four_answers_end_in_one_sum(page):
    every = found(page).count()
    assert every > 8
    choose(page, "products or ⊗?", "⊗")
    choose(page, "one index or two?", "two")
    assert 1 < found(page).count() < every
    choose(page, "transposed?", "in both factors")
    assert found(page).count() == 1
    assert "sum_kron_abt_cdt(A, B, C, D, n1, n2)" in found(page).inner_text()
    said = page.locator("form.finder [role=status]")
    assert said.inner_text() == "One sum is left."


def test_some_answers_need_no_lemma(page):
    choose(page, "products or ⊗?", "products")
    choose(page, "a matrix between?", "no")
    choose(page, "transposed?", "the first")
    assert "no lemma needed" in found(page).first.inner_text()


def test_a_question_offers_what_the_answers_before_it_leave(page):
    assert "in both factors" in offered(page, "transposed?")
    choose(page, "transposed?", "in both factors")
    choose(page, "products or ⊗?", "products")
    assert offered(page, "transposed?") == ["the second", "the first"]
    assert page.get_by_label("transposed?").input_value() == ""
    assert found(page).count() > 1


def test_without_scripts_the_table_is_whole(fresh):
    page = fresh("book/index.html", java_script_enabled=False)
    assert found(page).count() > 8
    assert found(page).first.locator("td:visible").count() == 7
    assert page.locator("form.finder").count() == 0

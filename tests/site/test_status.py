"""The status page says what ran; an address that is not there says so too."""

import re

from conftest import ADDRESS, CHAPTERS, WITHOUT_FUNCTION, statements


def table(page, number):
    """Return the cells of the rows of a table's body."""
    return page.evaluate(
        """number => [...document.querySelectorAll("main table")[number]
            .querySelectorAll("tbody tr")].map(row => [...row.cells].map(
                cell => cell.querySelector("p").textContent))""",
        number,
    )


def test_the_ledger_has_every_statement_with_good_results(visit):
    rows = table(visit("book/status.html").page, 1)
    assert [row[0] for row in rows] == list(statements())
    for row in rows:
        _, functions, outputs, check, broken, proved, *tests = row
        assert bool(functions) != (row[0] in WITHOUT_FUNCTION), row
        same, total = re.fullmatch(r"(\d+) of (\d+)", outputs).groups()
        assert same == total != "0", row
        assert re.match(r"[1-9]\d* True", check), row
        assert int(broken) > 0, row
        for each in tests:  # if they were run at this revision
            passed, every = re.fullmatch(r"(\d+) of (\d+)", each).groups()
            assert passed == every != "0", row
        assert re.fullmatch(r"[1-9] theorems?|–", proved), row


PROVED = {f"Lemma {n}" for n in range(1, 12)} | {"Corollary 1", "Corollary 2"}


def test_these_are_proved(visit):
    visited = visit("book/status.html")
    for row in table(visited.page, 1):
        if row[0] in PROVED:
            assert "theorem" in row[5], row
    for link in visited.page.locator("main a:has-text('theorem')").all():
        assert "proofs_source.html#" in link.get_attribute("href")


def test_the_page_of_proofs_says_on_what_they_rest(visit):
    page = visit("book/proofs.html").page
    text = page.locator("main").inner_text()
    rows = table(page, 4)
    theorems = ", ".join(theorem for theorem, _ in rows)
    assert {rest.replace("\xa0", " ") for _, rest in rows} == {
        "Closed under the global context"
    }
    assert {f"lemma_{n}" for n in (1, 3, 4, 5, 6)} <= set(theorems.split(", "))
    assert "Checked by Coq" in text


def test_the_page_says_what_it_ran_on(visit):
    facts = dict(table(visit("book/status.html").page, 0))
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", facts["built"])
    assert "threads" in facts["BLAS"] and "cores" in facts["processor"]
    for name in ("Python", "NumPy", "scipy", "matplotlib", "jupyter-book"):
        assert re.match(r"\d+\.\d+", facts[name]), name
    assert re.match(r"[0-9a-f]{7}|unknown", facts["revision"])


def test_every_chapter_ran(visit):
    rows = table(visit("book/status.html").page, 2)
    assert len(rows) == len(CHAPTERS)
    for row in rows:
        chapter, time, result = row
        if result.startswith("not executed, for want of "):
            assert chapter == "Arrays of other libraries" and time == "–", row
            continue
        assert float(time.removesuffix(" s")) > 0, row
        assert result == "ran to its end", row


def test_an_unknown_address_leads_back(browser, address):
    """At any depth, where relative links would break."""
    page = browser.new_page()
    for path in ("nothing.html", "book/no/such/chapter.html"):
        answer = page.goto(address + path, wait_until="load")
        assert answer.status == 404
        assert page.locator("h1").last.inner_text() == "Page not found"
        page.get_by_role("link", name="Which lemma").click()
        page.wait_for_url("**/book/index.html#find-your-sum")
    page.close()


def test_a_shared_link_has_a_title_a_description_and_a_picture(visit):
    page = visit("book/lemma_4.html").page

    def said(name):
        return page.locator(
            f"meta[property='{name}'], meta[name='{name}']"
        ).first.get_attribute("content")

    assert said("og:title") == "Lemma 4: Sum of A_i ⊗ B_i"
    assert said("description").startswith("Kronecker products")
    if ADDRESS:
        assert said("og:image") == f"{ADDRESS.site}_static/social.png"
    assert page.locator("link[rel=icon]").count() == 1
    assert page.locator("img.logo__image").count() >= 1

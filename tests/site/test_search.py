"""The search finds each lemma by number, name, function and pattern."""

import pytest

from conftest import statements

LEMMAS = {
    "notation": ["commutation matrix", "duplication matrix"],
    "lemma_1": ["Lemma 1", "sum_abt", "sum of block products",
                "cross-products by group", "outer products",
                "cluster robust", "sandwich estimator", "weights"],
    "lemma_2": ["Lemma 2", "sum_acbt", "weighted sum of block products",
                "GLS", "matrix normal"],
    "lemma_3": ["Lemma 3", "sum_residual_outer", "residual outer products"],
    "lemma_4": ["Lemma 4", "sum_kron", "sum of kronecker products",
                "tensor products", "batched kron", "vec trick", "K-FAC"],
    "lemma_5": ["Lemma 5", "sum_kron_abt_cdt",
                "double sum of kronecker products"],
    "lemma_6": ["Lemma 6", "sum_kron_bct",
                "double sum of kronecker products"],
    "functions": ["Corollary 1", "Corollary 2", "sumAijBijt",
                  "sumAijKronBij", "kronecker products of blocks"],
    "fit": ["mixed_model.fit", "Fisher scoring", "fit a linear mixed model",
            "restricted maximum likelihood", "lmer", "missing",
            "degrees of freedom", "confidence intervals", "neuroimaging"],
    "blmm_score": ["Proposition 1", "mixed_model.score",
                   "score of a covariance matrix"],
    "blmm_covariance_sigma": ["Proposition 2", "covariance of the scores"],
    "blmm_covariance_d": ["Proposition 3", "mixed_model.information",
                          "covariance of the scores"],
    "speed": ["GPU", "CPU", "Numba", "threads"],
    "proofs": ["Coq", "formal proof", "machine-checked proof"],
    "concordance": ["concordance"],
    "checks": ["mutation testing", "fuzzing", "checks that can fail"],
}  # fmt: skip


@pytest.fixture(scope="module")
def results(browser, address):
    """Return a function from a query to the pages found, best first."""
    page = browser.new_page()

    def results(query):
        page.goto(f"{address}search.html?q={query}", wait_until="load")
        page.locator(".search-summary, #search-results p").first.wait_for()
        page.wait_for_function(
            "document.querySelector('#search-results').innerText"
            ".match(/found|match/)"
        )
        page.wait_for_timeout(300)  # results come in one by one
        links = page.locator("#search-results li > a")
        return [
            link.get_attribute("href").split("/")[-1].split(".html")[0]
            for link in links.all()
        ]

    yield results
    page.close()


@pytest.mark.parametrize(
    ("chapter", "query"),
    [(chapter, query) for chapter in LEMMAS for query in LEMMAS[chapter]],
)
def test_a_lemma_is_among_the_first_three(chapter, query, results):
    found = list(dict.fromkeys(results(query)))
    assert chapter in found[:3], found


@pytest.mark.parametrize("width", [1300, 360])
@pytest.mark.parametrize("name", ["search.html", "book/lemma_1.html"])
def test_the_magnifier_hides_nothing(name, width, browser, address):
    """Neither on the page of results nor in the box that a key opens."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address + name, wait_until="load")
    if name != "search.html":
        page.keyboard.press("Control+k")
    form = page.locator("form.bd-search:visible")
    icon = form.locator(".fa-magnifying-glass").bounding_box()
    box = form.get_by_role("searchbox").bounding_box()
    assert icon["width"] > 5
    assert icon["x"] + icon["width"] <= box["x"]
    page.close()


def test_every_statement_is_searched_for():
    for name, page in statements().items():
        assert name in LEMMAS[page.removeprefix("book/")]


def test_a_word_that_is_nowhere_finds_nothing(results):
    assert results("xylophone") == []

"""Of two routes the one with fewer operations, as they are counted here."""

import pytest

from lemmas_lib import _routes


@pytest.mark.parametrize("n_a, n_b", [(1, 5), (5, 1), (2, 2)])
@pytest.mark.parametrize("k1, k2", [(3, 4), (4, 3), (7, 1)])
def test_a_matrix_between_goes_where_it_takes_fewer(n_a, n_b, k1, k2):
    by_b = n_a * k2 * (n_b + k1)
    by_a = n_b * k1 * (n_a + k2)
    shapes = (6 * n_a, k1), (n_a, n_b), (6 * n_b, k2)
    to_b, formed = _routes.atgb(*shapes)
    assert to_b == (by_b <= by_a)
    assert formed.held == (n_a * k2 if to_b else n_b * k1)


@pytest.mark.parametrize("n_a, n_b", [(100, 1), (1, 100), (3, 4)])
@pytest.mark.parametrize("k1, k2", [(1, 100), (100, 1), (5, 6)])
def test_cotangents_of_lemma_2_go_through_the_smaller_product(
    n_a, n_b, k1, k2
):
    shapes = (6 * n_a, k1), (k1, k2), (6 * n_b, k2)
    by_a = n_a * k2 * (3 * k1 + 2 * n_b)
    by_b = n_b * k1 * (3 * k2 + 2 * n_a)
    assert _routes.by_ac(n_a, n_b, *shapes) == (by_a <= by_b)


def test_what_items_share_is_counted_once():
    """A batch of G makes GB anew for each, one of A does not."""
    of_g, _ = _routes.atgb((6, 3), (50, 2, 2), (6, 4))
    of_a, _ = _routes.atgb((50, 6, 3), (2, 2), (6, 4))
    of_b, _ = _routes.atgb((6, 3), (2, 2), (50, 6, 4))
    assert (of_g, of_a, of_b) == (False, True, False)


SIZE = {"n_A": 2, "n_B": 3}


@pytest.mark.parametrize("a, b", [(4, 5), (9, 1)])
def test_weights_of_blocks_go_to_the_smaller_blocks(a, b):
    size = SIZE | {"l": 7}
    to_b, formed = _routes.weights(size, (14, a), (21, b), (7, 1), 1)
    assert to_b == (3 * b <= 2 * a)
    held = min(2 * a, 3 * b)
    cuts = "B:i. weights:i. A:i." if to_b else "A:i. weights:i. B:i."
    assert formed == _routes.Formed((7, 1), held, operands=2, cuts=cuts)


@pytest.mark.parametrize("l_a, l_b, to_b", [(3, 11, True), (11, 3, False)])
def test_weights_of_pairs_mix_the_side_that_has_more_blocks(l_a, l_b, to_b):
    size = SIZE | {"l_A": l_a, "l_B": l_b}
    shapes = (2 * l_a, 4), (3 * l_b, 4), (l_a, l_b)
    found, formed = _routes.weights(size, *shapes, 24)
    assert found == to_b and formed.grid == (min(l_a, l_b), 1)
    assert formed.deep == max(l_a, l_b)
    mixed, other = "BA" if to_b else "AB"
    assert formed.cuts == f"{mixed}:k. weights:ik {other}:i."


def test_weights_are_one_operand_more_of_what_is_formed():
    formed = _routes.Formed((7, 1), 10, 2, "A:i. C:.. B:i.", once=True)
    more = _routes.with_weights(formed)
    cuts = "A:i. C:.. B:i. weights:i."
    assert more == _routes.Formed((7, 1), 20, operands=4, cuts=cuts)

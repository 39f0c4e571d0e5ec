"""What is done to every block, beside a loop over the blocks."""

import numpy as np
import pytest

from lemmas_lib import _blocks

from .cases import LAYOUTS, integers, peak_memory, products


def blocks_of(X, n):
    return [X[i : i + n] for i in range(0, len(X), n)]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("m, n, k", [(2, 3, 4), (5, 1, 1), (1, 4, 9)])
def test_every_block_is_multiplied(layout, m, n, k):
    rng = np.random.default_rng(1)
    G, X = integers(rng, (m, n)), LAYOUTS[layout](integers(rng, (7 * n, k)))
    found = _blocks.multiplied(G, X)
    assert np.array_equal(found, np.vstack([G @ x for x in blocks_of(X, n)]))


def test_stacks_broadcast():
    rng = np.random.default_rng(2)
    G, X = integers(rng, (3, 1, 5, 2)), integers(rng, (4, 6, 3))
    found = _blocks.multiplied(G, X)
    assert found.shape == (3, 4, 15, 3)
    for i, j in np.ndindex(3, 4):
        one = _blocks.multiplied(G[i, 0], X[j])
        assert np.array_equal(found[i, j], one)


@pytest.mark.parametrize("sides", [(2, 3, 4, 5), (3, 2, 5, 4), (1, 1, 1, 1)])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_matrix_between_the_transpose_and_the_block(sides, weighted):
    n_a, n_b, k1, k2 = sides
    rng = np.random.default_rng(3)
    A, B = integers(rng, (7 * n_a, k1)), integers(rng, (7 * n_b, k2))
    G, w = integers(rng, (n_a, n_b)), integers(rng, 7)
    found = _blocks.sum_atgb(A, G, B, w if weighted else None)
    pairs = zip(blocks_of(A, n_a), blocks_of(B, n_b), strict=True)
    products = [a.T @ G @ b for a, b in pairs]
    factors = w if weighted else [1] * 7
    expected = sum(v * P for v, P in zip(factors, products, strict=True))
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("sides", [(1, 5, 3, 4), (5, 1, 3, 4), (2, 3, 7, 1)])
def test_the_matrix_between_goes_where_it_takes_fewer(sides):
    n_a, n_b, k1, k2 = sides
    shapes = [(6 * n_a, k1), (n_a, n_b), (6 * n_b, k2)]
    made = products(_blocks.sum_atgb, shapes, [])
    by_b = 6 * n_a * k2 * (n_b + k1)
    by_a = 6 * n_b * k1 * (n_a + k2)
    assert made == min(by_a, by_b) and by_a != by_b


def test_no_more_than_a_strip_is_held():
    A = np.ones((2_000_000, 2))
    held = peak_memory(_blocks.sum_atgb, A, np.ones((2, 2)), A)
    assert held < A.nbytes / 2


def test_mixed_and_scaled_blocks():
    rng = np.random.default_rng(4)
    X, W = integers(rng, (6, 3)), integers(rng, (5, 2))
    mixed = [
        sum(v * x for v, x in zip(row, blocks_of(X, 3), strict=True))
        for row in W
    ]
    assert np.array_equal(_blocks.mixed(X, 3, W), np.vstack(mixed))
    scaled = [v * x for v, x in zip(W[0], blocks_of(X, 3), strict=True)]
    w = W[0][:, None]
    assert np.array_equal(_blocks.scaled(X, 3, w), np.vstack(scaled))

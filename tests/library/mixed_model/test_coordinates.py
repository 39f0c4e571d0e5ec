"""Symmetric matrices as rows of coordinates, and back."""

import numpy as np
import pytest

from lemmas_lib import duplication_matrix
from lemmas_lib.mixed_model import _coordinates


def symmetric(rng, q):
    X = rng.normal(size=(3, q, q))
    return X + X.swapaxes(1, 2)


@pytest.mark.parametrize("q", [1, 2, 4])
def test_lengths_of_rows_are_lengths_of_matrices(q):
    X = symmetric(np.random.default_rng(q), q)
    row = _coordinates.coordinates([X])
    assert row.shape == (3, q * (q + 1) // 2)
    assert np.allclose((row**2).sum(axis=1), (X**2).sum(axis=(1, 2)))
    assert np.allclose(_coordinates.matrix_of(row, q), X)


def test_the_duplication_matrix_is_the_library_s_own():
    for q in (1, 2, 5):
        found = _coordinates.duplication(q)
        assert (found == duplication_matrix(q).toarray()).all()
        assert not found.flags.writeable


def test_factors_follow_one_another_in_a_row():
    rng = np.random.default_rng(0)
    X, Y = symmetric(rng, 2), symmetric(rng, 3)
    row = _coordinates.coordinates([X, Y])
    first, second = _coordinates.vech_places([2, 3])
    assert np.allclose(_coordinates.matrix_of(row[:, first], 2), X)
    assert np.allclose(_coordinates.matrix_of(row[:, second], 3), Y)
    assert _coordinates.vech_places([2, 3], first=4)[1] == slice(7, 13)


def test_a_matrix_of_blocks_is_symmetric_and_in_its_order():
    blocks = {
        (0, 0): np.array([[2.0]]),
        (0, 1): np.arange(4.0)[None],
        (1, 1): np.eye(4),
    }
    columns = {1: np.array([[1.0]]), 2: _coordinates.basis(2)}
    found = _coordinates.assembled(
        (1, 2), lambda k1, k2: blocks[k1, k2], columns.__getitem__
    )
    assert found.shape == (4, 4) and (found == found.T).all()
    assert np.allclose(found[0, 1:], np.arange(4) @ _coordinates.basis(2))

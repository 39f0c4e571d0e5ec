"""Symmetric matrices, one a factor, as one row of coordinates.

Those of vech are the model's parameters. Those of an orthonormal basis are
what the climb computes with: lengths of rows are lengths of matrices.
"""

import functools
import itertools

import numpy as np

from .._arrays import mT
from ..operators import duplication_index, vec


@functools.cache
def duplication(q):
    """The duplication matrix, dense: q is small."""
    made = np.eye(q * (q + 1) // 2)[duplication_index(q)]
    made.flags.writeable = False  # it is shared
    return made


@functools.cache
def basis(q):
    """Orthonormal symmetric matrices, as the columns of a (q², ·) matrix."""
    made = duplication(q) / np.sqrt(duplication(q).sum(axis=0))
    made.flags.writeable = False
    return made


def vech_places(effects, first=0):
    """Return where each vech(D_k) stands in a row of parameters."""
    ends = first + np.cumsum([0, *(q * (q + 1) // 2 for q in effects)])
    return [slice(*pair) for pair in itertools.pairwise(ends)]


def coordinates(matrices):
    """Return symmetric matrices, one a factor, as one row of coordinates."""
    rows = [vec(G) @ basis(G.shape[-1]) for G in matrices]
    return np.concatenate(rows, axis=-1)


def matrix_of(row, q):
    """Return the symmetric (q, q) matrix that has these coordinates."""
    return (row @ basis(q).T).reshape(*row.shape[:-1], q, q)


def from_eigen(values, vectors):
    """Put symmetric matrices together from eigenvalues and vectors."""
    return (vectors * values[..., None, :]) @ mT(vectors)


def assembled(effects, block, columns):
    """Put the blocks of all pairs of factors into one matrix.

    ``block(k1, k2)`` acts on vec(D_k1) and vec(D_k2); ``columns`` is
    ``duplication`` or ``basis``, and says in which coordinates.
    """
    rows = [[None] * len(effects) for _ in effects]
    for k1, q1 in enumerate(effects):
        for k2, q2 in enumerate(effects):
            rows[k1][k2] = (
                columns(q1).T @ block(k1, k2) @ columns(q2)
                if k2 >= k1
                else mT(rows[k2][k1])
            )
    return np.block(rows)

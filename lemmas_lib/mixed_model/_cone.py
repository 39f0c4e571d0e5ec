"""Steps that keep every D_k positive semidefinite.

The semidefinite matrices are a cone. A D_k on its boundary has a null space,
and stays among the matrices of its rank, which are curved. ``along`` turns an
information into one for steps along them, ``solve`` takes the step,
``release`` gives up a direction of the null space where the likelihood rises
into the cone, and ``retract`` cuts a step that would leave the cone at it. For
each factor ``null`` has the projection on the null space of its D_k.
"""

import numpy as np

from ..operators import vec
from ..sums import sum_kron
from ._absorb import matvec
from ._coordinates import basis, from_eigen, matrix_of, vech_places


def along(I, D, null, G, places):
    """Return an information among matrices of one rank, and a projection.

    These matrices are curved, and the score G towards the outside
    of the cone bends the likelihood along them.
    """
    size = I.shape[-1]
    P, bend = np.zeros_like(I), np.zeros_like(I)
    for place, D_k, N, G_k in zip(places, D, null, G, strict=True):
        q = D_k.shape[-1]
        columns = basis(q)
        # A direction that has just been given up has no part in D yet, and
        # what ties it to the rest of the null space leaves the cone.
        inverse = np.linalg.pinv(D_k, rcond=1e-12, hermitian=True)
        fresh = np.eye(q) - D_k @ inverse - N
        tied = sum_kron(N, N, q)
        tied += sum_kron(fresh, N, q) + sum_kron(N, fresh, q)
        own = columns.T @ tied @ columns
        P[:, place, place] = np.eye(own.shape[-1]) - own
        values, vectors = np.linalg.eigh(N @ G_k @ N)
        out = from_eigen(values.clip(max=0), vectors)
        bent = sum_kron(out, inverse, q) + sum_kron(inverse, out, q)
        bend[:, place, place] = columns.T @ bent @ columns
    scale = abs(np.trace(I, axis1=-2, axis2=-1))[:, None, None] / size
    A = P @ (I - bend) @ P + scale * (np.eye(size) - P)
    return A + 1e-12 * scale * np.eye(size), P


def solve(A, P, score):
    """Return the step among matrices of one rank, and its length."""
    projected = matvec(P, score)
    step = np.linalg.solve(A, projected[..., None])[..., 0]
    step = matvec(P, step)
    gain = (step * projected).sum(axis=-1)
    return step, np.sqrt(gain.clip(0))


def release(I, G, null, places, least):
    """Give up the direction of a null space in which the likelihood rises.

    It must promise a longer step than ``least``. Returns the null spaces, and
    which items gave one up.
    """
    released, freed = [], np.zeros(len(I), dtype=bool)
    for place, N, G_k in zip(places, null, G, strict=True):
        values, vectors = np.linalg.eigh(N @ G_k @ N)
        x, rise = vectors[..., -1], values[..., -1]
        outward = x[:, :, None] * x[:, None, :]
        row = vec(outward) @ basis(N.shape[-1])
        known = np.einsum("va,vab,vb->v", row, I[:, place, place], row)
        promised = rise / np.sqrt(known.clip(1e-300))
        free = promised > least
        released.append(N - np.where(free[:, None, None], outward, 0))
        freed |= free
    return released, freed


def retract(D, null, step):
    """Move each D_k and cut it at the cone, at its rank or below."""
    moved, nulls = [], []
    places = vech_places([D_k.shape[-1] for D_k in D])
    for D_k, N, place in zip(D, null, places, strict=True):
        q = D_k.shape[-1]
        values, vectors = np.linalg.eigh(D_k + matrix_of(step[:, place], q))
        rank = q - np.rint(np.trace(N, axis1=-2, axis2=-1)).astype(int)
        least = 1e-14 * abs(values).max(axis=-1, keepdims=True)
        kept = np.arange(q) >= q - rank[:, None]
        kept &= values > least
        moved.append(from_eigen(np.where(kept, values, 0), vectors))
        nulls.append(from_eigen(~kept, vectors))
    return moved, nulls

"""Standard errors, from the information."""

from typing import NamedTuple

import numpy as np

from ..operators import unvech, vech
from ._coordinates import vech_places


class StandardErrors(NamedTuple):
    """Standard errors, from the information; NaN where there are none.

    An estimate on the boundary, a singular covariance matrix, has none. Those
    of the others take `D_k`, the covariance over `σ²`, as known there, and are
    too small unless it is 0. No variance has one where two regressors cannot
    be told apart.

    Attributes
    ----------
    beta : ndarray, shape (p,) or (v, p)
    sigma2 : ndarray, shape () or (v,)
    covariances : list of ndarray, shapes (q_k, q_k) or (v, q_k, q_k)
    """

    beta: np.ndarray
    sigma2: np.ndarray
    covariances: list


def standard_errors(p, sigma2, D, singular, known):
    """Return them on the scale of the response."""
    beta = np.sqrt(_diagonal(np.linalg.inv(known[:, :p, :p])))
    places = vech_places([len(D_k[0]) for D_k in D], first=1)
    free = np.ones((len(sigma2), places[-1].stop), dtype=bool)
    for place, on_boundary in zip(places, singular, strict=True):
        free[on_boundary, place] = False
    both = free[:, :, None] & free[:, None, :]
    # What is on the boundary is taken as known.
    kept = np.where(both, known[:, p:, p:], np.eye(free.shape[1]))
    # In units of each parameter's own information.
    root = np.sqrt(_diagonal(kept))
    kept = kept / root[:, :, None] / root[:, None, :]
    # Regressors that are too alike leave a matrix that has no inverse.
    told_apart = np.linalg.eigvalsh(kept)[:, 0] > 1e-12
    kept[~told_apart] = np.eye(free.shape[1])
    covariance = np.linalg.inv(kept) / root[:, :, None] / root[:, None, :]
    # From (σ², vech D_k) to (σ², vech σ²D_k).
    slope = sigma2[:, None, None] * np.eye(free.shape[1])
    slope[:, 0, 0] = 1
    slope[:, 1:, 0] = np.hstack([vech(D_k) for D_k in D])
    variance = _diagonal(slope @ covariance @ slope.swapaxes(1, 2))
    free &= told_apart[:, None]
    errors = np.where(free, np.sqrt(variance), np.nan)
    matrices = [unvech(errors[:, place]) for place in places]
    return StandardErrors(beta, errors[:, 0], matrices)


def _diagonal(X):
    return np.diagonal(X, axis1=-2, axis2=-1)

"""Sums over the levels of factors: where the lemmas are.

Of the blocks of Z'V⁻¹Z and of t = Z'V⁻¹e, by Lemmas 1, 2, 4, 5 and 6 and
Corollary 2; and the score and the information, which are made of them.
"""

import numpy as np

from .._arrays import mT
from ..operators import vec
from ..sums import (
    sum_abt,
    sum_acbt,
    sum_kron,
    sum_kron_abt_cdt,
    sum_kron_bct,
    sumAijKronBij,
)
from ._absorb import as_rows
from ._coordinates import assembled, duplication, vech_places


def column(arranged, residual, k):
    """Z_k'V⁻¹e as a column."""
    own = residual.tf if k == arranged.f else residual.tr
    return own[..., arranged.places[k], None]


def outer(arranged, residual, k):
    """Σ_j t_j t_j' over the levels of factor k, t = Z_k'V⁻¹e."""
    own = column(arranged, residual, k)
    return sum_abt(own, own, arranged.effects[k])


class Levels:
    """Sums over the levels of the factors of the blocks of Z'V⁻¹Z.

    Under REML V⁻¹ is V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹.
    """

    def __init__(self, arranged, absorbed, method):
        self.arranged, self.absorbed = arranged, absorbed
        self.degrees = arranged.degrees(method)
        self.restricted = method == "REML"
        # What is taken off the blocks N_j: WKW'.
        self.W, self.K = absorbed.Ur, absorbed.C
        if self.restricted:
            inverse = np.linalg.inv(absorbed.XVX)
            self.inverse = inverse
            r, p = absorbed.C.shape[-1], inverse.shape[-1]
            self.W = np.concatenate([absorbed.Ur, absorbed.FfX], axis=-1)
            self.K = np.zeros((*inverse.shape[:-2], r + p, r + p))
            self.K[..., :r, :r], self.K[..., r:, r:] = absorbed.C, inverse

    def diagonal(self, k):
        """Σ_j Z_(k,j)'V⁻¹Z_(k,j)."""
        d, a, q = self.arranged, self.absorbed, self.arranged.effects[k]
        if k == d.f:
            off = sum_acbt(self.W, self.K, self.W, q)
            return a.N.sum(axis=-3) - off
        own = d.places[k]
        R = a.Nr[..., own, own]
        l = R.shape[-1] // q
        blocks = R.reshape(*R.shape[:-2], l, q, l, q)
        found = np.einsum("...iaib->...ab", blocks)
        if self.restricted:
            F = a.FrX[..., own, :]
            found = found - sum_acbt(F, self.inverse, F, q)
        return found

    def squares(self, k1, k2):
        """Σ_ij R_ij ⊗ R_ij with R_ij = Z_(k1,i)'V⁻¹Z_(k2,j)."""
        if k1 == k2 == self.arranged.f:
            return self._squares_within()
        q1, q2 = (self.arranged.effects[k] for k in (k1, k2))
        R = self._between(k1, k2)
        return sumAijKronBij(R, R, (q1, q2))

    def _squares_within(self):
        """R_ij is −(WKW')_ij, and N_j more where i = j."""
        q, WK = self.arranged.effects[self.arranged.f], self.W @ self.K
        N = self.absorbed.N
        blocks = (*N.shape[-3:-1], WK.shape[-1])
        rows = [x.reshape(*x.shape[:-2], *blocks) for x in (WK, self.W)]
        P = as_rows(rows[0] @ mT(rows[1]))
        N = as_rows(N)
        mixed = sum_kron(N, P, q) + sum_kron(P, N, q)
        everywhere = sum_kron_abt_cdt(WK, self.W, WK, self.W, q, q)
        return sum_kron(N, N, q) - mixed + everywhere

    def outers(self, residual, k1, k2):
        """Σ_ij R_ij ⊗ t_i t_j' with t = Z'V⁻¹e, as in ``squares``."""
        d = self.arranged
        q1, q2 = (d.effects[k] for k in (k1, k2))
        one, two = (column(d, residual, k) for k in (k1, k2))
        if not k1 == k2 == d.f:
            return sum_kron_bct(self._between(k1, k2), one, two, q1, q2)
        blocks = one.reshape(*one.shape[:-2], one.shape[-2] // q1, q1, 1)
        N = as_rows(self.absorbed.N)
        own = sum_kron(N, as_rows(blocks @ mT(blocks)), q1)
        WK = self.W @ self.K
        return own - sum_kron_abt_cdt(WK, self.W, one, one, q1, q1)

    def _between(self, k1, k2):
        """Z_k1'V⁻¹Z_k2, not both f."""
        d, a = self.arranged, self.absorbed
        one, two = d.places[k1], d.places[k2]
        if d.f == k2:
            return mT(self._between(k2, k1))
        if d.f == k1:
            R = a.Ur @ mT(a.Hr[..., two, :])
        else:
            R = a.Nr[..., one, two]
        if self.restricted:
            left = a.FfX if d.f == k1 else a.FrX[..., one, :]
            right = a.FrX[..., two, :]
            R = R - left @ self.inverse @ mT(right)
        return R


def score(levels, residual, sigma2):
    """The score at β, in the order β, σ², vech(D_1), …."""
    d = levels.arranged
    by_sigma2 = (residual.eVe / sigma2 - levels.degrees) / (2 * sigma2)
    parts = [residual.XVe / sigma2[..., None], by_sigma2[..., None]]
    for k, q in enumerate(d.effects):
        G = outer(d, residual, k) / sigma2[..., None, None]
        parts.append(vec(G - levels.diagonal(k)) @ duplication(q) / 2)
    batch = np.broadcast_shapes(*(x.shape[:-1] for x in parts))
    rows = [np.broadcast_to(x, batch + x.shape[-1:]) for x in parts]
    return np.concatenate(rows, axis=-1)


def information(levels, sigma2):
    """The information in the same order; σ² has the batch of the result."""
    d, p = levels.arranged, levels.arranged.p
    places = vech_places(d.effects, first=p + 1)
    scale = sigma2[..., None]
    out = np.zeros((*sigma2.shape, places[-1].stop, places[-1].stop))
    out[..., :p, :p] = levels.absorbed.XVX / scale[..., None]
    out[..., p, p] = levels.degrees / (2 * sigma2**2)
    for k, (place, q) in enumerate(zip(places, d.effects, strict=True)):
        cross = vec(levels.diagonal(k)) @ duplication(q) / 2
        out[..., p, place] = out[..., place, p] = cross / scale
    own = slice(p + 1, None)
    out[..., own, own] = assembled(d.effects, levels.squares, duplication) / 2
    return out

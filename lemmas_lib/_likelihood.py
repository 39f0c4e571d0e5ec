"""What the likelihood of the mixed model is made of, at given D.

V = I + ZDZ' is taken apart in two steps, so that no matrix is larger than it
must be. Within a factor Z_k'Z_k is block-diagonal, a block S_j for each level:
the factor with most effects, called e, is absorbed level by level,

    V_e = I + Z_e D_e Z_e',   Z_e'V_e⁻¹ = H_e Z_e',   H_j = (I + S_j D_e)⁻¹,

and the others, r together, follow with one matrix of their own size,

    V = V_e + Z_r D_r Z_r',   Z_r'V⁻¹ = H_r Z_r'V_e⁻¹,
    H_r = (I + T D_r)⁻¹,   T = Z_r'V_e⁻¹Z_r.

So Z_e'V⁻¹Z_e has the blocks N_j = H_j S_j on its diagonal, and a product of
low rank, WKW', is taken off everywhere; under REML that of X with it. The sums
over its levels are those of Lemmas 2, 4, 5 and 6.

Everything may have a leading axis, one item a response.
"""

import itertools
from typing import NamedTuple

import numpy as np

from .operators import duplication_index, vec
from .sums import (
    sum_abt,
    sum_acbt,
    sum_kron,
    sum_kron_abt_cdt,
    sum_kron_bct,
    sumAijKronBij,
)


class Arranged(NamedTuple):
    """The cross-products of Z and X, the columns of Z in the order e, r."""

    e: int  # the factor that is absorbed; −1 if none can be
    ze: np.ndarray  # its columns of Z
    zr: np.ndarray  # those of the others
    places: list  # of each factor's columns within ze or zr
    effects: tuple
    S: np.ndarray  # the blocks of Z_e'Z_e, (l_e, q_e, q_e)
    ZeA: np.ndarray  # Z_e'[Z_r X], (l_e, q_e, r + p)
    AtA: np.ndarray  # [Z_r X]'[Z_r X]
    n: int
    p: int

    @property
    def entries(self):
        """How many entries the matrices of one response have, about."""
        rows = len(self.ze) + len(self.zr)
        return max(1, rows * (len(self.AtA) + self.effects[self.e]))


def arrange(products):
    """Choose the factor e and bring the cross-products into its order."""
    c = products
    sizes = [
        l * q if _is_block_diagonal(c.ZtZ[columns, columns], q) else -1
        for l, q, columns in zip(c.levels, c.effects, c.columns, strict=True)
    ]
    e = int(np.argmax(sizes)) if max(sizes) > 0 else -1
    every = np.arange(c.q)
    ze = every[c.columns[e]] if e >= 0 else every[:0]
    zr = np.setdiff1d(every, ze)
    places, end = [], 0
    for k, columns in enumerate(c.columns):
        width = columns.stop - columns.start
        places.append(slice(0, width) if k == e else slice(end, end + width))
        end += width * (k != e)
    q_e = c.effects[e] if e >= 0 else 1
    l_e = len(ze) // q_e
    within = c.ZtZ[np.ix_(ze, ze)].reshape(l_e, q_e, l_e, q_e)
    AtA = np.block(
        [
            [c.ZtZ[np.ix_(zr, zr)], c.XtZ[:, zr].T],
            [c.XtZ[:, zr], c.XtX],
        ]
    )
    ZeA = np.hstack([c.ZtZ[np.ix_(ze, zr)], c.XtZ[:, ze].T])
    levels = np.arange(l_e)
    return Arranged(
        e, ze, zr, places, c.effects, within[levels, :, levels],
        ZeA.reshape(l_e, q_e, len(AtA)), AtA, c.n, c.p,
    )  # fmt: skip


def _is_block_diagonal(X, q):
    blocks = X.reshape(len(X) // q, q, len(X) // q, q)
    outside = np.count_nonzero(X)
    levels = np.arange(len(blocks))
    return outside == np.count_nonzero(blocks[levels, :, levels])


class At(NamedTuple):
    """What D alone determines."""

    He: np.ndarray
    De: np.ndarray
    DA: np.ndarray  # D_e Z_e'[Z_r X]
    Ur: np.ndarray  # Z_e'V_e⁻¹Z_r
    TrX: np.ndarray  # Z_r'V_e⁻¹X
    Hr: np.ndarray
    C: np.ndarray  # D_r H_r
    N: np.ndarray  # the blocks N_j
    Nr: np.ndarray  # Z_r'V⁻¹Z_r
    FeX: np.ndarray  # Z_e'V⁻¹X
    FrX: np.ndarray  # Z_r'V⁻¹X
    XVX: np.ndarray
    log_det: np.ndarray  # log|V|


def at(arranged, D):
    """Compute what D alone determines.

    D has for each factor a matrix, or a stack of as many as the others have.
    """
    d, r = arranged, len(arranged.zr)
    De = D[d.e] if d.e >= 0 else np.zeros_like(D[0][..., :1, :1])
    He, log_det_e = _inverse(np.eye(De.shape[-1]) + d.S @ De[..., None, :, :])
    DA = _flat(De[..., None, :, :] @ d.ZeA)
    U = _flat(He @ d.ZeA)
    T = d.AtA - t(DA) @ U
    Tr, TrX = T[..., :r, :r], T[..., :r, r:]
    Hr, log_det_r = _inverse(np.eye(r) + t(_d_times(d, D, t(Tr))))
    C = _d_times(d, D, Hr)
    Ur, UX = U[..., :r], U[..., r:]
    CX = C @ TrX
    return At(
        He=He, De=De, DA=DA, Ur=Ur, TrX=TrX, Hr=Hr, C=C,
        N=He @ d.S, Nr=Hr @ Tr,
        FeX=UX - Ur @ CX, FrX=Hr @ TrX,
        XVX=T[..., r:, r:] - t(TrX) @ CX,
        log_det=log_det_e.sum(axis=-1) + log_det_r,
    )  # fmt: skip


class Residual(NamedTuple):
    """What D and the response determine, with e = y − Xβ."""

    beta: np.ndarray
    XVe: np.ndarray
    te: np.ndarray  # Z_e'V⁻¹e
    tr: np.ndarray  # Z_r'V⁻¹e
    eVe: np.ndarray


def residual(arranged, at, Xty, Zty, yty, beta=None):
    """Compute it at β, or at its estimate by generalised least squares."""
    d, r = arranged, len(arranged.zr)
    Zey = Zty[..., d.ze].reshape(*Zty.shape[:-1], *d.S.shape[:2], 1)
    K = _flat(at.He @ Zey)
    Zy = _flat(at.De[..., None, :, :] @ Zey)
    Ty = np.concatenate([Zty[..., d.zr], Xty], axis=-1) - times(
        t(at.DA), K[..., 0]
    )
    Tr, XVy = Ty[..., :r], Ty[..., r:]
    CT = times(at.C, Tr)
    te = K[..., 0] - times(at.Ur, CT)
    tr = times(at.Hr, Tr)
    XVy = XVy - times(t(at.TrX), CT)
    yVy = yty - (Zy * K).sum(axis=(-1, -2)) - (Tr * CT).sum(axis=-1)
    if beta is None:
        beta = np.linalg.solve(at.XVX, XVy[..., None])[..., 0]
    XVe = XVy - times(at.XVX, beta)
    eVe = yVy - (beta * (XVy + XVe)).sum(axis=-1)
    te = te - times(at.FeX, beta)
    return Residual(beta, XVe, te, tr - times(at.FrX, beta), eVe)


def degrees(arranged, method):
    """The degrees of freedom of a residual: n, or n − p under REML."""
    return arranged.n - arranged.p * (method == "REML")


def loglik(arranged, at, residual, sigma2, method):
    """The log-likelihood, or the restricted one."""
    log_det = at.log_det
    if method == "REML":
        log_det = log_det + np.linalg.slogdet(at.XVX)[1]
    scale = degrees(arranged, method) * np.log(2 * np.pi * sigma2)
    return -(scale + log_det + residual.eVe / sigma2) / 2


def outer(arranged, residual, k):
    """Σ_j t_j t_j' over the levels of factor k, t = Z_k'V⁻¹e."""
    own = column(arranged, residual, k)
    return sum_abt(own, own, arranged.effects[k])


def column(arranged, residual, k):
    """Z_k'V⁻¹e as a column."""
    own = residual.te if k == arranged.e else residual.tr
    return own[..., arranged.places[k], None]


class Levels:
    """Sums over the levels of the factors of the blocks of Z'V⁻¹Z.

    Under REML V⁻¹ is V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹.
    """

    def __init__(self, arranged, at, method):
        self.arranged, self.at = arranged, at
        self.restricted = method == "REML"
        # What is taken off the blocks N_j: WKW'.
        self.W, self.K = at.Ur, at.C
        if self.restricted:
            inverse = np.linalg.inv(at.XVX)
            self.inverse = inverse
            r, p = at.C.shape[-1], inverse.shape[-1]
            self.W = np.concatenate([at.Ur, at.FeX], axis=-1)
            self.K = np.zeros((*inverse.shape[:-2], r + p, r + p))
            self.K[..., :r, :r], self.K[..., r:, r:] = at.C, inverse

    def diagonal(self, k):
        """Σ_j Z_(k,j)'V⁻¹Z_(k,j)."""
        d, at, q = self.arranged, self.at, self.arranged.effects[k]
        if k == d.e:
            off = sum_acbt(self.W, self.K, self.W, q)
            return at.N.sum(axis=-3) - off
        own = d.places[k]
        R = at.Nr[..., own, own]
        l = R.shape[-1] // q
        blocks = R.reshape(*R.shape[:-2], l, q, l, q)
        found = np.einsum("...iaib->...ab", blocks)
        if self.restricted:
            F = at.FrX[..., own, :]
            found = found - sum_acbt(F, self.inverse, F, q)
        return found

    def squares(self, k1, k2):
        """Σ_ij R_ij ⊗ R_ij with R_ij = Z_(k1,i)'V⁻¹Z_(k2,j)."""
        if k1 == k2 == self.arranged.e:
            return self._squares_within()
        q1, q2 = (self.arranged.effects[k] for k in (k1, k2))
        R = self._between(k1, k2)
        return sumAijKronBij(R, R, (q1, q2))

    def _squares_within(self):
        """R_ij is −(WKW')_ij, and N_j more where i = j."""
        q, WK = self.arranged.effects[self.arranged.e], self.W @ self.K
        N = self.at.N
        blocks = (*N.shape[-3:-1], WK.shape[-1])
        rows = [x.reshape(*x.shape[:-2], *blocks) for x in (WK, self.W)]
        P = _flat(rows[0] @ t(rows[1]))
        N = _flat(N)
        mixed = sum_kron(N, P, q) + sum_kron(P, N, q)
        everywhere = sum_kron_abt_cdt(WK, self.W, WK, self.W, q, q)
        return sum_kron(N, N, q) - mixed + everywhere

    def outers(self, residual, k1, k2):
        """Σ_ij R_ij ⊗ t_i t_j' with t = Z'V⁻¹e, as in ``squares``."""
        d = self.arranged
        q1, q2 = (d.effects[k] for k in (k1, k2))
        one, two = (column(d, residual, k) for k in (k1, k2))
        if not k1 == k2 == d.e:
            return sum_kron_bct(self._between(k1, k2), one, two, q1, q2)
        blocks = one.reshape(*one.shape[:-2], one.shape[-2] // q1, q1, 1)
        own = sum_kron(_flat(self.at.N), _flat(blocks @ t(blocks)), q1)
        WK = self.W @ self.K
        return own - sum_kron_abt_cdt(WK, self.W, one, one, q1, q1)

    def _between(self, k1, k2):
        """Z_k1'V⁻¹Z_k2, not both e."""
        d, at = self.arranged, self.at
        one, two = d.places[k1], d.places[k2]
        if d.e == k2:
            return t(self._between(k2, k1))
        if d.e == k1:
            R = at.Ur @ t(at.Hr[..., two, :])
        else:
            R = at.Nr[..., one, two]
        if self.restricted:
            left = at.FeX if d.e == k1 else at.FrX[..., one, :]
            right = at.FrX[..., two, :]
            R = R - left @ self.inverse @ t(right)
        return R


def score(arranged, at, residual, sigma2, method):
    """The parts of the score for β, σ² and each vech(D_k)."""
    df = degrees(arranged, method)
    sums = Levels(arranged, at, method)
    by_sigma2 = (residual.eVe / sigma2 - df) / (2 * sigma2)
    parts = [residual.XVe / sigma2[..., None], by_sigma2[..., None]]
    for k, q in enumerate(arranged.effects):
        G = outer(arranged, residual, k) / sigma2[..., None, None]
        parts.append(vec(G - sums.diagonal(k)) @ duplication(q) / 2)
    return parts


def information(arranged, at, method):
    """The information at σ² = 1: of each D_k with σ², and of all pairs D_k."""
    sums = Levels(arranged, at, method)
    crossed = [
        vec(sums.diagonal(k)) @ duplication(q) / 2
        for k, q in enumerate(arranged.effects)
    ]
    squares = {}
    for k1, q1 in enumerate(arranged.effects):
        for k2, q2 in list(enumerate(arranged.effects))[k1:]:
            block = sums.squares(k1, k2)
            squares[k1, k2] = duplication(q1).T @ block @ duplication(q2) / 2
    return crossed, squares


def vech_places(effects, first=0):
    """Return where each vech(D_k) stands in a row of parameters."""
    ends = first + np.cumsum([0, *(q * (q + 1) // 2 for q in effects)])
    return [slice(*pair) for pair in itertools.pairwise(ends)]


def duplication(q):
    """The duplication matrix, dense: q is small."""
    return np.eye(q * (q + 1) // 2)[duplication_index(q)]


def times(A, x):
    """A x for a matrix or a stack of them, and a vector or a stack of them."""
    return (A @ x[..., None])[..., 0]


def t(X):
    """The transpose of each matrix."""
    return X.swapaxes(-1, -2)


def _flat(blocks):
    """Stack the blocks (…, l, q, c) to (…, l·q, c)."""
    *batch, l, q, c = blocks.shape
    return blocks.reshape(*batch, l * q, c)


def _d_times(arranged, D, U):
    """D_r U for U (…, r, c), without forming D_r."""
    out = np.empty(U.shape)
    for k, D_k in enumerate(D):
        if k != arranged.e:
            rows, q = U[..., arranged.places[k], :], arranged.effects[k]
            l = rows.shape[-2] // q
            levels = rows.reshape(*U.shape[:-2], l, q, U.shape[-1])
            out[..., arranged.places[k], :] = _flat(
                D_k[..., None, :, :] @ levels
            )
    return out


def _inverse(M):
    """Return the inverses and log-determinants of matrices, 1 or 2 fast."""
    q = M.shape[-1]
    if q == 1:
        return 1 / M, np.log(M[..., 0, 0])
    if q == 2:
        a, b, c, e = M[..., 0, 0], M[..., 0, 1], M[..., 1, 0], M[..., 1, 1]
        det = a * e - b * c
        inverse = np.stack([e, -b, -c, a], axis=-1) / det[..., None]
        return inverse.reshape(M.shape), np.log(det)
    return np.linalg.inv(M), np.linalg.slogdet(M)[1]

"""What D, and then the response, determine: V⁻¹ without a matrix of n rows.

V = I + ZDZ' is taken apart in two steps, so that no matrix is larger than it
must be. Within a factor Z_k'Z_k is block-diagonal, a block S_j for each level:
the factor with most effects, called e, is absorbed level by level,

    V_e = I + Z_e D_e Z_e',   Z_e'V_e⁻¹ = H_e Z_e',   H_j = (I + S_j D_e)⁻¹,

and the others, r together, follow with one matrix of their own size,

    V = V_e + Z_r D_r Z_r',   Z_r'V⁻¹ = H_r Z_r'V_e⁻¹,
    H_r = (I + T D_r)⁻¹,   T = Z_r'V_e⁻¹Z_r.

So Z_e'V⁻¹Z_e has the blocks N_j = H_j S_j on its diagonal, and a product of
low rank, WKW', is taken off everywhere; under REML that of X with it.

Everything may have a leading axis, one item a response.
"""

from typing import NamedTuple

import numpy as np

from .._contraction import t


class Arranged(NamedTuple):
    """The cross-products of Z and X, the columns of Z in the order e, r."""

    e: int  # the factor that is absorbed
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

    def degrees(self, method):
        """The degrees of freedom of a residual: n, or n − p under REML."""
        return self.n - self.p * (method == "REML")


def arrange(products):
    """Choose the factor e and bring the cross-products into its order."""
    c = products
    e = int(np.argmax(np.multiply(c.levels, c.effects)))
    every = np.arange(c.q)
    ze = every[c.columns[e]]
    zr = np.setdiff1d(every, ze)
    places, end = [], 0
    for k, columns in enumerate(c.columns):
        width = columns.stop - columns.start
        places.append(slice(0, width) if k == e else slice(end, end + width))
        end += width * (k != e)
    l, q = c.levels[e], c.effects[e]
    within = c.ZtZ[np.ix_(ze, ze)].reshape(l, q, l, q)
    AtA = np.block(
        [
            [c.ZtZ[np.ix_(zr, zr)], c.XtZ[:, zr].T],
            [c.XtZ[:, zr], c.XtX],
        ]
    )
    ZeA = np.hstack([c.ZtZ[np.ix_(ze, zr)], c.XtZ[:, ze].T])
    levels = np.arange(l)
    return Arranged(
        e, ze, zr, places, c.effects, within[levels, :, levels],
        ZeA.reshape(l, q, len(AtA)), AtA, c.n, c.p,
    )  # fmt: skip


class Absorbed(NamedTuple):
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


def absorb(arranged, D):
    """Compute what D alone determines.

    D has for each factor a matrix, or a stack of as many as the others have.
    """
    d, r = arranged, len(arranged.zr)
    De = D[d.e]
    He, log_det_e = _inverse(np.eye(De.shape[-1]) + d.S @ De[..., None, :, :])
    DA = as_rows(De[..., None, :, :] @ d.ZeA)
    U = as_rows(He @ d.ZeA)
    T = d.AtA - t(DA) @ U
    Tr, TrX = T[..., :r, :r], T[..., :r, r:]
    Hr, log_det_r = _inverse(np.eye(r) + t(_times_D(d, D, t(Tr))))
    C = _times_D(d, D, Hr)
    Ur, UX = U[..., :r], U[..., r:]
    CX = C @ TrX
    return Absorbed(
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


def residual(arranged, absorbed, response, beta=None):
    """Compute it at β, or at its estimate by generalised least squares.

    The response is (X'y, Z'y, y'y).
    """
    d, a, r = arranged, absorbed, len(arranged.zr)
    Xty, Zty, yty = response
    Zey = Zty[..., d.ze].reshape(*Zty.shape[:-1], *d.S.shape[:2], 1)
    HZy = as_rows(a.He @ Zey)
    DZy = as_rows(a.De[..., None, :, :] @ Zey)
    Ty = np.concatenate([Zty[..., d.zr], Xty], axis=-1)
    Ty = Ty - matvec(t(a.DA), HZy[..., 0])
    Try, XVy = Ty[..., :r], Ty[..., r:]
    CT = matvec(a.C, Try)
    te = HZy[..., 0] - matvec(a.Ur, CT)
    tr = matvec(a.Hr, Try)
    XVy = XVy - matvec(t(a.TrX), CT)
    yVy = yty - (DZy * HZy).sum(axis=(-1, -2)) - (Try * CT).sum(axis=-1)
    if beta is None:
        beta = np.linalg.solve(a.XVX, XVy[..., None])[..., 0]
    XVe = XVy - matvec(a.XVX, beta)
    eVe = yVy - (beta * (XVy + XVe)).sum(axis=-1)
    te = te - matvec(a.FeX, beta)
    return Residual(beta, XVe, te, tr - matvec(a.FrX, beta), eVe)


def loglik(arranged, absorbed, residual, sigma2, method):
    """The log-likelihood, or the restricted one."""
    log_det = absorbed.log_det
    if method == "REML":
        log_det = log_det + np.linalg.slogdet(absorbed.XVX)[1]
    scale = arranged.degrees(method) * np.log(2 * np.pi * sigma2)
    return -(scale + log_det + residual.eVe / sigma2) / 2


def matvec(A, x):
    """A x for a matrix or a stack of them, and a vector or a stack of them."""
    return (A @ x[..., None])[..., 0]


def as_rows(blocks):
    """Stack the blocks (…, l, q, c) to (…, l·q, c)."""
    *batch, l, q, c = blocks.shape
    return blocks.reshape(*batch, l * q, c)


def _times_D(arranged, D, U):
    """D_r U for U (…, r, c), without forming D_r."""
    out = np.empty(U.shape)
    for k, D_k in enumerate(D):
        if k != arranged.e:
            rows, q = U[..., arranged.places[k], :], arranged.effects[k]
            l = rows.shape[-2] // q
            levels = rows.reshape(*U.shape[:-2], l, q, U.shape[-1])
            out[..., arranged.places[k], :] = as_rows(
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

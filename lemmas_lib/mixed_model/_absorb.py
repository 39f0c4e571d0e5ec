"""What D, and then the response, determine: V⁻¹ without a matrix of n rows.

V = I + ZDZ' is taken apart in two steps, so that no matrix is larger than it
must be. Within a factor Z_k'Z_k is block-diagonal, a block S_j for each level:
the factor with most effects, called f, is absorbed level by level,

    V_f = I + Z_f D_f Z_f',   Z_f'V_f⁻¹ = H_f Z_f',   H_j = (I + S_j D_f)⁻¹,

and the others, r together, follow with one matrix of their own size,

    V = V_f + Z_r D_r Z_r',   Z_r'V⁻¹ = H_r Z_r'V_f⁻¹,
    H_r = (I + T D_r)⁻¹,   T = Z_r'V_f⁻¹Z_r.

So Z_f'V⁻¹Z_f has the blocks N_j = H_j S_j on its diagonal, and a product of
low rank, WKW', is taken off everywhere; under REML that of X with it.

A is [Z_r X] in names such as AtA, which is A'A. Everything may have a leading
axis, one item a response.
"""

from typing import NamedTuple

import numpy as np

from .._arrays import mT


class Arranged(NamedTuple):
    """The cross-products of Z and X, the columns of Z in the order f, r."""

    f: int  # the factor that is absorbed
    zf: np.ndarray  # its columns of Z
    zr: np.ndarray  # those of the others
    places: list  # of each factor's columns within zf or zr
    effects: tuple
    S: np.ndarray  # the blocks of Z_f'Z_f, (l_f, q_f, q_f)
    ZfA: np.ndarray  # Z_f'[Z_r X], (l_f, q_f, r + p)
    AtA: np.ndarray  # [Z_r X]'[Z_r X]
    n: int
    p: int

    @property
    def entries(self):
        """How many entries the matrices of one response have, about."""
        rows = len(self.zf) + len(self.zr)
        return max(1, rows * (len(self.AtA) + self.effects[self.f]))

    def degrees(self, method):
        """The degrees of freedom of a residual: n, or n − p under REML."""
        return self.n - self.p * (method == "REML")


def arrange(products):
    """Choose the factor f and bring the cross-products into its order."""
    c = products
    f = int(np.argmax(np.multiply(c.levels, c.effects)))
    every = np.arange(c.q)
    zf = every[c.columns[f]]
    zr = np.setdiff1d(every, zf)
    places, end = [], 0
    for k, columns in enumerate(c.columns):
        width = columns.stop - columns.start
        places.append(slice(0, width) if k == f else slice(end, end + width))
        end += width * (k != f)
    l, q = c.levels[f], c.effects[f]
    within = c.ZtZ[np.ix_(zf, zf)].reshape(l, q, l, q)
    AtA = np.block(
        [
            [c.ZtZ[np.ix_(zr, zr)], c.XtZ[:, zr].T],
            [c.XtZ[:, zr], c.XtX],
        ]
    )
    ZfA = np.hstack([c.ZtZ[np.ix_(zf, zr)], c.XtZ[:, zf].T])
    levels = np.arange(l)
    return Arranged(
        f, zf, zr, places, c.effects, within[levels, :, levels],
        ZfA.reshape(l, q, len(AtA)), AtA, c.n, c.p,
    )  # fmt: skip


class Absorbed(NamedTuple):
    """What D alone determines."""

    Hf: np.ndarray
    Df: np.ndarray
    DA: np.ndarray  # D_f Z_f'[Z_r X]
    Ur: np.ndarray  # Z_f'V_f⁻¹Z_r
    TrX: np.ndarray  # Z_r'V_f⁻¹X
    Hr: np.ndarray
    C: np.ndarray  # D_r H_r
    N: np.ndarray  # the blocks N_j
    Nr: np.ndarray  # Z_r'V⁻¹Z_r
    FfX: np.ndarray  # Z_f'V⁻¹X
    FrX: np.ndarray  # Z_r'V⁻¹X
    XVX: np.ndarray
    log_det: np.ndarray  # log|V|


def absorb(arranged, D):
    """Compute what D alone determines.

    D has for each factor a matrix, or a stack of as many as the others have.
    """
    d, r = arranged, len(arranged.zr)
    Df = D[d.f]
    Hf, log_det_f = _inverse(np.eye(Df.shape[-1]) + d.S @ Df[..., None, :, :])
    DA = as_rows(Df[..., None, :, :] @ d.ZfA)
    U = as_rows(Hf @ d.ZfA)
    T = d.AtA - mT(DA) @ U
    Tr, TrX = T[..., :r, :r], T[..., :r, r:]
    Hr, log_det_r = _inverse(np.eye(r) + mT(_times_D(d, D, mT(Tr))))
    C = _times_D(d, D, Hr)
    Ur, UX = U[..., :r], U[..., r:]
    CX = C @ TrX
    return Absorbed(
        Hf=Hf, Df=Df, DA=DA, Ur=Ur, TrX=TrX, Hr=Hr, C=C,
        N=Hf @ d.S, Nr=Hr @ Tr,
        FfX=UX - Ur @ CX, FrX=Hr @ TrX,
        XVX=T[..., r:, r:] - mT(TrX) @ CX,
        log_det=log_det_f.sum(axis=-1) + log_det_r,
    )  # fmt: skip


class Residual(NamedTuple):
    """What D and the response determine, with e = y − Xβ."""

    beta: np.ndarray
    XVe: np.ndarray
    tf: np.ndarray  # Z_f'V⁻¹e
    tr: np.ndarray  # Z_r'V⁻¹e
    eVe: np.ndarray


def residual(arranged, absorbed, response, beta=None):
    """Compute it at β, or at its estimate by generalised least squares.

    The response is (X'y, Z'y, y'y).
    """
    d, a, r = arranged, absorbed, len(arranged.zr)
    Xty, Zty, yty = response
    Zfy = Zty[..., d.zf].reshape(*Zty.shape[:-1], *d.S.shape[:2], 1)
    HZy = as_rows(a.Hf @ Zfy)
    DZy = as_rows(a.Df[..., None, :, :] @ Zfy)
    Ty = np.concatenate([Zty[..., d.zr], Xty], axis=-1)
    Ty = Ty - matvec(mT(a.DA), HZy[..., 0])
    Try, XVy = Ty[..., :r], Ty[..., r:]
    CT = matvec(a.C, Try)
    tf = HZy[..., 0] - matvec(a.Ur, CT)
    tr = matvec(a.Hr, Try)
    XVy = XVy - matvec(mT(a.TrX), CT)
    yVy = yty - (DZy * HZy).sum(axis=(-1, -2)) - (Try * CT).sum(axis=-1)
    if beta is None:
        beta = np.linalg.solve(a.XVX, XVy[..., None])[..., 0]
    XVe = XVy - matvec(a.XVX, beta)
    eVe = yVy - (beta * (XVy + XVe)).sum(axis=-1)
    tf = tf - matvec(a.FfX, beta)
    return Residual(beta, XVe, tf, tr - matvec(a.FrX, beta), eVe)


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
        if k != arranged.f:
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
        a, b, c, d = M[..., 0, 0], M[..., 0, 1], M[..., 1, 0], M[..., 1, 1]
        det = a * d - b * c
        inverse = np.stack([d, -b, -c, a], axis=-1) / det[..., None]
        return inverse.reshape(M.shape), np.log(det)
    return np.linalg.inv(M), np.linalg.slogdet(M)[1]

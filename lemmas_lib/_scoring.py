"""Fisher scoring for the covariance matrices of the mixed model.

β and σ² are at their maximum for every D, so that the likelihood is one of D
alone, and its information for D is what is left when σ² is taken out. A step
is the score over that information. Coordinates are those of an orthonormal
basis of the symmetric matrices, in which lengths are those of matrices.

Each D_k stays positive semidefinite. A step that would leave the cone is cut
at it, and D_k then has a null space. From there steps go along the matrices
of that rank; where the score points into the cone, the null space gives up
its steepest direction. A step that does not raise the likelihood is halved.
Where steps shorten slowly the observed information, if it is positive, takes
the place of the expected one.

Every array has a leading axis, one item a response. Those that have converged
are left out of the work.
"""

from typing import NamedTuple

import numpy as np

from . import _likelihood
from ._likelihood import Levels, t, vech_places
from .operators import vec
from .sums import sum_kron

# Converged where the step would be shorter than this, in standard errors.
SHORT = 1e-7
ROUGH = 1e-4  # the same where rounding stops the climb before
# A residual variance below this part of the response's is none: the random
# effects fit it exactly, and the likelihood has no maximum.
EXACT = 1e-13
# The likelihood's last digits, which may fall.
ROUNDING = 1e-11
HALVINGS = 40
# The least eigenvalue of a starting D_k, over 1 / mean of the diagonal of Z'Z.
LEAST = 1e-2


class State(NamedTuple):
    """The responses at their D, with β and σ² at their maximum."""

    D: list
    null: list  # for each factor, the projection on the null space of D_k
    sigma2: np.ndarray
    loglik: np.ndarray
    beta: np.ndarray
    te: np.ndarray
    tr: np.ndarray

    def __getitem__(self, items):
        """Return some of the responses, as of an array."""
        return State(*(_each(lambda x: x[items], part) for part in self))

    def put(self, items, other):
        """Write the responses of another state over some of this one."""
        for mine, theirs in zip(self, other, strict=True):
            pairs = (
                zip(mine, theirs, strict=True)
                if isinstance(mine, list)
                else [(mine, theirs)]
            )
            for x, y in pairs:
                x[items] = y


def _each(function, part):
    return [*map(function, part)] if isinstance(part, list) else function(part)


class Maximum(NamedTuple):
    """Where the likelihoods are greatest, and the road there."""

    state: State
    path: np.ndarray  # (v, 2, steps): log-likelihood and distance
    iterations: np.ndarray
    converged: np.ndarray


def maximise(arranged, responses, method, most):
    """Find the D at which the likelihood of each response is greatest."""
    v = len(responses[2])
    D = start(arranged, responses, method)
    null = [np.zeros_like(D_k) for D_k in D]
    state = _evaluate(arranged, responses, D, null, method)
    converged, iterations = np.zeros(v, dtype=bool), np.zeros(v, dtype=int)
    active, path, before = np.arange(v), [], np.full(v, np.inf)
    while len(active):
        now = state[active]
        step, distance, null = _step(arranged, now, method, before[active])
        path.append(np.full((v, 2), np.nan))
        path[-1][active] = np.stack([now.loglik, distance], axis=-1)
        before[active] = distance
        short = distance < SHORT
        converged[active[short]] = True
        if len(path) > most or short.all():
            break
        now = now._replace(null=null)[~short]
        active, step, distance = (x[~short] for x in (active, step, distance))
        mine = [x[active] for x in responses]
        now, moved = _climb(arranged, mine, now, step, method)
        state.put(active, now)
        iterations[active[moved]] += 1
        # Where no step climbs, rounding hides the rest of the way.
        converged[active[~moved & (distance < ROUGH)]] = True
        active = active[moved]
    return Maximum(state, np.stack(path, axis=-1), iterations, converged)


def joined(runs):
    """Put together what was found for the pieces of the responses."""
    states, paths, *others = zip(*runs, strict=True)
    most = max(path.shape[-1] for path in paths)
    padded = [
        np.pad(x, [(0, 0), (0, 0), (0, most - x.shape[-1])],
               constant_values=np.nan)
        for x in paths
    ]  # fmt: skip
    return Maximum(
        _stack(states), np.concatenate(padded), *map(np.concatenate, others)
    )


def _stack(states):
    return State(
        *(
            [np.concatenate(x) for x in zip(*parts, strict=True)]
            if isinstance(parts[0], list)
            else np.concatenate(parts)
            for parts in zip(*states, strict=True)
        )
    )


def start(arranged, responses, method):
    """Each D_k by itself, from the residuals of ordinary least squares.

    It is the step of the score from D = 0 with the other factors left out.
    """
    zero = [np.zeros((len(responses[2]), q, q)) for q in arranged.effects]
    state = _evaluate(arranged, responses, zero, zero, method)
    at = _likelihood.at(arranged, [D_k[0] for D_k in zero])
    sums, D = Levels(arranged, at, method), []
    for k, q in enumerate(arranged.effects):
        basis = _basis(q)
        diagonal = sums.diagonal(k)
        G = _gradient(arranged, state, k, diagonal)
        information = basis.T @ sums.squares(k, k) @ basis / 2
        information += 1e-9 * np.trace(information) * np.eye(len(information))
        step = np.linalg.solve(information, (vec(G) @ basis)[..., None])
        D_k = _matrices(step[..., 0], q)
        values, vectors = np.linalg.eigh(D_k)
        least = LEAST * q * _levels(arranged, k) / np.trace(diagonal)
        values = values.clip(least)
        D.append(_from_eigen(values, vectors))
    return D


def _levels(arranged, k):
    place = arranged.places[k]
    return (place.stop - place.start) // arranged.effects[k]


def _evaluate(arranged, responses, D, null, method):
    at = _likelihood.at(arranged, D)
    found = _likelihood.residual(arranged, at, *responses)
    sigma2 = found.eVe / _likelihood.degrees(arranged, method)
    with np.errstate(invalid="ignore", divide="ignore"):
        loglik = _likelihood.loglik(arranged, at, found, sigma2, method)
    return State(D, null, sigma2, loglik, found.beta, found.te, found.tr)


def _gradient(arranged, state, k, diagonal):
    """The derivative of the likelihood by D_k, as a symmetric matrix."""
    outer = _likelihood.outer(arranged, state, k)
    return (outer / state.sigma2[:, None, None] - diagonal) / 2


def _step(arranged, state, method, before):
    """Return the step, its length in standard errors, and the null spaces.

    A null space that gives up a direction is smaller than before. Where the
    distance has hardly shrunk, the observed information takes the place of
    the expected one.
    """
    at = _likelihood.at(arranged, state.D)
    sums, effects = Levels(arranged, at, method), arranged.effects
    df = _likelihood.degrees(arranged, method)
    diagonals = [sums.diagonal(k) for k in range(len(effects))]
    G = [
        _gradient(arranged, state, k, diagonal)
        for k, diagonal in enumerate(diagonals)
    ]
    score = _coordinates(G)
    gone = _coordinates(diagonals)  # what σ² knows of D
    squares = _assembled(effects, sums.squares) / 2
    I = squares - gone[:, :, None] * gone[:, None, :] / (2 * df)
    places, null = vech_places(effects), state.null
    A, P = _along(I, state.D, null, G, places)
    step, distance = _solve(A, P, score)
    for _ in range(max(effects)):
        null, freed = _release(I, G, null, places, distance)
        if not freed.any():
            break
        A, P = _along(I, state.D, null, G, places)
        step, distance = _solve(A, P, score)
    slow = (distance > before / 4) & (distance > SHORT)
    if slow.any():
        some = type(at)(*(x[slow] for x in at))
        # β is at its maximum for every D, also under ML.
        profiled = Levels(arranged, some, "REML")
        own, sigma2 = state[slow], state.sigma2[slow, None, None]
        outers = [
            _likelihood.outer(arranged, own, k) for k in range(len(effects))
        ]
        g = _coordinates(outers)
        O = _assembled(
            effects, lambda k1, k2: profiled.outers(own, k1, k2) / sigma2
        )
        O -= squares[slow]
        O -= g[:, :, None] * g[:, None, :] / (2 * df * sigma2**2)
        nulls, slopes = [N[slow] for N in null], [G_k[slow] for G_k in G]
        A, P = _along(O, own.D, nulls, slopes, places)
        sound = np.linalg.eigvalsh(A)[:, 0] > 0
        which = np.flatnonzero(slow)[sound]
        better = _solve(A[sound], P[sound], score[which])
        step[which], distance[which] = better
    return step, distance, null


def _assembled(effects, block):
    """Put the blocks of all pairs of factors into one matrix."""
    rows = [[None] * len(effects) for _ in effects]
    for k1, q1 in enumerate(effects):
        for k2, q2 in enumerate(effects):
            rows[k1][k2] = (
                _basis(q1).T @ block(k1, k2) @ _basis(q2)
                if k2 >= k1
                else t(rows[k2][k1])
            )
    return np.block(rows)


def _coordinates(matrices):
    """Return symmetric matrices, one a factor, as one row of coordinates."""
    rows = [vec(G) @ _basis(G.shape[-1]) for G in matrices]
    return np.concatenate(rows, axis=-1)


def _solve(A, P, score):
    """Return the step along a face of the cone and its length."""
    projected = _likelihood.times(P, score)
    step = np.linalg.solve(A, projected[..., None])[..., 0]
    step = _likelihood.times(P, step)
    gain = (step * projected).sum(axis=-1)
    return step, np.sqrt(gain.clip(0))


def _along(I, D, null, G, places):
    """Return an information along the cone's face, and the projection on it.

    The matrices of one rank are curved, and the score towards the outside of
    the cone bends the likelihood along them.
    """
    size = I.shape[-1]
    P, bend = np.zeros_like(I), np.zeros_like(I)
    for place, D_k, N, G_k in zip(places, D, null, G, strict=True):
        q = D_k.shape[-1]
        basis = _basis(q)
        # A direction that has just been given up has no part in D yet, and
        # what ties it to the rest of the null space leaves the cone.
        inverse = np.linalg.pinv(D_k, rcond=1e-12, hermitian=True)
        fresh = np.eye(q) - D_k @ inverse - N
        tied = sum_kron(N, N, q)
        tied += sum_kron(fresh, N, q) + sum_kron(N, fresh, q)
        own = basis.T @ tied @ basis
        P[:, place, place] = np.eye(own.shape[-1]) - own
        values, vectors = np.linalg.eigh(N @ G_k @ N)
        out = _from_eigen(values.clip(max=0), vectors)
        bent = sum_kron(out, inverse, q) + sum_kron(inverse, out, q)
        bend[:, place, place] = basis.T @ bent @ basis
    scale = abs(np.trace(I, axis1=-2, axis2=-1))[:, None, None] / size
    A = P @ (I - bend) @ P + scale * (np.eye(size) - P)
    return A + 1e-12 * scale * np.eye(size), P


def _release(I, G, null, places, distance):
    """Give up the direction of a null space in which the likelihood rises.

    It must promise more than a part of what is left along the cone.
    """
    released, freed = [], np.zeros(len(I), dtype=bool)
    for place, N, G_k in zip(places, null, G, strict=True):
        values, vectors = np.linalg.eigh(N @ G_k @ N)
        x, rise = vectors[..., -1], values[..., -1]
        outward = x[:, :, None] * x[:, None, :]
        along = vec(outward) @ _basis(N.shape[-1])
        known = np.einsum("va,vab,vb->v", along, I[:, place, place], along)
        promised = rise / np.sqrt(known.clip(1e-300))
        free = promised > np.maximum(SHORT, distance / 4)
        released.append(N - np.where(free[:, None, None], outward, 0))
        freed |= free
    return released, freed


def _climb(arranged, responses, state, step, method):
    """Take the step, halved until the likelihood does not fall."""
    result = State(*(_each(np.copy, part) for part in state))
    moved = np.zeros(len(step), dtype=bool)
    left, length = np.arange(len(step)), 1.0
    for _ in range(HALVINGS):
        before = state[left]
        D, null = _retract(before, length * step[left])
        mine = tuple(x[left] for x in responses)
        after = _evaluate(arranged, mine, D, null, method)
        least = before.loglik - ROUNDING * abs(before.loglik)
        good = (after.loglik >= least) & (after.sigma2 > EXACT)
        result.put(left[good], after[good])
        moved[left[good]] = True
        left, length = left[~good], length / 2
        if not len(left):
            break
    return result, moved


def _retract(state, step):
    """Move each D_k and cut it at the cone, at its rank or below."""
    D, null = [], []
    places = vech_places([D_k.shape[-1] for D_k in state.D])
    for D_k, N, place in zip(state.D, state.null, places, strict=True):
        q = D_k.shape[-1]
        moved = D_k + _matrices(step[:, place], q)
        values, vectors = np.linalg.eigh(moved)
        rank = q - np.rint(np.trace(N, axis1=-2, axis2=-1)).astype(int)
        least = 1e-14 * abs(values).max(axis=-1, keepdims=True)
        kept = np.arange(q) >= q - rank[:, None]
        kept &= values > least
        D.append(_from_eigen(np.where(kept, values, 0), vectors))
        null.append(_from_eigen(~kept, vectors))
    return D, null


def _basis(q):
    """Orthonormal symmetric matrices, as the columns of a (q², ·) matrix."""
    duplication = _likelihood.duplication(q)
    return duplication / np.sqrt(duplication.sum(axis=0))


def _matrices(coordinates, q):
    return (coordinates @ _basis(q).T).reshape(*coordinates.shape[:-1], q, q)


def _from_eigen(values, vectors):
    """Put symmetric matrices together from eigenvalues and vectors."""
    return (vectors * values[..., None, :]) @ t(vectors)

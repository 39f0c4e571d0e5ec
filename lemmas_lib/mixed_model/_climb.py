"""The climb to the maximum: Fisher scoring for all D_k.

β and σ² are at their maximum for every D, so that the likelihood is one of D
alone, and its information for D is what is left when σ² is taken out. A step
is the score over that information, along the cone of semidefinite matrices
(``_cone``); its length is measured in standard errors. A step that does not
raise the likelihood is halved. Where steps shorten slowly the observed
information, if it is positive, takes the place of the expected one.

Every array has a leading axis, one item a response. Those that have converged
are left out of the work.
"""

import functools
from typing import NamedTuple

import numpy as np

from .._contraction import slices
from ..operators import vec
from . import _cone, _levels
from ._absorb import Absorbed, Residual, absorb, loglik, residual
from ._coordinates import (
    assembled,
    basis,
    coordinates,
    from_eigen,
    matrix_of,
    vech_places,
)
from ._levels import Levels, outer

# Converged where the step would be shorter than this, in standard errors.
SHORT = 1e-7
ROUGH = 1e-4  # the same where rounding stops the climb before
# A residual variance below this part of the response's is none: the random
# effects fit it exactly, and the likelihood has no maximum.
EXACT = 1e-13
# The likelihood's last digits, which may fall.
ROUNDING = 1e-11
HALVINGS = 40
# The least eigenvalue of a starting D_k, over 1 / mean of the diagonal of
# Z'Z, or under REML of what X leaves of it.
LEAST = 1e-2


class State(NamedTuple):
    """The responses at their D, with β and σ² at their maximum."""

    D: list
    null: list  # for each factor, the projection on the null space of D_k
    absorbed: Absorbed
    residual: Residual
    sigma2: np.ndarray
    loglik: np.ndarray


class Maximum(NamedTuple):
    """Where the likelihoods are greatest, and the way there."""

    D: list
    null: list
    residual: Residual
    sigma2: np.ndarray
    loglik: np.ndarray
    score: np.ndarray
    information: np.ndarray
    path: np.ndarray  # (v, 2, steps): log-likelihood and length of the step
    iterations: np.ndarray
    converged: np.ndarray


def each(function, *parts):
    """Map a function over the arrays of lists and tuples of one form."""
    if isinstance(parts[0], np.ndarray):
        return function(*parts)
    made = [each(function, *some) for some in zip(*parts, strict=True)]
    kind = type(parts[0])
    return kind(*made) if hasattr(kind, "_fields") else made


def taken(state, items):
    """Return some of the responses of a state; all of them uncopied."""
    every = items.all() if items.dtype == bool else _are_all(state, items)
    return state if every else each(lambda x: x[items], state)


def put(state, items, others):
    """Return a state with others in the place of some, written over them."""
    if _are_all(state, items):
        return others
    each(functools.partial(_write, items), state, others)
    return state


def _write(items, x, y):
    x[items] = y


def _are_all(state, items):
    return len(items) == len(state.sigma2)


def maximise(arranged, responses, method, most, step):
    """Find the D at which the likelihood of each response is greatest.

    In at most so many iterations, ``most``, of so many responses at once,
    ``step``.
    """
    runs = [
        _maximise(arranged, [x[some] for x in responses], method, most)
        for some in slices(len(responses[2]), step)
    ]
    longest = max(run.path.shape[-1] for run in runs)
    runs = [run._replace(path=_padded(run.path, longest)) for run in runs]
    return each(lambda *parts: np.concatenate(parts), *runs)


def _padded(path, length):
    short = length - path.shape[-1]
    return np.pad(path, [(0, 0)] * 2 + [(0, short)], constant_values=np.nan)


def _maximise(arranged, responses, method, most):
    v = len(responses[2])
    D = _start(arranged, responses, method)
    null = [np.zeros_like(D_k) for D_k in D]
    state = _evaluate(arranged, responses, D, null, method)
    converged, iterations = np.zeros(v, dtype=bool), np.zeros(v, dtype=int)
    active, path, before = np.arange(v), [], np.full(v, np.inf)
    while len(active):
        now = taken(state, active)
        step, length, null = _step(arranged, now, method, before[active])
        path.append(np.full((v, 2), np.nan))
        path[-1][active] = np.stack([now.loglik, length], axis=-1)
        before[active] = length
        short = length < SHORT
        converged[active[short]] = True
        if len(path) > most or short.all():
            break
        now = taken(now._replace(null=null), ~short)
        active, step, length = (x[~short] for x in (active, step, length))
        mine = [x[active] for x in responses]
        now, moved = _climb(arranged, mine, now, step, method)
        state = put(state, active, now)
        iterations[active[moved]] += 1
        # Where no step climbs, rounding hides the rest of the way.
        converged[active[~moved & (length < ROUGH)]] = True
        active = active[moved]
    levels = Levels(arranged, state.absorbed, method)
    return Maximum(
        D=state.D,
        null=state.null,
        residual=state.residual,
        sigma2=state.sigma2,
        loglik=state.loglik,
        score=_levels.score(levels, state.residual, state.sigma2),
        information=_levels.information(levels, state.sigma2),
        path=np.stack(path, axis=-1),
        iterations=iterations,
        converged=converged,
    )


def _start(arranged, responses, method):
    """Each D_k by itself, from the residuals of ordinary least squares.

    It is the step of the score from D = 0 with the other factors left out.
    """
    zero = [np.zeros((len(responses[2]), q, q)) for q in arranged.effects]
    absorbed = absorb(arranged, [D_k[0] for D_k in zero])
    state = _at(arranged, absorbed, responses, zero, zero, method)
    levels, D = Levels(arranged, absorbed, method), []
    for k, q in enumerate(arranged.effects):
        diagonal = levels.diagonal(k)
        G = _gradient(arranged, state, k, diagonal)
        information = basis(q).T @ levels.squares(k, k) @ basis(q) / 2
        information += 1e-9 * np.trace(information) * np.eye(len(information))
        step = np.linalg.solve(information, (vec(G) @ basis(q))[..., None])
        values, vectors = np.linalg.eigh(matrix_of(step[..., 0], q))
        place = arranged.places[k]
        effects = place.stop - place.start
        values = values.clip(LEAST * effects / np.trace(diagonal))
        D.append(from_eigen(values, vectors))
    return D


def _evaluate(arranged, responses, D, null, method):
    absorbed = absorb(arranged, D)
    return _at(arranged, absorbed, responses, D, null, method)


def _at(arranged, absorbed, responses, D, null, method):
    found = residual(arranged, absorbed, responses)
    sigma2 = found.eVe / arranged.degrees(method)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = loglik(arranged, absorbed, found, sigma2, method)
    return State(D, null, absorbed, found, sigma2, value)


def _gradient(arranged, state, k, diagonal):
    """The derivative of the likelihood by D_k, as a symmetric matrix."""
    own = outer(arranged, state.residual, k) / state.sigma2[:, None, None]
    return (own - diagonal) / 2


def _step(arranged, state, method, before):
    """Return the step, its length in standard errors, and the null spaces.

    A null space that gives up a direction is smaller than before. Where the
    length has hardly shrunk, the observed information takes the place of
    the expected one.
    """
    levels, effects = (
        Levels(arranged, state.absorbed, method),
        arranged.effects,
    )
    df = arranged.degrees(method)
    diagonals = [levels.diagonal(k) for k in range(len(effects))]
    G = [
        _gradient(arranged, state, k, diagonal)
        for k, diagonal in enumerate(diagonals)
    ]
    score = coordinates(G)
    gone = coordinates(diagonals)  # what σ² knows of D
    squares = assembled(effects, levels.squares, basis) / 2
    I = squares - gone[:, :, None] * gone[:, None, :] / (2 * df)
    places, null = vech_places(effects), state.null
    A, P = _cone.along(I, state.D, null, G, places)
    step, length = _cone.solve(A, P, score)
    for _ in range(max(effects)):
        # A direction is worth more than a quarter of the step without it.
        least = np.maximum(SHORT, length / 4)
        null, freed = _cone.release(I, G, null, places, least)
        if not freed.any():
            break
        A, P = _cone.along(I, state.D, null, G, places)
        step, length = _cone.solve(A, P, score)
    slow = np.flatnonzero((length > before / 4) & (length > SHORT))
    if len(slow):
        own = taken(state, slow)
        nulls, slopes = ([x[slow] for x in some] for some in (null, G))
        O = _observed(arranged, own, squares[slow], df)
        A, P = _cone.along(O, own.D, nulls, slopes, places)
        sound = np.linalg.eigvalsh(A)[:, 0] > 0
        which = slow[sound]
        better = _cone.solve(A[sound], P[sound], score[which])
        step[which], length[which] = better
    return step, length, null


def _observed(arranged, state, squares, df):
    """Return the observed information for D, with σ² taken out."""
    effects, sigma2 = arranged.effects, state.sigma2[:, None, None]
    # β is at its maximum for every D, also under ML.
    profiled = Levels(arranged, state.absorbed, "REML")
    g = coordinates(
        [outer(arranged, state.residual, k) for k in range(len(effects))]
    )

    def outers(k1, k2):
        return profiled.outers(state.residual, k1, k2) / sigma2

    O = assembled(effects, outers, basis) - squares
    return O - g[:, :, None] * g[:, None, :] / (2 * df * sigma2**2)


def _climb(arranged, responses, state, step, method):
    """Take the step, halved until the likelihood does not fall."""
    moved = np.zeros(len(step), dtype=bool)
    left, length = np.arange(len(step)), 1.0
    for _ in range(HALVINGS):
        before = taken(state, left)
        D, null = _cone.retract(before.D, before.null, length * step[left])
        mine = [x[left] for x in responses]
        after = _evaluate(arranged, mine, D, null, method)
        least = before.loglik - ROUNDING * abs(before.loglik)
        good = (after.loglik >= least) & (after.sigma2 > EXACT)
        state = put(state, left[good], taken(after, good))
        moved[left[good]] = True
        left, length = left[~good], length / 2
        if not len(left):
            break
    return state, moved

"""Other ways to each sum, which the library is measured beside.

A peer gets what it needs ready made: permutations are formed beforehand, and
arrays are converted to its own kind. What is not installed is left out.
"""

import importlib

import numpy as np

from lemmas_lib._contraction import loading


def load(module):
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


opt_einsum, torch, jax = load("opt_einsum"), load("torch"), load("jax")
blmm2d, blmm3d = load("blmm.src.npMatrix2d"), load("blmm.src.npMatrix3d")
if jax:
    jax.config.update("jax_enable_x64", True)

# np.einsum runs over all indices at once, one operation after the other;
# with more of them than this it takes seconds.
MOST_OPERATIONS = 1e9


def einsums(subscripts, *operands):
    """Return every einsum there is, on the given views."""
    letters = subscripts.split("->")[0].split(",")
    sizes = {
        letter: size
        for term, x in zip(letters, operands, strict=True)
        for letter, size in zip(term, x.shape, strict=True)
    }
    ways = {}
    few = np.prod([float(size) for size in sizes.values()]) < MOST_OPERATIONS
    if few:
        ways["einsum"] = lambda: np.einsum(subscripts, *operands)
    _, *steps = np.einsum_path(subscripts, *operands, optimize=True)[0]
    if few or len(steps) > 1:  # where it finds no order, it takes hours
        ways["einsum, optimize"] = lambda: np.einsum(
            subscripts, *operands, optimize=True
        )
    if opt_einsum:
        ways["opt_einsum"] = lambda: opt_einsum.contract(subscripts, *operands)
    if torch:
        tensors = [torch.from_numpy(x) for x in operands]
        ways["torch"] = lambda: torch.einsum(subscripts, *tensors)
    if jax:
        arrays = [jax.numpy.asarray(x) for x in operands]
        ways["jax"] = lambda: jax.numpy.einsum(
            subscripts, *arrays
        ).block_until_ready()
    return ways


def blmm_products(A, B, pA, pB):
    """Return BLMM's own sum of A_ij B_ij', for matrices or stacks."""
    if not blmm2d:
        return {}
    if A.ndim == 2:
        return {"BLMM": lambda: blmm2d.sumAijBijt2D(A, B, pA, pB)}
    return {"BLMM": lambda: blmm3d.sumAijBijt3D(A, B, pA, pB)}


def blmm_kroneckers(A, B, p):
    """Return BLMM's own sum of A_ij ⊗ B_ij; its permutation is kept."""
    if not blmm2d:
        return {}
    function = (
        blmm2d.sumAijKronBij2D if A.ndim == 2 else blmm3d.sumAijKronBij3D
    )
    _, permutation = function(A, B, list(p))
    return {"BLMM": lambda: function(A, B, list(p), permutation)}


def row_major(X, n):
    """Return (X')^r(kl,n), the source's reshape, row-major of X'."""
    return X.T.reshape(-1, n)


def cut(X, n1, n2):
    """Return blocks as a view (…, l1, n1, l2, n2)."""
    rows, columns = X.shape[-2:]
    return X.reshape(*X.shape[:-2], rows // n1, n1, columns // n2, n2)


def vecs(X, n1, n2):
    """Return vecb(X), each block row by row."""
    return cut(X, n1, n2).swapaxes(-3, -2).reshape(-1, n1 * n2)


def laid_out(S, a1, a2, b1, b2):
    """Return the Kronecker sum that S = vecs(A)' vecs(B) holds."""
    return S.reshape(a1, a2, b1, b2).swapaxes(1, 2).reshape(a1 * b1, a2 * b2)


def without_numba(way):
    """Return the way as it is where there is no Numba."""

    def call():
        kernel, loading.kernel = loading.kernel, lambda *_: None
        try:
            return way()
        finally:
            loading.kernel = kernel

    return call

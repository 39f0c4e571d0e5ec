"""The lemmas: one function each, named so that a call reads as the formula.

``a, b, c, d`` are the matrices in the order of the formula and ``t`` is the
transpose of the one before it: ``sum_acbt`` is `Σ_i A_i C B_i'`. Each function
checks its arguments in ``_shapes``, chooses a route by counting operations
where there are two, and leaves the work to ``_contraction``.

All of them share these rules. Leading axes are batch axes and broadcast as in
``np.matmul``, for every argument: a stack of blocks, of shape `(l, n, k)`, is
a batch of `l` sums, and ``reshape(-1, k)`` makes it the `l` row blocks of one.
The result has the dtype that holds all arguments (``np.result_type``), and so
has all that is held on the way; but half precision is summed in double, and
rounded once. Integers are exact unless the dtype overflows (for int64 with
uint64 it is float64), complex numbers are transposed and not conjugated,
objects that commute, such as fractions, work. A sum over no blocks is zero.
Weights are an argument like the matrices: one for each block or, where
`Σ_ij w_ij` is meant, for each pair, with batch axes of their own (Lemma 9).
Of single matrices with `l` blocks each, weights `(l, l)` are those of pairs.

Arrays may be of one other library, and so is the result then: where it keeps
the array API standard, as PyTorch, JAX and CuPy do, only shapes are asked, so
that it can compile and differentiate sums; where it is Dask it sums by chunks.

The extra memory that a docstring states has a term for what is formed, in
strips, and one for what is copied, in tiles. Arguments of another dtype or
byte order are converted with these, but those along a strip, such as B in
`AB'`, whole. A strip has 512 Ki entries and at least one block. A tile has 64
Ki entries, at least one block, and for large blocks at most as many entries as
the result. A result that is larger than a tile is held once more while it
grows. Compiled kernels hold up to a tile for each thread, and results of 256
Ki entries at most.

Large sums of many small blocks are computed by such kernels, where Numba is
installed and the environment variable LEMMAS_LIB_NUMBA is not 0, once those
that asked for the same kernel have had 32 Mi entries together, or 256 Mi where
it must be compiled first. They run on as many threads as BLAS and Numba may
use, or on one in strips; the result does not depend on their number.
"""

# Longer than other files, because the lemmas stand in one place, and half of
# it is what they say of themselves.

import math

from . import _routes, _shapes
from ._arrays import is_chunked, mT, permuted, reshaped
from ._blocks import mixed, scaled
from ._contraction import (
    Formed,
    in_strips,
    items,
    matmul,
    sum_kroneckers,
    sum_outer_products,
    sum_products,
)


def sum_abt(A, B, n, weights=None):
    """Lemma 1: `Σ_i A_i B_i' = A^(n,kl) (B^(n,kl))'`.

    Parameters
    ----------
    A : array_like, shape (..., l·n, k)
        The blocks `A_i`, of shape `(n, k)`, stacked.
    B : array_like, shape (..., l·n, k)
        The blocks `B_i`, stacked.
    n : int or (int, int)
        The height of a block; a pair gives the heights in A and in B.
    weights : array_like, shape (..., l) or (..., l_A, l_B), optional
        `w_i` for each block, or `w_ij` for each pair: Lemma 9.

    Returns
    -------
    ndarray, shape (..., n, n)
        With a pair, `(..., n_A, n_B)`.

    Raises
    ------
    ValueError
        If a height does not divide the rows, or block counts, widths or
        leading axes do not fit together.
    TypeError
        If an array is sparse, masked or not numeric, or a height is not an
        integer.

    Notes
    -----
    `2·l·k·n_A·n_B` operations; every entry of A and B is read once. Extra
    memory is the result and one tile. With weights of pairs
    `2·l_A·k·n_B·(l_B + n_A)` operations or `2·l_B·k·n_A·(l_A + n_B)`,
    whichever is less; with any weights also a strip of weighted blocks, and
    the matrix that is mixed where its rows do not lie in order. Source:
    Maullin-Sapey, Matrix reshape lemmas, Lemma 1, extended to unequal
    heights.

    Examples
    --------
    >>> A = np.array([[1, 2], [3, 4], [5, 6]])
    >>> B = np.array([[1, 0], [0, 1], [2, 0]])
    >>> sum_abt(A, B, 1)
    array([[15]])

    It is not AB', which has the products of unlike blocks too:

    >>> A @ B.T
    array([[ 1,  2,  2],
           [ 3,  4,  6],
           [ 5,  6, 10]])

    Unequal heights, here three blocks of two rows beside three of one:

    >>> sum_abt(np.arange(12).reshape(6, 2), B, (2, 1))
    array([[21],
           [29]])

    A stack of 50 matrices with one that they share:

    >>> sum_abt(np.ones((50, 6, 2)), B, (2, 1)).shape
    (50, 2, 1)

    With weights, of the blocks and of pairs of them:

    >>> sum_abt(A, B, 1, weights=[1, 10, 0])
    array([[41]])
    >>> sum_abt(A, B, 1, weights=[[0, 1, 0], [0, 0, 1], [0, 0, 0]])
    array([[8]])
    """
    A, B, w, size = _shapes.sum_abt(A, B, n, weights)
    n_a, n_b = size["n_A"], size["n_B"]
    if w is None:
        return sum_products(A, B, n_a, n_b)

    def product(A, B, strip_of=0):
        return sum_products(A, B, n_a, n_b, strip_of)

    return _weighted(product, A, B, w, size, n_a * n_b * size["k"])


def sum_acbt(A, C, B, n, weights=None):
    """Lemma 2: `Σ_i A_i C B_i' = (AC)^(n,k2·l) (B^(n,k2·l))'`.

    It is also `A^(n,k1·l) ((BC')^(n,k1·l))'`; the route with the fewer
    operations is taken.

    Parameters
    ----------
    A : array_like, shape (..., l·n, k1)
        The blocks `A_i`, of shape `(n, k1)`, stacked.
    C : array_like, shape (..., k1, k2)
    B : array_like, shape (..., l·n, k2)
        The blocks `B_i`, of shape `(n, k2)`, stacked.
    n : int or (int, int)
        The height of a block; a pair gives the heights in A and in B.
    weights : array_like, shape (..., l), optional
        `w_i` for each block: Lemma 9.

    Returns
    -------
    ndarray, shape (..., n, n)
        With a pair, `(..., n_A, n_B)`.

    Raises
    ------
    ValueError, TypeError
        As ``sum_abt``.

    Notes
    -----
    `2·l·n_A·k2·(k1 + n_B)` operations by the first route and
    `2·l·n_B·k1·(k2 + n_A)` by the second. Extra memory is a strip of `AC` or
    of `BC'`, with the rows that it is made of, the result and one tile.
    Source: Maullin-Sapey, Matrix reshape lemmas, Lemma 2.

    Examples
    --------
    >>> A = np.array([[1, 2], [3, 4]])
    >>> C = np.array([[1], [1]])
    >>> B = np.array([[5], [6]])
    >>> sum_acbt(A, C, B, 1)
    array([[57]])

    One C for each of three items:

    >>> sum_acbt(A, [C, 2 * C, 3 * C], B, 1).ravel()
    array([ 57, 114, 171])
    >>> sum_acbt(A, C, B, 1, weights=[10, 1])
    array([[192]])
    """
    A, C, B, w, size = _shapes.sum_acbt(A, C, B, n, weights)
    n_a, n_b = size["n_A"], size["n_B"]
    shapes = A.shape, C.shape, B.shape
    through_a, formed = _routes.acbt(n_a, n_b, *shapes)
    if w is not None:
        formed, w = _routes.with_weights(formed), (w[..., None],)

    if through_a:

        def part(A, C, B, w=None, strip_of=0):
            AC = matmul(A, C)
            if w is not None:
                AC = scaled(AC, n_a, w)
            return sum_products(AC, B, n_a, n_b, strip_of)

        return in_strips(part, formed, A, C, B, *(w or ()))

    def part(B, C, A, w=None, strip_of=0):
        BC = matmul(B, mT(C))
        if w is not None:
            BC = scaled(BC, n_b, w)
        return sum_products(A, BC, n_a, n_b, strip_of)

    return in_strips(part, formed, B, C, A, *(w or ()))


def sum_residual_outer(A, B, C, n, weights=None):
    """Lemma 3: `Σ_i (A_i − B_i C)(A_i − B_i C)' = E^(n,k1·l) (E^(n,k1·l))'`.

    Here `E = A − BC`.

    Parameters
    ----------
    A : array_like, shape (..., l·n, k1)
        The blocks `A_i`, of shape `(n, k1)`, stacked.
    B : array_like, shape (..., l·n, k2)
        The blocks `B_i`, of shape `(n, k2)`, stacked.
    C : array_like, shape (..., k2, k1)
    n : int
        The height of a block.
    weights : array_like, shape (..., l), optional
        `w_i` for each block: Lemma 9.

    Returns
    -------
    ndarray, shape (..., n, n)
        Symmetric, up to rounding.

    Raises
    ------
    ValueError, TypeError
        As ``sum_abt``.

    Notes
    -----
    `2·l·n·k1·(k2 + n)` operations. Extra memory is a strip of `BC` and `E`,
    the result and one tile. Source: Maullin-Sapey, Matrix reshape lemmas,
    Lemma 3, with C and the right side corrected.

    Examples
    --------
    >>> A = np.array([[4], [6]])
    >>> B = np.array([[1, 1], [1, 2]])
    >>> C = np.array([[1], [2]])
    >>> sum_residual_outer(A, B, C, 1)
    array([[2]])

    The responses of four models that share the regressors B:

    >>> responses, coefficients = np.ones((4, 2, 1)), np.zeros((4, 2, 1))
    >>> sum_residual_outer(responses, B, coefficients, 1).ravel()
    array([2., 2., 2., 2.])

    With a weight for each block:

    >>> sum_residual_outer(A, B, C, 1, weights=[3, 5])
    array([[8]])
    """
    A, B, C, w, size = _shapes.sum_residual_outer(A, B, C, n, weights)
    n = size["n"]
    formed = _routes.errors(n, A.shape, B.shape, C.shape)
    if w is not None:
        formed, w = _routes.with_weights(formed), (w[..., None],)

    def part(A, B, C, w=None, strip_of=0):
        E = A - matmul(B, C)
        F = E if w is None else scaled(E, n, w)
        return sum_products(E, F, n, n, strip_of)

    return in_strips(part, formed, A, B, C, *(w or ()))


def sum_kron(A, B, n, weights=None):
    """Lemma 4: `Σ_i A_i ⊗ B_i`, from `vecb(B)' vecb(A)` rearranged.

    It is
    `[(I_k1 ⊗ K_{k2,n_A} ⊗ I_n_B) vec(vecb(B)' vecb(A))]^(n_A·n_B,k1·k2)`;
    the permutation exchanges two axes and is never formed.

    Parameters
    ----------
    A : array_like, shape (..., l·n, k1)
        The blocks `A_i`, of shape `(n, k1)`, stacked.
    B : array_like, shape (..., l·n, k2)
        The blocks `B_i`, of shape `(n, k2)`, stacked.
    n : int or (int, int)
        The height of a block; a pair gives the heights in A and in B.
    weights : array_like, shape (..., l) or (..., l_A, l_B), optional
        `w_i` for each block, or `w_ij` for each pair: Lemma 9.

    Returns
    -------
    ndarray, shape (..., n², k1·k2)
        With a pair, `(..., n_A·n_B, k1·k2)`.

    Raises
    ------
    ValueError, TypeError
        As ``sum_abt``.

    Notes
    -----
    `2·l·n_A·n_B·k1·k2` operations. Extra memory is the result once more and
    one tile. With weights of pairs `2·l_A·n_B·k2·(l_B + n_A·k1)` operations or
    `2·l_B·n_A·k1·(l_A + n_B·k2)`, whichever is less, and memory as in
    ``sum_abt``. Source: Maullin-Sapey, Matrix reshape lemmas, Lemma 4, with
    the commutation matrix corrected.

    Examples
    --------
    >>> A = np.array([[1, 2], [3, 4]])
    >>> B = np.array([[1, 10], [0, 1]])
    >>> sum_kron(A, B, 1)
    array([[ 1, 13,  2, 24]])

    Unequal heights and widths, two blocks `(1, 2)` beside two `(3, 1)`:

    >>> sum_kron(A, np.arange(6)[:, None], (1, 3))
    array([[ 9, 12],
           [13, 18],
           [17, 24]])

    A stack of factors is a batch, with one product for each item;
    ``reshape(-1, k)`` makes it the row blocks that are added up:

    >>> A, B = np.ones((3, 2, 2)), np.ones((3, 2, 3))
    >>> sum_kron(A, B, 2).shape
    (3, 4, 6)
    >>> sum_kron(A.reshape(-1, 2), B.reshape(-1, 3), 2).shape
    (4, 6)

    With weights, of the blocks and of pairs of them:

    >>> A, B = np.array([[1, 2], [3, 4]]), np.array([[1, 10], [0, 1]])
    >>> sum_kron(A, B, 1, weights=[1, -1])
    array([[ 1,  7,  2, 16]])
    >>> sum_kron(A, B, 1, weights=[[0, 1], [0, 0]])
    array([[0, 1, 0, 2]])
    """
    A, B, w, size = _shapes.sum_kron(A, B, n, weights)
    shape_a = size["n_A"], size["k1"]
    shape_b = size["n_B"], size["k2"]
    if w is None:
        return sum_kroneckers(A, B, shape_a, shape_b)

    def product(A, B, strip_of=0):
        return sum_kroneckers(A, B, shape_a, shape_b, strip_of)

    return _weighted(product, A, B, w, size, math.prod(shape_a + shape_b))


def sum_kron_abt_cdt(A, B, C, D, n1, n2):
    """Lemma 5: `Σ_ij A_i B_j' ⊗ C_i D_j' = (Σ_i A_i ⊗ C_i)(Σ_j B_j ⊗ D_j)'`.

    With `X = AB'` and `Y = CD'` it is also `Σ_ij X_ij ⊗ Y_ij`; the route with
    the fewer operations is taken.

    Parameters
    ----------
    A : array_like, shape (..., l1·n1, k1)
        The blocks `A_i`, of shape `(n1, k1)`, stacked.
    B : array_like, shape (..., l2·n2, k1)
        The blocks `B_j`, of shape `(n2, k1)`, stacked.
    C : array_like, shape (..., l1·n1, k2)
        The blocks `C_i`, of shape `(n1, k2)`, stacked.
    D : array_like, shape (..., l2·n2, k2)
        The blocks `D_j`, of shape `(n2, k2)`, stacked.
    n1 : int or (int, int)
        The height of a block of A and of C; a pair gives `n_A` and
        `n_C`.
    n2 : int or (int, int)
        The height of a block of B and of D; a pair gives `n_B` and
        `n_D`.

    Returns
    -------
    ndarray, shape (..., n1², n2²)
        With pairs, `(..., n_A·n_C, n_B·n_D)`.

    Raises
    ------
    ValueError, TypeError
        As ``sum_abt``.

    Notes
    -----
    `2·k1·k2·(l1·n_A·n_C + l2·n_B·n_D + n_A·n_B·n_C·n_D)` operations by the
    first route, `2·l1·l2·(n_A·n_B·k1 + n_C·n_D·k2 + n_A·n_B·n_C·n_D)` by the
    second. Extra memory is a strip of columns of the two sums, or of `AB'`
    and `CD'`, the result twice and one tile. Source: Maullin-Sapey, Matrix
    reshape lemmas, Lemma 5, extended to four heights.

    Examples
    --------
    Two blocks in A and C, three in B and D:

    >>> A, C = np.array([[1], [2]]), np.array([[3], [4]])
    >>> B, D = np.array([[1], [1], [2]]), np.array([[1], [0], [1]])
    >>> sum_kron_abt_cdt(A, B, C, D, 1, 1)
    array([[33]])

    Four heights, here two rows in a block of C and in one of D:

    >>> C, D = np.array([[3], [4], [0], [1]]), np.arange(6)[:, None]
    >>> sum_kron_abt_cdt(A, B, C, D, (1, 2), (1, 2))
    array([[30, 42],
           [60, 84]])

    Seven items at once:

    >>> stack = np.ones((7, 2, 1))
    >>> sum_kron_abt_cdt(stack, B, C, D, (1, 2), (1, 2)).shape
    (7, 2, 2)
    """
    A, B, C, D, size = _shapes.sum_kron_abt_cdt(A, B, C, D, n1, n2)
    heights = size["n_A"], size["n_B"], size["n_C"], size["n_D"]
    n_a, n_b, n_c, n_d = heights
    if _routes.by_two_sums(heights, A.shape, B.shape, C.shape, D.shape):
        # Both sums, twice, because their entries are rearranged.
        k1, k2 = size["k1"], size["k2"]
        grid, held = (k1, 1), 2 * (n_a * n_c + n_b * n_d) * k2
        cuts, tiled = "A:.i B:.i C:.. D:..", 2
        once = items(A.shape, C.shape) != items(B.shape, D.shape)

        def part(A, B, C, D, strip_of=0):
            k = A.shape[-1]
            left = sum_kroneckers(A, C, (n_a, k), (n_c, k2), strip_of, "AC")
            right = sum_kroneckers(B, D, (n_b, k), (n_d, k2), strip_of, "BD")
            return matmul(left, mT(right))

    else:
        grid, held = (size["l1"], size["l2"]), n_a * n_b + n_c * n_d
        cuts, tiled = "A:i. B:j. C:i. D:j.", 0
        once = items(A.shape, B.shape) != items(C.shape, D.shape)

        def part(A, B, C, D, strip_of=0):
            X, Y = matmul(A, mT(B)), matmul(C, mT(D))
            return sum_kroneckers(X, Y, (n_a, n_b), (n_c, n_d), strip_of)

    formed = Formed(grid, held, 4, cuts, once, tiled)
    return in_strips(part, formed, A, B, C, D)


def sum_kron_bct(A, B, C, n1, n2):
    """Lemma 6: `Σ_ij A_ij ⊗ B_i C_j'`, from `vecb(BC')' vecb(A)` rearranged.

    It is `[(I_n2 ⊗ K_{n2,n1} ⊗ I_n1) vec(vecb(BC')' vecb(A))]^(n1²,n2²)`; with
    pairs, `[(I_n2_A ⊗ K_{n_C,n1_A} ⊗ I_n_B) …]^(n1_A·n_B,n2_A·n_C)`. With
    `A_i` the row i of blocks it is also `Σ_j Q_j (I_n2_A ⊗ C_j')`, where the
    `Q_j` stand side by side in `Σ_i A_i ⊗ B_i`; this route is taken where
    `n1_A·n2_A·k/n_C` is small.

    Parameters
    ----------
    A : array_like, shape (..., l1·n1, l2·n2)
        Cut into blocks `A_ij` of shape `(n1, n2)`.
    B : array_like, shape (..., l1·n1, k)
        The blocks `B_i`, of shape `(n1, k)`, stacked.
    C : array_like, shape (..., l2·n2, k)
        The blocks `C_j`, of shape `(n2, k)`, stacked.
    n1 : int or (int, int)
        The height of a block of A and of B; a pair gives `n1_A`
        and `n_B`.
    n2 : int or (int, int)
        The width of a block of A and the height of one of C; a pair gives
        `n2_A` and `n_C`.

    Returns
    -------
    ndarray, shape (..., n1², n2²)
        With pairs, `(..., n1_A·n_B, n2_A·n_C)`.

    Raises
    ------
    ValueError, TypeError
        As ``sum_abt``.

    Notes
    -----
    `2·l1·l2·n_B·n_C·(k + n1_A·n2_A)` operations by the first route,
    `2·l2·n1_A·n2_A·n_B·k·(l1 + n_C)` by the second. Extra memory is a strip
    of `BC'`, or one of the `Q_j` and one of C, the result twice and one tile.
    What overflows on the way may do so by one route only. Source:
    Maullin-Sapey, Matrix reshape lemmas, Lemma 6, with the commutation matrix
    and the last reshape corrected, and extended to four heights.

    Examples
    --------
    >>> A = np.array([[1, 2, 3], [4, 5, 6]])
    >>> B, C = np.array([[1], [2]]), np.array([[1], [0], [1]])
    >>> sum_kron_bct(A, B, C, 1, 1)
    array([[24]])

    Four heights, here two rows in a block of B:

    >>> B = np.array([[1], [2], [0], [3]])
    >>> sum_kron_bct(A, B, C, (1, 2), 1)
    array([[ 4],
           [38]])

    Blocks (2, 3), with one B for each of seven items:

    >>> A, C = np.ones((4, 9)), np.ones((3, 5))
    >>> sum_kron_bct(A, np.ones((7, 4, 5)), C, 2, (3, 1)).shape
    (7, 4, 3)
    """
    A, B, C, size = _shapes.sum_kron_bct(A, B, C, n1, n2)
    n1_a, n2_a, n_b = size["n1_A"], size["n2_A"], size["n_B"]
    n_c, l2, k = size["n_C"], size["l2"], size["k"]
    by_rows, held = _routes.by_rows(n1_a, n2_a, n_b, n_c, l2, k, A.shape)
    # Chunks are cut by this route alone.
    if not by_rows or is_chunked(A):

        def part(B, C, A, strip_of=0):
            X = matmul(B, mT(C))
            return sum_kroneckers(A, X, (n1_a, n2_a), (n_b, n_c), strip_of)

        grid = size["l1"], l2
        formed = Formed(grid, n_b * n_c, operands=2, cuts="B:i. C:j. A:ij")
        return in_strips(part, formed, B, C, A)

    def part(C, B, A, strip_of=0):
        shape_a, shape_b = (n1_a, l2 * n2_a), (n_b, k)
        S = sum_outer_products(A, B, shape_a, shape_b, strip_of, [C])
        S = reshaped(S, 2, n1_a, l2, n2_a, n_b, k)  # from a, j, b, c, e
        S = permuted(S, -5, -3, -2, -4, -1)  # to a, b, c, j, e
        S = reshaped(S, 5, n1_a * n2_a * n_b, l2 * k)
        C = permuted(reshaped(C, 2, l2, n_c, k), -2, -3, -1)
        S = matmul(S, mT(reshaped(C, 3, n_c, l2 * k)))
        S = permuted(reshaped(S, 2, n1_a, n2_a, n_b, n_c), -4, -2, -3, -1)
        return reshaped(S, 4, n1_a * n_b, n2_a * n_c)

    shared = items(A.shape, B.shape) == 1
    held = l2 * n_c * k + (0 if shared else held)  # with a copy of C
    formed = Formed((1, 1), held, 3, "C:.. B:.. A:..", tiled=2)
    return in_strips(part, formed, C, B, A)


def sumAijBijt(A, B, pA, pB):
    """Corollary 1: `Σ_ij A_ij B_ij' = Σ_i A_i B_i'`, over whole rows.

    Parameters
    ----------
    A : array_like, shape (..., l1·n1, l2·n2)
        Cut into blocks `A_ij` of shape `(n1, n2)`.
    B : array_like, shape (..., l1·n3, l2·n2)
        Cut into blocks `B_ij` of shape `(n3, n2)`.
    pA, pB : (int, int)
        The block shapes `(n1, n2)` and `(n3, n4)`, with `n4 = n2`.

    Returns
    -------
    ndarray, shape (..., n1, n3)

    Raises
    ------
    ValueError, TypeError
        As ``sum_abt``.

    Notes
    -----
    The blocks of a row add up to one product of whole rows, so the width `n2`
    must fit but changes nothing. `2·l1·n1·n3·l2·n2` operations; extra memory
    is the result and one tile. Source: ``sumAijBijt2D`` and ``3D`` of BLMM,
    Maullin-Sapey and Nichols (2022).

    Examples
    --------
    Two blocks (1, 2) beside two of (2, 2):

    >>> A = np.array([[1, 2, 3, 4]])
    >>> B = np.array([[1, 1, 1, 1], [0, 1, 0, 1]])
    >>> sumAijBijt(A, B, (1, 2), (2, 2))
    array([[10,  6]])

    A stack of three, as in BLMM's ``sumAijBijt3D``:

    >>> sumAijBijt([A, 2 * A, 3 * A], B, (1, 2), (2, 2))[:, 0]
    array([[10,  6],
           [20, 12],
           [30, 18]])
    """
    A, B, size = _shapes.sumAijBijt(A, B, pA, pB)
    return sum_products(A, B, size["n1"], size["n3"])


def sumAijKronBij(A, B, pA, pB=None):
    """Corollary 2: `Σ_ij A_ij ⊗ B_ij`, from `vecb(B)' vecb(A)` rearranged.

    It is `[(I_n2 ⊗ K_{n4,n1} ⊗ I_n3) vec(vecb(B)' vecb(A))]^(n1·n3,n2·n4)`.

    Parameters
    ----------
    A : array_like, shape (..., l1·n1, l2·n2)
        Cut into blocks `A_ij` of shape `(n1, n2)`.
    B : array_like, shape (..., l1·n3, l2·n4)
        Cut into blocks `B_ij` of shape `(n3, n4)`.
    pA : (int, int)
        The block shape `(n1, n2)` of A.
    pB : (int, int), optional
        The block shape `(n3, n4)` of B; that of A if not given.

    Returns
    -------
    ndarray, shape (..., n1·n3, n2·n4)

    Raises
    ------
    ValueError, TypeError
        As ``sum_abt``.

    Notes
    -----
    `2·l1·l2·n1·n2·n3·n4` operations. Extra memory is the result once more
    and one tile. Source: ``sumAijKronBij2D`` and ``3D`` of BLMM, Maullin-Sapey
    and Nichols (2022), extended to unequal block shapes.

    Examples
    --------
    Two by two blocks of one entry beside two by two of (1, 2):

    >>> A = np.array([[1, 2], [3, 4]])
    >>> B = np.array([[1, 0, 0, 1], [0, 1, 1, 0]])
    >>> sumAijKronBij(A, B, (1, 1), (1, 2))
    array([[5, 5]])

    A stack of three, as in BLMM's ``sumAijKronBij3D``:

    >>> sumAijKronBij([A, 2 * A, 3 * A], B, (1, 1), (1, 2))[:, 0]
    array([[ 5,  5],
           [10, 10],
           [15, 15]])
    """
    A, B, size = _shapes.sumAijKronBij(A, B, pA, pB)
    shape_a, shape_b = (size["n1"], size["n2"]), (size["n3"], size["n4"])
    return sum_kroneckers(A, B, shape_a, shape_b)


def _weighted(product, A, B, w, size, each):
    """Return the weighted sum, of which a product takes so many operations.

    The weights go to one side: A_i meets w_i B_i, or Σ_j w_ij B_j.
    """
    n_a, n_b, pairs = size["n_A"], size["n_B"], "l_A" in size
    move, w = (mixed, w) if pairs else (scaled, w[..., None])
    to_b, formed = _routes.weights(size, A.shape, B.shape, w.shape, each)
    if to_b:

        def part(B, w, A, strip_of=0):
            return product(A, move(B, n_b, w), strip_of)

        return in_strips(part, formed, B, w, A)

    def part(A, w, B, strip_of=0):
        return product(move(A, n_a, w), B, strip_of)

    return in_strips(part, formed, A, mT(w) if pairs else w, B)

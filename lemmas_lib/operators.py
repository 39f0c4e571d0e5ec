"""The operators of the book: vec, vech, vecb, reshapes, `𝓡`, `K` and `𝒟`.

They move entries and compute nothing. All are column-major, as in Magnus and
Neudecker, and act on the last axes; leading axes are a batch. Each returns a
new array, of the library that the array is of. A TypeError says that an array
is sparse, masked, of Dask or not numeric, or that a size is not an integer.
"""

# Longer than other files, because half of it is what they say of themselves.

import numpy as np

from . import _arguments, _operands, _shapes
from ._arrays import copied, mT, permuted, picked, reshaped


def vec(X):
    """Stack the columns of X: `vec(X) = (x_1', …, x_q')'`.

    Parameters
    ----------
    X : array_like, shape (..., p, q)

    Returns
    -------
    ndarray, shape (..., p·q)
        Entry `i + p·j` is `X_ij`.

    Raises
    ------
    ValueError
        If X has fewer than two axes.

    Notes
    -----
    `p·q` entries are moved. Source: Magnus and Neudecker (2019), chapter 2.

    Examples
    --------
    >>> vec([[1, 2, 3], [4, 5, 6]])
    array([1, 4, 2, 5, 3, 6])

    Each matrix of a stack by itself:

    >>> vec([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    array([[1, 3, 2, 4],
           [5, 7, 6, 8]])
    """
    X = _operands.matrix("X", X)
    return copied(mT(X), 2, X.shape[-2] * X.shape[-1])


def unvec(x, shape):
    """Undo vec: the matrix X of the given shape with `vec(X) = x`.

    Parameters
    ----------
    x : array_like, shape (..., p·q)
    shape : (int, int)
        The shape `(p, q)` of X.

    Returns
    -------
    ndarray, shape (..., p, q)

    Raises
    ------
    ValueError
        If x does not have `p·q` entries.

    Notes
    -----
    `p·q` entries are moved. Source: Magnus and Neudecker (2019), chapter 2.

    Examples
    --------
    >>> unvec([1, 4, 2, 5, 3, 6], (2, 3))
    array([[1, 2, 3],
           [4, 5, 6]])

    A stack of five rows becomes a stack of five matrices:

    >>> unvec(np.ones((5, 6)), (2, 3)).shape
    (5, 2, 3)
    """
    x = _operands.row("x", x)
    p, q = _arguments.pair("shape", shape, least=0)
    _arguments.entries("x", x, (p, q))
    return mT(copied(x, 1, q, p))


def vech(X):
    """Stack the columns of X's lower triangle, the diagonal included.

    Parameters
    ----------
    X : array_like, shape (..., q, q)
        Usually symmetric; what stands above the diagonal is not read.

    Returns
    -------
    ndarray, shape (..., q·(q + 1)/2)

    Raises
    ------
    ValueError
        If X is not square.

    Notes
    -----
    `q(q+1)/2` entries are moved. Source: Henderson and Searle (1979).

    Examples
    --------
    >>> vech([[1, 2, 4], [2, 3, 5], [4, 5, 6]])
    array([1, 2, 4, 3, 5, 6])

    The covariance matrices of five responses, one row each:

    >>> vech(np.ones((5, 3, 3))).shape
    (5, 6)
    """
    X = _operands.matrix("X", X)
    _arguments.square("X", X)
    q = X.shape[-1]
    columns, rows = np.triu_indices(q)
    if type(X) is np.ndarray:  # of which the other half need not be moved
        return X[..., rows, columns]
    return picked(reshaped(X, 2, q * q), rows * q + columns)


def unvech(x):
    """Undo vech: the symmetric matrix X with `vech(X) = x`.

    Parameters
    ----------
    x : array_like, shape (..., q·(q + 1)/2)

    Returns
    -------
    ndarray, shape (..., q, q)

    Raises
    ------
    ValueError
        If the number of entries is not of the form `q(q+1)/2`.

    Notes
    -----
    `q²` entries are moved. Source: Henderson and Searle (1979).

    Examples
    --------
    >>> unvech([1, 2, 3])
    array([[1, 2],
           [2, 3]])
    >>> unvech(np.ones((5, 6))).shape
    (5, 3, 3)
    """
    x = _operands.row("x", x)
    q = _arguments.triangle_side("x", x)
    return reshaped(picked(x, duplication_index(q)), 1, q, q)


def reshape_f(X, shape):
    """Reshape X in column-major order: `vec(X^(p,q)) = vec(X)`.

    Parameters
    ----------
    X : array_like, shape (..., r, s)
    shape : (int, int)
        The new shape `(p, q)`, with `p·q = r·s`.

    Returns
    -------
    ndarray, shape (..., p, q)

    Raises
    ------
    ValueError
        If `p·q` is not `r·s`.

    Notes
    -----
    `p·q` entries are moved. For one matrix this is NumPy's
    ``X.reshape(p, q, order="F")``; that call on a stack of matrices would
    mix them. Source: Maullin-Sapey, Matrix reshape lemmas, its ``r(p,q)`` in
    the column-major reading.

    Examples
    --------
    >>> reshape_f([[1, 2, 3], [4, 5, 6]], (3, 2))
    array([[1, 5],
           [4, 3],
           [2, 6]])

    The blocks of Lemma 1 side by side, in each matrix of a stack:

    >>> A = np.arange(12).reshape(2, 6, 1)  # two matrices, three blocks each
    >>> reshape_f(A, (2, 3))[1]
    array([[ 6,  8, 10],
           [ 7,  9, 11]])
    """
    X = _operands.matrix("X", X)
    p, q = _arguments.pair("shape", shape, least=0)
    _arguments.same_size("X", X, (p, q))
    return mT(copied(mT(X), 2, q, p))


def vecb(X, block_shape):
    """Make each block of X a row: row (i, j) of `vecb(X)` is `vec(X_ij)'`.

    Parameters
    ----------
    X : array_like, shape (..., l1·n1, l2·n2)
        Cut into blocks `X_ij` of shape `(n1, n2)`.
    block_shape : (int, int)
        The shape `(n1, n2)` of a block.

    Returns
    -------
    ndarray, shape (..., l1·l2, n1·n2)
        i is the outer index of the rows, j the inner one.

    Raises
    ------
    ValueError
        If X does not divide into such blocks.

    Notes
    -----
    All entries of X are moved once. Source: Maullin-Sapey, Matrix reshape
    lemmas. Koning, Neudecker and Wansbeek (1991) use the name for one long
    column, blocks column by column; Van Loan and Pitsianis (1993) order the
    rows of their rearrangement column by column. No sum depends on the order
    of the rows.

    Examples
    --------
    >>> vecb([[1, 2, 3, 4], [5, 6, 7, 8]], (2, 2))
    array([[1, 5, 2, 6],
           [3, 7, 4, 8]])

    Blocks as wide as the matrix, in a stack of five:

    >>> vecb(np.ones((5, 6, 4)), (2, 4)).shape
    (5, 3, 8)
    """
    X = _operands.matrix("X", X)
    n1, n2 = _arguments.pair("block_shape", block_shape)
    known = ("n1", n1), ("n2", n2)
    size = _shapes.conform("X (l1·n1, l2·n2)", known, X.shape)
    l1, l2 = size["l1"], size["l2"]
    # A row of blocks is read down each column: n2 of these are a block.
    columns = mT(reshaped(X, 2, l1, n1, l2 * n2))
    return copied(columns, 3, l1 * l2, n1 * n2)


def kron_rearrange(S, shape_a, shape_b):
    """Rearrange S so that Kronecker is outer: `𝓡(A ⊗ B) = vec(B) vec(A)'`.

    Column (j, i) of `𝓡(S)` is `vec(S_ij)`, of the block of S that in `A ⊗ B`
    is entry (i, j) of A times B.

    Parameters
    ----------
    S : array_like, shape (..., n_A·n_B, k1·k2)
    shape_a : (int, int)
        The shape `(n_A, k1)` of A.
    shape_b : (int, int)
        The shape `(n_B, k2)` of B.

    Returns
    -------
    ndarray, shape (..., n_B·k2, n_A·k1)

    Raises
    ------
    ValueError
        If S does not have that shape.

    Notes
    -----
    All entries of S are moved once, so that sums of squares are kept. Source:
    Van Loan and Pitsianis (1993), whose rearrangement is the transpose. In
    quantum information it is the reshuffling of vecs by columns; realignment
    is its transpose, with rows and columns in another order.

    Examples
    --------
    >>> A, B = np.array([[1, 2], [3, 4]]), np.array([[1], [10]])
    >>> kron_rearrange(np.kron(A, B), (2, 2), (2, 1))
    array([[ 1,  3,  2,  4],
           [10, 30, 20, 40]])

    Each matrix of a stack by itself:

    >>> kron_rearrange(np.ones((5, 6, 4)), (2, 4), (3, 1)).shape
    (5, 3, 8)
    """
    S, size = _shapes.kron_rearrange(S, shape_a, shape_b)
    return _ends_exchanged(S, size, ("n_A", "n_B", "k1", "k2"))


def kron_restore(R, shape_a, shape_b):
    """Undo 𝓡: the matrix S with `𝓡(S) = R`; `vec(B) vec(A)'` is `A ⊗ B`.

    Parameters
    ----------
    R : array_like, shape (..., n_B·k2, n_A·k1)
    shape_a : (int, int)
        The shape `(n_A, k1)` of A.
    shape_b : (int, int)
        The shape `(n_B, k2)` of B.

    Returns
    -------
    ndarray, shape (..., n_A·n_B, k1·k2)

    Raises
    ------
    ValueError
        If R does not have that shape.

    Notes
    -----
    All entries of R are moved once. Source: Van Loan and Pitsianis (1993).

    Examples
    --------
    Lemma 4: the sum of two Kronecker products from one product.

    >>> A, B = np.array([[1, 2], [3, 4]]), np.array([[1, 10], [0, 1]])
    >>> kron_restore(vecb(B, (1, 2)).T @ vecb(A, (1, 2)), (1, 2), (1, 2))
    array([[ 1, 13,  2, 24]])
    >>> kron_restore(np.ones((5, 3, 8)), (2, 4), (3, 1)).shape
    (5, 6, 4)
    """
    R, size = _shapes.kron_restore(R, shape_a, shape_b)
    return _ends_exchanged(R, size, ("k2", "n_B", "k1", "n_A"))


def commutation_index(a, b):
    """Index of `K_{a,b}`: `vec(M')` is ``vec(M)[index]`` for M (a, b).

    Parameters
    ----------
    a, b : int
        The shape of M.

    Returns
    -------
    ndarray of int, shape (a·b,)

    Raises
    ------
    ValueError
        If a or b is less than 1.

    Notes
    -----
    `a·b` integers, where the matrix has `(a·b)²` entries. Source: Magnus and
    Neudecker (2019), chapter 3.

    Examples
    --------
    >>> M = np.array([[1, 2, 3], [4, 5, 6]])
    >>> vec(M)[commutation_index(2, 3)]
    array([1, 2, 3, 4, 5, 6])
    >>> vec([M, 2 * M])[:, commutation_index(2, 3)]
    array([[ 1,  2,  3,  4,  5,  6],
           [ 2,  4,  6,  8, 10, 12]])
    """
    a, b = _arguments.count("a", a), _arguments.count("b", b)
    return np.arange(a * b).reshape(b, a).T.ravel()


def commutation_matrix(a, b):
    """Commutation matrix: `K_{a,b} vec(M) = vec(M')` for M (a, b).

    Parameters
    ----------
    a, b : int
        The shape of M.

    Returns
    -------
    scipy.sparse.csr_array of int, shape (a·b, a·b)

    Raises
    ------
    ValueError
        If a or b is less than 1.

    Notes
    -----
    `a·b` ones are stored. `K_{b,a}` is its transpose and its inverse, and what
    ``comMat(a, b)`` returns in Maullin-Sapey, Matrix reshape lemmas. Source:
    Magnus and Neudecker (2019), chapter 3.

    Examples
    --------
    >>> M = np.array([[1, 2, 3], [4, 5, 6]])
    >>> commutation_matrix(2, 3) @ vec(M)
    array([1, 2, 3, 4, 5, 6])
    """
    index = commutation_index(a, b)
    return _selection(index, index.size)


def duplication_index(q):
    """Index of `𝒟_q`: `vec(S)` is ``vech(S)[index]`` for symmetric S (q, q).

    Parameters
    ----------
    q : int
        The side of S; 0 gives an empty index.

    Returns
    -------
    ndarray of int, shape (q²,)

    Raises
    ------
    ValueError
        If q is negative.

    Notes
    -----
    `q²` integers. Source: Magnus and Neudecker (2019), chapter 3.

    Examples
    --------
    >>> vech([[1, 2], [2, 3]])[duplication_index(2)]
    array([1, 2, 2, 3])
    >>> vech(np.ones((5, 3, 3)))[:, duplication_index(3)].shape
    (5, 9)
    """
    q = _arguments.count("q", q, least=0)
    positions = np.empty((q, q), dtype=np.intp)
    columns, rows = np.triu_indices(q)
    positions[rows, columns] = positions[columns, rows] = np.arange(rows.size)
    return positions.ravel()


def duplication_matrix(q):
    """Duplication matrix: `𝒟_q vech(S) = vec(S)` for symmetric S (q, q).

    Parameters
    ----------
    q : int
        The side of S.

    Returns
    -------
    scipy.sparse.csr_array of int, shape (q², q·(q + 1)/2)

    Raises
    ------
    ValueError
        If q is less than 1.

    Notes
    -----
    `q²` ones are stored. Source: Magnus and Neudecker (2019), chapter 3.

    Examples
    --------
    >>> duplication_matrix(2) @ vech([[1, 2], [2, 3]])
    array([1, 2, 2, 3])
    """
    q = _arguments.count("q", q)
    return _selection(duplication_index(q), q * (q + 1) // 2)


def _ends_exchanged(X, size, sides):
    """Return X, of sides (p·q, r·s), with p and s exchanged: (s·q, r·p)."""
    p, q, r, s = (size[symbol] for symbol in sides)
    entries = permuted(reshaped(X, 2, p, q, r, s), -1, -3, -2, -4)
    return copied(entries, 4, s * q, r * p)


def _selection(index, columns):
    """Return the matrix that takes x to x[index]."""
    from scipy import sparse  # here, so that importing the library is quick

    # SciPy keeps the dtype of the indices: 32 bits are enough up to 2³¹ rows.
    kind = np.int32 if index.size <= np.iinfo(np.int32).max else np.int64
    ones = np.ones(index.size, dtype=np.int64)
    starts = np.arange(index.size + 1, dtype=kind)
    shape = (index.size, columns)
    return sparse.csr_array((ones, index.astype(kind), starts), shape=shape)

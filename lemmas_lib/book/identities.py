"""The picture of each lemma: its two sides, drawn from real matrices.

What belongs together has one shade: a block of A, its partner in B, and the
columns of the reshapes that they become.
"""

# Longer than other files, because the pictures stand in one place.

import numpy as np
from scipy.linalg import khatri_rao

from ..operators import kron_rearrange, reshape_f, unvec, vec, vecb
from ..oracles import adjoints, loops
from .drawing import Matrix, equation, in_blocks, joined, plain, shades


def lemma_1(A, B, n):
    """Draw `A_1 B_1' + A_2 B_2' + …` and `A^(n,kl) (B^(n,kl))'`.

    Parameters
    ----------
    A, B : array_like, shape (l·n, k)
    n : int

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(4).reshape(2, 2)
    >>> lemma_1(A, A, 1)  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, B = np.asarray(A), np.asarray(B)
    S = plain("Σ A_i B_i′", loops.sum_abt(A, B, n))
    terms = joined("+", map(_product, *_row_blocks(A, B, n)))
    wide = [_wide("A^{(n,kl)}", A, n), _wide("B^{(n,kl)}", B, n)]
    return equation([*terms, "=", S], [*_product(*wide), "=", S])


def lemma_2(A, C, B, n):
    """Draw `A_1 C B_1' + A_2 C B_2' + …`, and one product on either side.

    It is `(AC)^(n,k2·l) (B^(n,k2·l))'`, and `A^(n,k1·l) ((BC')^(n,k1·l))'`.

    Parameters
    ----------
    A : array_like, shape (l·n, k1)
    C : array_like, shape (k1, k2)
    B : array_like, shape (l·n, k2)
    n : int

    Returns
    -------
    Picture

    Examples
    --------
    >>> A, B = np.arange(4).reshape(2, 2), np.ones((2, 1), int)
    >>> lemma_2(A, B, B, 1)  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, C, B = map(np.asarray, (A, C, B))
    S = plain("Σ A_iCB_i′", loops.sum_acbt(A, C, B, n))
    pairs = zip(*_row_blocks(A, B, n), strict=True)
    between = "·", plain("C", C), "·"
    terms = joined("+", ([a, *between, _transposed(b)] for a, b in pairs))
    narrow = _wide("(AC)^{(n,k2l)}", A @ C, n), _wide("B^{(n,k2l)}", B, n)
    wide = _wide("A^{(n,k1l)}", A, n), _wide("(BC′)^{(n,k1l)}", B @ C.T, n)
    lines = terms, _product(*narrow), _product(*wide)
    return equation(*([*line, "=", S] for line in lines))


def lemma_3(A, B, C, n):
    """Draw `A − BC = E` in row blocks, and `E^(n,k1·l) (E^(n,k1·l))'`.

    Parameters
    ----------
    A : array_like, shape (l·n, k1)
    B : array_like, shape (l·n, k2)
    C : array_like, shape (k2, k1)
    n : int

    Returns
    -------
    Picture

    Examples
    --------
    >>> A, B = np.arange(4).reshape(2, 2), np.ones((2, 1), int)
    >>> lemma_3(A, B, [[1, 2]], 1)  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, B, C = map(np.asarray, (A, B, C))
    S = plain("Σ E_i E_i′", loops.sum_residual_outer(A, B, C, n))
    a, b = _in_row_blocks("A", A, n), _in_row_blocks("B", B, n)
    e = _in_row_blocks("E", A - B @ C, n)
    wide = _wide("E^{(n,k1l)}", e.entries, n)
    left = [a, "−", b, "·", plain("C", C), "=", e]
    return equation(left, [*_product(wide, wide), "=", S])


def lemma_4(A, B, n):
    """Draw `A_1 ⊗ B_1 + A_2 ⊗ B_2 + …` and `b̃'ã`, which becomes the sum.

    A column of `b̃'ã` is the vec of one block of the sum, and has its shade.

    Parameters
    ----------
    A : array_like, shape (l·n, k1)
    B : array_like, shape (l·n, k2)
    n : int

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(4).reshape(2, 2)
    >>> lemma_4(A, A, 1)  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, B = np.asarray(A), np.asarray(B)
    l, k1, k2 = len(A) // n, A.shape[1], B.shape[1]
    places = np.arange(n * k1).reshape(k1, n).T  # of an entry in its vec
    shade = shades(places)
    pairs = enumerate(zip(np.split(A, l), np.split(B, l), strict=True), 1)
    terms = [
        [Matrix(f"A_{i}", A_i, shade), "⊗", plain(f"B_{i}", B_i)]
        for i, (A_i, B_i) in pairs
    ]
    S = Matrix(
        "Σ A_i ⊗ B_i",
        loops.sum_kron(A, B, n),
        np.kron(shade, np.ones((n, k2))),
    )
    a, b = vecb(A, (n, k1)), vecb(B, (n, k2))
    across = shades([range(n * k1)])
    product = [
        plain("b̃′", b.T),
        "·",
        Matrix("ã", a, np.tile(across, (l, 1))),
        "=",
        Matrix("b̃′ã", b.T @ a, np.tile(across, (n * k2, 1))),
        "→",
        S,
    ]
    return equation([*joined("+", terms), "=", S], product)


def lemma_5(A, B, C, D, n1, n2):
    """Draw `AB' = X`, `CD' = Y`, `Σ_ij X_ij ⊗ Y_ij`, and the product of sums.

    A pair `X_ij`, `Y_ij` has one shade; so have `A_i`, `C_i` and `A_i ⊗ C_i`,
    and `B_j`, `D_j` and `B_j ⊗ D_j`.

    Parameters
    ----------
    A : array_like, shape (l1·n_A, k1)
    B : array_like, shape (l2·n_B, k1)
    C : array_like, shape (l1·n_C, k2)
    D : array_like, shape (l2·n_D, k2)
    n1, n2 : int or (int, int)
        The heights in A and C, and those in B and D.

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(4).reshape(2, 2)
    >>> lemma_5(A, A, A, A, 1, 2)  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, B, C, D = map(np.asarray, (A, B, C, D))
    (n_a, n_c), (n_b, n_d) = (np.broadcast_to(n, 2) for n in (n1, n2))
    S = loops.sum_kron_abt_cdt(A, B, C, D, n1, n2)
    a, c = _in_row_blocks("A", A, n_a), _in_row_blocks("C", C, n_c)
    b, d = _in_row_blocks("B", B, n_b), _in_row_blocks("D", D, n_d)
    X = in_blocks("X", A @ B.T, (n_a, n_b))
    Y = in_blocks("Y", C @ D.T, (n_c, n_d))
    left = _kroneckers("{0}_{1}⊗{2}_{1}", a, c, len(A) // n_a)
    right = _kroneckers("({0}_{1}⊗{2}_{1})", b, d, len(B) // n_b)
    sums = (
        joined("+", ([x] for x in left)),
        joined("+", ([_transposed(x)] for x in right)),
    )
    return equation(
        [*_product(a, b), "=", X],
        [*_product(c, d), "=", Y],
        [plain("S = Σ X_{ij} ⊗ Y_{ij}", S)],
        ["(", *sums[0], ") · (", *sums[1], ")", "=", plain("S", S)],
    )


def lemma_6(A, B, C, n1, n2):
    """Draw A, `BC' = X`, `Σ_ij A_ij ⊗ X_ij` and `x̃'ã`, which becomes the sum.

    A pair `A_ij`, `X_ij` has one shade, and so have its row of `ã` and its
    column of `x̃'`.

    Parameters
    ----------
    A : array_like, shape (l1·n1_A, l2·n2_A)
    B : array_like, shape (l1·n_B, k)
    C : array_like, shape (l2·n_C, k)
    n1, n2 : int or (int, int)
        The height of `A_ij` and that of `B_i`; the width of `A_ij` and the
        height of `C_j`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(4).reshape(2, 2)
    >>> lemma_6(A, A, A, 1, 2)  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, B, C = map(np.asarray, (A, B, C))
    (n1_a, n_b), (n2_a, n_c) = (np.broadcast_to(n, 2) for n in (n1, n2))
    S = loops.sum_kron_bct(A, B, C, n1, n2)
    X = in_blocks("X", B @ C.T, (n_b, n_c))
    a = _in_row_blocks("ã", vecb(A, (n1_a, n2_a)), 1)
    x = _in_row_blocks("x̃", vecb(X.entries, (n_b, n_c)), 1)
    product = plain("x̃′ã", x.entries.T @ a.entries)
    factors = _in_row_blocks("B", B, n_b), _in_row_blocks("C", C, n_c)
    blocks = in_blocks("A", A, (n1_a, n2_a))
    return equation(
        [blocks, ",", *_product(*factors), "=", X],
        [plain("S = Σ A_{ij} ⊗ X_{ij}", S)],
        [_transposed(x), "·", a, "=", product, "→", plain("S", S)],
    )


def lemma_7(A, B, X, n):
    """Draw `A_1 ⊗ B_1 + A_2 ⊗ B_2 + …` times `vec(X)`, and what it is.

    That is the vec of `Z = Σ_i B_i X A_i'`. A column of X has one shade, and
    so have the columns of the sum and the rows of `A_i'` that it meets.

    Parameters
    ----------
    A : array_like, shape (l·n, k1)
    B : array_like, shape (l·n, k2)
    X : array_like, shape (k2, k1)
    n : int

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(4).reshape(2, 2)
    >>> lemma_7(A, A, A, 1)  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, B, X = map(np.asarray, (A, B, X))
    l, (k2, k1) = len(A) // n, X.shape
    Z = plain("Z", loops.sum_acbt(B, X, A, n))
    across = shades([range(k1)])
    x = Matrix("X", X, np.tile(across, (k2, 1)))
    pairs = enumerate(zip(np.split(A, l), np.split(B, l), strict=True), 1)
    terms = [
        [plain(f"B_{i}", B_i), "·", x, "·",
         _transposed(Matrix(f"A_{i}", A_i, np.tile(across, (n, 1))))]
        for i, (A_i, B_i) in pairs
    ]  # fmt: skip
    total = Matrix(
        "Σ A_i ⊗ B_i",
        loops.sum_kron(A, B, n),
        np.tile(np.repeat(across, k2, axis=1), (n * n, 1)),
    )
    product = [total, "·", _as_vec(x), "=", _as_vec(Z)]
    return equation(product, [*joined("+", terms), "=", Z])


def lemma_8(G, A, B, n):
    """Draw `Ā_1, Ā_2, …` from the blocks of G, and `b̃ 𝓡(G)`, their rows.

    An entry of `Ā_i` is the inner product of `B_i` with the block of G in its
    place. It has the shade of that block, and so has the column of `𝓡(G)`
    that is the vec of the block.

    Parameters
    ----------
    G : array_like, shape (n², k1·k2)
    A : array_like, shape (l·n, k1)
    B : array_like, shape (l·n, k2)
    n : int

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(4).reshape(2, 2)
    >>> lemma_8(A.reshape(1, 4), A, A, 1)  # doctest: +ELLIPSIS
    a picture, ...
    """
    G, A, B = map(np.asarray, (G, A, B))
    l, k1, k2 = len(A) // n, A.shape[1], B.shape[1]
    A_bar, _ = adjoints.sum_kron(G, A, B, n)
    shade = shades(np.arange(n * k1).reshape(k1, n).T)
    across = shades([range(n * k1)])
    R = kron_rearrange(G, (n, k1), (n, k2))
    blocks = [
        [plain(f"B_{i}", B_i)] for i, B_i in enumerate(np.split(B, l), 1)
    ]
    found = [
        [Matrix(f"Ā_{i}", X, shade)]
        for i, X in enumerate(np.split(A_bar, l), 1)
    ]
    left = [
        Matrix("G", G, np.kron(shade, np.ones((n, k2)))),
        *(",", *joined(",", blocks), "→", *joined(",", found)),
    ]
    product = [
        plain("b̃", vecb(B, (n, k2))),
        "·",
        Matrix("ℛ(G)", R, np.tile(across, (n * k2, 1))),
        "=",
        Matrix("vecb(Ā)", vecb(A_bar, (n, k1)), np.tile(across, (l, 1))),
        "→",
        Matrix("Ā", A_bar, np.tile(shade, (l, 1))),
    ]
    return equation(left, product)


def lemma_9(A, B, n, W):
    """Draw `W b̃ = m̃`, `A_1 M_1' + A_2 M_2' + …`, and W between reshapes.

    The mixtures `M_i = Σ_j w_ij B_j` have the rows `vec(M_i)'` of `m̃`. A row
    of W has the shade of its mixture and of `A_i`.

    Parameters
    ----------
    A : array_like, shape (l_A·n, k)
    B : array_like, shape (l_B·n, k)
    n : int
    W : array_like, shape (l_A, l_B)

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(4).reshape(2, 2)
    >>> lemma_9(A, A, 1, [[1, 2], [0, 1]])  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, B, W = map(np.asarray, (A, B, W))
    (l, _), k = W.shape, A.shape[1]
    w = _in_row_blocks("W", W, 1)
    b = plain("b̃", vecb(B, (n, k)))
    m = _in_row_blocks("m̃", W @ b.entries, 1)
    pairs = zip(np.split(A, l), m.entries, strict=True)
    terms = (
        _product(
            _in_one_shade(f"A_{i + 1}", A_i, i, l),
            _in_one_shade(f"M_{i + 1}", unvec(row, (n, k)), i, l),
        )
        for i, (A_i, row) in enumerate(pairs)
    )
    on_diagonal = np.where(np.eye(k), 1, np.nan)  # beside it are zeros
    middle = Matrix(
        f"I_{k} ⊗ W",
        np.kron(np.eye(k, dtype=int), W),
        np.kron(on_diagonal, w.shades),
    )
    wide = _wide(f"A^{{({n},{k * l})}}", A, n)
    columns = B.size // n
    narrow = plain(f"B^{{({n},{columns})}}", reshape_f(B, (n, columns)))
    S = plain("S", loops.sum_abt(A, B, n, weights=W))
    return equation(
        [w, "·", b, "=", m],
        [*joined("+", terms), "=", S],
        [wide, "·", middle, "·", _transposed(narrow), "=", S],
    )


def lemma_10(A, B, starts):
    """Draw `A_1'B_1, A_2'B_2, …` and the sums of rows that are their vecs.

    A group has one shade: its rows, its product, and the row of sums that is
    the vec of it.

    Parameters
    ----------
    A : array_like, shape (m, k1)
    B : array_like, shape (m, k2)
    starts : sequence of int
        The first row of each group.

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(6).reshape(3, 2)
    >>> lemma_10(A, A, [0, 1])  # doctest: +ELLIPSIS
    a picture, ...
    """
    A, B = np.asarray(A), np.asarray(B)
    groups, l = np.arange(len(starts)), len(starts)
    g = np.searchsorted(starts, np.arange(len(A)), side="right") - 1
    parts = zip(*(np.split(X, starts[1:]) for X in (A, B)), strict=True)
    products = (
        [_in_one_shade(f"A_{i + 1}′B_{i + 1}", A_i.T @ B_i, i, l)]
        for i, (A_i, B_i) in enumerate(parts)
    )
    rows = khatri_rao(B.T, A.T).T
    ones = (groups[:, None] == g).astype(int)
    gamma = Matrix("Γ", ones, np.where(ones, shades(g, l), np.nan))
    split, sums = _by_rows("B • A", rows, g), ones @ rows
    return equation(
        [_by_rows("A", A, g), ",", _by_rows("B", B, g), "→"]
        + joined(",", products),
        [gamma, "·", split, "=", _by_rows("Γ(B • A)", sums, groups)],
    )


def lemma_11(S, A, B):
    """Draw S and `A_1 ⊗ B_1`, then `𝓡(S)` and their vecs, which are as near.

    A block of S is a column of `𝓡(S)`, and has its shade; so has the entry of
    A by which B is multiplied there.

    Parameters
    ----------
    S : array_like, shape (n_A·n_B, k1·k2)
    A : array_like, shape (n_A, k1)
    B : array_like, shape (n_B, k2)

    Returns
    -------
    Picture

    Examples
    --------
    >>> A = np.arange(4).reshape(2, 2)
    >>> lemma_11(np.kron(A, A), A, A)  # doctest: +ELLIPSIS
    a picture, ...
    """
    S, A, B = map(np.asarray, (S, A, B))
    places = np.arange(A.size).reshape(A.shape[::-1]).T  # in vec(A)
    shade, across = shades(places), shades([range(A.size)])
    whole = np.kron(shade, np.ones(B.shape))
    R = kron_rearrange(S, A.shape, B.shape)
    found = [
        Matrix("S", S, whole),
        "→",
        Matrix("𝓡(S)", R, np.tile(across, (B.size, 1))),
        "≈",
        plain("vec(B_1)", vec(B)[:, None]),
        "·",
        Matrix("vec(A_1)′", vec(A)[None], across),
    ]
    product = Matrix("A_1 ⊗ B_1", np.kron(A, B), whole)
    factors = Matrix("A_1", A, shade), "⊗", plain("B_1", B)
    return equation(found, [*factors, "=", product])


def _row_blocks(A, B, n):
    """Return the blocks of A, and of B, each pair in one shade."""
    return (
        [_in_one_shade(f"{name}_{i + 1}", X_i, i, len(X) // n)
         for i, X_i in enumerate(np.split(X, len(X) // n))]
        for name, X in (("A", A), ("B", B))
    )  # fmt: skip


def _in_row_blocks(name, X, n):
    """Return a matrix, each row in the shade of its block."""
    return in_blocks(name, X, (n, X.shape[1]))


def _by_rows(name, X, g):
    """Return a matrix, row t in the shade of group g[t]."""
    return Matrix(name, X, np.repeat(shades(g)[:, None], X.shape[1], axis=1))


def _in_one_shade(name, X, i, l):
    """Return a matrix in the shade of block i of l."""
    return Matrix(name, X, shades(np.full(X.shape, i), l))


def _kroneckers(name, a, b, l):
    """Yield the Kronecker products of matching row blocks, in their shades."""
    pairs = zip(np.split(a.entries, l), np.split(b.entries, l), strict=True)
    for i, pair in enumerate(pairs):
        named = name.format(a.name, i + 1, b.name)
        yield _in_one_shade(named, np.kron(*pair), i, l)


def _wide(name, X, n):
    """Return the reshape to n rows, each column in the shade of its block."""
    l, k = len(X) // n, X.shape[1]
    across = np.tile(shades(range(l)), (n, k))
    return Matrix(name, reshape_f(X, (n, k * l)), across)


def _as_vec(matrix):
    """Return the vec of a matrix, each entry in its shade."""
    parts = (x.reshape(-1, 1, order="F") for x in matrix[1:])
    return Matrix(f"vec {matrix.name}", *parts)


def _product(left, right):
    """Return a matrix times another transposed."""
    return [left, "·", _transposed(right)]


def _transposed(matrix):
    name = matrix.name if "^" not in matrix.name else f"({matrix.name})"
    return Matrix(f"{name}′", matrix.entries.T, matrix.shades.T)

"""The pictures of the lemmas: both sides are there, and are equal."""

import numpy as np

from lemmas_lib.book import identities

from .pictures import matrices, names

A = np.arange(1, 13).reshape(6, 2)
B = np.arange(7, 25).reshape(6, 3) % 5


def numbers(matrix):
    return np.array([[entry for entry, _ in row] for row in matrix])


def fills(matrix):
    return [[fill for _, fill in row] for row in matrix]


def only(matrix):
    """Return the fill that all entries have."""
    (fill,) = set(sum(fills(matrix), []))
    return fill


def test_lemma_1_shows_the_sum_and_the_one_product():
    picture = identities.lemma_1(A, A[::-1], 2)
    *terms, total, wide, high, product = matrices(picture)
    assert len(terms) == 6
    pairs = list(zip(terms[::2], terms[1::2], strict=True))
    summed = sum(numbers(a) @ numbers(b) for a, b in pairs)
    assert (numbers(total) == summed).all()
    assert (numbers(wide) @ numbers(high) == summed).all()
    assert (numbers(product) == summed).all()
    # A pair has one shade, and so have the columns that come of it.
    shades = [
        {fill for x in pair for fill in sum(fills(x), [])} for pair in pairs
    ]
    assert all(len(shade) == 1 for shade in shades)
    assert len(set.union(*shades)) == 3
    found = [next(iter(shade)) for shade in shades] * 2
    assert fills(wide) == [found] * 2
    assert fills(high) == [[fill] * 2 for fill in found]
    assert names(picture)[-5:] == [
        "A(n,kl)", "·", "(B(n,kl))′", "=", "Σ A_i B_i′".replace("_", ""),
    ]  # fmt: skip


def test_lemma_2_shows_the_sum_and_the_product_on_either_side():
    C = np.array([[1, 0, 2], [0, 3, 1]])
    picture = identities.lemma_2(A, C, B, 3)
    *terms, total, AC, b, first, a, BC, second = matrices(picture)
    triples = list(zip(terms[::3], terms[1::3], terms[2::3], strict=True))
    assert len(triples) == 2
    summed = sum(numbers(a) @ numbers(c) @ numbers(b) for a, c, b in triples)
    assert (numbers(AC) @ numbers(b) == summed).all()
    assert (numbers(a) @ numbers(BC) == summed).all()
    for printed in (total, first, second):
        assert (numbers(printed) == summed).all()
    # A block and its partner have one shade, and C has none.
    shades = []
    for a_i, c, b_i in triples:
        assert (numbers(c) == C).all() and only(c) == "none"
        assert only(a_i) == only(b_i)
        shades.append(only(a_i))
    assert len(set(shades)) == 2
    for left, right, k in ((AC, b, 3), (a, BC, 2)):
        assert fills(left) == [shades * k] * 3
        assert fills(right) == [[fill] * 3 for fill in shades * k]
    assert "".join(names(picture)) == (
        "A1·C·B1′+A2·C·B2′=Σ AiCBi′"
        "(AC)(n,k2l)·(B(n,k2l))′=Σ AiCBi′"
        "A(n,k1l)·((BC′)(n,k1l))′=Σ AiCBi′"
    )


def test_lemma_3_shows_the_residuals_and_the_one_product():
    C = np.array([[1, 0], [0, 2], [1, 1]])
    picture = identities.lemma_3(A, B, C, 2)
    a, b, c, e, wide, high, total = matrices(picture)
    assert (numbers(a) - numbers(b) @ numbers(c) == numbers(e)).all()
    blocks = numbers(e).reshape(3, 2, 2)
    summed = sum(E_i @ E_i.T for E_i in blocks)
    assert (numbers(wide) @ numbers(high) == summed).all()
    assert (numbers(total) == summed).all()
    shades = [row[0] for row in fills(e)[::2]]
    assert len(set(shades)) == 3 and only(c) == "none"
    for matrix, width in ((a, 2), (b, 3), (e, 2)):
        rows = [[fill] * width for fill in shades for _ in range(2)]
        assert fills(matrix) == rows
    assert fills(wide) == [shades * 2] * 2
    assert fills(high) == [[fill] * 2 for fill in shades * 2]
    assert "".join(names(picture)) == ("A−B·C=EE(n,k1l)·(E(n,k1l))′=Σ Ei Ei′")


def test_lemma_4_shows_each_block_of_the_sum_as_a_column():
    picture = identities.lemma_4(A, B, 3)
    *terms, total, high, wide, product, again = matrices(picture)
    pairs = list(zip(terms[::2], terms[1::2], strict=True))
    summed = sum(np.kron(numbers(a), numbers(b)) for a, b in pairs)
    assert (numbers(total) == summed).all()
    assert (numbers(high) @ numbers(wide) == numbers(product)).all()
    assert again == total
    columns = list(zip(*fills(product), strict=True))
    assert all(len(set(column)) == 1 for column in columns)
    assert len({column[0] for column in columns}) == 6
    for place, column in enumerate(columns):
        c, r = divmod(place, 3)
        block = np.s_[3 * r : 3 * r + 3, 3 * c : 3 * c + 3]
        assert (np.array(fills(total))[block] == column[0]).all()
        vec = numbers(total)[block].ravel(order="F")
        assert (vec == numbers(product)[:, place]).all()
        assert fills(terms[0])[r][c] == column[0]
    assert {fill for row in fills(terms[1]) for fill in row} == {"none"}


def test_lemma_5_shows_all_pairs_and_the_product_of_two_sums():
    C, D = np.arange(4)[:, None], np.array([[2], [0], [1]])
    picture = identities.lemma_5(A[:2], A[::-1], C, D, (1, 2), (2, 1))
    a, b, X, c, d, Y, total, *terms, again = matrices(picture)
    for left, right, product in ((a, b, X), (c, d, Y)):
        assert (numbers(left) @ numbers(right) == numbers(product)).all()
    # A block of X and its partner have one shade, and no two pairs have.
    xs = np.array(fills(X)).reshape(2, 1, 3, 2).swapaxes(1, 2)
    ys = np.array(fills(Y)).reshape(2, 2, 3, 1).swapaxes(1, 2)
    pairs = {(i, j): set(xs[i, j].flat) for i in range(2) for j in range(3)}
    assert all(len(shade) == 1 for shade in pairs.values())
    assert len(set.union(*pairs.values())) == 6
    assert all(set(ys[place].flat) == pairs[place] for place in pairs)
    xs, ys = (numbers(X).reshape(2, 1, 3, 2).swapaxes(1, 2),
              numbers(Y).reshape(2, 2, 3, 1).swapaxes(1, 2))  # fmt: skip
    summed = sum(np.kron(xs[place], ys[place]) for place in pairs)
    assert (numbers(total) == summed).all() and again == total
    lefts, rights = terms[:2], terms[2:]
    left, right = (sum(map(numbers, found)) for found in (lefts, rights))
    assert (left @ right == summed).all()
    # The product of two blocks has their shade.
    columns = (list(zip(*fills(x), strict=True)) for x in (b, d))
    rows = fills(a), [row[0] for row in fills(c)[::2]]
    assert [only(x) for x in lefts] == [row[0] for row in rows[0]] == rows[1]
    one, other = ([column[0] for column in found] for found in columns)
    assert [only(x) for x in rights] == one[::2] == one[1::2] == other
    assert len(set(rows[1])) == 2 and len(set(other)) == 3
    assert "".join(names(picture)) == (
        "A·B′=XC·D′=YS = Σ Xij ⊗ Yij"
        "(A1⊗C1+A2⊗C2) · ("
        "(B1⊗D1)′+(B2⊗D2)′+(B3⊗D3)′)=S"
    )


def test_lemma_6_shows_each_pair_as_a_column_and_a_row():
    C = np.arange(8).reshape(4, 2) % 3
    M = np.arange(12).reshape(6, 2)
    picture = identities.lemma_6(M, A[::2], C, (2, 1), (1, 2))
    a, b, c, X, total, high, wide, product, again = matrices(picture)
    assert (numbers(a) == M).all() and (numbers(b) == A[::2]).all()
    assert (numbers(b) @ numbers(c) == numbers(X)).all()
    blocks = numbers(a).reshape(3, 2, 2, 1).swapaxes(1, 2).reshape(6, 2, 1)
    partners = numbers(X).reshape(3, 1, 2, 2).swapaxes(1, 2).reshape(6, 1, 2)
    summed = sum(map(np.kron, blocks, partners))
    assert (numbers(total) == summed).all() and again == total
    assert (numbers(high) @ numbers(wide) == numbers(product)).all()
    assert sorted(numbers(product).flat) == sorted(summed.flat)
    # A pair has one shade, and so have its row and its column.
    shade = np.array(fills(a)).reshape(3, 2, 2).swapaxes(1, 2)
    shade = shade.reshape(6, 2)
    other = np.array(fills(X)).reshape(3, 2, 2).reshape(6, 2)
    assert len(set(shade[:, 0])) == 6
    assert (shade == shade[:, :1]).all() and (other == shade[:, :1]).all()
    for p in range(6):
        assert (numbers(wide)[p] == blocks[p].ravel(order="F")).all()
        assert (numbers(high)[:, p] == partners[p].ravel(order="F")).all()
    assert (np.array(fills(wide)) == shade[:, :1]).all()
    assert (np.array(fills(high)) == shade[:, 0]).all()
    assert only(total) == only(product) == "none"
    assert "".join(names(picture)) == "A,B·C′=XS = Σ Aij ⊗ Xijx̃′·ã=x̃′ã→S"


def test_lemma_7_shows_the_sum_times_a_vector_and_the_products():
    X = np.array([[1, 0], [2, 1], [0, 3]])
    picture = identities.lemma_7(A, B, X, 3)
    total, x, z, *terms, Z = matrices(picture)
    triples = list(zip(terms[::3], terms[1::3], terms[2::3], strict=True))
    assert len(triples) == 2
    blocks = [(numbers(a).T, numbers(b)) for b, _, a in triples]
    assert (numbers(total) == sum(np.kron(*pair) for pair in blocks)).all()
    assert (numbers(x)[:, 0] == X.ravel(order="F")).all()
    assert (numbers(total) @ numbers(x) == numbers(z)).all()
    products = [numbers(b) @ numbers(x) @ numbers(a) for b, x, a in triples]
    assert (numbers(Z) == sum(products)).all()
    assert (numbers(z)[:, 0] == numbers(Z).ravel(order="F")).all()
    # A column of X has one shade, with the columns and rows that it meets.
    shades = fills(triples[0][1])[0]
    assert len(set(shades)) == 2
    for b, x_i, a in triples:
        assert (numbers(x_i) == X).all() and fills(x_i) == [shades] * 3
        assert fills(a) == [[fill] * 3 for fill in shades]
        assert only(b) == "none"
    repeated = [fill for fill in shades for _ in range(3)]
    assert fills(total) == [repeated] * 9
    assert fills(x) == [[fill] for fill in repeated]
    assert only(z) == only(Z) == "none"
    assert "".join(names(picture)) == (
        "Σ Ai ⊗ Bi·vec X=vec ZB1·X·A1′+B2·X·A2′=Z"
    )


def test_lemma_8_shows_each_block_of_the_cotangent_as_a_column():
    G = np.arange(54).reshape(9, 6) % 7
    picture = identities.lemma_8(G, A, B, 3)
    g, b1, b2, bar1, bar2, b, R, rows, bar = matrices(picture)
    assert (numbers(g) == G).all()
    assert (np.vstack([numbers(b1), numbers(b2)]) == B).all()
    assert (numbers(b) @ numbers(R) == numbers(rows)).all()
    shade = np.array(fills(g)).reshape(3, 3, 2, 3).swapaxes(1, 2)
    for c, r in np.ndindex(2, 3):
        block = G[3 * r : 3 * r + 3, 3 * c : 3 * c + 3]
        place = r + 3 * c
        assert (numbers(R)[:, place] == block.ravel(order="F")).all()
        for i, (b_i, found) in enumerate([(b1, bar1), (b2, bar2)]):
            inner = (block * numbers(b_i)).sum()
            assert numbers(found)[r, c] == numbers(rows)[i, place] == inner
        # What comes of a block has its shade.
        (own,) = set(shade[r, c].flat)
        assert fills(bar1)[r][c] == fills(bar2)[r][c] == own
        for matrix in (R, rows):
            assert {row[place] for row in fills(matrix)} == {own}
    assert len(set(shade.flat)) == 6
    assert bar == bar1 + bar2 and only(b) == only(b1) == only(b2) == "none"
    assert "".join(names(picture)) == "G,B1,B2→Ā1,Ā2b̃·ℛ(G)=vecb(Ā)→Ā"


def test_lemma_9_shows_the_mixtures_the_sum_and_the_one_product():
    W = np.array([[1, 2, 0], [0, -1, 3]])
    C = np.arange(4, 16).reshape(6, 2) % 7
    picture = identities.lemma_9(A[:4], C, 2, W)
    w, b, m, *terms, total, wide, middle, high, again = matrices(picture)
    assert (numbers(w) == W).all() and only(b) == "none"
    assert (numbers(w) @ numbers(b) == numbers(m)).all()
    # Both ways the same sum, which is the double one.
    pairs = list(zip(terms[::2], terms[1::2], strict=True))
    assert len(pairs) == 2 and again == total
    summed = sum(numbers(a) @ numbers(x) for a, x in pairs)
    double = sum(
        W[i, j] * A[2 * i : 2 * i + 2] @ C[2 * j : 2 * j + 2].T
        for i, j in np.ndindex(2, 3)
    )
    assert (numbers(total) == summed).all() and (summed == double).all()
    product = numbers(wide) @ numbers(middle) @ numbers(high)
    assert (product == summed).all()
    # A row of W, its mixture and the block that meets it have one shade.
    shades = [only(a) for a, _ in pairs]
    assert shades == [only(x) for _, x in pairs] and len(set(shades)) == 2
    assert fills(w) == [[fill] * 3 for fill in shades]
    assert fills(m) == [[fill] * 4 for fill in shades]
    for row, (_, x) in zip(numbers(m), pairs, strict=True):
        assert (row == numbers(x).ravel()).all()  # x is M_i transposed
    assert fills(wide) == [shades * 2] * 2
    none = ["none"] * 3
    assert fills(middle) == [
        *([fill] * 3 + none for fill in shades),
        *(none + [fill] * 3 for fill in shades),
    ]
    assert only(high) == "none"
    assert "".join(names(picture)) == (
        "W·b̃=m̃A1·M1′+A2·M2′=SA(2,4)·I2 ⊗ W·(B(2,6))′=S"
    )


def test_lemma_10_shows_each_group_as_a_row_of_sums():
    picture = identities.lemma_10(A, B, [0, 1, 4])
    a, b, *products, gamma, rows, sums = matrices(picture)
    assert (numbers(a) == A).all() and (numbers(b) == B).all()
    assert (numbers(gamma) @ numbers(rows) == numbers(sums)).all()
    groups = [slice(0, 1), slice(1, 4), slice(4, 6)]
    for t in range(6):
        assert (numbers(rows)[t] == np.kron(B[t], A[t])).all()
    # A group has one shade, in its rows, its product and its row of sums.
    for i, (own, product) in enumerate(zip(groups, products, strict=True)):
        found = numbers(product)
        assert (found == A[own].T @ B[own]).all()
        assert (numbers(sums)[i] == found.ravel(order="F")).all()
        shade = only(product)
        assert {shade} == set(fills(sums)[i])
        for matrix in (a, b, rows):
            assert {shade} == set(sum(fills(matrix)[own], []))
        drawn = [fill for fill in fills(gamma)[i] if fill != "none"]
        assert drawn == [shade] * len(A[own])
    assert len(set(map(only, products))) == 3
    assert "".join(names(picture)) == ("A,B→A1′B1,A2′B2,A3′B3Γ·B • A=Γ(B • A)")


def test_lemma_11_shows_each_block_as_a_column_and_what_is_near():
    factor, S = A[:3], np.arange(1, 55).reshape(9, 6)
    picture = identities.lemma_11(S, factor, B[:3])
    s, R, b, a, first, second, product = matrices(picture)
    assert (numbers(s) == S).all() and (numbers(first) == factor).all()
    assert (numbers(second) == B[:3]).all()
    assert (numbers(product) == np.kron(factor, B[:3])).all()
    columns = list(zip(*fills(R), strict=True))
    assert all(len(set(column)) == 1 for column in columns)
    shades = [column[0] for column in columns]
    assert len(set(shades)) == 6 and fills(a) == [shades]
    for place, shade in enumerate(shades):
        c, r = divmod(place, 3)
        block = np.s_[3 * r : 3 * r + 3, 3 * c : 3 * c + 3]
        for whole, column in (s, R), (product, b):
            found = numbers(whole)[block].ravel(order="F")
            factors = numbers(a)[0, place] if column is b else 1
            taken = 0 if column is b else place
            assert (found == numbers(column)[:, taken] * factors).all()
            assert (np.array(fills(whole))[block] == shade).all()
        assert fills(first)[r][c] == shade
    assert only(b) == only(second) == "none"
    assert "".join(names(picture)) == "S→𝓡(S)≈vec(B1)·vec(A1)′A1⊗B1=A1 ⊗ B1"

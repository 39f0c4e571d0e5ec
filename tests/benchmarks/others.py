"""What else is measured: what the lemmas do with sums, beside other ways.

For each name of ``measured.OTHERS`` a function that returns a ``Problem``, as
those of the sums do; below each, what is called and the loop that it replaces.
"""

import numpy as np
from cases import Problem
from peers import cut, einsums, jax, row_major, torch, vecs
from scipy import sparse
from scipy.linalg import khatri_rao

import lemmas_lib
from lemmas_lib.oracles import adjoints, loops

# A sum of so many entries can be formed.
MOST_ENTRIES = 2**26


def problem(case, draw):
    """Return what is measured of a case, the function, and the loop."""
    make, function, loop = WAYS[case.name]
    return make(draw, **case.sizes), function, loop


def sum_kron_operator(draw, m, n, k1, k2):
    A, B, X = draw(m, k1), draw(m, k2), draw(k2, k1)
    blocks = cut(B, n, k2)[:, :, 0], X, cut(A, n, k1)[:, :, 0]
    peers = einsums("iac,cd,ibd->ba", *blocks)
    if n * n * k1 * k2 <= MOST_ENTRIES:
        S, x = lemmas_lib.sum_kron(A, B, n), X.T.reshape(-1)
        peers["formed before"] = lambda: S @ x
    return Problem(
        (A, B, X, n),
        lambda: (row_major(B @ X, n).T @ row_major(A, n)).T.reshape(-1),
        peers,
        2 * m * min(k1 * (k2 + n), k2 * (k1 + n)),
        m // n,
    )


def applied(A, B, X, n):
    operator = lemmas_lib.sum_kron_operator(A, B, n)
    return operator @ X.T.reshape(-1)


def applied_by_a_loop(A, B, X, n):
    total = 0
    for i in range(len(A) // n):
        some = slice(n * i, n * (i + 1))
        total = total + B[some] @ X @ A[some].T
    return total.T.reshape(-1)


def gradient(draw, m, n, k1, k2):
    G, A, B = draw(n * n, k1 * k2), draw(m, k1), draw(m, k2)
    entries = G.reshape(n, n, k1, k2)
    a, b = A.reshape(-1, n, k1), B.reshape(-1, n, k2)

    def formula():
        R = entries.transpose(1, 3, 0, 2).reshape(n * k2, n * k1)
        return vecs(B, n, k2) @ R, vecs(A, n, k1) @ R.T

    def einsum():
        return (
            np.einsum("abcd,ibd->iac", entries, b, optimize=True),
            np.einsum("abcd,iac->ibd", entries, a, optimize=True),
        )

    peers = {"einsum, optimize": einsum}
    if jax:

        @jax.jit
        def pulled(g, x, y):
            def total(x, y):
                return jax.numpy.einsum("iac,ibd->abcd", x, y)

            return jax.vjp(total, x, y)[1](g)

        arrays = [jax.numpy.asarray(x) for x in (entries, a, b)]
        peers["jax"] = lambda: jax.block_until_ready(pulled(*arrays))
    if torch:
        tensors = [torch.from_numpy(x) for x in (entries, a, b)]
        leaves = [x.requires_grad_() for x in tensors[1:]]

        def backward():
            total = torch.einsum("iac,ibd->abcd", *leaves)
            return torch.autograd.grad(total, leaves, tensors[0])

        peers["torch"] = backward
    operations = 4 * m * n * k1 * k2
    return Problem((G, A, B, n), formula, peers, operations, m // n)


def weights(draw, m, n, k):
    A, B, W = draw(m, k), draw(m, k), draw(m // n, m // n)
    blocks = cut(A, n, k)[:, :, 0], W, cut(B, n, k)[:, :, 0]

    def formula():
        mixed = (W @ B.reshape(-1, n * k)).reshape(m, k)
        return row_major(A, n).T @ row_major(mixed, n)

    return Problem(
        (A, B, n, W),
        formula,
        einsums("iac,ij,jbc->ab", *blocks),
        2 * m * k * (m // n + n),
        (m // n) ** 2,
    )


def groups(draw, m, n, k1, k2):
    """Groups of n rows on the average, and no two in a row alike."""
    A, B = draw(m, k1), draw(m, k2)
    l = m // n
    starts = n * np.arange(l) + np.arange(l) % 2
    ends = np.append(starts[1:], m)
    ones = np.ones(m), np.arange(m), np.append(starts, m)
    indicator = sparse.csr_array(ones, shape=(l, m))
    return Problem(
        (A, B, starts, ends),
        None,
        {
            "sparse Γ": lambda: indicator @ khatri_rao(B.T, A.T).T,
            "einsum and reduceat": lambda: np.add.reduceat(
                np.einsum("tb,ta->tba", B, A).reshape(m, -1), starts
            ),
        },
        2 * m * k1 * k2,
        l,
    )


def grouped(A, B, starts, _):
    return np.add.reduceat(khatri_rao(B.T, A.T).T, starts)


def grouped_by_a_loop(A, B, starts, ends):
    found = [
        (A[s:e].T @ B[s:e]).T.ravel()
        for s, e in zip(starts, ends, strict=True)
    ]
    return np.array(found)


def nearest_kron(draw, n1, n2, n3, n4):
    """The other ways end with the decomposition, which takes the time."""
    S = draw(n1 * n3, n2 * n4)

    def formula():
        entries = S.reshape(n1, n3, n2, n4).transpose(3, 1, 2, 0)
        return factors(entries.reshape(n4 * n3, n2 * n1), n1, n3)

    def few():
        R = lemmas_lib.kron_rearrange(S, (n1, n2), (n3, n4))
        return sparse.linalg.svds(R, k=1)

    entries = n1 * n2 * n3 * n4
    return Problem(
        (S, (n1, n2), (n3, n4)),
        formula,
        {"svds of one term": few},
        6 * entries * min(n1 * n2, n3 * n4),
        n1 * n2,
    )


def nearest_by_a_loop(S, shape_a, shape_b):
    (n1, n2), (n3, n4) = shape_a, shape_b
    columns = [
        S[r * n3 : (r + 1) * n3, c * n4 : (c + 1) * n4].T.ravel()
        for c in range(n2)
        for r in range(n1)
    ]
    return factors(np.array(columns).T, n1, n3)


def factors(R, n1, n3):
    """Return the factors of the first term, from the rearrangement."""
    u, sigma, v = np.linalg.svd(R, full_matrices=False)
    root = np.sqrt(sigma[0])
    return root * v[0].reshape(-1, n1).T, root * u[:, 0].reshape(-1, n3).T


# Of each: what is made, what is called, and the loop.
WAYS = {
    "sum_kron_operator": (sum_kron_operator, applied, applied_by_a_loop),
    "gradients.sum_kron": (
        gradient, lemmas_lib.gradients.sum_kron, adjoints.sum_kron,
    ),
    "weights": (weights, lemmas_lib.sum_abt, loops.sum_abt),
    "groups": (groups, grouped, grouped_by_a_loop),
    "nearest_kron": (
        nearest_kron, lemmas_lib.nearest_kron, nearest_by_a_loop,
    ),
}  # fmt: skip

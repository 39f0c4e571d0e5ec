"""Time the lemmas at the source's own sizes, once; the chapters show it.

The source's formulas are run as it states them, with the permutation matrix
that it builds, dense in Lemma 4 (2 GB) and sparse in Lemmas 5 and 6.
Writes lemmas_lib/book/data/source_sizes.json.
"""

import numpy as np
import tables
from measure import dated, load_kernels_at_once, seconds, write
from peers import row_major
from scipy import sparse

from lemmas_lib import commutation_matrix, sums, vec, vecb
from lemmas_lib.oracles import loops


def permuted(K, A, B, shape_a, shape_b):
    """Return the right side of Lemma 4 or 6 with a given permutation."""
    v = K @ vec(vecb(B, shape_b).T @ vecb(A, shape_a))
    rows, columns = shape_a[0] * shape_b[0], shape_a[1] * shape_b[1]
    return v.reshape(columns, rows).T


def sparse_permutation(k1, k2, n):
    K = commutation_matrix(k2, n)
    right = sparse.kron(K, sparse.eye_array(n))
    return sparse.kron(sparse.eye_array(k1), right).tocsr()


def dense_permutation(k1, k2, n):
    K = commutation_matrix(k2, n).toarray()
    return np.kron(np.kron(np.eye(k1), K), np.eye(n))


def lemma_1(rng):
    m, n, k = 8, 2, 4
    A, B = rng.normal(size=(2, m, k))
    return {
        "sizes": {"m": m, "n": n, "k": k},
        "ways": {
            "loop": lambda: loops.sum_abt(A, B, n),
            "source's formula": lambda: row_major(A, n).T @ row_major(B, n),
            "library": lambda: sums.sum_abt(A, B, n),
        },
        "printed": {"loop": "0.50 ms", "source's formula": "0.098 ms"},
    }


def lemma_2(rng):
    m, n, k1, k2 = 1000, 2, 100, 3
    A, B = rng.normal(size=(m, k1)), rng.normal(size=(m, k2))
    C = rng.normal(size=(k1, k2))
    return {
        "sizes": {"m": m, "n": n, "k1": k1, "k2": k2},
        "ways": {
            "loop": lambda: loops.sum_acbt(A, C, B, n),
            "source's formula, CB'": lambda: (
                row_major(A, n).T @ (C @ B.T).reshape(-1, n)
            ),
            "source's formula, C'A'": lambda: (
                (C.T @ A.T).reshape(-1, n).T @ row_major(B, n)
            ),
            "library": lambda: sums.sum_acbt(A, C, B, n),
        },
        "printed": {
            "loop": "4.05 ms",
            "source's formula, CB'": "2.06 ms",
            "source's formula, C'A'": "0.93 ms",
        },
    }


def lemma_3(rng):
    """Lemma 3 has no code in the source; the sizes are those of Lemma 2."""
    m, n, k1, k2 = 1000, 2, 100, 3
    A, B = rng.normal(size=(m, k1)), rng.normal(size=(m, k2))
    C = rng.normal(size=(k2, k1))

    def formula():
        E = row_major(A - B @ C, n)
        return E.T @ E

    return {
        "sizes": {"m": m, "n": n, "k1": k1, "k2": k2},
        "ways": {
            "loop": lambda: loops.sum_residual_outer(A, B, C, n),
            "formula": formula,
            "library": lambda: sums.sum_residual_outer(A, B, C, n),
        },
        "printed": {},
    }


def lemma_4(rng):
    m, n, k1, k2 = 4000, 2, 4000, 1
    A, B = rng.normal(size=(m, k1)), rng.normal(size=(m, k2))
    made = {}

    def permutation():
        made["K"] = dense_permutation(k1, k2, n)

    permutation()
    return {
        "sizes": {"m": m, "n": n, "k1": k1, "k2": k2},
        "ways": {
            "loop": lambda: loops.sum_kron(A, B, n),
            "source's permutation, dense": permutation,
            "source's formula": lambda: permuted(
                made["K"], A, B, (n, k1), (n, k2)
            ),
            "library": lambda: sums.sum_kron(A, B, n),
        },
        "printed": {
            "loop": "4.97 s",
            "source's permutation, dense": "9.66 s",
            "source's formula": "0.29 s",
        },
    }


def lemma_5(rng):
    m1, m2, n1, n2, k1, k2 = 1000, 1200, 2, 2, 1000, 1000
    A, B = rng.normal(size=(m1, k1)), rng.normal(size=(m2, k1))
    C, D = rng.normal(size=(m1, k2)), rng.normal(size=(m2, k2))
    made = {}

    def permutations():
        made["K"] = [sparse_permutation(k1, k2, n) for n in (n1, n2)]

    def formula():
        K1, K2 = made["K"]
        left = permuted(K1, A, C, (n1, k1), (n1, k2))
        return left @ permuted(K2, B, D, (n2, k1), (n2, k2)).T

    permutations()
    return {
        "sizes": {
            "m1": m1, "m2": m2, "n1": n1, "n2": n2, "k1": k1, "k2": k2,
        },
        "ways": {
            "loop": lambda: loops.sum_kron_abt_cdt(A, B, C, D, n1, n2),
            "source's permutations, sparse": permutations,
            "source's formula": formula,
            "library": lambda: sums.sum_kron_abt_cdt(A, B, C, D, n1, n2),
        },
        "printed": {
            "loop": "11.2 s",
            "source's permutations, sparse": "0.37 s",
            "source's formula": "0.45 s",
        },
    }  # fmt: skip


def lemma_6(rng):
    m1, m2, n1, n2, k = 400, 800, 2, 2, 100
    A = rng.normal(size=(m1, m2))
    B, C = rng.normal(size=(m1, k)), rng.normal(size=(m2, k))
    K = sparse_permutation(n2, n2, n1)

    return {
        "sizes": {"m1": m1, "m2": m2, "n1": n1, "n2": n2, "k": k},
        "ways": {
            "loop": lambda: loops.sum_kron_bct(A, B, C, n1, n2),
            "source's formula": lambda: permuted(
                K, A, B @ C.T, (n1, n2), (n1, n2)
            ),
            "library": lambda: sums.sum_kron_bct(A, B, C, n1, n2),
        },
        "printed": {"loop": "2.63 s", "source's formula": "0.021 s"},
    }


def main():
    load_kernels_at_once()
    rng = np.random.default_rng(0)
    rows = []
    cases = lemma_1, lemma_2, lemma_3, lemma_4, lemma_5, lemma_6
    for number, lemma in enumerate(cases, start=1):
        print(f"Lemma {number} …", flush=True)
        case = lemma(rng)
        rows.append(
            {
                "lemma": str(number),
                "sizes": case["sizes"],
                "seconds": seconds(case["ways"]),
                "printed": case["printed"],
            }
        )
    write("source_sizes", dated(rows=rows, tables=tables.source_sizes(rows)))


if __name__ == "__main__":
    main()

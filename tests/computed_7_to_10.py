"""What Coq compares of Lemmas 7 to 10: each theorem, and the library for it.

One entry a theorem: its matrices with their rows and columns, its sides in
Coq's language, and the same by the library. ``test_computed`` compares them.
"""

import numpy as np
from scipy.linalg import khatri_rao

import lemmas_lib
from lemmas_lib import gradients, kron_restore, sum_kron_operator, vec

# Rows t of a matrix in groups of unequal sizes, one of them of a single row.
GROUPS = 2, 1, 3
STARTS = [0, 2, 3]
SIZES = [
    dict(l=2, m=3, nA=3, nB=2, nC=2, nD=1, k=2, k1=2, k2=3, t=6, one=1),
    dict(l=3, m=1, nA=1, nB=3, nC=1, nD=2, k=1, k1=3, k2=2, t=6, one=1),
]

KRON = r"(\sum_(i < {l}) row_block {A} i ⊗ row_block {B} i)"
P = r"(\sum_(i < {l}) row_block {A} i ⊗ row_block {C} i)"
Q = r"(\sum_(j < {m}) row_block {B} j ⊗ row_block {D} j)"
RESIDUAL = "({A} - {B} *m {C})"
E_BAR = (
    "of_blocks (fun i : 'I_{l} =>"
    " ({G} + {G}^T) *m row_block " + RESIDUAL + " i)"
)
X_BAR = "unvecb (vecb {A} *m (rearrange {G})^T)"
LISTED = "(listed [:: 0; 0; 1; 2; 2; 2])%N"


def rows(A, B):
    """Return the Kronecker products of the rows of A and B."""
    return khatri_rao(A.T, B.T).T


def by_group(A, B):
    """Return vec(A_g'B_g)' of every group g as a row."""
    return np.add.reduceat(rows(B, A), STARTS)


THEOREMS = {
    "rearrange_sum": (
        "A (l nA, k1), B (l nB, k2)",
        ["rearrange " + KRON],
        lambda A, B, nA, nB, k1, k2, **_: [
            lemmas_lib.kron_rearrange(
                lemmas_lib.sum_kron(A, B, (nA, nB)), (nA, k1), (nB, k2)
            )
        ],
    ),
    "rearrange_restore": (
        "T (k2 nB, k1 nA)",
        ["restore {T}"],
        lambda T, nA, nB, k1, k2, **_: [kron_restore(T, (nA, k1), (nB, k2))],
    ),
    "lemma_7": (
        "A (l nA, k1), B (l nB, k2), X (k2, k1)",
        [KRON + " *m vec {X}"],
        lambda A, B, X, nA, nB, **_: [
            sum_kron_operator(A, B, (nA, nB)) @ vec(X)[:, None]
        ],
    ),
    "lemma_7_transpose": (
        "A (l nA, k1), B (l nB, k2), Y (nB, nA)",
        [KRON + "^T *m vec {Y}"],
        lambda A, B, Y, nA, nB, **_: [
            sum_kron_operator(A, B, (nA, nB)).T @ vec(Y)[:, None]
        ],
    ),
    "lemma_8_sum_abt": (
        "A (l nA, k), B (l nB, k), G (nA, nB)",
        [
            "of_blocks (fun i : 'I_{l} => {G} *m row_block {B} i)",
            "of_blocks (fun i : 'I_{l} => {G}^T *m row_block {A} i)",
        ],
        lambda A, B, G, nA, nB, **_: gradients.sum_abt(G, A, B, (nA, nB)),
    ),
    "lemma_8_sum_acbt": (
        "A (l nA, k1), C (k1, k2), B (l nB, k2), G (nA, nB)",
        [
            "of_blocks (fun i : 'I_{l} => {G} *m row_block {B} i *m {C}^T)",
            r"\sum_(i < {l}) (row_block {A} i)^T *m {G} *m row_block {B} i",
            "of_blocks (fun i : 'I_{l} => {G}^T *m row_block {A} i *m {C})",
        ],
        lambda A, C, B, G, nA, nB, **_: gradients.sum_acbt(
            G, A, C, B, (nA, nB)
        ),
    ),
    "lemma_8_sum_residual_outer": (
        "A (l nA, k1), B (l nA, k2), C (k2, k1), G (nA, nA)",
        [E_BAR, f"- ({E_BAR} *m {{C}}^T)", f"- ({{B}}^T *m {E_BAR})"],
        lambda A, B, C, G, nA, **_: gradients.sum_residual_outer(
            G, A, B, C, nA
        ),
    ),
    "lemma_8_sum_kron": (
        "A (l nA, k1), B (l nB, k2), G (nA nB, k1 k2)",
        [
            "unvecb_rows (vecb_rows {B} *m rearrange {G})",
            "unvecb_rows (vecb_rows {A} *m (rearrange {G})^T)",
        ],
        lambda A, B, G, nA, nB, **_: gradients.sum_kron(G, A, B, (nA, nB)),
    ),
    "lemma_8_sum_kron_abt_cdt": (
        "A (l nA, k1), B (m nB, k1), C (l nC, k2), D (m nD, k2),"
        " G (nA nC, nB nD)",
        [
            f"unvecb_rows (vecb_rows {{C}} *m rearrange ({{G}} *m {Q}))",
            f"unvecb_rows (vecb_rows {{D}} *m rearrange ({{G}}^T *m {P}))",
            f"unvecb_rows (vecb_rows {{A}} *m (rearrange ({{G}} *m {Q}))^T)",
            f"unvecb_rows (vecb_rows {{B}} *m (rearrange ({{G}}^T *m {P}))^T)",
        ],
        lambda A, B, C, D, G, nA, nB, nC, nD, **_: gradients.sum_kron_abt_cdt(
            G, A, B, C, D, (nA, nC), (nB, nD)
        ),
    ),
    "lemma_8_sum_kron_bct": (
        "A (l nA, m nD), B (l nB, k), C (m nC, k), G (nA nB, nD nC)",
        [
            "unvecb (vecb ({B} *m {C}^T) *m rearrange {G})",
            X_BAR + " *m {C}",
            f"({X_BAR})^T *m {{B}}",
        ],
        lambda A, B, C, G, nA, nB, nC, nD, **_: gradients.sum_kron_bct(
            G, A, B, C, (nA, nB), (nD, nC)
        ),
    ),
    "lemma_8_sumAijBijt": (
        "A (l nA, m nC), B (l nB, m nC), G (nA, nB)",
        [
            "of_blocks (fun i : 'I_{l} => {G} *m row_block {B} i)",
            "of_blocks (fun i : 'I_{l} => {G}^T *m row_block {A} i)",
        ],
        lambda A, B, G, nA, nB, nC, **_: gradients.sumAijBijt(
            G, A, B, (nA, nC), (nB, nC)
        ),
    ),
    "lemma_8_sumAijKronBij": (
        "A (l nA, m nC), B (l nB, m nD), G (nA nB, nC nD)",
        ["unvecb (vecb {B} *m rearrange {G})", X_BAR],
        lambda A, B, G, nA, nB, nC, nD, **_: gradients.sumAijKronBij(
            G, A, B, (nA, nC), (nB, nD)
        ),
    ),
    "lemma_9_abt": (
        "A (l nA, k), B (l nB, k), w (one, l)",
        [
            r"\sum_(i < {l}) {w} 0 i *:"
            r" (row_block {A} i *m (row_block {B} i)^T)"
        ],
        lambda A, B, w, nA, nB, **_: [
            lemmas_lib.sum_abt(A, B, (nA, nB), weights=w[0])
        ],
    ),
    "lemma_9_acbt": (
        "A (l nA, k1), C (k1, k2), B (l nB, k2), w (one, l)",
        [
            r"\sum_(i < {l}) {w} 0 i *:"
            r" (row_block {A} i *m {C} *m (row_block {B} i)^T)"
        ],
        lambda A, C, B, w, nA, nB, **_: [
            lemmas_lib.sum_acbt(A, C, B, (nA, nB), weights=w[0])
        ],
    ),
    "lemma_9_residual_outer": (
        "A (l nA, k1), B (l nA, k2), C (k2, k1), w (one, l)",
        [
            r"\sum_(i < {l}) {w} 0 i *:"
            r" ((row_block {A} i - row_block {B} i *m {C})"
            r" *m (row_block {A} i - row_block {B} i *m {C})^T)"
        ],
        lambda A, B, C, w, nA, **_: [
            lemmas_lib.sum_residual_outer(A, B, C, nA, weights=w[0])
        ],
    ),
    "lemma_9_kron": (
        "A (l nA, k1), B (l nB, k2), w (one, l)",
        [r"\sum_(i < {l}) {w} 0 i *: (row_block {A} i ⊗ row_block {B} i)"],
        lambda A, B, w, nA, nB, **_: [
            lemmas_lib.sum_kron(A, B, (nA, nB), weights=w[0])
        ],
    ),
    "lemma_9_double_abt": (
        "A (l nA, k), B (m nB, k), W (l, m)",
        [
            r"\sum_(i < {l}) \sum_(j < {m}) {W} i j *:"
            r" (row_block {A} i *m (row_block {B} j)^T)"
        ],
        lambda A, B, W, nA, nB, **_: [
            lemmas_lib.sum_abt(A, B, (nA, nB), weights=W)
        ],
    ),
    "lemma_9_double_kron": (
        "A (l nA, k1), B (m nB, k2), W (l, m)",
        [
            r"\sum_(i < {l}) \sum_(j < {m}) {W} i j *:"
            r" (row_block {A} i ⊗ row_block {B} j)"
        ],
        lambda A, B, W, nA, nB, **_: [
            lemmas_lib.sum_kron(A, B, (nA, nB), weights=W)
        ],
    ),
    "lemma_10_rows": (
        "A (t, k1), B (t, k2)",
        [f"indicator {LISTED} *m ({{B}} • {{A}})"],
        lambda A, B, **_: [by_group(A, B)],
    ),
    "lemma_10": (
        "A (t, k1), B (t, k2), C (t, nA), D (t, nB)",
        [
            rf"\sum_(i < 3) group_product {LISTED} {{A}} {{B}} i"
            rf" ⊗ group_product {LISTED} {{C}} {{D}} i"
        ],
        lambda A, B, C, D, k1, k2, nA, nB, **_: [
            kron_restore(
                by_group(C, D).T @ by_group(A, B), (k1, k2), (nA, nB)
            )
        ],
    ),
    "hadamard_of_sum": ("A (nA, k), B (nA, k)", ["{A} ∘ {B}"],
                        lambda A, B, **_: [A * B]),
    "khatri_rao_gram": ("A (nA, k), B (nB, k)", ["khatri_rao {A} {B}"],
                        lambda A, B, **_: [khatri_rao(A, B)]),
    # The pairs in the order of vech.
    "compressed": (
        "",
        [
            "@duplication _ 3 6 (listed [:: 0; 1; 2; 1; 2; 2])%N"
            " (listed [:: 0; 0; 0; 1; 1; 2])%N"
        ],
        lambda **_: [lemmas_lib.duplication_matrix(3).toarray()],
    ),
}  # fmt: skip

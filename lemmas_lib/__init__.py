"""Sums over matrix blocks as one reshape and one matrix product.

``operators`` moves entries (vec, vech, vecb, the reshape, K and 𝒟), ``sums``
has one function a lemma, ``mixed_model`` is what they are for, with data to
fit in ``datasets``. The oracles are ``loops`` and ``formulas``, the two sides
of each lemma, and ``definitions``, the mixed model in full. ``timing`` and
``drawing`` serve the book's chapters, ``as_printed`` its errata.
"""

from .operators import (
    commutation_index,
    commutation_matrix,
    duplication_index,
    duplication_matrix,
    reshape_f,
    unvec,
    unvech,
    vec,
    vecb,
    vech,
)
from .sums import (
    sum_abt,
    sum_acbt,
    sum_kron,
    sum_kron_abt_cdt,
    sum_kron_bct,
    sum_residual_outer,
    sumAijBijt,
    sumAijKronBij,
)

__all__ = [
    "commutation_index",
    "commutation_matrix",
    "duplication_index",
    "duplication_matrix",
    "reshape_f",
    "sumAijBijt",
    "sumAijKronBij",
    "sum_abt",
    "sum_acbt",
    "sum_kron",
    "sum_kron_abt_cdt",
    "sum_kron_bct",
    "sum_residual_outer",
    "unvec",
    "unvech",
    "vec",
    "vecb",
    "vech",
]

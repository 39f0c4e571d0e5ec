"""Sums over matrix blocks as one reshape and one matrix product.

The core: ``operators`` moves entries (vec, vech, vecb, reshapes, `𝓡`, `K` and
`𝒟`), ``sums`` has one function a sum, ``gradients`` the adjoint of each, and
``kronecker`` sums of Kronecker products that are not formed or are found
again. Behind them, ``_shapes`` says what fits together, ``_arguments`` what
counts as a matrix, ``_routes`` which way is the shorter, and ``_contraction``
does the work. ``oracles`` is what they are checked against, ``mixed_model``
what they are for, and ``book`` what only the chapters need.
"""

from . import gradients
from .kronecker import nearest_kron, sum_kron_operator
from .operators import (
    commutation_index,
    commutation_matrix,
    duplication_index,
    duplication_matrix,
    kron_rearrange,
    kron_restore,
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
    "gradients",
    "kron_rearrange",
    "kron_restore",
    "nearest_kron",
    "reshape_f",
    "sumAijBijt",
    "sumAijKronBij",
    "sum_abt",
    "sum_acbt",
    "sum_kron",
    "sum_kron_abt_cdt",
    "sum_kron_bct",
    "sum_kron_operator",
    "sum_residual_outer",
    "unvec",
    "unvech",
    "vec",
    "vecb",
    "vech",
]

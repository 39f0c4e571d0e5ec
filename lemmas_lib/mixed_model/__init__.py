"""An application: the linear mixed model, computed from cross-products.

The model is `y = Xβ + Zb + ε` with `b ~ N(0, σ²D)` and `ε ~ N(0, σ²I)`. Factor
k has `l_k` levels with `q_k` effects each, and D holds `D_k` once for each
level, so that `y ~ N(Xβ, σ²V)` with `V = I + ZDZ'`. Parameters stand in the
order `β`, `σ²`, `vech(D_1)`, `vech(D_2)`, …, and each `D_k` is relative to
`σ²`.

Everything is read from the cross-products `X'X`, `X'Z`, `Z'Z`, `X'y`, `Z'y`
and `y'y`. They are computed once, and nothing after them has n rows. Where the
response, `σ²`, `β` or a `D_k` has a leading axis v, so has the result: v
models with the same X and Z.

``products`` makes the cross-products, ``likelihood`` has the likelihood, score
and information, ``fitting`` maximises, ``result`` is what it returns;
``simulation`` draws data, ``datasets`` has published ones. Behind them,
``_checks`` refuses what does not fit, ``_data`` lays out y, X and Z,
``_absorb`` computes what D and the response determine, ``_levels`` the sums
over levels, where the lemmas are, ``_coordinates`` writes symmetric matrices
as rows, ``_cone`` keeps them semidefinite, ``_climb`` goes to the maximum,
``_errors`` has its standard errors and ``_summary`` writes it out.
"""

from .fitting import fit
from .likelihood import METHODS, information, loglik, score
from .products import CrossProducts, cross_products, design_matrix
from .result import Fit, StandardErrors
from .simulation import simulate

__all__ = [
    "METHODS",
    "CrossProducts",
    "Fit",
    "StandardErrors",
    "cross_products",
    "design_matrix",
    "fit",
    "information",
    "loglik",
    "score",
    "simulate",
]

"""Data, checked and laid out: y, X, the factors, Z, and their products.

A checked factor is (names of the levels, level of each row, Z_k).
"""

import numpy as np
from scipy import sparse

from . import _checks


def checked_factors(factors):
    """Return (names of the levels, level of each row, Z_k) of each factor."""
    _checks.factors(factors)
    found = []
    for k, (levels, Z_k) in enumerate(factors):
        Z_k = _checks.real(f"Z of factors[{k}]", Z_k, 2)
        names, rows = _checks.labels(f"levels of factors[{k}]", levels)
        n = len(found[0][2]) if found else len(rows)
        sizes = {"n": n, "q_k": Z_k.shape[-1]}
        _checks.ends(f"levels of factors[{k}]", rows, ("n",), sizes, ())
        _checks.ends(f"Z of factors[{k}]", Z_k, ("n", "q_k"), sizes, ())
        found.append((names, rows, Z_k))
    return found


def checked_data(y, X, factors):
    """Return y, X and the factors, checked and of one length."""
    factors = checked_factors(factors)
    y, X = _checks.real("y", y, 1), _checks.real("X", X, 2)
    n = len(factors[0][2])
    _checks.ends("X", X, ("n", "p"), {"n": n, "p": X.shape[-1]}, ())
    v = () if y.ndim == 1 else ("v",)
    _checks.ends("y", y, ("n", *v), {"n": n, "v": y.shape[-1]}, ())
    return y, X, factors


def design(factors):
    """Return Z, sparse, of checked factors."""
    offset, indices = 0, []
    for names, rows, Z_k in factors:
        q_k = Z_k.shape[1]
        indices.append(offset + rows[:, None] * q_k + np.arange(q_k))
        offset += len(names) * q_k
    data = np.hstack([Z_k for _, _, Z_k in factors])
    n, in_a_row = data.shape
    ends = np.arange(n + 1) * in_a_row
    entries = data.ravel(), np.hstack(indices).ravel(), ends
    return sparse.csr_array(entries, shape=(n, offset))


def crossed(y, X, factors):
    """Return the cross-products of checked data by their names."""
    Z = design(factors)
    effects = tuple(Z_k.shape[1] for _, _, Z_k in factors)
    # Finite numbers may have products that are not, which is said below.
    with np.errstate(over="ignore", invalid="ignore"):
        products = dict(
            XtX=X.T @ X,
            XtZ=(Z.T @ X).T,
            ZtZ=(Z.T @ Z).toarray(),
            Xty=y.T @ X,
            Zty=(Z.T @ y).T,
            yty=(y * y).sum(axis=0),
        )
    return {
        "n": len(X),
        "levels": tuple(len(names) for names, _, _ in factors),
        "effects": _checks.counts("effects", effects),
        **{name: _checks.real(name, x) for name, x in products.items()},
    }

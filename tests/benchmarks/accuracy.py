"""Measure the rounding errors of the sums against exact ones, once.

Writes lemmas_lib/book/data/accuracy.json, which the chapter on accuracy shows.
"""

import numpy as np
import tables
from measure import dated, digits, write

import lemmas_lib
from lemmas_lib import _shapes
from lemmas_lib.oracles import rounding

SIZES = {
    "sum_abt": ([(900 * 2, 4), (900 * 3, 4)], [(2, 3)]),
    "sum_acbt": ([(300 * 2, 5), (5, 3), (300 * 3, 3)], [(2, 3)]),
    "sum_residual_outer": ([(300 * 2, 3), (300 * 2, 5), (5, 3)], [2]),
    "sum_kron": ([(900 * 2, 2), (900 * 3, 3)], [(2, 3)]),
    "sum_kron_abt_cdt": (
        [(30 * 2, 4), (20 * 3, 4), (30 * 2, 3), (20 * 3, 3)],
        [2, 3],
    ),
    "sum_kron_bct": ([(30 * 2, 20 * 3), (30 * 2, 5), (20 * 3, 5)], [2, 3]),
    "sumAijBijt": ([(30 * 2, 20 * 3), (30, 20 * 3)], [(2, 3), (1, 3)]),
    "sumAijKronBij": ([(30 * 2, 20 * 3), (30, 20 * 2)], [(2, 3), (1, 2)]),
}


def main():
    rng = np.random.default_rng(11)
    rows = []
    for name, (shapes, extra) in SIZES.items():
        function = getattr(lemmas_lib, name)
        for dtype in ("float64", "float32"):
            for kind in rounding.KINDS:
                matrices = rounding.draw(kind, rng, shapes, dtype)
                *_, sizes = getattr(_shapes, name)(*matrices, *extra)
                found = rounding.errors(function, *matrices, *extra)
                rows.append(
                    {
                        "name": name,
                        "dtype": dtype,
                        "kind": kind,
                        "roundings": rounding.ROUNDINGS[name](**sizes),
                        **{way: digits(e) for way, e in found.items()},
                    }
                )
    write("accuracy", dated(rows=rows, tables=tables.accuracy(rows)))


if __name__ == "__main__":
    main()

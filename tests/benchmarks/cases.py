"""What is measured of each sum: sizes, orders in memory and dtypes.

Tiny matrices; some that the caches hold; and large ones, of more than 200 MB
where reading them is the floor, because some processors have large caches.
"""

from collections import namedtuple

# What is measured of a case: the arguments of a call, the formula in a line of
# NumPy and other ways, each a call, and numbers of operations and blocks.
Problem = namedtuple("Problem", "arguments formula peers operations blocks")
Case = namedtuple("Case", "name sizes order dtype", defaults=["C", "float64"])

BOTH = "CF"
DOUBLE, SINGLE = "float64", "float32"
P1 = [
    ((8, 2, 4), BOTH, [DOUBLE]),
    ((4000, 2, 100), BOTH, [DOUBLE]),
    ((8000000, 2, 2), BOTH, [DOUBLE]),
    ((400000, 2, 100), BOTH, [DOUBLE, SINGLE]),
    ((450000, 3, 60), BOTH, [DOUBLE, SINGLE]),
    ((16000000, 4, 1), "C", [DOUBLE]),
    ((600000, 4, 50), BOTH, [DOUBLE, SINGLE]),
    ((600000, 5, 50), BOTH, [DOUBLE, SINGLE]),
    ((400000, 8, 50), BOTH, [DOUBLE]),
    ((360000, 12, 50), BOTH, [DOUBLE]),
    ((400000, 20, 50), BOTH, [DOUBLE]),
    ((400000, 40, 50), BOTH, [DOUBLE]),
    ((16000, 400, 1000), BOTH, [DOUBLE]),
]
P2 = [
    ((8, 6, 2, 3), BOTH, [DOUBLE]),
    ((400, 800, 2, 2), BOTH, [DOUBLE]),
    ((6000, 6000, 1, 2), BOTH, [DOUBLE, SINGLE]),
    ((6000, 6000, 2, 2), BOTH, [DOUBLE, SINGLE]),
    ((500000, 30, 2, 2), "C", [DOUBLE]),
    ((30, 500000, 2, 2), "C", [DOUBLE]),
    ((6000, 6000, 3, 3), BOTH, [DOUBLE, SINGLE]),
    ((6000, 6000, 5, 5), BOTH, [DOUBLE]),
    ((6000, 6000, 10, 10), BOTH, [DOUBLE]),
    ((3600, 3600, 30, 30), "C", [DOUBLE]),
]
OTHERS = [
    Case("sum_abt", dict(m=400000, n=2, k=100, same=True)),
    Case("sumAijKronBij", dict(m1=6000, m2=6000, n1=2, n2=2, same=True)),
    Case("sum_acbt", dict(m=8, n=2, k1=4, k2=3)),
    Case("sum_acbt", dict(m=1000, n=2, k1=100, k2=3)),
    Case("sum_acbt", dict(m=400000, n=2, k1=100, k2=3)),
    Case("sum_acbt", dict(m=1000000, n=2, k1=20, k2=20)),
    Case("sum_residual_outer", dict(m=8, n=2, k1=4, k2=3)),
    Case("sum_residual_outer", dict(m=1000, n=2, k1=100, k2=3)),
    Case("sum_residual_outer", dict(m=400000, n=2, k1=100, k2=3)),
    Case("sum_kron", dict(m=8, n=2, k1=3, k2=2)),
    Case("sum_kron", dict(m=4000, n=2, k1=8000, k2=1)),
    Case("sum_kron", dict(m=5000000, n=2, k1=3, k2=3)),
    Case("sum_kron", dict(m=5000000, n=2, k1=3, k2=3), "F"),
    Case("sum_kron_abt_cdt", dict(m1=8, m2=6, n1=2, n2=2, k1=3, k2=2)),
    Case(
        "sum_kron_abt_cdt",
        dict(m1=2000, m2=2400, n1=2, n2=2, k1=1000, k2=1000),
    ),
    Case("sum_kron_abt_cdt", dict(m1=40000, m2=30000, n1=2, n2=3, k1=5, k2=4)),
    Case("sum_kron_bct", dict(m1=8, m2=6, n1=2, n2=2, k=3)),
    Case("sum_kron_bct", dict(m1=400, m2=800, n1=2, n2=2, k=100)),
    Case("sum_kron_bct", dict(m1=6000, m2=6000, n1=2, n2=2, k=20)),
    Case("sumAijBijt", dict(v=120000, m1=20, m2=6, n1=2, n2=2)),
    Case("sumAijKronBij", dict(v=40000, m1=20, m2=20, n1=2, n2=2)),
    Case("sumAijKronBij", dict(v=100, m1=400, m2=400, n1=2, n2=2)),
    Case("sum_kron_operator", dict(m=8, n=2, k1=3, k2=2)),
    Case("sum_kron_operator", dict(m=900, n=300, k1=300, k2=300)),
    Case("sum_kron_operator", dict(m=100000, n=10, k1=10, k2=10)),
    Case("gradients.sum_kron", dict(m=8, n=2, k1=3, k2=2)),
    Case("gradients.sum_kron", dict(m=4000, n=20, k1=20, k2=10)),
    Case("gradients.sum_kron", dict(m=2000000, n=2, k1=3, k2=3)),
    Case("weights", dict(m=8, n=2, k=3)),
    Case("weights", dict(m=600, n=2, k=100)),
    Case("weights", dict(m=6000, n=3, k=50)),
    Case("groups", dict(m=40, n=4, k1=2, k2=3)),
    Case("groups", dict(m=100000, n=5, k1=4, k2=4)),
    Case("groups", dict(m=1000000, n=500, k1=4, k2=4)),
    Case("nearest_kron", dict(n1=2, n2=2, n3=3, n4=3)),
    Case("nearest_kron", dict(n1=20, n2=20, n3=30, n4=30)),
]


def cases():
    """Yield all cases, the products and Kronecker sums first."""
    for (m, n, k), orders, dtypes in P1:
        for dtype in dtypes:
            for order in orders:
                yield Case("sum_abt", dict(m=m, n=n, k=k), order, dtype)
    for (m1, m2, n1, n2), orders, dtypes in P2:
        for dtype in dtypes:
            for order in orders:
                sizes = dict(m1=m1, m2=m2, n1=n1, n2=n2)
                yield Case("sumAijKronBij", sizes, order, dtype)
    yield from OTHERS

"""What the sums are to reach in the benchmark, and whether they do.

A target is the most that the library may take, as a multiple of the floor, of
the fastest peer or of the formula in a line of NumPy: alone, and right after a
product of large matrices by BLAS.
"""

from typing import NamedTuple

from lemmas_lib.book.measured import OVER, SUMS

FLOOR, PEER, FORMULA = OVER

PRODUCTS = "sum_abt", "sumAijBijt"
KRONECKERS = "sum_kron", "sumAijKronBij"
PRIMITIVES = "sum_abt", *KRONECKERS

# With less than this in bytes the checks of the arguments take the time.
TINY_BYTES = 2**12


class Target(NamedTuple):
    """A target for those rows of the record that it is ``meant`` for."""

    what: str
    over: str
    most: float
    meant: object


def _products(heights, dtypes):
    """Say which rows are large sums of products of such blocks."""
    return lambda row: (
        "floor" in row
        and row["name"] in PRODUCTS
        and row["sizes"].get("n", row["sizes"].get("n1")) in heights
        and row["dtype"] in dtypes
    )


def _kroneckers(sides, dtypes):
    """Say which rows are large Kronecker sums of such blocks."""
    return lambda row: (
        "floor" in row
        and row["name"] in KRONECKERS
        and max(s for x, s in row["sizes"].items() if x[0] in "nk") in sides
        and row["dtype"] in dtypes
    )


def _is_tiny(row):
    return row["bytes"] < TINY_BYTES


DOUBLE, SINGLE = ["float64"], ["float32"]
PRODUCT = r"$\sum_i A_iB_i'$"
KRONECKER = r"$\sum_{ij} A_{ij} \otimes B_{ij}$"
TARGETS = [
    Target(
        rf"{PRODUCT}, $n \le 5$", FLOOR, 1.3, _products(range(1, 6), DOUBLE)
    ),
    Target(
        rf"{PRODUCT}, $n \le 5$, single precision", FLOOR, 1.6,
        _products(range(1, 6), SINGLE),
    ),
    Target(
        rf"{PRODUCT}, $8 \le n \le 40$", FLOOR, 2.2,
        _products(range(8, 41), DOUBLE + SINGLE),
    ),
    Target(
        rf"{KRONECKER}, to $3 \times 3$", FLOOR, 1.3,
        _kroneckers(range(1, 4), DOUBLE),
    ),
    Target(
        rf"{KRONECKER}, to $3 \times 3$, single precision", FLOOR, 1.6,
        _kroneckers(range(1, 4), SINGLE),
    ),
    Target(
        rf"{KRONECKER}, $5 \times 5$ and $10 \times 10$", FLOOR, 3,
        _kroneckers([5, 10], DOUBLE + SINGLE),
    ),
    *(
        Target(
            f"{lemma}, but for tiny matrices", PEER, 1.1,
            lambda row, name=name: row["name"] == name and not _is_tiny(row),
        )
        for name, lemma in SUMS.items()
    ),
    Target(
        f"tiny matrices, {PRODUCT} and {KRONECKER}", FORMULA, 1.5,
        lambda row: _is_tiny(row) and row["name"] in PRIMITIVES,
    ),
    Target(
        "tiny matrices, the other sums", FORMULA, 1.6,
        lambda row: (
            _is_tiny(row)
            and row["name"] in SUMS
            and row["name"] not in PRIMITIVES
        ),
    ),
]  # fmt: skip


def judged(row):
    """Return the targets of a row, what it reached, and if that is enough."""
    found = []
    for target in TARGETS:
        if target.meant(row):
            ratios = {"alone": _ratio(target.over, row, row)}
            if "between" in row:
                ratios["after BLAS"] = _ratio(target.over, row["between"], row)
            met = all(ratio <= target.most for ratio in ratios.values())
            found.append(
                {
                    "what": target.what,
                    "over": target.over,
                    "most": target.most,
                    **ratios,
                    "met": met,
                }
            )
    return found


def _ratio(over, times, row):
    """Return the library's time as a multiple, in three digits."""
    seconds = times["seconds"]
    least = {
        FLOOR: lambda: times["floor"],
        PEER: lambda: seconds[row["peer"]],
        FORMULA: lambda: seconds["formula"],
    }[over]()
    return float(f"{seconds['library'] / least:.3g}")

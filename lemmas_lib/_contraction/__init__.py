"""The one contraction behind all sums: of flattened blocks.

With a_ij the entries of A_ij row by row it is Σ_ij a_ij b_ij'. Laid out by
blocks this is a sum of Kronecker products; with blocks one column wide it is
Σ_i A_i B_i', because a product of matrices is the sum of the outer products of
their columns.

``contract`` is the door: it cuts matrices into blocks, asks ``plan`` for the
way, and takes it. ``ways`` has the ways by NumPy, of which that by one product
is the one for other libraries. ``compiled`` is the way by Numba: it divides
the work among ``threads`` and asks ``loading`` for one of the ``kernels``.
``pieces`` has what is taken a piece at a time, ``chunks`` what Dask takes so,
``sizes`` every tuned constant.

The words of this room:

blocks
    A matrix cut into l1 by l2 blocks, as a view (…, l1, l2, height, width).
    Blocks of A and blocks of B, or of A alone where B is A.
item
    One matrix of a batch.
panel
    Blocks as a matrix with a row for each of their entries, a column a block.
in order
    So that such a panel is a view that BLAS takes as it lies.
even
    Every entry lies a whole number of entries from the first.
tile
    As many blocks as are copied into the cache at once; of a panel of a
    kernel, as many rows as are multiplied at once.
strip
    A part of a matrix that a lemma forms on the way, such as BC'.
part
    What one call of a kernel adds up: some items, or some blocks.
"""

from . import sizes
from .contract import cut, sum_kroneckers, sum_outer_products, sum_products
from .pieces import Formed, in_strips, items, slices, summed_in
from .ways import matmul

__all__ = [
    "Formed",
    "cut",
    "in_strips",
    "items",
    "matmul",
    "sizes",
    "slices",
    "sum_kroneckers",
    "sum_outer_products",
    "sum_products",
    "summed_in",
]

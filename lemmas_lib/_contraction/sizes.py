"""Every tuned constant of the contraction, and what it was tuned on.

Measured on the AMD EPYC of the committed benchmark, with OpenBLAS on two
threads. Sizes are numbers of entries.
"""

# Entries of A and B in one tile: 512 KiB of doubles, half of a usual L2.
TILE = 2**16

# Entries of a product that a lemma forms on the way, such as BC': 4 MiB of
# doubles, so that it is read back from the last cache.
STRIP = 2**19

# Up to this number of entries the lemma as stated is fastest: a reshape that
# copies stays in the cache, and choosing a way costs more than it saves.
SMALL = 2**16
SMALL_KRONECKERS = 2**13

# Many blocks go into a tile where they are large, or it is not worth adding
# its product to the result; but a tile larger than TILE is never larger than
# the result.
DEEP = 256

# Row blocks of such a width, with so many entries, are faster multiplied pair
# by pair than copied side by side for one product of all. Blocks of one row
# need no copy.
WIDE = 16
WIDE_ENTRIES = 64

# A copy runs along the columns of blocks where these are as many as this, else
# along the rows of blocks: its inner loop should be long.
SHORT_COPY = 16

# A matrix of more rows than TALL should not be the first factor of a product
# with one that is NARROW: OpenBLAS copies the first one whole.
TALL = 4096
NARROW = 8

# From this number of entries on the kernel is used, where an item of a batch
# has some. NumPy takes some milliseconds for as many; loading a kernel takes
# longer, once.
KERNEL_FROM = 2**20
KERNEL_ITEM = 2**7

# Up to this number of entries in a block of A and one of B the kernel beats
# BLAS: the first where BLAS can take the blocks as they lie.
KERNEL_BLOCKS_IN_ORDER = 128
KERNEL_BLOCKS = 256

# Within the kernel. Up to this number of products for each pair of blocks
# reading takes longer than multiplying. Rows of panels are short then, so that
# memory is not idle while they are multiplied, and blocks are read in the
# order in which they lie: several rows of them together only where these are
# narrow.
FEW = 25
SHORT_ROW = 128
NARROW_ROW = 32

# Beyond it longer rows pay, in the second cache.
LONG_ROW = 1024
PANELS = 2**15

# A loop over fewer entries than this is the inner one only if none is longer.
BRIEF = 8

# Entries for each thread, at least: starting one costs as much as reading
# about a quarter of them.
SHARE = 2**18

# Entries of all threads' results for one item, 2 MiB of doubles.
RESULTS = 2**18

# Sums of so many panels are added up first, and then these: a long sum loses
# fewer digits in pieces, which counts in single precision.
GROUP = 128

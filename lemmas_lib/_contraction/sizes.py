"""Every tuned constant of the contraction, and what it was tuned on.

Measured on the AMD EPYC of the committed benchmark, with OpenBLAS on two
threads. Sizes are numbers of entries.
"""

# Entries of A and B in one tile: 512 KiB of doubles, half of a usual L2.
TILE = 2**16

# Entries of a product that a lemma forms on the way, such as BC': 4 MiB of
# doubles, so that it is read back from the last cache.
STRIP = 2**19

# Forming an entry of such a product, and reading it again, takes as long as
# this many products of numbers within BLAS.
FORMED = 64

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

# A matrix of more rows than TALL, column-major or with LONG rows, should not
# be the first factor of a product with one that is NARROW: OpenBLAS copies
# the first one whole.
TALL = 1024
LONG = 256
NARROW = 128

# From this number of entries on a kernel is asked for, where an item of a
# batch has some.
KERNEL_FROM = 2**20
KERNEL_ITEM = 2**7

# Entries of the sums that ask for a kernel before it is loaded, with Numba, or
# compiled first: so many that the 0.3 s or 2 s are soon won back.
LOADING = 2**25
COMPILING = 2**28

# The kernel for rows: up to so many pairs of entries, and rows and columns of
# a block, and from this number of blocks in a row. Rows are first read in the
# order of memory if they take some lines of the cache, but at most a page, in
# bytes.
ROWS_PAIRS = 81
ROWS_SIDE = 6
ROWS_BLOCKS = 8
READ_FIRST = range(256, 4097)

# The kernel for runs: up to so many pairs of entries, and with so many entries
# in a block of B, along which it runs.
RUNS_PAIRS = 2000
RUNS_WIDE = 8

# The kernel for panels beats BLAS up to this number of entries in a block of A
# and one of B: the first where BLAS can take the blocks as they lie.
PANELS_IN_ORDER = 96
PANELS = 256

# A panel has at most so many blocks, so many entries, for the second cache,
# and so many blocks for each of its rows: a panel of few is soon multiplied,
# and stays in the first.
PANEL_BLOCKS = 1024
PANEL = 2**15
PANEL_ROW = 64

# Entries of a part that a thread takes at once: so many that starting a thread
# pays, so few that none waits long for the last part. And at most so many
# parts, with results of 2 MiB of doubles.
PART = 2**18
PARTS = 64
RESULTS = 2**18

"""Sums over chunks of Dask's arrays, against those of NumPy's."""

import dask
import dask.array as da
import numpy as np
import pytest
import sparse
from calls import SMALL, UNEQUAL, call, every_call

from lemmas_lib import sum_abt, sum_acbt, sum_kron, sum_kron_abt_cdt
from lemmas_lib._contraction import chunks, sizes

RNG = np.random.default_rng(4)


@pytest.fixture(autouse=True)
def _in_this_thread():
    with dask.config.set(scheduler="synchronous"):
        yield


def cut(x, rng):
    """Return an array in chunks of any lengths, through blocks as well."""
    lengths = []
    for n in x.shape:
        most = min(n - 1, rng.integers(0, 4)) if n else 0
        ends = rng.choice(np.arange(1, max(n, 2)), most, replace=False)
        lengths.append(tuple(np.diff([0, *sorted(ends), n]).tolist()))
    return da.from_array(x, chunks=tuple(lengths))


def check(found, expected):
    assert isinstance(found, da.Array)
    computed = found.compute()
    assert type(computed) is np.ndarray
    assert computed.dtype == found.dtype == expected.dtype
    assert computed.shape == found.shape == expected.shape
    assert np.array_equal(computed, expected)


@every_call
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("batches", [((),), ((3,), (2, 1), ())])
def test_any_chunks_give_the_sum(name, seed, batches, ran):
    rng = np.random.default_rng(seed)
    dtype = ["float64", "int64", "complex64", "float32", "int8"][seed % 5]
    sum_of = call(name, **(SMALL if dtype == "int8" else UNEQUAL))
    given = [x.astype(dtype) for x in sum_of.drawn(rng, batches)]
    before = [x.copy() for x in given]
    own = [cut(x, rng) for x in given]
    if seed == 1:  # beside one of NumPy
        own[-1] = given[-1]
    check(sum_of(*own), sum_of.oracle(*given).astype(dtype))
    for x, y in zip(given, before, strict=True):
        assert np.array_equal(x, y)
    ran("dask", name, "eager")


@every_call
def test_chunks_that_end_between_blocks_stay_as_they_are(name, monkeypatch):
    """And are taken in strips, where what is formed of one is large."""
    monkeypatch.setattr(sizes, "STRIP", 8)
    sum_of = call(name, l=(4, 4), n=(2,) * 4, k=(3, 3), l_a=4)
    given = [x.astype(float) for x in sum_of.drawn(RNG)]
    # Eight rows are four blocks, and four weights are those of as many.
    lengths = {8: 4, 4: 2}
    own = [
        da.from_array(x, chunks=(lengths.get(len(x), -1), *x.shape[1:]))
        for x in given
    ]
    with dask.config.set({"lemmas_lib.rechunk": False}):
        check(sum_of(*own), sum_of.oracle(*given))


@every_call
@pytest.mark.parametrize(
    "sizes, batch",
    [(UNEQUAL | {"l": (0, 7), "l_a": 0}, ()), (UNEQUAL | {"k": (0, 0)}, ()),
     (UNEQUAL, (0,)), (UNEQUAL, (3, 0))],
)  # fmt: skip
def test_empty_sums_are_zero(name, sizes, batch):
    sum_of = call(name, **sizes)
    given = [x.astype(float) for x in sum_of.drawn(RNG, (batch,))]
    check(sum_of(*map(da.from_array, given)), sum_of.oracle(*given))


def test_half_precision_is_rounded_once():
    """A sum of 2049 is 2048 in half precision, three of them are 6148."""
    ones = da.ones((3 * 2049, 1), dtype="float16", chunks=(2049, 1))
    found = sum_abt(ones, ones, 1).compute()
    assert found.dtype == np.float16 and found == 6148


def test_half_precision_is_so_between_two_sums_too():
    """The sums by which Lemma 5 goes overflow it; their product does not."""
    A, B = np.zeros((2, 64, 64), "float16")
    A[:, 0], B[:, 0] = 64, 1 / 64
    own = [da.from_array(X, chunks=(32, 64)) for X in (A, B, A, B)]
    found = sum_kron_abt_cdt(*own, 1, 1).compute()
    assert found.dtype == np.float16 and found == 4096
    assert found == sum_kron_abt_cdt(A, B, A, B, 1, 1)


def test_no_chunk_grows_where_columns_become_whole():
    """But for a while, if Dask finds that shorter, in its own limits."""
    A, B = da.ones((1200, 10), chunks=(600, 1)), da.ones((1200, 2))
    axes = [chunks.Axis("i", 3), chunks.Axis("columns", 0)]
    (aligned,) = chunks._aligned([A], [axes])
    assert aligned.chunks == ((60,) * 20, (10,))
    found = sum_acbt(A, np.ones((10, 2)), B, 3)
    assert np.array_equal(found.compute(), np.full((3, 3), 8000.0))


def test_ends_of_chunks_without_rows_cut_nothing():
    A = da.ones((8, 2), chunks=((4, 0, 4), (2, 0)))
    with dask.config.set({"lemmas_lib.rechunk": False}):
        found = sum_acbt(A, np.ones((2, 2)), A, 4)
    assert np.array_equal(found.compute(), np.full((4, 4), 8.0))


def test_bytes_may_be_in_the_other_order():
    A = RNG.integers(-2, 3, (8, 3))
    own = da.from_array(A.astype(">f8"), chunks=(4, 3))
    check(sum_kron(own, own, 2), sum_kron(A, A, 2).astype(float))


def never(*_):
    raise AssertionError("it was computed")


def test_nothing_is_computed_before_it_is_asked():
    A = da.map_blocks(never, chunks=((2,) * 50, (3,)), dtype=float)
    found = sum_abt(A, A, 2)
    assert found.shape == (2, 2)
    with pytest.raises(AssertionError, match="it was computed"):
        found.compute()


def test_a_chunk_is_a_task_and_sums_are_added_in_a_tree():
    A = da.ones((2 * 256, 3), chunks=(2, 3))
    found = sum_abt(A, A, 2)
    (optimized,) = dask.optimize(found)
    assert len(dict(optimized.__dask_graph__())) < 256 + 256 / 2
    assert np.array_equal(found.compute(), np.full((2, 2), 768.0))


def test_an_end_moves_to_the_nearest_end_of_a_block():
    rows = chunks.Axis("i", 3)
    assert rows.ends((4, 3, 5)) == {1, 2}
    assert rows.chunks(12, {"i": {1, 2}}) == (3, 3, 6)
    # Where two are one block has no end between them.
    assert rows.chunks(12, {"i": rows.ends((1, 1, 10))}) == (3, 9)


REFUSED = [
    (((7, 5), 2), (12, 1), "A has chunks (7, 5) along axis -2", {-2: (6, 6)}),
    ((6, (1, 1)), (12, 1), "A has chunks (1, 1) along axis -1", {-1: (2,)}),
    ((6, 2), (5, 1), "B has chunks (5, 5, 2) along axis -2", {-2: (6, 3, 3)}),
]


@pytest.mark.parametrize("of_a, of_b, words, fits", REFUSED)
def test_the_caller_may_have_cut_blocks_refused(of_a, of_b, words, fits):
    A, C = da.ones((12, 2), chunks=of_a), np.ones((2, 1))
    B = da.ones((12, 1), chunks=of_b)
    expected = sum_acbt(*(np.ones(X.shape) for X in (A, C, B)), 3)
    assert np.array_equal(sum_acbt(A, C, B, 3).compute(), expected)
    with dask.config.set({"lemmas_lib.rechunk": False}):
        with pytest.raises(ValueError) as refused:
            sum_acbt(A, C, B, 3)
        said = str(refused.value)
        assert said.startswith(words) and f".rechunk({fits})" in said
        A, B = (
            X.rechunk(fits) if name == words[0] else X
            for name, X in (("A", A), ("B", B))
        )
        assert np.array_equal(sum_acbt(A, C, B, 3).compute(), expected)


def test_the_matrix_that_is_refused_is_named():
    A, C = da.ones((4, 1), chunks=4), da.ones((8, 1), chunks=((3, 5), 1))
    B = da.ones((6, 1), chunks=6)
    with dask.config.set({"lemmas_lib.rechunk": False}):
        with pytest.raises(ValueError, match="C has chunks"):
            sum_kron_abt_cdt(A, B, C, B, (1, 2), 1)


ONES = da.ones((4, 2), chunks=2)


@pytest.mark.parametrize(
    "A, error, words",
    [
        (ONES[ONES[:, 0] > 0], ValueError, "A.compute_chunk_sizes()"),
        (ONES > 0, TypeError, "A has dtype bool"),
        (ONES.astype(object), TypeError, "A has dtype object"),
        (da.ma.masked_greater(ONES, 2), TypeError, "x.filled(0)"),
        (ONES.map_blocks(sparse.COO.from_numpy), TypeError, "x.todense()"),
        (ONES[0], ValueError, "A has shape (2,)"),
        (ONES[0, 0], TypeError, "A is a single number"),
    ],
)
def test_chunks_that_cannot_be_summed_are_refused(A, error, words):
    with pytest.raises(error) as refused:
        sum_abt(A, ONES, 2)
    assert words in str(refused.value)
    if "map_blocks" in str(refused.value):
        advice = str(refused.value).partition("such as ")[2]
        dense = eval(advice, {"A": A})
        assert np.array_equal(
            sum_abt(dense, ONES, 2).compute(), np.full((2, 2), 4.0)
        )


def test_threads_share_the_kernels():
    """Of a size at which they are compiled, in several chunks at once."""
    A, B = RNG.integers(-2, 3, (2, 400_000, 2)).astype(float)
    expected = A.T @ B
    own = [da.from_array(X, chunks=(100_000, 2)) for X in (A, B)]
    with dask.config.set(scheduler="threads"):
        for _ in range(20):
            found = sum_kron(*own, 1).compute()
    assert np.array_equal(found.reshape(2, 2), expected)

"""Every sum against both oracles, at sizes, dtypes and layouts drawn.

Small matrices are sent down every road: the constants by which ``_primitives``
and ``_kernels`` choose are drawn as well.
"""

import contextlib
import tracemalloc
from unittest import mock

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from cases import CASES, DTYPES, LAYOUTS, integers
from hypothesis import given, settings
from hypothesis import strategies as st

import lemmas_lib
from lemmas_lib import _primitives, formulas, loops

kernels = _primitives.kernels()  # None where there is no Numba
with_kernels = pytest.mark.skipif(kernels is None, reason="without Numba")

every_sum = pytest.mark.parametrize("name", CASES)


def each_item(oracle, matrices, extra):
    """Map an oracle for single matrices over the broadcast batch axes."""
    batch = np.broadcast_shapes(*(x.shape[:-2] for x in matrices))
    stacks = [np.broadcast_to(x, batch + x.shape[-2:]) for x in matrices]
    items = [
        oracle(*(x[index] for x in stacks), *extra)
        for index in np.ndindex(batch)
    ]
    return np.array(items).reshape(batch + items[0].shape)


@st.composite
def problems(draw, name):
    """Return matrices of mixed dtypes, layouts and batch axes, and the rest"""
    shapes, extra = CASES[name](draw)
    batches = draw(
        hnp.mutually_broadcastable_shapes(
            num_shapes=len(shapes), min_dims=0, max_dims=2, max_side=3
        )
    ).input_shapes
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    # Alike more often than mixed, so that each dtype is met by itself.
    common = draw(st.sampled_from(DTYPES))
    # Fractions are exact beside integers only.
    numbers = [d for d in DTYPES if d != "object"]
    others = ["int8", "int64"] if common == "object" else numbers
    matrices = []
    for batch, shape in zip(batches, shapes, strict=True):
        dtype = draw(st.sampled_from([common] * len(others) + others))
        layout = LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))]
        matrices.append(layout(integers(rng, batch + shape, dtype)))
    return matrices, extra


# Each constant as it is, and so small that a few entries are many.
ROADS = {
    "TILE": [1, 5, 24, 2**16],
    "STRIP": [1, 9, 2**19],
    "DEEP": [1, 256],
    "WIDE": [1, 16],
    "WIDE_ENTRIES": [1, 64],
    "BRIEF": [2, 16],
    "TALL": [1, 4096],
    "NARROW": [2, 8],
    "SMALL": [0, 2**16],
    "SMALL_KRONECKERS": [0, 2**13],
    "KERNEL_FROM": [1, 2**20],
    "KERNEL_ITEM": [1, 2**7],
    "KERNEL_BLOCKS_IN_ORDER": [0, 128],
}
KERNELS = {
    "SHARE": [1, 2**18],
    "FEW": [0, 25],
    "SHORT_ROW": [1, 3, 128],
    "NARROW": [0, 2, 32],
    "LONG_ROW": [2, 5, 1024],
    "RESULTS": [1, 40, 2**18],
}


@contextlib.contextmanager
def roads(draw):
    """Draw the constants that choose the road, and the number of threads."""

    def drawn(constants):
        return {
            name: draw(st.sampled_from(values), label=name)
            for name, values in constants.items()
        }

    with contextlib.ExitStack() as stack:
        patch = mock.patch.multiple
        stack.enter_context(patch(_primitives, **drawn(ROADS)))
        if kernels:
            stack.enter_context(patch(kernels, **drawn(KERNELS)))
            config = kernels.numba.config
            threads = draw(st.integers(1, 4), label="threads")
            stack.enter_context(patch(config, NUMBA_NUM_THREADS=threads))
        yield


@every_sum
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_agrees_with_both_oracles(name, data):
    matrices, extra = data.draw(problems(name))
    first, *others = matrices
    if all(x.shape == first.shape for x in others) and data.draw(
        st.booleans(), label="all the same matrix"
    ):
        matrices = [first] * len(matrices)
    before = [x.copy() for x in matrices]
    with roads(data.draw):
        result = getattr(lemmas_lib, name)(*matrices, *extra)

    expected = each_item(getattr(loops, name), matrices, extra)
    assert result.dtype == np.result_type(*matrices)
    assert result.shape == expected.shape
    assert np.array_equal(result, expected)
    for x, copy in zip(matrices, before, strict=True):
        assert np.array_equal(x, copy)
        assert not np.shares_memory(result, x)
    formula = each_item(getattr(formulas, name), matrices, extra)
    assert np.array_equal(result, formula)


class Draw:
    """Stands in for hypothesis' draw: the next of the sizes given."""

    def __init__(self, *sizes):
        self.sizes = iter(sizes)

    def __call__(self, _):
        return next(self.sizes)


# Sizes in the order in which ``cases`` draws them; all of them unequal.
SIZES = {
    "sum_abt": (5, 2, 3, 4),
    "sum_acbt": (5, 2, 3, 4, 6),
    "sum_residual_outer": (5, 2, 3, 4),
    "sum_kron": (5, 2, 3, 4, 6),
    "sum_kron_abt_cdt": (5, 7, 2, 3, 4, 6),
    "sum_kron_bct": (5, 7, 2, 3, 4),
    "sumAijBijt": (5, 7, 2, 3, 4),
    "sumAijKronBij": (5, 7, 2, 3, 4, 6),
}


@every_sum
def test_empty_batch_gives_an_empty_result(name):
    shapes, extra = CASES[name](Draw(*SIZES[name]))
    one = getattr(loops, name)(*(np.zeros(s) for s in shapes), *extra)
    first, *others = (np.zeros(s) for s in shapes)
    empty = np.zeros((2, 0, *first.shape))
    result = getattr(lemmas_lib, name)(empty, *others, *extra)
    assert result.shape == (2, 0, *one.shape)


@every_sum
def test_large_batch_of_each_argument_alone(name):
    """One argument has a batch at a time; the others are shared."""
    shapes, extra = CASES[name](Draw(*SIZES[name]))
    rng = np.random.default_rng(1)
    for stacked in range(len(shapes)):
        matrices = [integers(rng, s) for s in shapes]
        matrices[stacked] = integers(rng, (3, 40, *shapes[stacked]))
        with mock.patch.object(_primitives, "TILE", 1000):
            result = getattr(lemmas_lib, name)(*matrices, *extra)
        expected = each_item(getattr(loops, name), matrices, extra)
        assert np.array_equal(result, expected)


@every_sum
def test_numpy_integers_and_lists_are_taken(name):
    shapes, extra = CASES[name](Draw(*SIZES[name]))
    rng = np.random.default_rng(2)
    matrices = [integers(rng, s, "int64") for s in shapes]
    as_numpy = [
        tuple(np.int16(v) for v in e) if isinstance(e, tuple) else np.uint8(e)
        for e in extra
    ]
    for module in (lemmas_lib, loops, formulas):
        function = getattr(module, name)
        expected = function(*matrices, *extra)
        lists = [x.tolist() for x in matrices]
        assert np.array_equal(function(*lists, *as_numpy), expected)


@pytest.mark.parametrize("shape", [(50_000, 1), (1_000, 70), (60, 3_000)])
@pytest.mark.parametrize("layout", ["C", "F"])
def test_more_than_one_tile_of_the_real_size(shape, layout):
    rng = np.random.default_rng(3)
    A, B = (LAYOUTS[layout](integers(rng, shape)) for _ in "AB")
    assert A.size > _primitives.TILE // 2
    for n in (2, 5):
        expected = loops.sum_abt(A, B, n)
        assert np.array_equal(lemmas_lib.sum_abt(A, B, n), expected)
        if shape[1] < 100:
            expected = loops.sum_kron(A, B, n)
            assert np.array_equal(lemmas_lib.sum_kron(A, B, n), expected)


def peak_memory(function, *arguments):
    """Return the most bytes that a call holds at once."""
    function(*arguments)
    tracemalloc.start()
    function(*arguments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def held(function, *arguments):
    """Return the most bytes a call holds, by NumPy alone and by the kernel."""
    with mock.patch.object(_primitives, "kernels", lambda: None):
        yield peak_memory(function, *arguments)
    with mock.patch.object(_primitives, "KERNEL_FROM", 1):
        yield peak_memory(function, *arguments)


MIB = 2**20
MOST = 4 * MIB  # beyond the result, whatever the input


def test_a_sum_holds_its_result_and_little_more():
    A = np.ones((200_000, 10))
    assert A.nbytes > 3 * MOST
    by_column = np.asfortranarray(A)
    wide = A.reshape(50_000, 40)
    stacks = [
        A.reshape(shape)
        for shape in ((2_000, 100, 10), (2, 100_000, 10), (2, 25_000, 40))
    ]
    for n in (2, 5, 20):
        for X in (A, by_column, wide, *stacks):
            result = lemmas_lib.sum_abt(X, X, n).nbytes
            for peak in held(lemmas_lib.sum_abt, X, X.copy("K"), n):
                assert peak < result + MOST
            B = X.copy("K")
            result = lemmas_lib.sumAijKronBij(X, B, (n, 2)).nbytes
            for peak in held(lemmas_lib.sumAijKronBij, X, B, (n, 2)):
                assert peak < 2 * result + MOST
    for shape in ((400, 80, 40), (40, 512, 16)):
        stack = np.ones(shape)
        result = lemmas_lib.sum_abt(stack, stack, shape[1] // 2).nbytes
        for peak in held(lemmas_lib.sum_abt, stack, stack, shape[1] // 2):
            assert peak < 2 * result + MOST


def test_a_large_result_is_held_twice_at_most():
    """Added up from wide pairs, from one wide pair, and from tiles."""
    with mock.patch.object(_primitives, "kernels", lambda: None):
        for shape, n in [
            ((30_000, 20), 1_000),
            ((1, 1_500, 20), 1_500),
            ((150_000, 7), 1_500),
        ]:
            X = np.ones(shape)
            result = lemmas_lib.sum_abt(X, X, n).nbytes
            assert peak_memory(lemmas_lib.sum_abt, X, X, n) < 2.4 * result


def test_wide_pairs_of_a_batch_fill_one_tile_at_a_time():
    n, blocks = 128, 4
    products = 8 * blocks * n**2  # of one item
    assert products == 8 * _primitives.TILE
    X = np.ones((8, blocks * n, 16))
    with mock.patch.object(_primitives, "kernels", lambda: None):
        result = lemmas_lib.sum_abt(X, X.copy(), n).nbytes
        peak = peak_memory(lemmas_lib.sum_abt, X, X.copy(), n)
    assert peak < result + 2 * products


def test_nothing_is_copied_where_a_view_will_do():
    A = np.ones((200_000, 10))
    by_column = np.asfortranarray(A)
    with mock.patch.object(_primitives, "kernels", lambda: None):
        for n in (2, 5, 40):
            peak = peak_memory(lemmas_lib.sum_abt, by_column, by_column, n)
            assert peak < 1e5
        assert peak_memory(lemmas_lib.sum_kron, A, A, 2) < 1e5


def test_what_a_lemma_forms_on_the_way_is_held_in_strips():
    m, k = 60_000, 30
    A, B = np.ones((m, k)), np.ones((m, k))
    C = np.eye(k)
    most = 8 * _primitives.STRIP + MOST
    whole = 8 * m * k  # AC, BC' or E
    assert whole > 1.3 * most
    for peak in held(lemmas_lib.sum_acbt, A, C, B, 2):
        assert peak < most
    for peak in held(lemmas_lib.sum_residual_outer, A, B, C, 2):
        assert peak < most
    A, B, C = np.ones((1_500, 1_500)), np.ones((1_500, 4)), np.ones((1_500, 4))
    for peak in held(lemmas_lib.sum_kron_bct, A, B, C, 2, 3):
        assert peak < most < A.nbytes
    # Two products that are large, in strips of blocks of both sizes.
    A, B, C, D = (np.ones((1_500, 2)) for _ in "ABCD")
    for peak in held(lemmas_lib.sum_kron_abt_cdt, A, B, C, D, 500, 3):
        assert peak < 8 * 500**2 * 9 * 3 + most


def test_a_strip_is_no_larger_than_is_meant():
    """Twice as much for E and BC, or for the two sums of Lemma 5."""
    most = 8 * _primitives.STRIP + MIB
    A, B, C = np.ones((100_000, 30)), np.ones((100_000, 1)), np.ones((1, 30))
    for peak in held(lemmas_lib.sum_residual_outer, A, B, C, 2):
        assert peak < most < A.nbytes
    A, B = np.ones((2_000, 400)), np.ones((2_400, 400))
    C, D = np.ones((2_000, 300)), np.ones((2_400, 300))
    shapes = A.shape, B.shape, C.shape, D.shape
    assert lemmas_lib.sums._by_two_sums(1, 2, *shapes)
    for peak in held(lemmas_lib.sum_kron_abt_cdt, A, B, C, D, 1, 2):
        assert peak < most < 8 * 2 * (1**2 + 2**2) * 400 * 300
    # Here AB' and CD' are formed.
    A = np.ones((1_200, 900))
    assert not lemmas_lib.sums._by_two_sums(3, 2, *4 * [A.shape])
    for peak in held(lemmas_lib.sum_kron_abt_cdt, A, A, A, A, 3, 2):
        assert peak < most < 8 * 2 * 1_200**2


# At these sizes Lemmas 2 and 5 take the other of their two routes.
OTHER_ROUTE = {
    "sum_acbt": (5, 5, 2, 3, 6),
    "sum_kron_abt_cdt": (5, 7, 2, 3, 40, 6),
}


@pytest.mark.parametrize("name, sizes", [*SIZES.items(), *OTHER_ROUTE.items()])
@pytest.mark.parametrize("strip", [1, 40, 200])
@pytest.mark.parametrize("batch", [(), (3,), (2, 3)])
def test_strips_add_up_to_the_sum(name, sizes, strip, batch):
    shapes, extra = CASES[name](Draw(*sizes))
    rng = np.random.default_rng(strip)
    matrices = [integers(rng, (*batch, *shape)) for shape in shapes]
    expected = each_item(getattr(loops, name), matrices, extra)
    with mock.patch.object(_primitives, "STRIP", strip):
        result = getattr(lemmas_lib, name)(*matrices, *extra)
    assert np.array_equal(result, expected)


@pytest.mark.parametrize("batched", ["B and C", "B alone", "C alone"])
def test_what_is_formed_for_a_batch_is_held_in_strips_too(batched):
    n, v = 300, 60
    A = np.ones((n, n))
    B, C = (np.ones((v, n, 4) if name in batched else (n, 4)) for name in "BC")
    most = 8 * _primitives.STRIP + MOST
    result = lemmas_lib.sum_kron_bct(A, B, C, 2, 3).nbytes
    assert result + most < 8 * v * n * n / 2  # which is half of BC'
    for peak in held(lemmas_lib.sum_kron_bct, A, B, C, 2, 3):
        assert peak < result + most


def test_empty_blocks_of_one_matrix_have_their_own_shapes():
    """It is cut once only where it is cut alike."""
    X = np.ones((0, 0))
    result = lemmas_lib.sumAijKronBij(X, X, (2, 3), (1, 1))
    assert np.array_equal(result, np.zeros((2, 3)))


def test_a_shared_argument_is_not_copied_for_each_item():
    A = np.asfortranarray(np.ones((4_000, 10)))
    B = np.ones((300, 4_000, 10))
    for peak in held(lemmas_lib.sum_abt, A, B, 2):
        assert peak < MOST < B.nbytes


def test_no_array_is_handed_to_blas_that_blas_would_copy():
    """NumPy copies it out of tracemalloc's sight, so the choice is checked."""
    A = np.ones((40, 12))
    views = {
        "C": (A, True),
        "every other column": (A[:, ::2], False),
        "columns backward": (A[:, ::-1], False),
        "rows backward": (A[::-1], False),
        "one column, broadcast": (np.broadcast_to(A[:, :1], (40, 6)), False),
        "real part": ((A + 1j).real, False),
        "some columns": (A[:, 3:9], True),
        "every other row": (A[::2], True),
    }
    for name, (view, wanted) in views.items():
        rows = _primitives.cut(view, 1, view.shape[1])
        assert _primitives._is_view(rows) == wanted, name


def test_numpy_integers_of_few_bits_do_not_overflow():
    n = np.uint8(16)
    X = np.ones((400, 16))
    for module in (lemmas_lib, loops, formulas):
        C = np.zeros((16, 16))
        assert module.sum_residual_outer(X, X, C, n).shape == (16, 16)
        assert module.sum_kron_bct(C, C, C, n, n).shape == (256, 256)
        assert module.sumAijKronBij(C, C, (n, n)).shape == (256, 256)


def test_one_integer_is_the_height_in_both():
    rng = np.random.default_rng(4)
    A, B, C = (integers(rng, s) for s in [(6, 3), (6, 4), (3, 4)])
    assert np.array_equal(
        lemmas_lib.sum_acbt(A, C, B, 2), lemmas_lib.sum_acbt(A, C, B, (2, 2))
    )


def test_complex_numbers_are_not_conjugated():
    A = np.array([[1j]])
    assert lemmas_lib.sum_abt(A, A, 1) == -1


def test_no_intermediate_overflows_a_narrower_dtype():
    """AC alone would overflow int8; the result is int64 all the way."""
    A, C = np.full((1, 1), 100, "int8"), np.full((1, 1), 100, "int8")
    B = np.full((1, 1), 3, "int64")
    assert lemmas_lib.sum_acbt(A, C, B, 1) == 30_000


def test_nan_and_infinity_stay_where_they_are():
    A, B = np.ones((4, 2)), np.ones((4, 2))
    A[1, 0], B[3, 1] = np.nan, np.inf
    with np.errstate(invalid="ignore"):  # BLAS raises the flag at will
        expected = loops.sum_abt(A, B, 2)
        result = lemmas_lib.sum_abt(A, B, 2)
    assert np.array_equal(result, expected, equal_nan=True)
    assert np.isnan(result).any() and np.isinf(result).any()


class Counted:
    """A number that counts the products made of it."""

    products = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        Counted.products += 1
        return Counted(self.value * other.value)

    def __add__(self, other):
        return Counted(self.value + getattr(other, "value", other))

    __radd__ = __add__

    def __sub__(self, other):
        return Counted(self.value - other.value)


def products(function, *shapes_and_rest):
    *shapes, rest = shapes_and_rest
    matrices = [
        np.array([Counted(1) for _ in range(p * q)]).reshape(p, q)
        for p, q in shapes
    ]
    Counted.products = 0
    function(*matrices, *rest)
    return Counted.products


@pytest.mark.parametrize("k1, k2", [(9, 8), (8, 9), (6, 1), (1, 6)])
@pytest.mark.parametrize("n_a, n_b", [(50, 1), (5, 1), (1, 5), (3, 4)])
def test_lemma_2_takes_the_route_with_fewer_operations(k1, k2, n_a, n_b):
    l = 2
    made = products(
        lemmas_lib.sum_acbt,
        (l * n_a, k1), (k1, k2), (l * n_b, k2), [(n_a, n_b)],
    )  # fmt: skip
    through_a = l * n_a * k2 * (k1 + n_b)
    through_b = l * n_b * k1 * (k2 + n_a)
    assert made == min(through_a, through_b)
    assert through_a != through_b


def test_what_all_items_share_is_formed_once():
    """Lemma 3 with one B and C for three A, in strips of one block row."""
    m, n, k1, k2 = 4, 2, 3, 5
    A, B, C = (
        np.array([Counted(1) for _ in range(np.prod(shape))]).reshape(shape)
        for shape in ((3, m, k1), (m, k2), (k2, k1))
    )
    Counted.products = 0
    with mock.patch.object(_primitives, "STRIP", 1):
        lemmas_lib.sum_residual_outer(A, B, C, n)
    assert Counted.products == m * k1 * k2 + 3 * m * n * k1


@pytest.mark.parametrize(
    "l1, l2, k1, k2",
    [(1, 2, 7, 8), (9, 8, 1, 2), (3, 4, 2, 5), (5, 6, 3, 2), (1, 10, 2, 3)],
)
def test_lemma_5_takes_the_route_with_fewer_operations(l1, l2, k1, k2):
    n1, n2 = 2, 3
    m1, m2 = l1 * n1, l2 * n2
    made = products(
        lemmas_lib.sum_kron_abt_cdt,
        (m1, k1), (m2, k1), (m1, k2), (m2, k2), [n1, n2],
    )  # fmt: skip
    sums = k1 * k2 * (m1 * n1 + m2 * n2 + n1**2 * n2**2)
    outer = m1 * m2 * (k1 + k2 + n1 * n2)
    assert made == min(sums, outer)
    assert sums != outer

"""Hostile input: shapes that do not conform, odd memory, odd numbers.

Whatever is drawn, a function computes what the loop computes or refuses by
name; its inputs stay as they were, and its result is an array of its own.
"""

import contextlib
import math
import re
from fractions import Fraction

import numpy as np
import pytest
from cases import CASES, in_threads, integers, unaligned
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lemmas_lib
from lemmas_lib import loops, mixed_model

every_sum = pytest.mark.parametrize("name", CASES)
fuzzed = settings(deadline=None, max_examples=60)


def blocks(rows, height):
    """Return the number of blocks, or None where they do not divide."""
    return rows // height if rows % height == 0 else None


def same(*counts):
    return None not in counts and len(set(counts)) == 1


def conform(name, shapes, extra):
    """Tell by the book, and not by the library, whether a sum exists."""
    (a, *more), n = shapes, extra
    match name:
        case "sum_abt":
            (b,), ((n_a, n_b),) = more, n
            return a[1] == b[1] and same(blocks(a[0], n_a), blocks(b[0], n_b))
        case "sum_acbt":
            (c, b), ((n_a, n_b),) = more, n
            return c == (a[1], b[1]) and same(
                blocks(a[0], n_a), blocks(b[0], n_b)
            )
        case "sum_residual_outer":
            b, c = more
            divides = blocks(a[0], n[0]) is not None
            return a[0] == b[0] and c == (b[1], a[1]) and divides
        case "sum_kron":
            (b,), ((n_a, n_b),) = more, n
            return same(blocks(a[0], n_a), blocks(b[0], n_b))
        case "sum_kron_abt_cdt":
            b, c, d = more
            divide = blocks(a[0], n[0]), blocks(b[0], n[1])
            widths = a[1] == b[1] and c[1] == d[1]
            heights = (c[0], d[0]) == (a[0], b[0])
            return None not in divide and widths and heights
        case "sum_kron_bct":
            b, c = more
            divide = blocks(a[0], n[0]), blocks(a[1], n[1])
            fit = b[1] == c[1] and (b[0], c[0]) == a
            return None not in divide and fit
        case "sumAijBijt" | "sumAijKronBij":
            (b,), (p_a, p_b) = more, n
            down = same(blocks(a[0], p_a[0]), blocks(b[0], p_b[0]))
            across = same(blocks(a[1], p_a[1]), blocks(b[1], p_b[1]))
            alike = name == "sumAijKronBij" or p_a[1] == p_b[1]
            return down and across and alike


@every_sum
@fuzzed
@given(data=st.data())
def test_shapes_that_do_not_conform_are_refused_by_name(name, data):
    shapes, extra = CASES[name](data.draw)
    assert conform(name, shapes, extra)
    which = data.draw(st.integers(0, len(shapes) - 1), label="matrix")
    axis = data.draw(st.integers(0, 1), label="axis")
    shape = list(shapes[which])
    shape[axis] += data.draw(st.sampled_from([-2, -1, 1, 2, 3]), label="by")
    assume(shape[axis] >= 0)
    shapes[which] = tuple(shape)
    rng = np.random.default_rng(1)
    matrices = [integers(rng, s) for s in shapes]
    function = getattr(lemmas_lib, name)
    if conform(name, shapes, extra):
        expected = getattr(loops, name)(*matrices, *extra)
        assert np.array_equal(function(*matrices, *extra), expected)
    else:
        with pytest.raises(ValueError) as refused:
            function(*matrices, *extra)
        # The name of a matrix, and the shape that it has.
        said = re.search(
            r"\b([A-D]) has shape \((\d+), (\d+)\)", str(refused.value)
        )
        assert said, refused.value
        names = "ACB" if name == "sum_acbt" else "ABCD"
        found = shapes[names.index(said[1])]
        assert found == (int(said[2]), int(said[3])), refused.value


def _overlapping(rng, shape):
    """Rows that begin one entry further on in the same memory."""
    rows, columns = shape
    memory = integers(rng, rows + columns)
    return np.lib.stride_tricks.as_strided(
        memory, shape, (memory.itemsize, memory.itemsize)
    )


def _repeated(rng, shape):
    return np.broadcast_to(integers(rng, (1, shape[1])), shape)


def _far_apart(rng, shape):
    """Entries a megabyte apart, of which only they are ever touched."""
    rows, columns = shape
    memory = np.empty((max(rows, 1), max(columns, 1) * 2**17))
    x = memory[:rows, : columns * 2**17 : 2**17]
    x[...] = integers(rng, shape)
    return x


def _of_a_record(rng, shape):
    record = np.zeros(shape, dtype=[("skipped", "u1"), ("value", "f8")])
    record["value"] = integers(rng, shape)
    return record["value"]


def _read_only(rng, shape):
    x = integers(rng, shape)
    x.flags.writeable = False
    return x


MEMORY = {
    "overlapping": _overlapping,
    "repeated": _repeated,
    "far apart": _far_apart,
    "unaligned": lambda rng, s: unaligned(integers(rng, s)),
    "field of a record": _of_a_record,
    "read-only": _read_only,
    "other byte order": lambda rng, s: integers(rng, s).astype(">f8"),
    "np.matrix": lambda rng, s: integers(rng, s).view(np.matrix),
    "list": lambda rng, s: integers(rng, s).tolist(),
}


@every_sum
@fuzzed
@given(data=st.data())
def test_odd_memory_holds_the_same_numbers(name, data):
    shapes, extra = CASES[name](data.draw)
    rng = np.random.default_rng(2)
    odd = []
    for shape in shapes:
        made = data.draw(st.sampled_from(list(MEMORY)), label="memory")
        # A list of nothing has no shape.
        if made == "list" and 0 in shape:
            made = "read-only"
        odd.append(MEMORY[made](rng, shape))
    plain = [np.array(x, dtype=float) for x in odd]
    with contextlib.ExitStack() as stack:
        for road in ("KERNEL_FROM", "SMALL", "SMALL_KRONECKERS"):
            if data.draw(st.booleans(), label=road):
                patch = pytest.MonkeyPatch()
                stack.callback(patch.undo)
                patch.setattr(lemmas_lib._primitives, road, 0)
        result = getattr(lemmas_lib, name)(*odd, *extra)
    assert type(result) is np.ndarray and result.flags.writeable
    assert result.dtype.isnative
    assert np.array_equal(result, getattr(loops, name)(*plain, *extra))
    for x, before in zip(odd, plain, strict=True):
        assert np.array_equal(x, before)
        assert isinstance(x, list) or not np.shares_memory(result, x)


HOSTILE = [0.0, -0.0, np.nan, np.inf, -np.inf, 5e-324, -1e-310, 1.0, -2.0]


@every_sum
@fuzzed
@given(data=st.data())
def test_odd_numbers_end_where_they_belong(name, data):
    """What is finite in the loop is here the same, and the rest is not finite.

    Lemmas 2 and 5 may multiply in another order than their loops, where what
    is not finite may meet a zero, or nothing at all in an empty product.
    """
    shapes, extra = CASES[name](data.draw)
    matrices = []
    for shape in shapes:
        size = math.prod(shape)
        entries = data.draw(
            st.lists(st.sampled_from(HOSTILE), min_size=size, max_size=size)
        )
        matrices.append(np.reshape(entries, shape))
    with np.errstate(all="ignore"):
        result = getattr(lemmas_lib, name)(*matrices, *extra)
        expected = getattr(loops, name)(*matrices, *extra)
    finite = np.isfinite(expected)
    assert np.allclose(result[finite], expected[finite], 1e-13, 1e-320)
    if name not in {"sum_acbt", "sum_kron_abt_cdt"}:
        assert np.array_equal(np.isnan(result), np.isnan(expected))
        assert np.array_equal(np.isinf(result), np.isinf(expected))


@every_sum
@fuzzed
@given(data=st.data())
def test_integers_wrap_around_as_numpy_documents(name, data):
    """int64 is a commutative ring: the sum is right modulo 2**64."""
    shapes, extra = CASES[name](data.draw)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    edge = np.iinfo("int64")
    matrices = [rng.integers(edge.min, edge.max, s) for s in shapes]
    exact = getattr(loops, name)(*(x.astype(object) for x in matrices), *extra)
    result = getattr(lemmas_lib, name)(*matrices, *extra)
    assert result.dtype == np.int64
    assert ((result.astype(object) - exact) % 2**64 == 0).all()


@every_sum
@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda s: np.ma.masked_less(np.ones(s), 0), TypeError),
        (lambda s: np.full(s, "1"), TypeError),
        (lambda s: np.ones(s, dtype=bool), TypeError),
        (lambda s: np.zeros(s, dtype="M8[s]"), TypeError),
        (lambda s: [[1.0] * s[1]] * (s[0] - 1) + [[1.0] * (s[1] + 1)],
         ValueError),
        (lambda s: np.ones(s[0]), ValueError),
        (lambda s: None, ValueError),
        (lambda s: "matrix", TypeError),
    ],
    ids=["masked", "text", "booleans", "dates", "ragged", "one axis",
         "None", "a word"],
)  # fmt: skip
def test_what_is_no_matrix_of_numbers_is_refused(name, make, error):
    class Two:
        """Draws 2 for every size."""

        def __call__(self, _):
            return 2

    shapes, extra = CASES[name](Two())
    for which in range(len(shapes)):
        matrices = [np.ones(s) for s in shapes]
        matrices[which] = make(shapes[which])
        with pytest.raises(error):
            getattr(lemmas_lib, name)(*matrices, *extra)


def by_entries(name, X, shape):
    """Return what an operator gives, by the place of each entry."""
    rows, columns = X.shape
    p, q = shape
    match name:
        case "vec":
            return [X[i, j] for j in range(columns) for i in range(rows)]
        case "vech":
            return [X[i, j] for j in range(columns) for i in range(j, rows)]
        case "unvech":
            q = next(q for q in range(9) if q * (q + 1) // 2 == columns)
            place = {}
            for j in range(q):
                for i in range(j, q):
                    place[i, j] = place[j, i] = len(set(place.values()))
            return [[X[0, place[i, j]] for j in range(q)] for i in range(q)]
        case "unvec":
            return [[X[0, j * p + i] for j in range(q)] for i in range(p)]
        case "reshape_f":
            x = by_entries("vec", X, shape)
            return [[x[j * p + i] for j in range(q)] for i in range(p)]
        case "vecb":
            return [
                by_entries("vec", X[i : i + p, j : j + q], shape)
                for i in range(0, rows, p)
                for j in range(0, columns, q)
            ]


@pytest.mark.parametrize(
    "name", ["vec", "unvec", "vech", "unvech", "reshape_f", "vecb"]
)
@fuzzed
@given(data=st.data())
def test_an_operator_moves_entries_of_odd_memory_or_refuses(name, data):
    sizes, from_one = st.integers(0, 5), st.integers(1, 5)
    shape = data.draw(sizes, "rows"), data.draw(sizes, "columns")
    asked = data.draw(from_one, "p"), data.draw(from_one, "q")
    if name == "unvec":
        shape = 1, math.prod(asked) + data.draw(st.sampled_from([0, 0, 1, -1]))
    if name == "unvech":
        shape = 1, data.draw(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 10]))
    fits = {
        "vec": True,
        "vech": shape[0] == shape[1],
        "unvec": shape[1] == math.prod(asked),
        "unvech": shape[1] in {0, 1, 3, 6, 10},
        "reshape_f": math.prod(shape) == math.prod(asked),
        "vecb": shape[0] % asked[0] == shape[1] % asked[1] == 0,
    }[name]
    made = data.draw(st.sampled_from(list(MEMORY)), "memory")
    assume(made != "list" or 0 not in shape)
    odd = MEMORY[made](np.random.default_rng(3), shape)
    plain = np.array(odd, dtype=float)
    function = getattr(lemmas_lib, name)
    # A row of np.matrix is a matrix again.
    first = np.asarray(odd)[0] if name.startswith("un") else odd
    with_shape = name in {"unvec", "reshape_f", "vecb"}
    arguments = [first, asked] if with_shape else [first]
    if not fits:
        with pytest.raises(ValueError, match="has shape"):
            function(*arguments)
        return
    result = function(*arguments)
    assert type(result) is np.ndarray and result.flags.writeable
    assert result.dtype.isnative
    wanted = by_entries(name, plain, asked)
    assert np.array_equal(result, wanted) or result.size == 0 == len(wanted)
    assert np.array_equal(odd, plain)
    assert isinstance(odd, list) or not np.shares_memory(result, odd)


class Child(np.ndarray):
    """A subclass that would spoil what it is let into."""

    def __array_finalize__(self, other):
        if other is not None and self.ndim > 2:
            raise AssertionError("used as it is")


@every_sum
def test_a_subclass_is_taken_as_the_array_it_is(name):
    shapes, extra = CASES[name](lambda _: 2)
    rng = np.random.default_rng(5)
    plain = [integers(rng, s) for s in shapes]
    result = getattr(lemmas_lib, name)(*(x.view(Child) for x in plain), *extra)
    assert type(result) is np.ndarray
    assert np.array_equal(result, getattr(loops, name)(*plain, *extra))


def test_objects_that_cannot_be_multiplied_are_not_computed_with():
    X = np.array([["a", "b"], ["c", "d"]], dtype=object)
    with pytest.raises(TypeError):
        lemmas_lib.sum_abt(X, X, 1)
    halves = np.full((2, 2), Fraction(1, 2), dtype=object)
    assert lemmas_lib.sum_abt(halves, halves, 1)[0, 0] == 1


def model():
    rng = np.random.default_rng(6)
    n = 60
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    y = rng.normal(size=(n, 3))
    factors = [
        (np.arange(n) % 7, X.copy()),
        (rng.permutation(np.arange(n) % 5), np.ones((n, 1))),
    ]
    return y, X, factors


def odd_copies(y, X, factors):
    """The same model from arrays that are views, read-only and swapped."""
    wide = np.zeros((2 * X.shape[0], 6))
    wide[::-2, ::2] = y
    y = wide[::-2, ::2]
    X = X.astype(">f8", order="F")
    for x in (y, X):
        x.flags.writeable = False
    factors = [
        (levels.astype("u1"), np.lib.stride_tricks.as_strided(Z))
        for levels, Z in factors
    ]
    return y, X, factors


def test_a_model_of_odd_arrays_is_the_same_model():
    plain = mixed_model.cross_products(*model())
    odd = mixed_model.cross_products(*odd_copies(*model()))
    D = [np.array([[1.0, 0.2], [0.2, 0.5]]), np.array([[0.7]])]
    for function in (mixed_model.score, mixed_model.loglik):
        given = function(odd, 0.5, D, beta=np.zeros(2))
        wanted = function(plain, 0.5, D, beta=np.zeros(2))
        assert np.allclose(given, wanted, rtol=1e-12)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", ["y", "X", "Z"])
def test_a_model_refuses_what_is_not_finite_by_name(which, value):
    y, X, factors = model()
    spoilt = {"y": y, "X": X, "Z": factors[0][1]}[which]
    spoilt[1, 1] = value
    with pytest.raises(ValueError, match=rf"\b{which}"):
        mixed_model.cross_products(y, X, factors)


def test_models_and_operators_from_many_threads():
    data = model()
    c = mixed_model.cross_products(*data)
    D = [np.eye(2), np.eye(1)]
    X = np.arange(24.0).reshape(4, 6)

    def everything():
        found = mixed_model.fit(*data)
        return [
            found.beta, found.sigma2, *found.covariances,
            mixed_model.score(c, 1, D, beta=np.ones(2)),
            mixed_model.information(c, 1, D),
            lemmas_lib.vec(X), lemmas_lib.vecb(X, (2, 3)),
            lemmas_lib.reshape_f(X, (8, 3)),
            lemmas_lib.commutation_matrix(3, 4).toarray(),
            lemmas_lib.duplication_matrix(4).toarray(),
        ]  # fmt: skip

    alone, wrong = everything(), []

    def work():
        for _ in range(3):
            pairs = zip(everything(), alone, strict=True)
            wrong.extend(1 for a, b in pairs if not np.array_equal(a, b))

    in_threads(work)
    assert not wrong

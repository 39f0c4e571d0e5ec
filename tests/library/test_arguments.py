"""What is no matrix, count or pair is refused, and what is said of it."""

import datetime
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

import lemmas_lib as ll
from lemmas_lib import _arguments
from lemmas_lib import mixed_model as mm
from lemmas_lib.oracles import formulas, loops

from .cases import CASES, every_sum

x = np.ones


# (call, error, words that the message must hold, in this order)
REFUSED = {
    "one axis": (
        lambda m: m.sum_abt(x(6), x((6, 1)), 2),
        ValueError, ["A has shape (6,)", "(…, rows, columns) is needed"],
    ),
    "no height": (
        lambda m: m.sum_abt(x((6, 1)), x((6, 1)), 0),
        ValueError, ["n is 0", "at least 1"],
    ),
    "negative height": (
        lambda m: m.sum_residual_outer(x((4, 1)), x((4, 1)), x((1, 1)), -2),
        ValueError, ["n is -2", "at least 1"],
    ),
    "float height": (
        lambda m: m.sum_kron_bct(x((4, 4)), x((4, 1)), x((4, 1)), 2.0, 2),
        TypeError, ["n1 is 2.0", "an integer"],
    ),
    "bool height": (
        lambda m: m.sum_abt(x((4, 1)), x((4, 1)), True),
        TypeError, ["n is True", "an integer"],
    ),
    "NumPy bool height": (
        lambda m: m.sum_abt(x((4, 1)), x((4, 1)), np.bool_(True)),
        TypeError, ["n is", "True", "an integer"],
    ),
    "a pair with a float": (
        lambda m: m.sum_kron(x((4, 1)), x((4, 1)), (2, 2.0)),
        TypeError, ["n[1] is 2.0", "an integer"],
    ),
    "a pair of heights with a zero": (
        lambda m: m.sum_kron_abt_cdt(
            x((4, 1)), x((4, 1)), x((4, 1)), x((4, 1)), 2, (2, 0)
        ),
        ValueError, ["n2[1] is 0", "at least 1"],
    ),
    "three heights": (
        lambda m: m.sum_abt(x((4, 1)), x((4, 1)), (2, 2, 2)),
        ValueError, ["n is (2, 2, 2)", "exactly two"],
    ),
    "pair where one height is meant": (
        lambda m: m.sum_residual_outer(
            x((4, 1)), x((4, 1)), x((1, 1)), (2, 2)
        ),
        TypeError, ["n is (2, 2)", "an integer"],
    ),
    "one integer for a block shape": (
        lambda m: m.sumAijKronBij(x((4, 4)), x((4, 4)), 2),
        TypeError, ["pA is 2", "a pair"],
    ),
    "a set for a block shape": (
        lambda m: m.sumAijBijt(x((4, 4)), x((4, 4)), {2, 1}, (2, 2)),
        TypeError, ["pA is {1, 2}", "a pair"],
    ),
    "sparse": (
        lambda m: m.sum_abt(sparse.eye_array(4), x((4, 4)), 2),
        TypeError, ["A is sparse", "A.toarray()"],
    ),
    "sparse matrix of the old kind": (
        lambda m: m.sum_abt(x((4, 4)), sparse.csr_matrix((4, 4)), 2),
        TypeError, ["B is sparse", "B.toarray()"],
    ),
    "masked": (
        lambda m: m.sum_abt(x((4, 4)), np.ma.masked_less(x((4, 4)), 2), 2),
        TypeError, ["B is a masked array", "B.filled(0)"],
    ),
    "a list of sparse matrices": (
        lambda m: m.sum_abt([sparse.eye_array(4)] * 2, x((4, 4)), 2),
        TypeError, ["A is sparse"],
    ),
    "a list of masked arrays": (
        lambda m: m.sum_abt(
            x((4, 4)), [np.ma.masked_less(x(4), 2)] * 4, 2
        ),
        TypeError, ["B is a masked array"],
    ),
    "an array of no axis for a block shape": (
        lambda m: m.sumAijKronBij(x((4, 4)), x((4, 4)), np.array(2)),
        TypeError, ["pA is array(2)", "a pair"],
    ),
    "bool array": (
        lambda m: m.sum_abt(x((4, 4), bool), x((4, 4)), 2),
        TypeError, ["A has dtype bool"],
    ),
    "strings": (
        lambda m: m.sum_abt(x((4, 4)), np.full((4, 4), "1"), 2),
        TypeError, ["B has dtype <U1"],
    ),
    "dates": (
        lambda m: m.sum_abt(np.zeros((4, 4), "M8[D]"), x((4, 4)), 2),
        TypeError, ["A has dtype datetime64[D]"],
    ),
    "ragged list": (
        lambda m: m.sum_abt([[1, 2], [3]], x((2, 2)), 1),
        ValueError, ["A is not an array"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("module", [ll, loops, formulas])
@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_with_a_message_that_helps(case, module):
    call, error, words = REFUSED[case]
    pattern = ".*".join(re.escape(word) for word in words)
    with pytest.raises(error, match=pattern):
        call(module)


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
            getattr(ll, name)(*matrices, *extra)


@pytest.mark.parametrize("pair", [(2, 3), [2, 3], np.array([2, 3])])
def test_a_shape_is_any_pair_of_integers(pair):
    assert ll.unvec(x(6), pair).shape == (2, 3)


class NotComputed:
    """Stands in for an array of another library that is asked for entries."""

    shape, ndim, dtype = (4, 4), 2, np.dtype(float)

    def __array__(self, *_, **__):
        raise AssertionError("it was computed, and nobody was told")


def of(module, base=NotComputed):
    return type("Array", (base,), {"__module__": module})()


# Where they are defined, and what turns them into arrays of NumPy.
FOREIGN = {
    "cupy": "A.get()",
    "dask.array.core": "A.compute()",
    "jax._src.interpreters.partial_eval": "np.asarray(A)",
    "jaxlib._jax": "np.asarray(A)",
    "tensorflow.python.framework.ops": "A.numpy()",
    "torch": "A.numpy(force=True)",
    "xarray.core.dataarray": "np.asarray(A)",
}


@pytest.mark.parametrize("module", FOREIGN)
@pytest.mark.parametrize(
    "within",
    [
        lambda x: x,
        lambda x: [x, x],
        lambda x: ([[1.0, 2.0], [3.0, x]],),
        lambda x: of("mine", type(x)),  # a subclass
    ],
    ids=["alone", "in a list", "deep in lists", "of a subclass"],
)
def test_an_array_of_another_library_is_not_converted_unseen(module, within):
    write = FOREIGN[module]
    library = module.partition(".")[0].removesuffix("lib")
    said = re.escape(f"A is of {library} (Array); a NumPy array is needed")
    with pytest.raises(TypeError, match=f"{said}.*{re.escape(write)}$"):
        ll.sum_abt(within(of(module)), x((4, 4)), 2)


def test_every_library_known_is_tested():
    known = {m.partition(".")[0].removesuffix("lib") for m in FOREIGN}
    assert known == set(_arguments.AS_NUMPY)


@pytest.mark.parametrize("name", ["y", "X", "Z", "levels"])
@pytest.mark.parametrize(
    "other, words",
    [
        (of("dask.array.core"), "of dask (Array); a NumPy array is needed"),
        ([of("dask.array.core")] * 4, "of dask (Array)"),
        (sparse.eye_array(4), "sparse (dia_array); a dense array is needed"),
        (np.ma.masked_less(x((4, 4)), 2), "a masked array, whose mask"),
        ([np.ma.masked, "a", "b", "a"], "a masked array, whose mask"),
    ],
    ids=["dask", "a list of dask", "sparse", "masked", "a list of masked"],
)  # fmt: skip
def test_a_mixed_model_refuses_them_too(name, other, words):
    given = {"y": x(4), "X": x((4, 1)), "Z": x((4, 1)), "levels": list("abab")}
    given[name] = other
    levels, Z = given.pop("levels"), given.pop("Z")
    where = " of factors[0]" if name in {"Z", "levels"} else ""
    for function in mm.fit, mm.cross_products:
        with pytest.raises(TypeError, match=re.escape(f"{where} is {words}")):
            function(**given, factors=[(levels, Z)])


class Frame:
    """Stands in for a table of columns of several types."""

    def __init__(self, *columns):
        self.columns = columns

    def __array__(self, dtype=None, copy=None):
        return np.array(list(zip(*self.columns, strict=True)), dtype=object)


NUMBERS, TEXT = [1, 2, 3, 4], ["one", "two", "three", "four"]
DAYS = [datetime.date(2026, 1, day) for day in NUMBERS]


@pytest.mark.parametrize("make", [Frame, lambda *c: np.asarray(Frame(*c))])
@pytest.mark.parametrize(
    "column, entry",
    [
        (TEXT, "'four'"),
        ([b"1", b"2", b"3", b"4"], "b'4'"),
        ([1, 2, None, 4], "None"),
        (DAYS, "datetime.date(2026, 1, 4)"),
        ([np.True_, np.False_, np.True_, np.True_], repr(np.True_)),
        ([[1], [2], [3], [4]], r"[4]"),
    ],
)
def test_a_column_that_has_no_numbers_is_refused(column, entry, make):
    table = make(NUMBERS, column)
    said = re.escape(f"A has entries such as {entry}, which do not multiply")
    for matrices in (table, table), (table, x((4, 2))):
        with pytest.raises(TypeError, match=said):
            ll.sum_abt(*matrices, 2)
    with pytest.raises(TypeError, match=said.replace("A", "X", 1)):
        mm.cross_products(x(4), table, [(list("abab"), x((4, 1)))])


def test_a_table_of_numbers_is_a_matrix():
    found = ll.sum_abt(Frame(NUMBERS, NUMBERS), x((4, 2)), 2)
    assert np.array_equal(found, [[8, 8], [12, 12]])


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(
    "code", np.typecodes["AllInteger"] + np.typecodes["AllFloat"]
)
def test_every_number_of_numpy_is_one(code, order):
    A = x((4, 2), np.dtype(code).newbyteorder(order))
    result = ll.sum_abt(A, A, 2)
    assert np.array_equal(result, [[4, 4], [4, 4]]) and result.dtype == code


def test_numbers_of_a_few_bits_are_refused():
    """They are added up in as many, and some pass for NumPy's own."""
    ml_dtypes = pytest.importorskip("ml_dtypes")
    for kind in "float8_e5m2", "float8_e4m3fn", "bfloat16", "int4":
        A = x((4, 4)).astype(getattr(ml_dtypes, kind))
        for matrices in (A, A), (A, x((4, 4))):
            with pytest.raises(TypeError, match=f"A has dtype {kind}"):
                ll.sum_abt(*matrices, 2)


def filled(shape, make):
    """Return an array of objects, each made anew."""
    found = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        found[index] = make()
    return found


@pytest.mark.parametrize(
    "a, b, product",
    [
        (Fraction(1, 3), Fraction(2), Fraction(2, 3)),
        (Decimal("0.5"), Decimal("0.25"), Decimal("0.125")),
        (Decimal("0.5"), 3, Decimal("1.5")),
        (datetime.timedelta(2), 3, datetime.timedelta(6)),
        (10**400, 10, 10**401),
    ],
)
def test_objects_are_numbers_if_they_multiply_and_add(a, b, product):
    A, B = filled((4, 1), lambda: a), filled((6, 1), lambda: b)
    result = ll.sum_abt(A, B, (2, 3))
    assert result.shape == (2, 3) and (result == product + product).all()


class Matrix:
    """An entry that multiplies some others, but not itself."""

    def __init__(self, entries):
        self.entries = entries

    def __mul__(self, other):
        return Matrix(self.entries @ other.entries)

    def __add__(self, other):
        return Matrix(self.entries + other.entries)


def test_matrices_are_numbers_even_where_they_have_no_square():
    A = filled((4, 1), lambda: Matrix(x((2, 3))))
    B = filled((4, 1), lambda: Matrix(x((3, 2))))
    for S in ll.sum_abt(A, B, 2).flat:
        assert np.array_equal(S.entries, [[6, 6], [6, 6]])

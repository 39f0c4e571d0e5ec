"""What each wrong input gets: the error, and what its message must say."""

import decimal
import re

import numpy as np
import pytest
from scipy import sparse

import lemmas_lib as ll
from lemmas_lib import formulas, loops

x = np.ones

# (call, error, words that the message must hold, in this order)
REFUSED = {
    "rows no multiple": (
        lambda m: m.sum_abt(x((7, 4)), x((8, 4)), 2),
        ValueError, ["A has shape (7, 4)", "a multiple of 2", "n_A = 2"],
    ),
    "rows of B no multiple": (
        lambda m: m.sum_kron(x((8, 4)), x((9, 4)), (2, 3)),
        ValueError, ["B has shape (9, 4)", "12", "l = 4", "n_B = 3"],
    ),
    "same number of entries, other widths": (
        lambda m: m.sum_abt(x((6, 2)), x((4, 3)), 2),
        ValueError, ["B has shape (4, 3)", "(6, 2)"],
    ),
    "C transposed": (
        lambda m: m.sum_acbt(x((6, 4)), x((3, 4)), x((6, 3)), 2),
        ValueError, ["C has shape (3, 4)", "(k1, k2) = (4, any)"],
    ),
    "C that would broadcast": (
        lambda m: m.sum_residual_outer(x((6, 4)), x((6, 3)), x((3, 1)), 2),
        ValueError, ["C has shape (3, 1)", "3, 4"],
    ),
    "blocks of C do not match": (
        lambda m: m.sum_kron_bct(x((4, 6)), x((4, 5)), x((9, 5)), 2, 3),
        ValueError, ["C has shape (9, 5)", "(6, 5)"],
    ),
    "D too narrow": (
        lambda m: m.sum_kron_abt_cdt(
            x((4, 5)), x((6, 5)), x((4, 7)), x((6, 5)), 2, 3
        ),
        ValueError, ["D has shape (6, 5)", "(6, 7)"],
    ),
    "block widths differ": (
        lambda m: m.sumAijBijt(x((4, 6)), x((4, 6)), (2, 3), (2, 2)),
        ValueError, ["pB is (2, 2)", "pA is (2, 3)", "such as pB = (2, 3)"],
    ),
    "equal element counts, other block counts": (
        lambda m: m.sumAijKronBij(x((6, 2)), x((2, 3)), (2, 1), (1, 1)),
        ValueError, ["B has shape (2, 3)", "(3, 2)"],
    ),
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


def test_a_stack_is_told_of_its_leading_axes():
    with pytest.raises(ValueError, match=re.escape("(…, 8, 4) with l = 4")):
        ll.sum_abt(x((3, 8, 4)), x((3, 6, 4)), 2)


def test_leading_axes_that_do_not_broadcast():
    wanted = re.escape("leading axes (2,) do not broadcast with (3,)")
    with pytest.raises(ValueError, match=f"B has .*{wanted}.* of A"):
        ll.sum_abt(x((3, 4, 2)), x((2, 4, 2)), 2)


@pytest.mark.parametrize("module", [loops, formulas])
def test_oracles_refuse_stacks(module):
    wanted = re.escape("has shape (1, 4, 4); a single matrix")
    stack, C, n = x((1, 4, 4)), x((4, 4)), 2
    for call in (
        lambda: module.sum_abt(stack, C, n),
        lambda: module.sum_acbt(C, stack, C, n),
        lambda: module.sum_residual_outer(C, C, stack, n),
        lambda: module.sum_kron(C, stack, n),
        lambda: module.sum_kron_abt_cdt(C, C, C, stack, n, n),
        lambda: module.sum_kron_bct(stack, C, C, n, n),
        lambda: module.sumAijBijt(C, stack, (n, n), (n, n)),
        lambda: module.sumAijKronBij(stack, C, (n, n)),
    ):
        with pytest.raises(ValueError, match=wanted):
            call()


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: ll.vec([1, 2]), ValueError, "X has shape (2,)"),
        (lambda: ll.vec(x((2, 2), bool)), TypeError, "X has dtype bool"),
        (lambda: ll.unvec(1.0, (1, 1)), ValueError, "x has shape ()"),
        (lambda: ll.unvec(x(5), (2, 3)), ValueError, "(…, 6) is needed"),
        (lambda: ll.unvec(x(5), (2, 3)), ValueError, "shape (2, 3)"),
        (lambda: ll.unvec(x(6), (2, -3)), ValueError, "shape[1] is -3"),
        (lambda: ll.unvec(x(6), 6), TypeError, "shape is 6; a pair"),
        (lambda: ll.vech(x((2, 3))), ValueError, "(…, q, q) is needed"),
        (lambda: ll.unvech(x(4)), ValueError, "such as 3 or 6"),
        (lambda: ll.reshape_f(x((2, 3)), (2, 2)), ValueError, "needs 4"),
        (lambda: ll.reshape_f(x((2, 3)), (4, 1)), ValueError, "shape (4, 1)"),
        (lambda: ll.reshape_f(x((2, 3)), (4, 1)), ValueError, "6 entries"),
        (lambda: ll.vecb(x((4, 6)), (3, 2)), ValueError, "a multiple of 3"),
        (lambda: ll.vecb(x((4, 6)), (2, 2.0)), TypeError, "block_shape[1]"),
        (lambda: ll.commutation_matrix(0, 2), ValueError, "a is 0"),
        (lambda: ll.commutation_index(2, True), TypeError, "b is True"),
        (lambda: ll.duplication_matrix(0), ValueError, "q is 0"),
        (lambda: ll.duplication_index(-1), ValueError, "q is -1"),
    ],
)
def test_operators_refuse_too(call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        call()


@pytest.mark.parametrize("pair", [(2, 3), [2, 3], np.array([2, 3])])
def test_a_shape_is_any_pair_of_integers(pair):
    assert ll.unvec(x(6), pair).shape == (2, 3)


def test_other_numbers_than_floats_are_welcome():
    A = np.array([[decimal.Decimal("0.1")], [decimal.Decimal("0.2")]])
    assert ll.sum_abt(A, A, 1) == decimal.Decimal("0.05")


def test_np_matrix_becomes_an_array():
    with pytest.warns(PendingDeprecationWarning):
        A = np.matrix([[1, 2], [3, 4]])
    assert type(ll.sum_abt(A, A, 1)) is np.ndarray
    assert ll.sum_abt(A, A, 1) == 30

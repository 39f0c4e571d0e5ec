"""What is no matrix, count or pair is refused, and what is said of it."""

import re

import numpy as np
import pytest
from scipy import sparse

import lemmas_lib as ll
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

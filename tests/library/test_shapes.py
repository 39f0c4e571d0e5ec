"""What does not fit together is refused, and what is said of it."""

import re

import numpy as np
import pytest

import lemmas_lib as ll
from lemmas_lib.oracles import formulas, loops

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
    "blocks of C do not match, of another height than A's are wide": (
        lambda m: m.sum_kron_bct(
            x((4, 6)), x((10, 7)), x((6, 7)), (2, 5), (3, 4)
        ),
        ValueError, ["C has shape (6, 7)", "(8, 7)", "l2 = 2, n_C = 4"],
    ),
    "columns of A no multiple": (
        lambda m: m.sum_kron_bct(x((4, 7)), x((4, 5)), x((8, 5)), 2, (3, 4)),
        ValueError, ["A has shape (4, 7)", "multiple of 3", "n2_A = 3"],
    ),
    "fewer blocks in C than in A": (
        lambda m: m.sum_kron_abt_cdt(
            x((4, 5)), x((6, 5)), x((3, 7)), x((8, 7)), (2, 3), (3, 4)
        ),
        ValueError, ["C has shape (3, 7)", "(6, any)", "l1 = 2, n_C = 3"],
    ),
    "rows of D no multiple": (
        lambda m: m.sum_kron_abt_cdt(
            x((4, 5)), x((6, 5)), x((6, 7)), x((6, 7)), (2, 3), (3, 4)
        ),
        ValueError, ["D has shape (6, 7)", "(8, 7)", "l2 = 2, n_D = 4"],
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

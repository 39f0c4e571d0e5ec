"""The gradients of the sums as difference quotients, which are exact here.

Every sum is linear or quadratic in each of its arguments, so that the central
difference quotient of any step is the derivative. The oracle of
``gradients``, which shares no algebra with it: only the loops are evaluated.
"""

from fractions import Fraction

import numpy as np

from . import loops
from .arithmetic import fractions


def gradient(name, G, *arguments, **weights):
    """`(⟨G, S(x + e)⟩ − ⟨G, S(x − e)⟩)/2` for each entry x of each array.

    Here S is the sum and e is 1 in the place of x.

    Parameters
    ----------
    name : str
        The name of a sum, such as ``"sum_abt"``.
    G : array_like
        The cotangent, of the shape of the sum.
    *arguments, **weights
        The arguments of the sum, of which the arrays are finite and real.

    Returns
    -------
    tuple of ndarray of Fraction
        One for each array among the arguments.

    Examples
    --------
    >>> A, B = np.array([[1], [2]]), np.array([[3], [5]])
    >>> for X in gradient("sum_abt", [[10]], A, B, 1):
    ...     print(*X.ravel())
    30 50
    10 20
    """
    G = fractions(np.asarray(G))
    arguments = [
        fractions(np.asarray(x) if isinstance(x, list) else x)
        for x in arguments
    ]
    weights = {key: fractions(np.asarray(w)) for key, w in weights.items()}
    function = getattr(loops, name)
    found = []
    for X in (*arguments, *weights.values()):
        if isinstance(X, np.ndarray):
            slopes = np.zeros(X.shape, dtype=object)
            for index in np.ndindex(X.shape):
                at, ends = X[index], []
                for step in (1, -1):
                    X[index] = at + step
                    ends.append((G * function(*arguments, **weights)).sum())
                X[index] = at
                slopes[index] = Fraction(ends[0] - ends[1]) / 2
            found.append(slopes)
    return tuple(found)

"""Exact arithmetic: arrays of fractions, or of long decimals."""

import decimal
from fractions import Fraction

import numpy as np


def convert(x, number=decimal.Decimal):
    """Return x with entries of another type, each exactly what it was.

    Parameters
    ----------
    x : array_like
        Real numbers.
    number : callable, optional
        The type of the entries, ``Fraction`` or ``decimal.Decimal``.

    Returns
    -------
    ndarray of objects

    Examples
    --------
    >>> convert([0.5, 3], Fraction)
    array([Fraction(1, 2), Fraction(3, 1)], dtype=object)
    """
    x = np.asarray(x)
    found = np.empty(x.size, dtype=object)
    found[:] = [number(value) for value in x.astype(object).ravel()]
    return found.reshape(x.shape)


def fractions(x):
    """Return an array in fractions; what is no array stays as it is.

    Examples
    --------
    >>> fractions(np.array([0.5])), fractions(3)
    (array([Fraction(1, 2)], dtype=object), 3)
    """
    return convert(x, Fraction) if isinstance(x, np.ndarray) else x

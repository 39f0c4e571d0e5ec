"""Small published data sets for mixed models, and lme4's fits of them.

The values are those that the R package lme4 distributes (version 1.1-31), and
so are the fits:

- dyestuff: yields of dye from six batches, five samples of each. Davies and
  Goldsmith (1972), table 6.3.
- dyestuff2: the same design, simulated so that batches do not differ. Box and
  Tiao (1973).
- penicillin: diameters of zones in 24 plates by 6 samples, crossed. Davies and
  Goldsmith (1972), table 6.6.
- pastes: strengths of chemical pastes, three casks in each of ten batches,
  two assays of each. Davies and Goldsmith (1972), table 6.5.
- sleepstudy: reaction times of 18 subjects on ten days of little sleep.
  Belenky et al. (2003).
"""

import csv
from importlib import resources

import numpy as np

from ..operators import unvech
from . import _checks

FILES = resources.files(__package__) / "data"
NAMES = ("dyestuff", "dyestuff2", "penicillin", "pastes", "sleepstudy")


def load(name):
    """Return the columns of a data set by name; labels are text.

    Parameters
    ----------
    name : {"dyestuff", "dyestuff2", "penicillin", "pastes", "sleepstudy"}

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ValueError
        If there is no such data set.

    Examples
    --------
    >>> data = load("dyestuff")
    >>> list(data), len(data["Yield"])
    (['Batch', 'Yield'], 30)
    """
    _checks.one_of("name", name, NAMES)
    rows = _rows(f"{name}.csv")
    columns = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    numbers = {"Yield", "diameter", "strength", "Reaction", "Days"}
    return {
        key: column.astype(float) if key in numbers else column
        for key, column in columns.items()
    }


def model(name):
    """Return y, X and factors of the model that is usual for a data set.

    It is ``response ~ 1 + (1 | factor)``, with a term for each factor, and for
    sleepstudy ``Reaction ~ Days + (Days | Subject)``.

    Examples
    --------
    >>> y, X, factors = model("penicillin")
    >>> X.shape, len(factors)
    ((144, 1), 2)
    """
    data = load(name)
    response, *factors = {
        "dyestuff": ("Yield", "Batch"),
        "dyestuff2": ("Yield", "Batch"),
        "penicillin": ("diameter", "plate", "sample"),
        "pastes": ("strength", "sample", "batch"),
        "sleepstudy": ("Reaction", "Subject"),
    }[name]
    y = data[response]
    X = np.ones((len(y), 1))
    if name == "sleepstudy":
        X = np.column_stack([X, data["Days"]])
    return y, X, [(data[factor], X) for factor in factors]


def lme4(name, method):
    """Return lme4's fit of ``model(name)``: what it printed, as numbers.

    Returns
    -------
    dict
        loglik, beta, sigma2 and covariances, as ``mixed_model.fit`` has them.

    Raises
    ------
    ValueError
        If there is no such data set, or method.

    Examples
    --------
    >>> lme4("dyestuff", "REML")["sigma2"]
    2451.25
    """
    _checks.one_of("name", name, NAMES)
    _checks.one_of("method", method, ("ML", "REML"))
    (row,) = (
        row
        for row in _rows("lme4_fits.csv")
        if row["dataset"].lower() == name and row["method"] == method
    )
    covariances = []
    for factor in row["variance_components"].split(";"):
        numbers = factor.split(":")[1].replace("(boundary)", "").split()
        covariances.append(unvech([float(x) for x in numbers]))
    return {
        "loglik": float(row["loglik"]),
        "beta": np.array([float(x) for x in row["beta"].split()]),
        "sigma2": float(row["sigma2"]),
        "covariances": covariances,
    }


def _rows(name):
    text = (FILES / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

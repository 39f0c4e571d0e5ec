"""What was measured once, and is shown as it was: tables, and the roof.

The scripts in ``tests/benchmarks`` measure, and write a record into ``data``:
its date and machine, the measurements, and the tables that show them.
"""

import json
from importlib import resources

FILES = resources.files(__package__) / "data"


class _Table:
    """Text that shows as Markdown in a notebook, and as it is elsewhere."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    _repr_markdown_ = __repr__


def table(name, which):
    """Return a table of a record, with the line that says where it is from.

    It shows as Markdown in a notebook and as plain text elsewhere.

    Parameters
    ----------
    name : {"accuracy", "benchmark", "fits", "source_sizes"}
        The record.
    which : str
        The table: a dtype of the accuracy; a sum of the benchmark, or its
        ``"limits"``; ``"InstEval"`` or ``"many"`` of the fits; the number of
        a lemma at the sizes of the source.

    Raises
    ------
    ValueError
        If there is no such record, or no such table in it.

    Examples
    --------
    >>> table("source_sizes", "1")  # doctest: +ELLIPSIS
    | sizes | way | our time | printed in the source |
    |:--|:--|--:|--:|
    | m = 8, n = 2, k = 4 | loop | ... | 0.50 ms |
    ...
    Measured on ...
    """
    found = record(name)
    _known("which", which, found["tables"])
    shown = found["tables"][which]
    lines = [_line(shown["head"]), shown["rule"], *map(_line, shown["rows"])]
    return _Table("\n".join([*lines, "", _where(found)]))


def record(name):
    """Return a record as a dict, with its date and machine.

    Parameters
    ----------
    name : str
        As in ``table``.

    Examples
    --------
    >>> list(record("benchmark")["limits"])
    ['float64', 'float32', 'memory']
    """
    files = {file.name.removesuffix(".json"): file for file in FILES.iterdir()}
    _known("name", name, files)
    return json.loads(files[name].read_text(encoding="utf-8"))


def roof():
    """Return what the benchmark says of the machine's roof.

    Returns
    -------
    points : dict of str to list of (float, float)
        Operations for each byte read, and operations a second, of the
        library and of the fastest peer in each case in double precision
        whose matrices are read from memory.
    limits : (float, float)
        Operations and bytes a second that the machine gives.

    Examples
    --------
    >>> points, (operations, bytes_read) = roof()
    >>> list(points), operations > bytes_read
    (['library', 'fastest peer'], True)
    """
    found = record("benchmark")
    points = {"library": [], "fastest peer": []}
    for row in found["rows"]:
        if "floor" in row and row["dtype"] == "float64":
            n = row["operations"]
            ways = {"library": "library", "fastest peer": row["peer"]}
            for name, way in ways.items():
                rate = n / row["seconds"][way]
                points[name].append((n / row["bytes"], rate))
    return points, (found["limits"]["float64"], found["limits"]["memory"])


def _known(what, name, names):
    if name not in names:
        raise ValueError(
            f"{what} is {name!r}; one of {sorted(names)} is needed"
        )


def _line(cells):
    return f"| {' | '.join(cells)} |"


def _where(found):
    """Say when and where something was measured, and with which packages."""
    parts = found["machine"] | found.get("versions", {})
    place = "; ".join(f"{what} {which}" for what, which in parts.items())
    return f"Measured on {found['date']}: {place}."

"""What was measured once, and is shown as it was: tables, and the floor.

The scripts in ``tests/benchmarks`` measure, and write a record into ``data``:
its date and machine, the measurements, and the tables that show them. The
benchmark has such a record for each machine that it ran on, and so have the
arrays of other libraries.
"""

import json
from importlib import resources

from .. import sums
from .timing import spoken

FILES = resources.files(__package__) / "data"

# The sums of the library, and what states them: the docstrings say it first.
SUMS = {
    name: function.__doc__.partition(":")[0]
    for name, function in vars(sums).items()
    if name.startswith("sum") and function.__module__ == sums.__name__
}

# What else is measured: other functions, or what has none of its own.
OTHERS = {
    "sum_kron_operator": "Lemma 7",
    "gradients.sum_kron": "Lemma 8",
    "weights": "Lemma 9",
    "groups": "Lemma 10",
    "nearest_kron": "Lemma 11",
}
MEASURED = SUMS | OTHERS

# What the targets of the benchmark are multiples of.
OVER = "the floor", "the fastest peer", "the formula"


class _Table:
    """Text that shows as Markdown in a notebook, and as it is elsewhere."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    _repr_markdown_ = __repr__


def table(name, which, machine=None):
    """Return a table of a record, with the line that says where it is from.

    It shows as Markdown in a notebook and as plain text elsewhere.

    Parameters
    ----------
    name : {"accuracy", "arrays", "benchmark", "fits", "source_sizes"}
        The record.
    which : str
        The table: a dtype of the accuracy, or of the arrays of other
        libraries, of which each machine has a table; ``"pays"``,
        ``"limits"`` or ``"targets"`` of the benchmark, which show all
        machines, or with a machine one of its sums; ``"InstEval"`` or
        ``"many"`` of the fits; the number of a lemma at the sizes of the
        source.
    machine : str, optional
        One of ``machines()``.

    Raises
    ------
    ValueError
        If there is no such record, or no such table or machine in it.

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
    places = found.get("machines", {})
    if machine is not None:
        _known("machine", machine, places)
        found, places = places[machine], {}
    if "tables" in found:
        shown = [(found, list(places.values()) or [found])]
    else:
        shown = [(each, [each]) for each in places.values()]
    parts = []
    for each, measured_on in shown:
        _known("which", which, each["tables"])
        parts += [markdown(each["tables"][which]), *map(where, measured_on)]
    return _Table("\n\n".join(parts))


def gain(name):
    """Say what one call gains over a loop over the blocks.

    Of what was measured, by rows and in double precision, that is said over
    which a loop takes the longest. Of a sum that no machine has measured yet
    this is said.

    Parameters
    ----------
    name : str
        A sum of the library, or another of ``MEASURED``.

    Raises
    ------
    ValueError
        If the benchmark times no such loop.

    Examples
    --------
    >>> gain("sum_abt")  # doctest: +ELLIPSIS
    l = ...: a loop over the blocks ..., one call ... (...).
    """
    lines = []
    for machine, found in record("benchmark")["machines"].items():
        if name in unmeasured(found):
            continue
        rows = list(filter(looped, found["rows"]))
        _known("name", name, {row["name"] for row in rows})
        loops = {looped(row): row for row in rows if row["name"] == name}
        longest = max(loops)
        row = loops[longest]
        sizes = ", ".join(f"{s} = {v}" for s, v in blocks(row).items())
        lines.append(
            f"{sizes}: a loop over the blocks {spoken(longest)}, one call "
            f"{spoken(row['seconds']['library'])} ({machine}, "
            f"{found['date']})."
        )
    if not lines:
        lines = ["The time of one call beside a loop is not measured yet."]
    return _Table("\n\n".join(lines))


def unmeasured(found):
    """Return what the benchmark has not measured on a machine.

    Parameters
    ----------
    found : dict
        The benchmark's record of that machine.

    Examples
    --------
    >>> "sum_abt" in unmeasured({"rows": [{"name": "sum_kron"}]})
    True
    """
    rows = {row["name"] for row in found["rows"]}
    return [name for name in MEASURED if name not in rows]


def looped(row):
    """Return the seconds of a loop by rows in double precision, or 0.

    Parameters
    ----------
    row : dict
        What the benchmark measured of one case.

    Examples
    --------
    >>> rows = record("benchmark")["machines"][machines()[0]]["rows"]
    >>> {row["order"] for row in rows if looped(row)}
    {'C'}
    """
    usual = (row["order"], row["dtype"]) == ("C", "float64")
    alone = usual and "same" not in row["sizes"]
    return row["seconds"].get("loop", 0) if alone else 0


def blocks(row):
    """Return the sizes of a case, with numbers of blocks for whole heights.

    Parameters
    ----------
    row : dict
        As in ``looped``.

    Examples
    --------
    >>> blocks({"sizes": {"m": 6, "n": 2, "k": 5}})
    {'l': 3, 'n': 2, 'k': 5}
    """
    sizes, found = row["sizes"], {}
    for s, size in sizes.items():
        if s.startswith("m"):
            s, size = f"l{s[1:]}", size // sizes[f"n{s[1:]}"]
        found[s] = size
    return found


def markdown(table):
    """Return a table of a record as Markdown.

    Parameters
    ----------
    table : dict
        Its head, the rule that aligns its columns, and rows of text.

    Examples
    --------
    >>> print(markdown({"head": ["n"], "rule": "|--:|", "rows": [["2"]]}))
    | n |
    |--:|
    | 2 |
    """
    rows = map(_line, table["rows"])
    return "\n".join([_line(table["head"]), table["rule"], *rows])


def where(found):
    """Say when and where something was measured, and with which packages.

    Parameters
    ----------
    found : dict
        A record, or that of one machine.

    Examples
    --------
    >>> where({"date": "2026-01-02", "machine": {"processor": "abacus"}})
    'Measured on 2026-01-02: processor abacus.'
    """
    parts = found["machine"] | found.get("versions", {})
    place = "; ".join(f"{what} {which}" for what, which in parts.items())
    return f"Measured on {found['date']}: {place}."


def machines():
    """Return the names of the machines that the benchmark ran on.

    Examples
    --------
    >>> len(machines()) > 0
    True
    """
    return list(record("benchmark")["machines"])


def record(name):
    """Return a record as a dict, with its date and machine.

    Parameters
    ----------
    name : str
        As in ``table``.

    Examples
    --------
    >>> list(record("accuracy"))
    ['date', 'machine', 'rows', 'tables']
    """
    files = {file.name.removesuffix(".json"): file for file in FILES.iterdir()}
    _known("name", name, files)
    return json.loads(files[name].read_text(encoding="utf-8"))


def over_floor():
    """Return how long each large sum took on each machine, over its floor.

    Returns
    -------
    dict of str to list of (str, float, float or None, float or None)
        By machine: what was summed; the ratio of a call alone, and of one
        right after a product by BLAS, if that was measured; and the most that
        it should be, if there is a target.

    Examples
    --------
    >>> for cases in over_floor().values():
    ...     what, alone, after, target = cases[0]
    >>> what.split(", k")[0], alone > 0.5
    ('Lemma 1, n = 2', True)
    """
    return {
        name: [_over_floor(row) for row in found["rows"] if "floor" in row]
        for name, found in record("benchmark")["machines"].items()
    }


def _over_floor(row):
    between = row.get("between", {})
    alone, after = (
        times["seconds"]["library"] / times["floor"] if times else None
        for times in (row, between)
    )
    most = [t["most"] for t in row["targets"] if t["over"] == OVER[0]]
    return _label(row), alone, after, most[0] if most else None


def _label(row):
    """Say what was summed: the shapes of blocks, and how they lie."""
    size = row["sizes"]
    parts = [SUMS[row["name"]]]
    if "n" in size:
        parts.append(f"n = {size['n']}")
    else:
        parts.append(f"{size['n1']} × {size['n2']}")
    widths = [str(size[k]) for k in ("k", "k1", "k2") if k in size]
    if widths:
        parts.append(f"k = {', '.join(widths)}")
    if "v" in size:
        parts.append(f"v = {size['v']}")
    if "m2" in size and size["m1"] > 1000 * size["m2"]:
        parts.append("tall")
    if "m2" in size and size["m2"] > 1000 * size["m1"]:
        parts.append("wide")
    if "same" in size:
        parts.append("B = A")
    parts.append({"C": "rows", "F": "columns"}[row["order"]])
    if row["dtype"] == "float32":
        parts.append("single")
    return ", ".join(parts)


def _known(what, name, names):
    if name not in names:
        raise ValueError(
            f"{what} is {name!r}; one of {sorted(names)} is needed"
        )


def _line(cells):
    return f"| {' | '.join(cells)} |"

"""The tables of each record, as the chapters show them.

A table is its head, the rule that aligns its columns, and rows of text.
"""

from lemmas_lib.book.timing import spoken

# What the benchmark calls the library's ways; all others are peers, but for
# the loop, which they are all there to replace.
OURS = "library"
NUMPY_ALONE = "library, NumPy alone"
LOOP = "loop"


def fastest_peer(seconds):
    """Return the name of the fastest peer."""
    peers = [way for way in seconds if way not in (OURS, NUMPY_ALONE, LOOP)]
    return min(peers, key=seconds.get)


def source_sizes(rows):
    """Return a table for each lemma, by its number."""
    return {row["lemma"]: _source_sizes(row) for row in rows}


def _source_sizes(row):
    sizes = ", ".join(f"{s} = {v}" for s, v in row["sizes"].items())
    lines = [
        [sizes, way, spoken(seconds), row["printed"].get(way, "–")]
        for way, seconds in row["seconds"].items()
    ]
    for line in lines[1:]:
        line[0] = ""
    head = ["sizes", "way", "our time", "printed in the source"]
    return _table(head, "llrr", lines)


def benchmark(rows, limits, first_calls):
    """Return a table for each sum, and one of the machine's limits."""
    names = dict.fromkeys(row["name"] for row in rows)
    tables = {
        name: _sum([row for row in rows if row["name"] == name])
        for name in names
    }
    return tables | {"limits": _limits(limits, first_calls)}


def _sum(rows):
    symbols = dict.fromkeys(s for row in rows for s in row["sizes"])
    symbols.pop("same", None)
    head = [
        *symbols, "order", "library", "/ peer", "/ floor", "memory",
        "NumPy alone", "loop", "fastest peer", "its time",
    ]  # fmt: skip
    align = "r" * len(symbols) + "l" + "r" * 8
    return _table(head, align, [_case(row, symbols) for row in rows])


def _case(row, symbols):
    """Return the cells of one case."""
    sizes, seconds = row["sizes"], row["seconds"]
    ours, peer = seconds[OURS], row["peer"]
    order = row["order"]
    order += ", single" * (row["dtype"] == "float32")
    order += ", B = A" * ("same" in sizes)
    return [
        *(str(sizes.get(symbol, "–")) for symbol in symbols),
        order,
        _time(ours),
        f"{ours / seconds[peer]:.2g}",
        f"{ours / row['floor']:.2g}" if "floor" in row else "–",
        _whole(_bytes(row["peak"])),
        _time(seconds.get(NUMPY_ALONE)),
        _time(seconds.get(LOOP)),
        peer,
        _time(seconds[peer]),
    ]


def _limits(limits, first_calls):
    def rate(dtype):
        return f"{limits[dtype] / 1e9:.3g} · 10⁹ operations a second"

    compiled, loaded = first_calls["compiled"], first_calls["from the cache"]
    rows = [
        ["a product of large matrices", rate("float64")],
        ["the same in single precision", rate("float32")],
        ["reading memory", f"{limits['memory'] / 1e9:.3g} GB a second"],
        ["a first large sum, compiled", spoken(compiled)],
        ["a first large sum, from Numba's cache", spoken(loaded)],
    ]
    return _table(["what", "measured"], "lr", rows)


def accuracy(rows):
    """Return a table for each dtype."""
    return {
        dtype: _accuracy([row for row in rows if row["dtype"] == dtype])
        for dtype in ("float64", "float32")
    }


def _accuracy(rows):
    head = [
        "sum", "K", "matrices", "library / bound", "loop / bound",
        "relative error",
    ]  # fmt: skip
    cells = [
        [
            f"`{row['name']}`",
            str(row["roundings"]),
            row["kind"],
            f"{row['library']:.2g}",
            f"{row['loop']:.2g}",
            f"{row['relative']:.1g}",
        ]
        for row in rows
    ]
    return _table(head, "lrlrrr", cells)


def fits(one, many):
    """Return the tables of a fit of InstEval, and of many responses."""
    one_fit = [
        [program, spoken(found["seconds"]), f"{found['loglik']:.4f}"]
        for program, found in one.items()
    ]
    many_fits = [
        [
            program,
            str(found["responses"]),
            spoken(found["seconds"]),
            _rate(found["responses"] / found["seconds"]),
        ]
        for program, found in many.items()
        if "seconds" in found  # a peer may not run here
    ]
    head = ["program", "responses", "time", "fits a second"]
    return {
        "InstEval": _table(
            ["program", "time", "log-likelihood"], "lrr", one_fit
        ),
        "many": _table(head, "lrrr", many_fits),
    }


def _table(head, align, rows):
    marks = {"l": ":--", "r": "--:"}
    rule = "|".join(marks[letter] for letter in align)
    return {"head": head, "rule": f"|{rule}|", "rows": rows}


def _time(seconds):
    return "–" if seconds is None else _whole(spoken(seconds))


def _whole(text):
    """Return a number and its unit so that no line ends between them."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _bytes(number):
    """Return a number of bytes in the unit that suits it."""
    for unit in ("B", "KiB"):
        if number < 1024:
            return f"{number:.3g} {unit}"
        number /= 1024
    return f"{number:.3g} MiB"


def _rate(number):
    """Return a number in three digits without a power of 10."""
    return f"{float(f'{number:.3g}'):.6g}"

"""The tables of each record, as the chapters show them.

A table is its head, the rule that aligns its columns, and rows of text.
"""

from lemmas_lib.book.measured import OVER, SUMS, blocks, looped
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


def benchmark(rows):
    """Return a table for each sum."""
    names = dict.fromkeys(row["name"] for row in rows)
    return {
        name: _sum([row for row in rows if row["name"] == name])
        for name in names
    }


def _sum(rows):
    symbols = dict.fromkeys(s for row in rows for s in row["sizes"])
    symbols.pop("same", None)
    head = [
        *symbols, "order", "library", "NumPy alone", "memory", "fastest peer",
        "/ peer", "/ floor", "after BLAS / peer", "after BLAS / floor",
    ]  # fmt: skip
    align = "r" * len(symbols) + "l" + "r" * 3 + "l" + "r" * 4
    return _table(head, align, [_case(row, symbols) for row in rows])


def _case(row, symbols):
    """Return the cells of one case."""
    sizes, seconds, peer = row["sizes"], row["seconds"], row["peer"]
    order = row["order"]
    order += ", single" * (row["dtype"] == "float32")
    order += ", B = A" * ("same" in sizes)
    return [
        *(str(sizes.get(symbol, "–")) for symbol in symbols),
        order,
        _time(seconds[OURS]),
        _time(seconds.get(NUMPY_ALONE)),
        _whole(_bytes(row["peak"])),
        peer,
        *_ratios(row, peer),
        *_ratios(row.get("between", {"seconds": {}}), peer),
    ]


def _ratios(times, peer):
    """Return the library's time over the peer's, and over the floor."""
    seconds = times["seconds"]
    least = seconds.get(peer), times.get("floor")
    return [f"{seconds[OURS] / x:.2g}" if x else "–" for x in least]


def together(machines):
    """Return the tables that have columns for each machine."""
    return {
        "pays": pays(machines),
        "limits": _limits(machines),
        "targets": _targets(machines),
    }


def pays(machines):
    """Return the loop's time over the library's, by the blocks.

    For the two sums that the others come down to, on plain matrices.
    """
    found = {
        name: dict(filter(None, map(_loop, each["rows"])))
        for name, each in machines.items()
    }
    every = dict.fromkeys(key for each in found.values() for key in each)
    rows = [
        [*key, *(each.get(key, "–") for each in found.values())]
        for key in every
    ]
    head = ["sum", "blocks", "of shape", *machines]
    return _table(head, "lrr" + "r" * len(machines), rows)


def _loop(row):
    """Return what was summed, and the ratio, or None if it is not shown."""
    name, sizes = row["name"], blocks(row)
    if not looped(row) or "v" in sizes:
        return None
    if name == "sum_abt":
        l, *shape = sizes.values()
    elif name == "sumAijKronBij":
        l1, l2, *shape = sizes.values()
        l = l1 * l2
    else:
        return None
    what = SUMS[name], str(l), " × ".join(map(str, shape))
    return what, _plain(looped(row) / row["seconds"][OURS], 2)


def _limits(machines):
    def row(what, cell):
        return [what, *(cell(found) for found in machines.values())]

    def rate(dtype):
        return lambda found: _giga(found["limits"][dtype])

    def first(call):
        return lambda found: spoken(found["first_calls"][call])

    def balance(found):
        limits = found["limits"]
        return f"{8 * limits['float64'] / limits['memory']:.0f}"

    rows = [
        row("10⁹ operations a second, double precision", rate("float64")),
        row("10⁹ operations a second, single precision", rate("float32")),
        row("GB read from memory a second", rate("memory")),
        row("operations in the time of reading a double", balance),
        row("a first kernel, from Numba's cache", first("from the cache")),
        row("a first kernel, compiled", first("compiled")),
    ]
    return _table(["what", *machines], "l" + "r" * len(machines), rows)


def _giga(number):
    return f"{number / 1e9:.3g}"


def _targets(machines):
    """Return what was reached at worst, for each target, on each machine."""
    found = {name: _by_target(each["rows"]) for name, each in machines.items()}
    every = dict.fromkeys(key for each in found.values() for key in each)
    head = ["sums", "over", "at most"]
    for name in machines:
        head += [f"{name}: alone", "after BLAS", "met in"]
    rows = []
    for what, over, most in sorted(every, key=lambda key: OVER.index(key[1])):
        cells = [what, over, f"{most:g}"]
        for each in found.values():
            cells += _worst(each.get((what, over, most), []))
        rows.append(cells)
    return _table(head, "llr" + "rrr" * len(machines), rows)


def _by_target(rows):
    """Return what was judged, by what it was judged as."""
    found = {}
    for row in rows:
        for one in row["targets"]:
            key = one["what"], one["over"], one["most"]
            found.setdefault(key, []).append(one)
    return found


def _worst(judged):
    """Return the cells of one target on one machine."""
    cells = []
    for when in ("alone", "after BLAS"):
        ratios = [one[when] for one in judged if when in one]
        cells.append(f"{max(ratios):.2f}" if ratios else "–")
    met = sum(one["met"] for one in judged)
    return [*cells, f"{met} of {len(judged)}" if judged else "–"]


def reached(rows):
    """Return a table of all cases and their targets on one machine."""
    cells = [
        [
            case(row),
            one["over"],
            f"{one['most']:g}",
            *(str(one.get(when, "–")) for when in ("alone", "after BLAS")),
            "yes" if one["met"] else "**no**",
        ]
        for row in rows
        for one in row["targets"]
    ]
    head = ["case", "over", "at most", "alone", "after BLAS", "met"]
    return _table(head, "llrrrl", cells)


def case(row):
    """Name a case by its sum, sizes, order and dtype."""
    sizes = ", ".join(f"{s} = {size}" for s, size in row["sizes"].items())
    return f"{row['name']}, {sizes}, {row['order']}, {row['dtype']}"


def accuracy(rows):
    """Return a table for each dtype."""
    return {
        dtype: _accuracy([row for row in rows if row["dtype"] == dtype])
        for dtype in ("float64", "float32")
    }


def _accuracy(rows):
    head = [
        "sum", "K", "matrices", "library / bound", "loop / bound",
        "library, relative",
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
            _plain(found["responses"] / found["seconds"]),
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


def arrays(rows):
    """Return a table for each dtype, with a column for each library."""
    return {
        dtype: _arrays([row for row in rows if row["dtype"] == dtype])
        for dtype in dict.fromkeys(row["dtype"] for row in rows)
    }


def _arrays(rows):
    ways = dict.fromkeys(way for row in rows for way in row["seconds"])
    cells = [
        [
            f"`{row['name']}`",
            str(row["sizes"]["l"]),
            f"{row['sizes']['n']} × {row['sizes']['k']}",
            *(_time(row["seconds"].get(way)) for way in ways),
        ]
        for row in rows
    ]
    head = ["sum", "blocks", "of shape", *ways]
    return _table(head, "lrr" + "r" * len(ways), cells)


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


def _plain(number, digits=3):
    """Return a number in so many digits without a power of 10."""
    return f"{float(f'{number:.{digits}g}'):.6g}"

"""The role ``formula``: the plain formulas of docstrings, typeset.

In a docstring a formula stands between single backticks, in signs that a
terminal shows: `Σ_i A_i B_i' = A^(n,kl) (B^(n,kl))'`. On the site it is TeX.

- A letter and its number are one name, ``k1``; so is a letter with a tilde or
  a bar.
- What follows ``_`` is an index: a name with an index of its own, a number, or
  what stands in braces, which are not shown, or in brackets, which are.
- What follows ``^`` is in brackets. Powers are ``²`` and ``⁻¹``, and a prime
  is a transpose.
- A product is letters side by side, ``AB'``, or ``l·n``. Two or more small
  letters are a word, which must be known.

What is not known is a warning, at which the build stops.
"""

import re
import unicodedata
from collections import deque

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)

LETTERS = {
    "𝒟": r"\mathcal{D}", "𝓡": r"\mathcal{R}", "β": r"\beta",
    "γ": r"\gamma", "ε": r"\varepsilon", "π": r"\pi", "σ": r"\sigma",
}  # fmt: skip
MARKS = {
    "\N{COMBINING TILDE}": r"\tilde", "\N{COMBINING MACRON}": r"\bar",
}  # fmt: skip
WORDS = {
    "log": r"\log",
    **{f: rf"\operatorname{{{f}}}" for f in ("tr", "vec", "vecb", "vech")},
    **{product: product for product in ("ij", "jj", "kl")},
}
RELATIONS = {"=": "=", "<": "<", "≤": r"\le", "~": r"\sim"}
SIGNS = {
    "+": "+", "−": "-", "/": "/", ",": ",", "|": "|", "½": r"\tfrac12",
    "×": r"\times", "⊗": r"\otimes", "∂": r"\partial", **RELATIONS,
}  # fmt: skip
BRACKETS = {"(": ")", "[": "]", "⟨": "⟩"}
ANGLES = {"⟨": r"\langle", "⟩": r"\rangle"}
PRIME = r"\prime"
# So many parts fit the width of a phone.
WIDE = 9
POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

TOKEN = re.compile(
    rf"""
      (?P<space> \s+ )
    | (?P<word> [a-z]{{2,}} )
    | (?P<name> [A-Za-z{"".join(LETTERS)}] [{"".join(MARKS)}]? \d* )
    | (?P<number> \d+ (?: \.\d+ )? )
    | (?P<power> [⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+ )
    | (?P<dots> … | \.\.\. )
    | (?P<sign> . )
    """,
    re.VERBOSE,
)

UNKNOWN = (
    "in the formula `%s` %s: write it in the signs that the head of "
    "workshop/extensions/formula.py tells, or add to them; code stands "
    "between two backticks"
)


def translate(text):
    """Return a formula as TeX, in the pieces between which a line may break.

    That is before what relates its sides; in what is wider than a phone, also
    before an operation and a function.
    """
    if not text.strip():
        raise ValueError("there is nothing in it")
    tokens = deque(
        (found.lastgroup, found[0])
        for found in TOKEN.finditer(unicodedata.normalize("NFD", text))
    )
    sides = _broken(_row(tokens), RELATIONS.values(), most=0)
    breaks = {SIGNS[sign] for sign in "+−⊗"} | {*WORDS.values()}
    return [
        # Else an operation would have no space around it.
        "{} " * bool(place) + _joined(piece)
        for place, piece in enumerate(
            piece
            for side in sides
            for piece in _broken(side, breaks, most=WIDE)
        )
    ]


def _broken(row, before, most):
    """Break a row with more parts than that, where a part has ended."""
    pieces = [[]]
    for part in row:
        ended = pieces[-1] and pieces[-1][-1] not in {*before, "(", "["}
        if len(row) > most and part in before and ended:
            pieces.append([])
        pieces[-1].append(part)
    return pieces


def _joined(row):
    return re.sub(r"(?<=[(\[]) | (?=[)\],])", "", " ".join(row))


def _row(tokens, closing=None):
    """Take all up to a closing bracket, and the bracket."""
    row = []
    while tokens:
        kind, text = tokens.popleft()
        if text == closing:
            return row
        if kind == "dots":
            # On the line between commas, at its middle between signs.
            between = row and row[-1] != ","
            row.append(r"\cdots" if between else r"\ldots")
        elif text == "·":  # as in the chapters, which write no dot
            row += [r"\cdot"] if tokens and tokens[0][0] == "number" else []
        elif text in BRACKETS:
            end = BRACKETS[text]
            row += [ANGLES.get(text, text), *_row(tokens, end)]
            row.append(ANGLES.get(end, end) + _scripts(tokens))
        elif kind != "space":
            row.append(_item(tokens, kind, text))
    if closing:
        raise ValueError(f"a bracket is not closed by {closing}")
    return row


def _item(tokens, kind, text):
    """Return what a token begins, with all that stands at it."""
    if kind == "name":
        base, number = _name(text)
        return base + _scripts(tokens, number)
    if kind == "word":
        if text not in WORDS:
            raise ValueError(f"the word {text} is not known")
        return WORDS[text] + _scripts(tokens)
    if kind == "number":
        return text + _scripts(tokens)
    if text == "Σ":
        if not tokens or tokens[0][1] != "_":
            raise ValueError("Σ does not say over what the sum is: Σ_i")
        return r"\sum" + _scripts(tokens)
    if text not in SIGNS:
        raise ValueError(f"{text} is not known here")
    return SIGNS[text]


def _name(text):
    """Return a letter, with its mark, and the number that belongs to it."""
    letter, number = re.fullmatch(r"(\D+)(\d*)", text).groups()
    base = LETTERS.get(letter[0], letter[0])
    if letter[1:]:
        base = f"{MARKS[letter[1]]}{{{base}}}"
    return base, number


def _scripts(tokens, below=""):
    """Take indices, powers and primes; below is an index that is known."""
    above, primes, indexed = "", "", False
    while tokens:
        kind, text = tokens[0]
        if text == "_":
            tokens.popleft()
            more = _index(tokens)
            if indexed or below and more.isdigit():
                raise ValueError("two indices follow each other")
            below, indexed = below + more, True
        elif text == "^" or kind == "power":
            tokens.popleft()
            if above:
                raise ValueError("two powers follow each other")
            above = _power(tokens, kind, text)
        elif text == "'":
            primes += tokens.popleft()[1]
        else:
            break
    if above:  # TeX wants the prime among its signs
        above = f"^{{{above}{PRIME * len(primes)}}}"
    return (f"_{{{below}}}" if below else "") + (above or primes)


def _power(tokens, kind, text):
    """Take what stands above: a power, or what is in brackets."""
    if kind == "power":
        return text.translate(POWERS)
    if not tokens or tokens.popleft()[1] != "(":
        raise ValueError("no bracket follows ^")
    return f"({_joined(_row(tokens, ')'))})"


def _index(tokens):
    """Take what stands below: a name, a number, or what is in brackets."""
    kind, text = tokens.popleft() if tokens else ("end", "")
    if kind == "name":
        base, number = _name(text)
        if tokens and tokens[0][1] == "_":
            tokens.popleft()
            number += _index(tokens)
        return f"{base}_{{{number}}}" if number else base
    if kind == "number" or text in WORDS:
        return WORDS.get(text, text)
    if text == "{":
        inside = _joined(_row(tokens, "}"))
        if not inside:
            raise ValueError("an index is empty")
        return inside
    if text == "(":
        found = f"({_joined(_row(tokens, ')'))})"
        more = tokens and tokens[0][1] == "("
        return found + (_index(tokens) if more else "")
    raise ValueError("no index follows _")


class Formula(SphinxRole):
    """A formula in the signs of a docstring."""

    def run(self):
        try:
            pieces = translate(self.text)
        except ValueError as why:
            logger.warning(
                UNKNOWN, self.text, why, location=self.get_location()
            )
            return [nodes.literal("", self.text)], []
        found = []
        for piece in pieces:
            found += [
                nodes.Text("\N{ZERO WIDTH SPACE}"),
                nodes.math("", piece),
            ]
        return found[1:], []


def setup(app):
    app.add_role("formula", Formula())
    return {"version": "1", "parallel_read_safe": True}

"""Formulas as on a typewriter, for where none can be typeset.

Titles in a browser's tab, in search results, on cards and in the outline of a
PDF file are plain text.
"""

import re

SYMBOLS = {
    r" \\otimes": " ⊗",
    r"\\sum": "Σ",
    r"\\partial\s*": "∂",
    r"\\sigma\^2": "σ²",
    r"\\sigma": "σ",
    r"\\,": "",
    r"\\math(?:rm|cal) ?\{?(\w+)\}?": r"\1",
    r"\{(\w)_(\w)\}": r"\1\2",  # an index's own index
    r"[{}]|\\\(|\\\)": "",
}


def plain(text):
    """Return text with its TeX in Unicode: A_i ⊗ B_i."""
    for tex, symbol in SYMBOLS.items():
        text = re.sub(tex, symbol, text)
    return text

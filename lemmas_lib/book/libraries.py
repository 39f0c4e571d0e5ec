"""Libraries that a chapter shows where they are installed, and does without.

A cell whose output needs one has a tag such as ``needs-torch``: where it is
missing, the cell runs and what it prints is not compared.
"""

import importlib
import importlib.util

# How a reader calls them, and what pip does.
CALLED = {
    "array_api_strict": ("array-api-strict", "array-api-strict"),
    "dask": ("Dask", '"dask[array]"'),
    "jax": ("JAX", "jax"),
    "torch": ("PyTorch", "torch"),
}

NEEDS = "needs-"


def found(name):
    """Return a library, or None where it is missing, and say so.

    Parameters
    ----------
    name : str
        As it is imported.

    Returns
    -------
    module or None

    Examples
    --------
    >>> found("numpy").__name__
    'numpy'
    >>> found("no_library")
    no_library is not installed: pip install no_library
    """
    if importlib.util.find_spec(name):
        return importlib.import_module(name)
    called, package = CALLED.get(name, (name, name))
    print(f"{called} is not installed: pip install {package}")


def missing(tags):
    """Return the libraries that tags of cells need, and that are missing.

    Parameters
    ----------
    tags : iterable of str

    Returns
    -------
    list of str
        In the order of the alphabet, each once.

    Examples
    --------
    >>> missing(["hide-input", "needs-numpy", "needs-no_library"])
    ['no_library']
    """
    needed = {tag.removeprefix(NEEDS) for tag in tags if tag.startswith(NEEDS)}
    return [n for n in sorted(needed) if not importlib.util.find_spec(n)]

"""A Numba that is installed and does not import: PYTHONPATH=tests/broken."""

raise ImportError("this Numba is broken on purpose")

"""The unit tests of ``lemmas_lib._contraction``."""

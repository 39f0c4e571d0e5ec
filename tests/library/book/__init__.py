"""The unit tests of ``lemmas_lib.book``."""

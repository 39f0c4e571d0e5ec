"""The unit tests of ``lemmas_lib.oracles``."""

"""The unit tests of ``lemmas_lib.mixed_model``."""

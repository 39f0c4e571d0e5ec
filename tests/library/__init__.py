"""The unit tests of ``lemmas_lib``: a file for each of its modules."""

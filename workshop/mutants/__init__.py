"""Mistakes made in the library on purpose, and whether the tests find them.

``run`` is the command; ``reasons.toml`` says why a mutant may survive, and
``score.json`` is what the last run of all found, for the page of checks.
"""

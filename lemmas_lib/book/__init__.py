"""What only the chapters need: pictures, timings and committed tables.

``identities`` draws the two sides of each lemma; ``drawing``, any matrices.
``plots`` draws times, fits and how well numbers agree; all are ``vectors``.
``timing`` times several ways to one sum, in turn.
``measured`` shows what was measured once; ``data`` holds it.
``crossed`` is the model of the chapters on scores.
``as_printed`` has the helper functions of the source, for the errata.
"""

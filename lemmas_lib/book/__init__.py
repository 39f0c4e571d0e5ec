"""What only the chapters need: pictures, timings and committed tables.

``drawing`` draws block matrices, entry by entry.
``plots`` draws times, fits and how well numbers agree.
``timing`` times several ways to one sum, in turn.
``measured`` shows what was measured once; ``data`` holds it.
``as_printed`` has the helper functions of the source, for the errata.
"""

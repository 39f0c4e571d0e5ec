"""What makes the book and checks it: the commands behind make.

A module is a command, run from the root as ``python -m workshop.build``, or
what several share. In ``extensions`` is what the site needs of Sphinx, in
``mutants`` what makes mistakes on purpose. Readers and Colab need none of it.
"""

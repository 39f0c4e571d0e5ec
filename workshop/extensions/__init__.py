"""What Jupyter Book does not do: one Sphinx extension a subject.

Each module with a function ``setup`` is listed in _config.yml; the others are
what these share.
"""

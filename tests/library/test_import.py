"""Importing the library costs little beyond NumPy."""

import subprocess
import sys

import lemmas_lib


def test_neither_scipy_nor_matplotlib_is_imported():
    code = (
        "import sys, lemmas_lib.oracles.loops; "
        "print([m for m in ('scipy', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_every_operator_and_sum_is_at_the_top():
    from lemmas_lib import operators, sums

    for module in (operators, sums):
        public = {
            name
            for name, thing in vars(module).items()
            if callable(thing)
            and thing.__module__ == module.__name__
            and not name.startswith("_")
        }
        assert public <= set(lemmas_lib.__all__)

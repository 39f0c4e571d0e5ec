"""The library on old and new versions of what it needs: make versions.

Lowest takes the lower bounds of pyproject.toml, newest what the index has.
A Python that is not installed is skipped. The chapters are not run here: an
old Matplotlib or IPython may show the same in other words.
"""

import nox

nox.options.default_venv_backend = "uv"
nox.options.error_on_missing_interpreters = False

TOOLS = ["pytest>=8", "hypothesis>=6.100", "threadpoolctl>=3.2"]
WHICH = (
    "import sys, numpy, scipy, matplotlib, numba\n"
    "print('Python', sys.version.split()[0])\n"
    "for m in (numpy, scipy, matplotlib, numba):"
    " print(m.__name__, m.__version__)"
)
RESOLUTION = {"lowest": "lowest-direct", "newest": "highest"}


@nox.session(python=["3.10", "3.11", "3.12", "3.13"])
@nox.parametrize("versions", list(RESOLUTION))
def library(session, versions):
    # Wheels only: the lowest NumPy has none for the newest Python, and then
    # the lowest that has one is meant.
    session.install(
        "--only-binary", ":all:", "--resolution", RESOLUTION[versions],
        "-r", "pyproject.toml", "--all-extras", *TOOLS,
    )  # fmt: skip
    session.install("--no-deps", "-e", ".")
    session.run("python", "-c", WHICH)
    # What an old package says of a new one that it uses is not ours to mend.
    old = ["-W", "ignore::DeprecationWarning"] * (versions == "lowest")
    session.run(
        "python", "-m", "pytest", *old, "-q", "-p", "no:cacheprovider",
        "-o", "addopts=--doctest-modules --strict-markers",
        "tests/library", "lemmas_lib",
    )  # fmt: skip

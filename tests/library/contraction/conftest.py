"""Sums in a Python of their own, where something is made to go wrong."""

import os
import subprocess
import sys

import pytest

from lemmas_lib._contraction import threads

# Kernels are loaded at once, for small matrices too; four threads share them.
START = """
import os, sys, threading
import numpy as np
import lemmas_lib
from lemmas_lib._contraction import loading, sizes, threads
sizes.LOADING = sizes.COMPILING = 0
sizes.KERNEL_FROM, sizes.PART = 1, 2**14
threads._processors = lambda: 4
A = np.arange(80_000.0)[:, None] % 7

def check():
    X = A.reshape(-1, 2)
    S = lemmas_lib.sum_abt(A, A + 1, 2)
    assert np.array_equal(S, X.T @ (X + 1)), S
    os.write(1, b"right\\n")  # at once, in a fork as well

def by_a_kernel():
    return [kernel.call is not None for kernel in loading._kernels.values()]
"""
SWITCHES = {*threads.VARIABLES, "LEMMAS_LIB_NUMBA", "NUMBA_DISABLE_JIT"}


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """Return a folder in which Numba keeps the kernel of ``check``."""
    folder = tmp_path_factory.mktemp("cache")
    alone("check()", folder, NUMBA_CACHE_DIR=str(folder))
    return folder


@pytest.fixture
def said(cache, tmp_path):
    """Return what Python says on its own: the code is run as a script is.

    The sums that it checks are right, and at least one is. ``tmp_path`` is
    where it looks for modules first.
    """

    def of(code, **environment):
        environment = {"NUMBA_CACHE_DIR": str(cache)} | environment
        return alone(code, tmp_path, **environment)

    return of


def alone(code, folder, **environment):
    kept = {k: v for k, v in os.environ.items() if k not in SWITCHES}
    # That a fork copies no threads is what some of the tests are about.
    kept["PYTHONWARNINGS"] = "ignore::DeprecationWarning"
    done = subprocess.run(
        [sys.executable, "-c", START + code],
        cwd=folder,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {"right"}, done.stdout + done.stderr
    return done.stderr

"""When a kernel is compiled or loaded, and what happens where it cannot be.

Loading a kernel takes as long as NumPy takes for some large sums, compiling it
for many. So NumPy does the work until the sums that asked for a kernel have
had so many entries together. So it does where Numba is missing, switched off
or broken, while another thread loads, and when Python ends. Nothing in here
makes a sum fail.
"""

import functools
import os
import threading
import warnings
from pathlib import Path

from . import sizes

_kernels = {}
_loading = threading.Lock()
_warned = set()


def kernel(entries, *key):
    """Return a compiled kernel, or None while NumPy is to do the work.

    ``entries`` are those of the sum that asks; the key is that of
    ``kernels.to_compile``.
    """
    found = _kernels.get(key) or _kernels.setdefault(key, _Kernel(key))
    if found.call is None and not found.failed:
        found.asked += entries
        # When Python ends, Numba cannot be imported. And nobody waits for
        # another thread, which may be gone after a fork.
        if (
            found.asked >= sizes.LOADING
            and threading.main_thread().is_alive()
            and _loading.acquire(blocking=False)
        ):
            try:
                found.load()
            finally:
                _loading.release()
    return found.call


@functools.cache
def module():
    """Return the module of kernels, or None where Numba is not to be had."""
    if os.environ.get("LEMMAS_LIB_NUMBA") == "0":
        return None
    try:
        from . import kernels
    except Exception as error:
        if not isinstance(error, ModuleNotFoundError) or error.name != "numba":
            _warn("Numba cannot be imported, so NumPy does its work", error)
        return None
    # Where Numba is told not to compile, kernels would be slow loops. Where it
    # is to check bounds, they read beyond those of the entry they are told.
    config = kernels.numba.config
    return None if config.DISABLE_JIT or config.BOUNDSCHECK else kernels


class _Kernel:
    """One kernel in this process: what it was asked for, and what came of it.

    ``call`` is None as long as there is none.
    """

    def __init__(self, key):
        self.key = key
        self.asked = 0
        self.function = self.call = None
        self.failed = False

    def load(self):
        """Load it or compile it, if that pays by now."""
        if module() is None:
            self.failed = True
            return
        broken = None
        try:
            if self.function is None:
                self._make()
            if not self._is_too_early():
                broken = self._compile()
        except Exception as error:
            self.failed = True
            broken = "Numba cannot compile, so NumPy does its work", error
        if broken:
            _warn(*broken)

    def _make(self, cache=True):
        self.cache = cache
        try:
            made = module().to_compile(*self.key, cache=cache)
            self.function, self.signature = made
        except RuntimeError:  # no folder that a cache could be written to
            if not cache:
                raise
            self._make(cache=False)

    def _compile(self):
        """Return what is wrong with the cache, if that alone is."""
        broken = None
        try:
            self.function.compile(self.signature)
        except Exception as error:
            if not self.cache:
                raise
            folder = self.function.stats.cache_path
            self._make(cache=False)
            self.function.compile(self.signature)
            broken = (
                f"Numba's cache in {folder} cannot be used, and kernels are "
                "compiled in every process; delete it, or let "
                "NUMBA_CACHE_DIR name another folder",
                error,
            )
        self.call = self.function
        return broken

    def _is_too_early(self):
        return self.asked < sizes.COMPILING and not self._is_kept()

    def _is_kept(self):
        """Say whether an earlier process has compiled it."""
        if not self.cache:
            return False
        name = self.function.__qualname__
        kept = Path(self.function.stats.cache_path).glob(f"*.{name}-*.nbi")
        return any(kept)


def _warn(what, error):
    """Say what is wrong with the installation, once."""
    if what not in _warned:
        _warned.add(what)
        reason = f"{type(error).__name__}: {error}"
        warnings.warn(f"{what} ({reason})", RuntimeWarning, stacklevel=2)

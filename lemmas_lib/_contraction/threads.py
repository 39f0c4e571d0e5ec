"""How many threads a sum may take, and how they share its parts.

No result depends on this: where there are no threads to be had, the one that
asks for them takes all parts.
"""

import collections
import contextlib
import functools
import os
import sys
import threading

# The first two limit the BLAS of NumPy as well; the workers of a cluster set
# some of them.
VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def allowed():
    """Return how many threads a sum may take now.

    As many as there are processors for this process, or as the environment,
    Numba or threadpoolctl have been told, whichever is the least.
    """
    limits = [_processors(), *_of_environment(), *_of_numba(), *_of_blas()]
    return max(1, min(limits))


def share(work, parts):
    """Call work(*part) for each part, in as many threads as are allowed.

    A thread that is done takes the next part: the idle threads of BLAS stay
    awake for a while, and slow one of ours down.
    """
    waiting, errors = collections.deque(parts), []

    def take():
        while waiting:
            try:
                part = waiting.popleft()
            except IndexError:  # another thread was faster
                return
            work(*part)

    def help_out():
        try:
            take()
        except BaseException as error:
            errors.append(error)

    helpers, many = [], allowed() if len(waiting) > 1 else 1
    try:
        # None is to be had when the interpreter ends, or beyond a limit.
        with contextlib.suppress(RuntimeError, MemoryError):
            for _ in range(min(many, len(parts)) - 1):
                helper = threading.Thread(target=help_out, daemon=True)
                helpers.append(helper)
                helper.start()
        take()
    finally:
        waiting.clear()
        for helper in helpers:
            if helper.is_alive():  # the last one may never have started
                helper.join()
    if errors:
        raise errors[0]


def _processors():
    # Not every system has it, nor allows it.
    with contextlib.suppress(AttributeError, OSError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _of_environment():
    """Yield the limits of variables that hold one; anything may stand there.

    In a list, such as 4,2, the first is that of the outermost threads.
    """
    for name in VARIABLES:
        with contextlib.suppress(ValueError):
            number = int(os.environ.get(name, "").split(",")[0])
            if number > 0:
                yield number


def _of_numba():
    """Yield the limit that Numba was told, if it was told any."""
    numba = sys.modules.get("numba.np.ufunc.parallel")
    # Before anybody has used its threads, asking would start them.
    if getattr(numba, "_is_initialized", False):
        with contextlib.suppress(Exception):
            yield numba.get_num_threads()


def _of_blas():
    """Yield the limits of BLAS, where threadpoolctl may have set them."""
    threadpoolctl = sys.modules.get("threadpoolctl")
    if threadpoolctl is not None:
        with contextlib.suppress(Exception):
            for pool in _blas(threadpoolctl).info():
                if pool["num_threads"] is not None:  # not every BLAS tells
                    yield pool["num_threads"]


@functools.cache
def _blas(threadpoolctl):
    return threadpoolctl.ThreadpoolController().select(user_api="blas")

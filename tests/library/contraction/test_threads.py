"""Threads share the parts of a sum: all of them, once, and as many as may."""

import collections
import os
import sys
import threading
from unittest import mock

import pytest

from lemmas_lib._contraction import threads

from .common import needs, with_numba


@pytest.fixture
def processors(monkeypatch):
    """Return what sets their number, which nothing else limits; it is 8."""
    for name in threads.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name in "threadpoolctl", "numba.np.ufunc.parallel":
        monkeypatch.delitem(sys.modules, name, raising=False)

    def are(number):
        monkeypatch.setattr(threads, "_processors", lambda: number)

    are(8)
    return are


@pytest.fixture
def started(monkeypatch):
    """Return the threads that are started."""
    found, start = [], threading.Thread.start

    def watched(thread):
        found.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", watched)
    return found


@pytest.mark.parametrize("name", threads.VARIABLES)
@pytest.mark.parametrize(
    "value, limit",
    [
        ("1", 1), ("3", 3), (" 3 ", 3), ("4,2", 4), ("99", 8),
        ("0", 8), ("-1", 8), ("", 8), ("all", 8), (",2", 8), ("2.5", 8),
        pytest.param("9" * 5000, 8, id="more digits than int takes"),
    ],
)  # fmt: skip
def test_the_environment_sets_a_limit_or_is_passed_over(
    processors, monkeypatch, name, value, limit
):
    monkeypatch.setenv(name, value)
    assert threads.allowed() == limit


def test_the_least_limit_counts_and_one_thread_is_left(
    processors, monkeypatch
):
    for number, name in enumerate(threads.VARIABLES, 3):
        monkeypatch.setenv(name, str(number))
    assert threads.allowed() == 3
    for limits, allowed in ([5, 2], 2), ([0], 1):
        monkeypatch.setattr(threads, "_of_blas", lambda found=limits: found)
        assert threads.allowed() == allowed
    processors(1)
    assert threads.allowed() == 1


def test_processors_count_that_the_process_may_use(monkeypatch):
    def refused(_):
        raise OSError

    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {4, 6}, False)
    assert threads._processors() == 2
    monkeypatch.setattr(os, "sched_getaffinity", refused)
    assert threads._processors() == 7
    monkeypatch.delattr(os, "sched_getaffinity")
    assert threads._processors() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert threads._processors() == 1


@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="processes are not bound"
)
def test_a_process_bound_to_one_processor_has_one_thread():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert threads.allowed() == 1
    finally:
        os.sched_setaffinity(0, before)


@needs("threadpoolctl")
@pytest.mark.parametrize("user_api", [None, "blas"])
def test_threadpoolctl_sets_a_limit(processors, user_api):
    import threadpoolctl

    before = threads.allowed()
    with threadpoolctl.threadpool_limits(1, user_api=user_api):
        assert threads.allowed() == 1
    assert threads.allowed() == before


def test_a_broken_threadpoolctl_sets_none(processors, monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", mock.Mock(spec=[]))
    assert threads.allowed() == 8


def test_a_blas_that_does_not_tell_its_threads_sets_none(
    processors, monkeypatch
):
    told = mock.Mock()
    told.ThreadpoolController().select().info.return_value = [
        {"num_threads": None}, {"num_threads": 3},
    ]  # fmt: skip
    monkeypatch.setitem(sys.modules, "threadpoolctl", told)
    assert threads.allowed() == 3


@pytest.mark.parametrize("many", [1, 2, 5])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 40])
def test_every_part_is_done_once(processors, started, many, number):
    processors(many)
    done, parts = [], [(i, -i) for i in range(number)]
    threads.share(lambda *part: done.append(part), parts)
    assert sorted(done) == parts
    assert len(started) == max(0, min(many, number) - 1)
    assert not any(thread.is_alive() for thread in started)
    assert all(thread.daemon for thread in started)  # Python may end


def test_a_single_part_asks_for_no_threads(monkeypatch):
    monkeypatch.setattr(threads, "allowed", None)
    done = []
    threads.share(done.append, [(1,)])
    assert done == [1]


def test_the_last_part_may_be_gone_when_a_thread_comes_to_take_it(
    processors, monkeypatch
):
    class Late(collections.deque):
        def __bool__(self):
            return True  # as it was a moment ago

    monkeypatch.setattr(threads, "collections", mock.Mock(deque=Late))
    done = []
    threads.share(done.append, [(1,), (2,)])
    assert sorted(done) == [1, 2]


def test_a_slow_thread_delays_no_part_but_its_own(processors):
    processors(2)
    others_done, done = threading.Event(), []

    def work(part):
        if part == 0:
            assert others_done.wait(60)
        done.append(part)
        if len(done) == 39:
            others_done.set()

    threads.share(work, [(i,) for i in range(40)])
    assert done[-1] == 0 and sorted(done) == list(range(40))


@pytest.mark.parametrize("error", [RuntimeError, MemoryError])
@pytest.mark.parametrize("had", [0, 1])
def test_the_threads_that_are_to_be_had_do_all_parts(
    processors, monkeypatch, error, had
):
    start, started, done = threading.Thread.start, [], []

    def refused(thread):
        if len(started) == had:
            raise error("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refused)
    threads.share(done.append, [(i,) for i in range(40)])
    assert sorted(done) == list(range(40)) and len(started) == had


def test_a_thread_that_did_start_is_waited_for_whatever_python_says(
    processors, monkeypatch
):
    """There may be no memory left just after it started."""
    start, taken, done = threading.Thread.start, threading.Event(), []
    asks = threading.current_thread()

    def broken(thread):
        start(thread)
        assert taken.wait(60)
        raise MemoryError

    def work(part):
        if threading.current_thread() is not asks:
            taken.set()
            threading.Event().wait(0.1)
        done.append(part)

    monkeypatch.setattr(threading.Thread, "start", broken)
    threads.share(work, [(i,) for i in range(40)])
    assert sorted(done) == list(range(40))


@pytest.mark.parametrize("in_helper", [True, False])
@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_an_error_is_raised_when_no_thread_works_any_more(
    processors, started, in_helper, error
):
    """In the thread that asked for the sum, wherever it occurred."""
    processors(2)
    both, asks, busy = threading.Barrier(2), threading.current_thread(), []

    def work(part):
        if part < 2:
            both.wait(60)
            if (threading.current_thread() is not asks) == in_helper:
                raise error
        busy.append(part)
        threading.Event().wait(0.01)
        busy.remove(part)

    with pytest.raises(error):
        threads.share(work, [(i,) for i in range(5)])
    assert len(started) == 1 and not busy and not started[0].is_alive()


def test_after_an_error_of_its_own_a_sum_begins_no_part(processors):
    processors(2)
    both, asks, done = threading.Barrier(2), threading.current_thread(), []

    def work(part):
        if part < 2:
            both.wait(60)
            if threading.current_thread() is asks:
                raise MemoryError
            threading.Event().wait(0.1)
        done.append(part)

    with pytest.raises(MemoryError):
        threads.share(work, [(i,) for i in range(40)])
    assert len(done) == 1


# What follows sums in a Python of its own.
KERNEL = "check(); assert by_a_kernel() == [True]\n"
COUNTED = """
started, start = [], threading.Thread.start

def watched(thread):
    started.append(thread)
    start(thread)

threading.Thread.start = watched
"""
LATE = """
def late():
    threading.main_thread().join()
    check()

threading.Thread(target=late).start()
"""
AT_EXIT = """
import atexit
atexit.register(check)
"""


@with_numba
@pytest.mark.parametrize("before", ["", KERNEL], ids=["first", "second"])
@pytest.mark.parametrize("ending", [LATE, AT_EXIT], ids=["late", "at exit"])
def test_a_sum_is_right_when_python_ends(said, ending, before):
    """From Python 3.12 on no thread is started then, nor Numba imported."""
    assert not said(ending + before)


@with_numba
@pytest.mark.parametrize("error", ["RuntimeError", "MemoryError"])
def test_a_sum_is_right_where_no_thread_is_to_be_had(said, error):
    refused = f"""
def refused(thread):
    raise {error}("can't start new thread")

threading.Thread.start = refused
"""
    assert not said(refused + KERNEL)


@with_numba
def test_a_sum_is_right_beyond_the_limit_of_processes(said):
    limited = """
import resource
if os.geteuid() == 0:
    os.setuid(54321)  # root has no limit
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
check()
try:
    threading.Thread(target=check).start()
except RuntimeError:
    pass
else:
    print("no limit", file=sys.stderr)
"""
    if found := said(KERNEL + limited):
        pytest.skip(found)


@with_numba
@pytest.mark.parametrize(
    "number, variables",
    [
        (4, {}),
        (1, {"OPENBLAS_NUM_THREADS": "1"}),
        (3, {"OMP_NUM_THREADS": "3,1", "NUMBA_NUM_THREADS": "4"}),
    ],
)
def test_a_sum_starts_as_many_threads_as_it_may(said, number, variables):
    code = COUNTED + KERNEL + f"assert len(started) == {number} - 1, started"
    assert not said(code, **variables)


@with_numba
def test_numba_sets_a_limit_where_it_was_told_one(said):
    """Nobody starts its threads to ask for it, and a fork asks as well."""
    told = """
import numba
from numba.np.ufunc import parallel

assert threads.allowed() == 4 and not parallel._is_initialized
numba.set_num_threads(1)
assert threads.allowed() == 1
child = os.fork()
check()
assert not started
if child:
    assert os.waitpid(child, 0)[1] == 0
"""
    assert not said(KERNEL + COUNTED + told, NUMBA_NUM_THREADS="4")

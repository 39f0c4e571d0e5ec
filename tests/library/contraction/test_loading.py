"""A kernel is loaded where that pays, and never the reason of a failure."""

import importlib.util
import shutil
import threading
from types import SimpleNamespace
from unittest import mock

import pytest

from lemmas_lib._contraction import loading, sizes

from .common import with_numba


def is_one_warning(said, *words):
    lines = [line for line in said.splitlines() if "Warning: " in line]
    assert len(lines) == 1 and "RuntimeWarning: " in lines[0], said
    assert all(word in lines[0] for word in words), said
    return True


def test_where_numba_is_not_installed_nothing_is_said(said):
    assert not said("sys.modules['numba'] = None; check(); check()")


@pytest.mark.parametrize(
    "numba, words",
    [
        ("raise OSError('libllvmlite.so: cannot open')", "libllvmlite.so"),
        ("raise ImportError('Numba needs NumPy 1.7')", "needs NumPy 1.7"),
        ("import gone_llvmlite", "No module named 'gone_llvmlite'"),
        ("assert False", "AssertionError"),
        ("", "AttributeError"),
    ],
)
def test_a_numba_that_does_not_import_is_told_of_once(
    said, tmp_path, numba, words
):
    (tmp_path / "numba.py").write_text(numba)
    found = said("check(); lemmas_lib.sum_abt(A, A, 2); check()")
    assert is_one_warning(found, "Numba cannot be imported", words)


@with_numba
def test_a_folder_named_coverage_beside_the_script_does_no_harm(
    said, tmp_path
):
    """Numba takes it for the package of that name, and does not import."""
    if not importlib.util.find_spec("numba.misc.coverage_support"):
        pytest.skip("this Numba does not look for it")
    (tmp_path / "coverage").mkdir()
    (tmp_path / "coverage" / "__init__.py").touch()
    assert is_one_warning(said("check(); check()"), "AttributeError")


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit"])
def test_who_stops_the_import_of_numba_stops_the_sum(said, tmp_path, error):
    (tmp_path / "numba.py").write_text(f"raise {error}")
    assert not said(
        f"try: check()\nexcept {error}: pass\nelse: sys.exit('swallowed')\n"
        "sys.modules['numba'] = None; check()"
    )


@with_numba
@pytest.mark.parametrize(
    "broken",
    [
        "loading.module().to_compile = broken",
        "import numba; numba.core.dispatcher.Dispatcher.compile = broken",
    ],
)
def test_a_numba_that_does_not_compile_is_told_of_once(said, broken):
    found = said(
        "def broken(*_, **__): raise OSError('no LLVM')\n"
        f"{broken}; check(); lemmas_lib.sum_abt(A, A, 2); check()"
    )
    assert is_one_warning(found, "Numba cannot compile", "no LLVM")


@with_numba
@pytest.mark.parametrize("file", ["*.nbi", "*.nbc"])
@pytest.mark.parametrize(
    "damage",
    [lambda old: old[:99], lambda old: bytes(len(old))],
    ids=["cut", "zeros"],
)
def test_a_damaged_cache_is_told_of_and_not_used(
    said, cache, tmp_path, file, damage
):
    copy = tmp_path / "copy"
    shutil.copytree(cache, copy)
    (kept,) = copy.rglob(file)
    kept.write_bytes(damage(kept.read_bytes()))
    found = said(
        "check(); check(); assert by_a_kernel() == [True]",
        NUMBA_CACHE_DIR=str(copy),
    )
    assert is_one_warning(found, "Numba's cache", str(kept.parent), "delete")


@with_numba
def test_a_full_disk_is_told_of_and_what_it_leaves_does_no_harm(
    said, tmp_path
):
    """Numba writes its index before the code, for which there is no room."""
    full = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (2000, 2000));"
    last = "check(); assert by_a_kernel() == [True]"
    folder = {"NUMBA_CACHE_DIR": str(tmp_path / "new")}
    assert is_one_warning(said(full + last, **folder), "cannot be used")
    assert list(tmp_path.rglob("*.nbi")) and not list(tmp_path.rglob("*.nbc"))
    assert not said(last, **folder)
    assert list(tmp_path.rglob("*.nbc"))


@with_numba
def test_where_no_folder_takes_a_cache_it_is_compiled_when_that_pays(said):
    assert not said("""
from numba.core import caching
caching.CompileResultCacheImpl._locator_classes = []
sizes.COMPILING = 6 * A.size
for done in False, False, True:
    check()
    assert by_a_kernel() == [done]
""")


@with_numba
def test_a_folder_that_cannot_be_written_to_is_passed_over(said, tmp_path):
    (tmp_path / "file").touch()
    folder = str(tmp_path / "file" / "below")
    assert not said(
        "check(); assert by_a_kernel() == [True]", NUMBA_CACHE_DIR=folder
    )


@with_numba
def test_a_kernel_on_disk_is_loaded_before_it_would_be_compiled(
    said, tmp_path
):
    """What one process compiles the next one finds."""
    sums = (
        "sizes.LOADING, sizes.COMPILING = 4 * A.size, {} * A.size\n"
        "for done in False, {}, {}:\n"
        "    check(); assert by_a_kernel() == [done]"
    )
    folder = {"NUMBA_CACHE_DIR": str(tmp_path / "new")}
    assert not said(sums.format(99, False, False), **folder)
    assert not said(sums.format(6, False, True), **folder)
    assert not said(sums.format(99, True, True), **folder)


def test_numba_is_imported_for_large_sums_only(said):
    assert not said(
        "sizes.LOADING = 4 * A.size\n"
        "lemmas_lib.sum_kron(A[:9], A[:9], 3); check()\n"
        "assert 'numba' not in sys.modules"
    )


def test_numba_is_not_imported_where_it_is_not_to_be_used(said):
    code = "check(); assert 'numba' not in sys.modules"
    assert not said(code, LEMMAS_LIB_NUMBA="0")


@with_numba
@pytest.mark.parametrize(
    "code, switches",
    [
        ("", {"NUMBA_DISABLE_JIT": "1"}),
        ("", {"NUMBA_BOUNDSCHECK": "1"}),
        ("import numba; numba.config.DISABLE_JIT = True", {}),
    ],
)
def test_kernels_are_not_used_where_numba_is_not_to_compile(
    said, code, switches
):
    code += "\ncheck(); assert by_a_kernel() == [False]"
    assert not said(code, **switches)


@with_numba
def test_a_fork_of_a_process_that_used_kernels_and_threads_uses_them(said):
    assert not said("""
import multiprocessing
check()
child = os.fork()
check()
assert by_a_kernel() == [True]
if child:
    assert os.waitpid(child, 0)[1] == 0
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for _ in range(4): pool.apply(check)
""")


@with_numba
def test_nobody_waits_for_a_thread_that_loads_nor_does_its_fork(said):
    assert not said("""
started, go_on = threading.Event(), threading.Event()
kernels, to_compile = loading.module(), loading.module().to_compile

def slow(*key, **options):
    started.set()
    assert go_on.wait(60)
    return to_compile(*key, **options)

kernels.to_compile = slow
loads = threading.Thread(target=check)
loads.start()
started.wait()
child = os.fork()
check()
assert by_a_kernel() == [False]
if child:
    assert os.waitpid(child, 0)[1] == 0
    go_on.set()
    loads.join()
    assert by_a_kernel() == [True]
""")


class Made:
    """Stands in for a function that Numba compiles."""

    def __init__(self, folder):
        self.__qualname__ = "rows_float64"
        self.stats = SimpleNamespace(cache_path=folder)
        self.compiled = []

    def compile(self, signature):
        self.compiled.append(signature)


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Return what is made to be compiled, by its key."""
    functions = {}

    def to_compile(*key, cache):
        assert cache and key not in functions
        functions[key] = Made(tmp_path)
        return functions[key], "signature"

    kernels = SimpleNamespace(to_compile=to_compile)
    monkeypatch.setattr(loading, "module", lambda: kernels)
    monkeypatch.setattr(loading, "_kernels", {})
    monkeypatch.setattr(loading, "_warned", set())
    monkeypatch.setattr(sizes, "LOADING", 10)
    monkeypatch.setattr(sizes, "COMPILING", 30)
    return functions


def test_each_kernel_is_compiled_when_it_was_asked_for_enough(made):
    for key in "ab":
        assert loading.kernel(9, key) is None and (key,) not in made
        assert loading.kernel(20, key) is None
        assert made[key,].compiled == []
        for _ in range(2):
            assert loading.kernel(1, key) is made[key,]
            assert made[key,].compiled == ["signature"]


@pytest.mark.parametrize(
    "file, loaded",
    [
        ("kernels.rows_float64-1.py311.nbi", True),
        ("kernels.rows_float64-1.py311.1.nbc", False),
        ("kernels.rows_float64_first-1.py311.nbi", False),
        ("kernels.rows_float32-1.py311.nbi", False),
    ],
)
def test_one_that_is_kept_is_loaded(made, tmp_path, file, loaded):
    (tmp_path / file).touch()
    assert loading.kernel(9, "a") is None
    assert (loading.kernel(1, "a") is not None) == loaded


def test_there_is_none_while_another_thread_loads(made):
    held = mock.Mock(acquire=lambda blocking: blocking)  # it would wait
    with mock.patch.object(loading, "_loading", held):
        assert loading.kernel(99, "a") is None
    assert not made
    assert loading.kernel(0, "a") is made["a",]


def test_none_is_loaded_when_python_ends(made):
    ended = mock.Mock(**{"is_alive.return_value": False})
    with mock.patch.object(threading, "main_thread", lambda: ended):
        assert loading.kernel(99, "a") is None
    assert not made
    assert loading.kernel(0, "a") is made["a",]


def test_the_lock_is_free_after_a_failure(made, monkeypatch):
    def stopped():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(loading, "module", stopped)
        with pytest.raises(KeyboardInterrupt):
            loading.kernel(99, "a")
    assert loading.kernel(0, "a") is made["a",]


def test_what_did_not_compile_is_not_tried_again(made):
    broken = mock.Mock(side_effect=OSError("no LLVM"))
    with mock.patch.object(loading.module(), "to_compile", broken):
        with pytest.warns(RuntimeWarning, match="compile.*OSError: no LLVM"):
            assert loading.kernel(99, "a") is None
        for key in "ab":
            assert loading.kernel(99, key) is None
    assert [call.args for call in broken.mock_calls] == [("a",), ("b",)]

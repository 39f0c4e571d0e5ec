"""What pip installs, in Colab and elsewhere, is all of the library.

The wheel, and one that is made of the source archive, are each installed in an
environment that has nothing else but NumPy, SciPy, Matplotlib, what these need
and what the first cell of a chapter brings. Numba is not there.
"""

import hashlib
import importlib.metadata
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from workshop import repository_files

ROOT = Path(__file__).resolve().parents[1]
COLABS_OWN = "numpy", "scipy", "matplotlib"
BROUGHT = ("array-api-compat",)
BUILD = "from setuptools import build_meta; build_meta.build_{}({!r})"

# Imports every module, and says where it is. What is compiled asks for
# Numba when it is imported, and is imported by none where there is no Numba.
IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        print(importlib.import_module(name).__file__)
    except ModuleNotFoundError as error:
        assert error.name == "numba" and name.endswith("._contraction.kernels")
"""


def run(*command, cwd=None):
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built(kind, source, target):
    """Return the one archive of a kind that setuptools builds."""
    run(sys.executable, "-c", BUILD.format(kind, str(target)), cwd=source)
    (archive,) = target.iterdir()
    return archive


def needed(names):
    """Return distributions and, of those, all that they need."""
    found = {}
    while names:
        distributions = {n: importlib.metadata.distribution(n) for n in names}
        found |= distributions
        lines = [
            line
            for each in distributions.values()
            for line in each.requires or []
            if ";" not in line  # an extra, or for an old Python
        ]
        names = {re.match(r"[\w.-]+", line)[0] for line in lines} - set(found)
    return found.values()


@pytest.fixture
def environment(tmp_path):
    """Return Python in an environment with links to what Colab has."""
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "env")
    where = {"base": tmp_path / "env", "platbase": tmp_path / "env"}
    packages = Path(sysconfig.get_path("purelib", "venv", where))
    here = Path(sysconfig.get_path("purelib"))
    parts = {
        f.parts[0] for each in needed(BROUGHT + COLABS_OWN) for f in each.files
    }
    for part in parts - {"..", "__pycache__"}:
        (packages / part).symlink_to(here / part)
    return tmp_path / "env" / "bin" / "python", packages


def digests(folder):
    """Return the digest of each file of the library."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in folder.rglob("*.*")
        if path.suffix in {".py", ".json", ".csv"}
    }


def assert_all_is_there(wheel, python, packages):
    # Without an index pip refuses what asks for more than is there.
    run(
        sys.executable, "-m", "pip", "--python", python, "install",
        "--quiet", "--no-index", "--no-compile", wheel,
    )  # fmt: skip
    files = digests(ROOT / "lemmas_lib")
    assert digests(packages / "lemmas_lib") == files
    modules = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in (f"lemmas_lib/{file}" for file in files)
        if name.endswith(".py")
    }
    # Isolated: neither the folder nor the variables of this process count.
    places = run(python, "-I", "-c", IMPORT, *sorted(modules)).splitlines()
    assert len(places) == len(modules) - 1
    assert all(Path(place).is_relative_to(packages) for place in places)


@pytest.fixture
def source(tmp_path):
    """Return a copy of the repository, so that nothing is built in it."""
    return repository_files.copy(ROOT, tmp_path / "source")


def test_the_wheel_has_every_module_and_all_data(
    source, environment, tmp_path
):
    (tmp_path / "wheel").mkdir()
    wheel = built("wheel", source, tmp_path / "wheel")
    assert_all_is_there(wheel, *environment)


def test_so_has_the_source_archive(source, environment, tmp_path):
    for name in ("sdist", "wheel", "unpacked"):
        (tmp_path / name).mkdir()
    archive = built("sdist", source, tmp_path / "sdist")
    run("tar", "-xf", archive, "-C", tmp_path / "unpacked")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    wheel = built("wheel", unpacked, tmp_path / "wheel")
    assert_all_is_there(wheel, *environment)

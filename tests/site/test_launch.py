"""What Colab and Binder do with a chapter, without their machines.

Colab: an environment with Colab's own packages alone runs the chapters, whose
install cell gets the library from this checkout in place of GitHub; and where
it has no address, from the file that the site has. Binder: its own tool says
what it would install. And the site of a repository whose address is set: live
code, off until then, is there and says where it goes.
"""

import asyncio
import json
import queue
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from conftest import ADDRESS, CHAPTERS, ROOT
from workshop import repository_files

URL = "https://github.com/someone/their-lemmas"


def run(*command, **options):
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Return a repository as a reader's copy of this one, with an address."""
    folder = tmp_path_factory.mktemp("copy")
    repository_files.copy(ROOT, folder)
    run("git", "init", "--quiet", "--initial-branch=trunk", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    run(sys.executable, "-m", "workshop.set_repository", URL, cwd=folder)
    author = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    run("git", *author, "commit", "-qam", "all", cwd=folder)
    run("git", "update-ref", "refs/remotes/origin/trunk", "HEAD", cwd=folder)
    return folder


class Machine:
    """In Colab's place: its own packages, where the first cell installs."""

    def __init__(self, folder, copy):
        self.name, self.environment = folder.name, folder / "env"
        kernel = folder.parent / "share" / "kernels" / self.name
        kernel.mkdir(parents=True)
        python = str(self.environment / "bin" / "python")
        spec = {
            "argv": [python, "-m", "ipykernel", "-f", "{connection_file}"],
            "display_name": "Colab",
            "language": "python",
            # What differs from a reader's Colab: GitHub is this computer, and
            # the other processors are busy.
            "env": {
                "OPENBLAS_NUM_THREADS": "1",
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"url.file://{copy}.insteadOf",
                "GIT_CONFIG_VALUE_0": URL,
            },
        }
        (kernel / "kernel.json").write_text(json.dumps(spec))

    def install(self):
        run(sys.executable, "-m", "venv", self.environment)
        packages = ["numpy", "scipy", "matplotlib", "ipykernel"]
        run(
            self.environment / "bin" / "python", "-m", "pip", "install",
            # What no chapter imports need not be compiled.
            "--quiet", "--no-compile", *packages,
        )  # fmt: skip

    def execute(self, path, empty):
        """Run a chapter in a folder, and return what is installed then."""
        (installed,) = self.environment.glob("lib/python*/site-packages")
        # Every chapter finds a new machine.
        for part in installed.glob("lemmas_lib*"):
            shutil.rmtree(part)
        client = NotebookClient(
            nbformat.read(path, as_version=4),
            timeout=300,
            kernel_name=self.name,
            resources={"metadata": {"path": str(empty)}},
        )
        asyncio.run(client.async_execute())  # in the loop of this thread
        return {path.name.split("-")[0] for path in installed.iterdir()}


@pytest.fixture(scope="module")
def colab(tmp_path_factory, copy):
    """Return what runs each chapter in Colab's place, two at a time."""
    folder = tmp_path_factory.mktemp("colab")
    one, two = (Machine(folder / name, copy) for name in ("one", "two"))
    one.install()
    shutil.copytree(one.environment, two.environment, symlinks=True)
    free = queue.Queue()
    free.put(one)
    free.put(two)

    def execute(path, folder):
        machine = free.get()
        try:
            return machine.execute(
                path, folder or tmp_path_factory.mktemp("empty")
            )
        finally:
            free.put(machine)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setenv("JUPYTER_PATH", str(folder / "share"))
        patch.delenv("MPLBACKEND", raising=False)
        yield lambda path, empty=None: pool.submit(execute, path, empty)


@pytest.fixture(scope="module")
def running(colab, copy):
    """Return all chapters, started at once."""
    return {p.name: colab(copy / "book" / p.name) for p in CHAPTERS}


@pytest.mark.parametrize("name", [path.name for path in CHAPTERS])
def test_a_chapter_runs_in_colab_where_its_first_cell_installs(name, running):
    installed = running[name].result()
    assert "lemmas_lib" in installed and "numba" not in installed


@pytest.fixture
def unset(tmp_path):
    """Return a chapter without an address, as it is downloaded."""
    chapter = (ROOT / "book" / "lemma_1.ipynb").read_text(encoding="utf-8")
    name = r'(?<=LIBRARY = \\")[^"]*(?=\\")'
    chapter = re.sub(name, "lemmas_lib.zip", chapter)
    (tmp_path / "lemma_1.ipynb").write_text(chapter, encoding="utf-8")
    return tmp_path / "lemma_1.ipynb"


def test_without_an_address_it_runs_beside_the_file_of_the_site(unset, colab):
    shutil.copy(ROOT / "_build" / "html" / "lemmas_lib.zip", unset.parent)
    assert "lemmas_lib" in colab(unset, unset.parent).result()


def test_and_without_that_file_it_says_what_to_do(unset, colab):
    with pytest.raises(CellExecutionError, match="Download lemmas_lib.zip"):
        colab(unset, unset.parent).result()


def test_binder_installs_the_library():
    recipe = run(
        Path(sys.executable).parent / "jupyter-repo2docker",
        "--no-build", "--debug", ROOT,
    )  # fmt: skip
    assert "py-2d3-2e11" in recipe  # py-3.11, in the name of a file
    (named,) = re.findall(r'pip install .*-r "?([\w./]+)"?', recipe)
    assert named == ".binder/requirements.txt"
    # pip reads "-r" beside the file and "-e ." in the working folder.
    assert "-r ../requirements.txt" in (ROOT / named).read_text()
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert any(line.split("#")[0].strip() == "-e ." for line in lines)


@pytest.fixture(scope="module")
def site_with_address(copy):
    """Build the copy's site with the outputs that are committed."""
    config = copy / "_config.yml"
    text = config.read_text().replace(
        "execute_notebooks: force", 'execute_notebooks: "off"'
    )
    config.write_text(text)
    book = ROOT / ".venv" / "bin" / "jupyter-book"
    run(book, "build", ".", "--all", "-W", "-n", cwd=copy)
    return copy / "_build" / "html"


def test_what_was_not_executed_is_not_said_to_have_been(site_with_address):
    page = (site_with_address / "book" / "status.html").read_text()
    assert "not executed" in page and "No notebook was executed" in page
    assert not re.search(r"\d+ of \d+", page)


def test_live_code_says_where_it_goes(site_with_address):
    page = (site_with_address / "book" / "lemma_4.html").read_text()
    assert "initThebeSBT()" in page
    assert "unpkg.com" in page and "mybinder.org" in page
    button = re.search(r"<button[^>]*initThebeSBT[^>]*>", page)[0]
    assert "loads code from unpkg.com" in button
    assert 'repo: "someone/their-lemmas"' in page
    # Nothing is loaded from there before the button is pressed.
    assert not re.search(r'<script[^>]*src="https?:', page)


def test_without_an_address_live_code_is_off():
    built = (ROOT / "_build/html/book/lemma_4.html").read_text()
    known = bool(ADDRESS and ADDRESS.branch)
    assert ("initThebeSBT()" in built) == known
    assert "logo_colab" in built and "logo_binder" in built


def test_the_address_reaches_every_page(site_with_address):
    site = site_with_address
    launch = "colab.research.google.com/github/someone/their-lemmas/blob/trunk"
    for path in CHAPTERS:
        page = site / "book" / f"{path.stem}.html"
        assert f"{launch}/book/{path.name}" in page.read_text("utf-8"), page
    page = (site / "book" / "launch.html").read_text()
    assert f"git clone {URL}" in re.sub("<[^>]*>", "", page)
    canonical = "https://someone.github.io/their-lemmas/book/lemma_4.html"
    page = (site / "book" / "lemma_4.html").read_text()
    assert f'<link rel="canonical" href="{canonical}"' in page
    assert f"{canonical}#lemma-4" in page
    assert 'href="/their-lemmas/_static/' in (site / "404.html").read_text()

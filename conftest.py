"""How doctests and notebooks are run, and what is said where one fails."""

import pathlib
import tempfile

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _numpy(doctest_namespace):
    doctest_namespace["np"] = np


def pytest_configure(config):
    """Start the kernel of each notebook in an empty folder.

    So a notebook is red that needs anything beside it, which Colab has not.
    Pictures are not compared, be they pixels or vectors, nor what a cell shows
    that needs a library which is missing.
    """
    nbval = config.pluginmanager.get_plugin("nbval")
    if nbval:  # the tests on old versions have none
        folders = tempfile.TemporaryDirectory()
        config.add_cleanup(folders.cleanup)
        nbval.RunningKernel = _alone(nbval.RunningKernel, folders.name)
        nbval.IPyNbFile.setup = _without_vectors(nbval.IPyNbFile.setup)
        nbval.find_metadata_tags = _without_missing(nbval.find_metadata_tags)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give a file to one worker: a notebook's cells need those before them.

    And the tests of a file share what takes long to make.
    """
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)


def _alone(kernel, folders):
    def start(*given, cwd, **options):
        return kernel(*given, cwd=tempfile.mkdtemp(dir=folders), **options)

    return start


def _without_vectors(setup):
    def start(notebook):
        notebook.skip_compare += ("image/svg+xml",)
        setup(notebook)

    return start


def _without_missing(find_options):
    def find(metadata):
        from lemmas_lib.book.libraries import missing

        yield from find_options(metadata)
        if missing(metadata.get("tags", ())):
            yield "check", False

    return find


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Leave no record of a run that was broken off."""
    record = getattr(session.config.option, "xmlpath", None)
    if record and exitstatus not in (0, 1):
        pathlib.Path(record).unlink(missing_ok=True)


def pytest_terminal_summary(terminalreporter):
    """Say what to do where a cell of a notebook failed."""
    failed = {
        report.nodeid.split("::")[0]
        for outcome in ("failed", "error")
        for report in terminalreporter.getreports(outcome)
        if ".ipynb::" in report.nodeid
    }
    if failed:
        terminalreporter.section("what to do about the notebooks")
        terminalreporter.write_line(
            f"A cell of {', '.join(sorted(failed))} raised, died, or printed "
            "something else than is committed. If that is right now, execute "
            "the notebooks again (make notebooks), look at what git diff "
            "shows, and commit it. If not, mend the notebook or the library."
        )

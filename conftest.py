"""What every doctest may take for granted, and what a record of tests says."""

import os

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _numpy(doctest_namespace):
    doctest_namespace["np"] = np


@pytest.fixture(autouse=True, scope="session")
def _revision(record_testsuite_property):
    """Say in the record what was tested, for the site's status page."""
    revision = os.environ.get("REVISION", "unknown")
    record_testsuite_property("revision", revision)


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

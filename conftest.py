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

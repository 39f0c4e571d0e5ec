"""What several test files need."""

import os

import pytest

from workshop import prove, repository_files


def pytest_configure():
    """Forget the repository of a hook: tests make their own."""
    for name in repository_files.OTHERS:
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def coq(tmp_path_factory):
    """Skip where there is no Coq, or not all of its libraries."""
    try:
        prove.require_coq(tmp_path_factory.mktemp("coq"))
    except SystemExit as missing:
        pytest.skip(str(missing))

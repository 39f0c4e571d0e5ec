"""What several test files need."""

import pytest

from workshop import prove


@pytest.fixture(scope="session")
def coq(tmp_path_factory):
    """Skip where there is no Coq, or not all of its libraries."""
    try:
        prove.require_coq(tmp_path_factory.mktemp("coq"))
    except SystemExit as missing:
        pytest.skip(str(missing))

"""What every doctest may take for granted."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _numpy(doctest_namespace):
    doctest_namespace["np"] = np

"""How the libraries are set up, and the table of what was run of each."""

import collections

import jax
import pytest
import torch

# Else JAX makes 32 bits of all numbers.
jax.config.update("jax_enable_x64", True)
# So that arrays may be on two devices.
jax.config.update("jax_num_cpu_devices", 2)
# The processors are taken by the workers of pytest.
torch.set_num_threads(1)

WAYS = "eager", "compiled", "gradient"


@pytest.fixture
def ran(record_property):
    """Return what a test calls once a function has been right in a way."""

    def record(library, function, way):
        assert way in WAYS
        record_property("ran", (library, function, way))

    return record


def pytest_terminal_summary(terminalreporter):
    """Print which functions were right with arrays of which library, and how.

    Reports come from other processes as well, so it is of them alone.
    """
    found = collections.defaultdict(set)
    for report in terminalreporter.getreports("passed"):
        for key, value in report.user_properties:
            if key == "ran":
                library, function, way = value
                found[function, library].add(way)
    if not found:
        return
    libraries = sorted({library for _, library in found})
    terminalreporter.section("functions by libraries: " + ", ".join(WAYS))
    line = "{:32}" + "{:>18}" * len(libraries)
    terminalreporter.write_line(line.format("", *libraries))
    for function in sorted({function for function, _ in found}):
        ways = (
            "".join(w[0] if w in found[function, its] else "·" for w in WAYS)
            for its in libraries
        )
        terminalreporter.write_line(line.format(function, *ways))

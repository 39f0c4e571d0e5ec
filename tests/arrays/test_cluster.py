"""Sums of data larger than the processes of a cluster may hold."""

import re
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from distributed import Client, KilledWorker, LocalCluster

from lemmas_lib import sum_abt

# Each process may have so much; the data are 2.4 GiB.
LIMIT = 600 * 2**20
L, N, K, CHUNKS = 200_000, 8, 200, 200


def block(block_info=None):
    """Return a chunk of ones, but for its first column of twos."""
    X = np.ones(block_info[None]["chunk-shape"])
    X[:, 0] = 2
    return X


def peak():
    """Return the most that this process has held, in bytes."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\s*(\d+) kB", status)[1])


def all_at_once():
    X = np.ones((L * N, K))
    return sum_abt(X, X, N)


@pytest.fixture
def client():
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            memory_limit=LIMIT,
            dashboard_address=None,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


# The process that is to die says so.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_processes_hold_their_chunks_alone(client, capsys):
    rows = (L * N // CHUNKS,) * CHUNKS
    A = da.map_blocks(block, chunks=(rows, (K,)), dtype=float)
    assert A.nbytes > 2 * 2 * LIMIT
    found = sum_abt(A, A, N).compute()
    assert np.array_equal(found, np.full((N, N), L * (K - 1 + 4.0)))
    peaks = client.run(peak)
    with capsys.disabled():
        held = ", ".join(f"{x / 2**20:.0f}" for x in peaks.values())
        print(f"\n{A.nbytes / 2**20:.0f} MiB in processes of {held} MiB")
    assert max(peaks.values()) < LIMIT
    with pytest.raises((KilledWorker, MemoryError)):
        client.submit(all_at_once, retries=0).result()

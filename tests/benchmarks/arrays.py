"""Time the sums on arrays of NumPy, PyTorch, JAX and CuPy, where these are.

On the processor, and on the GPU that each of them finds; eager and compiled,
in double and in single precision. Single precision is that of the dtype: what
would take fewer digits, as JAX does on a GPU, is switched off.
Writes the record of this machine into lemmas_lib/book/data/arrays.json.
"""

import functools
import importlib.metadata
import importlib.util
import warnings

import numpy as np
import tables
from measure import dated, load_kernels_at_once, machine_name, seconds, write

from lemmas_lib import gradients, sum_abt, sum_kron
from lemmas_lib.book.measured import markdown, record

# A size is a number of blocks. The dtypes are those of all libraries.
DTYPES = "float64", "float32"
SIZES = {
    "sum_abt": [(l, 2, 20) for l in (100, 3_000, 100_000)],
    "sum_kron": [(l, 3, 3) for l in (100, 10_000, 300_000)],
    "gradients.sum_kron": [(l, 3, 3) for l in (100, 10_000, 300_000)],
}
ON_GPU = ", GPU"


def half_square(n, A, B):
    """Return half the sum of squares of a sum, whose cotangent is the sum."""
    return (sum_kron(A, B, n) ** 2).sum() / 2


def by_rule(n, A, B):
    return gradients.sum_kron(sum_kron(A, B, n), A, B, n)


def function(name, n, differentiate=None):
    """Return what is timed, of two arrays."""
    if name == "gradients.sum_kron":
        if differentiate:
            return differentiate(functools.partial(half_square, n), (0, 1))
        return functools.partial(by_rule, n)
    call = {"sum_abt": sum_abt, "sum_kron": sum_kron}[name]
    return lambda A, B: call(A, B, n)


def numpy_ways(name, n, *matrices):
    yield "NumPy", functools.partial(function(name, n), *matrices)


def torch_ways(name, n, *matrices):
    import torch

    torch.set_float32_matmul_precision("highest")
    torch.compiler.reset()  # else it gives up after some shapes
    for device in ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",):
        given = [torch.asarray(X, device=device) for X in matrices]
        eager = function(name, n, torch.func.grad)
        found = {"PyTorch": eager, "PyTorch, compiled": torch.compile(eager)}
        for label, way in found.items():

            def call(way=way, given=given, device=device):
                way(*given)
                if device == "cuda":
                    torch.cuda.synchronize()

            yield label + ON_GPU * (device == "cuda"), call


def jax_ways(name, n, *matrices):
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_default_matmul_precision", "highest")
    # The first is the processor where there is no other.
    places = {jax.devices()[0]: ON_GPU} | {jax.devices("cpu")[0]: ""}
    for device, where in places.items():
        given = [jax.device_put(X, device) for X in matrices]
        eager = function(name, n, jax.grad)
        found = {"JAX": eager, "JAX, compiled": jax.jit(eager)}
        for label, way in found.items():

            def call(way=way, given=given):
                jax.block_until_ready(way(*given))

            yield label + where, call


def cupy_ways(name, n, *matrices):
    import cupy

    given = [cupy.asarray(X) for X in matrices]
    way = function(name, n)

    def call():
        way(*given)
        cupy.cuda.get_current_stream().synchronize()

    yield "CuPy" + ON_GPU, call


LIBRARIES = {
    "numpy": numpy_ways,
    "torch": torch_ways,
    "jax": jax_ways,
    "cupy": cupy_ways,
}


def installed():
    return {
        name: ways
        for name, ways in LIBRARIES.items()
        if importlib.util.find_spec(name)
    }


def gpu():
    """Return the name of the GPU that a library finds, or nothing."""
    names = installed()
    if "torch" in names:
        import torch

        if torch.cuda.is_available():
            return torch.cuda.get_device_name(0)
    if "jax" in names:
        import jax

        if jax.default_backend() != "cpu":
            return jax.devices()[0].device_kind
    if "cupy" in names:
        import cupy

        return cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    return ""


def measure(name, size, dtype):
    l, n, k = size
    rng = np.random.default_rng(0)
    matrices = rng.random((2, l * n, k)).astype(dtype)
    ways = {
        label: call
        for library in installed().values()
        for label, call in library(name, n, *matrices)
    }
    return {
        "name": name,
        "sizes": {"l": l, "n": n, "k": k},
        "dtype": dtype,
        "seconds": seconds(ways),
    }


def main():
    # Dynamo says of every cached function that it is traced.
    warnings.filterwarnings("ignore", "Dynamo detected a call")
    load_kernels_at_once()
    # Before other libraries bring a BLAS of their own.
    machine, found = machine_name(), gpu()
    missing = sorted(LIBRARIES.keys() - installed().keys())
    print(machine, found or "no GPU", sep="; ")
    print(f"not installed: {', '.join(missing) or 'nothing'}")
    cases = [
        (name, size, dtype)
        for name, sizes in SIZES.items()
        for size in sizes
        for dtype in DTYPES
    ]
    rows = []
    for number, case in enumerate(cases, start=1):
        rows.append(measure(*case))
        print(f"[{number}/{len(cases)}]", *case, flush=True)
    versions = {
        name: importlib.metadata.version(name)
        for name in installed()
        if name not in ("numpy", "cupy")
    }
    machines = record("arrays")["machines"]
    machines[", ".join(filter(None, [machine, found]))] = dated(
        versions=versions | {"GPU": found or "none"},
        rows=rows,
        tables=tables.arrays(rows),
    )
    write("arrays", {"machines": machines})
    for table in tables.arrays(rows).values():
        print(f"\n{markdown(table)}")


if __name__ == "__main__":
    main()

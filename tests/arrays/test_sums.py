"""Every sum of arrays of other libraries, against the loops over blocks."""

import shutil

import array_api_strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from calls import BATCHES, SMALL, UNEQUAL, call, every_call
from libraries import (
    LIBRARIES,
    arrays,
    check,
    check_own,
    every_library,
    every_tracing,
    read,
)

import lemmas_lib
from lemmas_lib import _routes
from tests.library.cases import OTHER_ROUTE, sized

RNG = np.random.default_rng(1)


@every_library
@every_call
@pytest.mark.parametrize("batches", [((),), BATCHES], ids=["one", "stacks"])
def test_sums_are_exact_and_new(library, name, batches, ran):
    sum_of = call(name, **UNEQUAL)
    given = sum_of.drawn(RNG, batches)
    own = arrays(library, given)
    found = sum_of(*own)
    check(found, sum_of.oracle(*given).astype(float), own[0])
    check_own(found, *own)
    for x, before in zip(own, given, strict=True):
        assert np.array_equal(read(x), before)
    ran(library, name, "eager")


@pytest.mark.parametrize(
    "library, dtype",
    [(name, dtype) for name, its in LIBRARIES.items() for dtype in its.dtypes],
)
@pytest.mark.parametrize(
    "name", ["sum_residual_outer, w_i", "sum_kron, w_ij", "sum_kron_bct"]
)
def test_every_dtype_is_kept(library, dtype, name):
    """At sizes at which eight bits hold the sum."""
    sum_of = call(name, **SMALL)
    least = 0 if dtype[0] == "u" else -1
    given = sum_of.drawn(RNG, least=least, most=1)
    if "complex" in dtype:
        given = [x * (1 + 1j) for x in given]
    own = arrays(library, given, dtype)
    expected = sum_of.oracle(*given)
    if dtype[0] == "u":
        expected = expected.astype(dtype)
    check(sum_of(*own), expected, own[0])


@every_library
@every_call
@pytest.mark.parametrize(
    "sizes, batch",
    [(UNEQUAL | {"l": (0, 7), "l_a": 0}, ()),
     (UNEQUAL | {"k": (0, 0)}, (2,)), (UNEQUAL, (0,)), (UNEQUAL, (3, 0))],
    ids=["no blocks", "no columns", "no items", "no items of three"],
)  # fmt: skip
def test_empty_sums_are_zero(library, name, sizes, batch):
    sum_of = call(name, **sizes)
    given = sum_of.drawn(RNG, (batch,))
    own = arrays(library, given)
    check(sum_of(*own), sum_of.oracle(*given).astype(float), own[0])


@every_tracing
@every_call
def test_they_are_compiled(library, name, ran):
    sum_of = call(name, **UNEQUAL)
    given = sum_of.drawn(RNG, BATCHES)
    own = arrays(library, given, "float32")
    found = LIBRARIES[library].compiled(sum_of)(*own)
    check(found, sum_of.oracle(*given), own[0])
    ran(library, name, "compiled")


@every_tracing
@every_call
def test_items_may_be_mapped_over(library, name):
    sum_of = call(name, **UNEQUAL)
    given = sum_of.drawn(RNG, ((3,),))
    own = arrays(library, given)
    found = LIBRARIES[library].batched(sum_of)(*own)
    check(found, sum_of.oracle(*given).astype(float), own[0])


@every_library
@pytest.mark.parametrize("name", OTHER_ROUTE)
def test_the_other_route_gives_the_same(library, name):
    sizes = OTHER_ROUTE[name]
    sum_of = call(name, **sizes, l_a=1)
    given = sum_of.drawn(RNG, BATCHES)
    own = arrays(library, given)
    check(sum_of(*own), sum_of.oracle(*given).astype(float), own[0])


# At these sizes Lemma 6 goes by the Q_j, rows of blocks side by side.
BY_ROWS = dict(l=(1500, 15), n=(2, 2, 3, 5), k=(3,))


@every_library
def test_lemma_6_goes_by_rows_of_blocks(library):
    shapes, extra = sized("sum_kron_bct", **BY_ROWS)
    (n1, n_b), (n2, n_c) = extra
    each = n1, n2, n_b, n_c, BY_ROWS["l"][1], 3
    assert _routes.by_rows(*each, shapes[0])[0]
    given = [RNG.integers(-2, 3, shape) for shape in shapes]
    own = arrays(library, given)
    expected = lemmas_lib.sum_kron_bct(*given, *extra).astype(float)
    check(lemmas_lib.sum_kron_bct(*own, *extra), expected, own[0])
    compiled = LIBRARIES[library].compiled
    if compiled:
        found = compiled(lambda *X: lemmas_lib.sum_kron_bct(*X, *extra))(*own)
        check(found, expected, own[0])


@every_library
def test_a_matrix_may_come_twice(library):
    A = RNG.integers(-2, 3, (6, 4))
    (own,) = arrays(library, [A])
    for name in "sum_abt", "sum_kron":
        function = getattr(lemmas_lib, name)
        check(function(own, own, 2), function(A, A, 2).astype(float), own)


TORCH_LAYOUTS = {
    "transposed": lambda x: x.movedim(0, -1).contiguous().movedim(-1, 0),
    "strided": lambda x: x.repeat_interleave(2, -1)[..., ::2],
    "repeated": lambda x: x[..., :1].expand(x.shape),
    "conjugate": lambda x: (x * (1 + 2j)).conj(),
    "negative": lambda x: (x * (1 + 2j)).conj().imag,
    "parameter": torch.nn.Parameter,
}


@pytest.mark.parametrize("layout", TORCH_LAYOUTS)
@every_call
def test_pytorch_may_hold_entries_in_any_order(layout, name):
    sum_of = call(name, **UNEQUAL)
    own = [
        TORCH_LAYOUTS[layout](x)
        for x in arrays("torch", sum_of.drawn(RNG, BATCHES))
    ]
    found = sum_of(*own)
    assert np.array_equal(read(found), sum_of.oracle(*map(read, own)))


@every_call
def test_the_device_is_kept(name):
    sum_of = call(name, **UNEQUAL)
    given = sum_of.drawn(RNG)
    device = array_api_strict.Device("device1")
    own = [x.to_device(device) for x in arrays("array_api_strict", given)]
    found = sum_of(*own)
    assert found.device == device
    expected = sum_of.oracle(*given)
    found = found.to_device(array_api_strict.Device("CPU_DEVICE"))
    assert np.array_equal(read(found), expected)
    # On this device PyTorch keeps no entries.
    found = sum_of(*(x.to("meta") for x in arrays("torch", given)))
    assert found.device.type == "meta" and found.shape == expected.shape


@pytest.mark.skipif(
    not shutil.which("g++"), reason="inductor needs a C++ compiler, g++"
)
def test_inductor_compiles_them():
    """By PyTorch's own compiler, which writes C++."""
    names = "sum_abt", "sum_acbt, w_i", "sum_kron_bct"
    called = [call(name, **UNEQUAL) for name in names]
    given = [sum_of.drawn(RNG) for sum_of in called]

    def all_of_them(own):
        return [f(*x) for f, x in zip(called, own, strict=True)]

    torch._dynamo.reset()
    compiled = torch.compile(all_of_them, fullgraph=True, backend="inductor")
    own = [arrays("torch", x) for x in given]
    for sum_of, found, x, X in zip(
        called, compiled(own), given, own, strict=True
    ):
        check(found, sum_of.oracle(*x).astype(float), X[0])


def test_what_is_compiled_takes_other_sizes():
    """PyTorch compiles once for all of them, where it is told so."""
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    compiled = torch.compile(
        lambda A, B: lemmas_lib.sum_kron(A, B, 2),
        fullgraph=True, backend="aot_eager", dynamic=True,
    )  # fmt: skip
    for l in 3, 4, 5:
        A, B = RNG.integers(-2, 3, (2, 2 * l, 3))
        found = compiled(*arrays("torch", [A, B]))
        assert np.array_equal(read(found), lemmas_lib.sum_kron(A, B, 2))
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 1


@pytest.mark.parametrize("trace", ["jit", "vmap", "grad"])
def test_what_does_not_fit_is_refused_while_it_is_traced(trace):
    def total(A, B):
        return lemmas_lib.sum_abt(A, B, 2).sum()

    A = jnp.ones((7, 5, 3) if trace == "vmap" else (5, 3))
    with pytest.raises(ValueError, match=r"A has shape \(5, 3\)"):
        getattr(jax, trace)(total)(A, A)

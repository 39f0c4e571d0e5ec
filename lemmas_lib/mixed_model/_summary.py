"""A fitted mixed model as text, in the form that its readers know."""

import numpy as np


def text(fit, fixed, factors):
    """Return the summary of a fit of one response."""
    state = f"converged in {int(fit.iterations)} iterations"
    if not fit.converged:
        state = f"not {state}"
    kind = "restricted " * (fit.method == "REML") + "log-likelihood"
    lines = [
        f"Linear mixed model, fitted by {fit.method}; {state}",
        f"{fit.n} observations; {kind} {fit.loglik:.4f}",
        "",
        *_table(
            ["random effects", "", "variance", "std. dev.", "correlations"],
            _variances(fit, factors),
        ),
        "",
        "; ".join(
            f"{name}: {len(labels)} levels"
            for name, labels in zip(factors, fit.levels, strict=True)
        ),
        "",
        *_table(
            ["fixed effects", "estimate", "std. error", "t value"],
            [
                [name, f"{b:.5g}", f"{se:.5g}", f"{b / se:.3f}"]
                for name, b, se in zip(
                    fixed, fit.beta, fit.standard_errors.beta, strict=True
                )
            ],
        ),
    ]
    lines += [
        f"{name}: on the boundary, its covariance matrix is singular"
        for name, singular in zip(factors, fit.singular, strict=True)
        if singular
    ]
    if np.isnan(fit.standard_errors.sigma2):
        lines.append("some variances cannot be told apart")
    return "\n".join(lines)


def _variances(fit, factors):
    rows = []
    for (name, effects), C in zip(
        factors.items(), fit.covariances, strict=True
    ):
        deviations = np.sqrt(np.diagonal(C))
        for i, effect in enumerate(effects):
            with np.errstate(invalid="ignore", divide="ignore"):
                row = C[i, :i] / deviations[i] / deviations[:i]
            rows.append(
                [
                    name if i == 0 else "",
                    effect,
                    f"{C[i, i]:.5g}",
                    f"{deviations[i]:.5g}",
                    " ".join(f"{x:.2f}" for x in row),
                ]
            )
    sigma2 = float(fit.sigma2)
    rows.append(["residual", "", f"{sigma2:.5g}", f"{sigma2**0.5:.5g}", ""])
    return rows


def _table(head, rows):
    """Align text to the left and numbers to the right."""
    rows = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    numbers = [place for place, name in enumerate(head) if place and name]
    return [
        "  ".join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(
                zip(row, widths, strict=True)
            )
        ).rstrip()
        for row in rows
    ]

"""The picture beside a shared link, drawn when the site is built.

It is the logo, the title and three sums, at the size that social media ask
for; networks do not show the logo's own format, SVG.
"""

import matplotlib.figure
from matplotlib.patches import Rectangle

SHADES = ["#9ecae1", "#3182bd", "#08306b"]
SUMS = r"$\sum_i A_iB_i'$     $\sum_i A_i\otimes B_i$     "
SUMS += r"$\sum_{ij} A_{ij}\otimes B_iC_j'$"
INK, MUTED, PAPER = "#1b2733", "#31506f", "#f4f6f8"


def draw(title):
    """Return the card as a figure of 1200 by 630 pixels."""
    figure = matplotlib.figure.Figure((12, 6.3), dpi=100, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 1200), ylim=(0, 630))
    axes.axis("off")
    for place, shade in enumerate(SHADES):  # three row blocks, then columns
        row = Rectangle((110, 370 - 90 * place), 76, 86, color=shade)
        column = Rectangle((280 + 40 * place, 230), 34, 180, color=shade)
        axes.add_patch(row)
        axes.add_patch(column)
    axes.annotate(
        "", (262, 323), (206, 323),
        arrowprops={"arrowstyle": "-|>", "lw": 5, "color": INK},
    )  # fmt: skip
    first, second = title.split(" of ")
    for y, line in ((420, first), (340, f"of {second}")):
        axes.text(460, y, line, size=44, color=INK)
    axes.text(460, 240, SUMS, size=26, color=MUTED)
    axes.text(
        460, 170, "stated, proved, executed, timed", size=24, color=MUTED
    )
    return figure


def write(app, exception):
    if exception is None and app.builder.name == "html":
        figure = draw(app.config.html_title)
        figure.savefig(app.outdir / "_static" / "social.png")


def setup(app):
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True}

"""A site of a page or two, to see what one extension makes of it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build(source, builder="html"):
    """Have Sphinx build a folder into its folder out; a warning stops it."""
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-q", "-b", builder,
         source, source / "out"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

"""Write the repository's address everywhere.

    make repository URL=https://github.com/OWNER/NAME

The address stands in _config.yml; the notebooks' install cells and badges,
the README, CITATION.cff and pyproject.toml hold copies of it.
"""

import re
import sys
from pathlib import Path

from workshop.repository_files import files

ROOT = Path(__file__).resolve().parents[1]
FORM = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?")
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


def current(root=ROOT):
    """Return (owner, name) as _config.yml has them."""
    config = (root / "_config.yml").read_text(encoding="utf-8")
    return FORM.fullmatch(
        re.search(r"^  url: (\S+)$", config, re.M)[1]
    ).groups()


def write(root, url):
    """Replace the address in every tracked file that has a copy."""
    found = FORM.fullmatch(url)
    if not found or not NAME.fullmatch(found[1]):
        raise SystemExit(
            f"{url!r} is not of the form https://github.com/OWNER/NAME"
        )
    (old_owner, old_name), (owner, name) = current(root), found.groups()
    replacements = {
        f"{old_owner}/{old_name}": f"{owner}/{name}",
        f"{old_owner}.github.io/{old_name}": f"{owner}.github.io/{name}",
    }
    for path in files(root):
        try:
            old = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        new = old
        for before, after in replacements.items():
            new = new.replace(before, after)
        if new != old:
            path.write_text(new, encoding="utf-8")
            print(path.relative_to(root))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("make repository URL=https://github.com/OWNER/NAME")
    write(ROOT, sys.argv[1])

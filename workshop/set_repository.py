"""Write the repository's address into the files that name it.

    make repository URL=https://github.com/OWNER/NAME

_config.yml, from which the site has it; the first cells of the chapters, which
run in Colab apart from all other files; the README and the citation.
"""

import re
import sys
from pathlib import Path

from workshop.address import parsed

ROOT = Path(__file__).resolve().parents[1]

# In each file what stands there, set or not, and what is to.
COPIES = {
    "_config.yml": (r"(?m)^  url: .*$", '  url: "{url}"'),
    "book/*.ipynb": (
        r'LIBRARY = \\"[^"]*\\"', r"LIBRARY = \"git+{url}\"",
    ),
    "README.md": (
        r"(?m)^(Read it at .*\n)?(?=The functions are in )",
        "Read it at <{site}>.\n",
    ),
    "CITATION.cff": (
        r'(?m)^(url: .*\nrepository-code: .*\n)?(?=authors:)',
        'url: "{site}"\nrepository-code: "{url}"\n',
    ),
}  # fmt: skip


def write(root, url):
    """Write the address into every file that has a copy, or into none."""
    address, changed = parsed(url), {}
    for pattern, (before, after) in COPIES.items():
        after = after.format(url=address.url, site=address.site)
        for path in sorted(root.glob(pattern)):
            old = path.read_text(encoding="utf-8")
            new, places = re.subn(
                before, after.replace("\\", r"\\"), old, count=1
            )
            if not places:
                raise SystemExit(f"{path.name} has no place for the address")
            if new != old:
                changed[path] = new
    for path, new in changed.items():
        path.write_text(new, encoding="utf-8")
        print(path.relative_to(root))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("make repository URL=https://github.com/OWNER/NAME")
    write(ROOT, sys.argv[1])

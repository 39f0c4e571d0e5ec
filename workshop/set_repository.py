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
NOTHING = r"(?!)"

# In each file what an older address left, where the address belongs, and how
# it is written there.
COPIES = {
    "_config.yml": (
        NOTHING, r"(?m)^repository:\n  url:.*$", 'repository:\n  url: "{url}"',
    ),
    "book/*.ipynb": (
        NOTHING, r'LIBRARY = \\"[^"]*\\"', r"LIBRARY = \"git+{url}\"",
    ),
    "README.md": (
        r"(?m)^Read it at .*\n", r"(?m)^(?=The functions are in )",
        "Read it at <{site}>.\n",
    ),
    "CITATION.cff": (
        r"(?m)^(url|repository-code):.*\n", r"(?m)^(?=authors:)",
        'url: "{site}"\nrepository-code: "{url}"\n',
    ),
}  # fmt: skip


def write(root, url):
    """Write the address into every file that has a copy, or into none."""
    address, changed = parsed(url), {}
    for pattern, (older, place, text) in COPIES.items():
        text = text.format(url=address.url, site=address.site)
        paths = sorted(root.glob(pattern))
        if not paths:
            raise SystemExit(f"{pattern} is missing; nothing was written")
        for path in paths:
            before = path.read_text(encoding="utf-8")
            bare = re.sub(older, "", before)
            if not re.search(place, bare):
                raise SystemExit(
                    f"{path.name} has no place for the address; nothing was "
                    "written"
                )
            escaped = text.replace("\\", r"\\")
            changed[path] = before, re.sub(place, escaped, bare, count=1)
    for path, (before, after) in changed.items():
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(path.relative_to(root))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("make repository URL=https://github.com/OWNER/NAME")
    write(ROOT, sys.argv[1])

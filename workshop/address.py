"""Where the repository is: what _config.yml says, else what the clone knows.

Until either says it, nothing that is published names an address.
"""

import re
from typing import NamedTuple

from workshop.repository_files import git

OWNER = r"([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)"
NAME = r"(?!\.{1,2}(?:/|$)|\.git)([A-Za-z0-9._-]+?)(?:\.git)?/?"
# As it is written, and as git may have it.
FORM = re.compile(rf"https://github\.com/{OWNER}/{NAME}")
REMOTE = re.compile(
    r"(?:https://(?:[^/@]+@)?github\.com/|(?:ssh://)?git@github\.com[:/])"
    rf"{OWNER}/{NAME}"
)


KEYS = "url", "branch"


class Address(NamedTuple):
    """A repository on GitHub; its branch is "" where it is not known."""

    owner: str
    name: str
    branch: str = ""

    @property
    def url(self):
        return f"https://github.com/{self.owner}/{self.name}"

    @property
    def path(self):
        """Return where its site is at its host."""
        # GitHub serves the repository of this name at the root.
        at_root = self.name.lower() == f"{self.owner}.github.io".lower()
        return "/" if at_root else f"/{self.name}/"

    @property
    def site(self):
        return f"https://{self.owner}.github.io{self.path}"


def current(root):
    """Return the address, or None where nothing says it."""
    text = (root / "_config.yml").read_text(encoding="utf-8")
    block = re.search(r"^repository:\n((?:  .*\n)*)", text, re.M)
    url, branch = (_value(block[1] if block else "", k) for k in KEYS)
    if url:
        found = parsed(url)
    else:
        match = REMOTE.fullmatch(git(root, "remote", "get-url", "origin"))
        found = match and Address(*match.groups())
    return found and found._replace(branch=branch or _branch(root))


def _value(block, key):
    """Return a text of the configuration, "" where it is none."""
    found = re.search(rf"^  {key}:(.*)$", block, re.M)
    text = found[1].partition(" #")[0].strip().strip("\"'") if found else ""
    return "" if text in {"~", "null"} else text


def parsed(url):
    """Return the address that a text is."""
    found = FORM.fullmatch(url)
    if not found:
        raise SystemExit(
            f"{url!r} is not of the form https://github.com/OWNER/NAME"
        )
    return Address(*found.groups())


def _branch(root):
    """Return the branch that is checked out, if the remote has it.

    Else the one that the remote opens with.
    """
    remote = "refs/remotes/origin"
    own = git(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    if own and git(root, "rev-parse", "--verify", f"{remote}/{own}"):
        return own
    first = git(root, "symbolic-ref", "--quiet", f"{remote}/HEAD")
    return first.removeprefix(f"{remote}/")

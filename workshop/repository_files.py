"""The files of the repository, and what git knows of it.

A folder that was unpacked from an archive is no repository; nor is one within
another, or one of another user, whatever git would say of them.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# By these git tells its hooks of a repository, which may be another.
OTHERS = {
    "GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX", "GIT_WORK_TREE",
}  # fmt: skip


def files(root):
    """Return the files that git does not ignore, known to it or not."""
    if not shutil.which("git"):
        raise SystemExit("git is needed, to know which files are the book's")
    # With an empty repository beside it, so that it does not matter to which
    # one the folder belongs, if to any, nor who owns it.
    with tempfile.TemporaryDirectory() as empty:
        _run("init", "--quiet", "--bare", empty, check=True)
        listed = _run(
            f"--git-dir={empty}", f"--work-tree={root}", "ls-files", "-z",
            "--others", "--exclude-standard", cwd=root, check=True,
        )  # fmt: skip
    paths = [root / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def copy(root, target):
    """Copy these files, and return the target."""
    for path in files(root):
        place = target / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return target


def digest(path):
    """Return the digest of a text, in whatever way its lines end."""
    text = path.read_bytes().replace(b"\r\n", b"\n")
    return hashlib.sha256(text).hexdigest()


def revision(root):
    """Return the commit that is built: as make has it, or as git says."""
    return os.environ.get("REVISION") or _described(root)


def _described(root):
    described = git(root, "describe", "--always", "--exclude=*", "--dirty")
    return described or "unknown"


def git(root, *command):
    """Return what git says of the repository of this folder, if it is one."""
    return _run(*command, cwd=root).stdout.strip() if _knows(root) else ""


@functools.cache
def _knows(root):
    if not shutil.which("git"):
        return False
    done = _run("rev-parse", "--show-prefix", cwd=root)
    if "dubious ownership" in done.stderr:  # it says what can be done
        print(done.stderr, file=sys.stderr)
    return done.returncode == 0 and not done.stdout.strip()


def _run(*command, cwd=None, check=False):
    inherited = {k: v for k, v in os.environ.items() if k not in OTHERS}
    return subprocess.run(
        ["git", *command], cwd=cwd, check=check,
        capture_output=True, text=True, encoding="utf-8",
        env=inherited | {"LC_ALL": "C"},  # its words are read
    )  # fmt: skip


if __name__ == "__main__":
    print(revision(Path(__file__).resolve().parents[1]))

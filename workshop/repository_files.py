"""The files of the repository: which git knows, and copies of them."""

import shutil
import subprocess

# For those that git knows or would add.
ALL = "-co", "--exclude-standard"


def files(root, *options):
    """Return the files that git ls-files lists: the tracked ones."""
    command = ["git", "ls-files", "-z", *options]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=True)
    return [root / name for name in listed.stdout.decode().split("\0") if name]


def copy(root, target, *options):
    """Copy the files that git ls-files lists, and return the target."""
    for path in files(root, *options):
        if path.is_file():  # git also lists one that was just removed
            place = target / path.relative_to(root)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
    return target

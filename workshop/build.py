"""Build the site, and where something stops it, say what to do: make book.

Jupyter Book's own output is shown as it comes.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from workshop import places

ADVICE = {
    r"DeadKernelError|Kernel died": (
        "The kernel of a notebook died. Run the notebook alone: a cell may "
        "need more memory than there is, or crash compiled code."
    ),
    r"CellExecutionError|CellTimeoutError": (
        "A cell of a notebook raised, or took too long; what it said is in "
        "the file named above (_build/html/reports). Mend the notebook or the "
        "library, then: make notebooks."
    ),
    r"changed after the notebooks were executed": (
        "The outputs that are committed, which paper shows, may be those of "
        "another library. Execute the notebooks again (make notebooks), look "
        "at what git diff shows, and commit it."
    ),
    r"image file not readable": (
        "A picture is missing. Put the file where the page looks for it, or "
        "mend its name on the page."
    ),
    r"alternative text": (
        "A picture has no alternative text. The warning says where to write "
        "it."
    ),
    r"xref_missing|target not found|unknown document|nonexisting document": (
        "A link leads nowhere. Mend its address, or the heading or the file "
        "that it names."
    ),
}


def main():
    if missing := list(places.forgotten(Path())):
        sys.exit("\n".join(missing))
    build = subprocess.Popen(
        [Path(sys.executable).with_name("jupyter-book"), "build", ".",
         "--all", "-W", "-n", "--keep-going", *sys.argv[1:]],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    # Where a reader's terminal knows fewer letters, others are spelt out.
    sys.stdout.reconfigure(errors="backslashreplace")
    said = set()
    for line in build.stdout:
        print(line, end="", flush=True)
        said |= {text for text in ADVICE if re.search(text, line)}
    if build.wait():
        print("\nThe book was not built.")
        for text in ADVICE:
            if text in said:
                print(f"- {ADVICE[text]}")
        if not said:
            print("- What stopped it stands above as WARNING or ERROR.")
        sys.exit(1)


if __name__ == "__main__":
    main()

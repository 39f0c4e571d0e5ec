"""Check every proof, and that none rests on an axiom: make proofs.

The files are compiled in a copy, in the order of their imports; then Coq is
asked on what each statement rests. What it answers is printed, and kept in
checked.json beside the proofs, from which the book has it. Nothing is
installed. With --only one file is checked, with what it imports, and nothing
is kept.
"""

import argparse
import datetime
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from workshop.repository_files import digest

ROOT = Path(__file__).resolve().parents[1]
MISSING = """\
{}: Coq with Mathematical Components is needed, and nothing was installed.
On Debian or Ubuntu:
    apt-get install coq libcoq-mathcomp-algebra libcoq-mathcomp-real-closed
Elsewhere, with opam and its archive https://coq.inria.fr/opam/released:
    opam install coq.8.18.0 coq-mathcomp-algebra.2.1.0 \\
        coq-mathcomp-real-closed.2.0.0"""
LIBRARIES = """\
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
"""
COMMENT = re.compile(r"\(\*.*?\*\)", re.S)
STATEMENT = re.compile(
    r"(?:^|\.\s)\s*(Theorem|Lemma|Corollary|Proposition|Fact|Remark|Example)"
    r"\s+(\w+)",
    re.M,
)
UNPROVED = re.compile(r"\b(Admitted|admit|give_up|Axioms?|Parameters?)\b")
CLOSED = "Closed under the global context"
RECORD = "checked.json"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=Path, default=ROOT / "proofs")
    parser.add_argument(
        "--build", type=Path, default=ROOT / "_build" / "proofs"
    )
    parser.add_argument("--recheck", action="store_true")
    parser.add_argument("--only", metavar="FILE")
    asked = parser.parse_args()
    start = time.perf_counter()
    require_coq(asked.build)
    try:
        compile_all(asked.sources, asked.build, asked.only)
        found = assumptions(asked.build, asked.only)
        if asked.recheck:
            print(recheck(asked.build))
    except subprocess.CalledProcessError as error:
        sys.exit(f"Not proved: {' '.join(error.cmd)}\n{error.stdout}")
    record = {
        "coq": run("coqc", "--print-version").split()[0],
        "sources": digests(asked.sources),
        "statements": found,
    }
    report(record, time.perf_counter() - start)
    if not asked.only:
        keep(record, asked.sources / RECORD)


def require_coq(build):
    """Stop, and say what to install, where Coq or a library is missing."""
    if not shutil.which("coqc"):
        sys.exit(MISSING.format("There is no coqc"))
    build.mkdir(parents=True, exist_ok=True)
    for path in build.iterdir():
        if path.suffix in {".v", ".vo", ".vok", ".vos", ".glob", ".aux"}:
            path.unlink()
    (build / "libraries.v").write_text(LIBRARIES)
    try:
        compiled(build, "libraries.v")
    except subprocess.CalledProcessError as error:
        sys.exit(MISSING.format(error.stdout.strip()))
    for path in build.glob("libraries.*"):
        path.unlink()


def compile_all(sources, build, only=None):
    """Compile all files, or one with those that it imports."""
    for path in sources.glob("*.v"):
        words = UNPROVED.search(bare(path))
        if words:
            sys.exit(f"Not proved: {path} has the word {words[0]}")
        shutil.copy(path, build)
    names = [path.name for path in build.glob(f"{only or '*'}.v")]
    order = run("coqdep", "-sort", "-Q", ".", "Book", *names, cwd=build)
    for name in order.split():
        compiled(build, name)


def assumptions(build, only=None):
    """Ask on what each statement rests: axioms, or what was not proved."""
    statements = [
        {"file": path.stem, "kind": kind, "name": name}
        for path in sorted(build.glob(f"{only or '*'}.v"))
        for kind, name in STATEMENT.findall(bare(path))
    ]
    asking = [f"From Book Require {s['file']}." for s in statements]
    for each in statements:
        asking += [
            'Goal True. idtac "==". Abort.',
            f"Print Assumptions {each['file']}.{each['name']}.",
        ]
    (build / "asking.v").write_text("\n".join(asking))
    _, *answers = compiled(build, "asking.v").split("==\n")
    for path in build.glob("asking.*"):
        path.unlink()
    for each, answer in zip(statements, answers, strict=True):
        each["assumptions"] = answer.strip()
    return statements


def recheck(build):
    """Have coqchk check all again, the libraries too, and return its words."""
    names = [f"Book.{path.stem}" for path in build.glob("*.vo")]
    said = run("coqchk", "-silent", "-o", "-Q", ".", "Book", *names, cwd=build)
    if said.count("<none>") < 4:
        sys.exit(f"coqchk found something that was only assumed.\n{said}")
    return said


def bare(path):
    """Return the text of a file without its comments."""
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def compiled(build, name):
    """Compile one file, and return what was printed."""
    return run("coqc", "-w", "none", "-Q", ".", "Book", name, cwd=build)


def run(*command, cwd=None):
    done = subprocess.run(
        command, cwd=cwd, check=True, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.stdout


def digests(sources):
    """Return the digest of each file, by which a later change is known."""
    return {path.stem: digest(path) for path in sorted(sources.glob("*.v"))}


def keep(record, path):
    """Write the record with its date, unless it says nothing new."""
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = None
    same = isinstance(before, dict) and {"date": before.get("date")} | record
    if same and same == before:
        return
    date = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    text = json.dumps({"date": date} | record, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def report(record, seconds):
    theorems, resting = 0, []
    for each in record["statements"]:
        name = f"{each['file']}.{each['name']}"
        theorems += each["kind"] == "Theorem"
        if each["assumptions"] != CLOSED:
            resting.append(name)
        if each["kind"] == "Theorem" or name in resting:
            print(f"{name}: {each['assumptions']}")
    others = len(record["statements"]) - theorems
    print(
        f"{theorems} theorems and {others} lemmas on the way to them, "
        f"Coq {record['coq']}, {seconds:.0f} s"
    )
    if resting or not theorems:
        what = ", ".join(resting) or "there is no theorem"
        sys.exit(f"Not proved without assumptions: {what}")


if __name__ == "__main__":
    main()

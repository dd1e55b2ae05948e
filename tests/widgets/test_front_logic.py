"""The logic of the explorer's front end by itself: plain functions on small literal models, in node."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "front"
SUITES = sorted(path.name for path in HERE.glob("*.test.mjs"))


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize("suite", SUITES)
def test_the_suite_passes_in_node(suite):
    done = subprocess.run(["node", "--no-warnings", "--test", suite], cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# tests 0" not in done.stdout and "# fail 0" in done.stdout


def test_there_are_suites():
    assert len(SUITES) >= 3

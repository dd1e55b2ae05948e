"""Prints how many tests passed, failed and were skipped; a skip without a known reason fails the run.

    python -m tests.counts build/tests.xml build/notebooks.xml

Only what this machine cannot have may be skipped: a control plane where there is no Go to build one with. Real dumps
are laid beside the checkout wherever this runs, and Chromium, Firefox, JupyterLab and node are installed: a test that
skips for want of them is a failure here, and so is a room of `ROOMS` of which no test passed.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

PLANE = shutil.which("go") is not None  # then it is built, and everything that needs it must run
ALLOWED = () if PLANE else ("needs a control plane",)
ROOMS = ("tests.e2e.", "tests.pages.", "tests.widgets.", *(("tests.cluster.",) if PLANE else ()))  # what needs a browser, a server


def main(reports: list[str]) -> int:
    """Return 1 when a test failed, was skipped for a reason that is not allowed, or a room has no test that passed."""
    passed = failed = 0
    skipped: list[str] = []
    quiet = set(ROOMS)
    for report in reports:
        for case in ElementTree.parse(Path(report)).iter("testcase"):
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            elif skip is not None:
                skipped.append(f"{case.get('classname')}.{case.get('name')}: {skip.get('message')}")
            else:
                passed += 1
                quiet -= {room for room in quiet if f"{case.get('classname')}.".startswith(room)}
    for line in skipped:
        print("skipped", line)
    silent = [line for line in skipped if not any(reason in line for reason in ALLOWED)]
    if silent:
        print(f"{len(silent)} tests were skipped that should run here")
    for room in sorted(quiet):
        print(f"no test of {room[:-1]} passed")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed or silent or quiet else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

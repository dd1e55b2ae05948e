"""The committed sample is what the control plane gives: recorded anew, it has the same bytes."""

from __future__ import annotations

import difflib
import itertools
from pathlib import Path

import pytest

from tests.cluster.binaries import REASON, there
from tests.cluster.record_sample import record

DATA = Path(__file__).parents[2] / "data"
SHOWN = 200

pytestmark = pytest.mark.cluster


def test_recorded_anew_the_sample_has_the_same_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Controllers draw by lot now and then (a scheduler's message did once): a recording that differs is told and made once more."""
    if (programs := there()) is None:
        pytest.skip(REASON)
    found = differences(programs, tmp_path / "first")
    if any(found.values()):
        with capsys.disabled():
            print("\nrecorded once more, since the first recording differs:", *found.values(), sep="\n")
        found = differences(programs, tmp_path / "second")
    assert found == dict.fromkeys(found, "")


def differences(programs: Path, folder: Path) -> dict[str, str]:
    """Record in `folder` and return how each file differs from the committed one."""
    folder.mkdir()
    recorded = record(programs, folder)
    return {name: differing((DATA / f"{name}.json").read_text("utf-8"), recorded[name]) for name in ("before", "during")}


def differing(committed: str, recorded: str) -> str:
    """Return the lines that differ, each with what is around it."""
    lines = difflib.unified_diff(committed.splitlines(), recorded.splitlines(), "committed", "recorded", lineterm="")
    return "\n".join(itertools.islice(lines, SHOWN))

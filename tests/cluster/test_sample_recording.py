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


def test_recorded_anew_the_sample_has_the_same_bytes(tmp_path: Path) -> None:
    if (programs := there()) is None:
        pytest.skip(REASON)
    committed = {name: (DATA / f"{name}.json").read_text("utf-8") for name in ("before", "during")}
    recorded = record(programs, tmp_path)
    assert {name: differing(committed[name], text) for name, text in recorded.items()} == dict.fromkeys(committed, "")


def differing(committed: str, recorded: str) -> str:
    """Return the lines that differ, each with what is around it."""
    lines = difflib.unified_diff(committed.splitlines(), recorded.splitlines(), "committed", "recorded", lineterm="")
    return "\n".join(itertools.islice(lines, SHOWN))

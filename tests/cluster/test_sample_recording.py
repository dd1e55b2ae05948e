"""The committed sample is what the control plane gives: recorded anew, it has the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.binaries import REASON, there
from tests.cluster.record_sample import record

DATA = Path(__file__).parents[2] / "data"

pytestmark = pytest.mark.cluster


def test_recorded_anew_the_sample_has_the_same_bytes(tmp_path: Path) -> None:
    if (programs := there()) is None:
        pytest.skip(REASON)
    committed = {name: (DATA / f"{name}.json").read_text("utf-8") for name in ("before", "during")}
    assert {name: text == committed[name] for name, text in record(programs, tmp_path).items()} == {"before": True, "during": True}

"""One control plane for all tests here; its logs stay in the folder of the test run."""

from __future__ import annotations

import pytest

from tests.cluster.binaries import REASON, there
from tests.cluster.plane import Plane


@pytest.fixture(scope="session")
def plane(tmp_path_factory):
    programs = there()
    if programs is None:
        pytest.skip(REASON)
    made = Plane(programs, tmp_path_factory.mktemp("plane"))
    try:
        yield made.start()
    finally:
        made.stop()

"""One control plane for all tests here; its logs stay in the folder of the test run."""

from __future__ import annotations

import pytest

from tests.cluster.plane import running_plane


@pytest.fixture(scope="session")
def plane(tmp_path_factory):
    with running_plane(tmp_path_factory.mktemp("plane")) as made:
        yield made

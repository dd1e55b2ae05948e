"""Control planes for the tests here; their logs stay in the folder of the test run."""

from __future__ import annotations

import pytest

from tests.cluster.plane import running_plane
from tests.cluster.stage import front_and_crowd

CROWD = 600


@pytest.fixture(scope="session")
def plane(tmp_path_factory):
    """One control plane for all tests that leave others alone."""
    with running_plane(tmp_path_factory.mktemp("plane")) as made:
        yield made


@pytest.fixture(scope="module")
def own_plane(tmp_path_factory):
    """A control plane of one module's own: its tests count what is there, start the server anew, or fill it."""
    with running_plane(tmp_path_factory.mktemp("own-plane")) as made:
        yield made


@pytest.fixture(scope="module")
def crowd(own_plane):
    """A small shop and 600 pods beside it."""
    front_and_crowd(own_plane, CROWD)
    return own_plane

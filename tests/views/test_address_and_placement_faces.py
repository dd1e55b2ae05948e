"""The address map and the placement from a snapshot to a figure."""

from __future__ import annotations

import pytest

import k8snetviz as knv


@pytest.fixture(scope="module")
def sample():
    return knv.sample("during")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sample_is_drawn(sample, theme):
    address_map, placement = knv.view.address_map(sample, theme=theme), knv.view.placement(sample, theme=theme)
    assert address_map.alt.endswith(": 11 ranges, 8 declared and 3 inferred; no overlaps.") and address_map.svg()
    assert "21 Services on 3 nodes" in placement.alt and placement.svg()


def test_given_tables_are_used(sample):
    states = knv.service_states(sample)
    part = states[states["service"] == "web"]
    assert "1 Service on 3 nodes" in knv.view.placement(sample, states=part, backends=knv.backends(sample, "shop/web")).alt

"""The pictures of the public face, from a snapshot to a figure."""

from __future__ import annotations

import pytest

import k8snetviz as knv
from k8snetviz.errors import UnknownReference
from tests.build import as_list, endpoint, endpoint_slice, node, pod, service
from tests.views.frames import named


@pytest.fixture(scope="module")
def snap():
    objects = [
        node("node-a", addresses=("10.0.0.1",)),
        service("web", selector={"app": "web"}),
        service("cart", selector={"app": "carts"}),
        pod("web-0", labels={"app": "web"}, ips=("10.244.0.5",)),
        endpoint_slice("web", (endpoint("10.244.0.5", target="web-0"),)),
        endpoint_slice("cart", ()),
    ]
    return knv.load(as_list(objects))


def drawn(picture) -> list[str]:
    return [row[0] for row in named(picture, "Service").customdata]


def test_topology_and_mapping_compute_what_they_are_not_given(snap):
    assert drawn(knv.view.topology(snap)) == ["shop/cart", "shop/web"]
    assert [row[0] for row in named(knv.view.mapping(snap), "Mapping").customdata] == ["shop/cart", "shop/web"]


def test_given_tables_are_used(snap):
    states = knv.service_states(snap)
    given = {"states": states[states["service"] == "web"], "backends": knv.backends(snap).head(0)}
    picture = knv.view.topology(snap, **given)
    assert drawn(picture) == ["shop/web"] and not [trace for trace in picture.data if trace.name == "Workload"]


@pytest.mark.parametrize("reference", ["shop/cart", "service:shop/cart"])
def test_a_service_is_selected_by_any_spelling(snap, reference):
    assert knv.view.topology(snap, select=reference).to_json() == knv.view.topology(snap, select="shop/cart").to_json()


def test_a_reference_that_matches_nothing_names_the_nearest(snap):
    with pytest.raises(UnknownReference, match="shop/cart"):
        knv.view.topology(snap, select="shop/crat")


def test_the_sample_is_drawn_in_both_themes():
    sample = knv.sample("during")
    for theme in ("light", "dark"):
        assert knv.view.topology(sample, theme=theme).svg() and knv.view.mapping(sample, theme=theme).svg()

"""What was not collected is never told as none: in the header, of Services, of zones."""

from __future__ import annotations

import pytest

import k8snetviz as knv
from k8snetviz.views.masthead import gaps_in_short, no_services, provenance
from k8snetviz.views.places import nodes_of, zoneless
from k8snetviz.widgets.data_block import data_block
from k8snetviz.widgets.selection import rows_of
from tests.build import as_list, node, pod, service

READ = as_list([node("node-a", zone=None), pod("web-0", labels={"app": "web"}, node="node-a"), service("web", selector={"app": "web"})])


@pytest.fixture(scope="module")
def read():
    return knv.load(READ)


@pytest.fixture(scope="module")
def partly():
    """Pods and Services, no Nodes."""
    return knv.load(as_list([pod("web-0", labels={"app": "web"}, node="node-a"), service("web", selector={"app": "web"})]))


def test_the_header_counts_what_was_read_and_names_what_was_not(read, partly):
    assert "1 node, 1 pod, 1 Service" in provenance(read)
    assert "nodes not collected, 1 pod, 1 Service" in provenance(partly)


def test_what_weighs_most_comes_first_among_the_gaps():
    kinds = gaps_in_short(knv.load(as_list([node("node-a")])).gaps).partition(": ")[2].split(", ")
    assert kinds[:3] == ["Service", "Pod", "EndpointSlice"]


def test_no_services_or_none_collected():
    none = knv.load({"kind": "ServiceList", "apiVersion": "v1", "metadata": {}, "items": []})
    assert no_services(none) == "this snapshot holds no Services"
    assert no_services(knv.load(as_list([node("node-a")]))) == "Services were not collected"


def test_a_zone_that_is_not_there_and_one_that_is_not_known(read, partly):
    assert (zoneless(read), zoneless(partly)) == ("no zone", "zone not known")
    assert nodes_of(partly, knv.backends(partly))[["node", "area"]].to_numpy().tolist() == [["node-a", "zone not known"]]
    block = data_block(partly)
    assert rows_of(block, {"kind": "zone", "key": "zone not known"})["pod"].tolist() == ["web-0"]

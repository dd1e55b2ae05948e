"""Ranges of addresses: declared or inferred, in use, overlapping (NM-13 to NM-21, SV-40 to SV-45)."""

from __future__ import annotations

import time

import pytest

import k8snetviz as knv
from k8snetviz.analysis.address_ranges import address_ranges
from k8snetviz.model.tables import ADDRESS_RANGES
from tests import build


def ranges(*objects: build.Obj):
    return ADDRESS_RANGES.check(address_ranges(knv.load(build.as_list([build.namespace("shop"), *objects]))))


def rows(*objects: build.Obj) -> list[tuple[object, ...]]:
    found = ranges(*objects)[["role", "cidr", "name", "used", "size"]].astype(object)
    return [tuple(None if value is None or value != value else value for value in row) for row in found.where(found.notna(), None).values]


def wrong(*objects: build.Obj) -> list[tuple[str, str, str, str]]:
    found = ranges(*objects)
    found = found[found["overlap"].notna()].fillna({"name": "inferred"})
    return list(zip(found["name"], found["overlap"], found["rule"], found["detail"], strict=True))


def service_cidr(*cidrs: str, name: str = "kubernetes") -> build.Obj:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "ServiceCIDR", "metadata": {"name": name}, "spec": {"cidrs": list(cidrs)}}


def node(name: str, *cidrs: str, address: str = "192.168.0.1") -> build.Obj:
    return build.node(name, addresses=(address,), podCIDRs=list(cidrs))


NODE = ("node addresses", "192.168.0.1/32", None, 1, 1)


def test_nothing():
    assert rows() == []


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param([node("a", "10.0.0.0/24")], [NODE, ("pod range", "10.0.0.0/24", "a", None, 256)], id="declared, Pods not collected"),
        pytest.param(
            [node("a", "10.0.0.0/24"), build.pod("p", ips=("10.0.0.9",)), build.pod("q", ips=("10.0.0.9",))],
            [NODE, ("pod range", "10.0.0.0/24", "a", 1, 256)],
            id="one address held twice is one address",
        ),
        pytest.param(
            [
                node("a", "10.0.0.0/24"),
                build.pod("done", ips=("10.0.0.9",), phase="Succeeded"),
                build.pod("host", ips=("10.0.0.8",), spec={"hostNetwork": True}),
            ],
            [NODE, ("pod range", "10.0.0.0/24", "a", 0, 256)],
            id="ended and host-network pods hold none",
        ),
        pytest.param(
            [node("a"), build.pod("p", ips=("10.0.0.9",)), build.pod("q", ips=("10.0.0.14",)), build.pod("r", ips=("172.17.0.2",))],
            [NODE, ("pod range", "10.0.0.8/29", None, 2, 8), ("pod range", "172.17.0.2/32", None, 1, 1)],
            id="no node declares one: inferred apart (NM-17)",
        ),
        pytest.param(
            [node("a", "fd00:1::/64"), build.pod("p", ips=("fd00:1::5",))],
            [NODE, ("pod range", "fd00:1::/64", "a", 1, None)],
            id="more than a column holds",
        ),
        pytest.param(
            [build.service("x", cluster_ips=("10.96.0.1",)), build.service("y", cluster_ips=("10.107.3.4",))],
            [("service range", "10.96.0.0/12", None, 2, 2**20)],
            id="ClusterIPs without ServiceCIDR: one range, inferred (SV-45)",
        ),
        pytest.param(
            [service_cidr("10.96.0.0/28", "fd00::/112"), build.service("x", cluster_ips=("10.96.0.1",))],
            [("service range", "10.96.0.0/28", "kubernetes", 1, 14), ("service range", "fd00::/112", "kubernetes", 0, 65535)],
            id="what a ServiceCIDR can give out (SV-42)",
        ),
        pytest.param(
            [
                node("a", "10.0.1.0/24"),
                *(build.pod(name, ips=(address,)) for name, address in (("p", "10.0.0.9"), ("q", "10.0.1.9"), ("r", "10.0.2.9"))),
            ],
            [NODE, ("pod range", "10.0.0.0/22", None, 2, 1024), ("pod range", "10.0.1.0/24", "a", 1, 256)],
            id="what a declared range holds is not counted again around it",
        ),
        pytest.param(
            [service_cidr("10.96.0.0/28"), build.service("x", cluster_ips=("10.97.0.1",))],
            [("service range", "10.96.0.0/28", "kubernetes", 0, 14), ("service range", "10.97.0.1/32", None, 1, 1)],
            id="ClusterIP outside of what is declared",
        ),
        pytest.param(
            [build.service("x", selector={"a": "b"}, externalIPs=["203.0.113.7"], cluster_ips=("None",))],
            [("external addresses", "203.0.113.7/32", None, 1, 1)],
            id="external address",
        ),
        pytest.param([service_cidr("nonsense")], [], id="text that is no range"),
    ],
)
def test_ranges_and_their_use(objects, expected):
    assert rows(*objects) == expected


def test_use_is_a_lower_bound_where_a_namespace_was_not_read():
    only_shop = build.as_list([build.service("x", cluster_ips=("10.96.0.1",))])  # says nothing of other namespaces
    assert address_ranges(knv.load(only_shop))[["used", "whole"]].values.tolist() == [[1, False]]


def test_load_balancer_addresses_are_used_by_services_and_ingresses():
    service = build.service("x", type="LoadBalancer") | {
        "status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.4"}, {"hostname": "lb"}]}}
    }
    ingress = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "namespace": "shop"},
        "spec": {},
        "status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.5"}, {"hostname": "shop.example"}]}},
    }
    found = ranges(service, ingress)
    assert found[found["role"] == "load-balancer addresses"][["cidr", "used", "inferred", "whole"]].values.tolist() == [
        ["198.51.100.4/31", 2, True, True]
    ]


SECOND = "192.168.0.2"


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param([node("a", "10.0.0.0/24"), node("b", "10.0.1.0/24", address=SECOND)], [], id="side by side"),
        pytest.param(
            [node("a", "10.0.0.0/24"), node("b", "10.0.0.0/24", address=SECOND)],
            [
                ("a", "podcidr-overlap", "NM-18", "overlaps 10.0.0.0/24 of Node b (NM-18)"),
                ("b", "podcidr-overlap", "NM-18", "overlaps 10.0.0.0/24 of Node a (NM-18)"),
            ],
            id="two nodes with one range",
        ),
        pytest.param(
            [node("a", "10.0.0.0/16"), node("b", "10.0.7.0/24", address=SECOND), node("c", "10.0.8.0/24", address="192.168.0.3")],
            [
                ("a", "podcidr-overlap", "NM-18", "overlaps 10.0.7.0/24 of Node b, 10.0.8.0/24 of Node c (NM-18)"),
                ("b", "podcidr-overlap", "NM-18", "overlaps 10.0.0.0/16 of Node a (NM-18)"),
                ("c", "podcidr-overlap", "NM-18", "overlaps 10.0.0.0/16 of Node a (NM-18)"),
            ],
            id="two inside one",
        ),
        pytest.param(
            [node("a", "10.96.4.0/24"), service_cidr("10.96.0.0/12")],
            [
                ("a", "podcidr-servicecidr-overlap", "NM-19", "overlaps 10.96.0.0/12 of ServiceCIDR kubernetes (NM-19)"),
                ("kubernetes", "podcidr-servicecidr-overlap", "NM-19", "overlaps 10.96.4.0/24 of Node a (NM-19)"),
            ],
            id="pods in the Service range",
        ),
        pytest.param([service_cidr("10.96.0.0/12"), service_cidr("10.96.0.0/16", name="more")], [], id="Service ranges may nest (SV-40)"),
        pytest.param(
            [node("a", "10.96.4.0/24"), build.service("x", cluster_ips=("10.96.4.7",)), build.service("y", cluster_ips=("10.96.0.1",))],
            [
                ("a", "podcidr-servicecidr-overlap", "NM-19", "holds ClusterIPs: 10.96.4.7 (NM-19)"),
                ("inferred", "podcidr-servicecidr-overlap", "NM-19", "ClusterIPs of it lie in 10.96.4.0/24 of Node a (NM-19)"),
            ],
            id="pods among the observed ClusterIPs",
        ),
        pytest.param(
            [node("a", "10.96.4.0/24"), build.service("x", cluster_ips=("10.96.0.1",)), build.service("y", cluster_ips=("10.107.3.4",))],
            [],
            id="a guess is no fault",
        ),
        pytest.param(
            [build.pod("p", ips=("10.9.0.9",)), build.service("x", cluster_ips=("10.9.0.9",))],
            [("inferred", "pod-ip-equals-clusterip", "NM-21", "10.9.0.9 of pod shop/p is also ClusterIP of Service shop/x (NM-21)")] * 2,
            id="pod has a ClusterIP",
        ),
        pytest.param(
            [build.pod("p", ips=("10.9.0.9",), phase="Failed"), build.service("x", cluster_ips=("10.9.0.9",))], [], id="ended pod had it"
        ),
        pytest.param(
            [node("a", "10.0.0.0/24", address="10.0.0.4")],
            [("a", "node-ip-in-podcidr", "NM-1", "holds addresses of nodes: 10.0.0.4 of a (NM-1)")],
            id="node address in a pod range",
        ),
        pytest.param(
            [node("a"), node("b")],
            [("inferred", "node-ip-duplicate", "NM-20", "InternalIP of several nodes: 192.168.0.1 of a, b (NM-20)")],
            id="two nodes share an InternalIP",
        ),
        pytest.param(
            [node("a", address="10.0.0.4"), build.pod("p", ips=("10.0.0.9",))], [], id="nodes and pods of one network, nothing declared"
        ),
    ],
)
def test_overlaps(objects, expected):
    assert wrong(*objects) == expected


def test_pods_outside_the_range_of_their_node_are_counted_and_no_fault():
    found = ranges(
        node("node-a", "10.0.0.0/24"), build.pod("in", ips=("10.0.0.9",)), build.pod("out", ips=("10.8.0.9",)), build.pod("lost", node=None)
    )
    declared = found[found["name"].eq("node-a").fillna(False)]
    assert declared[["outside", "detail"]].values.tolist() == [[1, "1 live pod of the node has an address outside (NM-13 to NM-16)"]]
    assert found["overlap"].isna().all()


def test_a_fault_names_a_few_and_counts_the_rest():
    nodes = [node(f"n{number}", "10.0.0.0/24", address=f"10.0.0.{number}") for number in range(1, 8)]
    details = {name: detail for name, _, _, detail in wrong(*nodes)}
    held = "holds addresses of nodes: 10.0.0.1 of n1, 10.0.0.2 of n2, 10.0.0.3 of n3 and 4 more (NM-1)"
    assert details["n1"] == f"overlaps 10.0.0.0/24 of Node n2 (NM-18); {held}"


def test_inferred_ranges_stay_few():
    pods = [build.pod(f"p{number}", ips=(f"{number}.7.0.1",)) for number in range(10, 30)]
    assert ranges(*pods)["cidr"].tolist() == ["0.0.0.0/3"]


def test_cost_grows_with_the_ranges_not_with_their_pairs():
    def seconds(count: int) -> float:
        snap = knv.load(
            build.as_list([node(f"n{number}", "10.0.0.0/16", address=f"10.0.{number // 250}.{number % 250}") for number in range(count)])
        )
        snap.ranges, snap.node_addresses, snap.pods  # noqa: B018  # read them before the clock starts
        start = time.perf_counter()
        address_ranges(snap)
        return time.perf_counter() - start

    seconds(10)
    assert seconds(2000) < 12 * max(seconds(400), 0.02)

"""Namespaces, nodes, Services, slices and Endpoints as rows: defaults filled in, nil meanings told once."""

from __future__ import annotations

from typing import Any

import pytest

from k8snetviz.collect.addresses import canonical, canonical_range
from tests.build import endpoint, endpoint_slice, endpoints, namespace, node, service
from tests.collect.rows import table

NAME = {"metadata": {"name": "web", "namespace": "shop"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("10.0.0.1", ("10.0.0.1", "IPv4"), id="plain"),
        pytest.param("010.000.0.09", ("10.0.0.9", "IPv4"), id="leading zeros are decimal"),
        pytest.param("::ffff:10.0.0.1", ("10.0.0.1", "IPv4"), id="mapped"),
        pytest.param("::ffff:010.0.0.1", ("10.0.0.1", "IPv4"), id="mapped with leading zeros"),
        pytest.param("FD00:0:0::1", ("fd00::1", "IPv6"), id="IPv6"),
        pytest.param("::1.2.3.4", ("::102:304", "IPv6"), id="dotted IPv6 that is not mapped"),
        pytest.param("10.0.0.256", ("10.0.0.256", None), id="octet too large"),
        pytest.param("10.0.1", ("10.0.1", None), id="three octets"),
        pytest.param("fe80::1%eth0", ("fe80::1%eth0", None), id="zone"),
        pytest.param("10.0.0.\u0661", ("10.0.0.\u0661", None), id="other digits"),
        pytest.param("***HIDDEN***", ("***HIDDEN***", None), id="obfuscated"),
        pytest.param("", ("", None), id="empty"),
        pytest.param("10.0.0.1\0", ("10.0.0.1\0", None), id="null character"),
    ],
)
def test_addresses_are_read_leniently(text: str, expected: tuple[str, str | None]) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("10.244.1.5/24", ("10.244.1.0/24", "IPv4"), id="host bits"),
        pytest.param("::ffff:10.0.0.0/104", ("10.0.0.0/8", "IPv4"), id="mapped"),
        pytest.param("fd00:0::/48", ("fd00::/48", "IPv6"), id="IPv6"),
        pytest.param("10.0.0.0/33", ("10.0.0.0/33", None), id="too long"),
        pytest.param("10.0.0.0", ("10.0.0.0", None), id="no prefix"),
    ],
)
def test_ranges_are_read_leniently(text: str, expected: tuple[str, str | None]) -> None:
    assert canonical_range(text) == expected


def test_namespaces() -> None:
    bare = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "bare"}}
    assert table("namespaces", namespace("shop"), bare) == [("bare", None, None), ("shop", "uid-None-shop", "Active")]


def test_nodes() -> None:
    old = node("b", ready="Unknown", zone=None, unschedulable=True)
    old["metadata"]["labels"] = {"failure-domain.beta.kubernetes.io/zone": "z", "failure-domain.beta.kubernetes.io/region": "r"}
    bare = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "c"}}
    time = "2026-01-01T00:00:00Z"
    assert table("nodes", node("a"), old, bare) == [
        ("a", "uid-None-a", True, "True", "zone-a", None, False, None, time),
        ("b", "uid-None-b", None, "Unknown", "z", "r", True, None, time),
        ("c", None, None, None, None, None, False, None, None),
    ]


def test_node_addresses_of_names_have_no_family() -> None:
    one = node("a", addresses=("192.168.0.1", "192.168.000.1", "fd00::1"))
    one["status"]["addresses"].append({"type": "Hostname", "address": "10.0.0.1"})
    assert table("node_addresses", one) == [
        ("a", "Hostname", "10.0.0.1", None),
        ("a", "InternalIP", "192.168.0.1", "IPv4"),
        ("a", "InternalIP", "fd00::1", "IPv6"),
    ]


SERVICE_COLUMNS = ("type", "headless", "cluster_ip", "internal_traffic_policy", "external_traffic_policy", "managed", "observed")


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({}, ("ClusterIP", False, None, "Cluster", None, False, False), id="manifest"),
        pytest.param({"selector": {"a": "b"}}, ("ClusterIP", False, None, "Cluster", None, True, False), id="managed"),
        pytest.param({"selector": {}}, ("ClusterIP", False, None, "Cluster", None, False, False), id="empty selector (T-19)"),
        pytest.param({"clusterIP": "None"}, ("ClusterIP", True, None, "Cluster", None, False, False), id="headless"),
        pytest.param({"clusterIPs": ["None"]}, ("ClusterIP", True, None, "Cluster", None, False, False), id="headless by clusterIPs"),
        pytest.param(
            {"type": "NodePort", "clusterIP": "10.96.0.01"},
            ("NodePort", False, "10.96.0.1", "Cluster", "Cluster", False, False),
            id="node port",
        ),
        pytest.param(
            {"externalIPs": ["1.2.3.4"]}, ("ClusterIP", False, None, "Cluster", "Cluster", False, False), id="external addresses (SV-17)"
        ),
        pytest.param(
            {"type": "ExternalName", "selector": {"a": "b"}},
            ("ExternalName", False, None, None, None, False, False),
            id="external name (T-24)",
        ),
    ],
)
def test_service_defaults(spec: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert table("services", {"apiVersion": "v1", "kind": "Service", **NAME, "spec": spec}, columns=SERVICE_COLUMNS) == [expected]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param({"ipFamilies": ["IPv6", "IPv4"]}, ("IPv6", "IPv4", "spec"), id="spec"),
        pytest.param({"clusterIP": "10.0.0.1"}, ("IPv4", None, "cluster-ip"), id="cluster address"),
        pytest.param({"clusterIPs": ["fd00::1", "10.0.0.1"]}, ("IPv6", "IPv4", "cluster-ip"), id="both cluster addresses"),
        pytest.param({"clusterIP": "None"}, ("IPv4", "IPv6", "fallback"), id="headless"),
        pytest.param({}, (None, None, None), id="not told"),
        pytest.param({"type": "ExternalName"}, (None, None, None), id="external name"),
    ],
)
def test_families(spec: dict[str, Any], expected: tuple[Any, ...]) -> None:
    one = {"apiVersion": "v1", "kind": "Service", **NAME, "spec": spec}
    assert table("services", one, columns=("family", "second_family", "families_from")) == [expected]


def test_service_addresses() -> None:
    one = service("web", families=("IPv4", "IPv6"), type="LoadBalancer", externalIPs=["1.2.3.4"])
    one["status"] = {"loadBalancer": {"ingress": [{"ip": "5.6.7.8"}, {"hostname": "lb.example.com"}, {"ip": "9.9.9.9", "ipMode": "Proxy"}]}}
    assert table("service_addresses", one) == [
        ("shop", "web", "10.96.0.10", "IPv4", "cluster", None),
        ("shop", "web", "fd00:96::10", "IPv6", "cluster", None),
        ("shop", "web", "1.2.3.4", "IPv4", "external", None),
        ("shop", "web", "5.6.7.8", "IPv4", "load-balancer", "VIP"),
        ("shop", "web", "9.9.9.9", "IPv4", "load-balancer", "Proxy"),
        ("shop", "web", "lb.example.com", None, "load-balancer", None),
    ]


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        pytest.param({"port": 80}, (None, 80, "TCP", "80", 80, None, None, 0), id="SV-8 absent"),
        pytest.param({"port": 80, "targetPort": 0}, (None, 80, "TCP", "80", 80, None, None, 0), id="SV-8 zero"),
        pytest.param({"port": 80, "targetPort": "", "name": ""}, (None, 80, "TCP", "80", 80, None, None, 0), id="SV-8 empty"),
        pytest.param({"port": 80, "targetPort": 8080, "nodePort": 0}, (None, 80, "TCP", "8080", 8080, None, None, 0), id="number"),
        pytest.param({"port": 53, "targetPort": "dns", "protocol": "UDP"}, (None, 53, "UDP", "dns", None, None, None, 0), id="name"),
        pytest.param({"port": 80, "targetPort": "8080"}, (None, 80, "TCP", "8080", 8080, None, None, 0), id="EP-18 digits as text"),
        pytest.param(
            {"port": 80, "name": "http", "nodePort": 30080, "appProtocol": "kubernetes.io/h2c"},
            ("http", 80, "TCP", "80", 80, 30080, "kubernetes.io/h2c", 0),
            id="everything",
        ),
    ],
)
def test_service_ports(port: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert table("service_ports", service("web", ports=(port,))) == [("shop", "web", *expected)]


def test_slices_tell_service_owner_and_size() -> None:
    other = endpoint_slice("web", None, name="manual", managed_by=None, family="FQDN")
    other["metadata"]["labels"] = {}
    assert table("slices", endpoint_slice("web", (endpoint("10.0.0.1"),)), other) == [
        ("shop", "manual", None, "FQDN", None, None, "uid-shop-manual", 0, "2026-01-01T00:00:00Z"),
        (
            "shop",
            "web-ipv4",
            "web",
            "IPv4",
            "endpointslice-controller.k8s.io",
            "uid-shop-web",
            "uid-shop-web-ipv4",
            1,
            "2026-01-01T00:00:00Z",
        ),
    ]


CONDITIONS = ("address", "ready", "serving", "terminating")


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param({}, (True, True, False), id="nothing said (T-21)"),
        pytest.param(None, (True, True, False), id="no conditions"),
        pytest.param({"ready": False}, (False, True, False), id="not ready, still serving"),
        pytest.param({"ready": False, "serving": True, "terminating": True}, (False, True, True), id="terminating"),
        pytest.param({"ready": None, "serving": False}, (True, False, False), id="null"),
    ],
)
def test_conditions_that_are_absent_have_a_meaning(conditions: Any, expected: tuple[bool, ...]) -> None:
    one = endpoint("10.0.0.1") | {"conditions": conditions}
    assert table("slice_endpoints", endpoint_slice("web", (one,)), columns=CONDITIONS) == [("10.0.0.1", *expected)]


def test_slice_ports() -> None:
    two = endpoint_slice("web", (endpoint("10.0.0.1"),), ports=({"port": 80}, {"name": "any", "protocol": "UDP"}))
    none = endpoint_slice("web", (endpoint("10.0.0.2"),), ports=None, name="z")
    names = endpoint_slice("web", (endpoint("db.example.com"), {"addresses": []}), ports=None, name="zz", family="FQDN")
    columns = ("slice", "address", "family", "port_name", "port", "protocol")
    assert table("slice_endpoints", two, none, names, columns=columns) == [
        ("web-ipv4", "10.0.0.1", "IPv4", None, 80, "TCP"),
        ("web-ipv4", "10.0.0.1", "IPv4", "any", None, "UDP"),
        ("z", "10.0.0.2", "IPv4", None, None, None),
        ("zz", "db.example.com", None, None, None, None),
    ]


def test_slice_of_v1beta1() -> None:
    old = endpoint_slice("web", None, family="IP")
    old["apiVersion"] = "discovery.k8s.io/v1beta1"
    topology = {"kubernetes.io/hostname": "node-a", "topology.kubernetes.io/zone": "zone-a"}
    old["endpoints"] = [{"addresses": ["10.0.0.1", "10.0.0.2"], "topology": topology}]
    columns = ("address", "family", "ready", "terminating", "node", "zone", "port")
    assert table("slice_endpoints", old, columns=columns) == [("10.0.0.1", "IPv4", True, False, "node-a", "zone-a", 8080)]


def test_legacy_endpoints_multiply_within_a_subset() -> None:
    target = {"kind": "Pod", "namespace": "shop", "name": "web-1", "uid": "u"}
    subsets = [
        {
            "addresses": [{"ip": "10.0.0.1", "nodeName": "n", "targetRef": target}],
            "notReadyAddresses": [{"ip": "10.0.0.2"}],
            "ports": [{"port": 80}, {"port": 53, "protocol": "UDP", "name": "dns"}],
        },
        {"addresses": [{"ip": "10.0.0.3", "hostname": "h"}]},
    ]
    one = endpoints("web", subsets, annotations={"endpoints.kubernetes.io/over-capacity": "truncated"})
    columns = ("address", "port_name", "port", "protocol", "ready", "target", "target_uid", "node", "hostname", "over_capacity")
    assert table("endpoints", one, endpoints("empty", None), columns=columns) == [
        ("10.0.0.1", "dns", 53, "UDP", True, "web-1", "u", "n", None, True),
        ("10.0.0.1", None, 80, "TCP", True, "web-1", "u", "n", None, True),
        ("10.0.0.2", "dns", 53, "UDP", False, None, None, None, None, True),
        ("10.0.0.2", None, 80, "TCP", False, None, None, None, None, True),
        ("10.0.0.3", None, None, None, True, None, None, None, "h", True),
    ]


def test_selectors_and_labels() -> None:
    one = service("web", selector={"app": "web", "tier": ""})
    one["metadata"]["labels"] = {"team": "a"}
    assert table("selectors", one) == [
        ("Service", "shop", "web", "spec.selector", "app", "Equals", "web"),
        ("Service", "shop", "web", "spec.selector", "tier", "Equals", ""),
    ]
    assert table("labels", one, node("a")) == [
        ("Node", None, "a", "topology.kubernetes.io/zone", "zone-a"),
        ("Service", "shop", "web", "team", "a"),
    ]

"""What a node does with a connection, case by case of sections 4.2 to 4.5 of the reference."""

from __future__ import annotations

from typing import Any

import pytest

import k8snetviz as knv
from k8snetviz.analysis.service_paths import service_paths
from k8snetviz.errors import UnknownReference
from tests import build
from tests.analysis.covered import Places, covered, everywhere

A = {"app": "a"}
ALL = everywhere("Service", "Pod", "Node", "EndpointSlice", "Endpoints")
NODES = [build.node("node-a"), build.node("node-b")]
NOT_READY = {"ready": False, "serving": False, "terminating": False}
LEAVING = {"ready": False, "serving": True, "terminating": True}
GONE = "2026-01-01T00:10:00Z"
POD = build.pod("p", labels=A)
NODE_PORT = (build.sport(80, 8080, nodePort=30080),)


def sliced(conditions: build.Obj | None = None, **options: Any) -> build.Obj:
    return build.endpoint_slice("a", (build.endpoint("10.0.0.1", target="p", conditions=conditions, **options),))


def balancer(*ingress: build.Obj, **spec: Any) -> build.Obj:
    service = build.service("a", selector=A, type="LoadBalancer", **({"ports": NODE_PORT} | spec))
    service["status"] = {"loadBalancer": {"ingress": list(ingress)}}
    return service


def service(**spec: Any) -> build.Obj:
    return build.service("a", selector=A, **spec)


def said(objects: list[build.Obj], path: str, places: Places = ALL, nodes: list[build.Obj] = NODES) -> list[tuple[Any, ...]]:
    frame = service_paths(covered([*objects, *nodes], places), "shop/a").astype(object)
    frame = frame[frame["path"] == path]
    frame = frame[["node", "cluster_set", "local_set", "outcome", "rule", "source", "source_rule"]]
    return [tuple(row) for row in frame.where(frame.notna(), None).itertuples(index=False)]


KEPT, CHANGED = ("kept", "KX-50"), ("node", "KX-51")


@pytest.mark.parametrize(
    ("objects", "path", "expected"),
    [
        pytest.param(
            [service(), POD, sliced()],
            "internal",
            [("node-a", 1, 1, "delivered", "KX-30", *KEPT), ("node-b", 1, 0, "delivered", "KX-30", *KEPT)],
            id="cluster address, policy Cluster",
        ),
        pytest.param(
            [service(internalTrafficPolicy="Local"), POD, sliced()],
            "internal",
            [("node-a", 1, 1, "delivered", "KX-17", *KEPT), ("node-b", 1, 0, "drop", "KX-32", None, None)],
            id="cluster address, policy Local",
        ),
        pytest.param([service(), POD, sliced()], "external", [], id="nothing opens it to the outside"),
        pytest.param(
            [service(type="NodePort", ports=NODE_PORT), POD, sliced()],
            "external",
            [("node-a", 1, 1, "delivered", "KX-33", *CHANGED), ("node-b", 1, 0, "delivered", "KX-33", *CHANGED)],
            id="node port, policy Cluster",
        ),
        pytest.param(
            [service(type="NodePort", ports=NODE_PORT, externalTrafficPolicy="Local"), POD, sliced()],
            "external",
            [("node-a", 1, 1, "delivered", "KX-35", "kept", "KX-52"), ("node-b", 1, 0, "drop", "KX-36", None, None)],
            id="node port, policy Local",
        ),
        pytest.param(
            [service(internalTrafficPolicy="Local"), build.pod("p", labels=A, ready=False), sliced(NOT_READY)],
            "internal",
            [("node-a", 0, 0, "reject", "KX-31", None, None), ("node-b", 0, 0, "reject", "KX-31", None, None)],
            id="no endpoint anywhere: refused, also with policy Local",
        ),
        pytest.param(
            [service(internalTrafficPolicy="Local"), build.pod("p", labels=A, deleted=GONE), sliced(LEAVING)],
            "internal",
            [("node-a", 1, 1, "delivered", "KX-14", *KEPT), ("node-b", 1, 0, "drop", "KX-32", None, None)],
            id="only a terminating pod that still serves, policy Local",
        ),
        pytest.param(
            [service(), build.pod("p", labels=A, deleted=GONE), sliced(LEAVING)],
            "internal",
            [("node-a", 1, 1, "delivered", "KX-13", *KEPT), ("node-b", 1, 0, "delivered", "KX-13", *KEPT)],
            id="only a terminating pod that still serves, policy Cluster",
        ),
        pytest.param(
            [service(), sliced()],
            "internal",
            [("node-a", 1, 1, "astray", "KX-13", None, None), ("node-b", 1, 0, "astray", "KX-13", None, None)],
            id="the slice names an address that no pod holds",
        ),
        pytest.param(
            [service(internalTrafficPolicy="Local"), POD, sliced(node=None)],
            "internal",
            [("node-a", 1, 1, "delivered", "KX-17", *KEPT), ("node-b", 1, 0, "drop", "KX-32", None, None)],
            id="the slice names no node, but its pod does",
        ),
        pytest.param(
            [balancer({"ip": "198.51.100.1"}, ports=(build.sport(80, 8080),), allocateLoadBalancerNodePorts=False), POD, sliced()],
            "external",
            [("node-a", 1, 1, "delivered", "KX-33", *CHANGED), ("node-b", 1, 0, "delivered", "KX-33", *CHANGED)],
            id="load balancer without node ports",
        ),
        pytest.param(
            [balancer({"ip": "198.51.100.1", "ipMode": "Proxy"}, ports=(build.sport(80, 8080),)), POD, sliced()],
            "external",
            [],
            id="mode Proxy without node ports: nothing is captured",
        ),
        pytest.param([service(cluster_ips=("None",)), POD, sliced()], "internal", [], id="headless"),
    ],
)
def test_what_a_node_does(objects, path, expected):
    assert said(objects, path) == expected


def test_of_two_families_each_stands_for_itself():
    objects = [service(families=("IPv4", "IPv6")), POD, sliced(), *NODES]
    frame = service_paths(covered(objects, ALL), "shop/a")
    assert frame[frame["node"] == "node-a"][["family", "outcome"]].values.tolist() == [["IPv4", "delivered"], ["IPv6", "reject"]]


def test_unread_endpoints_are_not_none():
    places = {"Service": ALL["Service"], "Node": ALL["Node"]}
    assert said([service()], "internal", places) == [
        ("node-a", None, None, "unknown", "SN-26", None, None),
        ("node-b", None, None, "unknown", "SN-26", None, None),
    ]


def test_unread_nodes_have_one_row():
    places = {kind: spaces for kind, spaces in ALL.items() if kind != "Node"}
    found = said([service(internalTrafficPolicy="Local"), POD, sliced()], "internal", places, nodes=[])
    assert found == [("node-a", 1, 1, "delivered", "KX-17", *KEPT), (None, 1, None, "unknown", "SN-26", None, None)]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param({"metadata": {"labels": {"service.kubernetes.io/service-proxy-name": "other"}}}, "SV-26", id="another proxy"),
        pytest.param({"spec": {"clusterIP": "", "clusterIPs": []}}, "KX-1", id="no cluster address yet"),
    ],
)
def test_what_the_proxy_leaves_alone(change, rule):
    one = service()
    for part, fields in change.items():
        one[part] = one[part] | fields
    assert [(row[3], row[4]) for row in said([one, POD, sliced()], "internal")] == [("skipped", rule)] * 2


def test_health_checks_follow_local_ready_endpoints():
    objects = [balancer({"ip": "198.51.100.1"}, externalTrafficPolicy="Local", healthCheckNodePort=32000), POD, sliced(), *NODES]
    frame = service_paths(covered(objects, ALL), "shop/a")
    checks = frame[frame["path"] == "external"][["node", "health_check"]]
    assert checks.values.tolist() == [["node-a", 200], ["node-b", 503]]
    assert frame[frame["path"] == "internal"]["health_check"].isna().all()


def test_a_given_ledger_is_used():
    snap = covered([service(), POD, sliced(), *NODES], ALL)
    assert service_paths(snap, "shop/a", ledger=knv.backends(snap)).equals(service_paths(snap, "shop/a"))
    assert set(service_paths(snap, "shop/a", ledger=knv.backends(snap).head(0))["outcome"]) == {"reject"}


def test_no_such_service():
    with pytest.raises(UnknownReference, match="wanted Service"):
        service_paths(covered([service()], ALL), "shop/b")

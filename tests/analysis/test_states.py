"""Every row of the design's tables of decisions and of states, literally."""

from __future__ import annotations

from typing import Any

import pytest

import k8snetviz as knv
from k8snetviz.errors import UnknownReference
from tests import build
from tests.analysis.covered import Places, covered, everywhere

A = {"app": "a"}
SERVICE = build.service("a", selector=A)
MANUAL = build.service("a")
NODE = build.node("node-a")
GONE = "2026-01-01T00:10:00Z"
ALL = everywhere("Service", "Pod", "Node", "EndpointSlice", "Endpoints", "Deployment", "StatefulSet", "ReplicaSet")
NOT_READY = {"ready": False, "serving": False, "terminating": False}
LEAVING = {"ready": False, "serving": True, "terminating": True}
COLUMNS = ("pod", "address", "selected", "expected", "observed", "drift", "reason")


def pod(name: str = "p", ip: str = "10.0.0.1", **options: Any) -> build.Obj:
    return build.pod(name, **({"labels": A, "ips": (ip,)} | options))


def sliced(*endpoints: build.Obj, **options: Any) -> build.Obj:
    return build.endpoint_slice("a", endpoints, **options)


def without(*kinds: str) -> Places:
    return {kind: spaces for kind, spaces in ALL.items() if kind not in kinds}


def cells(objects: list[build.Obj], places: Places = ALL, columns: tuple[str, ...] = COLUMNS) -> list[tuple[Any, ...]]:
    frame = knv.backends(covered([*objects, NODE], places), "shop/a")[list(columns)].astype(object)
    return [tuple(row) for row in frame.where(frame.notna(), None).itertuples(index=False)]


def state(objects: list[build.Obj], places: Places = ALL) -> dict[str, Any]:
    frame = knv.service_states(covered([*objects, NODE], places)).astype(object)
    frame = frame.where(frame.notna(), None)
    (row,) = frame[frame["service"] == "a"].to_dict("records")
    return row


def said(objects: list[build.Obj], places: Places = ALL) -> tuple[Any, ...]:
    row = state(objects, places)
    return row["state"], row["reason"], row["detail"]


# --- decisions ----------------------------------------------------------------------------------------------------

P = build.endpoint("10.0.0.1", target="p")


def test_no_selector() -> None:
    found = cells([MANUAL, pod(), sliced(P, build.endpoint("10.9.0.1", conditions=NOT_READY), managed_by=None)])
    assert found == [
        ("p", "10.0.0.1", None, None, "ready", "none", None),
        (None, "10.9.0.1", None, None, "not-ready", "none", "NOT_READY"),
    ]
    assert cells([MANUAL, sliced(build.endpoint("10.9.0.1", conditions=LEAVING))], columns=("reason", "field", "value", "rule")) == [
        ("TERMINATING", "endpoints[].conditions.terminating", "true", "EP-8")
    ]


def test_managed_slice_names_an_address_that_no_pod_holds() -> None:
    found = cells([SERVICE, sliced(P)], columns=(*COLUMNS, "field", "value", "rule"))
    assert found == [(None, "10.0.0.1", False, "absent", "ready", "stale", "NO_SUCH_POD", "endpoints[].targetRef.name", "p", "EP-26")]
    assert cells([SERVICE, sliced(build.endpoint("10.0.0.1"))]) == [(None, "10.0.0.1", False, "absent", "ready", "stale", "NO_SUCH_POD")]


@pytest.mark.parametrize(
    ("endpoint", "field", "value", "rule"),
    [
        pytest.param(
            build.endpoint("10.0.0.1", target="p", uid="uid-old"), "endpoints[].targetRef.uid", "uid-old", "EP-26", id="other uid"
        ),
        pytest.param(build.endpoint("10.0.0.9", target="p"), "endpoints[].addresses", "10.0.0.9", "EP-6a", id="other address"),
    ],
)
def test_target_has_another_uid_or_address(endpoint: build.Obj, field: str, value: str, rule: str) -> None:
    found = cells([SERVICE, pod(), sliced(endpoint)], columns=(*COLUMNS, "field", "value", "rule"))
    stale = ("p", endpoint["addresses"][0], True, "absent", "ready", "stale", "NO_SUCH_POD", field, value, rule)
    own = ("p", "10.0.0.1", True, "ready", "absent", "missing", None, None, None, None)
    assert sorted(found, key=str) == sorted([stale, own], key=str)


@pytest.mark.parametrize(
    ("other", "endpoint", "reason", "field", "value"),
    [
        pytest.param(pod(labels={"app": "b"}), P, "SELECTOR_MISMATCH", "metadata.labels[app]", "b", id="not selected"),
        pytest.param(pod(labels={}), P, "SELECTOR_MISMATCH", "metadata.labels[app]", None, id="label missing"),
        pytest.param(
            pod(labels={"app": "b"}), build.endpoint("10.0.0.1"), "SELECTOR_MISMATCH", "metadata.labels[app]", "b", id="by address alone"
        ),
        pytest.param(
            pod(ns="other"),
            build.endpoint("10.0.0.1", target="p", ns="other"),
            "OTHER_NAMESPACE",
            "metadata.namespace",
            "other",
            id="namespace",
        ),
    ],
)
def test_foreign(other: build.Obj, endpoint: build.Obj, reason: str, field: str, value: str | None) -> None:
    found = cells([SERVICE, other, sliced(endpoint)], columns=(*COLUMNS, "field", "value"))
    assert found == [("p", "10.0.0.1", False, "absent", "ready", "foreign", reason, field, value)]


def test_terminating_and_not_ready() -> None:
    leaving = build.endpoint("10.0.0.1", target="p", conditions={"ready": False, "serving": False, "terminating": True})
    found = cells([SERVICE, pod(ready=False, deleted=GONE), sliced(leaving)], columns=("expected", "observed", "reason", "field", "value"))
    assert found == [("terminating-not-serving", "terminating-not-serving", "TERMINATING", "metadata.deletionTimestamp", GONE)]


def headless(**spec: Any) -> build.Obj:
    service = build.service("a", cluster_ips=("None",), **spec)
    del service["spec"]["ipFamilies"]
    return service


def test_families_of_the_headless_fallback() -> None:
    families = ("family", "pod", "address", "expected")
    assert cells([headless(selector=A), pod()], columns=families) == [("IPv4", "p", "10.0.0.1", "ready")]
    both = pod("q", ips=("10.0.0.2", "fd00::2"))
    assert cells([headless(selector=A), both], columns=families) == [
        ("IPv4", "q", "10.0.0.2", "ready"),
        ("IPv6", "q", "fd00::2", "ready"),
    ]
    assert cells([headless(selector=A), pod(ips=(), phase="Pending")], columns=families) == [(None, "p", None, "absent")]
    six = build.endpoint_slice("a", (build.endpoint("fd00::9"),), family="IPv6")
    assert cells([headless(selector=A), pod(), six], columns=families) == [
        ("IPv4", "p", "10.0.0.1", "ready"),
        ("IPv6", "p", None, "absent"),
        ("IPv6", None, "fd00::9", "absent"),
    ]


def test_a_headless_service_without_selector_has_the_families_it_is_given() -> None:
    kubelet = build.service("a", cluster_ips=("None",), families=("IPv4", "IPv6"), ipFamilyPolicy="RequireDualStack")
    objects = [kubelet, sliced(build.endpoint("192.168.0.1") | {"targetRef": {"kind": "Node", "name": "node-a"}})]
    assert cells(objects, columns=("family", "pod", "address", "serves")) == [("IPv4", None, "192.168.0.1", True)]
    assert said(objects) == ("serving", None, "The one observed endpoint is ready.")


def test_legacy_endpoints_only() -> None:
    dual = build.service("a", selector=A, families=("IPv4", "IPv6"))
    subset = {"addresses": [{"ip": "10.0.0.1", "targetRef": P["targetRef"]}], "ports": [{"port": 8080}]}
    objects = [dual, pod(ips=("10.0.0.1", "fd00::1")), build.endpoints("a", [subset])]
    places = without("EndpointSlice")
    assert cells(objects, places, ("family", "expected", "observed", "drift", "serves")) == [
        ("IPv4", "ready", "ready", "none", True),
        ("IPv6", "ready", "unknown", "unknown", True),
    ]
    assert state(objects, places)["state"] == "serving"


def test_legacy_endpoints_drop_terminating_pods() -> None:
    objects = [SERVICE, pod(deleted=GONE), build.endpoints("a", None)]
    places = without("EndpointSlice")
    assert cells(objects, places) == [("p", "10.0.0.1", True, "terminating", "absent", "none", "TERMINATING")]
    assert state(objects, places)["state"] == "degraded"  # slices keep it until it is gone (EP-9, KX-13)
    assert cells(objects) == [("p", "10.0.0.1", True, "terminating", "absent", "missing", "TERMINATING")]
    published = [build.service("a", selector=A, publishNotReadyAddresses=True), pod(deleted=GONE), build.endpoints("a", None)]
    assert cells(published, places) == [("p", "10.0.0.1", True, "ready", "absent", "missing", None)]


def test_legacy_endpoints_that_are_truncated() -> None:
    cut = build.endpoints("a", [{"addresses": [{"ip": "10.0.0.2"}], "ports": [{"port": 8080}]}])
    cut["metadata"]["annotations"] = {"endpoints.kubernetes.io/over-capacity": "truncated"}
    objects = [SERVICE, pod(), pod("q", "10.0.0.2"), cut]
    assert cells(objects, without("EndpointSlice")) == [
        ("p", "10.0.0.1", True, "ready", "unknown", "unknown", None),
        ("q", "10.0.0.2", True, "ready", "ready", "none", None),
    ]


def test_nodes_are_a_gap() -> None:
    objects = [SERVICE, pod(node="node-gone")]
    assert cells(objects, columns=("expected", "reason")) == [("absent", "NODE_MISSING")]
    assert cells(objects, without("Node"), ("expected", "reason")) == [("ready", None)]
    assert said(objects, without("Node", "EndpointSlice", "Endpoints"))[2] == (
        "The one selected pod is ready. Nodes were not collected, so whether those of its pods exist was not checked."
    )


def test_a_kind_that_was_read_elsewhere_only() -> None:
    elsewhere: Places = without("Pod", "EndpointSlice", "Endpoints") | {"Pod": {"other": True}, "EndpointSlice": {"other": True}}
    found = said([SERVICE, pod(ns="other")], elsewhere)
    assert found == (
        "unknown",
        "NOT_COLLECTED",
        "Cannot be told: Pods, EndpointSlices and Endpoints of namespace shop were not collected.",
    )


# --- what is decided with care ------------------------------------------------------------------------------------


def test_pods_are_a_gap_and_the_slices_stand_alone() -> None:
    places = without("Pod")
    objects = [SERVICE, sliced(P, build.endpoint("10.0.0.2", target="q", conditions=NOT_READY))]
    assert cells(objects, places) == [
        ("p", "10.0.0.1", None, "unknown", "ready", "unknown", None),
        ("q", "10.0.0.2", None, "unknown", "not-ready", "unknown", "NOT_READY"),
    ]
    found = state(objects, places)
    assert (found["state"], found["selected"], found["ready"], found["not_ready"]) == ("serving", None, 1, 1)
    assert said([SERVICE, sliced()], places) == (
        "down",
        "NOT_COLLECTED",
        "No endpoint is observed. Pods of namespace shop were not collected, so which to expect is not known.",
    )


def test_pods_read_in_part_are_told_one_by_one() -> None:
    places = without("Pod") | {"Pod": {None: False}}
    objects = [
        SERVICE,
        pod(),
        pod("other", "10.0.0.3", labels={}),
        sliced(P, build.endpoint("10.0.0.2", target="q"), build.endpoint("10.0.0.3", target="other")),
    ]
    assert cells(objects, places) == [
        ("other", "10.0.0.3", False, "absent", "ready", "foreign", "SELECTOR_MISMATCH"),
        ("p", "10.0.0.1", True, "ready", "ready", "none", None),
        ("q", "10.0.0.2", None, "unknown", "ready", "unknown", None),
    ]


def test_an_address_without_reference_is_the_selected_pod_that_holds_it() -> None:
    by_node = build.endpoint("10.0.0.2") | {"targetRef": {"kind": "Node", "name": "node-a"}}
    objects = [SERVICE, pod(), pod("q", "10.0.0.2"), sliced(build.endpoint("10.0.0.1"), by_node, managed_by="someone-else.example.com")]
    assert cells(objects) == [
        ("p", "10.0.0.1", True, "ready", "ready", "none", None),
        ("q", "10.0.0.2", True, "ready", "ready", "none", None),
    ]


def test_a_finished_pod_does_not_hold_its_address() -> None:
    objects = [SERVICE, pod(phase="Failed", ready=False), pod("q"), sliced(build.endpoint("10.0.0.1"))]
    assert cells(objects, columns=("pod", "expected", "observed", "drift")) == [
        ("p", "absent", "absent", "none"),
        ("q", "ready", "ready", "none"),
    ]


def test_host_network_pods_are_not_named_by_their_address() -> None:
    objects = [MANUAL, pod("kube-proxy", "192.168.0.1", labels={}, spec={"hostNetwork": True}), sliced(build.endpoint("192.168.0.1"))]
    assert cells(objects, columns=("pod", "address", "serves")) == [(None, "192.168.0.1", True)]


def test_slices_of_an_older_service_of_that_name_still_count() -> None:
    old = sliced(P)
    old["metadata"]["ownerReferences"][0]["uid"] = "uid-of-the-service-before"
    assert cells([SERVICE, pod(), old], columns=("observed", "drift", "serves")) == [("ready", "none", True)]


def test_copies_in_several_slices_are_one_row() -> None:
    old = sliced(build.endpoint("10.0.0.1", target="p", conditions=LEAVING), name="a-1")
    assert cells([SERVICE, pod(), old, sliced(P, name="a-2")], columns=("pod", "observed", "drift")) == [("p", "ready", "none")]
    twice = [MANUAL, sliced(build.endpoint("10.9.0.1"), name="a-1"), sliced(build.endpoint("10.9.0.1"), name="a-2")]
    assert cells(twice, columns=("address", "observed")) == [("10.9.0.1", "ready")]


@pytest.mark.parametrize(
    ("given", "observed"),
    [
        pytest.param(({"port": 9999, "protocol": "TCP", "name": ""},), "ready", id="another number"),
        pytest.param(({"port": 8080, "protocol": "UDP", "name": ""},), "absent", id="another protocol"),
        pytest.param(({"name": ""},), "absent", id="no number"),
        pytest.param(None, "absent", id="no ports"),
    ],
)
def test_port_drift(given: tuple[build.Obj, ...] | None, observed: str) -> None:
    objects = [SERVICE, pod(), sliced(P, ports=given)]
    assert cells(objects, columns=("expected", "observed", "drift", "serves")) == [("ready", observed, "port", False)]
    assert said(objects)[:2] == ("down", "DRIFT_PORT")


def test_readiness_drift() -> None:
    objects = [SERVICE, pod(), sliced(build.endpoint("10.0.0.1", target="p", conditions=NOT_READY))]
    assert cells(objects) == [("p", "10.0.0.1", True, "ready", "not-ready", "readiness", None)]
    assert said(objects) == ("down", "DRIFT_READINESS", "The one selected pod does not serve; 1 has another state in the EndpointSlices.")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"phase": "Succeeded"}, "TERMINAL_PHASE", id="finished"),
        pytest.param({"node": "node-gone"}, "NODE_MISSING", id="on no node"),
    ],
)
def test_a_pod_that_should_be_in_no_slice_is_stale(options: build.Obj, reason: str) -> None:
    assert cells([SERVICE, pod(**options), sliced(P)]) == [("p", "10.0.0.1", True, "absent", "ready", "stale", reason)]


def test_a_slice_of_a_family_that_the_service_does_not_have() -> None:
    six = build.endpoint_slice("a", (build.endpoint("fd00::1", target="p"),), family="IPv6")
    objects = [SERVICE, pod(ips=("10.0.0.1", "fd00::1")), sliced(P), six]
    assert cells(objects, columns=("family", "expected", "observed", "drift", "reason", "rule")) == [
        ("IPv4", "ready", "ready", "none", None, None),
        ("IPv6", "absent", "ready", "stale", "FAMILY_MISSING", "EP-5"),
    ]
    assert state(objects)["state"] == "serving"  # kube-proxy reads no IPv6 slice of an IPv4 Service (KX-2)


def test_fqdn_slices_have_no_semantics() -> None:
    assert cells([MANUAL, build.endpoint_slice("a", ({"addresses": ["db.example.com"]},), family="FQDN")]) == []


def test_a_pod_without_status_is_unknown() -> None:
    stripped = pod()
    del stripped["status"]
    places = without("EndpointSlice", "Endpoints")
    assert cells([SERVICE, stripped], places, ("expected", "observed", "reason", "rule")) == [
        ("unknown", "unknown", "NOT_COLLECTED", "SN-23")
    ]
    assert said([SERVICE, stripped], places)[:2] == ("unknown", "NOT_COLLECTED")
    assert cells([SERVICE, stripped, sliced(P)], columns=("expected", "observed", "serves", "reason")) == [("unknown", "ready", True, None)]


def test_manifests_are_no_observations() -> None:
    manifest = build.workload("Deployment", "web", labels=A, ports=(build.port(8080, "http"),))
    del manifest["status"]
    service = build.service("a", selector=A, ports=(build.sport(80, "http"),))
    snap = knv.load([service, manifest])
    row = knv.backends(snap).iloc[0]
    assert (row["pod"], row["selected"], row["expected"], row["observed"], row["target_port"]) == ("web", True, "unknown", "unknown", 8080)
    assert (row["reason"], row["rule"]) == ("NOT_COLLECTED", "SN-12")
    (found,) = knv.service_states(snap).to_dict("records")
    assert (found["state"], found["reason"]) == ("unknown", "NOT_COLLECTED")
    assert found["detail"] == "Only manifests are known: workloads stand for their pods, so whether anything runs cannot be told."


def test_unknown_service() -> None:
    with pytest.raises(UnknownReference, match="shop/b"):
        knv.backends(covered([SERVICE], ALL), "shop/b")


# --- states -------------------------------------------------------------------------------------------------------

Q = build.endpoint("10.0.0.2", target="q")
CRASHING = {"containerStatuses": [{"name": "app", "ready": False, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}


def crashing(name: str, ip: str) -> build.Obj:
    return pod(name, ip, ready=False, status=CRASHING)


def test_serving() -> None:
    objects = [SERVICE, pod(), pod("q", "10.0.0.2"), sliced(P, Q)]
    assert state(objects) == {
        "namespace": "shop",
        "service": "a",
        "type": "ClusterIP",
        "managed": True,
        "state": "serving",
        "selected": 2,
        "ready": 2,
        "not_ready": 0,
        "terminating": 0,
        "nodes": 1,
        "zones": 1,
        "load_balancer": None,
        "reason": None,
        "detail": "Both selected pods are ready.",
        "rule": None,
    }
    assert state([SERVICE, pod()], without("EndpointSlice", "Endpoints"))["state"] == "serving"


def test_a_terminating_pod_beside_a_ready_one_takes_nothing_away() -> None:
    leaving = build.endpoint("10.0.0.2", target="q", conditions=LEAVING)
    found = state([SERVICE, pod(), pod("q", "10.0.0.2", deleted=GONE), sliced(P, leaving)])
    assert (found["state"], found["selected"], found["ready"], found["terminating"]) == ("serving", 2, 1, 1)


def test_degraded() -> None:
    down = [build.endpoint(f"10.0.0.{n}", target=f"c{n}", conditions=NOT_READY) for n in (3, 4)]
    objects = [SERVICE, pod(), pod("q", "10.0.0.2"), crashing("c3", "10.0.0.3"), crashing("c4", "10.0.0.4"), sliced(P, Q, *down)]
    found = state(objects)
    assert (found["state"], found["reason"], found["rule"], found["not_ready"]) == ("degraded", "NOT_READY", "EP-7", 2)
    assert found["detail"] == "2 of 4 selected pods are ready; 2 are not ready (CrashLoopBackOff)."


def test_degraded_because_one_port_of_a_pod_does_not_resolve() -> None:
    service = build.service("a", selector=A, ports=(build.sport(80, 8080, "web"), build.sport(81, "metrics", "metrics")))
    found = state([service, pod(), sliced(P, ports=({"port": 8080, "protocol": "TCP", "name": "web"},))])
    assert (found["state"], found["reason"], found["ready"]) == ("degraded", "PORT_UNRESOLVED", 1)


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        pytest.param([sliced(P, build.endpoint("10.0.0.9", target="ghost"))], "DRIFT_STALE", id="stale address"),
        pytest.param([pod("f", "10.0.0.9", labels={}), sliced(P, build.endpoint("10.0.0.9", target="f"))], "DRIFT_FOREIGN", id="foreign"),
        pytest.param([pod("q", "10.0.0.2"), sliced(P)], "DRIFT_MISSING", id="missing"),
    ],
)
def test_degraded_by_drift(extra: list[build.Obj], reason: str) -> None:
    found = state([SERVICE, pod(), *extra])
    assert (found["state"], found["reason"], found["ready"], found["not_ready"]) == (
        "degraded",
        reason,
        1,
        len(extra) - 1 - (reason == "DRIFT_FOREIGN"),
    )


def test_a_stale_address_that_is_not_ready_takes_no_traffic() -> None:
    ghost = build.endpoint("10.0.0.9", target="ghost", conditions=NOT_READY)
    assert state([SERVICE, pod(), sliced(P, ghost)])["state"] == "serving"


def test_only_terminating_backends_that_still_serve_are_left() -> None:
    leaving = build.endpoint("10.0.0.1", target="p", conditions=LEAVING)
    objects = [SERVICE, pod(deleted=GONE), sliced(leaving)]
    assert said(objects) == ("degraded", "TERMINATING", "The one selected pod is terminating, but still serves.")
    assert said([MANUAL, sliced(build.endpoint("10.9.0.1", conditions=LEAVING))])[:2] == ("degraded", "TERMINATING")


def test_down() -> None:
    down = build.endpoint("10.0.0.1", target="p", conditions=NOT_READY)
    assert said([SERVICE, crashing("p", "10.0.0.1"), sliced(down)])[:2] == ("down", "NOT_READY")
    assert said([SERVICE, sliced(build.endpoint("10.0.0.9", target="ghost"))]) == (
        "down",
        "SELECTS_NOTHING",
        "The selector app=a selects no pod in namespace shop; 1 stale address is still in the EndpointSlices.",
    )
    assert said([MANUAL]) == ("down", "NO_ENDPOINTS", "No endpoint is observed.")


def test_empty() -> None:
    idle = build.workload("Deployment", "web", labels=A | {"tier": "x"}, replicas=0)
    other = pod("other", labels={})  # pods were read
    assert said([SERVICE, other, idle, sliced()]) == (
        "empty",
        "SCALED_TO_ZERO",
        "The selector app=a selects no pod because its workload is scaled to zero.",
    )
    finished = pod(phase="Succeeded", ready=False)
    assert said([SERVICE, idle, finished])[:2] == ("empty", "SCALED_TO_ZERO")
    assert said([SERVICE, other, build.workload("Deployment", "web", labels=A, replicas=2)])[:2] == ("down", "SELECTS_NOTHING")
    old = build.workload("ReplicaSet", "web-1", labels=A, replicas=0, owner=("Deployment", "web"))
    assert said([SERVICE, other, build.workload("Deployment", "web", labels=A, replicas=2), old])[:2] == ("down", "SELECTS_NOTHING")


def test_not_empty_where_workloads_were_not_collected() -> None:
    assert said([SERVICE, sliced()], without("Deployment", "StatefulSet", "ReplicaSet")) == (
        "down",
        "SELECTS_NOTHING",
        "The selector app=a selects no pod in namespace shop. Whether its workload is scaled to zero cannot be told: "
        "Deployments and StatefulSets of namespace shop were not collected.",
    )


def test_external() -> None:
    service = build.service("a", type="ExternalName", externalName="db.example.com")
    found = state([service])
    assert (found["state"], found["reason"], found["ready"], found["selected"]) == ("external", None, None, None)


def test_unknown() -> None:
    places = without("EndpointSlice", "Endpoints")
    assert said([MANUAL], places) == (
        "unknown",
        "NOT_COLLECTED",
        "Cannot be told: it has no selector, and EndpointSlices and Endpoints of namespace shop were not collected.",
    )
    found = state([MANUAL], places)
    assert (found["ready"], found["nodes"], found["zones"], found["rule"]) == (None, None, None, "SN-26")


def test_the_most_frequent_first_reason_then_the_order_of_steps() -> None:
    waiting = [pod("w1", phase="Pending", ips=(), ready=False), pod("w2", phase="Pending", ips=(), ready=False)]
    assert state([SERVICE, *waiting, crashing("c", "10.0.0.3")])["reason"] == "NO_POD_IP"
    assert state([SERVICE, waiting[0], crashing("c", "10.0.0.3"), crashing("d", "10.0.0.4")])["reason"] == "NOT_READY"
    assert state([SERVICE, waiting[0], crashing("c", "10.0.0.3")])["reason"] == "NO_POD_IP"
    finished = [pod(f"f{n}", f"10.0.1.{n}", phase="Failed", ready=False) for n in (1, 2)]
    assert state([SERVICE, *finished, crashing("c", "10.0.0.3")])["reason"] == "NOT_READY"  # finished pods keep nothing from serving


def test_load_balancer() -> None:
    balanced = build.service("a", type="LoadBalancer", selector=A)
    assert state([balanced])["load_balancer"] == "pending"
    given = balanced | {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}}
    assert state([given])["load_balancer"] == "assigned"
    assert state([SERVICE])["load_balancer"] is None


def test_nodes_and_zones_count_serving_backends() -> None:
    far = build.node("node-b", zone="zone-b")
    objects = [SERVICE, far, pod(), pod("q", "10.0.0.2", node="node-b"), crashing("c", "10.0.0.3")]
    found = state(objects, without("EndpointSlice", "Endpoints"))
    assert (found["nodes"], found["zones"]) == (2, 2)
    found = state([SERVICE, pod()], without("Node", "EndpointSlice", "Endpoints"))
    assert (found["nodes"], found["zones"]) == (1, 1)  # the Node object is there, though others may be missing


def test_the_worked_example_of_the_documentation() -> None:
    labels, http = {"app": "cart"}, (build.port(8080, "http"),)
    service = build.service("cart", selector=labels, ports=(build.sport(80, "http"),))
    objects = [
        service,
        NODE,
        build.pod("cart-1", labels=labels, ports=http, ips=("10.0.0.1",)),
        build.pod("cart-2", labels=labels, ports=http, ips=("10.0.0.2",), ready=False, status=CRASHING),
        build.pod("cart-3", labels=labels, ports=(build.port(8080, "web"),), ips=("10.0.0.3",)),
        build.pod("cart-4", labels=labels, ports=http, ips=("10.0.0.4",), uid="new"),
        build.endpoint_slice(
            "cart",
            (
                build.endpoint("10.0.0.1", target="cart-1"),
                build.endpoint("10.0.0.2", target="cart-2", conditions=NOT_READY),
                build.endpoint("10.0.0.9", target="cart-4", uid="old"),
            ),
            name="cart-1",
        ),
        build.endpoint_slice("cart", (build.endpoint("10.0.0.3", target="cart-3"),), ports=None, name="cart-2"),
    ]
    snap = knv.load(objects)
    rows = knv.backends(snap, "shop/cart")[["pod", "expected", "observed", "drift", "reason"]].astype(object)
    assert [tuple(row) for row in rows.where(rows.notna(), None).itertuples(index=False)] == [
        ("cart-1", "ready", "ready", "none", None),
        ("cart-2", "not-ready", "not-ready", "none", "NOT_READY"),
        ("cart-3", "absent", "absent", "none", "PORT_UNRESOLVED"),
        ("cart-4", "ready", "absent", "missing", None),
        ("cart-4", "absent", "ready", "stale", "NO_SUCH_POD"),
    ]
    (found,) = knv.service_states(snap).to_dict("records")
    assert (found["state"], found["selected"], found["ready"], found["not_ready"]) == ("degraded", 4, 1, 3)
    assert (found["reason"], found["detail"]) == (
        "PORT_UNRESOLVED",
        "1 of 4 selected pods is ready; 1 does not declare the target port (http); 1 is missing from the EndpointSlices; "
        "1 stale address is still in the EndpointSlices.",
    )


def test_the_words_of_what_fails() -> None:
    dual = build.service("a", selector=A, families=("IPv4", "IPv6"))
    assert said([dual, pod(), sliced(P), sliced(family="IPv6", ports=None)]) == (
        "degraded",
        "FAMILY_MISSING",
        "The one selected pod is ready, but has no IPv6 address.",
    )
    leaving = [build.endpoint(f"10.0.0.{n}", target=f"p{n}", conditions=LEAVING) for n in (1, 2, 3)]
    going = [pod(f"p{n}", f"10.0.0.{n}", deleted=GONE) for n in (1, 2)]
    assert said([SERVICE, *going, sliced(*leaving[:2])])[2] == "Both selected pods are terminating, but still serve."
    third = pod("p3", "10.0.0.3", ready=False, deleted=GONE)
    gone = build.endpoint("10.0.0.3", target="p3", conditions=LEAVING | {"serving": False})
    assert said([SERVICE, *going, third, sliced(*leaving[:2], gone)])[2] == (
        "No selected pod is ready; 2 of 3 still serve while terminating."
    )
    assert said([SERVICE, pod("q", "10.0.0.9"), going[0], sliced(build.endpoint("10.0.0.9", target="q"), leaving[0])]) == (
        "serving",
        None,
        "1 of 2 selected pods is ready; 1 is terminating.",
    )
    crowd = [crashing(f"c{n}", f"10.0.0.{n}") for n in range(1, 4)]
    seen = [build.endpoint(f"10.0.0.{n}", target=f"c{n}", conditions=NOT_READY) for n in range(1, 4)]
    assert said([SERVICE, *crowd, sliced(*seen)])[2] == "None of the 3 selected pods is ready (CrashLoopBackOff)."
    assert said([MANUAL, sliced(build.endpoint("10.9.0.1"), ports=({"port": 80, "protocol": "TCP", "name": "web"},))]) == (
        "down",
        "NO_ENDPOINTS",
        "No observed endpoint has a port of the Service.",
    )
    silent = build.endpoint("10.9.0.1", conditions=NOT_READY)
    assert said([MANUAL, sliced(silent)])[2] == "The one observed endpoint is not ready."


def test_the_words_of_ports_and_of_addresses_of_others() -> None:
    named = build.service("a", selector=A, ports=(build.sport(53, "dns", "t"),))
    udp = pod(ports=(build.port(53, "dns", "UDP"),))
    assert said([named, udp, sliced()])[2].startswith("The one selected pod does not declare the target port (dns over TCP)")
    init = pod(spec={"initContainers": [{"name": "i", "ports": [build.port(53, "dns")]}]})
    assert said([named, init, sliced()])[2].startswith(
        "The one selected pod does not declare the target port (dns, which only an init container declares)"
    )
    away = build.endpoint("10.7.0.1", target="far", ns="other")
    assert said([SERVICE, sliced(away)], without("Pod"))[2] == (
        "No endpoint of its own is observed; 1 address of a pod that is not selected is in the EndpointSlices. "
        "Pods of namespace shop were not collected, so which to expect is not known."
    )


def test_hostile_names_stay_on_one_line() -> None:
    hostile = build.service("a", ns="sh\x1b[31mop\n", selector={"ap\u202ep": "a\nb"})
    detail = state([hostile])["detail"]
    assert detail.startswith("The selector ap\\u202ep=a\\x0ab selects no pod in namespace sh\\x1b[31mop\\x0a.")
    pods = pod(ns="sh\x1b[31mop\n", status={"conditions": [{"type": "Ready", "status": "Fal\nse", "reason": "a\rb"}]})
    assert not set(state([build.service("a", ns="sh\x1b[31mop\n", selector=A), pods], without("Node"))["detail"]) & set("\x1b\n\r")


def test_live_workloads_do_not_stand_for_pods_that_were_not_read() -> None:
    live = build.workload("Deployment", "web", labels=A)
    snap = covered([SERVICE, live, sliced(P)], {**ALL, "Pod": {}, "Deployment": {None: True}})
    assert list(knv.backends(snap)["pod"]) == ["p"]
    assert knv.service_states(snap)["state"].tolist() == ["serving"]


def test_slices_of_a_family_that_the_service_does_not_have_are_no_reason() -> None:
    other = build.endpoint("fd00::1", target="p")
    named = build.service("a", selector=A, ports=(build.sport(80, 8080, "web"), build.sport(81, "dns", "dns")))
    ports = ({"port": 8080, "protocol": "TCP", "name": "web"},)
    both = pod("p", status={"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]})
    wrong = ({"port": 8080, "protocol": "TCP", "name": "web"}, {"port": 53, "protocol": "TCP", "name": "dns"})
    found = state([named, both, sliced(P, ports=ports), sliced(other, ports=wrong, family="IPv6")])
    assert (found["state"], found["reason"], found["rule"]) == ("degraded", "PORT_UNRESOLVED", "EP-14")
    leaving = build.endpoint("fd00::1", conditions=LEAVING)
    found = state([MANUAL, sliced(leaving, family="IPv6", managed_by=None)])
    assert [found[name] for name in ("state", "reason", "not_ready", "terminating")] == ["down", "NO_ENDPOINTS", 0, 0]

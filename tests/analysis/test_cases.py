"""The tricky cases of section 11.1 of the reference, literally."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import k8snetviz as knv
from tests import build

A = {"app": "a"}
GONE = "2026-01-01T00:10:00Z"
PLACEHOLDER = build.endpoint_slice("other", None, ports=None)  # slices were read; this Service has none


def rows(*objects: build.Obj, service: str = "shop/a", node: bool = True) -> list[dict[str, Any]]:
    """Return the ledger of one Service; missing cells are None."""
    given = [*objects, *([build.node("node-a")] if node else [])]
    frame = knv.backends(knv.load(build.as_list(given)), service).astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


def short(
    *objects: build.Obj, columns: tuple[str, ...] = ("pod", "expected", "observed", "drift", "reason", "rule"), **options: Any
) -> list[Any]:
    return [tuple(row[name] for name in columns) for row in rows(*objects, **options)]


def state(*objects: build.Obj, service: str = "a", node: bool = True) -> dict[str, Any]:
    """Return the row of SERVICE_STATES of one Service."""
    given = [*objects, *([build.node("node-a")] if node else [])]
    frame = knv.service_states(knv.load(build.as_list(given))).astype(object)
    frame = frame.where(frame.notna(), None)
    (row,) = frame[frame["service"] == service].to_dict("records")
    return row


def sliced(*endpoints: build.Obj, **options: Any) -> build.Obj:
    return build.endpoint_slice("a", tuple(endpoints), **options)


def test_t01_extra_labels_do_not_hurt() -> None:
    pod = build.pod("p", labels=A | {"tier": "x"})
    objects = (build.service("a", selector=A), pod, sliced(build.endpoint("10.0.0.1", target="p")))
    (row,) = rows(*objects)
    assert row == {
        "namespace": "shop",
        "service": "a",
        "port_name": None,
        "port": 80,
        "protocol": "TCP",
        "family": "IPv4",
        "pod_namespace": "shop",
        "pod": "p",
        "workload_kind": None,
        "workload": None,
        "address": "10.0.0.1",
        "node": "node-a",
        "zone": "zone-a",
        "selected": True,
        "target_port": 8080,
        "observed_port": 8080,
        "expected": "ready",
        "observed": "ready",
        "drift": "none",
        "reason": None,
        "field": None,
        "value": None,
        "rule": None,
        "serves": True,
    }
    assert state(*objects)["state"] == "serving"


def test_t02_a_missing_key_is_not_an_empty_value() -> None:
    service = build.service("a", selector={"app": ""})
    assert rows(service, build.pod("p", labels={"tier": "x"}), PLACEHOLDER) == []
    assert short(service, build.pod("q", labels={"app": ""}), sliced(build.endpoint("10.0.0.1", target="q")), columns=("pod",)) == [("q",)]


def test_t03_a_terminal_pod_is_a_row_and_no_member() -> None:
    objects = (build.service("a", selector=A), build.pod("p", labels=A, phase="Succeeded", ready=False), PLACEHOLDER)
    (row,) = rows(*objects)
    assert (row["expected"], row["observed"], row["drift"], row["selected"]) == ("absent", "absent", "none", True)
    assert (row["reason"], row["field"], row["value"], row["rule"]) == ("TERMINAL_PHASE", "status.phase", "Succeeded", "EP-1c")
    assert (state(*objects)["state"], state(*objects)["selected"], state(*objects)["reason"]) == ("down", 0, "TERMINAL_PHASE")


NOT_READY = {"ready": False, "serving": False, "terminating": False}
LEAVING = {"ready": False, "serving": True, "terminating": True}


def test_t04_not_ready() -> None:
    waiting = {"containerStatuses": [{"name": "app", "ready": False, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}
    pod = build.pod("p", labels=A, ready=False, status=waiting)
    objects = (build.service("a", selector=A), pod, sliced(build.endpoint("10.0.0.1", target="p", conditions=NOT_READY)))
    (row,) = rows(*objects)
    assert (row["expected"], row["observed"], row["drift"], row["serves"]) == ("not-ready", "not-ready", "none", False)
    assert (row["reason"], row["rule"]) == ("NOT_READY", "EP-7")
    assert row["field"] == "status.containerStatuses[0].state"
    assert row["value"].startswith("CrashLoopBackOff")
    found = state(*objects)
    assert (found["state"], found["reason"], found["not_ready"]) == ("down", "NOT_READY", 1)
    assert found["detail"] == "The one selected pod is not ready (CrashLoopBackOff)."


def test_t05_publish_not_ready() -> None:
    published = {"ready": True, "serving": False, "terminating": False}
    objects = (
        build.service("a", selector=A, publishNotReadyAddresses=True),
        build.pod("p", labels=A, ready=False),
        sliced(build.endpoint("10.0.0.1", target="p", conditions=published)),
    )
    assert short(*objects) == [("p", "ready", "ready", "none", None, None)]
    assert state(*objects)["state"] == "serving"


def test_t06_terminating_and_serving_is_all_that_is_left() -> None:
    objects = (
        build.service("a", selector=A),
        build.pod("p", labels=A, deleted=GONE),
        sliced(build.endpoint("10.0.0.1", target="p", conditions=LEAVING)),
    )
    assert short(*objects) == [("p", "terminating", "terminating", "none", "TERMINATING", "EP-7")]
    assert rows(*objects)[0]["value"] == GONE
    found = state(*objects)
    assert (found["state"], found["reason"], found["ready"], found["terminating"]) == ("degraded", "TERMINATING", 0, 1)


def test_t07_terminating_and_published() -> None:
    published = {"ready": True, "serving": True, "terminating": True}
    objects = (
        build.service("a", selector=A, publishNotReadyAddresses=True),
        build.pod("p", labels=A, deleted=GONE),
        sliced(build.endpoint("10.0.0.1", target="p", conditions=published)),
    )
    assert short(*objects) == [("p", "ready", "ready", "none", None, None)]
    found = state(*objects)
    assert (found["state"], found["ready"], found["terminating"]) == ("serving", 1, 1)


def test_t08_no_address_yet() -> None:
    pod = build.pod("p", labels=A, ready=False, phase="Pending", ips=())
    objects = (build.service("a", selector=A), pod, PLACEHOLDER)
    assert short(*objects) == [("p", "absent", "absent", "none", "NO_POD_IP", "EP-1d")]
    assert state(*objects)["reason"] == "NO_POD_IP"


def test_t09_named_port_resolves_per_pod() -> None:
    http = build.service("a", selector=A, ports=(build.sport(80, "http"),))
    objects = (
        http,
        build.pod("p", labels=A, ips=("10.0.0.1",), ports=(build.port(8080, "http"),)),
        build.pod("q", labels=A, ips=("10.0.0.2",), ports=(build.port(9090, "http"),)),
        sliced(build.endpoint("10.0.0.1", target="p"), name="a-1"),
        sliced(build.endpoint("10.0.0.2", target="q"), name="a-2", ports=({"port": 9090, "protocol": "TCP", "name": ""},)),
    )
    assert short(*objects, columns=("pod", "target_port", "drift")) == [("p", 8080, "none"), ("q", 9090, "none")]
    assert state(*objects)["state"] == "serving"


def test_t10_same_name_other_protocol() -> None:
    service = build.service("a", selector=A, ports=(build.sport(53, "dns", protocol="UDP"),))
    pod = build.pod("p", labels=A, ports=(build.port(5353, "dns", "TCP"),))
    objects = (service, pod, sliced(build.endpoint("10.0.0.1", target="p"), ports=None))
    (row,) = rows(*objects)
    assert (row["expected"], row["observed"], row["drift"], row["target_port"]) == ("absent", "absent", "none", None)
    assert (row["reason"], row["field"], row["value"], row["rule"]) == ("PORT_UNRESOLVED", "spec.ports[0].targetPort", "dns", "EP-16")
    assert (state(*objects)["state"], state(*objects)["reason"], state(*objects)["rule"]) == ("down", "PORT_UNRESOLVED", "EP-16")


@pytest.mark.parametrize(
    ("init", "found"),
    [
        pytest.param({"restartPolicy": "Always"}, ("ready", 9100, None, None), id="t11 sidecar"),
        pytest.param({}, ("absent", None, "PORT_UNRESOLVED", "EP-13"), id="t12 ordinary init container"),
    ],
)
def test_t11_t12_init_containers(init: build.Obj, found: tuple[Any, ...]) -> None:
    container = {"name": "init", "ports": [build.port(9100, "metrics")]} | init
    service = build.service("a", selector=A, ports=(build.sport(80, "metrics"),))
    pod = build.pod("p", labels=A, spec={"initContainers": [container]})
    assert short(service, pod, PLACEHOLDER, columns=("expected", "target_port", "reason", "rule")) == [found]


def test_t13_first_container_in_the_list_wins() -> None:
    containers = [{"name": "one", "ports": [build.port(8080, "http")]}, {"name": "two", "ports": [build.port(8081, "http")]}]
    pod = build.pod("p", labels=A, spec={"containers": containers})
    service = build.service("a", selector=A, ports=(build.sport(80, "http"),))
    assert short(service, pod, PLACEHOLDER, columns=("target_port",)) == [(8080,)]


def test_t14_a_number_needs_no_declaration() -> None:
    objects = (build.service("a", selector=A), build.pod("p", labels=A), sliced(build.endpoint("10.0.0.1", target="p")))
    assert short(*objects, columns=("target_port", "serves")) == [(8080, True)]


def test_t15_dual_stack_service_and_ipv4_pod() -> None:
    service = build.service("a", selector=A, families=("IPv4", "IPv6"))
    objects = (
        service,
        build.pod("p", labels=A),
        sliced(build.endpoint("10.0.0.1", target="p")),
        build.endpoint_slice("a", None, ports=None, family="IPv6"),
    )
    assert short(*objects, columns=("family", "expected", "observed", "drift", "reason", "field", "value", "rule")) == [
        ("IPv4", "ready", "ready", "none", None, None, None, None),
        ("IPv6", "absent", "absent", "none", "FAMILY_MISSING", "status.podIPs", "10.0.0.1", "EP-6"),
    ]
    assert (state(*objects)["state"], state(*objects)["reason"]) == ("degraded", "FAMILY_MISSING")


def test_t16_headless_without_ports() -> None:
    service = build.service("a", selector=A, ports=(), cluster_ips=("None",))
    objects = (
        service,
        build.pod("p", labels=A, ips=("10.0.0.1",)),
        build.pod("q", labels=A, ips=("10.0.0.2",)),
        sliced(build.endpoint("10.0.0.1", target="p"), build.endpoint("10.0.0.2", target="q"), ports=None),
    )
    assert short(*objects, columns=("pod", "port", "protocol", "target_port", "serves")) == [
        ("p", None, None, None, True),
        ("q", None, None, None, True),
    ]
    assert (state(*objects)["state"], state(*objects)["ready"]) == ("serving", 2)


def test_t17_headless_resolves_the_target_port() -> None:
    service = build.service("a", selector=A, cluster_ips=("None",))
    objects = (service, build.pod("p", labels=A), sliced(build.endpoint("10.0.0.1", target="p")))
    assert short(*objects, columns=("port", "target_port", "drift")) == [(80, 8080, "none")]


@pytest.mark.parametrize("selector", [pytest.param(None, id="t18 no selector"), pytest.param({}, id="t19 empty selector")])
def test_t18_t19_nobody_manages(selector: dict[str, str] | None) -> None:
    objects = (build.service("a", selector=selector), build.pod("p", labels=A), PLACEHOLDER)
    assert rows(*objects) == []
    found = state(*objects)
    assert (found["managed"], found["state"], found["reason"], found["rule"]) == (False, "down", "NO_ENDPOINTS", "EP-40")
    assert found["selected"] is None


def test_t20_endpoints_that_nobody_mirrors() -> None:
    manual = build.endpoints("a", [{"addresses": [{"ip": "10.9.0.1"}], "ports": [{"port": 8080, "protocol": "TCP"}]}])
    mirrored = (build.service("a"), manual)
    assert short(*mirrored, columns=("address", "serves")) == [("10.9.0.1", True)]
    manual = manual | {"metadata": manual["metadata"] | {"labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}}}
    assert rows(build.service("a"), manual, PLACEHOLDER) == []
    assert (state(build.service("a"), manual, PLACEHOLDER)["state"]) == "down"
    assert rows(build.service("a"), manual) == []
    assert state(build.service("a"), manual)["state"] == "unknown"  # its author may write slices, and slices were not read


def test_t20_the_api_server_writes_both_itself() -> None:
    own = build.endpoints("kubernetes", [{"addresses": [{"ip": "172.18.0.3"}], "ports": [{"port": 6443}]}], ns="default")
    own["metadata"]["labels"] = {"endpointslice.kubernetes.io/skip-mirror": "true"}
    service = build.service("kubernetes", ns="default", ports=(build.sport(443, 6443),))
    assert short(service, own, columns=("address", "serves"), service="default/kubernetes") == [("172.18.0.3", True)]


def test_t21_no_conditions_mean_ready() -> None:
    manual = sliced({"addresses": ["10.9.0.1"], "conditions": {}}, managed_by=None)
    (row,) = rows(build.service("a"), manual)
    assert (row["observed"], row["expected"], row["selected"], row["drift"], row["reason"]) == ("ready", None, None, "none", None)
    assert (row["pod"], row["serves"], row["target_port"]) == (None, True, 8080)


WEB = ({"port": 8080, "protocol": "TCP", "name": "web"},)


def test_t22_the_port_name_joins_not_the_number() -> None:
    service = build.service("a", selector=A, ports=(build.sport(80, 8080, name="http"),))
    objects = (service, build.pod("p", labels=A), sliced(build.endpoint("10.0.0.1", target="p"), ports=WEB))
    assert short(*objects) == [("p", "ready", "absent", "port", None, None)]
    found = state(*objects)
    assert (found["state"], found["reason"], found["rule"]) == ("down", "DRIFT_PORT", "KX-3")
    manual = build.service("a", ports=(build.sport(80, 8080, name="http"),))
    by_hand = (manual, sliced({"addresses": ["10.9.0.1"]}, ports=WEB, managed_by=None))
    assert short(*by_hand, columns=("address", "observed", "drift", "serves")) == [("10.9.0.1", "absent", "none", False)]
    assert state(*by_hand)["state"] == "down"


def test_t23_many_slices_and_truncated_endpoints() -> None:
    pods = [build.pod(f"p{n:04}", labels=A, ips=(f"10.0.{n // 250}.{n % 250 + 1}",)) for n in range(1500)]
    endpoints = [build.endpoint(pod["status"]["podIP"], target=pod["metadata"]["name"]) for pod in pods]
    slices = [sliced(*endpoints[start : start + 100], name=f"a-{start:04}") for start in range(0, 1500, 100)]
    service = build.service("a", selector=A)
    frame = pd.DataFrame(rows(service, *pods, *slices))
    assert (len(frame), frame["serves"].all()) == (1500, True)
    subset = {"addresses": [{"ip": e["addresses"][0], "targetRef": e["targetRef"]} for e in endpoints[:1000]], "ports": [{"port": 8080}]}
    cut = build.endpoints("a", [subset], annotations={"endpoints.kubernetes.io/over-capacity": "truncated"})
    frame = pd.DataFrame(rows(service, *pods, cut))
    assert frame.groupby(["observed", "drift"]).size().to_dict() == {("ready", "none"): 1000, ("unknown", "unknown"): 500}
    assert frame["serves"].all()


def test_t24_external_name_ignores_its_selector() -> None:
    service = build.service("a", type="ExternalName", selector=A, externalName="db.example.com")
    objects = (service, build.pod("p", labels=A), PLACEHOLDER)
    assert rows(*objects) == []
    found = state(*objects)
    assert (found["state"], found["managed"], found["reason"], found["rule"]) == ("external", False, None, None)
    assert found["detail"] == "A DNS alias of db.example.com; no backends of its own."


@pytest.mark.parametrize(
    ("publish", "found"),
    [
        pytest.param(False, ("absent", "NODE_MISSING", "spec.nodeName", "node-gone", "EP-3"), id="left out"),
        pytest.param(True, ("ready", None, None, None, None), id="published"),
    ],
)
def test_t25_the_node_is_gone(publish: bool, found: tuple[Any, ...]) -> None:
    service = build.service("a", selector=A, publishNotReadyAddresses=publish)
    pod = build.pod("p", labels=A, node="node-gone")
    assert short(service, pod, PLACEHOLDER, columns=("expected", "reason", "field", "value", "rule")) == [found]


def test_t26_two_host_network_pods_on_one_node() -> None:
    host = {"hostNetwork": True}
    objects = (
        build.service("a", selector=A),
        build.pod("p", labels=A, ips=("192.168.0.1",), spec=host),
        build.pod("q", labels=A, ips=("192.168.0.1",), spec=host),
        sliced(build.endpoint("192.168.0.1", target="p"), build.endpoint("192.168.0.1", target="q")),
    )
    assert short(*objects, columns=("pod", "address", "serves")) == [("p", "192.168.0.1", True), ("q", "192.168.0.1", True)]


def test_t27_a_placeholder_is_no_endpoint() -> None:
    objects = (build.service("a", selector=A), build.endpoint_slice("a", None, ports=None), build.pod("other", labels={"app": "b"}))
    assert rows(*objects) == []
    found = state(*objects)
    assert (found["state"], found["reason"], found["rule"]) == ("down", "SELECTS_NOTHING", "EP-1b")


def test_terminating_without_serving_still_serves() -> None:
    leaving = build.endpoint("10.0.0.1", conditions={"ready": False, "terminating": True})
    objects = (build.service("a"), sliced(leaving, managed_by=None))
    assert short(*objects, columns=("observed", "reason", "rule")) == [("terminating", "TERMINATING", "EP-8")]
    assert state(*objects)["state"] == "degraded"


def test_the_port_that_the_slices_name_stands_beside_the_resolved_one() -> None:
    wrong = ({"port": 9999, "protocol": "TCP", "name": ""},)
    pod = build.pod("p", labels=A)
    columns = ("target_port", "observed_port", "drift")
    service = build.service("a", selector=A)
    assert short(service, pod, sliced(build.endpoint("10.0.0.1", target="p"), ports=wrong), columns=columns) == [(8080, 9999, "port")]
    both = [
        sliced(build.endpoint("10.0.0.1", target="p"), name="one"),
        sliced(build.endpoint("10.0.0.1", target="p"), ports=wrong, name="two"),
    ]
    assert short(service, pod, *both, columns=columns) == [(8080, 9999, "port")]
    assert short(service, pod, PLACEHOLDER, columns=columns) == [(8080, None, "missing")]
    bare = build.service("a", selector=A, ports=(), cluster_ips=("None",))
    assert short(bare, pod, sliced(build.endpoint("10.0.0.1", target="p"), ports=None), columns=columns) == [(None, None, "none")]

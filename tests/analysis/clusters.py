"""Random small clusters for hypothesis: Services, pods, and slices that are right or have planted drift."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests import build
from tests.analysis import reference
from tests.analysis.covered import Places

Draw = Any
SPACES = ("a", "b")
NODES = ("node-a", "node-b", "node-gone")
KINDS = ("Pod", "Node", "EndpointSlice", "Endpoints")


@st.composite
def clusters(draw: Draw) -> tuple[list[build.Obj], Places]:
    """Draw API objects and what of them counts as read."""
    pods = [_pod(draw, place) for place in range(draw(st.integers(0, 6)))]
    services = [_service(draw, place) for place in range(draw(st.integers(1, 4)))]
    nodes = [build.node("node-a", zone="z1"), build.node("node-b", zone=None)]
    places: Places = {"Service": {None: True}}
    for kind in KINDS:
        chosen = draw(st.sampled_from(("all", "all", "all", "a", "part", "part of a", "nothing")))
        places |= {kind: spaces} if (spaces := _spaces(chosen)) else {}
    observed = [item for service in services for item in _observed(draw, service, pods, nodes)]
    objects = [item for item in [*pods, *nodes, *observed] if _is_read(places, item)]
    if places.get("Pod") == {None: True} and pods:
        objects += [_workload(draw, place) for place in range(draw(st.integers(0, 2)))]
        places |= {kind: {None: True} for kind in ("Deployment", "StatefulSet", "ReplicaSet")}
    return services + objects, places


def _spaces(chosen: str) -> dict[str | None, bool]:
    return {
        "all": {None: True},
        "a": {"a": True},
        "part": {None: False},
        "part of a": {"a": False, "b": True},
        "nothing": {},
    }[chosen]  # type: ignore[return-value]


def _is_read(places: Places, item: build.Obj) -> bool:
    spaces = places.get(item["kind"], {})
    if item["kind"] == "Node":
        return None in spaces
    return None in spaces or item["metadata"]["namespace"] in spaces


def _labels(draw: Draw) -> dict[str, str]:
    labels = {"app": draw(st.sampled_from(("x", "y", "", "X")))}
    if draw(st.booleans()):
        labels["tier"] = draw(st.sampled_from(("t", "u")))
    if draw(st.integers(0, 5)) == 0:
        del labels["app"]
    return labels


def _container_ports(draw: Draw) -> tuple[build.Obj, ...]:
    count = draw(st.integers(0, 2))
    return tuple(
        build.port(
            draw(st.sampled_from((8080, 9090))), draw(st.sampled_from((None, "http", "dns"))), draw(st.sampled_from(("TCP", "TCP", "UDP")))
        )
        for _ in range(count)
    )


def _pod(draw: Draw, place: int) -> build.Obj:
    four, six = f"10.0.0.{place + 1}", f"fd00::{place + 1}"
    ips = draw(st.sampled_from(((four,), (four, six), (six, four), (), (four,))))
    spec: build.Obj = {}
    if draw(st.integers(0, 5)) == 0:
        spec["hostNetwork"] = True
        ips = (draw(st.sampled_from(("192.168.0.1", "192.168.0.2"))),)
    if draw(st.integers(0, 3)) == 0:
        restart = draw(st.sampled_from(({"restartPolicy": "Always"}, {})))
        spec["initContainers"] = [{"name": "init", "ports": list(_container_ports(draw)), **restart}]
    if draw(st.integers(0, 3)) == 0:
        spec["containers"] = [{"name": name, "ports": list(_container_ports(draw))} for name in ("app", "side")]
    pod = build.pod(
        f"p{place}",
        ns=draw(st.sampled_from(SPACES)),
        labels=_labels(draw),
        ips=ips,
        ready=draw(st.sampled_from((True, True, False))),
        phase=draw(st.sampled_from(("Running", "Running", "Running", "Pending", "Succeeded", "Failed"))),
        node=draw(st.sampled_from((*NODES, None, "node-a", "node-a"))),
        ports=_container_ports(draw),
        deleted=draw(st.sampled_from((None, None, None, "2026-01-01T00:00:00Z"))),
        spec=spec,
    )
    if draw(st.integers(0, 11)) == 0:
        del pod["status"]
    return pod


def _service(draw: Draw, place: int) -> build.Obj:
    headless = draw(st.sampled_from((False, False, True)))
    families = draw(st.sampled_from((("IPv4",), ("IPv4", "IPv6"), ("IPv6", "IPv4"), ("IPv6",))))
    ports = [
        build.sport(
            80 + number,
            draw(st.sampled_from((8080, 9090, "http", "dns", None))),
            name=f"n{number}",
            protocol=draw(st.sampled_from(("TCP", "TCP", "UDP"))),
        )
        for number in range(draw(st.integers(0 if headless else 1, 2)))
    ]
    if len(ports) == 1 and draw(st.booleans()):
        del ports[0]["name"]
    selector = draw(st.sampled_from((None, {}, {"app": "x"}, {"app": "x"}, {"app": ""}, {"app": "y", "tier": "t"}, {"tier": "t"})))
    extra: build.Obj = {"publishNotReadyAddresses": True} if draw(st.integers(0, 3)) == 0 else {}
    service = build.service(
        f"s{place}",
        ns=draw(st.sampled_from(SPACES)),
        selector=selector,
        ports=tuple(ports),
        type=draw(st.sampled_from(("ClusterIP", "ClusterIP", "LoadBalancer", "ExternalName"))),
        families=families,
        cluster_ips=("None",) if headless else None,
        **extra,
    )
    if service["spec"]["type"] != "ExternalName" and draw(st.integers(0, 3)) == 0:
        del service["spec"]["ipFamilies"]
    return service


def _workload(draw: Draw, place: int) -> build.Obj:
    kind = draw(st.sampled_from(("Deployment", "StatefulSet", "ReplicaSet")))
    owner = draw(st.sampled_from((None, ("Deployment", "w0"), ("Deployment", "other"))))
    return build.workload(
        kind, f"w{place}", ns=draw(st.sampled_from(SPACES)), replicas=draw(st.sampled_from((0, 0, 1))), labels=_labels(draw), owner=owner
    )


def _observed(draw: Draw, service: build.Obj, pods: list[build.Obj], nodes: list[build.Obj]) -> list[build.Obj]:
    """Slices and Endpoints that are right, then with a few planted faults."""
    entries = _right(service, pods, {n["metadata"]["name"] for n in nodes})
    for _ in range(draw(st.integers(0, 3))):
        _plant(draw, entries, pods)
    space, name = service["metadata"]["namespace"], service["metadata"]["name"]
    slices = [
        build.endpoint_slice(
            name,
            (_endpoint(e),),
            ns=space,
            ports=None if e["ports"] is None else tuple(e["ports"]),
            family=e["family"],
            name=f"{name}-{number}",
        )
        for number, e in enumerate(entries)
    ]
    slices.append(build.endpoint_slice(name, None, ns=space, ports=None, name=f"{name}-placeholder"))
    legacy = [e for e in entries if e["family"] == reference.first_family(service) and not e["conditions"].get("terminating")]
    subsets = [_subset(e) for e in legacy]
    annotations = {"endpoints.kubernetes.io/over-capacity": "truncated"} if subsets and draw(st.integers(0, 5)) == 0 else None
    endpoints = build.endpoints(name, subsets or None, ns=space, annotations=annotations)
    if draw(st.integers(0, 3)) == 0:
        endpoints["metadata"]["labels"] = {"endpointslice.kubernetes.io/skip-mirror": "true"}
    return [*slices, endpoints]


def _right(service: build.Obj, pods: list[build.Obj], nodes: set[str]) -> list[build.Obj]:
    if not reference.is_managed(service):
        chosen = [p for p in pods if p["metadata"]["name"] in ("p0", "p1") and "status" in p]
    else:
        same = [p for p in pods if p["metadata"]["namespace"] == service["metadata"]["namespace"]]
        chosen = [p for p in same if reference.selects(service, p["metadata"]["labels"])]
    entries = []
    for pod in chosen:
        for family, address in reference.addresses_of(pod).items():
            if family not in (reference.families_of(service) or reference.FAMILIES):
                continue
            state = reference.expected(service, pod, None, family, nodes)[0]
            if state in ("absent", "unknown"):
                continue
            ports = []
            for port in service["spec"].get("ports", []):
                number = reference.find_port(pod, port)[0]
                if number is not None:
                    ports.append({"name": port.get("name", ""), "port": number, "protocol": port["protocol"]})
            terminating = reference.is_terminating(pod)
            entries.append(
                {
                    "family": family,
                    "address": address,
                    "conditions": {"ready": state == "ready", "serving": reference.is_ready(pod), "terminating": terminating},
                    "target": {
                        "kind": "Pod",
                        "namespace": reference.space_of(pod),
                        "name": pod["metadata"]["name"],
                        "uid": pod["metadata"]["uid"],
                    },
                    "node": pod["spec"].get("nodeName"),
                    "ports": ports,
                }
            )
    return entries


def _plant(draw: Draw, entries: list[build.Obj], pods: list[build.Obj]) -> None:
    """Change the entries: one fault."""
    if not entries:
        if draw(st.booleans()):
            entries.append(_foreign(draw, pods))
        return
    at = draw(st.integers(0, len(entries) - 1))
    entry = entries[at]
    fault = draw(
        st.sampled_from(
            (
                "drop",
                "address",
                "uid",
                "ghost",
                "bare",
                "node",
                "readiness",
                "terminating",
                "number",
                "name",
                "ports",
                "copy",
                "foreign",
                "empty",
                "none",
            )
        )
    )
    if fault == "drop":
        del entries[at]
    elif fault == "address":
        entry["address"] = "10.9.9.9" if entry["family"] == "IPv4" else "fd00::99"
    elif fault == "uid" and entry["target"]:
        entry["target"] = entry["target"] | {"uid": "uid-other"}
    elif fault == "ghost" and entry["target"]:
        entry["target"] = entry["target"] | {"name": "ghost"}
    elif fault == "bare":
        entry["target"] = None
    elif fault == "node":
        entry["target"] = {"kind": "Node", "name": "node-a"}
    elif fault == "readiness":
        entry["conditions"] = {"ready": not entry["conditions"].get("ready"), "serving": True, "terminating": False}
    elif fault == "terminating":
        entry["conditions"] = {"ready": False, "serving": draw(st.booleans()), "terminating": True}
    elif fault == "number" and entry["ports"]:
        entry["ports"] = [entry["ports"][0] | {"port": 7777}, *entry["ports"][1:]]
    elif fault == "name" and entry["ports"]:
        entry["ports"] = [entry["ports"][0] | {"name": "other"}, *entry["ports"][1:]]
    elif fault == "ports":
        entry["ports"] = []
    elif fault == "copy":
        entries.append(entry | {"conditions": {"ready": draw(st.booleans()), "serving": True, "terminating": draw(st.booleans())}})
    elif fault == "foreign":
        entries.append(_foreign(draw, pods))
    elif fault == "empty":
        entry["conditions"] = {}


def _foreign(draw: Draw, pods: list[build.Obj]) -> build.Obj:
    known = [p for p in pods if "status" in p and reference.addresses_of(p)]
    base: build.Obj = {"family": "IPv4", "address": "10.7.7.7", "conditions": {"ready": True}, "target": None, "node": None}
    base["ports"] = [{"name": draw(st.sampled_from(("", "n0", "n1"))), "port": 8080, "protocol": "TCP"}]
    if known and draw(st.booleans()):
        pod = draw(st.sampled_from(known))
        family, address = next(iter(reference.addresses_of(pod).items()))
        base |= {"family": family, "address": address, "node": pod["spec"].get("nodeName")}
        if draw(st.booleans()):
            base["target"] = {
                "kind": "Pod",
                "namespace": reference.space_of(pod),
                "name": pod["metadata"]["name"],
                "uid": pod["metadata"]["uid"],
            }
    return base


def _endpoint(entry: build.Obj) -> build.Obj:
    out = {"addresses": [entry["address"]], "conditions": entry["conditions"]}
    if entry["target"]:
        out["targetRef"] = entry["target"]
    if entry["node"]:
        out["nodeName"] = entry["node"]
    return out


def _subset(entry: build.Obj) -> build.Obj:
    address = {"ip": entry["address"]} | ({"targetRef": entry["target"]} if entry["target"] else {})
    address |= {"nodeName": entry["node"]} if entry["node"] else {}
    side = "addresses" if entry["conditions"].get("ready", True) else "notReadyAddresses"
    return {side: [address]} | ({"ports": entry["ports"]} if entry["ports"] else {})

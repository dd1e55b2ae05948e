"""What the endpoint controllers would write, from pods and Services (rules EP-*)."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from .base import Obj, at, later, make, owner, suffix
from .nodes import zone
from .workloads import is_ready

SLICES, MIRROR = "endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"
TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"


class Svc(NamedTuple):
    """One Service: what a person wrote, and the addresses it was given."""

    namespace: str
    name: str
    ports: tuple[Obj, ...]
    selector: dict[str, str] | None = None
    ips: tuple[str, ...] = ()  # () is a headless Service
    families: tuple[str, ...] = ("IPv4",)
    spec: Obj | None = None
    labels: dict[str, str] | None = None
    created: str = "2026-09-14T10:02:11Z"
    changed: str = ""
    status: Obj | None = None


def sport(name: str | None, number: int, target: int | str, protocol: str = "TCP", **more: Any) -> Obj:
    """Return a Service port."""
    return ({"name": name} if name else {}) | {"port": number, "protocol": protocol, "targetPort": target} | more


def service(svc: Svc) -> Obj:
    """Return the Service with the defaults of the API server."""
    spec: Obj = {"sessionAffinity": "None", "type": "ClusterIP"} | (svc.spec or {})
    if svc.ports:
        spec["ports"] = list(svc.ports)
    if spec["type"] != "ExternalName":
        ips = list(svc.ips or ("None",))
        spec = {"internalTrafficPolicy": "Cluster", "clusterIP": ips[0], "clusterIPs": ips, "ipFamilies": list(svc.families)} | spec
        spec.setdefault("ipFamilyPolicy", "PreferDualStack" if len(svc.families) == 2 else "SingleStack")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if spec["type"] == "LoadBalancer":
        spec["allocateLoadBalancerNodePorts"] = True
    if svc.selector:
        spec["selector"] = svc.selector
    cleanup = ["service.kubernetes.io/load-balancer-cleanup"] if svc.status else []
    made = make("Service", svc.namespace, svc.name, svc.created, svc.changed, labels=svc.labels, finalizers=cleanup)
    return made | {"spec": spec, "status": {"loadBalancer": {}} | (svc.status or {})}


def find_port(found: Obj, wanted: Obj) -> int | None:
    """Return the number of a Service port on one pod (EP-11 to EP-14)."""
    target = wanted.get("targetPort", wanted["port"])
    if isinstance(target, int):
        return target
    sidecars = [c for c in found["spec"].get("initContainers", []) if c.get("restartPolicy") == "Always"]
    for each in found["spec"]["containers"] + sidecars:
        for declared in each.get("ports", []):
            if (declared.get("name"), declared["protocol"]) == (target, wanted["protocol"]):
                return int(declared["containerPort"])
    return None


def _digest(port: Obj) -> str:
    # the controllers order ports by the hash of Go's dump of the struct
    parts = [f"{f}:(*{t}){port.get(k, '<nil>')}" for f, t, k in _FIELDS]
    text = "(v1.EndpointPort){" + " ".join(parts) + "}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


_FIELDS = (
    ("Name", "string", "name"),
    ("Protocol", "v1.Protocol", "protocol"),
    ("Port", "int32", "port"),
    ("AppProtocol", "string", "appProtocol"),
)


def _ports(made: Obj, found: Obj) -> list[Obj]:
    ports = []
    for wanted in made["spec"].get("ports", []):
        number = find_port(found, wanted)
        if number is not None:
            row = {"name": wanted.get("name", ""), "port": number, "protocol": wanted["protocol"]}
            ports.append(row | ({"appProtocol": wanted["appProtocol"]} if "appProtocol" in wanted else {}))
    return sorted(ports, key=_digest)


def _address(found: Obj, family: str) -> str | None:
    for entry in found["status"].get("podIPs", []):
        if (":" in entry["ip"]) == (family == "IPv6"):
            return str(entry["ip"])
    return None


def members(made: Obj, pods: list[Obj]) -> list[Obj]:
    """Return the pods that a Service selects, terminal ones left out (EP-1)."""
    wanted = made["spec"].get("selector", {}).items()
    return [
        p
        for p in pods
        if wanted
        and p["metadata"]["namespace"] == made["metadata"]["namespace"]
        and wanted <= p["metadata"]["labels"].items()
        and p["status"]["phase"] not in ("Succeeded", "Failed")
    ]


def _endpoint(made: Obj, found: Obj, address: str) -> Obj:
    serving, terminating = is_ready(found), "deletionTimestamp" in found["metadata"]
    ready = made["spec"].get("publishNotReadyAddresses", False) or (serving and not terminating)
    meta, node = found["metadata"], found["spec"]["nodeName"]
    row: Obj = {"addresses": [address], "conditions": {"ready": ready, "serving": serving, "terminating": terminating}}
    row |= {"nodeName": node, "zone": zone(node)}
    row["targetRef"] = {"kind": "Pod", "name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]}
    if found["spec"].get("subdomain") == made["metadata"]["name"]:
        row["hostname"] = found["spec"]["hostname"]
    if made["spec"].get("trafficDistribution") == "PreferClose" and ready:
        row["hints"] = {"forZones": [{"name": zone(node)}]}
    return row


def _trigger(pods: list[Obj]) -> str | None:
    times = [c["lastTransitionTime"] for p in pods for c in p["status"]["conditions"] if c["type"] == "Ready"]
    return max(times, default=None)


def slices(made: Obj, pods: list[Obj], since: str = "") -> list[Obj]:
    """Return the EndpointSlices of a Service; `since` is when a rollout brought other ports, and so new slices."""
    headless = {"service.kubernetes.io/headless": ""} if made["spec"].get("clusterIP") == "None" else {}
    namespace, name = made["metadata"]["namespace"], made["metadata"]["name"]
    labels = made["metadata"].get("labels", {}) | {"endpointslice.kubernetes.io/managed-by": SLICES, "kubernetes.io/service-name": name}
    found = []
    for family in made["spec"]["ipFamilies"]:
        groups: dict[str, tuple[list[Obj], list[Obj]]] = {}
        for each in members(made, pods):
            if (address := _address(each, family)) is not None:
                ports = _ports(made, each)
                group = groups.setdefault(str(ports), (ports, []))
                group[1].append(_endpoint(made, each, address) | {"pod": each})
        for place, (ports, rows) in enumerate(groups.values() or [([], [])]):
            trigger = _trigger([row.pop("pod") for row in rows])
            key = (namespace, name, family, place, since)
            own = "x7k2p" if (namespace, name) == ("shop", "cart") else suffix(5, "slice", *key)
            meta = {"labels": labels | headless, "annotations": {TRIGGER: trigger} if trigger else {}, "ownerReferences": owner(made)}
            born = since or made["metadata"]["creationTimestamp"]
            each = make("EndpointSlice", namespace, f"{name}-{own}", born, trigger, generateName=f"{name}-", **meta)
            each["metadata"]["generation"] = 2 + len(rows) if trigger else 1
            found.append(each | {"addressType": family, "endpoints": rows or None, "ports": ports or None})
    return found


def endpoints(made: Obj, pods: list[Obj]) -> Obj:
    """Return the legacy Endpoints of a Service: one family, no terminating pods (EP-9, EP-44)."""
    headless = {"service.kubernetes.io/headless": ""} if made["spec"].get("clusterIP") == "None" else {}
    labels = made["metadata"].get("labels", {}) | headless | {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    early = made["spec"].get("publishNotReadyAddresses", False)
    chosen = [p for p in members(made, pods) if early or "deletionTimestamp" not in p["metadata"]]
    subsets: dict[str, Obj] = {}
    for each in chosen:
        ports = _ports(made, each)
        address = _address(each, made["spec"]["ipFamilies"][0])
        if address is None or not ports:
            continue
        row = {"ip": address} | {k: v for k, v in _endpoint(made, each, address).items() if k in ("hostname", "nodeName", "targetRef")}
        subset = subsets.setdefault(str(ports), {"ports": sorted(ports, key=_legacy_digest)})
        subset.setdefault("addresses" if early or is_ready(each) else "notReadyAddresses", []).append(row)
    for subset in subsets.values():
        for field in ("addresses", "notReadyAddresses"):
            if field in subset:
                subset[field].sort(key=lambda row: (row["ip"], row["targetRef"]["uid"]))
    trigger = _trigger(chosen)
    meta = {"labels": labels, "annotations": {TRIGGER: trigger} if trigger else {}}
    found = make(
        "Endpoints", made["metadata"]["namespace"], made["metadata"]["name"], made["metadata"]["creationTimestamp"], trigger, **meta
    )
    return found | ({"subsets": list(subsets.values())} if subsets else {})


def _legacy_digest(port: Obj) -> str:
    parts = [f"{f}:{'(' + t + ')' if f != 'AppProtocol' else '(*string)'}{port.get(k, '<nil>')}" for f, t, k in _LEGACY]
    return hashlib.md5(("(v1.EndpointPort){" + " ".join(parts) + "}").encode(), usedforsecurity=False).hexdigest()


_LEGACY = (
    ("Name", "string", "name"),
    ("Port", "int32", "port"),
    ("Protocol", "v1.Protocol", "protocol"),
    ("AppProtocol", "string", "appProtocol"),
)


def manual_slice(made: Obj, name: str, managed_by: str | None, addresses: list[str], ports: list[Obj], **more: Any) -> Obj:
    """Return a slice that a person, an operator or the API server wrote."""
    labels = {"kubernetes.io/service-name": made["metadata"]["name"]}
    if managed_by:
        labels["endpointslice.kubernetes.io/managed-by"] = managed_by
    rows = [{"addresses": [address], "conditions": {"ready": True}} for address in addresses]
    born = later(made["metadata"]["creationTimestamp"], 6)
    found = make("EndpointSlice", made["metadata"]["namespace"], name, born, labels=labels, generation=1, **more)
    return found | {"addressType": "IPv4", "endpoints": rows, "ports": ports}


def hand_written(made: Obj, addresses: list[str], ports: list[Obj], labels: dict[str, str] | None = None) -> Obj:
    """Return Endpoints that a person or the API server wrote."""
    found = make(
        "Endpoints",
        made["metadata"]["namespace"],
        made["metadata"]["name"],
        at(later(made["metadata"]["creationTimestamp"], 6)),
        labels=labels,
    )
    return found | {"subsets": [{"addresses": [{"ip": a} for a in addresses], "ports": ports}]}


def ip_addresses(services: list[Obj]) -> list[Obj]:
    """Return one IPAddress per ClusterIP (SV-41)."""
    found = []
    for made in services:
        meta = made["metadata"]
        for address in made["spec"].get("clusterIPs", []):
            if address != "None":
                labels = {"ipaddress.kubernetes.io/ip-family": "IPv6" if ":" in address else "IPv4"}
                labels["ipaddress.kubernetes.io/managed-by"] = "ipallocator.k8s.io"
                one = make("IPAddress", None, address, meta["creationTimestamp"], labels=labels)
                parent = {"resource": "services", "namespace": meta["namespace"], "name": meta["name"]}
                found.append(one | {"spec": {"parentRef": parent}})
    return found

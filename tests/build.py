"""Small builders of API objects, and a snapshot of them: what kubectl would have printed."""

from __future__ import annotations

from typing import Any

Obj = dict[str, Any]


def _meta(name: str, namespace: str | None, uid: str | None, extra: Obj) -> Obj:
    meta: Obj = {"name": name, "uid": uid or f"uid-{namespace}-{name}", "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"}
    if namespace is not None:
        meta["namespace"] = namespace
    return meta | extra


def node(name: str, *, ready: str = "True", zone: str | None = "zone-a", addresses: tuple[str, ...] = (), **spec: Any) -> Obj:
    """A Node with one condition, and InternalIPs."""
    labels = {"topology.kubernetes.io/zone": zone} if zone else {}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": _meta(name, None, None, {"labels": labels}),
        "spec": spec,
        "status": {
            "addresses": [{"type": "InternalIP", "address": a} for a in addresses],
            "conditions": [{"type": "Ready", "status": ready}],
        },
    }


def namespace(name: str) -> Obj:
    """An active Namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": _meta(name, None, None, {}), "status": {"phase": "Active"}}


def port(number: int, name: str | None = None, protocol: str = "TCP", **extra: Any) -> Obj:
    """A declared container port."""
    return {"containerPort": number, "protocol": protocol} | ({"name": name} if name else {}) | extra


def pod(
    name: str,
    *,
    ns: str = "shop",
    labels: dict[str, str] | None = None,
    ips: tuple[str, ...] = ("10.0.0.1",),
    ready: bool = True,
    phase: str = "Running",
    node: str | None = "node-a",
    ports: tuple[Obj, ...] = (),
    owner: tuple[str, str] | None = None,
    deleted: str | None = None,
    uid: str | None = None,
    spec: Obj | None = None,
    status: Obj | None = None,
) -> Obj:
    """A Pod with one container `app`."""
    extra: Obj = {"labels": labels or {}}
    if owner:
        extra["ownerReferences"] = [
            {"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "uid": f"uid-{owner[1]}", "controller": True}
        ]
    if deleted:
        extra["deletionTimestamp"] = deleted
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _meta(name, ns, uid, extra),
        "spec": {"containers": [{"name": "app", "image": "registry/app:1", "ports": list(ports)}]}
        | ({"nodeName": node} if node else {})
        | (spec or {}),
        "status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": "2026-01-01T00:01:00Z"}],
        }
        | ({"podIP": ips[0], "podIPs": [{"ip": ip} for ip in ips]} if ips else {})
        | (status or {}),
    }


def sport(number: int, target: int | str | None = None, name: str | None = None, protocol: str = "TCP", **extra: Any) -> Obj:
    """A Service port."""
    out: Obj = {"port": number, "protocol": protocol, "targetPort": number if target is None else target}
    return out | ({"name": name} if name else {}) | extra


def service(
    name: str,
    *,
    ns: str = "shop",
    selector: dict[str, str] | None = None,
    ports: tuple[Obj, ...] = ({"port": 80, "protocol": "TCP", "targetPort": 8080},),
    type: str = "ClusterIP",
    families: tuple[str, ...] = ("IPv4",),
    cluster_ips: tuple[str, ...] | None = None,
    **spec: Any,
) -> Obj:
    """A Service; `cluster_ips` ("None",) makes it headless."""
    if cluster_ips is None:
        cluster_ips = tuple("10.96.0.10" if f == "IPv4" else "fd00:96::10" for f in families)
    body: Obj = {
        "type": type,
        "ports": list(ports),
        "ipFamilies": list(families),
        "clusterIPs": list(cluster_ips),
        "clusterIP": cluster_ips[0],
    }
    if type == "ExternalName":
        body = {"type": type}
    if selector is not None:
        body["selector"] = selector
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _meta(name, ns, None, {}),
        "spec": body | spec,
        "status": {"loadBalancer": {}},
    }


def endpoint(
    address: str,
    *,
    target: str | None = None,
    ns: str = "shop",
    uid: str | None = None,
    conditions: Obj | None = None,
    node: str | None = "node-a",
) -> Obj:
    """An endpoint of a slice; `target` names its pod."""
    out: Obj = {
        "addresses": [address],
        "conditions": {"ready": True, "serving": True, "terminating": False} if conditions is None else conditions,
    }
    if node:
        out["nodeName"] = node
    if target:
        out["targetRef"] = {"kind": "Pod", "namespace": ns, "name": target, "uid": uid or f"uid-{ns}-{target}"}
    return out


def endpoint_slice(
    service: str,
    endpoints: tuple[Obj, ...] | None,
    *,
    ns: str = "shop",
    ports: tuple[Obj, ...] | None = ({"port": 8080, "protocol": "TCP", "name": ""},),
    family: str = "IPv4",
    name: str | None = None,
    managed_by: str | None = "endpointslice-controller.k8s.io",
) -> Obj:
    """An EndpointSlice of a Service."""
    labels = {"kubernetes.io/service-name": service} | ({"endpointslice.kubernetes.io/managed-by": managed_by} if managed_by else {})
    extra: Obj = {"labels": labels}
    if managed_by == "endpointslice-controller.k8s.io":
        extra["ownerReferences"] = [
            {"apiVersion": "v1", "kind": "Service", "name": service, "uid": f"uid-{ns}-{service}", "controller": True}
        ]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": _meta(name or f"{service}-{family.lower()}", ns, None, extra),
        "addressType": family,
        "endpoints": None if endpoints is None else list(endpoints),
        "ports": None if ports is None else list(ports),
    }


def endpoints(service: str, subsets: list[Obj] | None, *, ns: str = "shop", annotations: dict[str, str] | None = None) -> Obj:
    """A legacy Endpoints object."""
    out: Obj = {"apiVersion": "v1", "kind": "Endpoints", "metadata": _meta(service, ns, None, {"annotations": annotations or {}})}
    return out | ({"subsets": subsets} if subsets is not None else {})


def workload(
    kind: str,
    name: str,
    *,
    ns: str = "shop",
    replicas: int | None = 1,
    labels: dict[str, str] | None = None,
    ports: tuple[Obj, ...] = (),
    owner: tuple[str, str] | None = None,
) -> Obj:
    """A workload with a pod template that carries `labels`."""
    extra: Obj = {}
    if owner:
        extra["ownerReferences"] = [
            {"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "uid": f"uid-{owner[1]}", "controller": True}
        ]
    spec: Obj = {
        "selector": {"matchLabels": labels or {}},
        "template": {"metadata": {"labels": labels or {}}, "spec": {"containers": [{"name": "app", "ports": list(ports)}]}},
    }
    if replicas is not None:
        spec["replicas"] = replicas
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": _meta(name, ns, None, extra),
        "spec": spec,
        "status": {"replicas": replicas or 0},
    }


def as_list(objects: list[Obj]) -> Obj:
    """What ``kubectl get ... -A -o json`` prints of `objects`."""
    return {"apiVersion": "v1", "kind": "List", "items": objects, "metadata": {"resourceVersion": ""}}

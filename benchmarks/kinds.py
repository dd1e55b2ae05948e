"""The other kinds: Namespaces, Nodes, Services, the EndpointSlices that the controller would write, Deployments, ReplicaSets."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from benchmarks.plan import Service, Workload
from benchmarks.pods import LIVE, container_name, container_ports, owner_of

Obj = dict[str, Any]
_REGISTRY = "registry.shop.example:5000/platform"
_SLICE = 100  # endpoints that the controller puts into one slice


class Pod(NamedTuple):
    """What slices need to know of a pod."""

    name: str
    uid: str
    workload: Workload
    state: str
    node: str
    zone: str
    address: str
    address6: str  # "" where it has none


def new_uid(rng: Random) -> str:
    """Return a random uid."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _meta(rng: Random, name: str, namespace: str | None, **more: Any) -> Obj:
    meta: Obj = {"name": name} | ({"namespace": namespace} if namespace else {})
    meta |= {"uid": new_uid(rng), "resourceVersion": str(rng.randrange(10**7, 10**8)), "creationTimestamp": "2026-09-14T07:21:44Z"}
    return meta | more


def namespace_object(name: str, rng: Random) -> Obj:
    """Return an active Namespace."""
    meta = _meta(rng, name, None, labels={"kubernetes.io/metadata.name": name, "team": name.partition("-")[0]})
    return {"metadata": meta, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


def node_name(number: int) -> str:
    """Return the name of node `number`."""
    return f"ip-10-{number >> 8}-{number & 255}-7.eu-west-1.compute.internal"


def node_address(number: int) -> str:
    """Return the InternalIP of node `number`."""
    return f"10.{number >> 8}.{number & 255}.7"


def node_zone(number: int) -> str:
    """Return the zone of node `number`."""
    return f"eu-west-1{'abc'[number % 3]}"


def pod_address(node: int, place: int) -> tuple[str, str]:
    """Return IPv4 and IPv6 address of the pod in `place` on `node`."""
    return f"100.{64 + (node >> 8)}.{node & 255}.{place}", f"fd00:64:{node:x}::{place:x}"


def node_object(number: int, rng: Random, *, dual_stack: bool) -> Obj:
    """Return a Node; one in two hundred is not ready."""
    name, zone = node_name(number), node_zone(number)
    labels = {
        "beta.kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": "m6i.2xlarge",
        "topology.kubernetes.io/region": "eu-west-1",
        "topology.kubernetes.io/zone": zone,
    }
    ranges = [f"100.{64 + (number >> 8)}.{number & 255}.0/24"] + ([f"fd00:64:{number:x}::/64"] if dual_stack else [])
    ready = number % 200 != 199
    conditions = [
        {"type": kind, "status": "False", "lastHeartbeatTime": "2026-11-22T09:58:01Z", "lastTransitionTime": "2026-09-14T07:22:10Z"}
        | {"reason": f"KubeletHasNo{kind}", "message": f"kubelet has no {kind}"}
        for kind in ("MemoryPressure", "DiskPressure", "PIDPressure")
    ]
    conditions.append(conditions[0] | {"type": "Ready", "status": "True" if ready else "Unknown", "reason": "KubeletReady"})
    images = [
        {"names": [f"{_REGISTRY}/image-{k}@sha256:{k:064x}", f"{_REGISTRY}/image-{k}:2.{k}.1"], "sizeBytes": 40_000_000 + k}
        for k in range(number % 7, 30 + number % 7)
    ]
    amounts = {"cpu": "8", "ephemeral-storage": "83873772Ki", "memory": "32386508Ki", "pods": "110"}
    info = {
        "architecture": "amd64",
        "kubeletVersion": "v1.34.2",
        "osImage": "Bottlerocket OS",
        "containerRuntimeVersion": "containerd://2.1.4",
    }
    return {
        "metadata": _meta(rng, name, None, labels=labels, annotations={"node.alpha.kubernetes.io/ttl": "0"}),
        "spec": {"podCIDR": ranges[0], "podCIDRs": ranges, "providerID": f"aws:///{zone}/i-{rng.getrandbits(68):017x}"},
        "status": {
            "capacity": amounts,
            "allocatable": amounts,
            "conditions": conditions,
            "addresses": [{"type": "InternalIP", "address": node_address(number)}, {"type": "Hostname", "address": name}],
            "nodeInfo": info,
            "images": images,
        },
    }


def service_object(service: Service, rng: Random) -> Obj:
    """Return a Service as the API server completes it."""
    meta = _meta(rng, service.name, service.namespace, labels={"app.kubernetes.io/managed-by": "Helm", "service": service.name})
    if service.type == "ExternalName":
        spec: Obj = {"type": "ExternalName", "externalName": f"{service.name}.example.org", "sessionAffinity": "None"}
        return {"metadata": meta, "spec": spec, "status": {"loadBalancer": {}}}
    number = service.number
    cluster = [f"172.20.{number >> 8}.{number & 255}"] + ([f"fd00:96::{number:x}"] if service.dual else [])
    ips = ["None"] * len(cluster) if service.headless else cluster
    ports: list[Obj] = []
    for place, (name, port, target) in enumerate(service.ports):
        entry: Obj = {"name": name, "protocol": "TCP", "port": port, "targetPort": target}
        ports.append(entry if service.type == "ClusterIP" else entry | {"nodePort": 30000 + (number * 3 + place) % 2767})
    spec = {"ports": ports}
    if service.selector is not None:
        spec["selector"] = service.selector
    spec |= {
        "clusterIP": ips[0],
        "clusterIPs": ips,
        "type": service.type,
        "sessionAffinity": "None",
        "ipFamilies": _families(service),
        "ipFamilyPolicy": "PreferDualStack" if service.dual else "SingleStack",
        "internalTrafficPolicy": "Cluster",
    }
    if service.type != "ClusterIP":
        spec["externalTrafficPolicy"] = "Cluster"
    if service.publish_not_ready:
        spec["publishNotReadyAddresses"] = True
    ingress = {"ingress": [{"ip": f"198.51.{number >> 8}.{number & 255}", "ipMode": "VIP"}]} if service.type == "LoadBalancer" else {}
    return {"metadata": meta, "spec": spec, "status": {"loadBalancer": ingress}}


def _families(service: Service) -> list[str]:
    return ["IPv4", "IPv6"] if service.dual else ["IPv4"]


def resolve(service: Service, workload: Workload) -> tuple[tuple[str, int], ...]:
    """Return name and number of each Service port on pods of `workload`; one that does not resolve is left out (EP-11 to EP-14)."""
    declared: dict[str, int] = {}
    for number in range(workload.containers):
        for port in container_ports(workload, number):
            declared.setdefault(port["name"], port["containerPort"])
    resolved = ((name, declared.get(target) if isinstance(target, str) else target) for name, _port, target in service.ports)
    return tuple((name, number) for name, number in resolved if number is not None)


def slice_objects(service: Service, owner_uid: str, pods: list[Pod], rng: Random) -> Iterator[Obj]:
    """Yield the slices of a managed Service over its selected `pods` (EP-1 to EP-28)."""
    live = [pod for pod in pods if pod.state in LIVE]
    for family in _families(service):
        groups: dict[tuple[tuple[str, int], ...], list[Pod]] = {}
        for pod in live:
            if family == "IPv4" or pod.address6:
                groups.setdefault(resolve(service, pod.workload), []).append(pod)
        for ports, members in groups.items():
            rng.shuffle(members)
            for start in range(0, len(members), _SLICE):
                endpoints = [_endpoint(pod, service, family) for pod in members[start : start + _SLICE]]
                yield _slice(service, owner_uid, family, endpoints, ports, rng)
        if not groups:
            yield _slice(service, owner_uid, family, None, None, rng)


def _endpoint(pod: Pod, service: Service, family: str) -> Obj:
    serving = pod.state in ("ready", "terminating")
    terminating = pod.state.startswith("terminating")
    ready = service.publish_not_ready or (serving and not terminating)
    endpoint: Obj = {
        "addresses": [pod.address if family == "IPv4" else pod.address6],
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        "targetRef": {"kind": "Pod", "namespace": service.namespace, "name": pod.name, "uid": pod.uid},
        "nodeName": pod.node,
        "zone": pod.zone,
    }
    if pod.workload.kind == "StatefulSet" and pod.workload.name == service.name:
        endpoint["hostname"] = pod.name
    return endpoint


def _slice(
    service: Service, owner_uid: str, family: str, endpoints: list[Obj] | None, ports: tuple[tuple[str, int], ...] | None, rng: Random
) -> Obj:
    name = f"{service.name}-{''.join(rng.choices('bcdfghjklmnpqrstvwxz2456789', k=5))}"
    owner = {"apiVersion": "v1", "kind": "Service", "name": service.name, "uid": owner_uid, "controller": True, "blockOwnerDeletion": True}
    labels = {
        "app.kubernetes.io/managed-by": "Helm",
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": service.name,
        "service": service.name,
    } | ({"service.kubernetes.io/headless": ""} if service.headless else {})
    annotations = {"endpoints.kubernetes.io/last-change-trigger-time": "2026-11-22T09:41:12Z"}
    meta = _meta(rng, name, service.namespace, labels=labels, annotations=annotations, ownerReferences=[owner])
    meta["generateName"] = f"{service.name}-"
    listed = None if ports is None else [{"name": name, "port": port, "protocol": "TCP"} for name, port in ports]
    return {"metadata": meta, "addressType": family, "endpoints": endpoints, "ports": listed}


def manual_slice(service: Service, rng: Random) -> Obj:
    """Return the slice that somebody wrote by hand for a Service without selector."""
    labels = {"kubernetes.io/service-name": service.name}
    endpoint = {"addresses": [f"203.0.113.{service.number % 250 + 1}"], "conditions": {"ready": True}}
    ports = [{"name": name, "port": 9000 + place, "protocol": "TCP"} for place, (name, _port, _target) in enumerate(service.ports)]
    meta = _meta(rng, f"{service.name}-manual", service.namespace, labels=labels)
    return {"metadata": meta, "addressType": "IPv4", "endpoints": [endpoint], "ports": ports}


def controller_objects(workload: Workload, rng: Random) -> tuple[Obj, list[Obj]]:
    """Return the Deployment of `workload` and its ReplicaSets."""
    deployment = _controller(rng, workload, workload.name, workload.labels, workload.replicas)
    sets = []
    for revision, text in enumerate(workload.hashes):
        _kind, name = owner_of(workload, revision)
        labels = workload.labels | {"pod-template-hash": text}
        obj = _controller(rng, workload, name, labels, workload.replicas if revision == 0 else 0)
        obj["metadata"]["ownerReferences"] = [
            {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload.name, "uid": deployment["metadata"]["uid"], "controller": True}
        ]
        sets.append(obj)
    return deployment, sets


def _controller(rng: Random, workload: Workload, name: str, labels: dict[str, str], replicas: int) -> Obj:
    containers = [
        {"name": container_name(workload, number), "image": f"{_REGISTRY}/app:2.1.1", "imagePullPolicy": "IfNotPresent"}
        | {"ports": container_ports(workload, number), "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}}
        for number in range(workload.containers)
    ]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers, "restartPolicy": "Always", "dnsPolicy": "ClusterFirst"}}
    counts = {"replicas": replicas, "readyReplicas": replicas, "availableReplicas": replicas, "observedGeneration": 4}
    return {
        "metadata": _meta(rng, name, workload.namespace, labels=labels),
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
        "status": counts,
    }

"""Three nodes in three zones, the namespaces and the address ranges."""

from __future__ import annotations

from .base import BORN, Obj, at, later, make

NODES = {"node-a": 1, "node-b": 2, "node-c": 3}
UNKNOWN = ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
PRESSURES = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def zone(node: str) -> str:
    """Return the zone of a node."""
    return f"zone-{NODES[node]}"


def addresses(node: str) -> tuple[str, str]:
    """Return the IPv4 and the IPv6 address of a node."""
    return f"192.168.10.1{NODES[node]}", f"fd00:192:168:10::1{NODES[node]}"


def pod_addresses(node: str, place: int) -> tuple[str, str]:
    """Return the IPv4 and the IPv6 address of the pod at `place` of the node's ranges."""
    return f"10.244.{NODES[node]}.{place}", f"fd00:10:244:{NODES[node]}::{place:x}"


def namespaces() -> list[Obj]:
    """Return the Namespaces: the shop's three, and those that every cluster has."""
    found = []
    for name in ("default", "kube-node-lease", "kube-public", "kube-system", "shop", "data", "edge"):
        created = BORN if name.startswith("kube-") or name == "default" else later(BORN, 5411)
        labels = {"kubernetes.io/metadata.name": name}
        if name in ("shop", "data", "edge"):
            labels |= {"shop.example/team": {"shop": "storefront", "data": "storage", "edge": "platform"}[name]}
        found.append(make("Namespace", None, name, created, labels=labels))
        found[-1] |= {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
    return found


def _conditions(created: str, now: str, lost: str | None) -> list[Obj]:
    rows = []
    for kind, status, reason, message in PRESSURES:
        heartbeat = later(lost, -61) if lost else later(now, -97)
        said = UNKNOWN if lost else (status, reason, message)
        since = at(lost) if lost else later(created, 19 if kind == "Ready" else 0)
        rows.append({"type": kind} | dict(zip(("status", "reason", "message"), said, strict=True)))
        rows[-1] |= {"lastHeartbeatTime": heartbeat, "lastTransitionTime": since}
    return rows


def node(name: str, now: str, lost: str | None = None) -> Obj:
    """Return a Node as seen at `now`; `lost` is the time at which the control plane gave it up."""
    place = NODES[name]
    created = later(BORN, 40 + 31 * place)
    labels = {f"{prefix}kubernetes.io/{k}": v for prefix in ("beta.", "") for k, v in (("arch", "amd64"), ("os", "linux"))}
    labels |= {"kubernetes.io/hostname": name, "topology.kubernetes.io/region": "example-1", "topology.kubernetes.io/zone": zone(name)}
    labels |= {"shop.example/pool": "back" if name == "node-c" else "front", "node.kubernetes.io/instance-type": "std-8"}
    annotations = {"node.alpha.kubernetes.io/ttl": "0", "volumes.kubernetes.io/controller-managed-attach-detach": "true"}
    ranges = [f"10.244.{place}.0/24", f"fd00:10:244:{place}::/64"]
    spec: Obj = {"podCIDR": ranges[0], "podCIDRs": ranges, "providerID": f"example://example-1/{zone(name)}/{name}"}
    if lost:
        taint = {"key": "node.kubernetes.io/unreachable"}
        spec["taints"] = [taint | {"effect": e, "timeAdded": later(lost, s)} for e, s in (("NoSchedule", 0), ("NoExecute", 5))]
    made = make("Node", None, name, created, lost or later(now, -97), labels=labels, annotations=annotations)
    return made | {"spec": spec, "status": _machine(name) | {"conditions": _conditions(created, now, lost)}}


def _machine(name: str) -> Obj:
    capacity = {"cpu": "8", "ephemeral-storage": "101430960Ki", "memory": "32761556Ki", "pods": "110"}
    capacity |= {"hugepages-1Gi": "0", "hugepages-2Mi": "0"}
    return {
        "addresses": [{"type": "InternalIP", "address": a} for a in addresses(name)] + [{"type": "Hostname", "address": name}],
        "allocatable": capacity | {"cpu": "7910m", "memory": "31027412Ki"},
        "capacity": capacity,
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "features": {"supplementalGroupsPolicy": True},
        "images": [
            {"names": ["registry.k8s.io/kube-proxy:v1.34.2"], "sizeBytes": 26_037_310},
            {"names": ["registry.k8s.io/pause:3.10.1"], "sizeBytes": 320_448},
        ],
        "nodeInfo": {
            "architecture": "amd64",
            "bootID": f"3f08706e-fbd4-4afe-ab2e-cb273a74d98{NODES[name]}",
            "containerRuntimeVersion": "containerd://2.1.4",
            "kernelVersion": "6.12.54-generic",
            "kubeProxyVersion": "",
            "kubeletVersion": "v1.34.2",
            "machineID": f"e366bd4b77b9d6be2d67552f69964f4{NODES[name]}",
            "operatingSystem": "linux",
            "osImage": "Debian GNU/Linux 13 (trixie)",
            "systemUUID": f"e366bd4b-77b9-d6be-2d67-552f69964f4{NODES[name]}",
        },
    }


def ranges() -> list[Obj]:
    """Return the one ServiceCIDR."""
    ready = {"type": "Ready", "status": "True", "reason": "", "message": "Kubernetes Service CIDR is ready", "lastTransitionTime": BORN}
    found = make("ServiceCIDR", None, "kubernetes", BORN, finalizers=["networking.k8s.io/service-cidr-finalizer"])
    return [found | {"spec": {"cidrs": ["10.96.0.0/16", "fd00:10:96::/112"]}, "status": {"conditions": [ready]}}]

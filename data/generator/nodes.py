"""Three nodes in three zones, as their kubelets report them, and the namespaces."""

from __future__ import annotations

from .base import Obj, at, later, make

NODES = {"node-a": 1, "node-b": 2, "node-c": 3}
# what a controller would write into every new node; while it does, the one for the ranges may take a second range for the node
QUIET = {"node.alpha.kubernetes.io/ttl": "0"}
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
    """Return the Namespaces of the shop; those that every cluster has are made by the API server."""
    teams = {"shop": "storefront", "data": "storage", "edge": "platform"}
    return [make("Namespace", None, name, labels={"shop.example/team": team}) for name, team in teams.items()]


def node(name: str) -> Obj:
    """Return a Node as its kubelet and the cloud register it; the node IPAM controller gives it its ranges."""
    labels = {f"{prefix}kubernetes.io/{k}": v for prefix in ("beta.", "") for k, v in (("arch", "amd64"), ("os", "linux"))}
    labels |= {"kubernetes.io/hostname": name, "topology.kubernetes.io/region": "example-1", "topology.kubernetes.io/zone": zone(name)}
    labels |= {"shop.example/pool": "back" if name == "node-c" else "front", "node.kubernetes.io/instance-type": "std-8"}
    annotations = QUIET | {"volumes.kubernetes.io/controller-managed-attach-detach": "true"}
    return make("Node", None, name, labels=labels, annotations=annotations, spec={"providerID": f"example://example-1/{zone(name)}/{name}"})


def heartbeat(name: str, joined: str, now: str) -> Obj:
    """Return the status that the kubelet of a node reports at `now`."""
    rows = [
        dict(zip(("type", "status", "reason", "message"), said, strict=True))
        | {"lastHeartbeatTime": at(now), "lastTransitionTime": later(joined, 19 if said[0] == "Ready" else 0)}
        for said in PRESSURES
    ]
    return _machine(name) | {"conditions": rows}


def lost(now: str) -> Obj:
    """Return the conditions of a node that the node lifecycle controller has not heard of."""
    words = ("status", "reason", "message")
    said = dict(zip(words, UNKNOWN, strict=True)) | {"lastTransitionTime": at(now), "lastHeartbeatTime": later(now, -61)}
    return {"conditions": [{"type": kind} | said for kind, *_ in PRESSURES]}


def taints(now: str) -> list[Obj]:
    """Return the taints of a node that the node lifecycle controller has not heard of."""
    pairs = (("NoSchedule", 0), ("NoExecute", 5))
    return [{"key": "node.kubernetes.io/unreachable", "effect": effect, "timeAdded": later(now, s)} for effect, s in pairs]


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
            {"names": ["registry.k8s.io/kube-proxy:v1.37.2"], "sizeBytes": 26_037_310},
            {"names": ["registry.k8s.io/pause:3.10.1"], "sizeBytes": 320_448},
        ],
        "nodeInfo": {
            "architecture": "amd64",
            "bootID": f"3f08706e-fbd4-4afe-ab2e-cb273a74d98{NODES[name]}",
            "containerRuntimeVersion": "containerd://2.1.4",
            "kernelVersion": "6.12.54-generic",
            "kubeProxyVersion": "",
            "kubeletVersion": "v1.37.2",
            "machineID": f"e366bd4b77b9d6be2d67552f69964f4{NODES[name]}",
            "operatingSystem": "linux",
            "osImage": "Debian GNU/Linux 13 (trixie)",
            "systemUUID": f"e366bd4b-77b9-d6be-2d67-552f69964f4{NODES[name]}",
        },
    }
